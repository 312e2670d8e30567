"""The demo's logins: passwords of this machine alone, and never in production."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.management import CommandError, call_command

from cms.management.commands.demo_logins import LOGINS, logins_path, read_passwords
from pages.catalog.permissions import Act, languages_of
from pages.languages import target_languages

pytestmark = pytest.mark.django_db


def make_logins() -> dict[str, str]:
    """Password by username, after the command has run."""
    call_command("demo_logins", verbosity=0)
    return read_passwords(logins_path())


def stored() -> dict[str, str]:
    return dict(User.objects.values_list("username", "password"))


def test_there_is_a_login_for_every_role(client):
    passwords = make_logins()
    assert list(passwords) == [
        "editor",
        "translator",
        "admin",
        "translator-es",
        "reviewer-es",
        "translator-ar",
        "coordinator",
    ]
    for username, password in passwords.items():
        assert client.login(username=username, password=password)
        assert client.get("/admin/").status_code == 200


def test_only_admin_may_do_everything():
    make_logins()
    assert list(User.objects.filter(is_superuser=True).values_list("username", flat=True)) == [
        "admin"
    ]


def test_the_file_is_for_its_owner_alone():
    make_logins()
    assert stat.S_IMODE(logins_path().stat().st_mode) == 0o600


def test_passwords_are_long_and_of_this_machine():
    first = make_logins()
    logins_path().unlink()
    second = make_logins()
    assert set(first.values()).isdisjoint(second.values())
    assert all(re.fullmatch(r"\w{4}-\w{4}-\w{4}", password) for password in first.values())


def test_a_second_run_changes_nothing():
    make_logins()
    before = (stored(), logins_path().read_bytes(), logins_path().stat().st_mtime_ns)
    make_logins()
    assert (stored(), logins_path().read_bytes(), logins_path().stat().st_mtime_ns) == before


def test_a_password_that_its_user_changed_stays():
    make_logins()
    editor = User.objects.get(username="editor")
    editor.set_password("one that the editor chose")
    editor.save()
    make_logins()
    assert User.objects.get(username="editor").check_password("one that the editor chose")


def test_a_missing_file_means_new_passwords(client):
    make_logins()
    logins_path().unlink()
    assert client.login(username="editor", password=make_logins()["editor"])


def test_a_new_database_gets_the_passwords_of_the_file(client):
    passwords = make_logins()
    User.objects.all().delete()
    assert make_logins() == passwords
    assert client.login(username="translator", password=passwords["translator"])


def test_a_user_that_the_demo_did_not_make_is_left_alone():
    User.objects.create_superuser("admin", "director@clinic.example.org", "their own password")
    with pytest.raises(CommandError, match=r"director@clinic\.example\.org"):
        make_logins()
    assert User.objects.get(username="admin").check_password("their own password")
    assert list(stored()) == ["admin"]
    assert not logins_path().exists()


@pytest.mark.parametrize("command", ["demo_logins", "prepare_demo"])
def test_production_refuses(settings, command):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="production"):
        call_command(command)
    assert not User.objects.exists()
    assert not Path(logins_path()).exists()


def test_every_demo_group_exists():
    make_logins()
    for login in LOGINS:
        groups = User.objects.get(username=login.username).groups.values_list("name", flat=True)
        assert set(groups) == set(login.groups)


def codes(username: str, act: Act) -> list[str]:
    return [each.code for each in languages_of(User.objects.get(username=username), act)]


def test_each_translator_works_in_one_language_and_the_coordinator_in_all():
    make_logins()
    assert codes("translator-es", Act.TRANSLATE) == ["es"]
    assert codes("translator-es", Act.REVIEW) == []
    assert codes("reviewer-es", Act.TRANSLATE) == []
    assert codes("reviewer-es", Act.REVIEW) == ["es"]
    assert codes("translator-ar", Act.TRANSLATE) == ["ar"]
    assert codes("coordinator", Act.TRANSLATE) == [each.code for each in target_languages()]
    assert codes("coordinator", Act.REVIEW) == []


def test_a_demo_group_that_somebody_changed_stays_so():
    make_logins()
    group = Group.objects.get(name="Translators: Spanish")
    group.permissions.add(Permission.objects.get(codename="review_es"))
    make_logins()
    assert codes("translator-es", Act.REVIEW) == ["es"]


def test_the_file_keeps_names_and_passwords_apart():
    assert read_passwords(logins_path()) == {}
    passwords = make_logins()
    assert set(passwords) == {login.username for login in LOGINS}
