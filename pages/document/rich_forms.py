"""The three forms of rich text in JSON: spans as stored, or HTML or plain text on request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import is_dataclass
from functools import lru_cache
from typing import Any, Literal, TypeAlias, assert_never, cast, get_args

from pages.document.json_text import read_value, type_hints, type_value
from pages.document.nodes import Block, Direction, RichText
from pages.document.rich_html import rich_text_html
from pages.document.rich_plain import rich_text_plain

WrittenForm: TypeAlias = Literal["html", "text"]
RichForm: TypeAlias = Literal["spans"] | WrittenForm
RICH_FORMS: tuple[RichForm, ...] = ("spans", *get_args(WrittenForm))

# A field's name, or "*" for each item of an array.
Path: TypeAlias = tuple[str, ...]
# A parsed document's values are of any JSON type; each is checked where it is read.
JsonObject: TypeAlias = dict[str, Any]


@lru_cache(maxsize=1)
def rich_paths() -> Mapping[str, tuple[Path, ...]]:
    """Where each type of block holds rich text: {"faq": (("items", "*", "answer"),), ...}.

    Read from the classes, so that a new block or field is found without being named here.
    """
    return {type_value(kind): found for kind in get_args(Block) if (found := tuple(_paths(kind)))}


def _paths(kind: type[Any]) -> list[Path]:
    found: list[Path] = []
    for name, hint in type_hints(kind).items():
        if hint == RichText:
            found.append((name,))
            continue
        for member, steps in _classes(hint):
            found += [(name, *steps, *path) for path in _paths(member)]
    return found


def _classes(hint: Any) -> list[tuple[type[Any], Path]]:
    """The dataclasses that a field may hold, each with the steps from the field to it."""
    if is_dataclass(hint):
        return [(cast("type[Any]", hint), ())]
    steps: Path = ("*",) if get_args(hint)[-1:] == (Ellipsis,) else ()
    return [(kind, (*steps, *inner)) for part in get_args(hint) for kind, inner in _classes(part)]


def transform_rich(document: JsonObject, form: RichForm) -> JsonObject:
    """A parsed document with each rich text in `form`; `document` itself is left as it is.

    Blocks without rich text are shared with `document`, not copied. A document without
    `blocks` (a summary) is returned unchanged. Raises NotANode for spans that are none.
    """
    if form == "spans":
        return document
    if "blocks" not in document:
        return document
    paths = rich_paths()
    blocks = [
        _replaced(block, paths[block["type"]], form) if block["type"] in paths else block
        for block in document["blocks"]
    ]
    return {**document, "blocks": blocks}


def _replaced(block: JsonObject, paths: tuple[Path, ...], form: WrittenForm) -> JsonObject:
    changed = block
    for path in paths:
        changed = _at(changed, path, block, form)
    return changed


def _at(value: Any, path: Path, block: JsonObject, form: WrittenForm) -> Any:
    if not path:
        return _written(cast(RichText, read_value(RichText, value, "$")), block, form)
    if value is None:
        return None
    step, *rest = path
    if step == "*":
        return [_at(item, tuple(rest), block, form) for item in value]
    return {**value, step: _at(value[step], tuple(rest), block, form)}


def _written(rich: RichText, block: JsonObject, form: WrittenForm) -> str:
    dir: Direction = block["dir"]
    match form:
        case "html":
            return rich_text_html(rich, lang=block["lang"], dir=dir)
        case "text":
            return rich_text_plain(rich, dir=dir)
        case _:
            assert_never(form)
