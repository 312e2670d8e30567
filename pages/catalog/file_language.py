"""Which language a catalogue is in: as it declares it, or as its path says it."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from pages.catalog.codecs.codec import CatalogError, Codec
from pages.catalog.codecs.csv_table import decoded, delimiter_of, first_row
from pages.catalog.codecs.po import header_fields
from pages.catalog.codecs.po_syntax import read_entries
from pages.catalog.codecs.table import read_head
from pages.catalog.codecs.xlsx_reader import open_workbook
from pages.catalog.codecs.xml_reading import read_elements
from pages.languages import Language, UnknownLanguage, read_language, target_languages


def language_of(codec: Codec, data: bytes, name: str = "") -> Language:
    """The language of a file, as it declares it or as its path says it.

    Raises CatalogError where neither says it, where both differ, or where it is no language to
    translate into.
    """
    found = {
        "inside": declared_language(codec, data),
        "in its name": path_language(name),
    }
    languages = {language for language in found.values() if language}
    allowed = ", ".join(language.code for language in target_languages())
    if not languages:
        raise CatalogError(
            "The file does not say its language. Needed: inside it, or in its name, as in "
            f"es/treatments.po or treatments.es.po. Allowed: {allowed}."
        )
    if len(languages) > 1:
        said = " and ".join(f"{each.code} {place}" for place, each in found.items() if each)
        raise CatalogError(f"The file says {said}. Allowed: one language.")
    return languages.pop()


def declared_language(codec: Codec, data: bytes) -> Language | None:
    """What the file itself says. Raises CatalogError for a language that is not translated into."""
    declared = _declared(codec, data)
    if not declared:
        return None
    try:
        language = read_language(declared)
    except UnknownLanguage as error:
        raise CatalogError(f"The file's language: {error}") from None
    if language not in target_languages():
        allowed = ", ".join(each.code for each in target_languages())
        raise CatalogError(
            f"The file's language is {declared!r}, the language of the source. Allowed: {allowed}."
        )
    return language


def _declared(codec: Codec, data: bytes) -> str:
    match codec.name:
        case "po":
            for entry in read_entries(data):
                if "msgctxt" not in entry.strings and not entry.strings["msgid"]:
                    return header_fields(entry).get("language", "")
            return ""
        case "csv":
            text = decoded(data)
            return read_head((1, first_row(text, delimiter_of(text)))).language
        case "xlsx":
            book = open_workbook(data)
            return read_head((1, book.head(book.units_sheet()))).language
        case "xliff-1.2" | "xliff-2.0":
            found = (
                element.get("trgLang") or element.get("target-language")
                for event, element in read_elements(data)
                if event == "start"
            )
            return next(filter(None, found), "")
    raise AssertionError(f"No rule says where {codec.name} declares its language.")


def path_language(name: str) -> Language | None:
    """The language that a path says: a folder, the name itself, or what stands before its suffix.

    Raises CatalogError for a path that says two.
    """
    *folders, file = name.split("/")
    stem = PurePosixPath(file).stem
    found = {_language(word) for word in (*folders, stem, stem.rpartition(".")[2])} - {None}
    if len(found) > 1:
        codes = " and ".join(sorted(language.code for language in found if language))
        raise CatalogError(f"The path {name!r} says {codes}. Allowed: one language.")
    return found.pop() if found else None


def _language(word: str) -> Language | None:
    # Not three letters, which ISO 639-2 has too: a folder "ben" is more likely a person's.
    if not re.fullmatch(r"[A-Za-z]{2}([-_][A-Za-z0-9]{2,4})*", word):
        return None
    try:
        language = read_language(word)
    except UnknownLanguage:
        return None
    return language if language in target_languages() else None
