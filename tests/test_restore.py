"""A backup of the database, changes after it, and the backup again: the same bytes under the same
ETags, and no app goes on from what the restored log does not know."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from api.position import positions
from pages.languages import get_language
from pages.models import CurrentEdition, Edition, Release, TreatmentPage
from pages.publishing.editions import reconcile
from pages.publishing.release import set_release
from pages.publishing.verify import verify_editions
from tests import factory
from tests.histories.app import App, BeginAnew, Key

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("shared_database"),
]


def of_postgresql(path: Path) -> Callable[[], None]:
    """Dump to `path`; what restores it. As deploy/README.md says."""
    params = connection.get_connection_params()
    login = f"{quote(params['user'])}:{quote(params.get('password') or '')}"
    address = f"postgres://{login}@{params['host']}:{params.get('port') or 5432}/{params['dbname']}"
    subprocess.run(["pg_dump", "--format=custom", "--file", path, address], check=True)

    def restore() -> None:
        connection.close()
        into = ["pg_restore", "--clean", "--if-exists", "--single-transaction", "--exit-on-error"]
        subprocess.run([*into, "--dbname", address, path], check=True)

    return restore


def of_sqlite(path: Path) -> Callable[[], None]:
    """The same with SQLite's shell: a copy while the database is in use, and its file put back."""
    file = connection.settings_dict["NAME"]
    subprocess.run(["sqlite3", file, f".backup {path}"], check=True)

    def restore() -> None:
        connection.close()
        for leftover in (f"{file}-wal", f"{file}-shm"):
            Path(leftover).unlink(missing_ok=True)
        shutil.copy(path, file)

    return restore


def back_up(folder: Path) -> Callable[[], None]:
    """What puts the database of now back, and starts the server again."""
    put_back = _back_up(folder)

    def restore() -> None:
        put_back()
        positions.forget()  # as a process that was just started: it has asked for no position yet

    return restore


def _back_up(folder: Path) -> Callable[[], None]:
    if connection.vendor == "sqlite":
        if not shutil.which("sqlite3"):
            pytest.skip("needs SQLite's shell: apt install sqlite3")
        return of_sqlite(folder / "copy.sqlite3")
    if not shutil.which("pg_restore"):
        pytest.skip("needs pg_dump and pg_restore: apt install postgresql-client")
    return of_postgresql(folder / "polyclinic.dump")


def synced(app: App) -> App:
    while app.ask(2).has_more:
        pass
    return app


def crawled(client: Client) -> dict[Key, tuple[bytes, str]]:
    """(bytes, ETag) of all that is public, as a reader gets it."""
    found: dict[Key, tuple[bytes, str]] = {}
    for document_id, language in CurrentEdition.objects.values_list("document_id", "language"):
        answer = client.get(f"/api/v1/{language}/treatments/{document_id}/")
        assert answer.status_code == 200
        found[str(document_id), language] = (answer.content, answer.headers["ETag"])
    return found


def test_what_was_backed_up_comes_back_to_the_byte_and_every_app_begins_anew(client, tmp_path):
    pages = [factory.treatment(name) for name in ("one", "two", "three")]
    factory.translate(pages[0], "es")
    pages[2].unpublish()
    languages = ("en", "es")
    before = synced(App(languages))
    was, log = crawled(client), list(Edition.objects.values_list("seq", "chain"))
    restore = back_up(tmp_path)

    factory.edit(pages[0], summary_en="Words that are lost.")
    factory.treatment("four")
    TreatmentPage.objects.get(pk=pages[1].pk).unpublish()
    spanish = get_language("es")
    set_release(pages[0].pk, spanish, Release.State.WITHDRAWN, by="Dr. Luz", reason="wrong")
    reconcile(pages[0].pk)
    late = synced(App(languages))
    assert crawled(client) != was
    restore()

    assert crawled(client) == was
    assert list(Edition.objects.values_list("seq", "chain")) == log
    assert verify_editions()[1] == []
    # Also where nobody ran renew_feed: what is newer than the backup is of no use.
    with pytest.raises(BeginAnew):
        late.ask(10)
    call_command("renew_feed")
    with pytest.raises(BeginAnew):
        before.ask(10)
    for app in (before, late):
        assert synced(app).held == {key: body for key, (body, _) in was.items()}

    # The restored log goes on where the backup ended.
    factory.edit(pages[1], summary_en="Words of afterwards.")
    assert Edition.objects.latest("seq").seq == max(seq for seq, _ in log) + 1
    for app in (before, late):
        assert b"Words of afterwards." in synced(app).held[str(pages[1].translation_key), "en"]
        assert app.held == synced(App(languages)).held


def test_a_log_that_grew_as_long_again_after_a_restore_is_another_one(client, tmp_path):
    page = factory.treatment()
    restore = back_up(tmp_path)
    factory.edit(page, summary_en="Words that are lost.")
    late = synced(App(("en",)))
    restore()
    factory.edit(page, summary_en="Words of afterwards.")
    assert Edition.objects.latest("seq").seq == late.last
    with pytest.raises(BeginAnew):
        late.ask(10)
    assert b"Words of afterwards." in synced(late).held[str(page.translation_key), "en"]
