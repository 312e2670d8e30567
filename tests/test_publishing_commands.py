"""The operator's commands over the edition log."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from pages.models import CurrentEdition, Edition, TreatmentPage
from tests import factory

pytestmark = pytest.mark.django_db


def run(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def test_reconciling_what_is_in_order_appends_nothing():
    factory.translate(factory.treatment(), "es")
    assert run("reconcile_editions") == "0 editions appended.\n"


def test_reconciling_records_an_expiry_as_an_event():
    page = factory.treatment()
    TreatmentPage.objects.filter(pk=page.pk).update(expire_at=timezone.now() - timedelta(hours=1))
    assert "back-care en: expired" in run("reconcile_editions", "back-care")
    assert Edition.objects.last().reason == "expired"
    assert run("reconcile_editions") == "0 editions appended.\n"


def test_a_new_base_url_reaches_every_document(settings):
    page = factory.treatment()
    settings.BASE_URL = "https://clinic.example.org"
    assert "1 editions appended" in run("reconcile_editions")
    body = bytes(CurrentEdition.objects.get(page=page).edition.body)
    assert b"https://clinic.example.org/api/v1/en/treatments/back-care/" in body


def test_verifying_finds_nothing_in_an_untouched_log():
    page = factory.treatment()
    factory.translate(page, "es")
    factory.edit(page, summary_en="New.")
    assert run("verify_editions").startswith("4 editions: every digest")


@pytest.mark.parametrize("column", ["body", "digest", "chain", "reason", "language"])
def test_verifying_finds_an_altered_edition(column):
    page = factory.treatment()
    factory.edit(page, summary_en="New.")
    value = "'xx'" if column != "body" else "X'00'"
    if connection.vendor == "postgresql" and column == "body":
        value = r"'\x00'::bytea"
    with connection.cursor() as cursor:
        # Somebody with the database in hand, and the triggers out of the way.
        for statement in _without_triggers():
            cursor.execute(statement)
        kind = ", kind = 'tombstone'" if column == "reason" else ""
        cursor.execute(f"UPDATE pages_edition SET {column} = {value}{kind} WHERE number = 1")  # noqa: S608
    with pytest.raises(CommandError, match="faults in 2 editions"):
        run("verify_editions")


def _without_triggers() -> list[str]:
    if connection.vendor == "postgresql":
        return ["SET CONSTRAINTS ALL IMMEDIATE", "ALTER TABLE pages_edition DISABLE TRIGGER USER"]
    return ["DROP TRIGGER pages_edition_no_update"]


def test_withdrawing_needs_a_reason_and_takes_a_language_out_of_the_api(client):
    page = factory.treatment()
    factory.translate(page, "es")
    with pytest.raises(CommandError, match="needs a --reason"):
        run("set_release", "back-care", "es", "withdrawn", "--by", "Dr. Luz")
    run("set_release", "back-care", "es", "withdrawn", "--by", "Dr. Luz", "--reason", "wrong dose")
    assert client.get("/api/v1/es/treatments/back-care/").status_code == 404
    assert client.get("/api/v1/en/treatments/back-care/").status_code == 200
    run("set_release", "back-care", "es", "released", "--by", "Dr. Luz")
    assert client.get("/api/v1/es/treatments/back-care/").status_code == 200


def test_a_name_that_is_not_known_is_refused_with_those_that_are():
    factory.treatment()
    with pytest.raises(CommandError, match="Allowed: back-care"):
        run("set_release", "nope", "es", "released", "--by", "me")
    with pytest.raises(CommandError, match="Allowed: en, es"):
        run("set_release", "back-care", "xx", "released", "--by", "me")
    with pytest.raises(CommandError, match="nope"):
        run("reconcile_editions", "nope")
