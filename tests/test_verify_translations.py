"""verify_translations finds whatever is not what segments and policy say, and writes nothing."""

from __future__ import annotations

import io
import re

import pytest
from django.core.management import CommandError, call_command

from pages.models import CurrentEdition, Edition, Facet, Release, Target, TreatmentPage
from pages.models.target import TargetState
from pages.publishing.editions import reconcile
from tests import factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def page():
    page = factory.treatment()
    factory.translate(page, "es", "ar")
    return page


def said() -> str:
    out = io.StringIO()
    try:
        call_command("verify_translations", stdout=out)
    except CommandError as error:
        out.write(str(error))
    return out.getvalue()


def test_all_is_right_after_the_usual_acts_and_nothing_is_written(page):
    factory.translate(page, "fr", state=TargetState.NEEDS_REVIEW)
    factory.edit(page, summary_en="Something else.")
    page.copy(update_attrs={"slug": "copied", "title": "Copied"}, keep_live=True)
    factory.treatment("hidden").unpublish()
    before = [list(model.objects.values()) for model in (Edition, CurrentEdition, Release, Target)]
    assert said() == (
        f"{Target.objects.count()} targets, 3 pages, 4 editions: "
        "all is what segments and policy say.\n"
    )
    assert before == [
        list(model.objects.values()) for model in (Edition, CurrentEdition, Release, Target)
    ]


def test_a_target_column_that_nobody_approved(page):
    TreatmentPage.objects.filter(pk=page.pk).update(heading_es="Nadie", summary_ar=None)
    found = said()
    assert "back-care heading_es: is 'Nadie', and should be 'Back care (español)'." in found
    assert "back-care summary_ar: is None" in found


def test_a_digest_that_is_not_its_source_s(page):
    target = Target.objects.filter(language="es", key="heading")
    target.update(source="Neck care")
    assert f"Target {target.get().pk}, es heading: its digest" in said()


def test_an_approval_that_was_never_published(page):
    Target.objects.filter(language="es", key__endswith="#rest0").update(text="Otro <b1>20</b1>.")
    assert "back-care es: edition 1's body is" in said()
    reconcile(page.pk)
    assert said().endswith("say.\n")


def test_an_approval_that_was_taken_away_past_the_ledger(page):
    Target.objects.filter(language="ar", key="summary").update(state="needs_review", reviewer="")
    found = said()
    assert "back-care ar: edition 1's body is" in found
    assert re.search(r"back-care summary_ar: is '.+ \(العربيّة\)', and should be None", found)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"heading": "Other"}, "back-care es: heading is 'Other', and should be"),
        ({"blocks_in_language": 1}, "back-care es: blocks_in_language is 1, and should be 3"),
        ({"languages": "es"}, "back-care es: languages is 'es', and should be 'en es ar'"),
        ({"slug": "old"}, "back-care es: slug is 'old'"),
    ],
)
def test_what_lists_read(page, change, message):
    CurrentEdition.objects.filter(language="es").update(**change)
    assert message in said()


def test_facets_and_languages_that_are_missing_or_too_many(page):
    Facet.objects.filter(current__language="es").delete()
    Release.objects.filter(language="ar").update(state=Release.State.WITHDRAWN)
    CurrentEdition.objects.filter(language="en").delete()
    found = said()
    assert "back-care es: list of facets is []" in found
    assert "back-care ar: is served, and is not released." in found
    assert "back-care en: is released, and not served." in found


def test_a_page_that_is_hidden_and_served(page):
    TreatmentPage.objects.filter(pk=page.pk).update(live=False)
    assert "back-care es: is served, and should not be." in said()


def test_a_release_that_the_rule_owes(page):
    Release.objects.filter(language="es").delete()
    assert "back-care es: the rule releases it, and it is not." in said()
