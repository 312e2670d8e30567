"""Files that could hide words or hurt are refused whole, with a message that says where."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.core.management import CommandError, call_command
from docx import Document

from pages.importing import word_reader
from pages.importing.refusal import MAX_BYTES, ImportRefused
from pages.importing.treatment_import import read_draft
from pages.models import TreatmentPage
from tests.admin.conftest import make_index

BODY = b"Title\n\nA sentence that is long enough to be the lead of a page.\n"


def word_document(**replaced: bytes) -> bytes:
    """A real document with members replaced or added; `document` is word/document.xml."""
    stream = io.BytesIO()
    document = Document()
    document.add_heading("Title", level=0)
    document.add_paragraph("A sentence that is long enough to be the lead of a page.")
    document.save(stream)
    changed = io.BytesIO()
    with zipfile.ZipFile(stream) as old, zipfile.ZipFile(changed, "w", 8) as new:
        for member in old.namelist():
            name = member.rpartition("/")[2].removesuffix(".xml")
            new.writestr(member, replaced.pop(name, None) or old.read(member))
        for name, content in replaced.items():
            new.writestr(f"word/{name}.xml", content)
    return changed.getvalue()


BILLION_LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><doc><p>&b; ha</p></doc>'

HOSTILE = {
    "a null in the text": ("a.txt", BODY + b"a\x00b", r"U\+0000 in line 4"),
    "an override in the text": ("a.txt", BODY + "x\u202ey".encode(), r"U\+202E in line 4"),
    "an embedding in markdown": ("a.md", BODY + "x\u202ay".encode(), r"U\+202A in line 4"),
    "an override as an entity": ("a.html", b"<p>x&#x202e;y</p>", r"U\+202E in the element <p>"),
    "an override in Markdown's entity": ("a.md", b"x&#x202e;y", r"U\+202E"),
    "an override in a picture's text": (
        "a.html",
        b"<p>x<img alt='&#x202d;'></p>",
        r"U\+202D in the element <img>",
    ),
    "an override in XML": ("a.xml", b"<d>\n<p>x&#x202e;y</p></d>", r"U\+202E in the element in l"),
    "a surrogate in UTF-8": ("a.txt", b"x\n\xed\xa0\x80y", r"U\+D800 in line 2"),
    "a bell": ("a.txt", b"x\x07y", r"U\+0007 in line 1: a control character"),
    "bytes of no encoding": ("a.txt", b"ok\nx\x81\xff", "Line 2.*UTF-8 nor Windows-1252"),
    "XML with a DTD": ("a.xml", BILLION_LAUGHS, "document type"),
    "XML with a DTD of another file": (
        "a.xml",
        b'<!DOCTYPE d SYSTEM "file:///etc/passwd"><d><p>x</p></d>',
        "document type",
    ),
    "XML that is not well-formed": ("a.xml", b"<d><p>x</d>", "not well-formed"),
    "XML nested deeply": ("a.xml", b"<a>" * 150 + b"x" + b"</a>" * 150, "more than 100"),
    "HTML nested deeply": ("a.html", b"<div>" * 150 + b"x" + b"</div>" * 150, "more than 100"),
    "HTML nested so that parsers stop": ("a.html", b"<div>" * 90_000 + b"x", "more than 100"),
    "Markdown nested deeply": ("a.md", b">" * 150 + b" x", "more than 30"),
    "Markdown of brackets": ("a.md", b"[" * 3_000, "more than 2,000 opening brackets"),
    "a zip that is no document": ("a.docx", b"PK\x03\x04 no", "not a Word document"),
    "an old Word file": ("a.docx", bytes.fromhex("d0cf11e0a1b11ae1") + b"x", r"old Word file"),
    "a document with a DTD": ("a.docx", word_document(styles=BILLION_LAUGHS), "styles.xml has a"),
    "too many bytes": ("a.txt", b"x" * (MAX_BYTES + 1), r"Allowed: 5,242,880 \(5 MB\)"),
    "too many words": ("a.md", b"- a b\n" * 10_001, r"20,002 words. Allowed on one page: 20,000"),
    "no words": ("a.txt", b" \n - \n", "no words"),
    "an empty HTML file": ("a.html", b"", "no (text|words)"),
    "an unknown ending": ("a.pdf", b"%PDF", r"\.pdf is not read. Allowed: \.md"),
    "no ending": ("README", BODY, "no ending is not read"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_file_is_refused_and_the_message_says_where(case: str):
    name, data, message = HOSTILE[case]
    with pytest.raises(ImportRefused, match=message):
        read_draft(data, name)


def test_a_document_that_unpacks_too_large_is_refused_by_its_real_size(monkeypatch):
    bomb = word_document(bomb=b"<a>" + b" " * word_reader.MAX_UNPACKED + b"</a>")
    assert len(bomb) < 100_000
    with pytest.raises(ImportRefused, match="unpacks to more than 50 MB"):
        read_draft(bomb, "bomb.docx")


def test_a_hostile_title_is_refused():
    with pytest.raises(ImportRefused, match=r"U\+202E in the title"):
        read_draft(BODY, "a.txt", "x\u202ey")
    with pytest.raises(ImportRefused, match=r"256 characters\. Allowed: 255"):
        read_draft(BODY, "a.txt", "x" * 256)


@pytest.mark.django_db
@pytest.mark.parametrize("case", ["an override in the text", "XML with a DTD", "no words"])
def test_nothing_is_created_of_a_refused_file(case: str, tmp_path):
    make_index()
    name, data, _ = HOSTILE[case]
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(CommandError):
        call_command("import_treatment", str(path))
    assert not TreatmentPage.objects.exists()


def test_scripts_and_styles_are_not_text_and_never_arrive():
    page = (
        b"<script>alert(1)</script><style>b{}</style><h1>Rest</h1><p onclick='x()'>Rest helps.</p>"
    )
    draft, report = read_draft(page, "a.html")
    assert report.coverage.wanted == 3
    assert "alert" not in str(draft)
    assert "onclick" not in str(draft)


def test_a_link_that_runs_a_script_keeps_its_words_alone():
    page = b"<h1>Rest</h1><p>Rest helps <a href='javascript:alert(1)'>always</a>, we think.</p>"
    draft, _ = read_draft(page, "a.html")
    assert draft.summary == "Rest helps always, we think."
    assert "javascript" not in str(draft)
