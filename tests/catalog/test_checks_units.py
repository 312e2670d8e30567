"""Numbers keep their units, as each language writes them."""

from __future__ import annotations

import itertools

import pytest

from pages.catalog.checks import failed_checks, findings
from pages.catalog.segments import Segment
from pages.languages import get_language


def failed(source: str, target: str, code: str) -> tuple[str, ...]:
    return failed_checks(Segment("", source, "", ()), target, get_language(code))


# How labels and leaflets write them: milligram, microgram, gram, millilitre, hour, day, week.
WRITTEN = {
    "es": ("mg", "mcg", "g", "ml", "horas", "días", "semanas"),
    "fr": ("mg", "µg", "g", "mL", "heures", "jours", "semaines"),
    "ht": ("mg", "mcg", "g", "ml", "èdtan", "jou", "semèn"),
    "pl": ("mg", "µg", "g", "ml", "godzin", "dni", "tygodni"),
    "ru": ("мг", "мкг", "г", "мл", "часов", "дней", "недель"),
    "zh-hans": ("毫克", "微克", "克", "毫升", "小时", "天", "周"),
    "ko": ("밀리그램", "마이크로그램", "그램", "밀리리터", "시간", "일 동안", "주"),
    "ar": ("ملغ", "ميكروغرام", "غرام", "مل", "ساعات", "أيام", "أسابيع"),
    "ur": ("ملی گرام", "مائیکرو گرام", "گرام", "ملی لیٹر", "گھنٹے", "دن", "ہفتے"),
    "bn": ("মিগ্রা", "মাইক্রোগ্রাম", "গ্রাম", "মিলি", "ঘণ্টা", "দিন", "সপ্তাহ"),
}
ENGLISH = ("mg", "mcg", "g", "ml", "hours", "days", "weeks")


@pytest.mark.parametrize("code", WRITTEN)
def test_a_unit_is_known_as_its_language_writes_it(code):
    for english, written in zip(ENGLISH, WRITTEN[code], strict=True):
        assert failed(f"50 {english}", f"50 {written}", code) == ()


@pytest.mark.parametrize("code", WRITTEN)
def test_any_other_unit_is_caught(code):
    for english, (place, written) in itertools.product(
        enumerate(ENGLISH), enumerate(WRITTEN[code])
    ):
        wanted = () if english[0] == place else ("units",)
        assert failed(f"50 {english[1]}", f"50 {written}", code) == wanted, (english, written)


@pytest.mark.parametrize(
    ("source", "target", "code"),
    [
        ("Take 500 mg", "Tome 500mg", "es"),
        ("Take 500 mg", "Tome 500 miligramos", "es"),
        ("Take 500 mg", "خذ ٥٠٠ مجم", "ar"),
        ("a 14-day rest", "14 дневный отдых", "ru"),
        ("50%", "50 процентов", "ru"),
        ("50 percent", "百分之 50", "zh-hans"),
        ("50 percent", "٪50", "ar"),
        ("at 38 °C", "38°С", "ru"),
        ("In 2020", "в 2020 г.", "ru"),
        ("In 2020", "2020 年", "zh-hans"),
        ("on March 14", "3월 14일", "ko"),
        ("people over 70", "personas de más de 70 años", "es"),
        ("2 metres away", "على بعد مترين", "ar"),
        ("every 2 hours", "كل ساعتين", "ar"),
        ("5G networks", "5G mreže", "pl"),
        ("24 hours", "24 گهنٹوں", "ur"),  # heh as an Arabic keyboard types it
        ("20 minutes", "20 minutes", "es"),  # left in English, and the same unit
    ],
)
def test_ways_to_write_the_same(source, target, code):
    assert failed(source, target, code) == ()


@pytest.mark.parametrize(
    ("source", "target", "code"),
    [
        ("500 mg, then 5 g", "500 g, luego 5 mg", "es"),
        ("Take 500 mg", "Tome 500", "es"),
        ("Take 500", "Tome 500 mg", "es"),
        ("5 mg/kg", "5 mg/lb", "es"),
        ("every 2 hours", "كل يومين", "ar"),
        ("50 %", "50 mg", "fr"),
        ("38 °C", "38 °F", "fr"),
        ("3 times", "3 días", "es"),
    ],
)
def test_a_swapped_lost_or_added_unit_is_caught(source, target, code):
    assert failed(source, target, code)


def test_a_translator_is_told_which_unit_is_expected():
    (finding,) = findings(Segment("", "Take 500 mg", "", ()), "Tome 500 mcg", get_language("es"))
    assert (finding.check, finding.severity) == ("units", "blocks")
    assert finding.message == "The source says 500 mg, the translation 500 mcg."
    assert finding.detail == ("500 mg", "500 mcg")
