"""TMX: approved memory for other people's tools, and their memories in ours."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from lxml import etree
from translate.storage.tmx import tmxfile

from pages.catalog.codecs.codec import CatalogError
from pages.catalog.export import Catalog, export_catalog
from pages.catalog.memory.incoming import MemoryReport, import_memory, retract_memory
from pages.catalog.memory.pretranslate import pretranslate
from pages.catalog.memory.suggest import Kind, suggestions
from pages.catalog.memory.tmx_read import read_tmx
from pages.catalog.memory.tmx_write import write_tmx
from pages.catalog.segments import page_segments
from pages.catalog.targets import approve_target, store_target
from pages.document.vocabulary import Origin
from pages.languages import get_language, target_languages
from pages.models import Target, TargetChange
from pages.models.target import TargetState
from tests import factory
from tests.catalog.conftest import SHARED
from tests.judge import absent

pytestmark = pytest.mark.django_db
SPANISH, CHINESE = get_language("es"), get_language("zh-hans")
OMEGAT = Path("/usr/share/omegat/OmegaT.jar")
TICO = SHARED / "tico19"


def tmx(
    *pairs: tuple[str, str], language: str = "es", doctype: str = "", source: str = "en"
) -> bytes:
    """A file of other people's; the texts are XML as it stands in <seg>."""
    units = "".join(
        f'<tu><tuv xml:lang="{source}"><seg>{ours}</seg></tuv>'
        f'<tuv xml:lang="{language}"><seg>{theirs}</seg></tuv></tu>'
        for ours, theirs in pairs
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{doctype}<tmx version="1.4">'
        f'<header creationtool="x" creationtoolversion="1" segtype="sentence" o-tmf="x" '
        f'adminlang="en" srclang="{source}" datatype="plaintext"/><body>{units}</body></tmx>'
    ).encode()


def take(data: bytes, name: str = "agency", **how: bool) -> MemoryReport:
    return import_memory(read_tmx(data), name, target_languages(), by="Eva", **how)


def stored() -> list[tuple[str, str]]:
    rows = Target.objects.standing().filter(page=None).order_by("source", "text")
    return list(rows.values_list("source", "text"))


# Out


def exported() -> bytes:
    factory.translate(factory.treatment(), "es", "fr")
    return write_tmx(target_languages()).data


def test_what_is_approved_is_in_the_file_and_nothing_else():
    page = factory.treatment()
    factory.translate(page, "es", only="heading")
    factory.translate(page, "es", only="summary", state=TargetState.NEEDS_REVIEW)
    factory.translate(page, "es", only="body", state=TargetState.MACHINE)
    written = write_tmx([SPANISH])
    assert written.units == 1
    assert b"Back care (espa\xc3\xb1ol)" in written.data
    assert page.summary_en.encode() not in written.data


def test_the_same_state_gives_the_same_bytes():
    assert exported() == write_tmx(target_languages()).data


def test_a_pair_that_stands_twice_is_written_once():
    once = len(etree.fromstring(exported()).findall(".//tu"))
    factory.translate(factory.treatment("again", heading_en="Back care"), "es", "fr")
    assert len(etree.fromstring(write_tmx(target_languages()).data).findall(".//tu")) == once


def test_one_language_can_be_asked_for_and_is_named_as_people_write_it():
    exported()
    page = factory.treatment("other")
    segment = next(each for each in page_segments(page) if each.key == "summary")
    words = "为您的背部提供手法治疗。"
    target = store_target(page.pk, CHINESE, segment, words, by="Li", origin=Origin.HUMAN)
    approve_target(target, by="Dr. Luz")
    languages = etree.fromstring(write_tmx([CHINESE]).data).xpath("//tuv/@xml:lang")
    assert languages == ["en", "zh-Hans"]


def test_the_file_is_valid_by_the_dtd_of_tmx_1_4():
    if not OMEGAT.exists():
        absent("the DTD of TMX 1.4, which comes with OmegaT: apt install omegat")
    with zipfile.ZipFile(OMEGAT) as archive:
        dtd = etree.DTD(io.BytesIO(archive.read("schemas/tmx14.dtd")))
    assert dtd.validate(etree.fromstring(exported())), dtd.error_log


def test_translate_toolkit_reads_every_pair_with_its_tags():
    data = exported()
    file = tmxfile.parsestring(data)
    pairs = {(unit.source, unit.target) for unit in file.units}
    assert len(file.units) == len(etree.fromstring(data).findall(".//tu"))
    assert ("Then you go home.", "Then you go home. (español)") in pairs
    tagged = "You rest for <b1>20 minutes</b1>."
    assert (tagged, f"{tagged} (français)") in pairs


def test_omegat_fills_a_file_from_the_exported_memory(tmp_path: Path):
    if not OMEGAT.exists() or shutil.which("java") is None:
        absent("OmegaT: apt install omegat")
    project = tmp_path / "project"
    for folder in ("source", "target", "tm/auto", "omegat", "glossary", "dictionary"):
        (project / folder).mkdir(parents=True)
    factory.translate(factory.treatment(), "es")
    (project / "tm" / "auto" / "clinic.tmx").write_bytes(write_tmx([SPANISH]).data)
    (project / "source" / "leaflet.txt").write_text("Then you go home.\n\nSomething new.\n")
    (project / "omegat.project").write_text(_OMEGAT_PROJECT)
    result = subprocess.run(
        [
            "java", "-Djava.awt.headless=true", f"-Duser.home={tmp_path}", "-jar", str(OMEGAT),
            str(project), "--mode=console-translate", "--disable-project-locking", "--no-team",
            f"--config-dir={tmp_path / 'config'}",
        ],
        capture_output=True, text=True, timeout=180,
    )  # fmt: skip
    translated = (project / "target" / "leaflet.txt").read_text()
    assert "Then you go home. (español)" in translated, result.stdout + result.stderr
    assert "Something new." in translated


_OMEGAT_PROJECT = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<omegat><project version="1.0">
<source_dir>__DEFAULT__</source_dir><target_dir>__DEFAULT__</target_dir>
<tm_dir>__DEFAULT__</tm_dir><glossary_dir>__DEFAULT__</glossary_dir>
<dictionary_dir>__DEFAULT__</dictionary_dir>
<source_lang>EN</source_lang><target_lang>ES</target_lang>
<sentence_seg>false</sentence_seg><support_default_translations>true</support_default_translations>
<remove_tags>false</remove_tags>
</project></omegat>
"""


def test_what_goes_out_comes_back_with_its_tags():
    data = exported()
    before = set(
        Target.objects.filter(state=TargetState.APPROVED).values_list("language", "source", "text")
    )
    back = read_tmx(data)
    assert not back.faults
    assert {(unit.language.code, unit.source, unit.target) for unit in back.units} == before
    assert any(unit.coded for unit in back.units)


def test_what_xml_cannot_hold_is_left_out_and_named():
    page = factory.treatment()
    factory.translate(page, "es", only="heading")
    factory.translate(page, "es", only="summary")
    Target.objects.filter(key="summary").update(source="Not in XML: \ufffe")
    written = write_tmx([SPANISH])
    assert written.units == 1
    assert [fault.at for fault in written.faults] == ["back-care, es"]


# In


def test_units_wait_for_a_review_under_the_name_of_their_memory():
    report = take(tmx(("Take a rest.", "Descanse.")))
    assert (report.stored, report.rejected) == (1, [])
    target = Target.objects.get()
    assert (target.state, target.origin, target.author) == ("needs_review", "memory", "agency")
    assert target.page is None
    (change,) = TargetChange.objects.all()
    assert (change.by, change.action) == ("Eva", "stored")
    (found,) = suggestions("Take a rest.", SPANISH)
    assert (found.kind, found.where_from) == (Kind.EXACT, "agency")


def test_importing_a_file_twice_is_importing_it_once():
    data = tmx(("One.", "Uno."), ("One.", "Una."), ("Two.", "Dos."), ("Two.", "Dos."))
    first, second = take(data), take(data)
    assert (first.stored, first.unchanged) == (3, 1)
    assert (second.stored, second.unchanged) == (0, 4)
    assert len(stored()) == 3
    assert TargetChange.objects.count() == 3


def test_a_rehearsal_says_the_same_and_stores_nothing():
    data = tmx(("One.", "Uno."))
    assert take(data, dry_run=True).stored == take(data).stored == 1


def test_replacing_retracts_what_the_file_has_no_more_and_brings_it_back_again():
    take(tmx(("One.", "Uno."), ("Two.", "Dos.")))
    take(tmx(("One.", "Una.")), name="other")
    report = take(tmx(("One.", "Un."), ("Two.", "Dos.")), replace=True)
    assert (report.stored, report.unchanged, report.retracted) == (1, 1, 1)
    assert stored() == [("One.", "Un."), ("One.", "Una."), ("Two.", "Dos.")]
    assert take(tmx(("One.", "Uno."))).stored == 1
    assert ("One.", "Uno.") in stored()


def test_a_memory_can_be_taken_back_as_a_whole():
    take(tmx(("One.", "Uno.")))
    take(tmx(("One.", "Una.")), name="agency-2")
    assert retract_memory("agency", target_languages(), by="Eva") == 1
    assert stored() == [("One.", "Una.")]


def test_an_imported_unit_fills_a_segment_of_the_very_same_words():
    take(tmx(("Hands-on care for your back.", "Cuidado manual de la espalda.")))
    page = factory.treatment()
    target = Target.objects.get(page=page, key="summary")
    assert target.text == "Cuidado manual de la espalda."
    assert (target.state, target.note) == (TargetState.NEEDS_REVIEW, "From memory: agency")


def test_a_memory_from_outside_changes_no_catalogue():
    page = factory.treatment()
    factory.translate(page, "es")
    Target.objects.update(updated_at=datetime(2026, 5, 1, tzinfo=UTC))
    before, _ = export_catalog(Catalog.TREATMENTS, SPANISH, [page])
    take(tmx(("One.", "Uno.")))
    assert export_catalog(Catalog.TREATMENTS, SPANISH, [page])[0] == before


def test_an_imported_unit_is_never_served_nor_exported_as_approved():
    take(tmx(("One.", "Uno.")))
    assert write_tmx(target_languages()).units == 0


@pytest.mark.parametrize("tag", ["es", "ES", "es-LA", "es_419", "es-US"])
def test_a_variant_of_a_language_is_that_language(tag):
    assert take(tmx(("One.", "Uno."), language=tag, source="en-US")).stored == 1


def test_texts_in_other_languages_are_counted_by_name():
    report = take(tmx(("One.", "Um."), ("Two.", "Dois."), language="pt-BR"))
    assert (report.stored, report.others) == (0, {"pt-BR": 2})
    # Traditional characters are another script, and no variant of the simplified ones.
    assert take(tmx(("One.", "一"), language="zh-TW")).others == {"zh-TW": 1}


def test_a_unit_of_another_source_language_is_named():
    report = take(tmx(("Um.", "Uno."), source="pt"))
    assert [fault.reason for fault in report.rejected] == [
        "Its source language is 'pt'. Allowed: en."
    ]


def test_codes_that_are_not_ours_leave_their_words():
    source = 'Take <bpt i="1">&lt;b&gt;</bpt>two<ept i="1">&lt;/b&gt;</ept> a <hi>day</hi>.'
    target = 'Tome <bpt i="1">&lt;b&gt;</bpt>dos<ept i="1">&lt;/b&gt;</ept> al<ph type="lb"/>día.'
    take(tmx((source, target)))
    assert stored() == [("Take two a day.", "Tome dos al día.")]


def test_our_codes_with_another_tag_in_the_target_leave_the_words_of_both():
    take(
        tmx(
            (
                'Rest <bpt i="1">&lt;b1&gt;</bpt>now<ept i="1">&lt;/b1&gt;</ept>.',
                'Descanse <bpt i="2">&lt;i2&gt;</bpt>ya<ept i="2">&lt;/i2&gt;</ept>.',
            )
        )
    )
    assert stored() == [("Rest now.", "Descanse ya.")]


@pytest.mark.parametrize(
    ("source", "target", "reason"),
    [
        ("Rest.", "Des\u202ecanse.", "U+202E is not allowed"),
        ("Rest.", "\u2067Descanse.", "is not closed"),
        ("Rest.", "Des\ufffdcanse.", "U+FFFD is not allowed"),
        ("Re\u202est.", "Descanse.", "Its source: U+202E"),
        ("Rest.", "&lt;script&gt;alert(1)&lt;/script&gt;", "Markup stands in its words: <script>"),
        ("&lt;b&gt;Rest.&lt;/b&gt;", "Descanse.", "Markup stands in its words: <b>"),
        ("Rest.", "   ", "A text is empty."),
        ("Rest.", "<b>Descanse</b>", "<b> is no element of TMX"),
    ],
)
def test_a_bad_unit_is_named_and_the_others_are_taken(source, target, reason):
    report = take(tmx((source, target), ("Two.", "Dos.")))
    assert stored() == [("Two.", "Dos.")]
    (fault,) = report.rejected
    assert fault.at == "unit 1, es"
    assert reason in fault.reason


def test_numbers_that_differ_are_kept_as_failing_and_fill_nothing():
    take(tmx(("Take 2 tablets.", "Tome 20 pastillas.")))
    assert "numbers" in Target.objects.get().failed_checks
    page = factory.treatment(blocks=[("dose", "lead", {"text": "Take 2 tablets."})])
    assert pretranslate(page, [SPANISH]) == []
    (found,) = suggestions("Take 2 tablets.", SPANISH)
    assert found.blocked


# Files that are not to be trusted

BOMB = '<!DOCTYPE tmx [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE tmx [<!ENTITY file SYSTEM "file:///etc/passwd">]>'
PARAMETER = '<!DOCTYPE tmx [<!ENTITY % more SYSTEM "http://127.0.0.1:9/x.dtd"> %more;]>'


def test_a_doctype_that_names_the_dtd_is_normal():
    assert take(tmx(("One.", "Uno."), doctype='<!DOCTYPE tmx SYSTEM "tmx14.dtd">')).stored == 1


@pytest.mark.parametrize("doctype", [BOMB, OUTSIDE, PARAMETER])
def test_a_file_that_declares_entities_is_refused(doctype):
    with pytest.raises(CatalogError, match="declares entities"):
        read_tmx(tmx(("One.", "&a;" if "ENTITY a" in doctype else "Uno."), doctype=doctype))


def test_an_entity_that_nothing_declares_makes_a_bad_unit_and_not_a_hole_in_a_sentence():
    report = take(tmx(("Do not rest.", "&no; descanse."), doctype='<!DOCTYPE tmx SYSTEM "x.dtd">'))
    assert not stored()
    assert "entity" in report.rejected[0].reason


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "Not well-formed"),
        (b"PK\x03\x04", "Not well-formed"),
        (b"<xliff/>", "root element is <xliff>"),
        (tmx(("One.", "Uno."))[:-20], "Not well-formed"),
        (tmx(("One.", "Uno\x00.")), "Not well-formed"),
        (tmx(("One.", "Uno&#0;.")), "Not well-formed"),
        (b"<tmx>" + b" " * 50 * 2**20, "More than 50 MB"),
    ],
    ids=["empty", "zip", "xliff", "cut off", "NUL", "NUL reference", "too large"],
)
def test_a_file_that_is_no_tmx_is_refused_as_a_whole(data, reason):
    with pytest.raises(CatalogError, match=reason):
        read_tmx(data)


def test_utf_16_is_read():
    text = tmx(("One.", "Uno.")).decode().replace("UTF-8", "UTF-16")
    assert take(text.encode("utf-16")).stored == 1


# Real ones, and the commands


@pytest.fixture
def tico(tmp_path: Path) -> Path:
    if not TICO.exists():
        pytest.skip("needs the memories of TICO-19 beside the project")
    for archive in TICO.glob("*.tmx.zip"):
        with zipfile.ZipFile(archive) as zipped:
            zipped.extractall(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "code"), [("es-LA", "es"), ("zh", "zh-hans"), ("ar", "ar"), ("bn", "bn")]
)
def test_every_pair_of_tico_19_is_taken_or_named(tico, name, code):
    report = take((tico / f"all.en-{name}.tmx").read_bytes(), name="tico-19")
    assert report.stored + report.unchanged + len(report.rejected) == 3071
    assert len(report.rejected) <= 5, report.rejected
    assert Target.objects.filter(language=code, author="tico-19").count() == report.stored


def run(command: str, *arguments: object) -> str:
    out = io.StringIO()
    call_command(command, *map(str, arguments), stdout=out)
    return out.getvalue()


def test_the_commands_take_a_memory_in_and_give_what_was_approved_out(tmp_path):
    file = tmp_path / "agency.tmx"
    file.write_bytes(tmx(("Hands-on care for your back.", "Cuidado manual.")))
    assert "Nothing was stored" in run("import_memory", file, "--dry-run")
    assert not stored()
    assert "1 stored" in run("import_memory", file)
    assert "1 unchanged" in run("import_memory", file)
    page = factory.treatment()
    out = tmp_path / "ours.tmx"
    assert "0 approved pairs" in run("export_memory", out, "--language", "es")
    approve_target(Target.objects.get(page=page, key="summary"), by="Dr. Luz")
    assert "1 approved pairs" in run("export_memory", out)
    assert "Cuidado manual." in out.read_text(encoding="utf-8")
    assert "1 units retracted" in run("import_memory", "--retract", "--name", "agency")
    assert not stored()


def test_the_command_names_what_it_did_not_take_and_says_so_by_its_exit_status(tmp_path):
    file = tmp_path / "agency.tmx"
    file.write_bytes(tmx(("One.", "Uno."), ("Two.", "D\u202eos.")))
    out = io.StringIO()
    with pytest.raises(CommandError, match="1 files or units were not taken"):
        call_command("import_memory", str(file), stdout=out)
    assert "unit 2, es: U+202E" in out.getvalue()
    assert stored() == [("One.", "Uno.")]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ([], "Give the FILES"),
        (["--retract"], "--retract takes --name"),
        (["x.tmx", "--name", "our memory"], "no name for a memory"),
        (["x.tmx"], "1 files or units were not taken"),
    ],
)
def test_the_command_says_what_is_wrong_with_what_it_was_given(arguments, reason, tmp_path):
    files = [str(tmp_path / each) if each.endswith(".tmx") else each for each in arguments]
    with pytest.raises(CommandError, match=reason):
        run("import_memory", *files)


def test_a_draft_s_segment_keeps_its_own_words_when_a_memory_says_otherwise():
    page = factory.treatment()
    segment = next(each for each in page_segments(page) if each.key == "summary")
    store_target(page.pk, SPANISH, segment, "Lo nuestro.", by="Ana", origin=Origin.HUMAN)
    take(tmx((segment.text, "Lo suyo.")))
    page.save_revision().publish()
    assert Target.objects.get(page=page, key="summary", language="es").text == "Lo nuestro."
