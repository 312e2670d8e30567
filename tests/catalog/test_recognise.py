"""What a file is, and in which language: told from the file, so that nobody has to say it."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress

import docx
import polib
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pages.catalog.archive import write_archive
from pages.catalog.codecs.codec import CatalogError, Header
from pages.catalog.codecs.registry import CODECS
from pages.catalog.file_language import declared_language, language_of, path_language
from pages.catalog.recognise import is_archive, received_files, recognise
from pages.languages import get_language, target_languages
from tests.catalog.test_po import EVERY_STATE, REVISED, SPANISH

every_codec = pytest.mark.parametrize("codec", CODECS.values(), ids=CODECS.keys())


def written(name: str, code: str = "es") -> bytes:
    return CODECS[name].write(EVERY_STATE, Header(get_language(code), REVISED))


def refusal(data: bytes, name: str = "") -> str:
    with pytest.raises(CatalogError) as error:
        recognise(data, name)
    return str(error.value)


ALLOWED = (
    "Allowed: gettext PO (.po), XLIFF 1.2 (.xlf), XLIFF 2.0 (.xlf), CSV (.csv), "
    "Excel workbook (.xlsx), or a zip of these."
)

# The format


@every_codec
@pytest.mark.parametrize("name", ["", "treatments", "treatments.txt", "job.zip", "a.xlf", "a.po"])
def test_content_says_what_a_file_is_whatever_its_name(codec, name):
    assert recognise(written(codec.name), name) is codec


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b'\xef\xbb\xbf# Ana\n\n#~ msgid "old"\n', "po"),
        (b'msgctxt "p/1"\r\nmsgid "Rest."\r\nmsgstr ""\r\n', "po"),
        ("target;key;source\n".encode("utf-16"), "csv"),
        (b"\n\nkey\tsource\ttarget\n", "csv"),
        (b'<xliff version="1.1"/>', "xliff-1.2"),
        (b'\n<!-- of 2026 --><x:xliff version="2.1" xmlns:x="urn:x"/>', "xliff-2.0"),
    ],
)
def test_what_other_tools_write_is_recognised(data, name):
    assert recognise(data) is CODECS[name]


@pytest.mark.parametrize(
    ("data", "name", "codec"),
    [
        (b"msgid\xff", "a.po", "po"),
        (b"clave,fuente\n", "Treatments.CSV", "csv"),
    ],
)
def test_what_cannot_be_told_is_left_to_the_codec_of_its_name_which_says_why(data, name, codec):
    assert recognise(data, name) is CODECS[codec]
    with pytest.raises(CatalogError, match=r"^(Line|Row) 1"):
        CODECS[codec].read(data, SPANISH)


def word_document() -> bytes:
    buffer = io.BytesIO()
    docx.Document().save(buffer)
    return buffer.getvalue()


FOREIGN = {
    "nothing": (b"  \n", "empty"),
    "a Word document": (word_document(), "a Word document (.docx)"),
    "a PDF": (b"%PDF-1.7\n", "a PDF"),
    "a picture": (b"\x89PNG\r\n\x1a\n", "an image (PNG)"),
    "JSON": (b' {"key": "msgid"}', "JSON"),
    "a web page": (b"<!DOCTYPE html><p>msgid", "a web page (HTML)"),
    "other XML": (b"<tmx version='1.4'/>", "XML of <tmx>"),
    "a compiled catalogue": (polib.POFile().to_binary(), "a compiled catalogue (.mo)"),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document (.doc, .xls)"),
    "a zip": (write_archive([("a", b"")]), "a zip archive"),
    "words": (b"Rest and drink.", "none that is known"),
}


@pytest.mark.parametrize(("data", "what"), FOREIGN.values(), ids=FOREIGN.keys())
def test_a_foreign_file_is_named_and_what_is_allowed_too(data, what):
    said = refusal(data, "treatments.xlf")
    assert said.startswith(f"The file is {what}")
    assert said.endswith(ALLOWED)


def test_xml_that_is_broken_or_has_a_document_type_is_refused_with_its_line():
    assert refusal(b"<xliff version=").startswith("Line 1: not well-formed XML")
    assert "document type" in refusal(b'<!DOCTYPE x [<!ENTITY a "b">]><xliff version="1.2"/>')


@example(b":/>", "")
@given(st.binary(max_size=100), st.sampled_from(["", "a.po", "a.csv", "a.xlsx", "es/a.xlf"]))
def test_whatever_the_bytes_are_they_are_recognised_or_refused(data, name):
    for start in (b"", b"PK\x03\x04", b"<", b"key,source,target\n", b"msgid "):
        with suppress(CatalogError):
            assert recognise(start + data, name) in CODECS.values()


# The language


@every_codec
def test_every_format_declares_its_language(codec):
    for language in target_languages():
        data = codec.write(EVERY_STATE, Header(language, REVISED))
        assert language_of(codec, data) == language


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("es/treatments.po", "es"),
        ("locale/zh_Hans/LC_MESSAGES/treatments.po", "zh-hans"),
        ("job 17/zh-CN/nerve-block.xlf", "zh-hans"),
        ("es.po", "es"),
        ("treatments.es.xlf", "es"),
        ("treatments.pt.xlf", None),
        ("es/treatments.es.xlf", "es"),
        ("treatments.po", None),
        ("ben/treatments.po", None),  # who may be a person
        ("en/treatments.po", None),  # the source is not translated into
        ("LC_MESSAGES/a-b.po", None),
    ],
)
def test_a_path_says_its_language(path, code):
    assert path_language(path) == (get_language(code) if code else None)


def test_a_path_that_says_two_languages_is_refused():
    with pytest.raises(CatalogError, match=r"The path 'es/a\.fr\.po' says es and fr\."):
        path_language("es/a.fr.po")


BARE = b'msgctxt "p/1"\nmsgid "Rest."\nmsgstr "Descanse."\n'


def test_a_file_without_a_language_is_known_by_its_path():
    assert language_of(CODECS["po"], BARE, "es/treatments.po") == SPANISH
    with pytest.raises(CatalogError, match=r"does not say its language.*Allowed: es, "):
        language_of(CODECS["po"], BARE, "treatments.po")


def test_a_file_that_lies_in_the_folder_of_another_language_is_refused():
    with pytest.raises(CatalogError, match=r"The file says fr inside and es in its name\."):
        language_of(CODECS["po"], written("po", "fr"), "es/treatments.po")


def test_the_source_and_unknown_languages_are_refused():
    with pytest.raises(CatalogError, match=r"the language of the source\. Allowed: es, "):
        declared_language(CODECS["csv"], b"key,source,target (en)\n")
    with pytest.raises(CatalogError, match=r"Unknown language 'tlh'\. Allowed: en, es, "):
        declared_language(CODECS["csv"], b"key,source,target (tlh)\n")


# Files that came in


def test_a_zip_of_many_formats_and_languages_needs_no_other_word():
    members = {
        f"{code}/treatments{CODECS[name].suffix}": written(name, code)
        for code, name in zip(("ar", "es", "fr", "pl", "ur"), CODECS, strict=True)
    }
    found = list(received_files(write_archive(members.items()), "job.zip"))
    assert {file.name: file.data for file in found} == members
    assert [file.language.code for file in found] == ["ar", "es", "fr", "pl", "ur"]
    assert [file.codec.name for file in found] == list(CODECS)
    for file in found:
        assert len(file.codec.read(file.data, file.language).units) == len(EVERY_STATE)


def test_one_file_is_taken_as_a_zip_of_one():
    (file,) = received_files(written("xlsx"), "back.xlsx")
    assert (file.name, file.codec.name, file.language) == ("back.xlsx", "xlsx", SPANISH)


def test_a_known_language_stands_for_a_file_that_says_none_and_against_another():
    (file,) = received_files(BARE, "treatments.po", SPANISH)
    assert file.language == SPANISH
    with pytest.raises(CatalogError, match=r"The file is in fr\. Allowed here: es\."):
        list(received_files(written("po", "fr"), "a.po", SPANISH))
    with pytest.raises(CatalogError, match=r"The file is in fr\. Allowed here: es\."):
        list(received_files(BARE, "fr/treatments.po", SPANISH))


def test_what_is_wrong_in_a_zip_is_said_of_its_member():
    data = write_archive([("es/a.po", written("po")), ("es/b.pdf", b"%PDF-1.7")])
    with pytest.raises(CatalogError, match=r"^Member es/b\.pdf: The file is a PDF\."):
        list(received_files(data, "job.zip"))
    buffer = io.BytesIO()
    zipfile.ZipFile(buffer, "w").close()
    with pytest.raises(CatalogError, match="a zip without any file"):
        list(received_files(buffer.getvalue(), "job.zip"))


def test_a_document_that_is_stored_as_a_zip_is_no_archive():
    assert not is_archive(word_document())
    assert not is_archive(written("xlsx"))
    assert is_archive(write_archive([("es/a.xlsx", written("xlsx"))]))
