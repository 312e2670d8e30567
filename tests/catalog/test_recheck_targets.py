"""Checks become better; what they say of older targets is found on request, and never silently."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from pages.models import Target, TargetChange
from tests import factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def page():
    """In Spanish, approved; and one target as if an older version had let a wrong unit pass."""
    page = factory.treatment()
    factory.translate(page, "es")
    target = Target.objects.get(text__contains="20 minutes")
    Target.objects.filter(pk=target.pk).update(text=target.text.replace("minutes", "horas"))
    return page


def recheck(*options: str) -> str:
    out = io.StringIO()
    call_command("recheck_targets", *options, stdout=out)
    return out.getvalue()


def section(page) -> dict:
    document = Client().get(f"/api/v1/es/treatments/{page.slug}/").json()
    return next(block for block in document["blocks"] if block["type"] == "prose_section")


def test_a_rehearsal_names_what_would_fall_back_and_stores_nothing(page):
    rows, log = list(Target.objects.values()), TargetChange.objects.count()
    said = recheck()
    assert "failing: units (before: none)" in said
    assert "Dr. Luz approved it: its block would be the source" in said
    assert "1 targets change, 1 of them approved and served now; nothing was stored" in said
    assert (list(Target.objects.values()), TargetChange.objects.count()) == (rows, log)
    assert section(page)["lang"] == "es"


def test_applied_the_block_falls_back_and_the_log_says_who(page):
    recheck("--apply", "--by", "Vera")
    target = Target.objects.get(text__contains="20 horas")
    assert (target.failed_checks, target.state) == (["units"], "approved")
    change = target.changes.latest("pk")
    assert (change.action, change.by) == ("rechecked", "Vera")
    assert section(page)["lang"] == "en"
    assert section(page)["translation"]["status"] == "blocked"
    assert "0 targets change" in recheck()


def test_a_waiver_stands_while_nothing_fails_that_it_was_not_given_for(page):
    Target.objects.filter(text__contains="20 horas").update(
        waiver="Checked by hand.", failed_checks=["numbers", "units"]
    )
    said = recheck("--apply", "--by", "Vera")
    assert "1 targets change, 0 of them approved and served now" in said
    assert section(page)["lang"] == "es"


def test_a_waiver_of_one_check_does_not_pass_what_another_finds_later(page):
    Target.objects.filter(text__contains="20 horas").update(
        waiver="The address is right.", failed_checks=["urls"]
    )
    said = recheck("--apply", "--by", "Vera")
    assert "1 targets change, 1 of them approved and served now" in said
    assert section(page)["translation"]["status"] == "blocked"


def test_storing_needs_a_name(page):
    with pytest.raises(CommandError, match="--apply needs --by NAME"):
        recheck("--apply")


def test_one_page_and_one_language_can_be_asked_for(page):
    assert "0 targets change" in recheck("--language", "fr")
    assert "1 targets change" in recheck("--language", "es", "--page", page.slug)
