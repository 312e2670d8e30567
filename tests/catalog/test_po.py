"""PO: written so that every tool reads it the same, read so that nothing unsound gets in."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import polib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.catalog.codecs import po_syntax
from pages.catalog.codecs.codec import CatalogError, Header, ReadUnit
from pages.catalog.codecs.po import read_po, write_po
from pages.catalog.units import Unit, UnitState
from pages.languages import get_language, target_languages
from tests.judge import absent

SPANISH = get_language("es")
REVISED = datetime(2026, 3, 1, 10, tzinfo=UTC)


def tool(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        absent(f"{name}: apt install gettext i18nspector")
    return path


def unit(
    key: str = "page/heading",
    source: str = "Rest.",
    target: str = "Descanse.",
    state: UnitState = UnitState.APPROVED,
    previous_source: str | None = None,
    **more,
) -> Unit:
    crumbs = more.pop("crumbs", ("Back care", "Do and don't", "item 2 of 5"))
    place = "treatments/back-care"
    return Unit(key, source, target, state, crumbs, place, previous_source, **more)


def written(*units: Unit) -> str:
    return write_po(units, Header(SPANISH, REVISED)).decode()


def read(text: str) -> ReadUnit:
    (found,) = read_po(text.encode(), SPANISH).units
    return found


def refusal(data: str | bytes, code: str = "es") -> str:
    with pytest.raises(CatalogError) as error:
        read_po(data.encode() if isinstance(data, str) else data, get_language(code))
    return str(error.value)


HEAD = 'msgid ""\nmsgstr "Language: es\\n"\n\n'
ENTRY = 'msgctxt "page/heading"\nmsgid "Rest."\nmsgstr "Descanse."\n'

# What is written

EVERY_STATE = (
    unit("p/1"),
    unit("p/2", "New.", "", UnitState.MISSING),
    unit("p/3", "Rest a week.", "Descanse un día.", UnitState.STALE, "Rest a day."),
    unit("p/4", "Call 911 <b1>now</b1>.", "Llame <b1>ya</b1> al 911.", UnitState.MACHINE),
    unit("p/5", 'Say "no"\\yes', 'Diga "no"\\sí', UnitState.NEEDS_REVIEW, max_length=200),
    unit("p/6", "One\nTwo\n\tThree", "Uno\nDos\n\tTres"),
    unit("p/7", "A line\n", "Una línea\n"),
    unit("p/8", "هل تتألم؟ \u2067abc\u2069", "e\u0301 👩🏽‍⚕️ \u200f"),
)


def test_an_entry_says_where_it_stands_and_what_it_is():
    assert written(unit(max_length=200)).partition("\n\n")[2] == (
        "#. Back care › Do and don't › item 2 of 5\n"
        "#. At most 200 characters.\n"
        "#: treatments/back-care\n"
        'msgctxt "page/heading"\n'
        'msgid "Rest."\n'
        'msgstr "Descanse."\n'
    )


def test_a_stale_target_is_fuzzy_and_shows_the_wording_that_it_translates():
    stale = unit(source="Rest a week.", state=UnitState.STALE, previous_source="Rest a day.")
    assert '#, fuzzy\n#| msgid "Rest a day."\nmsgctxt' in written(stale)


@pytest.mark.parametrize("state", [UnitState.MACHINE, UnitState.NEEDS_REVIEW])
def test_what_nobody_reviewed_is_fuzzy_and_says_its_state(state):
    text = written(unit(state=state))
    assert f"#. State: {state.value}.\n" in text
    assert "#, fuzzy\nmsgctxt" in text


def test_approved_is_not_fuzzy_and_missing_is_empty():
    text = written(unit(), unit("page/summary", target="", state=UnitState.MISSING))
    assert "fuzzy" not in text
    assert text.endswith('msgstr ""\n')


def test_the_header_comes_from_the_language_and_from_data_but_from_no_clock():
    header = polib.pofile(written(unit())).metadata
    assert header["Language"] == "es"
    assert header["PO-Revision-Date"] == header["POT-Creation-Date"] == "2026-03-01 10:00+0000"
    assert header["Content-Type"] == "text/plain; charset=UTF-8"
    assert "zh_Hans" in write_po([], Header(get_language("zh-hans"), REVISED)).decode()


def test_a_line_break_in_a_heading_does_not_break_out_of_its_comment():
    text = written(unit(crumbs=("Back\ncare\n\nmsgid", "Heading")))
    assert "#. Back care msgid › Heading\n" in text
    assert read(text).source == "Rest."


def test_the_same_units_give_the_same_bytes():
    assert written(*EVERY_STATE) == written(*EVERY_STATE)


# Judges from outside


def test_msgcat_leaves_the_file_as_it_is(tmp_path: Path):
    path = tmp_path / "a.po"
    path.write_text(written(*EVERY_STATE), encoding="utf-8")
    command = [tool("msgcat"), "--no-wrap", str(path)]
    assert subprocess.run(command, check=True, capture_output=True).stdout == path.read_bytes()


def test_msgfmt_and_i18nspector_have_nothing_to_say(tmp_path: Path):
    for language in target_languages():
        path = tmp_path / f"{language.locale}.po"
        path.write_bytes(write_po(EVERY_STATE, Header(language, REVISED)))
        command = [tool("msgfmt"), "-c", "-v", "-o", "/dev/null", str(path)]
        subprocess.run(command, check=True, capture_output=True)
        command = [tool("i18nspector"), "-l", language.locale.partition("_")[0], str(path)]
        said = subprocess.run(command, check=False, capture_output=True, text=True).stdout
        faults = [line for line in said.splitlines() if line.startswith(("E:", "W:"))]
        # Who translates has no address that the site knows; zh_Hans is Django's and Weblate's
        # name of the folder, which i18nspector does not know.
        known = ("invalid-last-translator", "invalid-language zh_Hans", "no-report-msgid-bugs-to")
        assert [line for line in faults if not any(tag in line for tag in known)] == []


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=60)
nasty = st.text('"\\\n\t\r n#~|<b1/>&é\u0301\u200f\u2067\u2069\u2028\x85ا中👩🏽‍⚕️', max_size=40)


@given(texts | nasty, texts | nasty, st.none() | nasty)
def test_any_text_comes_back_exactly(source, target, previous):
    source = source or "x"
    state = UnitState.STALE if previous else UnitState.NEEDS_REVIEW
    back = read(written(unit("p/ä|1", source, target, state, previous)))
    assert (back.source, back.target, back.previous_source) == (source, target, previous)
    assert back.key == "p/ä|1"
    assert back.fuzzy


# Without the separators at which polib breaks a line inside its quotes (U+0085, U+2028).
lines_of_polib = st.text('"\\\n\t n#~|<b1/>&é\u0301\u200f\u2067\u2069ا中👩🏽', max_size=40)


@given(st.lists(lines_of_polib, min_size=1, max_size=8))
def test_polib_reads_what_we_write(targets):
    text = written(*(unit(f"p/{n}", "Rest.", target) for n, target in enumerate(targets)))
    assert [entry.msgstr for entry in polib.pofile(text)] == targets


@given(st.binary(max_size=200) | nasty.map(str.encode))
def test_whatever_the_bytes_are_they_are_read_or_refused_with_a_line(data):
    message = ""
    try:
        read_po(data, SPANISH)
    except CatalogError as error:
        message = str(error)
    assert re.match(r"Line \d+: |\Z", message)


LONG = unit("p/long", "word " * 60, "palabra " * 60)


def rewritten_by_msgcat(text: str, tmp_path: Path) -> bytes:
    path = tmp_path / "wrapped.po"
    path.write_text(text, encoding="utf-8")
    command = [tool("msgcat"), "--width=60", "--sort-output", str(path)]
    return subprocess.run(command, check=True, capture_output=True).stdout


def rewritten_by_polib(text: str, tmp_path: Path) -> bytes:
    file = polib.pofile(text, wrapwidth=50)
    file.metadata = {"X-Generator": "Poedit 3.2", "Language": "es_MX"}
    return str(file).encode()


def rewritten_by_babel(text: str, tmp_path: Path) -> bytes:
    babel = pytest.importorskip("babel.messages.pofile", reason="needs babel")
    source, out = tmp_path / "in.po", tmp_path / "out.po"
    source.write_text(text, encoding="utf-8")
    with source.open("rb") as file:
        catalog = babel.read_po(file, locale="es")
    with out.open("wb") as file:
        babel.write_po(file, catalog, width=60)
    return out.read_bytes()


@pytest.mark.parametrize("rewrite", [rewritten_by_msgcat, rewritten_by_polib, rewritten_by_babel])
def test_a_file_that_another_tool_wrapped_and_sorted_reads_the_same(rewrite, tmp_path: Path):
    text = written(*EVERY_STATE, LONG)
    ours = {found.key: found for found in read_po(text.encode(), SPANISH).units}
    theirs = {found.key: found for found in read_po(rewrite(text, tmp_path), SPANISH).units}
    assert theirs.keys() == ours.keys()
    for key, found in theirs.items():
        assert (found.source, found.target, found.fuzzy) == (
            ours[key].source,
            ours[key].target,
            ours[key].fuzzy,
        )


# What is accepted


def test_a_byte_order_mark_and_windows_line_ends_are_accepted():
    data = b"\xef\xbb\xbf" + (HEAD + ENTRY).replace("\n", "\r\n").encode()
    assert read_po(data, SPANISH).units[0].target == "Descanse."


@pytest.mark.parametrize("declared", ["es", "es-419", "es_US", "es_MX", "ES"])
def test_what_tools_call_a_language_is_accepted(declared):
    assert read(HEAD.replace("es", declared) + ENTRY).target == "Descanse."


@pytest.mark.parametrize("declared", ["zh_CN", "zh-Hans", "zh_Hans_CN", "zh"])
def test_what_tools_call_simplified_chinese_is_accepted(declared):
    assert read_po((HEAD.replace("es", declared) + ENTRY).encode(), get_language("zh-hans")).units


def test_a_header_may_be_absent():
    assert read(ENTRY).target == "Descanse."


def test_obsolete_entries_and_comments_are_ignored_whatever_they_hold():
    obsolete = '#~ msgctxt "page/heading"\n#~ msgid "Rest."\n#~ msgstr "Duerma\n'
    assert read(HEAD + ENTRY + obsolete + '# "\n').target == "Descanse."


def test_a_unit_knows_its_line():
    assert read(HEAD + "#. A\n" + ENTRY).at == "line 5"


def test_flags_of_tools_beside_fuzzy_do_no_harm():
    assert read(HEAD + "#, no-c-format, fuzzy, max-length:20\n" + ENTRY).fuzzy
    assert not read(HEAD + "#, no-wrap\n" + ENTRY).fuzzy


def test_the_previous_source_may_be_wrapped():
    previous = '#, fuzzy\n#| msgctxt "page/heading"\n#| msgid ""\n#| "Rest "\n#| "a day."\n'
    assert read(HEAD + previous + ENTRY).previous_source == "Rest a day."


# What is refused

REFUSED = {
    "an unclosed quote": (ENTRY.replace('anse."', "anse."), "Line 6"),
    "a quote inside": (ENTRY.replace("Desc", 'Des"c'), "Line 6"),
    "an unclosed quote in a previous source": ('#| msgid "Rest\n' + ENTRY, "Line 4"),
    "an unknown escape": (ENTRY.replace("Desc", "Des\\qc"), "Line 6: .* escape"),
    "a missing msgstr": (ENTRY.replace("msgstr", "#msgstr"), "Line 4: .* no msgstr"),
    "a missing msgstr before another entry": (
        ENTRY.partition("msgstr")[0] + ENTRY,
        "Line 6: msgctxt is out of place",
    ),
    "a missing msgid": (ENTRY.replace("msgid", "#msgid"), "Line 6: msgstr is out of place"),
    "an empty msgid": (ENTRY.replace("Rest.", ""), "Line 4: page/heading has an empty msgid"),
    "a text without a keyword": ('# a\n"Descanse."\n', "Line 5: a text without"),
    "a NUL": (ENTRY.replace("Desc", "Des\x00c"), "Line 6: a NUL"),
    "a bare carriage return": (ENTRY.replace("Desc", "Des\rc"), "Line 6: a bare carriage"),
    "a conflict marker": ("<<<<<<< HEAD\n" + ENTRY, "Line 4"),
    "plural forms": (
        'msgid "%d day"\nmsgid_plural "%d days"\nmsgstr[0] "%d día"\n',
        "Line 5: plural forms",
    ),
    "a key that stands twice": (ENTRY + "\n" + ENTRY, "Line 8: page/heading stands at line 4"),
    "a second header": (HEAD, "Line 4: the header stands at line 1"),
}


@pytest.mark.parametrize(("text", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_refused_with_its_line(text, message):
    assert re.match(message, found := refusal(HEAD + text)), found


def test_what_is_not_utf_8_is_refused_with_its_line():
    assert refusal((HEAD + ENTRY).replace("anse", "ansé").encode("latin-1")).startswith(
        "Line 6: not UTF-8"
    )
    assert refusal((HEAD + ENTRY).encode("utf-16")).startswith("Line 1: not UTF-8")


def with_charset(charset: str, target: str) -> str:
    return written(unit(target=target, crumbs=("Back care",))).replace(
        "charset=UTF-8", f"charset={charset}"
    )


@pytest.mark.parametrize(
    "charset", ["ISO-8859-1", "iso-8859-1", "windows-1252", "CP1251", "UTF-16", "UTF-7", "klingon"]
)
def test_a_header_that_names_another_charset_than_the_bytes_are_in_is_refused(charset):
    assert refusal(with_charset(charset, "Décanse.")) == (
        f"Line 2: the header says charset={charset}, and the file's bytes are UTF-8. Allowed: "
        "UTF-8 in both. Save the file as UTF-8, and see that its words are right."
    )


@pytest.mark.parametrize("charset", ["UTF-16", "UTF-7", "HZ", "hex", "klingon"])
def test_a_charset_in_which_ascii_is_another_text_is_refused_for_ascii_too(charset):
    assert f"the header says charset={charset}" in refusal(with_charset(charset, "Descanse."))


@pytest.mark.parametrize("charset", ["US-ASCII", "ISO-8859-1", "windows-1251"])
def test_a_file_in_ascii_is_the_same_text_in_most_charsets(charset):
    assert read(with_charset(charset, "Descanse.")).target == "Descanse."


@pytest.mark.parametrize("charset", ["utf-8", "utf8", "UTF8", "CHARSET"])
def test_the_spellings_of_utf_8_and_what_nobody_filled_in_are_utf_8(charset):
    assert read(with_charset(charset, "Décanse.")).target == "Décanse."


def test_another_language_is_refused_and_the_one_wanted_is_named():
    assert refusal(HEAD + ENTRY, "fr") == ("Line 1: header Language is 'es'. Allowed here: fr.")
    assert "Unknown language 'xx'. Allowed: en, es," in refusal(HEAD.replace("es", "xx") + ENTRY)


def test_the_name_of_a_file_is_content_and_no_file_to_open():
    assert refusal("/etc/passwd").startswith("Line 1: a keyword or a closed quote is missing")


def test_a_file_without_any_entry_is_refused():
    assert "no entry" in refusal("")
    assert "no entry" in refusal("# nothing here\n")


def test_a_file_too_large_is_refused_before_it_is_read(monkeypatch):
    monkeypatch.setattr(po_syntax, "MAX_BYTES", 30)
