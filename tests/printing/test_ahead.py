"""PDFs that are there before anybody asks: when, for what, and what may fail."""

from __future__ import annotations

import time

import pytest

from pages.document.print_page import Paper
from pages.models import CurrentEdition
from pages.models.branding import print_branding
from pages.printing import pool as pools
from pages.printing.ahead import print_ahead
from pages.printing.many import printables
from pages.printing.printed import print_key
from pages.printing.store import stored
from tests import factory
from tests.printing.pango import needs_pango

pytestmark = needs_pango


@pytest.fixture
def own_store(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def made(paper: Paper = Paper.A4) -> dict[str, bool]:
    """Whether the store has the PDF, by language."""
    return {
        edition.language_code: stored(print_key(edition, paper, print_branding())) is not None
        for _, edition in printables(CurrentEdition.objects.order_by("language"))
    }


@pytest.mark.django_db(transaction=True)
def test_what_is_published_is_printed_once_it_is_kept(settings, own_store, client):
    settings.BACKGROUND = True  # the queue of the tests runs a task where it is enqueued
    page = factory.treatment()
    factory.translate(page, "es")
    assert made() == {"en": True, "es": True}
    assert made(Paper.LETTER) == {"en": False, "es": False}
    ahead = {path: path.stat().st_mtime_ns for path in (settings.VAR_DIR / "print").rglob("*.pdf")}
    assert client.get("/api/v1/es/treatments/back-care.pdf").status_code == 200
    factory.edit(page, summary_en="Other words.")
    assert made() == {"en": True, "es": True}
    assert {path: path.stat().st_mtime_ns for path in ahead} == ahead  # none made twice


@pytest.mark.django_db(transaction=True)
def test_a_request_that_publishes_prints_nothing_itself(settings, own_store):
    assert settings.BACKGROUND is False
    factory.treatment()
    assert made() == {"en": False}


@pytest.mark.django_db
def test_what_is_not_public_is_not_printed(settings, own_store):
    page = factory.treatment()
    factory.translate(page, "es")
    page.unpublish()
    print_ahead.call(page.pk)
    assert list((settings.VAR_DIR / "print").rglob("*.pdf")) == []


@pytest.mark.django_db
def test_a_language_that_cannot_be_printed_keeps_no_other_from_it(own_store):
    page = factory.treatment()
    factory.translate(page, "ar")
    factory.translate(page, "es")
    ((_, edition),) = printables(CurrentEdition.objects.filter(language="ar"))
    key = print_key(edition, Paper.A4, print_branding())
    # As it is remembered of a page that took its worker down.
    remembered = pools.PrintFailed("A page in ar cannot be printed.")
    pools.print_pool()._bad[key] = (time.monotonic() + 60, remembered)
    print_ahead.call(page.pk)
    assert made() == {"ar": False, "en": True, "es": True}
