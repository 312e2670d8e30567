"""Every block explains itself in the block chooser, and has a sample that shows it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

import pytest
from django.template.loader import get_template
from django.urls import reverse
from wagtail.admin.icons import get_icons

from pages.document.nodes import Block
from pages.models import TreatmentPage

SAMPLE = reverse("wagtailadmin_block_preview")
BLOCKS = TreatmentPage._meta.get_field("body").stream_block.child_blocks


def nested(block: Any, path: str) -> Iterator[tuple[str, Any]]:
    yield path, block
    for name, child in getattr(block, "child_blocks", {}).items():
        yield from nested(child, f"{path}.{name}")
    if hasattr(block, "child_block"):
        yield from nested(block.child_block, f"{path}[]")


@pytest.mark.parametrize("name", BLOCKS)
def test_a_block_has_a_group_a_label_and_a_description(name):
    block = BLOCKS[name]
    assert block.meta.group
    assert block.label
    assert block.get_description().endswith(".")


@pytest.mark.django_db
def test_every_icon_exists():
    icons = get_icons()
    found = [each for name in BLOCKS for each in nested(BLOCKS[name], name)]
    missing = {
        path: block.meta.icon
        for path, block in found
        if f'id="icon-{block.meta.icon}"' not in icons
    }
    assert missing == {}


@pytest.mark.parametrize("name", BLOCKS)
def test_the_sample_of_a_block_is_shown_in_the_chooser(name, editor_client):
    block = BLOCKS[name]
    assert block.is_previewable
    response = editor_client.get(
        reverse("wagtailadmin_block_preview"), {"id": block.definition_prefix}
    )
    assert response.status_code == 200
    assert f"block--{name}" in response.content.decode()


@pytest.mark.parametrize("name", BLOCKS)
def test_the_sample_of_a_block_is_valid_content(name):
    block = BLOCKS[name]
    if name == "relation":
        pytest.skip("A sample has no other treatment to point at.")
    block.clean(block.to_python(block.get_prep_value(block.get_preview_value())))


def test_every_node_has_a_partial_and_no_partial_is_left_over():
    types = {node.__dataclass_fields__["type"].default for node in get_args(Block)}
    assert types == set(BLOCKS)
    for name in types:
        get_template(f"pages/preview/blocks/{name}.html")


def test_the_critical_sample_is_shown_as_critical(editor_client):
    block = BLOCKS["contraindications"]
    response = editor_client.get(
        reverse("wagtailadmin_block_preview"), {"id": block.definition_prefix}
    )
    assert "block--critical" in response.content.decode()
