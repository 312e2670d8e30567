"""The published schema says exactly what an edition's bytes hold."""

from __future__ import annotations

import copy
from dataclasses import replace
from functools import cache
from typing import Any, get_args

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from pages.document import nodes
from pages.document.json_text import NotANode, document_json, read_document
from pages.document.nodes import Document
from pages.document.rich_forms import RICH_FORMS, RichForm, rich_paths, transform_rich
from pages.document.schema import _Writer, document_components, document_schema
from tests.document_strategies import blocks, documents, node

BLOCK_KINDS = get_args(nodes.Block)
slow = settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@cache
def validator(**options: Any) -> Draft202012Validator:
    schema = document_schema(**options)
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


EXACT = validator()


def one_of_each(data: st.DataObject) -> Document:
    """A document with a block of every type."""
    every = st.tuples(*[blocks(kind) for kind in BLOCK_KINDS])
    return data.draw(node(Document, blocks=every))


@slow
@given(documents)
def test_the_bytes_of_any_document_validate(document: Document) -> None:
    EXACT.validate(orjson.loads(document_json(document)))


@slow
@given(st.data())
def test_a_document_with_every_block_type_validates_in_both_views(data: st.DataObject) -> None:
    value = orjson.loads(document_json(one_of_each(data)))
    EXACT.validate(value)
    validator(polymorphism="allOf").validate(value)


@slow
@given(st.data())
def test_html_and_text_forms_validate_against_their_own_schema(data: st.DataObject) -> None:
    value = orjson.loads(document_json(one_of_each(data)))
    for form in RICH_FORMS:
        validator(rich=form).validate(transform_rich(value, form))


@pytest.mark.parametrize("kind", BLOCK_KINDS, ids=lambda kind: kind.__name__)
@slow
@given(data=st.data())
def test_no_field_of_a_block_may_be_absent_unknown_or_of_another_type(
    kind: type[Any], data: st.DataObject
) -> None:
    document = data.draw(node(Document, blocks=st.tuples(blocks(kind))))
    value = orjson.loads(document_json(document))
    name = data.draw(st.sampled_from(sorted(value["blocks"][0])))
    for change in ("absent", "unknown", "wrong"):
        broken = copy.deepcopy(value)
        block = broken["blocks"][0]
        if change == "absent":
            del block[name]
        elif change == "unknown":
            block[f"{name}_2"] = 1
        else:
            block[name] = {"unheard": "of"}
        with pytest.raises(ValidationError):
            EXACT.validate(broken)


def test_there_are_nineteen_blocks_and_each_is_in_the_discriminator() -> None:
    block = document_schema()["$defs"]["Block"]
    assert len(block["oneOf"]) == len(block["discriminator"]["mapping"]) == 19


def test_both_views_define_the_same_names() -> None:
    assert document_schema("oneOf")["$defs"].keys() == document_schema("allOf")["$defs"].keys()


def test_components_are_the_same_schemas_under_openapi_addresses() -> None:
    text = orjson.dumps(document_schema()["$defs"]).replace(b"#/$defs/", b"#/components/schemas/")
    components = document_components()
    summary = components.pop("DocumentSummary")
    assert components == orjson.loads(text)
    assert summary["properties"] == components["Document"]["properties"]
    assert [*summary["required"], "blocks"] == components["Document"]["required"]


def test_every_reference_leads_somewhere() -> None:
    for polymorphism in ("oneOf", "allOf"):
        for form in RICH_FORMS:
            schema = document_schema(polymorphism, form)
            names = {ref.removeprefix("#/$defs/") for ref in references(schema)}
            assert names == set(schema["$defs"])


def references(value: Any) -> list[str]:
    if isinstance(value, list):
        return [found for item in value for found in references(item)]
    if not isinstance(value, dict):
        return []
    here = [value["$ref"]] if "$ref" in value else []
    mapping = value.get("discriminator", {}).get("mapping", {})
    return [*here, *mapping.values(), *references(list(value.values()))]


@slow
@given(documents)
def test_a_document_read_back_from_its_bytes_is_the_same(document: Document) -> None:
    assert read_document(document_json(document)) == document


@given(node(Document, blocks=st.tuples(blocks(nodes.Lead))))
@slow
def test_a_wrong_value_is_refused_with_its_place_and_what_is_allowed(document: Document) -> None:
    wrong = orjson.loads(document_json(document))
    wrong["blocks"][0]["dir"] = "up"
    with pytest.raises(NotANode, match=r"\$\.blocks\[0\]\.dir is 'up'. Allowed: 'ltr', 'rtl'\."):
        read_document(orjson.dumps(wrong))
    wrong["blocks"][0]["type"] = "poem"
    with pytest.raises(NotANode, match=r"\$\.blocks\[0\]\.type is 'poem'. Allowed: lead, "):
        read_document(orjson.dumps(wrong))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"blocks": "none"}, r"\$\.blocks is 'none'. Allowed: an array\."),
        ({"coverage": []}, r"\$\.coverage is \[\]. Allowed: an object \(Coverage\)\."),
        ({"coverage": {"blocks": 1}}, r"\$\.coverage: .*'in_language'"),
        ({"coverage": {"blocks": True, "in_language": 1}}, r"blocks is True. Allowed: int\."),
        ({"colour": "red"}, r"\$\.colour is not a field. Allowed: type, id, slug"),
        ({"codes": [{"system": "x", "code": "1"}]}, r"\$\.codes\[0\]\.system is 'x'. Allowed: icd"),
    ],
)
def test_a_refusal_names_the_field(change: dict[str, Any], message: str) -> None:
    value = orjson.loads(document_json(PLAIN)) | change
    with pytest.raises(NotANode, match=message):
        read_document(orjson.dumps(value))


def test_rich_text_is_found_in_the_classes() -> None:
    assert rich_paths() == {
        "prose_section": (("body",),),
        "how_it_works": (("body",),),
        "faq": (("items", "*", "answer"),),
    }


@slow
@given(st.data())
def test_another_form_of_rich_text_changes_nothing_else(data: st.DataObject) -> None:
    value = orjson.loads(document_json(one_of_each(data)))
    before = copy.deepcopy(value)
    for form in RICH_FORMS:
        changed = transform_rich(value, form)
        assert value == before
        if form != "spans":
            assert without_rich(changed) == without_rich(before)
            assert rich_kinds(changed) == {str}
        else:
            assert changed == before


def without_rich(document: Any) -> Any:
    kept = copy.deepcopy(document)
    for block in kept["blocks"]:
        block.pop("body", None)
        if block["type"] == "faq":
            for item in block["items"]:
                item.pop("answer")
    return kept


def rich_kinds(document: Any) -> set[type]:
    found = {type(block["body"]) for block in document["blocks"] if "body" in block}
    for block in document["blocks"]:
        if block["type"] == "faq":
            found |= {type(item["answer"]) for item in block["items"]}
    return found


def test_a_summary_has_no_rich_text_and_stays_as_it_is() -> None:
    summary = orjson.loads(document_json(PLAIN))
    del summary["blocks"]
    form: RichForm
    for form in RICH_FORMS:
        assert transform_rich(summary, form) == summary


def test_an_annotation_without_a_schema_is_named() -> None:
    with pytest.raises(TypeError, match=r"complex.*has no JSON Schema here"):
        _Writer("oneOf", "spans", "#/").reference(complex)


TRANSLATION = nodes.Translation(status=nodes.TranslationStatus.SOURCE)
PLAIN = Document(
    id="a",
    slug="b",
    url="https://example.org/",
    lang="en",
    dir="ltr",
    source_lang="en",
    heading=nodes.LocalText(text="H", lang="en", dir="ltr", translation=TRANSLATION),
    also_called=None,
    summary=nodes.LocalText(text="S", lang="en", dir="ltr", translation=TRANSLATION),
    image=None,
    specialty="Musculoskeletal",
    specialty_label="Sports",
    category=None,
    body_region=None,
    clinics=(),
    codes=(),
    reviewed_by=None,
    last_reviewed=None,
    review_due=None,
    valid_until=None,
    expires_at=None,
    max_stale=604800,
    coverage=nodes.Coverage(blocks=0, in_language=0),
    blocks=(),
)


def test_an_empty_document_validates_and_reads_back() -> None:
    EXACT.validate(orjson.loads(document_json(PLAIN)))
    assert read_document(document_json(PLAIN)) == PLAIN
    assert replace(PLAIN, slug="c") != PLAIN
