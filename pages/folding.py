"""Text as searches compare it: what a reader types and what stands in a page become the same.

Readers type without accents, vowel signs and the right one of two letters that look alike; nobody
types the joiners at all. Chinese and Korean are cut into pairs of characters, because their words
are not parted by spaces, or are parted in more than one way. Ranking and stemming are the search
engine's; this is only what it is given.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

# What NFKD leaves: letters that have no decomposition, by what readers type for them.
_LETTERS = {
    "ł": "l",
    "đ": "d",
    "ø": "o",
    "ı": "i",
    "æ": "ae",
    "œ": "oe",
    # Urdu and Arabic keyboards write the same letter with different characters.
    "ک": "ك",
    "ی": "ي",
    "ى": "ي",
    "ے": "ي",
    "ہ": "ه",
    "ھ": "ه",
    "ە": "ه",
    "ۃ": "ه",
    "ة": "ه",
    "ٱ": "ا",
    "ں": "ن",
    # Bengali letters that sound alike and are mixed up (as in Lucene's BengaliNormalizer).
    "ঈ": "ই",
    "ী": "ি",
    "ঊ": "উ",
    "ূ": "ু",
    "ণ": "ন",
    "শ": "স",
    "ষ": "স",
    "ৎ": "ত",
}
_DROPPED = "".join(
    (
        "\u0640",  # tatweel, which only lengthens a line
        "\u200b-\u200f\u2060-\u2069\u202a-\u202e\u061c\ufeff\u00ad",  # joiners, marks of direction
        "\u0300-\u036f",  # accents
        "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed",  # harakat, hamza
        "\u0981\u09bc",  # chandrabindu, and the dot below letters
    )
)
_DROP = re.compile(f"[{_DROPPED}]")
_BENGALI_MARKS = "\u0982\u0983\u09be-\u09cd\u09d7"
_WORD = re.compile(rf"(?:[^\W_]|[{_BENGALI_MARKS}])+")
_DIGITS = {
    ord(character): str(value)
    for zero in "٠۰০"
    for value, character in enumerate(chr(ord(zero) + number) for number in range(10))
}
_TABLE = {**{ord(letter): other for letter, other in _LETTERS.items()}, **_DIGITS}
# Whether there is any of them: most texts have none, and translate() looks up every character.
_OTHERS = re.compile(f"[{''.join(map(chr, _TABLE))}]")

HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
HANGUL = "\uac00-\ud7a3"
_HANGUL_SPACE = re.compile(rf"(?<=[{HANGUL}])\s+(?=[{HANGUL}])")
_RUN = re.compile(rf"([{HAN}]+|[{HANGUL}]+)")
# The Spanish stemmer knows -ción and -ciones, and not -cion: every word in it has that accent.
_SPANISH_ENDING = re.compile(r"cion\b")


def fold(text: str, language_code: str) -> str:
    """`text` in lower case, without what readers leave out. Word by word the same length or
    shorter; words stay parted as they were."""
    if text.isascii():
        folded = text.lower()
    else:
        folded = unicodedata.normalize("NFKD", text.casefold())
        folded = folded.replace("и\u0306", "й")  # another letter, on which Russian stems depend
        folded = _DROP.sub("", folded)
        if _OTHERS.search(folded):
            folded = folded.translate(_TABLE)
        folded = unicodedata.normalize("NFC", folded)
    return _SPANISH_ENDING.sub("ción", folded) if language_code == "es" else folded


def folded_words(text: str, language_code: str) -> list[str]:
    """The words of `text`, folded, Chinese and Korean ones whole."""
    return words_of(fold(text, language_code))


def words_of(folded: str) -> list[str]:
    """The words of a text that is folded already."""
    return _WORD.findall(folded)


def indexed_words(text: str, language_code: str) -> Iterator[str]:
    """What an index holds of `text`: its words; of Chinese and Korean each character and each
    pair, in Korean across spaces too, since 허리통증 and 허리 통증 are the same."""
    folded = fold(text, language_code)
    if not has_cut(folded):
        yield from words_of(folded)
        return
    for word in _WORD.findall(_HANGUL_SPACE.sub("", folded)):
        for run in _RUN.split(word):
            if _RUN.fullmatch(run):
                yield from run
                yield from pairs(run)
            elif run:
                yield run


def asked_words(text: str, language_code: str) -> list[str]:
    """What is looked for when a reader asks for `text`: every word once, in its order; of Chinese
    and Korean the pairs, or the character where there is only one."""
    found = (
        part
        for word in folded_words(text, language_code)
        for run in _RUN.split(word)
        if run
        for part in ((pairs(run) or [run]) if _RUN.fullmatch(run) else [run])
    )
    return list(dict.fromkeys(found))


def has_cut(text: str) -> bool:
    """Whether some of the folded `text` is of a script that is cut into pairs."""
    return _RUN.search(text) is not None


def is_cut(word: str) -> bool:
    """Whether a word of asked_words() is of a script that is cut into pairs."""
    return _RUN.fullmatch(word) is not None


def pairs(run: str) -> list[str]:
    return [run[start : start + 2] for start in range(len(run) - 1)]


# A word as it stands in a text: its letters with all their marks, joiners inside it too.
_WRITTEN = re.compile(
    "(?:[^\\W_]|[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0981-\u0983"
    "\u09bc-\u09cd\u09d7\u200c\u200d])+"
)


def written_words(text: str) -> Iterator[tuple[int, str]]:
    """(position, word) of the words of `text` as they are written, in Chinese and Korean whole
    runs: for finding in a text what was found in its folded form."""
    for found in _WRITTEN.finditer(text):
        start = found.start()
        for run in _RUN.split(found.group()):
            if run:
                yield start, run
                start += len(run)
