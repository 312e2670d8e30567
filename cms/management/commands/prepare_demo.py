"""Everything `make run` needs before serving, in one process: the second start stays quick."""

from __future__ import annotations

import io
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from cms.management.commands.demo_logins import logins_path, read_passwords

# Path and what it shows. tests/test_prepare_demo.py asks for each of them.
ADDRESSES = (
    ("/admin/", "write and translate"),
    ("/api/v1/en/treatments/spinal-mobilization/", "read, in English"),
    ("/api/v1/ar/treatments/spinal-mobilization/", "read, in Arabic"),
    ("/api/v1/languages/", "languages and how much of each is translated"),
    ("/api/docs/", "the API, described"),
)
# Executable, what wants it, Debian's package.
OPTIONAL_TOOLS = (
    ("msgfmt", "make check", "gettext"),
    ("chromium", "the browser tests of make test", "chromium"),
)


class Command(BaseCommand):
    help = "Compile, migrate, load the demo and its logins; says what was done and where to look."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The demo is refused where POLYCLINIC_ENV is production.")
        refuse_taken_port(options["port"])
        with self._step("Interface words"):
            call_command("compile_interface", verbosity=0)
        with self._step("Database"):
            if has_unapplied_migrations():
                call_command("migrate", interactive=False, verbosity=0)
        with self._step("Demo content"):
            call_command("load_demo", quiet=True, stdout=io.StringIO())
        with self._step("Demo logins"):
            call_command("demo_logins", verbosity=0)
        self._say_where()

    @contextmanager
    def _step(self, name: str) -> Iterator[None]:
        self.stdout.write(f"{name} ... ", ending="")
        self.stdout.flush()
        started = time.monotonic()
        yield
        self.stdout.write(f"{time.monotonic() - started:.1f} s")

    def _say_where(self) -> None:
        self.stdout.write("")
        for path, what in ADDRESSES:
            self.stdout.write(f"  {settings.BASE_URL}{path:<46} {what}")
        self.stdout.write(f"\n  Logins (kept in {logins_path()}):")
        for username, password in read_passwords(logins_path()).items():
            self.stdout.write(f"    {username:<16}{password}")
        for tool, purpose, package in OPTIONAL_TOOLS:
            if not shutil.which(tool):
                self.stdout.write(f"  Optional: {purpose} needs {tool}: apt install {package}")
        self.stdout.write("")


def refuse_taken_port(port: int) -> None:
    """Raises CommandError while something listens there; the server would only say so later."""
    with socket.socket() as probe:
        # As servers do: a port whose last connections are still closing counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise CommandError(
                f"Port {port} of 127.0.0.1 is taken. Try: make run PORT={port + 1}"
            ) from None


def has_unapplied_migrations() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
