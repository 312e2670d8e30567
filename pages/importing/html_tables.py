"""HTML tables to tables of the outline."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import html

from pages.importing.html_inline import Style, clean_runs, inline, is_bold
from pages.importing.outline import Paragraph, Part, Runs, Table, plain


def read_table(element: html.HtmlElement, style: Style) -> Iterator[Part]:
    """The table, and before it the words that stand loose between its rows (as browsers do).

    Its first row is the header when all its cells are header cells or bold. Cells are padded
    to the widest row; a table of one column is paragraphs.
    """
    rows = [
        (cells, all(cell.tag == "th" for cell in row if cell.tag in ("td", "th")))
        for row in element.iter("tr")
        if _owner(row) is element and (cells := _cells(row, style))
    ]
    captions = [clean_runs(inline(found, style)) for found in element.findall("caption")]
    yield from _loose(element, style)
    width = max((len(cells) for cells, _ in rows), default=0)
    padded = [(*cells, *((),) * (width - len(cells))) for cells, _ in rows]
    if width < 2:
        yield from (Paragraph(runs) for runs in captions if runs)
        yield from (Paragraph(row[0]) for row in padded if row and row[0])
        return
    caption = captions[0] if captions else ()
    yield from (Paragraph(runs) for runs in captions[1:] if runs)
    marked = rows[0][1] or all(is_bold(cell) or not plain(cell) for cell in padded[0])
    if marked and len(padded) > 1 and any(plain(cell) for cell in padded[0]):
        yield Table(caption, padded[0], tuple(padded[1:]))
    else:
        yield Table(caption, (), tuple(padded))


def _owner(row: html.HtmlElement) -> html.HtmlElement | None:
    return next(row.iterancestors("table"), None)


def _cells(row: html.HtmlElement, style: Style) -> tuple[Runs, ...]:
    cells = [
        clean_runs(inline(cell, Style(href=style.href))) for cell in row if cell.tag in ("td", "th")
    ]
    return tuple(cells) if any(plain(cell).strip() for cell in cells) else ()


def _loose(element: html.HtmlElement, style: Style) -> Iterator[Part]:
    for part in element.iter("table", "thead", "tbody", "tfoot", "tr", "colgroup"):
        if part is not element and (part.tag == "table" or _owner(part) is not element):
            continue
        runs = [*style.run(part.text)]
        for child in part:
            if child.tag not in _TABLE_PARTS:
                runs.extend(inline(child, style))
            runs.extend(style.run(child.tail))
        if plain(cleaned := clean_runs(runs)).strip():
            yield Paragraph(cleaned)


_TABLE_PARTS = frozenset("caption colgroup thead tbody tfoot tr td th".split())
