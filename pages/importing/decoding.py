"""Bytes to text: UTF-8 first, then what Windows editors save."""

from __future__ import annotations

import codecs
import contextlib

from pages.importing.refusal import ImportRefused, refuse_characters

CP1252_NOTE = (
    "The file is not UTF-8; it was read as Windows-1252. Please check accents, quotes and dashes."
)


def decode(data: bytes, declared: str = "") -> tuple[str, tuple[str, ...]]:
    """The text with newlines as \\n, and notes for the editor.

    declared: the charset that the format itself names, asked when it is not UTF-8.
    Raises ImportRefused for bytes in no known encoding and for characters no text may hold.
    """
    notes: tuple[str, ...] = ()
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = _strict(data, "utf-16", "UTF-16, as its first two bytes say")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text, notes = _not_utf8(data, declared)
    refuse_characters(text)
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n").replace("\v", "\n")
    return text, notes


def _not_utf8(data: bytes, declared: str) -> tuple[str, tuple[str, ...]]:
    with contextlib.suppress(UnicodeDecodeError):
        # Surrogates written as UTF-8 would pass as Windows-1252 and turn into three signs.
        refuse_characters(data.decode("utf-8", "surrogatepass"))
    if b"\x00" in data:
        line = data.count(b"\n", 0, data.index(b"\x00")) + 1
        raise ImportRefused(f"U+0000 in line {line}: not a text file. Save it as UTF-8.")
    if declared and _is_known(declared):
        return _strict(data, declared, f"{declared}, as it says itself"), ()
    return _strict(data, "cp1252", "UTF-8 nor Windows-1252"), (CP1252_NOTE,)


def _is_known(charset: str) -> bool:
    try:
        return codecs.lookup(charset).name != "utf-8"
    except LookupError:
        return False


def _strict(data: bytes, charset: str, described: str) -> str:
    try:
        return data.decode(charset)
    except (UnicodeDecodeError, LookupError) as error:
        start = error.start if isinstance(error, UnicodeDecodeError) else 0
        line = data.count(b"\n", 0, start) + 1
        raise ImportRefused(
            f"Line {line}: these bytes are not {described}. Save the file as UTF-8."
        ) from None
