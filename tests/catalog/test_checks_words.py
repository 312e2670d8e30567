"""Letters, terms that stay, telephone numbers, and an old translation for a new text."""

from __future__ import annotations

import pytest

from pages.catalog.checks import (
    CheckContext,
    failed_checks,
    findings,
    load_context,
    meaning_changed,
)
from pages.catalog.checks.glossary import Glossary, Term
from pages.catalog.segments import Segment
from pages.languages import get_language
from pages.models import GlossaryTerm
from pages.richtext import encode, parse
from tests.catalog.alignment import lines_of
from tests.catalog.corpus import SHARED

BRANDS = CheckContext(Glossary.of([Term("MedlinePlus", "", True), Term("TENS (device)", "", True)]))


def failed(source: str, target: str, code: str, context: CheckContext = BRANDS) -> tuple[str, ...]:
    return failed_checks(Segment("", source, "", ()), target, get_language(code), context)


@pytest.mark.parametrize(
    ("code", "target"),
    [
        ("bn", "Apnar pithe betha thakle daktar ke phone korun."),
        ("bn", "अगर आपकी पीठ में दर्द है तो डॉक्टर को फ़ोन करें।"),
        ("bn", "Back pain"),
        ("ru", "Pozvonite vrachu, esli bolit spina."),
        ("ar", "Call your doctor if your back hurts."),
        ("ur", "Agar kamar mein dard ho to doctor ko call karein."),
        ("ko", "Heoriga apeumyeon uisaege jeonhwahaseyo."),
        ("zh-hans", "Beibu tengtong qing lianxi yisheng ba."),
        ("zh-hans", "如果背部疼痛請聯繫醫生。"),
        ("es", "Позвоните врачу, если болит спина."),
        ("pl", "Zadzwoń do lekarza, если boli."),
    ],
)
def test_a_text_in_other_letters_is_blocked(code, target):
    assert "wrong_script" in failed("Call your doctor if your back hurts.", target, code)


@pytest.mark.parametrize(
    ("code", "source", "target"),
    [
        ("bn", "NHS 111 online", "NHS 111"),
        ("ru", "See MedlinePlus.", "MedlinePlus"),
        ("zh-hans", "A CT or MRI scan", "CT 或 MRI 扫描"),
        ("ar", "Take vitamin B12.", "تناول فيتامين B12."),
        ("ko", "TENS for pain", "TENS 통증"),
        ("es", "5 µg of α-tocopherol", "5 µg de α-tocoferol"),
        ("pl", "Call your doctor.", "Zadzwoń do lekarza."),
        ("ht", "Call your doctor.", "Rele doktè ou."),
    ],
)
def test_names_and_symbols_keep_their_letters(code, source, target):
    assert "wrong_script" not in failed(source, target, code)


def test_a_real_leaflet_in_traditional_characters_is_not_simplified():
    path = SHARED / "dotw" / "zh-tw.xml"
    if not path.exists():
        pytest.skip("needs the leaflet of Doctors of the World beside the project")
    found = {
        name: [
            "wrong_script" in failed("Words.", line, "zh-hans")
            for line in lines_of(SHARED / "dotw" / f"{name}.xml")
            if len(line) > 8
        ]
        for name in ("zh-tw", "zh-cn")
    }
    assert sum(found["zh-tw"]) / len(found["zh-tw"]) > 0.8
    assert not any(found["zh-cn"])


@pytest.mark.parametrize(
    ("target", "names"),
    [
        ("Lea MedlinePlus.", ()),
        ("lea medlineplus.", ()),
        ("MedlinePlus에서 읽으세요.", ()),
        ("Lea MedlineMás.", ("do_not_translate",)),
    ],
)
def test_a_term_that_stays_stays(target, names):
    code = "ko" if "에서" in target else "es"
    assert failed("Read MedlinePlus.", target, code) == names
    assert failed("Read a website.", target, code) == ()


@pytest.mark.django_db
def test_terms_that_stay_come_from_the_glossary_in_one_query(django_assert_num_queries):
    GlossaryTerm.objects.create(term_en="Bowen", definition_en="A method.", do_not_translate=True)
    GlossaryTerm.objects.create(term_en="Joint", term_es="articulación", definition_en="Bones.")
    with django_assert_num_queries(1):
        context = load_context(get_language("es"))
    segment = Segment("", "Bowen moves a joint.", "", ())
    found = findings(segment, "Bouen mueve un hueso.", get_language("es"), context)
    assert [(each.check, each.severity) for each in found] == [
        ("do_not_translate", "blocks"),
        ("glossary", "warns"),
    ]
    assert found[0].message == "Bowen stays as it is in every language."
    assert found[1].message == "In the glossary Joint is articulación."
    assert findings(segment, "Bowen mueve las articulaciones.", get_language("es"), context) == ()


@pytest.mark.parametrize(
    ("source", "target", "names"),
    [
        ("Call (212) 555-0100.", "Llame al 212-555-0100.", ()),
        ("Call (212) 555-0100.", "Llame al +1 212 555 0100.", ("numbers",)),
        ("Call 212-555-0100.", "Llame al 555-212-0100.", ("phones",)),
        ("Call +44 20 7946 0018.", "اتصل بالرقم ‎+٤٤ ٢٠ ٧٩٤٦ ٠٠١٨.", ()),
        ("From 2019-2020, 0.5 to 1.5", "2019-2020, 0,5 a 1,5", ()),
    ],
)
def test_the_digits_of_a_telephone_number_keep_their_order(source, target, names):
    assert failed(source, target, "ar" if "اتصل" in target else "es") == names


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        ("Take 2 tablets.", "Take two tablets.", ()),
        ("Take 2 tablets.", "Take 3 tablets.", ("numbers",)),
        ("Rest twice a day.", "Rest three times a day.", ("numbers", "units")),
        ("Take 5 mg.", "Take 5 mcg.", ("units",)),
        ("Rest for some days.", "Rest for some weeks.", ("units",)),
        ("You may drive.", "You may not drive.", ("negation",)),
        ("Never drive.", "Drive.", ("negation",)),
        ("Call us today.", "Please call us today.", ()),
    ],
)
def test_what_changed_between_two_sources(old, new, changes):
    assert meaning_changed(old, new) == changes


def test_the_numbers_of_tags_change_no_meaning():
    assert meaning_changed("Rest <b1>now</b1>.", "Rest <b2>now</b2>.", coded=True) == ()


def test_an_old_translation_does_not_come_back_for_a_text_that_says_something_else():
    (paragraph,) = parse("<p>You may <b>not</b> drive.</p>")
    segment = Segment("", encode(paragraph), "", (), paragraph=paragraph)
    older = CheckContext().of_segment([("You may <b1>now</b1> drive.", "Puede <b1>ya</b1>.")])
    spanish = get_language("es")
    assert failed_checks(segment, "Puede <b1>ya</b1>.", spanish, older) == ("stale_echo",)
    assert failed_checks(segment, "No puede <b1>aún</b1>.", spanish, older) == ()
    (finding,) = (
        f for f in findings(segment, "Puede <b1>ya</b1>.", spanish, older) if f.severity == "blocks"
    )
    assert finding.detail == ("negation",)
