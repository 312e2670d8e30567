"""Repairs of the tags that WeasyPrint 70 writes, without which a page is no PDF/UA-1."""

from __future__ import annotations

from typing import Any

import pydyf

_OF_AN_ITEM = frozenset({"/Lbl", "/LBody"})

# Any: pydyf has no annotations. Elements and other objects by their reference, such as b"7 0 R".
Objects = dict[Any, Any]


def repair_structure(pdf: Any) -> None:
    objects = {each.reference: each for each in pdf.objects}
    pages = [objects[reference] for reference in pdf.page_references]
    for element in list(objects.values()):
        if isinstance(element, pydyf.Dictionary) and element.get("Type") == "/StructElem":
            if element["S"] == "/LI":
                _wrap_body(element, objects, pdf)
            elif element["S"] != "/Link":
                _unlink(element, objects, pages)


def _wrap_body(item: Any, objects: Objects, pdf: Any) -> None:
    """An item holds its label and one body (ISO 32000-1, 14.8.4.3.3). WeasyPrint puts the
    paragraphs of an item that has several straight into the item."""
    kept = [kid for kid in item["K"] if kid in objects and objects[kid].get("S") in _OF_AN_ITEM]
    loose = [kid for kid in item["K"] if kid not in kept]
    if not loose:
        return
    body = pydyf.Dictionary(
        {
            "Type": "/StructElem",
            "S": "/LBody",
            "K": pydyf.Array(loose),
            "Pg": item["Pg"],
            "P": item.reference,
        }
    )
    pdf.add_object(body)
    for kid in loose:
        if kid in objects:
            objects[kid]["P"] = body.reference
    item["K"] = pydyf.Array([*kept, body.reference])


def _unlink(element: Any, objects: Objects, pages: list[Any]) -> None:
    """What stands inside a link is no second link on top of it (ISO 14289-1, 7.18.5): its
    address is inherited in CSS, and WeasyPrint makes an annotation of each box that has one."""
    for kid in list(element["K"]):
        if kid in objects and objects[kid].get("Type") == "/OBJR":
            element["K"].remove(kid)
            for page in pages:
                if objects[kid]["Obj"] in page.get("Annots", ()):
                    page["Annots"].remove(objects[kid]["Obj"])
