"""Translation memory: what a translator is offered for a text, from every target that stands."""

from __future__ import annotations

import pytest
from django.db import connection

from pages.catalog.memory.suggest import Kind, Suggestion, segment_suggestions, suggestions
from pages.catalog.memory.tags import Fit, refit
from pages.catalog.segments import Segment, page_segments
from pages.catalog.targets import store_target
from pages.document.vocabulary import Origin
from pages.languages import get_language
from pages.models import Target, TreatmentPage
from pages.models.target import TargetState
from tests import factory
from tests.factory import block_id

pytestmark = pytest.mark.django_db
SPANISH, FRENCH = get_language("es"), get_language("fr")
SENTENCE = "Lie down and rest for a day after the injection."


def page(slug: str, text: str = SENTENCE, name: str = "lead") -> TreatmentPage:
    return factory.treatment(slug, blocks=[(name, "lead", {"text": text})])


def lead_of(page: TreatmentPage) -> Segment:
    (found,) = (segment for segment in page_segments(page) if segment.key.startswith("body"))
    return found


def offered(page: TreatmentPage, limit: int = 5) -> tuple[Suggestion, ...]:
    return segment_suggestions(page.pk, lead_of(page), SPANISH, limit=limit)


def remember(
    slug: str, target: str, state: TargetState = TargetState.APPROVED, **how: object
) -> TreatmentPage:
    made = page(slug, name=slug)
    store_target(
        made.pk, SPANISH, lead_of(made), target, by="Ana", origin=how.get("origin", Origin.HUMAN)
    )
    Target.objects.filter(page=made).update(state=state, reviewer="Dr. Luz")
    return made


def test_the_same_sentence_on_another_page_is_exact_and_says_where_it_stands():
    remember("knee", "Descanse un día.")
    (found,) = offered(page("hip"))
    assert (found.score, found.kind, found.target) == (100, Kind.EXACT, "Descanse un día.")
    assert (found.where_from, found.state, found.reviewer) == ("knee", "approved", "Dr. Luz")


def test_a_sentence_that_is_alike_is_fuzzy_with_the_source_that_it_translates():
    remember("knee", "Descanse un día.")
    (found,) = offered(page("hip", SENTENCE.replace("a day", "two days")))
    assert found.kind is Kind.FUZZY
    assert 75 <= found.score < 100
    assert found.source == SENTENCE


def test_what_is_less_than_three_quarters_alike_is_not_offered():
    remember("knee", "Descanse un día.")
    assert offered(page("hip", "Drink plenty of water every morning before you eat.")) == ()


def test_a_text_that_differs_in_capitals_alone_is_no_exact_match():
    remember("knee", "Descanse un día.")
    (found,) = offered(page("hip", SENTENCE.upper()))
    assert (found.score, found.kind) == (99, Kind.FUZZY)


def test_approved_comes_before_a_person_s_then_a_file_s_then_a_machine_s():
    remember("machine", "de la máquina", TargetState.MACHINE, origin=Origin.MACHINE)
    remember("file", "del archivo", TargetState.NEEDS_REVIEW, origin=Origin.IMPORT)
    remember("person", "de Ana", TargetState.NEEDS_REVIEW)
    remember("approved", "aprobado")
    found = [suggestion.where_from for suggestion in offered(page("hip"))]
    assert found == ["approved", "person", "file", "machine"]


def test_of_two_that_are_as_good_the_one_of_the_same_place_comes_first():
    original = remember("knee", "de la rodilla")
    remember("hip", "de la cadera")
    copy = original.copy(update_attrs={"slug": "knee-2", "title": "Knee 2"})
    Target.objects.filter(page=copy).delete()
    first, second = offered(TreatmentPage.objects.get(pk=copy.pk))
    assert (first.where_from, first.kind) == ("knee", Kind.IN_CONTEXT)
    assert (second.where_from, second.kind) == ("hip", Kind.EXACT)


def test_the_segment_s_own_target_is_not_offered_to_it():
    assert offered(remember("knee", "Descanse un día.")) == ()


def test_a_retracted_target_is_not_remembered():
    remember("knee", "Descanse un día.", TargetState.RETRACTED)
    assert offered(page("hip")) == ()


def test_other_languages_are_not_offered():
    remember("knee", "Descanse un día.")
    assert suggestions(SENTENCE, FRENCH) == ()


def test_the_same_words_of_ten_pages_are_offered_once():
    for number in range(10):
        remember(f"page-{number}", "Descanse un día.")
    assert len(offered(page("hip"))) == 1


def test_no_more_are_offered_than_were_asked_for():
    for number in range(7):
        remember(f"page-{number}", f"Descanse {number} días.")
    assert len(offered(page("hip"), limit=3)) == 3


def test_memory_outlives_its_page():
    remember("knee", "Descanse un día.").delete()
    (found,) = offered(page("hip"))
    assert (found.target, found.where_from) == ("Descanse un día.", "a deleted page")


def test_suggestions_are_two_queries_and_the_first_reads_an_index(django_assert_num_queries):
    remember("knee", "Descanse un día.")
    with django_assert_num_queries(2) as captured:
        suggestions(SENTENCE, SPANISH)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {captured[0]['sql']}")
            assert "target_by_length" in str(cursor.fetchall())


# Tags

CODED = "You rest for <b1>20 minutes</b1>."


@pytest.mark.parametrize(
    ("source", "remembered", "target", "fit", "made"),
    [
        (CODED, CODED, "Descansa <b1>20 minutos</b1>.", Fit.WHOLE, "Descansa <b1>20 minutos</b1>."),
        ("Rest.", "Rest.", "Descanse.", Fit.WHOLE, "Descanse."),
        (
            "<i1>Now</i1> rest <b2>here</b2>.",
            "<i3>Now</i3> rest <b4>there</b4>.",
            "<b4>Allí</b4> descanse <i3>ya</i3>.",
            Fit.ADAPTED,
            "<b2>Allí</b2> descanse <i1>ya</i1>.",
        ),
        # Which words the other tag belongs around, nobody knows.
        (CODED, "You rest 20 minutes.", "Descansa 20 minutos.", Fit.WORDS, "Descansa 20 minutos."),
        (
            "Rest for <a1>20 minutes</a1>.",
            "Rest for <b1>20 minutes</b1>.",
            "Descanse <b1>20 minutos</b1> &amp; ya.",
            Fit.WORDS,
            "Descanse 20 minutos &amp; ya.",
        ),
        ("Rest.", "Rest<br1/>now.", "Descanse<br1/>ya.", Fit.WORDS, "Descanse ya."),
    ],
)  # fmt: skip
def test_tags_fit_or_are_numbered_anew_or_the_words_come_alone(
    source, remembered, target, fit, made
):
    assert refit(source, remembered, target, coded=True, remembered_coded=True) == (fit, made)


def test_plain_words_are_escaped_for_rich_text_and_back():
    text = refit("A & B", "A & B", "R & D", coded=True, remembered_coded=False)
    assert text == (Fit.WHOLE, "R &amp; D")
    text = refit("A & B", "A &amp; B", "R &amp; D", coded=False, remembered_coded=True)
    assert text == (Fit.WHOLE, "R & D")


def test_a_paragraph_finds_the_same_words_in_a_plain_field_and_no_other_spelling_of_them():
    made = page("knee", "Rest & wait for a day.", name="plain")
    store_target(made.pk, SPANISH, lead_of(made), "Repose & espere.", by="Ana", origin=Origin.HUMAN)
    (found,) = suggestions("Rest &amp; wait for a day.", SPANISH, coded=True)
    assert (found.score, found.target) == (100, "Repose &amp; espere.")
    (found,) = suggestions("Rest &amp; wait for a day.", SPANISH, coded=False)
    assert found.kind is Kind.FUZZY


def test_words_of_a_suggestion_may_be_stored_as_they_are_where_tags_fit():
    """What is offered as fitting is what the checks of the segment take."""
    section = factory.treatment("rest")
    (segment,) = (each for each in page_segments(section) if each.key.endswith("#rest0"))
    store_target(
        section.pk, SPANISH, segment, "Descansa <b1>20 minutos</b1>.", by="Ana", origin=Origin.HUMAN
    )
    other = factory.treatment("other", blocks=[("other", *factory.SECTION[1:])])
    (copy,) = (each for each in page_segments(other) if each.key.endswith("#rest0"))
    assert copy.key != segment.key
    assert block_id("other") in copy.key
    (found,) = segment_suggestions(other.pk, copy, SPANISH)
    assert found.fit is Fit.WHOLE
    store_target(other.pk, SPANISH, copy, found.target, by="Ana", origin=Origin.MEMORY)
