"""What each writer makes of whole pages, byte for byte."""

from __future__ import annotations

import os
from typing import get_args

import orjson
import pytest

from pages.blocks.page_labels import page_labels
from pages.document import nodes
from pages.document.json_ld import json_ld
from pages.document.json_text import type_value
from tests.writers.golden import WRITERS, documents, outputs
from tests.writers.reading import read_html, shape

DOCUMENTS = documents()


@pytest.mark.parametrize("name", DOCUMENTS)
@pytest.mark.parametrize("suffix", WRITERS)
def test_a_writer_makes_the_same_of_the_same_document(name, suffix):
    document = DOCUMENTS[name]
    written = dict(outputs(name, document, page_labels(document.lang)))
    (path,) = [path for path in written if path.suffix == f".{suffix}"]
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(written[path], encoding="utf-8")
    assert written[path] == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["every-block-en", "every-block-ar"])
def test_the_golden_documents_have_every_type_of_block(name):
    types = {block.type for block in DOCUMENTS[name].blocks}
    assert types == {type_value(kind) for kind in get_args(nodes.Block)}


def test_json_ld_is_one_line_that_a_script_element_may_hold():
    for document in DOCUMENTS.values():
        written = json_ld(document)
        assert not set(b"<>&\n") & set(written)
        assert orjson.loads(written)["@type"] == "MedicalWebPage"


@pytest.mark.parametrize("suffix", ["html", "txt", "md"])
def test_the_arabic_page_isolates_its_numbers_and_marks_what_is_english(suffix):
    document = DOCUMENTS["every-block-ar"]
    (written,) = [
        text
        for path, text in outputs("", document, page_labels("ar"))
        if path.parent.name == suffix
    ]
    number = "+12125550110"
    english = [block for block in document.blocks if block.lang == "en"]
    assert english
    if suffix == "html":
        assert f'<bdi dir="ltr">{number}</bdi>' in written
        marked = [each for each in read_html(written).all("section") if each.attributes.get("lang")]
        assert [each.attributes["dir"] for each in marked] == ["ltr"] * len(english)
        assert shape(english[0].label) in shape(marked[0].words)
    else:
        assert f"\u2066{number}\u2069" in written
        mark = "[\u2066en\u2069] " if suffix == "txt" else '<div lang="en" dir="ltr">\n'
        assert written.count(mark) == len(english)
