"""Wagtail's database HTML as a small frozen tree, and as coded text for translators.

Coded text is valid XML with typed, numbered tags and no attributes:
`Call 911 <b1>now</b1>.<br2/>See <a3>our page</a3>.` Attributes stay with us.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from html import escape
from typing import Literal, TypeAlias, assert_never

from lxml import etree, html

BlockTag: TypeAlias = Literal["p", "ul", "ol"]
CodeName: TypeAlias = Literal["b", "i", "a", "g", "br"]

GLOSSARY_LINKTYPE = "glossary"


@dataclass(frozen=True, slots=True)
class Text:
    text: str


@dataclass(frozen=True, slots=True)
class Break:
    pass


@dataclass(frozen=True, slots=True)
class Tagged:
    """Bold, italic, a link or a glossary term; only the last two have attributes."""

    name: Literal["b", "i", "a", "g"]
    attributes: tuple[tuple[str, str], ...]
    children: tuple[Inline, ...]


Inline: TypeAlias = Text | Break | Tagged


@dataclass(frozen=True, slots=True)
class TextBlock:
    """A paragraph or a list item: what a translator gets as one segment.

    key: Draftail's data-block-key, "" where there is none yet; depth: nesting of lists.
    """

    key: str
    tag: BlockTag
    depth: int
    children: tuple[Inline, ...]


class InlineCodeError(ValueError):
    """The tags of a translation are not those of its source, or it is not well-formed."""


# Reading database HTML

_INLINE = {"b": "b", "strong": "b", "i": "i", "em": "i"}
_LINK_ATTRIBUTES = ("linktype", "id", "href")
_SPACE = re.compile(r"[ \t\r\n\f]+")


@lru_cache(maxsize=8192)
def parse(db_html: str) -> tuple[TextBlock, ...]:
    """The paragraphs and list items of `db_html` in reading order.

    Unknown elements keep their text; text outside any block becomes a paragraph.
    """
    if not db_html.strip():
        return ()
    root = html.fragment_fromstring(db_html, create_parent="div")
    return tuple(block for block in _blocks(root, "p", 0) if block.children)


def _blocks(parent: html.HtmlElement, tag: BlockTag, depth: int) -> Iterator[TextBlock]:
    loose: list[Inline] = list(_text(parent.text))
    for element in parent:
        name = element.tag if isinstance(element.tag, str) else ""
        if name in _INLINE or name in ("a", "br", "span"):
            loose.extend(_inline(element))
        elif name:
            yield from _flush(loose)
            yield from _block(element, name, tag, depth)
        loose.extend(_text(element.tail))
    yield from _flush(loose)


def _block(element: html.HtmlElement, name: str, tag: BlockTag, depth: int) -> Iterator[TextBlock]:
    if name in ("ul", "ol"):
        inner = depth + 1 if tag != "p" else 0
        for child in element:
            if isinstance(child.tag, str):
                yield from _block(child, child.tag, "ul" if name == "ul" else "ol", inner)
        return
    nested = [child for child in element if child.tag in ("ul", "ol", "p", "div")]
    key = element.get("data-block-key", "")
    own = tag if name == "li" else "p"
    children = list(_text(element.text))
    for child in element:
        if child not in nested:
            children.extend(_inline(child))
            children.extend(_text(child.tail))
    if _has_words(children):
        yield TextBlock(key, own, depth, _trim(children))
    for child in nested:
        yield from _block(child, str(child.tag), own, depth)


def _flush(loose: list[Inline]) -> Iterator[TextBlock]:
    if _has_words(loose):
        yield TextBlock("", "p", 0, _trim(loose))
    loose.clear()


def _text(value: str | None) -> Iterator[Inline]:
    if value:
        yield Text(_SPACE.sub(" ", value))


def _inline(element: html.HtmlElement) -> Iterator[Inline]:
    name = element.tag if isinstance(element.tag, str) else ""
    if name == "br":
        yield Break()
        return
    children = tuple(_children(element))
    if name in _INLINE:
        yield Tagged("b" if _INLINE[name] == "b" else "i", (), children)
    elif name == "a" and any(element.get(attribute) for attribute in _LINK_ATTRIBUTES):
        attributes = tuple(
            (attribute, element.get(attribute, ""))
            for attribute in _LINK_ATTRIBUTES
            if element.get(attribute)
        )
        is_term = element.get("linktype") == GLOSSARY_LINKTYPE
        yield Tagged("g" if is_term else "a", attributes, children)
    elif name:
        yield from children


def _children(element: html.HtmlElement) -> Iterator[Inline]:
    yield from _text(element.text)
    for child in element:
        yield from _inline(child)
        yield from _text(child.tail)


def _has_words(children: Sequence[Inline]) -> bool:
    return any(plain(children).strip())


def _trim(children: Sequence[Inline]) -> tuple[Inline, ...]:
    """Without white space at either end and without breaks there, which say nothing."""
    kept = list(children)
    while kept and (isinstance(kept[0], Break) or kept[0] == Text(" ")):
        kept.pop(0)
    while kept and (isinstance(kept[-1], Break) or kept[-1] == Text(" ")):
        kept.pop()
    if kept and isinstance(kept[0], Text):
        kept[0] = Text(kept[0].text.lstrip(" "))
    if kept and isinstance(kept[-1], Text):
        kept[-1] = Text(kept[-1].text.rstrip(" "))
    return tuple(kept)


# Writing


def plain(children: Iterable[Inline]) -> str:
    """The words without their marks; a break is a newline."""
    parts: list[str] = []
    for child in children:
        match child:
            case Text(text):
                parts.append(text)
            case Break():
                parts.append("\n")
            case Tagged():
                parts.append(plain(child.children))
            case _:
                assert_never(child)
    return "".join(parts)


def to_html(blocks: Sequence[TextBlock]) -> str:
    """Database HTML, as Draftail would store it, with its data-block-keys."""
    parts: list[str] = []
    open_lists: list[BlockTag] = []
    for block in blocks:
        wanted = 0 if block.tag == "p" else block.depth + 1
        while len(open_lists) > wanted or (open_lists and open_lists[-1] != block.tag and wanted):
            parts.append(f"</{open_lists.pop()}>")
            if open_lists:
                parts.append("</li>")
        while len(open_lists) < wanted:
            # A nested list stands inside the item before it.
            if open_lists and parts[-1] == "</li>":
                parts.pop()
            open_lists.append(block.tag)
            parts.append(f"<{block.tag}>")
        name = "p" if block.tag == "p" else "li"
        key = f' data-block-key="{escape(block.key)}"' if block.key else ""
        parts += [f"<{name}{key}>", _inline_html(block.children), f"</{name}>"]
    while open_lists:
        parts.append(f"</{open_lists.pop()}>")
        if open_lists:
            parts.append("</li>")
    return "".join(parts)


def _inline_html(children: Iterable[Inline]) -> str:
    parts: list[str] = []
    for child in children:
        match child:
            case Text(text):
                parts.append(escape(text, quote=False))
            case Break():
                parts.append("<br/>")
            case Tagged():
                name = "a" if child.name == "g" else child.name
                attributes = "".join(f' {key}="{escape(value)}"' for key, value in child.attributes)
                parts.append(f"<{name}{attributes}>{_inline_html(child.children)}</{name}>")
            case _:
                assert_never(child)
    return "".join(parts)


# Keys


def with_keys(db_html: str) -> str:
    """`db_html` with a data-block-key on every paragraph and item, each once.

    Keys that are there stay. A missing or repeated one is derived from the words, so that the
    same text without keys gets the same keys wherever it is normalised first.
    """
    blocks = parse(db_html)
    keys = [block.key for block in blocks]
    if all(keys) and len(set(keys)) == len(keys):
        return db_html
    seen: set[str] = set()
    # Where to go on for the same words: trying from 0 is quadratic in a list of equal items.
    tried: Counter[str] = Counter()
    keyed = []
    for block in blocks:
        key = block.key
        if not key or key in seen:
            key = _fresh_key(plain(block.children), seen, tried)
        seen.add(key)
        keyed.append(replace(block, key=key))
    return to_html(keyed)


def _fresh_key(words: str, seen: set[str], tried: Counter[str]) -> str:
    while True:
        text = f"{tried[words]}\x00{words}"
        tried[words] += 1
        key = hashlib.blake2b(text.encode(), digest_size=4).hexdigest()
        if key not in seen:
            return key


# Coded text


def encode(block: TextBlock) -> str:
    """The coded text of a block: what a translator sees and the text digest covers."""
    return "".join(_encode(block.children, _Counter()))


def codes(block: TextBlock) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Every tag with its attributes, in the order of its number: what the code digest covers."""
    return tuple(_codes(block.children, _Counter()))


class _Counter:
    def __init__(self) -> None:
        self.value = 0

    def next(self) -> int:
        self.value += 1
        return self.value


def _encode(children: Iterable[Inline], counter: _Counter) -> Iterator[str]:
    for child in children:
        match child:
            case Text(text):
                yield escape(text, quote=False)
            case Break():
                yield f"<br{counter.next()}/>"
            case Tagged():
                name = f"{child.name}{counter.next()}"
                yield f"<{name}>"
                yield from _encode(child.children, counter)
                yield f"</{name}>"
            case _:
                assert_never(child)


def _codes(
    children: Iterable[Inline], counter: _Counter
) -> Iterator[tuple[str, tuple[tuple[str, str], ...]]]:
    for child in children:
        match child:
            case Text():
                pass
            case Break():
                yield f"br{counter.next()}", ()
            case Tagged():
                yield f"{child.name}{counter.next()}", child.attributes
                yield from _codes(child.children, counter)
            case _:
                assert_never(child)


@lru_cache(maxsize=8192)
def decode(coded: str, source: TextBlock) -> TextBlock:
    """`source` with the words of `coded`, whose tags must be exactly the source's, in any order.

    Raises InlineCodeError that names what is missing, extra, repeated or not well-formed.
    """
    if not any(character in coded for character in "<&"):
        if codes(source):
            raise InlineCodeError(f"Missing tags: {_names(codes(source))}.")
        return replace(source, children=(Text(coded),))
    attributes = dict(codes(source))
    root = parse_coded(coded)
    used = [str(element.tag) for element in root.iterdescendants()]
    missing = [name for name in attributes if name not in used]
    extra = [name for name in used if name not in attributes]
    repeated = sorted({name for name in used if used.count(name) > 1})
    problems = [
        f"{word} tags: {', '.join(f'<{name}>' for name in names)}."
        for word, names in (("Missing", missing), ("Unknown", extra), ("Repeated", repeated))
        if names
    ]
    if problems:
        raise InlineCodeError(" ".join(problems))
    return replace(source, children=tuple(_decode(root, attributes)))


def parse_coded(coded: str) -> etree._Element:
    """`coded` as an XML tree without attributes, strictly. Raises InlineCodeError."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=False)
    try:
        root = etree.fromstring(f"<segment>{coded}</segment>".encode(), parser)
    except etree.XMLSyntaxError as error:
        raise InlineCodeError(f"Not well-formed: {error.msg}") from None
    for element in root.iterdescendants():
        if not isinstance(element.tag, str) or element.attrib:
            raise InlineCodeError("Only numbered tags without attributes are allowed.")
        if element.tag.startswith("br") and (element.text or len(element)):
            raise InlineCodeError(f"<{element.tag}/> must be empty.")
    return root


def _names(found: Iterable[tuple[str, object]]) -> str:
    return ", ".join(f"<{name}>" for name, _ in found)


def _decode(
    element: etree._Element, attributes: dict[str, tuple[tuple[str, str], ...]]
) -> Iterator[Inline]:
    if element.text:
        yield Text(element.text)
    for child in element:
        name = str(child.tag)
        if name.startswith("br"):
            yield Break()
        else:
            yield Tagged(_TAG_NAMES[name[0]], attributes[name], tuple(_decode(child, attributes)))
        if child.tail:
            yield Text(child.tail)


_TAG_NAMES: dict[str, Literal["b", "i", "a", "g"]] = {"b": "b", "i": "i", "a": "a", "g": "g"}
