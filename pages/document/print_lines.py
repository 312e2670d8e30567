"""Korean lines break at spaces, as Korean is read: WeasyPrint knows no `word-break: keep-all`."""

from __future__ import annotations

import re

WORD_JOINER = "\u2060"
_TEXT = re.compile(r"(?<=>)[^<>]+(?=<)")
# Line breaking allows one before each syllable (UAX #14, classes H2 and H3), also after digits.
_INSIDE_A_WORD = re.compile("(?<=[0-9A-Za-z%)\uac00-\ud7a3])(?=[\uac00-\ud7a3])")


def keep_words_whole(html: str) -> str:
    """`html`, a body, with an invisible joiner (U+2060) between what makes one Korean word.

    It has no glyph and is not in the PDF. Attributes stay as they are: descriptions of images are
    not laid out. A word that is longer than a line still breaks inside.
    """
    return _TEXT.sub(lambda text: _INSIDE_A_WORD.sub(WORD_JOINER, text.group()), html)
