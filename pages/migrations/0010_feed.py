"""What the feed of changes is read by: which log it is, when editions end, and two indexes."""

import secrets

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def begin(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("pages", "FeedEpoch").objects.create(pk=1, epoch=secrets.token_hex(8))


class Migration(migrations.Migration):
    dependencies = [
        ("pages", "0009_clinic_branding"),
    ]

    operations = [
        migrations.CreateModel(
            name="FeedEpoch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("epoch", models.CharField(max_length=32)),
            ],
        ),
        migrations.AddField(
            model_name="edition",
            name="expires_at",
            field=models.DateTimeField(
                help_text="When a document ends by the clock. Its bytes say it too.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="currentedition",
            name="edition",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="current",
                to="pages.edition",
            ),
        ),
        migrations.AlterField(
            model_name="edition",
            name="reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("unpublished", "unpublished"),
                    ("expired", "expired"),
                    ("withdrawn", "withdrawn"),
                    ("recalled", "recalled"),
                    ("moved", "moved out of every site"),
                    ("private", "made private"),
                    ("deleted", "deleted"),
                ],
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="release",
            name="state",
            field=models.CharField(
                choices=[
                    ("released", "released"),
                    ("withdrawn", "withdrawn"),
                    ("recalled", "recalled"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddIndex(
            model_name="currentedition",
            index=models.Index(fields=["expires_at"], name="current_by_expiry"),
        ),
        migrations.AddIndex(
            model_name="edition",
            index=models.Index(fields=["language", "seq"], name="edition_by_language"),
        ),
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
