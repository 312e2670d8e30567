"""The page for paper, before it is a PDF."""

from __future__ import annotations

import pytest
from hypothesis import given

from pages.document.print_direction import resolve_auto
from pages.document.print_lines import WORD_JOINER, keep_words_whole
from pages.document.print_page import Imprint, Paper, print_page
from tests.document_strategies import documents, labels_of
from tests.writers.golden import BRANDING

IMPRINT = Imprint(number=7, made_at="2026-11-25T00:00:00Z")


@pytest.mark.parametrize(
    ("given", "resolved"),
    [
        ('<bdi dir="auto">Ana Luz</bdi>', '<bdi dir="ltr">Ana Luz</bdi>'),
        (
            '<p lang="ar" dir="auto" class="a">12 <b>آنا</b></p>',
            '<p lang="ar" dir="rtl" class="a">12 <b>آنا</b></p>',
        ),
        ("<bdi>(آنا</bdi>", '<bdi dir="rtl">(آنا</bdi>'),
        ("<bdi>12</bdi>", '<bdi dir="ltr">12</bdi>'),
        ('say dir="auto"&lt;bdi&gt;', 'say dir="auto"&lt;bdi&gt;'),
    ],
)
def test_a_direction_left_to_the_text_is_written_out(given, resolved):
    assert resolve_auto(given) == resolved


def test_korean_words_are_kept_whole_and_descriptions_stay_as_they_are():
    joined = "척추".replace("척", f"척{WORD_JOINER}")
    html = '<p>척추 20분 (X)선<img alt="척추"> Back</p>'
    assert keep_words_whole(html) == (
        f'<p>{joined} 20{WORD_JOINER}분 (X){WORD_JOINER}선<img alt="척추"> Back</p>'
    )


@given(documents)
def test_every_document_is_a_page_that_leaves_nothing_to_a_browser(document):
    made = print_page(document, labels_of(document), IMPRINT, Paper.A4, BRANDING)
    assert "<bdi>" not in made.html
    assert made == print_page(document, labels_of(document), IMPRINT, Paper.A4, BRANDING)
    assert "<script" not in made.html
