"""kill -9 in the middle of an import: nothing of the file is there, or whole pages of it."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import polib
import psycopg
import pytest
from django.conf import settings

from pages.catalog.export import Catalog, export_catalog
from tests import factory
from tests.catalog.conftest import SPANISH
from tests.other_process import database_url, environment

pytestmark = pytest.mark.django_db(transaction=True)
REVIEW = ("--by", "Ana", "--accept-approved", "--reviewer", "Dr. Luz")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Three pages, all translated."""
    pages = [factory.treatment(f"page-{number}") for number in range(3)]
    data, _ = export_catalog(Catalog.TREATMENTS, SPANISH, pages)
    catalog = polib.pofile(data.decode())
    for entry in catalog:
        entry.msgstr = f"{entry.msgid} (es)"
    path = tmp_path / "es.po"
    catalog.save(str(path))
    return path


def run(url: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=settings.BASE_DIR,
        env=environment(url),
        check=False,
        capture_output=True,
        text=True,
    )


def killed_at(page: int, url: str, *arguments: object) -> None:
    script = Path(__file__).with_name("killed_import.py")
    done = run(url, script, page, *arguments)
    assert done.returncode == -signal.SIGKILL, done.stderr


def manage(url: str, *arguments: object) -> str:
    done = run(url, "manage.py", *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def rows(url: str) -> tuple[int, ...]:
    """How many targets, changes of targets, imports and Spanish editions are stored."""
    tables = ("target", "targetchange", "catalogimport", "edition WHERE language = 'es'")
    address = urlsplit(url)
    reading = (
        psycopg.connect(url)
        if address.scheme == "postgres"
        else sqlite3.connect(address.path.removeprefix("/"))
    )
    with closing(reading):
        counts = (reading.execute(f"SELECT count(*) FROM pages_{table}") for table in tables)  # noqa: S608
        return tuple(count.fetchone()[0] for count in counts)


def test_a_killed_import_changed_nothing_and_can_be_run_again(file, tmp_path):
    url = database_url(tmp_path)
    killed_at(3, url, file, "--language", "es", *REVIEW)
    assert rows(url) == (0, 0, 0, 0)
    assert "21 applied" in manage(url, "import_catalogs", file, "--language", "es", *REVIEW)
    assert rows(url) == (21, 42, 1, 3)
    manage(url, "verify_translations")
    manage(url, "verify_editions")


def test_page_by_page_what_was_done_stays_and_is_published_and_the_rest_follows(file, tmp_path):
    url = database_url(tmp_path)
    killed_at(3, url, file, "--language", "es", "--per-page", *REVIEW)
    assert rows(url) == (14, 28, 1, 2)
    manage(url, "verify_translations")
    again = ("import_catalogs", file, "--language", "es", "--per-page", *REVIEW)
    assert "7 applied, 14 unchanged" in manage(url, *again)
    assert rows(url) == (21, 42, 2, 3)
    manage(url, "verify_translations")


def test_files_that_were_stored_before_a_run_was_killed_are_published_by_the_next(file, tmp_path):
    other = file.with_name("fr.po")
    text = file.read_text(encoding="utf-8").replace("Language: es", "Language: fr")
    other.write_text(text, encoding="utf-8")
    url = database_url(tmp_path)
    killed_at(1, url, file, other, *REVIEW)  # both are stored, and no page is recompiled
    assert rows(url) == (42, 84, 2, 0)
    manage(url, "import_catalogs", file, *REVIEW)
    assert rows(url) == (42, 84, 2, 3)
    manage(url, "verify_translations")
