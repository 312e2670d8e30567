"""Ways in which an outdated or unreviewed translation might be served, or be called reviewed."""

from __future__ import annotations

import orjson
import pytest
from wagtail.blocks import StreamValue
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from pages.catalog.ledger import ReviewRefused, TargetRejected
from pages.catalog.segments import page_segments
from pages.catalog.targets import approve_target, store_target
from pages.document.vocabulary import Origin
from pages.languages import get_language
from pages.models import CurrentEdition, Target, TreatmentPage
from pages.publishing.editions import reconcile
from tests import factory
from tests.factory import LEAD, SECTION, WARNING, block_id

pytestmark = pytest.mark.django_db
SPANISH = get_language("es")


def document(page: TreatmentPage, code: str = "es") -> dict:
    row = CurrentEdition.objects.select_related("edition").get(page=page, language=code)
    return orjson.loads(bytes(row.edition.body))


def block(page: TreatmentPage, kind: str, code: str = "es") -> dict:
    return next(found for found in document(page, code)["blocks"] if found["type"] == kind)


def said(page: TreatmentPage, kind: str) -> tuple[str, str]:
    found = block(page, kind)
    return found["lang"], found["translation"]["status"]


# What says nothing of its state is served from reviewed words alone


def test_an_image_says_nothing_of_a_review_so_its_words_are_reviewed(settings):
    settings.UNREVIEWED_POLICY = "machine"
    image = get_image_model().objects.create(title="Back", file=get_test_image_file())
    page = factory.treatment(image=image, image_alt_en="A back in motion")
    factory.translate(page, "es")
    assert document(page)["image"]["alt_lang"] == "es"
    page = factory.edit(page, image_alt_en="A back that does not move")
    factory.translate(page, "es", state="machine", only="image_alt")
    assert document(page)["image"]["alt_lang"] == "en"
    assert document(page)["image"]["alt"] == "A back that does not move"


@pytest.mark.parametrize("code", ["es", "ar"])
def test_a_link_says_nothing_of_a_review_so_its_heading_is_reviewed(settings, code):
    settings.UNREVIEWED_POLICY = "machine"
    other = factory.treatment("other")
    related = {"critical": True, "kind": "complements", "treatment": other.pk, "text": "Both."}
    page = factory.treatment(blocks=(LEAD, ("r", "relation", related), WARNING))
    for treatment in (other, page):
        factory.translate(treatment, code)
    assert block(page, "relation", code)["treatment"]["lang"] == code
    other = factory.edit(other, heading_en="Quite another name")
    factory.translate(other, code, state="machine", only="heading")
    assert document(other, code)["heading"]["translation"]["status"] == "machine"
    link = block(page, "relation", code)["treatment"]
    assert (link["lang"], link["heading"]) == ("en", "Quite another name")


# Keys


def test_two_paragraphs_under_one_key_are_not_served_in_each_others_words():
    page = factory.treatment()
    stream = page.body.stream_block
    twice = '<p data-block-key="k">Do not drive.</p><p data-block-key="k">Drink water.</p>'
    raw = [
        {"type": "lead", "id": block_id("lead"), "value": LEAD[2]},
        {"type": "prose_section", "id": block_id("section"), "value": {"body": twice}},
    ]
    # As a data migration would, past everything that normalises a body.
    body = StreamValue(stream, raw, is_lazy=True)
    TreatmentPage.objects.filter(pk=page.pk).update(body=body)
    factory.translate(TreatmentPage.objects.get(pk=page.pk), "es")
    assert said(page, "prose_section") == ("en", "missing")
    assert said(page, "lead") == ("es", "approved")


def test_items_that_swap_their_words_swap_no_translation():
    def warnings(*texts: str):
        found = [{"text": text, "severity": "absolute"} for text in texts]
        return (LEAD, ("warning", "contraindications", {"items": found}))

    page = factory.treatment(blocks=warnings("Never when pregnant.", "Never with fever."))
    factory.translate(page, "es")
    factory.edit(page, blocks=warnings("Never with fever.", "Never when pregnant."))
    assert said(page, "contraindications") == ("en", "stale")


def test_a_block_pasted_with_the_same_id_is_translated_by_its_own_words_alone():
    page = factory.treatment()
    factory.translate(page, "es")
    pasted = ("section", "prose_section", {"heading": "What to expect", "body": "<p>Pay now.</p>"})
    factory.edit(page, blocks=(LEAD, pasted, SECTION, WARNING))
    first, second = (b for b in document(page)["blocks"] if b["type"] == "prose_section")
    assert first["lang"] == second["lang"] == "en"
    assert len({first["id"], second["id"]}) == 2


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Take 10 mg.", "Take 10 mg"),
        ("Take 1.0 mg.", "Take 10 mg."),
        ("10⁵ units", "105 units"),
        ("½ tablet", "1⁄2 tablet"),
        ("over 40", "Over 40"),
        ("a-b", "a‑b"),
        ("no\u200bw", "now"),
    ],
)
def test_what_reads_differently_is_another_text(before, after):
    page = factory.treatment(blocks=(("lead", "lead", {"text": before}), WARNING))
    factory.translate(page, "es")
    assert said(page, "lead")[0] == "es"
    factory.edit(page, blocks=(("lead", "lead", {"text": after}), WARNING))
    assert said(page, "lead") == ("en", "stale")


def test_what_languages_share_changes_in_all_of_them_at_once():
    def warning(severity: str):
        items = [{"text": "You take blood thinners.", "severity": severity}]
        return (LEAD, ("warning", "contraindications", {"items": items}))

    page = factory.treatment(blocks=warning("relative"))
    factory.translate(page, "es")
    before = block(page, "contraindications")["items"][0]
    factory.edit(page, blocks=warning("absolute"))
    after = block(page, "contraindications")["items"][0]
    assert said(page, "contraindications") == ("es", "approved")
    assert (before["severity"], after["severity"]) == ("relative", "absolute")
    assert before["severity_label"] != after["severity_label"]
    assert before["text"] == after["text"]


# Policy and criticality


def test_a_block_that_becomes_critical_loses_its_unreviewed_words_at_that_publish(settings):
    settings.UNREVIEWED_POLICY = "machine"
    page = factory.treatment()
    for part in ("heading", "summary", f"body.{block_id('warning')}"):
        factory.translate(page, "es", only=part)
    factory.translate(page, "es", state="machine", only=f"body.{block_id('section')}")
    assert said(page, "prose_section") == ("es", "machine")
    critical = ("section", "prose_section", {**SECTION[2], "critical": True})
    factory.edit(page, blocks=(LEAD, critical, WARNING))
    assert said(page, "prose_section") == ("en", "unreviewed")


def test_a_stricter_policy_holds_from_the_next_reconcile(settings):
    settings.UNREVIEWED_POLICY = "machine"
    page = factory.treatment()
    factory.translate(page, "es")
    page = factory.edit(page, blocks=(("lead", "lead", {"text": "New words."}), SECTION, WARNING))
    factory.translate(page, "es", state="machine", only=f"body.{block_id('lead')}")
    assert said(page, "lead") == ("es", "machine")
    settings.UNREVIEWED_POLICY = "never"
    reconcile(page.pk)
    assert said(page, "lead") == ("en", "unreviewed")


# Reviews


@pytest.fixture
def segment():
    page = factory.treatment()
    return page, next(found for found in page_segments(page) if "20" in found.text)


def test_a_review_is_of_what_the_reviewer_read(segment):
    page, found = segment
    read = store_target(page.pk, SPANISH, found, found.text, by="Ana", origin=Origin.HUMAN)
    changed = f"{found.text} No."
    store_target(page.pk, SPANISH, found, changed, by="Bea", origin=Origin.HUMAN)
    with pytest.raises(ReviewRefused, match="Read it again"):
        approve_target(read, by="Dr. Luz")
    stored = Target.objects.get(page=page, key=found.key)
    assert (stored.text, stored.state) == (changed, "needs_review")


def test_a_waiver_has_a_reason_and_dies_with_the_text(segment):
    page, found = segment
    wrong = found.text.replace("20", "30")
    target = store_target(page.pk, SPANISH, found, wrong, by="Ana", origin=Origin.HUMAN)
    with pytest.raises(ReviewRefused, match="numbers"):
        approve_target(target, by="Dr. Luz", waiver=" \n")
    approve_target(target, by="Dr. Luz", waiver="A range, see the source.")
    worse = found.text.replace("20", "40")
    target = store_target(page.pk, SPANISH, found, worse, by="Ana", origin=Origin.HUMAN)
    assert (target.state, target.waiver, target.failed_checks) == ("needs_review", "", ["numbers"])


def test_a_machine_replaces_nothing_that_a_person_wrote_or_approved(segment):
    page, found = segment
    for state in ("needs_review", "approved"):
        factory.translate_segment(page, found, SPANISH, state)
        with pytest.raises(TargetRejected, match="machine"):
            store_target(
                page.pk,
                SPANISH,
                found,
                f"{found.text} Otra.",
                by="engine",
                origin=Origin.MACHINE,
                state="machine",
            )
        assert Target.objects.get(page=page, key=found.key).state == state


@pytest.mark.parametrize(("author", "reviewer"), [("José", "Jose\u0301"), ("Ana Luz", "ana  luz")])
def test_one_person_under_two_spellings_is_one_person(segment, author, reviewer):
    page, found = segment
    target = store_target(
        page.pk, SPANISH, found, f"{found.text} Sí.", by=author, origin=Origin.HUMAN
    )
    with pytest.raises(ReviewRefused, match="four eyes"):
        approve_target(target, by=reviewer)


def test_a_copied_page_starts_without_translations():
    page = factory.treatment()
    factory.translate(page, "es")
    copy = page.copy(update_attrs={"slug": "copy", "title": "Copy"}, keep_live=True)
    copy = TreatmentPage.objects.get(pk=copy.pk)
    assert list(CurrentEdition.objects.filter(page=copy).values_list("language")) == [("en",)]
    assert copy.heading_es is None
