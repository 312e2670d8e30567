"""Search: what is found, in which order, how it is shown, and what is never found."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date
from typing import Any

import orjson
import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from api.search import LONGEST_QUESTION, MOST_WORDS
from pages.catalog.segments import Segment, page_segments
from pages.catalog.targets import approve_target, store_target
from pages.document.vocabulary import Origin
from pages.languages import get_language
from pages.models import BodyRegion, Category, CurrentEdition, Edition, SearchEntry, SearchWord
from pages.models.target import TargetState
from pages.publishing.editions import reconcile
from pages.publishing.release import set_release
from tests import factory
from tests.factory import LEAD, WARNING

pytestmark = pytest.mark.django_db
Search = Callable[..., dict[str, Any]]
needs_stemming = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="only PostgreSQL has stemmers"
)


@pytest.fixture
def search(client) -> Search:
    def ask(q: str, language: str = "en", **more: str) -> dict[str, Any]:
        response = client.get(f"/api/v1/{language}/search/", {"q": q, **more})
        assert response.status_code == 200, response.content
        answer: dict[str, Any] = orjson.loads(response.content)
        return answer

    return ask


def slugs(answer: dict[str, Any]) -> list[str]:
    return [item["slug"] for item in answer["items"]]


def page_of(slug: str, text: str, **fields: Any) -> Any:
    lead = ("lead", "lead", {"text": text})
    return factory.treatment(slug, (lead, WARNING), **{"summary_en": "Care.", **fields})


def translated(slug: str, code: str, texts: dict[str, str]) -> None:
    """A page whose segments with these English texts are translated so, and reviewed."""
    page = page_of(slug, "About it.", heading_en="Heading")
    language = get_language(code)
    for segment in page_segments(page):
        review(page.pk, segment, texts.get(segment.text) or factory.words(segment, language), code)
    reconcile(page.pk)


def review(page_id: int, segment: Segment, text: str, code: str) -> None:
    target = store_target(
        page_id,
        get_language(code),
        segment,
        text,
        by="Ana",
        origin=Origin.HUMAN,
        state=TargetState.NEEDS_REVIEW,
    )
    approve_target(target, by="Dr. Luz", qualification="MD")


# What is found


def test_all_words_are_found_wherever_they_stand_in_a_page(search):
    page_of("one", "Hands move the joints.", heading_en="Mobilization")
    page_of("two", "Hands press.", heading_en="Massage")
    assert slugs(search("joints mobilization")) == ["one"]
    assert set(slugs(search("hands"))) == {"one", "two"}
    assert search("knees")["items"] == []


def test_a_word_of_a_heading_counts_more_than_one_of_a_line(search):
    page_of("in-a-line", "Massage, massage and massage.", heading_en="Mobilization")
    page_of("in-the-heading", "Hands press.", heading_en="Massage")
    page_of("in-the-summary", "Hands move.", heading_en="Exercise", summary_en="Like a massage.")
    assert slugs(search("massage"))[0] == "in-the-heading"
    assert set(slugs(search("massage"))) == {"in-a-line", "in-the-heading", "in-the-summary"}


@pytest.mark.parametrize("typed", ["mobi", "mobiliz", "mobilizati"])
def test_an_unfinished_word_is_found(search, typed, django_capture_on_commit_callbacks):
    learned(django_capture_on_commit_callbacks, "Massage", "Mobilization")
    answer = search(typed)
    assert slugs(answer) == ["mobilization"]
    # A stem that no word of a reader begins with is completed.
    assert answer["searched_for"] in (None, "mobilization")


def test_each_language_is_searched_alone(search):
    translated("one", "es", {"Heading": "Masaje", "About it.": "Con las manos."})
    assert slugs(search("masaje", "es")) == ["one"]
    assert search("masaje")["items"] == []
    assert search("heading", "es")["items"] == []
    assert slugs(search("heading")) == ["one"]


@pytest.mark.parametrize(
    ("code", "written", "asked"),
    [
        ("es", "Rehabilitación del cuello", "rehabilitacion"),
        ("fr", "Élongation du genou", "elongation"),
        ("pl", "Masaż mięśni", "masaz"),
        ("pl", "Ból kręgosłupa", "KREGOSLUPA"),
        ("ht", "Masaj pou doulè", "doule"),
        ("ar", "العِلاجُ الطَّبيعيّ", "العلاج الطبيعي"),
        ("ar", "علاج إصابة الركبة", "اصابه"),
        ("ur", "کمر کا درد", "كمر"),
        ("ru", "Ёлочка для спины", "елочка"),
        ("ru", "Массаж шеи", "МАССАЖ"),
        ("bn", "পিঠের ব্যথা", "পিঠের"),
        ("zh-hans", "硬膜外类固醇注射", "类固醇"),
        ("zh-hans", "硬膜外类固醇注射", "注射"),
        ("zh-hans", "脊柱松动术", "脊"),
        ("ko", "허리 통증 완화", "허리통증"),
        ("ko", "척추관절가동술은", "관절"),
    ],
)
def test_readers_find_words_as_they_type_them(search, code, written, asked):
    translated("one", code, {"Heading": written})
    answer = search(asked, code)
    assert (slugs(answer), answer["matched"]) == (["one"], "all")


@needs_stemming
@pytest.mark.parametrize(
    ("code", "written", "asked"),
    [
        ("ru", "Массажи для спины", "массаж спина"),
        ("ru", "Боли в шее", "боль шея"),
        ("es", "Inyecciones en la espalda", "inyección"),
        ("es", "Inyecciones en la espalda", "inyeccion"),
        ("fr", "Injections articulaires", "injection articulaire"),
        ("en", "Exercises for joints", "exercising a joint"),
        ("ar", "التمارين العلاجية", "تمارين"),
    ],
)
def test_postgresql_finds_other_forms_of_a_word(search, code, written, asked):
    if code == "en":
        page_of("one", "About it.", heading_en=written)
    else:
        translated("one", code, {"Heading": written})
    assert slugs(search(asked, code)) == ["one"]


# Misspelt words


def learned(django_capture_on_commit_callbacks, *headings: str) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        for heading in headings:
            page_of(heading.lower(), "Hands press.", heading_en=heading)


@pytest.mark.parametrize("typed", ["masage", "massgae", "nassage", "Massagge"])
def test_a_misspelt_word_is_found_and_the_answer_says_so(
    search, typed, django_capture_on_commit_callbacks
):
    learned(django_capture_on_commit_callbacks, "Massage", "Mobilization")
    answer = search(typed)
    assert slugs(answer) == ["massage"]
    assert (answer["matched"], answer["searched_for"]) == ("corrected", "massage")


def test_a_word_that_only_hidden_pages_have_corrects_nothing(
    search, django_capture_on_commit_callbacks
):
    learned(django_capture_on_commit_callbacks, "Massage", "Massags")
    CurrentEdition.objects.filter(slug="massags").update(expires_at=timezone.now())
    assert SearchWord.objects.filter(word="massags").exists()
    # As near to it as the hidden one, which comes after it.
    assert search("massagx")["searched_for"] == "massage"
    CurrentEdition.objects.filter(slug="massage").update(expires_at=timezone.now())
    assert search("massagx") == search("neverwas")


def test_where_no_page_has_all_words_those_with_any_come(search):
    page_of("one", "Hands move the joints.", heading_en="Mobilization")
    page_of("two", "Hands press.", heading_en="Massage")
    answer = search("massage xylophone")
    assert (slugs(answer), answer["matched"]) == (["two"], "any")
    assert answer["searched_for"] is None


# How it is shown


def line_of(snippet: dict[str, Any]) -> str:
    return "".join(span["text"] for span in snippet["spans"])


def test_a_snippet_is_a_line_with_what_was_found_marked(search):
    page_of("one", "Hands move the stiff joints of your back.", heading_en="Mobilization")
    (item,) = search("joints stiff")["items"]
    (snippet,) = item["snippets"]
    assert line_of(snippet) == "Hands move the stiff joints of your back."
    assert [span["text"] for span in snippet["spans"] if span["match"]] == ["stiff", "joints"]
    assert (snippet["lang"], snippet["dir"]) == ("en", "ltr")
    assert snippet["block"] == factory.block_id("lead")
    assert snippet["translation_status"] == "source"
    assert item["heading"]["text"] == "Mobilization"


def test_what_looks_like_markup_stays_text(search):
    page_of("one", "If pain < 3 & <script>alert(1)</script> then rest.", heading_en="Rest")
    (snippet,) = search("script")["items"][0]["snippets"]
    assert "<script>alert(1)</script>" in line_of(snippet)
    assert {tuple(span) for span in snippet["spans"]} == {("text", "match")}


def test_a_long_line_is_cut_around_the_match_and_says_so(search):
    text = "Rest a while. " * 20 + "Then a xylophone plays. " + "Go home slowly. " * 20
    page_of("one", text.strip(), heading_en="Music")
    (snippet,) = search("xylophone")["items"][0]["snippets"]
    line = line_of(snippet)
    assert line.startswith("…")
    assert line.endswith("…")
    assert len(line) < 200
    assert line.strip("…") in text


def test_a_line_of_a_warning_is_never_cut(search):
    warning = "Do not have this treatment " + "and please read on " * 20 + "with a xylophone."
    items = [{"text": warning, "severity": "absolute"}]
    factory.treatment("one", (LEAD, ("w", "contraindications", {"items": items})))
    (snippet,) = search("xylophone")["items"][0]["snippets"]
    assert snippet["critical"] is True
    assert line_of(snippet).startswith("Do not have this treatment and please")
    assert "with a xylophone" in line_of(snippet)


def test_a_snippet_says_which_language_it_is_really_in(search):
    page = page_of("one", "A xylophone plays.", heading_en="Heading")
    factory.translate(page, "es")
    factory.edit(page, (("lead", "lead", {"text": "Another xylophone plays."}), WARNING))
    (snippet,) = search("xylophone", "es")["items"][0]["snippets"]
    assert (snippet["lang"], snippet["translation_status"]) == ("en", "stale")


def test_a_match_in_a_word_with_accents_or_of_characters_is_marked_as_written(search):
    translated("one", "fr", {"About it.": "Une élongation douce."})
    (snippet,) = search("elongation", "fr")["items"][0]["snippets"]
    assert [span["text"] for span in snippet["spans"] if span["match"]] == ["élongation"]
    translated("two", "zh-hans", {"About it.": "用双手活动脊柱的关节。"})
    (snippet,) = search("脊柱", "zh-hans")["items"][0]["snippets"]
    assert [span["text"] for span in snippet["spans"] if span["match"]] == ["脊柱"]


def test_facets_count_what_is_found_and_narrow_it(search):
    neck = BodyRegion.objects.create(name_en="Neck", slug="neck")
    back = BodyRegion.objects.create(name_en="Back", slug="back")
    manual = Category.objects.create(name_en="Manual therapy", slug="manual-therapy")
    for slug, region, category in (
        ("one", neck, manual),
        ("two", neck, None),
        ("three", back, manual),
    ):
        page_of(slug, "Hands press.", heading_en=slug, body_region=region, category=category)
    found = search("hands")["facets"]
    assert found["body_region"] == [{"slug": "neck", "count": 2}, {"slug": "back", "count": 1}]
    assert found["category"] == [{"slug": "manual-therapy", "count": 2}]
    narrowed = search("hands", body_region="neck")
    assert set(slugs(narrowed)) == {"one", "two"}
    assert narrowed["total"] == 2
    # The facet that was chosen still offers the others.
    assert narrowed["facets"]["body_region"] == found["body_region"]
    assert narrowed["facets"]["category"] == [{"slug": "manual-therapy", "count": 1}]
    assert slugs(search("hands", body_region="neck", category="manual-therapy")) == ["one"]


def test_pages_of_an_answer_hold_each_hit_once(client, search):
    for number in range(7):
        page_of(f"page-{number}", "Hands press.", heading_en=f"Page {number}")
    whole = slugs(search("hands"))
    answer = search("hands", limit="3")
    assert (answer["total"], answer["total_is_exact"], answer["previous"]) == (7, True, None)
    found = slugs(answer)
    while answer["next"]:
        last = answer
        answer = orjson.loads(client.get(answer["next"]).content)
        assert orjson.loads(client.get(answer["previous"]).content)["items"] == last["items"]
        found += slugs(answer)
    assert found == whole
    assert len(found) == 7


# What is refused


@pytest.mark.parametrize(
    "q",
    ["", " ", "?!", "a" * (LONGEST_QUESTION + 1), "a " * (MOST_WORDS + 1), "a\x00b", "back\n"],
)
def test_a_question_that_is_none_is_refused_with_what_is_allowed(client, q):
    response = client.get("/api/v1/en/search/", {"q": q})
    problem = orjson.loads(response.content)
    assert (response.status_code, problem["parameter"]) == (400, "q")
    assert "1 to 20 words in at most 200 characters" in problem["allowed"][0]


def test_a_search_for_nothing_is_refused(client):
    problem = orjson.loads(client.get("/api/v1/en/search/").content)
    assert problem["type"] == "urn:polyclinic:problem:missing-parameter"
    assert problem["parameter"] == "q"


@pytest.mark.parametrize(
    ("query", "kind", "parameter"),
    [
        ({"category": "magic"}, "bad-parameter", "category"),
        ({"body_region": "Tail!"}, "bad-parameter", "body_region"),
        ({"clinic": "downtown"}, "unknown-parameter", "clinic"),
        ({"limit": "51"}, "bad-parameter", "limit"),
        ({"cursor": "abc"}, "foreign-cursor", "cursor"),
    ],
)
def test_a_parameter_that_is_not_understood_is_refused_by_name(client, query, kind, parameter):
    response = client.get("/api/v1/en/search/", {"q": "nothing", **query})
    problem = orjson.loads(response.content)
    assert (response.status_code, problem["type"]) == (400, f"urn:polyclinic:problem:{kind}")
    assert problem["parameter"] == parameter


def test_a_cursor_of_another_search_is_refused(client, search):
    for number in range(3):
        page_of(f"page-{number}", "Hands press.", heading_en=f"Page {number}")
    following = search("hands", limit="1")["next"]
    assert client.get(following).status_code == 200
    for other in (
        following.replace("q=hands", "q=press"),
        following.replace("limit=1", "limit=2"),
        following.replace("/en/", "/es/"),
    ):
        refused = client.get(other)
        assert (refused.status_code, refused.json()["parameter"]) == (400, "cursor")


HOSTILE = (
    "' OR 1=1 --",
    '" NEAR(a b',
    "title:massage",
    "massage*",
    "* OR *",
    "(((((((((((((((((((((((((",
    "a & b | !c <-> d",
    "massage AND NOT hands",
    "%_%_%_",
    "\\",
    "'massage':*",
    "$1",
    "{{7*7}}",
    "🙂 massage",
    "‮egassam",
    "٣٣٣",
    "𠀀𠀁𠀂" * 40,
    "a" * LONGEST_QUESTION,
    "脊" * LONGEST_QUESTION,
)


@pytest.mark.parametrize("q", HOSTILE)
@pytest.mark.parametrize("language", ["en", "zh-hans", "ar"])
def test_no_question_is_a_command_to_an_engine(client, q, language):
    page_of("one", "Hands press.", heading_en="Massage")
    response = client.get(f"/api/v1/{language}/search/", {"q": q})
    assert response.status_code in (200, 400)
    assert b"Traceback" not in response.content


def test_what_was_asked_for_is_in_no_log(client, caplog):
    with caplog.at_level(logging.DEBUG, logger="pages"), caplog.at_level(logging.INFO):
        client.get("/api/v1/en/search/", {"q": "embarrassing"})
        client.get("/api/v1/en/search/", {"q": "embarrassing\x00"})
    assert "embarrassing" not in caplog.text


# Caches


def test_no_cache_keeps_an_answer_and_an_app_may_ask_whether_it_changed(client):
    page_of("one", "Hands press.", heading_en="Massage")
    first = client.get("/api/v1/en/search/?q=hands")
    assert first["Cache-Control"] == "no-store"
    assert first["Content-Language"] == "en"
    again = client.get("/api/v1/en/search/?q=hands", headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    page_of("two", "Hands move.", heading_en="Mobilization")
    changed = client.get("/api/v1/en/search/?q=hands", headers={"if-none-match": first["ETag"]})
    assert changed.status_code == 200


# The index


def test_the_index_follows_the_editions(search):
    page = page_of("one", "Hands press.", heading_en="Massage")
    assert slugs(search("hands")) == ["one"]
    factory.edit(page, (("lead", "lead", {"text": "Feet press."}), WARNING))
    assert search("hands")["items"] == []
    assert slugs(search("feet")) == ["one"]
    factory.translate(page, "es")
    assert slugs(search("feet", "es")) == ["one"]
    set_release(page.pk, get_language("es"), "recalled", by="Dr. Luz", reason="wrong")
    reconcile(page.pk)
    assert search("feet", "es")["items"] == []
    assert slugs(search("feet")) == ["one"]
    page.unpublish()
    assert search("feet")["items"] == []
    assert not SearchEntry.objects.exists()


def test_an_entry_is_written_anew_where_the_words_changed_and_nowhere_else(search):
    page = page_of("one", "Hands press.", heading_en="Massage")
    factory.translate(page, "es")
    # What the index has is not what the entry says: whoever writes it again would correct it.
    SearchEntry.objects.update(headings="kept")
    factory.edit(page, last_reviewed=date(2026, 1, 2))
    assert Edition.objects.filter(number=2).count() == 2  # all bytes say the day
    assert set(SearchEntry.objects.values_list("headings", flat=True)) == {"kept"}
    heading = next(each for each in page_segments(page) if each.key == "heading")
    review(page.pk, heading, "Masaje", "es")
    reconcile(page.pk)
    assert SearchEntry.objects.get(language="en").headings == "kept"
    assert SearchEntry.objects.get(language="es").headings == "Masaje"
    assert slugs(search("masaje", "es")) == ["one"]


def test_a_page_with_a_new_address_is_found_under_it_and_two_can_swap_theirs(search):
    one = page_of("one", "Hands press.", heading_en="Massage")
    two = page_of("two", "Feet walk.", heading_en="Gait")
    for page, slug in ((one, "three"), (two, "one"), (one, "two")):
        factory.edit(page, slug=slug)
    assert slugs(search("hands")) == ["two"]
    assert slugs(search("feet")) == ["one"]
    assert CurrentEdition.objects.count() == SearchEntry.objects.count() == 2


def test_what_is_in_the_index_and_no_longer_public_is_not_found(search):
    page_of("one", "Hands press.", heading_en="Massage")
    page_of("two", "Hands move.", heading_en="Mobilization")
    CurrentEdition.objects.filter(slug="one").update(expires_at=timezone.now())
    answer = search("hands")
    assert (slugs(answer), answer["total"]) == (["two"], 1)


def test_rebuild_search_makes_again_what_was_lost(search, capsys):
    page_of("one", "Hands press.", heading_en="Massage")
    before = search("hands")
    SearchEntry.objects.all().delete()
    SearchWord.objects.all().delete()
    assert search("hands")["items"] == []
    call_command("rebuild_search")
    assert capsys.readouterr().out == "1 entries written.\n"
    assert search("hands") == before
    call_command("rebuild_search")
    assert search("hands") == before


def test_wagtails_own_update_of_its_index_loses_nothing(search):
    page_of("one", "Hands press.", heading_en="Massage")
    call_command("update_index", verbosity=0)
    assert slugs(search("hands")) == ["one"]


def test_the_admin_still_finds_pages_and_no_search_entries(admin_client):
    page_of("massage", "Hands press.", heading_en="Massage")
    call_command("update_index", verbosity=0)
    found = admin_client.get("/admin/pages/search/?q=massage").content.decode()
    assert "Massage" in found
    assert str(SearchEntry.objects.get()) not in found


def test_a_search_is_a_handful_of_queries(search, django_assert_max_num_queries):
    for number in range(12):
        page_of(f"page-{number}", "Hands press.", heading_en=f"Page {number}")
    search("hands")
    # The engine, who is public, their rows, and which words are alike.
    with django_assert_max_num_queries(4):
        search("hands")
