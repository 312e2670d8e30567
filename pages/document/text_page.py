"""A document as plain text: for SMS and voice systems, and for text fields of health records."""

from __future__ import annotations

from collections.abc import Iterator

from pages.document.bidi import FSI, LRI, PDI
from pages.document.facts import Part, page_facts
from pages.document.labels import Labels
from pages.document.nodes import Document, LocalNames, LocalText, Translation
from pages.document.plain_text import block_text
from pages.document.rich_plain import RLI
from pages.document.wrap import islands_by_line, wrap

# Columns. Narrower cuts most words; wider than a terminal is no wrapping.
NARROWEST, WIDEST = 20, 200


def text_page(document: Document, labels: Labels, width: int | None = None) -> str:
    """The whole page, blocks parted by an empty line; ends in a newline.

    width: columns to wrap at, None for one line a paragraph. A part in another language than the
    page begins with a line that says so and why, in the page's language: "[en] ...".
    """
    parts = [*_head(document, labels), *_blocks(document, labels), _foot(document, labels)]
    text = islands_by_line("\n\n".join(part for part in parts if part)) + "\n"
    return text if width is None else wrap(text, width)


def _head(document: Document, labels: Labels) -> Iterator[str]:
    heading, names, summary = document.heading, document.also_called, document.summary
    said = ""
    parts: tuple[tuple[LocalText | LocalNames | None, str], ...] = (
        (heading, heading.text),
        (names, _dashed(labels.also_called, _dotted(*names.items)) if names else ""),
        (summary, summary.text),
    )
    for part, text in parts:
        if part is not None:
            note = _note(part.lang, part.translation, labels)
            # Three lines in a row that all say the same would say nothing.
            yield "\n".join(line for line in (note if note != said else "", text) if line)
            said = note
    if document.image and document.image.alt:
        yield f"[{document.image.alt}]"


def _blocks(document: Document, labels: Labels) -> Iterator[str]:
    for block in document.blocks:
        note = _note(block.lang, block.translation, labels)
        yield f"{note}\n{block_text(block)}" if note else block_text(block)


def _note(lang: str, translation: Translation, labels: Labels) -> str:
    """Its first letter is of the page's language: some programs take a line's direction from it
    (UAX #9, P2), and none looks inside an island."""
    said = _dotted(*labels.notes(translation))
    if lang == labels.lang:
        return said
    tag = f"[{LRI}{lang}{PDI}]" if labels.dir == "rtl" else f"[{lang}]"
    return f"{tag} {said}".rstrip(" ")


def _foot(document: Document, labels: Labels) -> str:
    facts = page_facts(document, labels)
    lines = [
        _dashed(fact.label, _dotted(*(_part(part, document) for part in fact.parts)))
        for fact in facts
    ]
    return "\n".join([labels.about_this_page, *lines]) if lines else ""


def _part(part: Part, document: Document) -> str:
    if part.dir == document.dir:
        return part.text
    return f"{_ISLANDS[part.dir]}{part.text}{PDI}"


_ISLANDS = {"ltr": LRI, "rtl": RLI, "auto": FSI}


def _dashed(*texts: str) -> str:
    return " — ".join(text for text in texts if text)


def _dotted(*texts: str) -> str:
    return " · ".join(text for text in texts if text)
