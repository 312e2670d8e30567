"""What a person who has just run `make run` finds, and what becomes of it when they edit."""

from __future__ import annotations

import copy
from io import StringIO

import jsonschema
import orjson
import pytest
from django.conf import settings
from django.core.management import call_command

from pages.demo.load import DEMO_REVIEWER
from pages.languages import all_languages, target_languages
from pages.models import Edition, Target, TreatmentPage
from pages.models.target import TargetState

pytestmark = pytest.mark.django_db
PAGES = {
    "epidural-steroid-injection",
    "nerve-block",
    "physical-therapy",
    "spinal-mobilization",
    "therapeutic-massage",
    "trigger-point-injection",
}


@pytest.fixture
def demo() -> None:
    call_command("load_demo", quiet=True, stdout=StringIO())


def get(client, language: str, slug: str) -> dict:
    response = client.get(f"/api/v1/{language}/treatments/{slug}/")
    assert response.status_code == 200
    return orjson.loads(response.content)


def fallen_back(document: dict) -> list[tuple[str, str]]:
    return [
        (block["type"], block["translation"]["status"])
        for block in document["blocks"]
        if block["lang"] != document["lang"]
    ]


@pytest.mark.usefixtures("demo")
def test_the_demo_is_six_treatments_of_which_one_is_whole_in_every_language(client):
    schema = orjson.loads(
        (settings.BASE_DIR / "docs" / "reference" / "document.schema.json").read_bytes()
    )
    validator = jsonschema.Draft202012Validator(schema)
    languages: dict[str, set[str]] = {}
    for language in all_languages():
        items = orjson.loads(
            client.get(f"/api/v1/{language.code}/treatments/?fields=full").content
        )["items"]
        for document in items:
            validator.validate(document)
            languages.setdefault(document["slug"], set()).add(language.code)
    assert set(languages) == PAGES
    assert languages["spinal-mobilization"] == {language.code for language in all_languages()}
    assert all(len(found) >= 3 for found in languages.values())
    for language in target_languages():
        document = get(client, language.code, "spinal-mobilization")
        assert fallen_back(document) == []
        reviewers = {block["translation"]["reviewed_by"] for block in document["blocks"]}
        assert reviewers == {DEMO_REVIEWER}
    # What is deliberately not in order.
    assert fallen_back(get(client, "es", "physical-therapy")) == [("do_dont", "stale")]
    assert fallen_back(get(client, "es", "nerve-block")) == [("benefits", "unreviewed")]
    chinese = get(client, "zh-hans", "epidural-steroid-injection")
    assert fallen_back(chinese) == [("checklist", "missing")]
    assert not Target.objects.filter(state=TargetState.APPROVED).exclude(failed_checks=[]).exists()
    # Twice is once.
    before = Edition.objects.count()
    out = StringIO()
    call_command("load_demo", stdout=out)
    assert out.getvalue() == "Demo content: loaded already.\n"
    call_command("reconcile_editions", stdout=out)
    assert Edition.objects.count() == before
    # And what an editor deleted stays deleted.
    TreatmentPage.objects.get(slug="nerve-block").delete()
    call_command("load_demo", stdout=out)
    assert not TreatmentPage.objects.filter(slug="nerve-block").exists()


@pytest.mark.usefixtures("demo")
def test_an_edited_block_is_english_in_ten_languages_and_a_revert_restores_them(client):
    page = TreatmentPage.objects.get(slug="spinal-mobilization")
    original = page.latest_revision
    reviewed = {
        language.code: get(client, language.code, page.slug) for language in target_languages()
    }
    raw = copy.deepcopy(list(page.body.raw_data))
    advice = next(item for item in raw if item["type"] == "do_dont")
    advice["value"]["do"][1]["value"] = "Use a warm pack on sore muscles for up to 15 minutes."
    stream = page.body.stream_block
    page.body = stream.to_python(raw)
    page.save_revision().publish()
    for code in reviewed:
        assert fallen_back(get(client, code, page.slug)) == [("do_dont", "stale")]
    original.publish()
    for code, document in reviewed.items():
        assert get(client, code, page.slug) == document
