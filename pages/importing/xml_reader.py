"""Plain XML read as paragraphs: each <p> is a block of lines. No document type, no entities."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from pages.importing.lines import structure
from pages.importing.outline import Outline
from pages.importing.refusal import MAX_DEPTH, ImportRefused, refuse_characters
from pages.importing.text_reader import group, read_lines, words_of_lines, wrap_width

# Published corpora have them, and their meaning is plain.
_BARE_AMPERSAND = re.compile(rb"&(?!(?:#[0-9]+|#x[0-9A-Fa-f]+|[A-Za-z][A-Za-z0-9]*);)")
# The text of an element without comments and processing instructions.
_STRING = etree.XPath("string()")


def read_xml(data: bytes) -> Outline:
    """Raises ImportRefused for XML that is not well-formed, has a DTD or is nested too deeply.

    Text outside <p> elements is a block of its own. Attributes are not text.
    """
    escaped, bare = _BARE_AMPERSAND.subn(b"&amp;", data)
    root = parse_xml(escaped, "The file")
    notes = (f"{bare} bare & read as an ampersand; XML writes &amp;.",) if bare else ()
    blocks = [text.split("\n") for text in _blocks(root)]
    lines = [line for block in blocks for line in [*block, ""]]
    shaped = structure(group(read_lines(lines), wrap_width(lines)))
    return Outline("", shaped, words_of_lines(lines), notes)


def parse_xml(data: bytes, what: str) -> etree._Element:
    """The root. `what` names the file in the messages of ImportRefused."""
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, recover=False
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise ImportRefused(f"{what} is not well-formed XML: {error.msg}.") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise ImportRefused(
            f"{what} has a document type (<!DOCTYPE>). Only plain XML is read: remove it."
        )
    for element in root.iter():
        if sum(1 for _ in element.iterancestors()) > MAX_DEPTH:
            raise ImportRefused(f"{what} is nested more than {MAX_DEPTH} elements deep.")
    return root


def _blocks(root: etree._Element) -> Iterator[str]:
    """The text of each paragraph; line numbers in messages are those of the elements."""
    for text, line in _texts(root):
        refuse_characters(text, f"the element in line {line}")
        if text.strip():
            yield text


def _texts(element: etree._Element) -> Iterator[tuple[str, int]]:
    line = element.sourceline or 0
    if not isinstance(element.tag, str):
        return
    if etree.QName(element).localname == "p" or not len(element):
        yield str(_STRING(element)), line
        return
    if element.text:
        yield element.text, line
    for child in element:
        yield from _texts(child)
        if child.tail:
            yield child.tail, line
