"""Files as others write them: a body, with what has to stand around it."""

from __future__ import annotations

import pytest

from pages.catalog.codecs.codec import CatalogError, Codec, ReadUnit
from pages.catalog.codecs.xliff12 import read_xliff12
from pages.catalog.codecs.xliff20 import read_xliff20
from pages.languages import get_language
from tests.catalog.xliff.test_round_trip import SPANISH

KEY = "b3be4a2d-db0b-5454-ba6c-9557f0cea554/heading"
HEAD12 = (
    '<?xml version="1.0"?>\n'
    '<xliff xmlns="urn:oasis:names:tc:xliff:document:1.2" version="1.2">\n'
    '<file original="a" datatype="plaintext" source-language="en" target-language="es"><body>\n'
)
FOOT12 = "</body></file></xliff>"
HEAD20 = (
    '<?xml version="1.0"?>\n'
    '<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.0" srcLang="en" trgLang="es">'
    '\n<file id="f1">\n'
)
FOOT20 = "</file></xliff>"


def unit12(target: str, key: str = "p/body#k", source: str = "x", more: str = "") -> str:
    return f'<trans-unit id="{key}"{more}><source>{source}</source>{target}</trans-unit>\n'


def unit20(segments: str, key: str = "p:2Fbody:23k") -> str:
    return f'<unit id="{key}">{segments}</unit>\n'


def segment(source: str, target: str | None, more: str = "") -> str:
    translated = "" if target is None else f"<target>{target}</target>"
    return f"<segment{more}><source>{source}</source>{translated}</segment>"


def only12(body: str) -> ReadUnit:
    (found,) = read_xliff12(f"{HEAD12}{body}{FOOT12}".encode(), SPANISH).units
    return found


def only20(body: str) -> ReadUnit:
    (found,) = read_xliff20(f"{HEAD20}{body}{FOOT20}".encode(), SPANISH).units
    return found


def refusal(codec: Codec, data: bytes | str, code: str = "es") -> str:
    with pytest.raises(CatalogError) as error:
        codec.read(data if isinstance(data, bytes) else data.encode(), get_language(code))
    return str(error.value)
