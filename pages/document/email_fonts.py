"""The fonts of an email, by language: those of the reader's machine, for nothing is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EmailFont:
    """families: as font-family has them, unquoted, as they stand in attributes. leading: the
    height of a line, in sizes of its letters. breaking: the value of word-break, "break-word"
    for anywhere between words and, where one is wider than the line, inside of it."""

    families: str
    leading: str
    breaking: str = "break-word"


# First what the system of most such readers has: Outlook for Windows looks no further.
LATIN = EmailFont("Segoe UI, -apple-system, Roboto, Helvetica, Arial, sans-serif", "1.6")
_FONTS: Mapping[str, EmailFont] = {
    "ar": EmailFont("Segoe UI, Noto Sans Arabic, Geeza Pro, Tahoma, Arial, sans-serif", "1.8"),
    # Nastaliq fonts have few Latin letters or none: a name, a code in them is in what follows.
    "ur": EmailFont(
        "Urdu Typesetting, Noto Nastaliq Urdu, Jameel Noori Nastaleeq, Segoe UI, Roboto, "
        "Helvetica, Arial, sans-serif",
        "2.2",
    ),
    "bn": EmailFont("Nirmala UI, Noto Sans Bengali, Bangla Sangam MN, Vrinda, sans-serif", "1.75"),
    "zh-hans": EmailFont(
        "Microsoft YaHei, PingFang SC, Noto Sans CJK SC, Noto Sans SC, sans-serif", "1.75"
    ),
    "ko": EmailFont(
        "Malgun Gothic, Apple SD Gothic Neo, Noto Sans CJK KR, Noto Sans KR, sans-serif",
        "1.7",
        "keep-all",  # Korean is read by words; a browser would break after any syllable
    ),
}


def email_font(lang: str) -> EmailFont:
    return _FONTS.get(lang, LATIN)
