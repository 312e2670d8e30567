"""Makes a PDF of WeasyPrint's give its text back in reading order, and name its languages.

WeasyPrint writes one letter per glyph, as it first met it; where letters join, that gives other
letters back (Kozea/WeasyPrint#2841). /ActualText (ISO 32000-1, 14.9.4) says what stands there:
for right-to-left text on the structure element, since readers reverse it on marked content; for
Bengali and other joining left-to-right scripts on the marked content itself.

Every text box whose direction is rtl counts, not only those with right-to-left letters: a line
holding just "13%)." comes out reversed otherwise. It replaces one private method, so
requirements.in pins WeasyPrint, and tests/printing reads pages back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pydyf
from weasyprint.pdf.stream import Stream

from pages.printing.structure import repair_structure

_RTL = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_JOINING = re.compile("[\u0900-\u0dff\u0e00-\u109f\u1780-\u17ff]")

# Any: WeasyPrint and pydyf have no annotations.
Finisher = Callable[[Any, Any], None]


@dataclass(frozen=True, slots=True)
class Said:
    """What one marked piece of text says: its text where the glyphs do not, its language."""

    text: str | None
    lang: str


@contextmanager
def reading_order(page_lang: str) -> Iterator[Finisher]:
    """Inside, WeasyPrint's `write_pdf` takes the finisher. One document at a time."""
    said: dict[int, dict[int, Said]] = {}  # by the page's own dictionary of tags, then by MCID

    @contextmanager
    def marked(stream: Any, box: Any, tag: str) -> Iterator[None]:
        if stream._tags is None:
            yield
            return
        mcid = len(stream._tags)
        stream._tags[box] = {"tag": tag, "mcid": mcid}
        properties: dict[str, Any] = {"MCID": mcid}
        text = getattr(box, "text", None)
        if text:
            rtl = box.style["direction"] == "rtl" or bool(_RTL.search(text))
            lang = box.style["lang"] or page_lang
            said.setdefault(id(stream._tags), {})[mcid] = Said(_full(box) if rtl else None, lang)
            if not rtl and _JOINING.search(text):
                properties["ActualText"] = pydyf.String(_full(box))
        pydyf.Stream.begin_marked_content(stream, tag, pydyf.Dictionary(properties))
        try:
            yield
        finally:
            pydyf.Stream.end_marked_content(stream)

    def finish(document: Any, pdf: Any) -> None:
        _Finish(pdf, said, page_lang).all_elements()
        repair_structure(pdf)

    replaced = Stream.marked
    Stream.marked = marked
    try:
        yield finish
    finally:
        Stream.marked = replaced


def _full(box: Any) -> str:
    """The text with the space that its line was broken at, which the layout takes away."""
    return f"{box.text} "


class _Finish:
    def __init__(self, pdf: Any, said: dict[int, dict[int, Said]], page_lang: str) -> None:
        self.pdf = pdf
        self.page_lang = page_lang
        by_reference = {each.reference: each for each in pdf.objects}
        self.pages: dict[Any, dict[int, Said]] = {}
        for reference in pdf.page_references:
            stream = by_reference[by_reference[reference]["Contents"]]
            self.pages[reference] = said.get(id(stream._tags), {})
        self.numbers = self._parent_tree(by_reference)

    def _parent_tree(self, by_reference: dict[Any, Any]) -> dict[Any, Any]:
        """The structure element of each MCID, by page (ISO 32000-1, 14.7.4.4)."""
        root = by_reference[self.pdf.catalog["StructTreeRoot"]]
        numbers = by_reference[root["ParentTree"]]["Nums"]
        return dict(zip(self.pdf.page_references, numbers[1::2], strict=False))

    def all_elements(self) -> None:
        for element in list(self.pdf.objects):
            if isinstance(element, pydyf.Dictionary) and element.get("Type") == "/StructElem":
                self.element(element)

    def element(self, element: Any) -> None:
        page = self.pages.get(element.get("Pg"), {})
        marked = [kid for kid in element["K"] if isinstance(kid, int) and kid in page]
        if not marked:
            return
        if len(element["K"]) == 1 + (element["S"] == "/Link"):  # a link also has its annotation
            self.say(element, page[marked[0]])
            return
        for mcid in marked:  # of several pieces: what is said of all would hide the others
            if page[mcid].text is not None:
                self.say(self.own_element(element, mcid), page[mcid])

    def own_element(self, parent: Any, mcid: int) -> Any:
        element = pydyf.Dictionary(
            {
                "Type": "/StructElem",
                "S": "/Span",
                "K": pydyf.Array([mcid]),
                "Pg": parent["Pg"],
                "P": parent.reference,
            }
        )
        self.pdf.add_object(element)
        parent["K"][parent["K"].index(mcid)] = element.reference
        self.numbers[parent["Pg"]][mcid] = element.reference
        return element

    def say(self, element: Any, said: Said) -> None:
        if said.text is not None:
            element["ActualText"] = pydyf.String(said.text)
        if said.lang != self.page_lang:
            element["Lang"] = pydyf.String(said.lang)
