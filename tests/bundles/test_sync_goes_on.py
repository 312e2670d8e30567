"""An app begins with a bundle and goes on with sync. Whatever happened before and since, it ends
with what a fresh start gives: tests/histories has such an app."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from pages.languages import get_language
from pages.publishing.editions import reconcile
from pages.publishing.release import set_release
from tests import factory
from tests.bundles.reading import Opened, open_bundle
from tests.feed_app import take_positions
from tests.histories.app import App

pytestmark = pytest.mark.django_db


def begun_with(bundle: Opened) -> App:
    app = App((bundle.manifest["language"],))
    app.begin_with(bundle)
    return app


def fresh(code: str) -> App:
    app = App((code,))
    while app.ask(100).has_more:
        pass
    return app


def test_who_has_a_bundle_is_told_what_came_after_it_and_nothing_twice(client, page, form):
    take_positions()
    app = begun_with(open_bundle(client.get(f"/api/v1/es/bundle.{form}").getvalue()))
    assert app.held == fresh("es").held != {}
    assert app.ask(100).items == []
    factory.translate(factory.treatment("neck-care"), "es")
    (item,) = app.ask(100).items
    assert item["document"]["slug"] == "neck-care"
    assert app.held == fresh("es").held


def test_a_recall_reaches_who_opens_an_old_bundle_as_a_tombstone(page, tmp_path):
    """From a USB stick: nobody compares it with what is public before it is opened."""
    call_command("export_bundle", "--out", tmp_path, "--language", "es")
    set_release(page.pk, get_language("es"), "recalled", by="Dr. Luz", reason="wrong dose")
    reconcile(page.pk)
    app = begun_with(open_bundle((tmp_path / "es" / "bundle.zip").read_bytes()))
    assert app.held
    (item,) = app.ask(100).items
    assert (item["deleted"], item["reason"], app.held) == (True, "recalled", {})
