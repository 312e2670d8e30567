"""XML from outside, element by element: strictly, without a document type, in bounded memory.

libxml2 itself refuses more than 256 levels and texts of more than 10 MB (huge_tree is off), and
characters that XML 1.0 does not have. Entities are not expanded and nothing is fetched.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Literal

from lxml import etree

from pages.catalog.codecs.codec import MAX_BYTES, CatalogError

XML = "{http://www.w3.org/XML/1998/namespace}"


def read_elements(data: bytes) -> Iterator[tuple[Literal["start", "end"], etree._Element]]:
    """Every element when it opens and when it closes. Comments and instructions are left out.

    At its start an element has its attributes and ancestors only. Who has read an element at
    its end calls `forget`. Raises CatalogError with the line: not well-formed, too large or too
    deep, a document type, an encoding that is not the declared one.
    """
    if len(data) > MAX_BYTES:
        raise CatalogError(
            f"Line 1: the file has {len(data):,} bytes. Allowed: at most {MAX_BYTES:,}."
        )
    events = etree.iterparse(
        io.BytesIO(data),
        events=("start", "end"),
        load_dtd=False,
        no_network=True,
        resolve_entities=False,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        for number, (event, element) in enumerate(events):
            if number == 0 and element.getroottree().docinfo.doctype:
                raise CatalogError(
                    "Line 1: the file has a document type (<!DOCTYPE>). Only plain XML is read."
                )
            # "start-ns" and the like were not asked for, which the annotation cannot know.
            yield event, element  # type: ignore[misc]
    except etree.XMLSyntaxError as error:
        last = events.error_log.last_error
        said = (last.message if last else error.msg or "").strip().removesuffix(".")
        line = last.line if last else error.lineno or 1
        raise CatalogError(f"Line {max(line, 1)}: not well-formed XML: {said}.") from None


def forget(element: etree._Element) -> None:
    """Free `element`, which has closed, and its siblings before it."""
    element.clear(keep_tail=False)
    parent = element.getparent()
    if parent is not None:
        del parent[: parent.index(element)]


def inherited(element: etree._Element, name: str) -> str | None:
    """The attribute `name` of `element` or of the nearest ancestor that has it."""
    found: etree._Element | None = element
    while found is not None:
        if value := found.get(name):
            return value
        found = found.getparent()
    return None
