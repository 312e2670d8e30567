"""Word documents (.docx): mammoth makes HTML of them, with what it leaves out added."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from html import escape

import mammoth
from lxml import etree

from pages.importing.html_reader import outline_of
from pages.importing.html_tree import lowered, parse, raised
from pages.importing.outline import Outline
from pages.importing.refusal import ImportRefused, refuse_characters
from pages.importing.words import words_of
from pages.importing.xml_reader import parse_xml

# What a document may unpack to; a clinic's page with pictures is far below it.
MAX_UNPACKED = 50 * 1024 * 1024
MAX_MEMBERS = 2_000
_CHUNK = 64 * 1024
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_OLD_WORD = bytes.fromhex("d0cf11e0a1b11ae1")  # OLE2: .doc, or a .docx with a password
_STYLES = "\n".join(
    [
        "p[style-name='Title'] => h1:fresh",
        "p[style-name='Subtitle'] => p:fresh",
        "p[style-name='Quote'] => blockquote > p:fresh",
        "p[style-name='Intense Quote'] => blockquote > p:fresh",
    ]
)
_SPACES = tuple(f"{_WORD}{name}" for name in ("tab", "br", "cr", "noBreakHyphen", "softHyphen"))
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_BODY = ("word/document.xml", "word/footnotes.xml", "word/endnotes.xml")
_FURNITURE = ("word/header", "word/footer")


def read_word(data: bytes) -> Outline:
    """Raises ImportRefused for what is not a .docx, unpacks too large, or has a DTD.

    Headers and footers are kept at the end, once each; comments and deleted text are not text.
    """
    archive = _open(data)
    members = _checked_members(archive)
    html = mammoth.convert_to_html(
        io.BytesIO(data),
        style_map=_STYLES,
        convert_image=mammoth.images.img_element(lambda image: {"src": ""}),
    ).value
    furniture = list(dict.fromkeys(_furniture(members)))
    added = "".join(f"<p>{escape(line)}</p>" for line in furniture)
    notes: tuple[str, ...] = ()
    if furniture:
        notes = ("The page header and footer are kept at the end: delete what is not content.",)
    outline = outline_of(parse(f"<html><body>{html}{added}</body></html>"), notes)
    # Counted a second time from the document itself, so that what mammoth drops is found.
    return replace(outline, words=outline.words | words_of(_own_lines(members)))


def _open(data: bytes) -> zipfile.ZipFile:
    if data.startswith(_OLD_WORD):
        raise ImportRefused(
            "This is an old Word file (.doc) or has a password. Save it as .docx without one."
        )
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile:
        raise ImportRefused("The file is not a Word document (.docx is a zip archive).") from None
    if "word/document.xml" not in archive.namelist():
        raise ImportRefused("The file is not a Word document: it has no word/document.xml.")
    return archive


def _checked_members(archive: zipfile.ZipFile) -> dict[str, etree._Element]:
    """The XML members, parsed, after the real size of every member was counted."""
    if len(archive.infolist()) > MAX_MEMBERS:
        raise ImportRefused(f"The document has more than {MAX_MEMBERS} parts.")
    unpacked = 0
    found: dict[str, etree._Element] = {}
    for member in archive.infolist():
        content = bytearray()
        try:
            with archive.open(member) as stream:
                while chunk := stream.read(_CHUNK):
                    unpacked += len(chunk)
                    if unpacked > MAX_UNPACKED:
                        raise ImportRefused(
                            f"The document unpacks to more than {MAX_UNPACKED // 1024**2} MB."
                        )
                    content += chunk
        except (zipfile.BadZipFile, EOFError, RuntimeError, NotImplementedError, OSError) as error:
            raise ImportRefused(f"{member.filename} cannot be unpacked: {error}.") from None
        if member.filename.endswith((".xml", ".rels")):
            found[member.filename] = parse_xml(bytes(content), member.filename)
    return found


def _furniture(members: dict[str, etree._Element]) -> Iterator[str]:
    for name, root in sorted(members.items()):
        if name.startswith(_FURNITURE):
            for line in _lines(root):
                refuse_characters(line, name)
                if any(character.isalpha() for character in line):
                    yield line.strip()


def _own_lines(members: dict[str, etree._Element]) -> Iterator[str]:
    for name in _BODY:
        if name in members:
            yield from _lines(members[name])


def _lines(root: etree._Element) -> Iterator[str]:
    """The text of each paragraph, once where Word keeps a fallback for older versions."""
    for paragraph in root.iter(f"{_WORD}p"):
        yield "".join(
            _typed(element)
            for element in paragraph.iter(f"{_WORD}t", *_SPACES)
            if next(element.iterancestors(f"{_WORD}p")) is paragraph
            and next(element.iterancestors(_FALLBACK, f"{_WORD}moveFrom"), None) is None
        )


def _typed(element: etree._Element) -> str:
    if element.tag != f"{_WORD}t":
        return " "
    text = element.text or ""
    run = element.getparent()
    align = run.find(f"{_WORD}rPr/{_WORD}vertAlign") if run is not None else None
    match align.get(f"{_WORD}val") if align is not None else None:
        case "superscript":
            return raised(text)
        case "subscript":
            return lowered(text)
        case _:
            return text
