"""What warns, how it is said, and what blocks where a wrong sentence could hurt."""

from __future__ import annotations

import pytest

from pages.catalog.checks import CheckContext, failed_checks, findings, warnings
from pages.catalog.segments import Segment
from pages.languages import get_language


def warned(source: str, target: str, code: str = "es", **context) -> list[str]:
    segment = Segment("", source, "", ())
    return [
        finding.check
        for finding in warnings(segment, target, get_language(code), CheckContext(**context))
    ]


NEGATIONS = [
    ("es", "No conduzca.", "Conduzca."),
    ("fr", "Ne conduisez pas.", "Conduisez."),
    ("ht", "Pa kondui.", "Kondui."),
    ("pl", "Nie prowadzić.", "Prowadzić."),
    ("ru", "Не водите машину.", "Водите машину."),
    ("zh-hans", "请不要开车。", "请开车。"),
    ("ko", "운전하지 마십시오.", "운전하십시오."),
    ("ar", "لا تقد السيارة.", "قد السيارة."),
    ("ur", "گاڑی نہ چلائیں۔", "گاڑی چلائیں۔"),
    ("bn", "গাড়ি চালাবেন না।", "গাড়ি চালাবেন।"),
]


@pytest.mark.parametrize(("code", "negated", "plain"), NEGATIONS)
def test_a_negation_that_got_lost_or_was_added_is_warned_of(code, negated, plain):
    assert warned("Do not drive.", negated, code) == []
    assert warned("Do not drive.", plain, code) == ["negation"]
    assert warned("Drive.", plain, code) == []
    assert warned("Drive.", negated, code) == ["negation"]


@pytest.mark.parametrize(("code", "negated", "plain"), NEGATIONS)
def test_in_a_critical_block_it_blocks(code, negated, plain):
    language = get_language(code)
    for critical, names in ((True, ("negation",)), (False, ())):
        segment = Segment("", "Do not drive.", "", (), critical=critical)
        assert failed_checks(segment, plain, language) == names
        assert failed_checks(segment, negated, language) == ()
        (finding,) = findings(segment, plain, language)
        assert finding.severity == ("blocks" if critical else "warns")
        assert bool(warnings(segment, plain, language)) is not critical


def test_each_sentence_keeps_its_own_negation():
    source = "Do not drive. Do not drink."
    assert warned(source, "No conduzca. No beba.") == []
    assert warned(source, "No conduzca. Beba.") == ["negation"]


@pytest.mark.parametrize(
    ("source", "target", "code"),
    [
        ("Not only your back hurts.", "También le duele la espalda.", "es"),
        ("You are unable to walk.", "No puede caminar.", "es"),
        ("Rest for up to 20 minutes.", "Repose no más de 20 minutos.", "es"),
        ("However, it helps.", "Sin embargo, ayuda.", "es"),
        ("It is very rare.", "非常罕见。", "zh-hans"),
        ("Pain in your chest", "ألم في الصدر", "ar"),
    ],
)
def test_what_only_looks_like_a_negation_warns_of_nothing(source, target, code):
    assert "negation" not in warned(source, target, code)


@pytest.mark.parametrize(
    ("source", "target", "names"),
    [
        ("Does it hurt?", "¿Duele?", []),
        ("Does it hurt?", "Duele.", ["end_punctuation"]),
        ("Rest at home (two days).", "Repose en casa (dos días).", []),
        ("Rest at home (two days).", "Repose en casa (dos días.", ["brackets"]),
        ("Rest at home (two days).", "Repose en casa dos días.", ["brackets"]),
        ("Rest at home.", "Repose en en casa.", ["doubled_words"]),
        ("It was a long long way home.", "Fue un largo largo camino a casa.", []),
        ("Rest at home and drink a lot of water today.", "Repose.", ["length_ratio"]),
        ("Rest", "Repose en casa y beba mucha agua", []),
    ],
)
def test_the_shape_of_a_translation(source, target, names):
    assert warned(source, target) == names


@pytest.mark.parametrize(
    ("target", "code"),
    [("疼吗？", "zh-hans"), ("هل يؤلم؟", "ar"), ("কি ব্যথা করে?", "bn"), ("아픈가요?", "ko")],
)
def test_the_mark_at_the_end_is_that_of_the_language(target, code):
    assert warned("Does it hurt?", target, code) == []


def test_words_that_a_language_doubles_on_purpose_are_no_slip():
    assert warned("Move slowly.", "ধীরে ধীরে নড়ুন।", "bn") == []
    assert warned("You lie down.", "Vous vous allongez.", "fr") == []


def test_the_same_text_is_translated_alike_on_a_page():
    segment = Segment("", "Low back pain", "", ())
    page = CheckContext().of_page([("Low back pain", "Dolor lumbar"), ("Rest", "Reposo")])
    spanish = get_language("es")
    assert warnings(segment, "Dolor lumbar", spanish, page) == ()
    (finding,) = warnings(segment, "Dolor de espalda baja", spanish, page)
    assert finding.check == "consistency"
    assert finding.message.endswith("on this page: Dolor lumbar")


@pytest.mark.parametrize(
    ("source", "target", "message"),
    [
        (
            "Call 911",
            "Llame al 119",
            "The source has the number 911, and the translation does not.",
        ),
        ("Rest 2 days", "Repose 20 días", "The translation has the number 20"),
        ("Call {phone}", "Llame", "The source has the placeholder {phone}"),
        ("See https://a.example/b", "Vea", "The source has the web or mail address https://a.ex"),
        ("You rest at home.", "You rest at home.", "This is the source text"),
        ("Rest.", "Покой.", "This is written in Cyrillic letters"),
    ],
)
def test_what_blocks_is_said_in_a_sentence_that_names_it(source, target, message):
    (first, *_) = findings(Segment("", source, "", ()), target, get_language("es"))
    assert message in first.message
    assert first.severity == "blocks"
