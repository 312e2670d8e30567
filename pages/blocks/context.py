"""What a block needs to become a node: its head, the words of its language, its references."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache

from django.utils.functional import Promise
from django.utils.translation import gettext, override

from pages.blocks.fields import DURATION
from pages.blocks.labels import DURATION_LABELS, LABELS
from pages.document.bidi import isolate
from pages.document.nodes import (
    Direction,
    Duration,
    Figure,
    GlossaryMark,
    Image,
    RichText,
    Translation,
    TreatmentLink,
)
from pages.document.vocabulary import Aspect
from pages.languages import Language


@dataclass(frozen=True, slots=True)
class References:
    """What blocks point at, resolved in one language by the caller; keys are primary keys.

    A key that is absent is not public (a draft treatment, a deleted image) and is left out.
    """

    images: Mapping[int, Image] = field(default_factory=dict)
    treatments: Mapping[int, TreatmentLink] = field(default_factory=dict)
    glossary: Mapping[int, GlossaryMark] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BlockContext:
    """One block on its way into one language. `dir` is what bidi isolation goes by."""

    id: str
    aspect: Aspect
    critical: bool
    language: Language
    translation: Translation
    references: References
    prose: Callable[[str, BlockContext], RichText]

    @property
    def dir(self) -> Direction:
        return self.language.dir

    def text(self, value: str | None) -> str:
        """Plain text with left-to-right matter isolated where the language runs right to left."""
        if not value:
            return ""
        return isolate(value) if self.language.dir == "rtl" else value

    def rich(self, db_html: str | None) -> RichText:
        return self.prose(db_html, self) if db_html else ()

    def label(self, member: StrEnum | None) -> str:
        """The term in the block's language; "" for none."""
        return "" if member is None else self.word(LABELS[member])

    def word(self, english: str) -> str:
        """An interface word in the block's language (gettext, locale/<language>/django.po)."""
        return interface_word(english, self.language.code)

    def image(self, key: int | None, alt: str | None) -> Image | None:
        found = self.references.images.get(key) if key else None
        if found is None:
            return None
        return replace(found, alt=self.text(alt), alt_lang=self.language.code)

    def figure(self, raw: Mapping[str, object] | None) -> Figure | None:
        if not raw:
            return None
        key, alt, caption = raw.get("image"), raw.get("alt"), raw.get("caption")
        image = self.image(key if isinstance(key, int) else None, str(alt or ""))
        return Figure(image=image, caption=self.text(str(caption or ""))) if image else None

    def duration(self, iso: str | None) -> Duration | None:
        if not iso:
            return None
        return Duration(iso=iso, text=_duration_text(iso, self.language.code))


_words: dict[tuple[str, str], str] = {}


def interface_word(english: str, language_code: str) -> str:
    # gettext's own lookup under override() costs 20 times a dictionary's, for words that
    # cannot change while the process lives.
    key = (english, language_code)
    if key not in _words:
        with override(language_code):
            _words[key] = gettext(english)
    return _words[key]


def has_interface_words(language_code: str) -> bool:
    """Whether the words of labels.py are compiled in this language: without them a translated
    block would carry English labels, and languages are never mixed in a block."""
    warning = LABELS[Aspect.CONTRAINDICATIONS]  # no language says it as English does
    with override(language_code):
        return gettext(warning) != warning


@lru_cache(maxsize=1024)  # for the same reason
def _duration_text(iso: str, language_code: str) -> str:
    match = DURATION.match(iso)
    if match is None:
        raise ValueError(f"{iso!r} is not an ISO 8601 duration.")
    parts = []
    with override(language_code):
        for unit, digits in match.groupdict().items():
            if digits:
                label: Promise = DURATION_LABELS[unit]
                parts.append(str(label % {"number": int(digits)}))
    return " ".join(parts)
