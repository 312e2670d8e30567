"""What each role may do on a new installation. Afterwards the clinic's own changes stay.

Wagtail's first migrations made Editors (write drafts) and Moderators (publish too); both get
the vocabulary that pages share. Translators see the admin, the targets and that vocabulary,
whose translations stand side by side with the source.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

VOCABULARY = ("bodyregion", "category", "clinic", "glossaryterm", "practitioner")
GRANTS = {
    "Editors": [(model, action) for model in VOCABULARY for action in ("add", "change")],
    "Moderators": [
        (model, action) for model in VOCABULARY for action in ("add", "change", "delete")
    ],
    "Translators": [
        *((model, "change") for model in VOCABULARY),
        *(("target", action) for action in ("view", "add", "change")),
    ],
}


def grant(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    for name, grants in GRANTS.items():
        group, _ = Group.objects.get_or_create(name=name)
        for model, action in grants:
            group.permissions.add(_permission(apps, model, action))
    # Wagtail's migrations made this one.
    access_admin = Permission.objects.get(
        content_type__app_label="wagtailadmin", codename="access_admin"
    )
    Group.objects.get(name="Translators").permissions.add(access_admin)


def _permission(apps: Apps, model: str, action: str):
    """The permission that Django itself would make after the migrations, made now."""
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="pages", model=model
    )
    verbose_name = apps.get_model("pages", model)._meta.verbose_name_raw
    permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type,
        codename=f"{action}_{model}",
        defaults={"name": f"Can {action} {verbose_name}"},
    )
    return permission


def withdraw(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    permissions = apps.get_model("auth", "Permission").objects
    for name, grants in GRANTS.items():
        for group in apps.get_model("auth", "Group").objects.filter(name=name):
            group.permissions.remove(
                *permissions.filter(
                    content_type__app_label="pages",
                    codename__in=[f"{action}_{model}" for model, action in grants],
                )
            )


class Migration(migrations.Migration):
    dependencies = [
        ("pages", "0002_edition_log"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("wagtailadmin", "0001_create_admin_access_permissions"),
        ("wagtailcore", "0002_initial_data"),
        # Gives every group that may enter the admin so far the choice of documents.
        ("wagtaildocs", "0011_add_choose_permissions"),
    ]
    operations = [migrations.RunPython(grant, withdraw)]
