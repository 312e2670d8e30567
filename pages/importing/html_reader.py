"""HTML to an outline. What a browser shows is text; scripts and styles are not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lxml import html

from pages.importing.html_inline import (
    Style,
    bold_start,
    clean_runs,
    has_blocks,
    inline,
    is_bold,
)
from pages.importing.html_tables import read_table
from pages.importing.html_tree import BLOCKS, NOT_TEXT, document_name, parse_bytes, words_in
from pages.importing.lines import LineBlock, bullets_only, is_short, structure
from pages.importing.markers import Line, read_line
from pages.importing.outline import (
    Bullets,
    Divider,
    Heading,
    Item,
    Outline,
    Paragraph,
    Part,
    Quote,
    Run,
    Runs,
    cut,
    joined,
    lines_of,
    plain,
    split_lines,
)

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LISTS = frozenset({"ul", "ol", "menu", "dir"})
_ASIDE = frozenset({"footer", "nav", "aside"})
_BOLD_HEADING = 6
# A section heading is a line; what is longer is a paragraph that somebody set as a heading.
_HEADING_LENGTH = 200


def read_html(data: bytes) -> Outline:
    """Raises ImportRefused for bytes in no known encoding, text nested too deeply and such."""
    root, notes = parse_bytes(data)
    return outline_of(root, notes)


def outline_of(root: html.HtmlElement, notes: tuple[str, ...] = ()) -> Outline:
    parts = tuple(_headed(_parts(root, Style())))
    pictures = sum(1 for element in root.iter("img"))
    if pictures:
        notes = (
            *notes,
            f"{pictures} picture{'s' if pictures > 1 else ''} not imported, only the alternative "
            "text: add a picture block where one is needed.",
        )
    return Outline(document_name(root), _shaped(parts), words_in(root), notes)


def _parts(element: html.HtmlElement, style: Style) -> Iterator[Part]:
    """The parts of a container: words between its blocks are paragraphs."""
    own = style.inside(element) if element.tag not in BLOCKS else style
    loose: list[Run] = list(own.run(element.text))
    for child in element:
        if child.tag in NOT_TEXT:
            pass
        elif (child.tag in BLOCKS and child.tag != "br") or has_blocks(child):
            yield from _paragraph(loose)
            loose = []
            yield from _block(child, own)
        else:
            loose.extend(inline(child, own))
        loose.extend(own.run(child.tail))
    yield from _paragraph(loose)


def _block(element: html.HtmlElement, style: Style) -> Iterator[Part]:
    tag = str(element.tag)
    if tag in _HEADINGS or tag in ("summary", "legend"):
        yield from _heading(clean_runs(inline(element, style)), _HEADINGS.get(tag, _BOLD_HEADING))
    elif tag == "hr":
        yield Divider()
    elif tag in _LISTS:
        yield from _list(element, style)
    elif tag == "table":
        yield from read_table(element, style)
    elif tag == "blockquote":
        paragraphs = tuple(line for part in _parts(element, style) for line in lines_of(part))
        if paragraphs:
            yield Quote(paragraphs)
    elif tag == "dl":
        yield from _definitions(element, style)
    elif tag in _ASIDE:
        yield Divider()
        yield from _parts(element, style)
        yield Divider()
    else:
        yield from _parts(element, style.inside(element))


def _heading(runs: Runs, level: int) -> Iterator[Part]:
    lines = split_lines(runs)
    if not lines:
        return
    runs = joined(lines, " ")
    yield Heading(level, runs) if len(plain(runs)) <= _HEADING_LENGTH else Paragraph(runs)


def _paragraph(loose: Iterable[Run]) -> Iterator[Paragraph]:
    runs = clean_runs(loose)
    if plain(runs).strip():
        yield Paragraph(runs)


def _list(element: html.HtmlElement, style: Style) -> Iterator[Part]:
    items: list[Item] = []
    for child in element:
        if child.tag in NOT_TEXT:
            continue
        if child.tag in _LISTS and items:  # a list directly in a list belongs to the item before
            nested = tuple(part for part in _list(child, style) if isinstance(part, Bullets))
            items[-1] = Item(items[-1].runs, (*items[-1].nested, *nested))
        else:
            items += _items(child, style)
        items += [Item(part.runs) for part in _paragraph(style.run(child.tail))]
    if (element.text or "").strip():
        yield from _paragraph(style.run(element.text))
    if items:
        yield Bullets(element.tag == "ol", tuple(items))


def _items(element: html.HtmlElement, style: Style) -> Iterator[Item]:
    lines: list[Runs] = []
    nested: list[Bullets] = []
    inner = style.inside(element)
    for part in _parts(element, inner):
        if isinstance(part, Bullets) and (lines or nested):
            nested.append(part)
        elif isinstance(part, Bullets):  # an item that is only a list
            yield from part.items
        elif nested:  # words after a nested list are its last line, not its parent's
            last = nested.pop()
            more = tuple(Item(line) for line in lines_of(part))
            nested.append(Bullets(last.ordered, (*last.items, *more)))
        else:
            lines += lines_of(part)
    if lines:
        yield Item(joined(lines), tuple(nested))


def _definitions(element: html.HtmlElement, style: Style) -> Iterator[Part]:
    """A term that asks is a heading; others are items, the term in bold before its meaning."""
    items: list[Item] = []
    for child in element:
        parts = list(_block(child, style)) if child.tag == "div" else list(_parts(child, style))
        lines = [line for part in parts for line in lines_of(part)]
        if child.tag == "dt" and lines and plain(lines[-1]).endswith("?"):
            if items:
                yield Bullets(False, tuple(items))
                items = []
            yield from _heading(joined(lines, " "), _BOLD_HEADING)
        elif child.tag == "dd" and items:
            items[-1] = Item(joined((items[-1].runs, *lines), ": " if lines else ""))
        elif child.tag == "dd":
            yield from parts
        elif lines:
            bold = [Run(run.text, True, run.italic, run.href) for run in joined(lines)]
            items.append(Item(tuple(bold)))
        yield from _paragraph(style.run(child.tail))
    if items:
        yield Bullets(False, tuple(items))


def _headed(parts: Iterable[Part]) -> Iterator[Part]:
    """Bold lines become headings; a paragraph that starts with a bold question is cut in two."""
    for part in parts:
        if not isinstance(part, Paragraph):
            yield part
            continue
        text = plain(part.runs)
        start = bold_start(part.runs)
        if is_bold(part.runs) and is_short(text.removesuffix(":")) and "\n" not in text:
            yield Heading(_BOLD_HEADING, part.runs)
        elif start and text[:start].rstrip().endswith("?") and is_short(text[:start].strip()):
            yield Heading(_BOLD_HEADING, cut(part.runs, 0, start))
            yield Paragraph(cut(part.runs, start))
        else:
            yield part


def _shaped(parts: Sequence[Part]) -> tuple[Part, ...]:
    """Typed bullets become lists. A text without any heading is read as plain lines are."""
    blocks = [_line_block(part) or part for part in parts]
    if not any(isinstance(part, Heading) for part in parts):
        return structure(blocks)
    shaped: list[Part] = []
    for block in blocks:
        made = bullets_only(block) if isinstance(block, tuple) else (block,)
        last, first = shaped[-1] if shaped else None, made[0]
        if (
            isinstance(block, tuple)
            and isinstance(first, Bullets)
            and isinstance(last, Bullets)
            and last.ordered == first.ordered
        ):
            # Typed bullets, a paragraph each: one list.
            shaped[-1] = Bullets(last.ordered, (*last.items, *first.items))
            made = made[1:]
        shaped += made
    return tuple(shaped)


def _line_block(part: Part) -> LineBlock | None:
    if not isinstance(part, Paragraph):
        return None
    lines: list[Line] = []
    for runs in split_lines(part.runs):
        lines.append(read_line(runs, lines[-1] if lines else None))
    return tuple(lines)
