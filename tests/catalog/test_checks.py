"""What blocks a target: numbers by value, addresses, placeholders, length, an untranslated text."""

from __future__ import annotations

import pytest

from pages.catalog.checks import failed_checks
from pages.catalog.checks.numbers import numbers_differ
from pages.catalog.segments import Segment
from pages.richtext import encode, parse


def plain(text: str, max_length: int | None = None) -> Segment:
    return Segment("heading", text, "", (), max_length=max_length)


def rich(html: str) -> Segment:
    (paragraph,) = parse(html)
    return Segment("body.x#y", encode(paragraph), "", (), paragraph=paragraph)


SAME_NUMBERS = [
    ("Take 500 mg", "Tome 500 mg"),
    ("Take 500 mg", "خذ ٥٠٠ ملغ"),
    ("Take 500 mg", "৫০০ মিগ্রা নিন"),
    ("Take 500 mg", "۵۰۰ ملی گرام لیں"),
    ("Take 0.5 g", "Tome 0,5 g"),
    ("Take 0.5 g", "خذ ٠٫٥ غ"),
    ("Take .5 g", "Tome 0,5 g"),
    ("1,727 of 39,768 people", "1727 de 39 768 personas"),
    ("1,727 people", "1\u202f727 personnes"),
    ("1,727 people", "1.727 personas"),
    ("1,051,635.5 km", "1 051 635,5 km"),
    ("1.3 billion people", "1300 millones de personas"),
    ("1.3 billion people", "13 亿人"),
    ("per 100,000 people", "每 10 万人"),
    ("52 thousand cases", "52 000 casos"),
    ("120,000 people", "1,20,000 জন"),
    ("5-10 % of 20", "5 a 10 % de 20"),
    ("4–7 days", "4-7 дней"),
    ("in 2019–20", "en 2019-2020"),
    ("at 3 p.m.", "à 15:00"),
    ("at 8:30 am", "a las 8:30"),
    ("on 24.03.2020", "el 24/03/2020"),
    ("on 6 February", "2 月 06 日"),
    ("on January 5 to February 6", "1 月 5 日至 2 月 6 日"),
    ("for five days", "durante 5 días"),
    ("COVID-19 spreads, COVID-19 kills", "La COVID-19 se contagia y mata"),
    ("the COVID-19 outbreak", "新冠疫情"),
    ("Call 0808 1647 686", "Llame al 0808 1647 686"),
    ("5 mg", "5 miligramos"),
    ("Keep it at -20 °C", "Guárdelo a \u221220 °C"),
    ("5 kg", "5 千克"),
]
OTHER_NUMBERS = [
    ("Call 911", "Llame al 119"),
    ("Take 500 mg", "Tome 50 mg"),
    ("Take 0.5 g", "Tome 5 g"),
    ("Take 0.5 g", "Tome 0,05 g"),
    ("Take 2 or 3", "Tome 2"),
    ("Take 2", "Tome 2 o 3"),
    ("Rest", "Descanse 2 días"),
    ("Rest 2 days", "Descanse"),
    ("5-10 %", "5-15 %"),
    ("1.3 billion", "1.3 millones"),
    ("Call 0808 1647 686", "Llame al 808 1647 686"),
    ("18 million gloves", "18 guantes"),
    ("5 thousand", "5 millones"),
    ("5 kg", "5 mil kg"),
    ("Keep it at -20 °C", "Guárdelo a 20 °C"),
    ("at 3 p.m.", "a las 16:00"),
    ("in March", "4 月"),
    ("in 2019–20", "en 2019-2021"),
    ("COVID-19", "COVID-18"),
    ("COVID-19 on December 5", "COVID-12"),
    ("two people, 6 feet", "2 personas, 2 pies"),
    ("Take 1 of 500", "Tome ٥٠١"),
]


@pytest.mark.parametrize(("source", "target"), SAME_NUMBERS)
def test_numbers_of_the_same_value_pass_however_they_are_written(source, target):
    assert not numbers_differ(source, target)


@pytest.mark.parametrize(("source", "target"), OTHER_NUMBERS)
def test_a_changed_missing_or_added_number_is_caught(source, target):
    assert numbers_differ(source, target)


def test_the_numbers_of_tags_are_no_numbers_and_references_are_read():
    segment = rich("<p>Rest <b>20</b> minutes.</p>")
    assert failed_checks(segment, "<b1>20</b1> minutos de reposo.") == ()
    assert failed_checks(segment, "<b1>&#50;0</b1> minutos de reposo.") == ()
    assert failed_checks(segment, "<b1>&#51;0</b1> minutos de reposo.") == ("numbers",)


@pytest.mark.parametrize(
    ("target", "failed"),
    [
        ("Lea https://a.example/b?c=1, por favor.", ()),
        ("阅读https://a.example/b?c=1。", ()),
        ("পড়ুন (https://a.example/b?c=1)।", ()),
        ("Lea https://a.example/b?c=2.", ("addresses",)),
        ("Lea https://a.example/ b?c=1.", ("numbers", "addresses")),
        ("Lea aquí.", ("addresses",)),
        ("Lea https://a.example/b?c=1 o https://evil.example/.", ("addresses",)),
    ],
)
def test_addresses_stay_and_punctuation_around_them_is_free(target, failed):
    assert failed_checks(plain("See https://a.example/b?c=1."), target) == failed


def test_a_mail_address_stays():
    segment = plain("Write to care@clinic.example.")
    assert failed_checks(segment, "Escriba a care@clinic.example.") == ()
    assert failed_checks(segment, "Escriba a cuidado@clinic.example.") == ("addresses",)


def test_placeholders_stay_and_a_percent_sign_is_none():
    assert failed_checks(plain("Call {phone} now"), "Llame ya al {phone}") == ()
    assert failed_checks(plain("Call {phone} now"), "Llame ya al {telefono}") == ("placeholders",)
    assert failed_checks(plain("Of them 50 % stay"), "Se queda el 50%s ") == ()


def test_a_text_longer_than_its_field_is_blocked():
    assert failed_checks(plain("Back care", max_length=10), "x" * 10) == ()
    assert failed_checks(plain("Back care", max_length=10), "x" * 11) == ("too_long",)


def test_an_untranslated_text_is_blocked_but_a_name_is_not():
    assert failed_checks(plain("You rest for a while."), "You  rest for a while.") == (
        "same_as_source",
    )
    assert failed_checks(plain("NHS 111"), "NHS 111") == ()
    assert failed_checks(plain("1 - 2 - 3 mg"), "1 - 2 - 3 mg") == ()
