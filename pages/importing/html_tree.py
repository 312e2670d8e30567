"""HTML bytes to a tree that holds text alone, and the count of its words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from lxml import etree, html

from pages.importing.decoding import decode
from pages.importing.refusal import MAX_DEPTH, ImportRefused, refuse_characters
from pages.importing.words import words_of

# Elements whose content no browser shows as text.
NOT_TEXT = frozenset({"script", "style", "template", "object", "iframe", "noframes", "head"})
# Elements that start a line of their own; words on the two sides of one are two words.
BLOCKS = frozenset(
    "address article aside blockquote body br caption center dd details dialog dir div dl dt "
    "fieldset figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr html "
    "legend li main menu nav ol optgroup option p pre section select summary table tbody td "
    "textarea tfoot th thead tr ul".split()
)
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{1,40})""", re.IGNORECASE)
_RAISED = str.maketrans("0123456789+-n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ")
_STRING = etree.XPath("string()")
_LOWERED = str.maketrans("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋")


def parse_bytes(data: bytes) -> tuple[html.HtmlElement, tuple[str, ...]]:
    """The root and notes for the editor. Raises ImportRefused as `decode` and `parse` do."""
    declared = _CHARSET.search(data[:4096])
    text, notes = decode(data, declared[1].decode("ascii") if declared else "")
    return parse(text), notes


def parse(text: str) -> html.HtmlElement:
    """The root of `text`, digits above and below the line as characters of their own.

    Raises ImportRefused for what is nested so deeply that a parser would drop it, and for
    characters (an entity may write them) that no text may hold.
    """
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        root = html.document_fromstring(text.encode(), parser=parser)
    except etree.ParserError:
        raise ImportRefused("The file has no text.") from None
    if any(error.type_name == "ERR_RESOURCE_LIMIT" for error in parser.error_log):
        raise ImportRefused(_too_deep())
    for element in root.iter(etree.Element):
        if sum(1 for _ in element.iterancestors()) > MAX_DEPTH:
            raise ImportRefused(_too_deep())
        for part in (element.text, element.tail, element.get("alt")):
            refuse_characters(part or "", f"the element <{element.tag!s}> in line {_line(element)}")
        _keep_digits_raised(element)
    return root


def _too_deep() -> str:
    return f"The file is nested more than {MAX_DEPTH} elements deep. Simplify it."


def _line(element: html.HtmlElement) -> int:
    return element.sourceline or 0


def _keep_digits_raised(element: html.HtmlElement) -> None:
    # 10<sup>6</sup> without its mark is a hundred and six.
    change = {"sup": raised, "sub": lowered}.get(str(element.tag))
    whole = str(_STRING(element))
    if change is None or change(whole) == whole:
        return
    for inner in element.iter(etree.Element):
        inner.text = change(inner.text) if inner.text else inner.text
        if inner is not element and inner.tail:
            inner.tail = change(inner.tail)


def raised(text: str) -> str:
    """`text` as characters above the line, if all of it can be; else as it is."""
    return text.translate(_RAISED) if _only(text, "0123456789+-n") else text


def lowered(text: str) -> str:
    """Likewise below the line."""
    return text.translate(_LOWERED) if _only(text, "0123456789+-") else text


def _only(text: str, allowed: str) -> bool:
    return bool(text.strip()) and not set(text.strip()) - set(allowed)


def document_name(root: html.HtmlElement) -> str:
    """The document's <title>, "" for none."""
    found = root.find("head/title")
    return " ".join((found.text or "").split()) if found is not None else ""


def words_in(root: html.HtmlElement) -> Counter[str]:
    """Every word a reader gets: text, and the alternative texts of pictures."""
    return words_of([document_name(root), "".join(_text(root))])


def _text(element: html.HtmlElement) -> Iterator[str]:
    edge = "\n" if element.tag in BLOCKS else ""
    yield edge
    if element.tag == "img":
        yield f" {element.get('alt', '')} "
    elif element.tag not in NOT_TEXT:
        yield element.text or ""
        for child in element:
            yield from _text(child)
            yield child.tail or ""
    yield edge
