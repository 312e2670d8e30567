"""A page as an email: every word, in its language, in what mail programs understand."""

from __future__ import annotations

import os
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pages.blocks.page_labels import page_labels
from pages.document import nodes
from pages.document.branding import contrast
from pages.document.email_page import LARGEST, Sender, email_page
from pages.document.labels import Labels
from pages.document.nodes import Document
from pages.document.vocabulary import TranslationStatus
from tests.document_strategies import blocks, documents, labels_of
from tests.test_document_text import uniquely_worded
from tests.writers.golden import BRANDING, GOLDEN
from tests.writers.golden import documents as golden_documents
from tests.writers.reading import read_html, shape

slow = settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
SENDER = Sender(address="clinic@example.org", unsubscribe_url="https://example.org/stop?a=1&b=2")
DOCUMENTS = golden_documents()


def written(document: Document, labels: Labels | None = None) -> str:
    return email_page(document, labels or page_labels(document.lang), BRANDING, SENDER)


@pytest.mark.parametrize("kind", get_args(nodes.Block), ids=lambda kind: kind.__name__)
@slow
@given(data=st.data())
def test_an_email_says_every_word_of_every_type_of_block(
    kind: type[Any], data: st.DataObject
) -> None:
    texts: list[str] = []
    block = uniquely_worded(data.draw(blocks(kind)), texts)
    document = replace(data.draw(documents), blocks=(block,))
    said = shape(read_html(written(document, labels_of(document))).words)
    assert [text for text in texts if shape(text) not in said] == []


@slow
@given(document=documents)
def test_an_email_says_every_word_around_the_blocks(document: Document) -> None:
    texts: list[str] = []
    document = uniquely_worded(document, texts)
    said = shape(read_html(written(document, labels_of(document))).words)
    assert [text for text in texts if shape(text) not in said] == []


@slow
@given(documents)
def test_every_block_of_an_email_is_in_its_language_and_says_why(document: Document) -> None:
    labels = labels_of(document)
    page = read_html(written(document, labels))
    frames = [each for each in page.all("div") if "lang" in each.attributes and each.words]
    for block in document.blocks:
        said = [
            frame
            for frame in frames
            if shape(block.label) in shape(frame.words)
            and (frame.attributes["lang"], frame.attributes["dir"]) == (block.lang, block.dir)
        ]
        assert said
        for note in labels.notes(block.translation):
            assert any(shape(note) in shape(frame.words) for frame in said)


@slow
@given(documents)
def test_the_headings_of_an_email_go_down_by_one(document: Document) -> None:
    page = read_html(written(document, labels_of(document)))
    levels = [int(each.tag[1]) for each in page.elements if each.tag in {"h1", "h2", "h3"}]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.parametrize(
    "name", ["every-block-en", "every-block-ar", "every-block-ur", "spinal-mobilization-ko"]
)
def test_an_email_is_the_same_bytes_for_the_same_document(name: str) -> None:
    path = Path(GOLDEN, "email", f"{name}.html")
    found = written(DOCUMENTS[name])
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(found, encoding="utf-8")
    assert found == path.read_text(encoding="utf-8")


def test_korean_words_are_kept_whole_and_addresses_are_not() -> None:
    page = read_html(written(DOCUMENTS["spinal-mobilization-ko"]))
    frames = [each for each in page.all("div") if "lang" in each.attributes and each.words]
    blocks = [each for each in frames if each.attributes.get("style", "").startswith("word-")]
    assert len(blocks) > len(DOCUMENTS["spinal-mobilization-ko"].blocks)
    assert {each.attributes["style"] for each in blocks} == {"word-break:keep-all"}
    phones = [each for each in page.all("span") if each.words == BRANDING.phone]
    assert phones
    assert all(each.attributes["style"].endswith("word-break:break-word") for each in phones)


def test_latin_letters_in_an_urdu_email_have_a_font_without_serifs() -> None:
    found = written(DOCUMENTS["every-block-ur"])
    assert "Noto Nastaliq Urdu" in found
    assert ", serif" not in found


def test_an_arabic_email_is_mirrored_and_its_numbers_are_not() -> None:
    found = written(DOCUMENTS["every-block-ar"])
    page = read_html(found)
    assert page.all("html")[0].attributes["dir"] == "rtl"
    assert "text-align:right" in found
    assert "border-right:6px solid #a3120f" in found
    # <bdi> is dropped by Gmail, Outlook and Yahoo, and a number without it is turned around.
    assert not page.all("bdi")
    phones = [each for each in page.all("span") if each.words == "+12125550110"]
    assert {each.attributes["dir"] for each in phones} == {"ltr"}
    english = [each for each in page.all("div") if each.attributes.get("lang") == "en"]
    assert {each.attributes["dir"] for each in english} == {"ltr"}
    notes = [each for each in page.all("p") if shape("الإنجليزية") in shape(each.words)]
    assert {each.attributes["lang"] for each in notes} == {"ar"}


def test_what_is_in_another_language_has_the_font_of_that_language() -> None:
    """The Urdu font's Latin letters are small and thin, and a fallback must be read too."""
    document = DOCUMENTS["every-block-ur"]
    stale = replace(document.summary.translation, status=TranslationStatus.STALE)
    fallen = replace(document.summary, text="In English.", lang="en", dir="ltr", translation=stale)
    page = read_html(written(replace(document, summary=fallen)))
    said = [each for each in page.all("p") if each.words.strip() == "In English."]
    assert "font-family:Segoe UI" in said[0].attributes["style"]
    assert "line-height:1.6" in said[0].attributes["style"]
    inside = [
        each
        for each in page.elements
        if each.tag in {"a", "h1", "p", "span"} and each.attributes.get("lang") == "en"
    ]
    assert len(inside) > 3
    assert all("font-family:Segoe UI" in each.attributes["style"] for each in inside)
    notes = [each for each in page.all("p") if each.attributes.get("lang") == "ur"]
    assert notes
    assert all("font-family:Urdu Type" in each.attributes["style"] for each in notes)
    numbers = [each for each in page.all("span") if each.attributes.get("dir") == "ltr"]
    assert all("font-family:Segoe UI" in each.attributes["style"] for each in numbers)


HOSTILE = [
    "<script>alert(1)</script>",
    "{{7*7}} {% include 'x' %}",
    "[[content]] [[lang]] <!--part end-->",
    '"><img src=x onerror=alert(1)>',
    "\u202egnp.exe",
    "<!--[if mso]><b>Outlook</b><![endif]-->",
    "{dir} {start} {width} %(language)s",
]


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize(
    "name", ["every-block-en", "every-block-ar", "every-block-ur", "spinal-mobilization-ko"]
)
def test_a_hostile_text_stays_text(name: str, hostile: str) -> None:
    document = DOCUMENTS[name]
    plain = read_html(written(document))
    lead = replace(document.blocks[0], label=hostile)
    attacked = replace(
        document,
        heading=replace(document.heading, text=hostile),
        summary=replace(document.summary, text=hostile),
        blocks=(lead, *document.blocks[1:]),
    )
    page = read_html(written(attacked))
    assert [each.tag for each in page.elements] == [each.tag for each in plain.elements]
    assert page.all("h1")[0].words == hostile
    assert page.all("h2")[0].words == hostile
    assert page.all("title")[0].words == hostile


def test_the_branding_and_the_way_out_are_in_the_email() -> None:
    page = read_html(written(DOCUMENTS["every-block-en"]))
    links = {each.attributes.get("href"): each.words for each in page.all("a")}
    assert links["tel:+12125550100"] == "+1 (212) 555-0100"
    assert links["https://example.org/stop?a=1&b=2"] == "Unsubscribe"
    assert links[DOCUMENTS["every-block-en"].url] == "Read this page on the web"
    assert page.words.count(BRANDING.name) == 2
    for line in BRANDING.address.splitlines():
        assert line in page.words
    assert page.all("img")[0].attributes["src"] == "https://clinic.example.org/logo.png"


def test_no_address_but_of_the_four_schemes_gets_into_an_email() -> None:
    document = DOCUMENTS["every-block-en"]
    (cta,) = [block for block in document.blocks if block.type == "cta"]
    attacked = replace(document, blocks=(replace(cta, target="javascript:alert(1)"),))
    with pytest.raises(ValueError, match="javascript:alert"):
        written(attacked)


# Length: Gmail hides what is beyond some 102 KB.


def long_page(critical_letters: int, other_letters: int) -> Document:
    document = DOCUMENTS["every-block-en"]
    first, warning = document.blocks[0], next(b for b in document.blocks if b.critical)
    assert isinstance(first, nodes.Lead)
    assert isinstance(warning, nodes.Contraindications)
    item = replace(warning.items[0], text="Never. " * (critical_letters // 7))
    long = tuple(
        replace(first, id=f"{first.id[:-1]}{n}", text=f"Part{n} " * (other_letters // 6 // (n + 1)))
        for n in range(3)
    )
    return replace(document, blocks=(*long, replace(warning, items=(item,))))


def test_the_longest_part_of_a_long_page_is_a_link_and_the_warning_is_whole() -> None:
    document = long_page(critical_letters=30_000, other_letters=60_000)
    labels = page_labels("en")
    page = read_html(written(document))
    assert len(written(document).encode()) <= LARGEST
    assert page.words.count("Never. ") == 30_000 // 7
    assert "Part0" not in page.words
    assert "Part1" in page.words
    assert "Part2" in page.words
    links = [each for each in page.all("a") if each.words == labels.part_on_web]
    assert [each.attributes["href"] for each in links] == [
        f"{document.url}#b-{document.blocks[0].id}"
    ]
    notes = [each for each in page.all("a") if each.words == labels.parts_on_web]
    assert [each.attributes["href"] for each in notes] == [document.url]
    # Before anything else that is read.
    assert page.elements.index(notes[0]) < page.elements.index(page.all("h1")[0])


def test_where_the_warnings_alone_are_too_long_nothing_is_cut_and_the_top_says_so() -> None:
    document = long_page(critical_letters=120_000, other_letters=6_000)
    labels = page_labels("en")
    page = read_html(written(document))
    assert page.words.count("Never. ") == 120_000 // 7
    assert all(f"Part{n}" in page.words for n in range(3))
    assert labels.part_on_web not in page.words
    assert page.words.index(labels.long_email) < page.words.index("Part0")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_page_of_ordinary_length_is_whole(name: str) -> None:
    document = DOCUMENTS[name]
    found = written(document)
    assert len(found.encode()) <= LARGEST
    assert page_labels(document.lang).parts_on_web not in found


def test_an_unreviewed_translation_says_so_in_an_email() -> None:
    document = DOCUMENTS["every-block-ar"]
    lead = document.blocks[0]
    machine = replace(lead.translation, status=TranslationStatus.MACHINE)
    found = written(replace(document, blocks=(replace(lead, translation=machine),)))
    (note,) = page_labels("ar").notes(machine)
    assert note in read_html(found).words


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#ffffff", "#ffffff") == pytest.approx(1)
    # The grey that is known to be the lightest that passes on white.
    assert contrast("#767676", "#ffffff") > 4.5 > contrast("#777777", "#ffffff")


def test_the_description_of_the_picture_says_its_own_language() -> None:
    document = DOCUMENTS["every-block-ar"]
    assert document.image
    image = replace(document.image, alt="A therapist", alt_lang="en")
    page = read_html(written(replace(document, image=image)))
    (picture,) = [each for each in page.all("img") if each.attributes["alt"] == "A therapist"]
    assert picture.attributes["lang"] == "en"
    assert picture.attributes["width"] == "600"
