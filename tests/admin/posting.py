"""What a browser posts for a page form, built from the form itself and the stored body."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from wagtail import blocks
from wagtail.blocks import BlockField
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from pages.models import TreatmentPage


def page_post(page: TreatmentPage, user: Any, **changes: str) -> dict[str, Any]:
    """The POST of the edit form as it would be sent untouched, but for `changes`."""
    form = page.get_edit_handler().get_form_class()(instance=page, for_user=user)
    data: dict[str, Any] = nested_form_data(
        {"codes": inline_formset([]), "comments": inline_formset([])}
    )
    for name, field in form.fields.items():
        if isinstance(field, BlockField):
            raw = page.body.stream_block.get_prep_value(page.body)
            data.update(_posted(field.block, raw, name))
        else:
            data[name] = _value(form[name].value())
    return {**data, **changes}


def _value(value: Any) -> Any:
    return "" if value is None else value


def _posted(block: Any, raw: Any, prefix: str) -> Iterator[tuple[str, str]]:
    if isinstance(block, blocks.BaseStreamBlock | blocks.ListBlock):
        yield f"{prefix}-count", str(len(raw or ()))
        for position, item in enumerate(raw or ()):
            here = f"{prefix}-{position}"
            yield f"{here}-deleted", ""
            yield f"{here}-order", str(position)
            yield f"{here}-type", item["type"]
            yield f"{here}-id", item.get("id") or ""
            is_list = isinstance(block, blocks.ListBlock)
            child = block.child_block if is_list else block.child_blocks[item["type"]]
            yield from _posted(child, item["value"], f"{here}-value")
    elif isinstance(block, blocks.BaseStructBlock):
        for name, child in block.child_blocks.items():
            # A field that the stored block does not have yet shows its default.
            default = child.get_prep_value(child.get_default())
            yield from _posted(child, (raw or {}).get(name, default), f"{prefix}-{name}")
    elif isinstance(block, blocks.RichTextBlock):
        yield prefix, block.field.widget.format_value(raw or "")
    elif isinstance(block, blocks.BooleanBlock):
        if raw:
            yield prefix, "on"
    else:
        yield prefix, str(_value(raw))
