"""What each role may do on a new installation."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, Permission, User
from wagtail.models import Page

pytestmark = pytest.mark.django_db

VOCABULARY = ("bodyregion", "category", "clinic", "glossaryterm", "practitioner")


def member(group: str) -> User:
    user = User.objects.create_user("somebody")
    user.groups.add(Group.objects.get(name=group))
    return user


@pytest.mark.parametrize("group", ["Editors", "Moderators", "Translators"])
def test_every_role_enters_the_admin_and_changes_vocabulary(group):
    user = member(group)
    assert user.has_perm("wagtailadmin.access_admin")
    assert all(user.has_perm(f"pages.change_{model}") for model in VOCABULARY)


def test_editors_write_and_moderators_publish():
    root = Page.get_first_root_node()
    editor = root.permissions_for_user(member("Editors"))
    assert editor.can_add_subpage()
    assert not editor.can_publish_subpage()
    User.objects.all().delete()
    assert root.permissions_for_user(member("Moderators")).can_publish_subpage()


def test_only_moderators_delete_vocabulary():
    for group, allowed in (("Editors", False), ("Translators", False), ("Moderators", True)):
        assert member(group).has_perm("pages.delete_category") is allowed
        User.objects.all().delete()


def test_translators_work_on_targets_and_write_no_pages():
    translator = member("Translators")
    assert translator.has_perms(["pages.view_target", "pages.change_target"])
    assert not Page.get_first_root_node().permissions_for_user(translator).can_add_subpage()


def test_no_permission_was_made_twice():
    # The migration makes its permissions before Django does.
    names = list(Permission.objects.values_list("content_type", "codename"))
    assert len(names) == len(set(names))
    assert Permission.objects.get(codename="add_bodyregion").name == "Can add body region"
