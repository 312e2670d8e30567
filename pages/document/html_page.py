"""A document as a whole HTML page: one file that shows, prints and reads aloud by itself."""

from __future__ import annotations

from collections.abc import Iterator

from pages.document.facts import Part, page_facts
from pages.document.html_blocks import (
    anchor_link,
    block_anchor,
    block_body,
    image_html,
    lang_dir,
)
from pages.document.html_style import STYLE
from pages.document.html_text import one_line, quoted, safe_address, text, words
from pages.document.labels import Labels
from pages.document.nodes import (
    Block,
    CareCard,
    Document,
    LocalNames,
    LocalText,
    Translation,
)


def html_page(document: Document, labels: Labels) -> str:
    """The page. It loads nothing but its images, and runs nothing.

    What is in another language than the page says so (lang and dir, WCAG 2.2, 3.1.2), and a note
    in the page's language says why. Raises ValueError for an address of another scheme than
    https, http, mailto and tel.
    """
    return "\n".join(_page(document, labels)) + "\n"


def _page(document: Document, labels: Labels) -> Iterator[str]:
    yield "<!DOCTYPE html>"
    yield f"<html{lang_dir(document.lang, document.dir)}>"
    yield '<head><meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    title = document.heading
    yield f"<title{_other(title, document)}>{text(one_line(title.text))}</title>"
    description = quoted(one_line(document.summary.text))
    yield f'<meta name="description" content={description}>'
    yield f'<link rel="canonical" href={quoted(safe_address(document.url))}>'
    yield f"<style>{STYLE}</style></head>"
    yield "<body>"
    yield from page_content(document, labels)
    yield "</body></html>"


def page_content(document: Document, labels: Labels, *, contents: bool = True) -> Iterator[str]:
    """What stands in the body: the page from its heading to what it says of itself. contents:
    whether links to its parts come first."""
    yield "<main>"
    yield from _header(document, labels)
    if contents:
        yield from _contents(document, labels)
    for block in document.blocks:
        yield _section(block, document, labels)
    yield "</main>"
    yield from _footer(document, labels)


def _header(document: Document, labels: Labels) -> Iterator[str]:
    yield "<header>"
    heading, names, summary = document.heading, document.also_called, document.summary
    yield f"<h1{_other(heading, document)}>{words(heading.text)}</h1>"
    if names:
        listed = " · ".join(f"<bdi>{words(item)}</bdi>" for item in names.items)
        yield f'<p class="names"><b>{words(labels.also_called)}</b> '
        yield f"<span{_other(names, document)}>{listed}</span></p>"
    yield f'<p class="summary"{_other(summary, document)}>{words(summary.text)}</p>'
    translations = [part.translation for part in (heading, names, summary) if part]
    notes = dict.fromkeys(_note(each, labels) for each in translations)
    yield from (note for note in notes if note)
    if document.image:
        yield f"<figure>{image_html(document.image, document.lang)}</figure>"
    yield "</header>"


def _contents(document: Document, labels: Labels) -> Iterator[str]:
    if document.blocks:
        items = (anchor_link(block, block.label, document.lang) for block in document.blocks)
        listed = "".join(f"<li>{item}</li>" for item in items)
        yield f"<details><summary>{words(labels.on_this_page)}</summary>"
        yield f"<nav><ol>{listed}</ol></nav></details>"


def _section(block: Block, document: Document, labels: Labels) -> str:
    name = f"{block.type} critical" if block.critical else block.type
    if isinstance(block, CareCard):
        name += f" {block.level}"
    same = block.lang == document.lang
    note = _note(block.translation, labels, "" if same else lang_dir(labels.lang, labels.dir))
    return (
        f'<section id={quoted(block_anchor(block))} class="{name}"{_other(block, document)}>'
        f"<h2>{_heading(block)}</h2>{note}{block_body(block, document)}</section>"
    )


def _heading(block: Block) -> str:
    # How urgent it is comes before the heading, which the card's items go on with.
    if isinstance(block, CareCard) and block.level_label and block.level_label != block.label:
        return f'<span class="level">{words(block.level_label)}</span> {words(block.label)}'
    return words(block.label)


def _note(translation: Translation, labels: Labels, language: str = "") -> str:
    notes = labels.notes(translation)
    if not notes:
        return ""
    return f'<p class="note"{language}>{"<br>".join(words(note) for note in notes)}</p>'


def _footer(document: Document, labels: Labels) -> Iterator[str]:
    facts = page_facts(document, labels)
    if not facts:
        return
    yield f"<footer><h2>{words(labels.about_this_page)}</h2><dl>"
    for fact in facts:
        values = " · ".join(_part(part, document) for part in fact.parts)
        yield f"<div><dt>{words(fact.label)}</dt><dd>{values}</dd></div>"
    yield "</dl></footer>"


def _part(part: Part, document: Document) -> str:
    if part.lang is None:
        whole = ' class="whole"' if part.whole else ""
        return f"<bdi{whole} dir={quoted(part.dir)}>{words(part.text)}</bdi>"
    language = "" if part.lang == document.lang else lang_dir(part.lang, part.dir)
    return f"<span{language}>{words(part.text)}</span>"


def _other(part: LocalText | LocalNames | Block, document: Document) -> str:
    """lang and dir where they differ from the page's."""
    return "" if part.lang == document.lang else lang_dir(part.lang, part.dir)
