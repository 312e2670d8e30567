"""The glossary: beside a text, and as TBX for other people's term bases."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.management import call_command
from lxml import etree
from translate.storage.tbx import tbxfile

from pages.catalog.glossary import glossary_hints, glossary_hits, load_terms
from pages.catalog.tbx import write_tbx
from pages.languages import get_language, target_languages
from pages.models import GlossaryTerm
from tests.catalog.conftest import SHARED

pytestmark = pytest.mark.django_db
SPANISH, FRENCH = get_language("es"), get_language("fr")
SCHEMA = SHARED.parent / "judges" / "tbx" / "TBXcoreStructV03_TBX-Basic_integrated.rng"
NAMESPACE = {"t": "urn:iso:std:iso:30042:ed-2"}


@pytest.fixture(autouse=True)
def glossary() -> None:
    GlossaryTerm.objects.create(
        slug="nerve-block",
        term_en="nerve block",
        term_es="bloqueo nervioso",
        definition_en="An injection that numbs a nerve.",
        definition_es="Una inyección que adormece un nervio.",
    )
    GlossaryTerm.objects.create(slug="block", term_en="block", definition_en="A stop & a rest.")
    GlossaryTerm.objects.create(
        slug="tens", term_en="TENS", definition_en="A device.", do_not_translate=True
    )


def found(text: str, *, coded: bool = False) -> list[str]:
    return [hit.slug for hit in glossary_hits(text, SPANISH, coded=coded)]


# Beside a text


def test_a_hit_says_the_term_its_translation_and_what_it_means():
    (hit,) = glossary_hits("A nerve block helps.", SPANISH)
    assert (hit.term, hit.translation) == ("nerve block", "bloqueo nervioso")
    assert hit.definition == "An injection that numbs a nerve."
    assert not hit.do_not_translate


@pytest.mark.parametrize(
    ("text", "slugs"),
    [
        ("NERVE BLOCK and tens", ["nerve-block", "tens"]),
        ("Two nerve blocks.", ["nerve-block"]),
        ("A nerve  block.", ["nerve-block"]),
        ("Block the nerve block.", ["block", "nerve-block"]),
        ("Blocked, unblock, intense.", []),
        ("A nerve block, another nerve block.", ["nerve-block"]),
    ],
)
def test_terms_are_found_as_whole_words_the_longest_first_in_singular_and_plural(text, slugs):
    assert found(text) == slugs


def test_tags_do_not_hide_a_term():
    assert found("A <b1>nerve</b1> block&amp;TENS", coded=True) == ["nerve-block", "tens"]


def test_a_translation_made_for_an_older_term_is_not_given():
    term = GlossaryTerm.objects.get(slug="nerve-block")
    term.term_en = "nerve block injection"
    term.save()
    (hit,) = glossary_hits("A nerve block injection.", SPANISH)
    assert hit.translation is None


def test_hints_are_lines_for_a_translator_s_tool():
    assert glossary_hints("A nerve block with TENS, then block it.", SPANISH) == (
        "Glossary: nerve block = bloqueo nervioso",
        "Glossary: TENS stays as it is",
        "Glossary: block, no translation yet: A stop & a rest.",
    )


def test_a_changed_glossary_is_found_at_once():
    assert found("A massage.") == []
    GlossaryTerm.objects.create(slug="massage", term_en="massage", definition_en="Rubbing.")
    assert found("A massage.") == ["massage"]


def test_many_texts_are_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        terms = load_terms(SPANISH)
        assert [len(terms.hits(text)) for text in ("A nerve block.", "TENS", "Rest.")] == [1, 1, 0]


# TBX


def test_the_file_is_valid_tbx_basic():
    if not SCHEMA.exists():
        pytest.skip(f"needs the RELAX NG schema of TBX-Basic as {SCHEMA.name} beside the project")
    schema = etree.RelaxNG(etree.parse(SCHEMA))
    data, _ = write_tbx(target_languages())
    assert schema.validate(etree.fromstring(data)), schema.error_log


def test_terms_and_definitions_stand_in_each_language_that_has_them():
    data, count = write_tbx(target_languages())
    concepts = etree.fromstring(data).findall(".//t:conceptEntry", NAMESPACE)
    assert count == len(concepts) == 3
    (nerve_block,) = (each for each in concepts if each.get("id") == "term-nerve-block")
    said = {
        section.get("{http://www.w3.org/XML/1998/namespace}lang"): (
            section.findtext(".//t:term", namespaces=NAMESPACE),
            section.findtext(".//t:descrip", namespaces=NAMESPACE),
        )
        for section in nerve_block.findall("t:langSec", NAMESPACE)
    }
    assert said == {
        "en": ("nerve block", "An injection that numbs a nerve."),
        "es": ("bloqueo nervioso", "Una inyección que adormece un nervio."),
    }


def test_what_stays_as_it_is_says_so():
    data, _ = write_tbx(target_languages())
    (note,) = etree.fromstring(data).findall(".//t:note", NAMESPACE)
    assert note.getparent().get("id") == "term-tens"
    assert note.text.startswith("Do not translate")


def test_the_same_state_gives_the_same_bytes():
    assert write_tbx([SPANISH]) == write_tbx([SPANISH])


def test_translate_toolkit_reads_version_2():
    data, _ = write_tbx([SPANISH], version=2)
    file = tbxfile(inputfile=io.BytesIO(data), sourcelanguage="en", targetlanguage="es")
    assert {(unit.source, unit.target) for unit in file.units} == {
        ("nerve block", "bloqueo nervioso"),
        ("block", None),
        ("TENS", None),
    }
    (unit,) = (unit for unit in file.units if unit.source == "nerve block")
    assert "An injection that numbs a nerve." in unit.getnotes("definition")


def test_the_command_writes_the_file(tmp_path: Path):
    out = io.StringIO()
    path = tmp_path / "glossary.tbx"
    call_command("export_glossary", str(path), "--language", "es", stdout=out)
    assert "3 terms" in out.getvalue()
    assert path.read_bytes() == write_tbx([SPANISH])[0]
    call_command("export_glossary", str(path), "--tbx-version", "2", stdout=out)
    assert b"<martif" in path.read_bytes()
