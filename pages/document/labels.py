"""The words that a whole page says around its blocks, in one language.

A writer takes them beside the Document: `write(document, labels)`. They are chosen where gettext
is (pages/blocks/page_labels.py), so no writer holds a human sentence.
"""

from __future__ import annotations

from dataclasses import dataclass

from pages.document.nodes import Direction, Translation
from pages.document.vocabulary import TranslationStatus

# Where nothing needs saying: the words are what the reader asked for, current and reviewed.
_AS_ASKED = frozenset({TranslationStatus.SOURCE, TranslationStatus.APPROVED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """statuses: what each translation status is called; language_of_part: which language a part
    is in that fell back, such as "Language of this part: English"."""

    lang: str
    dir: Direction
    on_this_page: str
    also_called: str
    about_this_page: str
    reviewed_by: str
    last_reviewed: str
    review_due: str
    valid_until: str
    translation_reviewed_by: str
    specialty: str
    category: str
    body_region: str
    clinics: str
    codes: str
    edition: str
    current_version: str
    read_on_web: str
    part_on_web: str
    parts_on_web: str
    long_email: str
    unsubscribe: str
    language_of_part: str
    statuses: tuple[tuple[TranslationStatus, str], ...]

    def notes(self, translation: Translation) -> tuple[str, ...]:
        """What a reader must know of a part: why it is in another language, or that nobody
        reviewed it. Nothing for what is current and reviewed."""
        if translation.status in _AS_ASKED:
            return ()
        reason = dict(self.statuses)[translation.status]
        return (reason, self.language_of_part) if translation.status.fell_back else (reason,)
