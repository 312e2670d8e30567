"""The demo's logins: one for each role, with passwords made on this machine.

Also the groups of its translators, one a language and act. A clinic makes its own in the admin.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, Permission, User
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from pages.catalog.permissions import Act, codename
from pages.languages import get_language, target_languages

# Reserved by RFC 2606, so no mail ever leaves; it also marks a user as ours to change.
DEMO_DOMAIN = "demo.invalid"
# Without letters and digits that look alike.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class DemoLogin:
    """groups: that pages/migrations or language_groups() made; superuser: may do everything."""

    username: str
    groups: tuple[str, ...]
    superuser: bool = False

    @property
    def email(self) -> str:
        return f"{self.username}@{DEMO_DOMAIN}"


LOGINS = (
    DemoLogin("editor", ("Editors", "Moderators")),
    DemoLogin("translator", ("Translators",)),
    DemoLogin("admin", (), superuser=True),
    DemoLogin("translator-es", ("Translators: Spanish",)),
    DemoLogin("reviewer-es", ("Reviewers: Spanish",)),
    DemoLogin("translator-ar", ("Translators: Arabic",)),
    DemoLogin("coordinator", ("Translation coordinators",)),
)


def language_groups() -> dict[str, set[str]]:
    """Codenames of permissions by the name of a group. Each may enter the admin too."""
    spanish, arabic = get_language("es"), get_language("ar")
    return {
        "Translators: Spanish": {codename(Act.TRANSLATE, spanish)},
        "Reviewers: Spanish": {codename(Act.REVIEW, spanish)},
        "Translators: Arabic": {codename(Act.TRANSLATE, arabic)},
        "Translation coordinators": {codename(Act.TRANSLATE, each) for each in target_languages()},
    }


def make_language_groups() -> None:
    """Those that are missing: what somebody changed about one stays."""
    for name, codenames in language_groups().items():
        group, is_new = Group.objects.get_or_create(name=name)
        if is_new:
            wanted = Permission.objects.filter(codename__in=codenames | {"access_admin"})
            group.permissions.set(wanted)


def logins_path() -> Path:
    return Path(settings.VAR_DIR) / "demo-logins.txt"


def read_passwords(path: Path) -> dict[str, str]:
    """Password by username; empty where there is no file."""
    if not path.exists():
        return {}
    lines = path.read_text(encoding="utf-8").splitlines()
    return {
        words[0]: words[1]
        for words in (line.split() for line in lines)
        if len(words) == 2 and not words[0].startswith("#")
    }


def write_passwords(path: Path, passwords: dict[str, str]) -> None:
    """Readable by its owner alone, from the first byte on."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write("# Logins of the demo on this machine. Delete this file for new passwords.\n")
        file.writelines(f"{name:<16}{password}\n" for name, password in passwords.items())


def make_password() -> str:
    """Twelve characters of 31, 59 bits, in groups that a person can type."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(3))


class Command(BaseCommand):
    help = "Create the demo's users, one for each role. Existing passwords stay."
    requires_system_checks: list[str] = []

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("Demo logins are refused where POLYCLINIC_ENV is production.")
        make_language_groups()
        path = logins_path()
        known = read_passwords(path)
        passwords = {login.username: known.get(login.username, "") for login in LOGINS}
        for login in LOGINS:
            if not passwords[login.username]:
                passwords[login.username] = make_password()
                self._user(login, new_password=passwords[login.username])
            elif not User.objects.filter(username=login.username).exists():
                self._user(login, new_password=passwords[login.username])
        if passwords != known:
            write_passwords(path, passwords)
            if options["verbosity"]:
                self.stdout.write(f"Demo logins are in {path}")

    def _user(self, login: DemoLogin, *, new_password: str) -> None:
        user = User.objects.filter(username=login.username).first()
        if user and user.email != login.email:
            raise CommandError(
                f"There is a user {login.username!r} that the demo did not make "
                f"(mail address {user.email!r}). Nothing was changed."
            )
        user = user or User(username=login.username, email=login.email)
        user.first_name, user.last_name = "Demo", login.username
        user.is_staff = user.is_superuser = login.superuser
        user.set_password(new_password)
        user.save()
        user.groups.set(Group.objects.filter(name__in=login.groups))
