"""Words on the screen: tags as chips, changes as <ins> and <del>, and nothing unescaped."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from pages.admin.workspace.words import changed_words, coded_html, inline_tags


def text_without(html, name):
    soup = BeautifulSoup(f"<pre>{html}</pre>", "html.parser")
    for element in soup.find_all(name):
        element.decompose()
    return soup.text


WORDS = st.text(st.sampled_from("ab 12<>&'\"\n.,药éا"), max_size=40)


@given(WORDS, WORDS)
def test_a_change_holds_both_texts_whole(before, after):
    html = changed_words(before, after)
    assert text_without(html, "ins") == before
    assert text_without(html, "del") == after


def test_a_change_is_shown_by_the_word():
    html = changed_words("Wait 5 days, then walk.", "Wait 9 days, then walk.")
    assert html == "Wait <del>5</del><ins>9</ins> days, then walk."


def test_references_in_coded_text_are_read_and_its_tags_kept():
    html = changed_words("Heat &amp; <b1>ice</b1>", "Heat &amp; <b1>cold</b1>", coded=True)
    assert html == "Heat &amp; &lt;b1&gt;<del>ice</del><ins>cold</ins>&lt;/b1&gt;"


def test_coded_text_shows_its_tags_and_their_effect():
    html = coded_html("Call <b1>911 &amp; wait</b1>.<br2/>See <a3>us</a3>", coded=True)
    soup = BeautifulSoup(html, "html.parser")
    chips = [chip.text for chip in soup.select("code.workspace-tag")]
    assert chips == ["<b1>", "</b1>", "<br2/>", "<a3>", "</a3>"]
    assert (soup.b.text, soup.u.text) == ("911 & wait", "us")
    assert soup.text == "Call <b1>911 & wait</b1>.<br2/>See <a3>us</a3>"


@pytest.mark.parametrize("coded", [True, False])
def test_markup_in_a_source_is_never_markup_on_the_screen(coded):
    html = coded_html('<script>alert("x")</script><img src=x onerror=y>', coded=coded)
    assert "<script" not in html
    assert "<img" not in html


def test_what_a_click_inserts_is_a_pair_or_a_break():
    assert inline_tags("<b1>a <i2>b</i2></b1><br3/>") == ("<b1></b1>", "<i2></i2>", "<br3/>")
