"""From the MJML source of the email's parts to the two committed shells, and a check of the source.

MJML runs here only, and never while somebody waits for an email.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources

from lxml import etree

from pages.document.nodes import Direction

FOLDER = "email"
SOURCE = "shell.mjml"
_SIDES: dict[Direction, str] = {"ltr": "left", "rtl": "right"}

# What the source may use, by element (https://documentation.mjml.io). mrml lets through what it
# does not know, in silence.
_TEXT = {"font-family", "font-size", "font-weight", "line-height", "color", "padding", "align"}
_ALLOWED: dict[str, set[str]] = {
    "mjml": {"lang", "dir"},
    "mj-head": set(),
    "mj-title": set(),
    "mj-preview": set(),
    "mj-raw": set(),
    "mj-attributes": set(),
    "mj-all": {"font-family"},
    "mj-body": {"background-color", "width"},
    "mj-section": {"padding", "direction", "background-color"},
    "mj-column": {
        "direction",
        "padding",
        "inner-background-color",
        "border-left",
        "border-right",
    },
    "mj-text": _TEXT,
    "mj-button": {*_TEXT, "href", "background-color", "border-radius"},
    # HTML inside of them
    "meta": {"name", "content"},
    "div": {"lang", "dir", "style"},
    "span": {"lang", "dir"},
}


class FaultySource(ValueError):
    """The MJML source says what mrml would not understand or would spoil."""


def source() -> str:
    return (resources.files("pages.document") / FOLDER / SOURCE).read_text(encoding="utf-8")


def compiled(mjml: str) -> dict[str, str]:
    """The shells by file name. Raises FaultySource, and ImportError without mrml."""
    import mrml  # a tool of development: the service has only what it writes

    shells = {}
    for direction, start in _SIDES.items():
        directed = mjml.replace("{dir}", direction).replace("{start}", start)
        refuse_faults(directed)
        html = mrml.to_html(directed).content
        # HTML has no slash in void elements (HTML standard, 13.1.2.1); the filled-in has none.
        shells[f"{direction}.html"] = html.replace(" />", ">") + "\n"
    return shells


def refuse_faults(mjml: str) -> None:
    """Raises FaultySource that lists every fault with its line."""
    try:
        root = etree.fromstring(mjml.encode())
    except etree.XMLSyntaxError as error:
        raise FaultySource(f"{SOURCE} is not well-formed: {error}") from None
    faults = [fault for element in root.iter(etree.Element) for fault in _faults(element)]
    if faults:
        raise FaultySource("\n".join(faults))


def _faults(element: etree._Element) -> Iterator[str]:
    tag = str(element.tag)
    where = f"{SOURCE} line {element.sourceline}: <{tag}>"
    allowed = _ALLOWED.get(tag)
    if allowed is None:
        yield f"{where} is unknown. Allowed: {', '.join(_ALLOWED)}."
        return
    if tag == "mj-column" and not _has_direction(element):
        yield f"{where} has no direction, here or in mj-attributes: mrml would write ltr."
    for name, value in element.attrib.items():
        if name not in allowed:
            yield f"{where} has the attribute {name!r}. Allowed: {', '.join(sorted(allowed))}."
        if not value.isascii():
            # mrml writes them as Rust's debug format does: \u{9be}
            yield f"{where} {name}={value!r}: only ASCII; write a character reference."


def _has_direction(column: etree._Element) -> bool:
    defaults = column.getroottree().iterfind("mj-head/mj-attributes/mj-column")
    return "direction" in column.attrib or any("direction" in each.attrib for each in defaults)
