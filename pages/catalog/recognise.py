"""What a file is that somebody sends: from its bytes first, its name is a hint.

So an upload needs no other argument: neither a format, nor a language, nor whether it is one
catalogue or a zip of many.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from pages.catalog.archive import MAGIC, open_archive, read_archive
from pages.catalog.codecs.codec import CatalogError, Codec
from pages.catalog.codecs.csv_table import decoded, delimiter_of, first_row
from pages.catalog.codecs.registry import CODECS
from pages.catalog.codecs.table import is_head
from pages.catalog.codecs.xml_reading import read_elements
from pages.catalog.file_language import declared_language, language_of, path_language
from pages.languages import Language

_FOREIGN = (
    (b"%PDF-", "a PDF"),
    (b"\x89PNG", "an image (PNG)"),
    (b"GIF8", "an image (GIF)"),
    (b"\xff\xd8\xff", "an image (JPEG)"),
    (b"\xd0\xcf\x11\xe0", "an old Office document (.doc, .xls), or one with a password"),
    (b"\xde\x12\x04\x95", "a compiled catalogue (.mo)"),
    (b"\x95\x04\x12\xde", "a compiled catalogue (.mo)"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (rb"{\rtf", "a rich text document (.rtf)"),
)
# Zips that are documents, by a member that they have.
_DOCUMENTS = (
    ("word/document.xml", "a Word document (.docx)"),
    ("ppt/presentation.xml", "a presentation (.pptx)"),
    ("xl/workbook.bin", "a binary workbook (.xlsb)"),
    ("mimetype", "an OpenDocument file or a book (.odt, .ods, .epub)"),
    ("META-INF/MANIFEST.MF", "a Java archive"),
)
_HTML = re.compile(r"\s*<(!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_PO_STATEMENT = re.compile(r'^(?:#~\s*)?(?:msgctxt|msgid|msgstr)[\s"\[]', re.MULTILINE)


# The format


def is_archive(data: bytes) -> bool:
    """Whether `data` is a zip of files, and not a document that is stored as a zip.

    Raises CatalogError for a zip that may not be opened.
    """
    if not data.startswith((MAGIC, b"PK\x05\x06")):
        return False
    members = open_archive(data).members
    return "[Content_Types].xml" not in members and not any(
        name in members for name, _ in _DOCUMENTS
    )


def recognise(data: bytes, name: str = "") -> Codec:
    """The codec of one file. Raises CatalogError, which says what the file is instead."""
    if not data.strip():
        raise _not_a_catalogue("empty")
    for magic, what in _FOREIGN:
        if data.startswith(magic):
            raise _not_a_catalogue(what)
    if data.startswith(MAGIC):
        return _office_codec(data)
    try:
        text = decoded(data)
    except CatalogError:
        return _named_codec(name)  # which says with its line what is wrong
    return _text_codec(data, text, name)


def _office_codec(data: bytes) -> Codec:
    members = open_archive(data).members
    for name, what in _DOCUMENTS:
        if name in members:
            raise _not_a_catalogue(what)
    if any(name.startswith("xl/") for name in members):
        return CODECS["xlsx"]
    raise _not_a_catalogue("a zip archive")


def _text_codec(data: bytes, text: str, name: str) -> Codec:
    if _HTML.match(text):
        raise _not_a_catalogue("a web page (HTML)")
    if text.lstrip().startswith("<"):
        return _xml_codec(data)
    if text.lstrip().startswith(("{", "[")):
        raise _not_a_catalogue("JSON")
    if is_head(first_row(text, delimiter_of(text))):
        return CODECS["csv"]
    if _PO_STATEMENT.search(text):
        return CODECS["po"]
    return _named_codec(name)


def _xml_codec(data: bytes) -> Codec:
    _, root = next(read_elements(data))
    tag = str(root.tag).rpartition("}")[2]
    if tag != "xliff":
        raise _not_a_catalogue(f"XML of <{tag}>")
    return CODECS["xliff-2.0" if root.get("version", "").startswith("2") else "xliff-1.2"]


def _named_codec(name: str) -> Codec:
    """The codec of a text by its name alone, so that it can say what is wrong with the text."""
    suffix = PurePosixPath(name.lower()).suffix
    for codec_name in ("po", "csv"):
        if suffix == CODECS[codec_name].suffix:
            return CODECS[codec_name]
    raise _not_a_catalogue("none that is known")


def _not_a_catalogue(what: str) -> CatalogError:
    allowed = ", ".join(f"{codec.label} ({codec.suffix})" for codec in CODECS.values())
    return CatalogError(f"The file is {what}. Allowed: {allowed}, or a zip of these.")


# Files that came in


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """One catalogue as it came in, known for what it is and not read yet."""

    name: str
    data: bytes
    codec: Codec
    language: Language


def received_files(
    data: bytes, name: str, language: Language | None = None
) -> Iterator[ReceivedFile]:
    """The catalogue in `data`, or each one of a zip, in its order.

    language: what they all have to be in, where that is known; a file that says none is taken
    for it. Raises CatalogError, which names the member: as read_archive, recognise and
    language_of do, or for a zip without any catalogue.
    """
    if not is_archive(data):
        yield _received(data, name, language)
        return
    found = False
    for member, content in read_archive(data):
        found = True
        try:
            yield _received(content, member, language)
        except CatalogError as error:
            raise CatalogError(f"Member {member}: {error}") from None
    if not found:
        raise _not_a_catalogue("a zip without any file")


def _received(data: bytes, name: str, language: Language | None) -> ReceivedFile:
    codec = recognise(data, name)
    if language is None:
        return ReceivedFile(name, data, codec, language_of(codec, data, name))
    found = declared_language(codec, data) or path_language(name)
    if found not in (None, language):
        raise CatalogError(f"The file is in {found.code}. Allowed here: {language.code}.")
    return ReceivedFile(name, data, codec, language)
