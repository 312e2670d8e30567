"""What each format means: charsets, wrapped lines, typed bullets, tables, footnotes."""

from __future__ import annotations

import io

import pytest
from docx import Document

from pages.importing.decoding import CP1252_NOTE
from pages.importing.formats import read_outline
from pages.importing.outline import Bullets, Heading, Paragraph, Part, Table, lines_of, plain
from pages.importing.treatment_import import read_draft


def shape(data: str | bytes, name: str) -> list[str]:
    """One line a part: # heading, - item, 1. item, text; nested items are indented."""
    outline = read_outline(data.encode() if isinstance(data, str) else data, name)
    return [line for part in outline.parts for line in _shape(part, "")]


def _shape(part: Part, indent: str) -> list[str]:
    match part:
        case Heading(_, runs):
            return [f"# {plain(runs)}"]
        case Bullets(ordered, items):
            lines = []
            for item in items:
                lines.append(f"{indent}{'1.' if ordered else '-'} {plain(item.runs)}")
                for nested in item.nested:
                    lines += _shape(nested, indent + "  ")
            return lines
        case _:
            return [plain(line) for line in lines_of(part)]


def test_wrapped_lines_of_a_text_are_one_paragraph():
    text = "Title\n\nThe treatment is gentle and it can ease the pain in\nyour back for a while.\n"
    assert shape(text, "a.txt") == [
        "# Title",
        "The treatment is gentle and it can ease the pain in your back for a while.",
    ]


def test_headings_of_a_text_are_capitals_underlines_short_lines_and_colons_before_bullets():
    text = (
        "The title\n\nRISKS\nThere are few risks, and all of them are mild ones.\n\n"
        "What it is\n----------\nIt is gentle.\n\n"
        "Who treats you\n\nA therapist treats you.\n\nWhat to bring:\n- Your card\n"
    )
    headings = [line for line in shape(text, "a.txt") if line.startswith("#")]
    assert headings == [
        "# The title", "# RISKS", "# What it is", "# Who treats you", "# What to bring:",
    ]  # fmt: skip


def test_a_sentence_before_a_list_is_not_a_heading():
    assert shape("Title\n\nYou may feel:\n- tired\n", "a.txt")[1:] == ["You may feel:", "- tired"]


@pytest.mark.parametrize("sign", ["-", "*", "•", "·", "–", "▪", "✓"])
def test_every_bullet_sign_makes_a_list(sign: str):
    assert shape(f"Title\n\nWe treat:\n{sign} necks\n{sign} backs\n", "a.txt")[2:] == [
        "- necks",
        "- backs",
    ]


def test_numbers_make_a_list_only_if_they_count_from_one():
    assert shape("Title\n\n1. First\n2) Second\n", "a.txt")[1:] == ["1. First", "1. Second"]
    assert shape("Title\n\n12. May was the day.\n", "a.txt")[1:] == ["12. May was the day."]


def test_indented_bullets_are_nested_and_their_lines_go_on():
    text = "Title\n\n- neck\n  and shoulder\n    - left\n    - right\n- back\n"
    assert shape(text, "a.txt")[1:] == ["- neck and shoulder", "  - left", "  - right", "- back"]


def test_an_address_is_one_paragraph():
    assert shape("Title\n\nRiverside Clinic\n12 River Road\nRiverside\n", "a.txt")[1:] == [
        "Riverside Clinic\n12 River Road\nRiverside"
    ]


@pytest.mark.parametrize(
    ("data", "note"),
    [
        ("Café “rest”".encode(), ()),
        (b"\xef\xbb\xbf" + "Café “rest”".encode(), ()),
        ("Café “rest”".encode("utf-16"), ()),
        ("Café “rest”".encode("cp1252"), (CP1252_NOTE,)),
    ],
    ids=["utf-8", "utf-8 with a mark", "utf-16 with a mark", "windows-1252"],
)
def test_a_text_is_read_in_the_encodings_that_editors_save(data: bytes, note: tuple[str, ...]):
    outline = read_outline(data, "a.txt")
    assert plain(next(lines_of(outline.parts[0]))) == "Café “rest”"
    assert outline.notes == note


def test_html_is_read_in_the_charset_it_declares():
    page = "<meta charset='windows-1251'><h1>Лечение боли</h1><p>Да.</p>".encode("windows-1251")
    assert shape(page, "a.html") == ["# Лечение боли", "Да."]


def test_bold_lines_and_typed_bullets_of_html_are_headings_and_lists():
    page = "<h1>T</h1><p><b>Risks</b></p><p>• pain<br>• fever</p><p>• chills</p>"
    assert shape(page, "a.html") == ["# T", "# Risks", "- pain", "- fever", "- chills"]


def test_html_without_any_heading_is_read_as_lines_are():
    page = "<p>Nerve block</p><p>Side effects</p><p>It may hurt for a while.</p>"
    assert shape(page, "a.html") == [
        "# Nerve block", "# Side effects", "It may hurt for a while.",
    ]  # fmt: skip


def test_words_between_and_inside_odd_html_stay():
    page = (
        "<h1>T</h1>loose <b>words</b><div>in <span>a</span> div</div>"
        "<ul>stray<li>one<p>two</p><ul><li>three</li></ul>four</li><ul><li>five</li></ul></ul>"
        "<dl><dt>Term</dt><dd>meaning</dd><dt>Why?</dt><dd>Because.</dd></dl>"
        "<table><caption>Doses</caption><tr><td>a</td><td>1</td></tr>lost?<tr><td>b</td></tr>"
        "</table><blockquote>said<p>again</p></blockquote><details><summary>More</summary>hidden"
        "</details><custom-tag>custom</custom-tag><select><option>x<option>y</select>"
    )
    _, report = read_draft(page.encode(), "a.html")
    assert report.coverage.complete
    assert report.coverage.wanted == 28


def test_raised_digits_stay_raised():
    assert shape("<h1>T</h1><p>10<sup>6</sup> cells and H<sub>2</sub>O.</p>", "a.html")[1:] == [
        "10⁶ cells and H₂O."
    ]


def test_a_table_keeps_its_header_and_every_cell():
    outline = read_outline(b"# T\n\n| Drug | Dose |\n|--|--|\n| A | 1 |\n| B | |\n", "a.md")
    table = outline.parts[1]
    assert isinstance(table, Table)
    assert [plain(cell) for cell in table.header] == ["Drug", "Dose"]
    assert [[plain(cell) for cell in row] for row in table.rows] == [["A", "1"], ["B", ""]]


def test_front_matter_gives_the_title_and_its_other_lines_are_kept():
    draft, report = read_draft(
        b"---\ntitle: Nerve block\ntags: pain\n---\n\nA block numbs a nerve for some hours.\n",
        "a.md",
    )
    assert draft.heading == "Nerve block"
    assert "tags: pain" in str(draft.blocks)
    assert report.coverage.complete


def test_a_placeholder_in_markdown_is_not_taken_for_html():
    assert shape("# T\n\nCall <your clinic> now.<br>Then *rest*.", "a.md")[1:] == [
        "Call <your clinic> now.\nThen rest."
    ]


def test_a_word_document_keeps_tables_headers_footers_raised_digits_and_bold_headings():
    document = Document()
    document.add_heading("Nerve block", level=0)
    document.add_paragraph().add_run("Doses").bold = True
    paragraph = document.add_paragraph("Give 10")
    paragraph.add_run("6").font.superscript = True
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "Lidocaine", "5 ml"
    document.sections[0].header.paragraphs[0].text = "Riverside Clinic"
    document.sections[0].footer.paragraphs[0].text = "Version 3"
    stream = io.BytesIO()
    document.save(stream)
    assert shape(stream.getvalue(), "a.docx") == [
        "# Nerve block", "# Doses", "Give 10⁶", "Lidocaine – 5 ml", "Version 3",
        "Riverside Clinic",
    ]  # fmt: skip
    assert isinstance(read_outline(stream.getvalue(), "a.docx").parts[2], Paragraph)


def test_a_bare_ampersand_in_xml_is_read_and_reported():
    outline = read_outline(b"<d><p>Food & drink</p><p>x &amp; y</p></d>", "a.xml")
    assert outline.notes == ("1 bare & read as an ampersand; XML writes &amp;.",)
    assert plain(next(lines_of(outline.parts[0]))) == "Food & drink"
