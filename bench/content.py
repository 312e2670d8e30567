"""Treatment pages of any number of blocks, the same in every run, in every language.

Structure is the blocks' own preview values; words are the demo's sentences in their real
translations. A page in another language has the same ids and the same structure, so its
segments are the translations of the first's.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from html import escape
from itertools import cycle, islice
from typing import Any

import polib
from django.conf import settings
from django.utils import timezone
from wagtail import blocks
from wagtail.blocks import StreamValue

from pages.catalog.segments import page_segments
from pages.document.vocabulary import Origin
from pages.languages import Language, all_languages, source_language, target_languages
from pages.models import Target, TreatmentPage
from pages.models.target import TargetState

NAMESPACE = uuid.UUID("5f6a7a0e-92c1-4a5b-8f0e-6b1d1a3c9e10")
# Left out: blocks that need a picture, another page, or a name of their own on the page.
REPEATED_BLOCKS = (
    *("prose_section", "how_it_works", "faq", "indications", "contraindications", "side_effects"),
    *("care_card", "steps", "do_dont", "checklist", "benefits", "comparison", "cta"),
)
LIST_LENGTH = 3
PARAGRAPHS = 2


def block_types(count: int) -> Iterator[str]:
    """One lead, one block of key points, and the others in turn."""
    yield from ("lead", "key_points")
    yield from islice(cycle(REPEATED_BLOCKS), count - 2)


@cache
def sentences() -> dict[str, tuple[str, ...]]:
    """The demo's sentences that have no markup and all translations, by language code."""
    source: dict[str, str] = {}
    translations: dict[str, dict[str, str]] = {}
    for language in target_languages():
        file = settings.BASE_DIR / "locale" / language.locale / "LC_MESSAGES" / "treatments.po"
        entries = [entry for entry in polib.pofile(str(file)) if _is_sentence(entry)]
        source |= {entry.msgctxt: entry.msgid for entry in entries}
        translations[language.code] = {entry.msgctxt: entry.msgstr for entry in entries}
    shared = sorted(set.intersection(*(set(texts) for texts in translations.values())))
    return {
        code: tuple(texts[key] for key in shared)
        for code, texts in {source_language().code: source, **translations}.items()
    }


def _is_sentence(entry: polib.POEntry) -> bool:
    return bool(entry.msgstr) and 20 < len(entry.msgid) < 200 and not set("<\n") & {*entry.msgid}


Words = Mapping[str, Sequence[str]]  # sentences by language code, in the same order


class Writer:
    """Fills the fields of one page in one language; the page's name decides the words."""

    def __init__(self, name: str, language: Language, words: Words | None = None) -> None:
        self.name = name
        self.sentences = (words or sentences())[language.code]
        self.random = random.Random(name)

    def sentence(self) -> str:
        return self.random.choice(self.sentences)

    def identifier(self, place: str) -> str:
        return str(uuid.uuid5(NAMESPACE, f"{self.name} {place}"))

    def body(self, block_count: int) -> StreamValue:
        stream = TreatmentPage._meta.get_field("body").stream_block
        raw = [
            {
                "type": kind,
                "id": self.identifier(str(position)),
                "value": self.filled(
                    stream.child_blocks[kind],
                    stream.child_blocks[kind].meta.preview_value,
                    str(position),
                ),
            }
            for position, kind in enumerate(block_types(block_count))
        ]
        return StreamValue(stream, raw, is_lazy=True)

    def filled(self, block: Any, value: Any, place: str) -> Any:
        """`value`, a preview value, with ids at every level and with this page's words."""
        match block:
            case blocks.BaseStructBlock():
                return {
                    name: self.filled(block.child_blocks[name], child, f"{place}.{name}")
                    for name, child in value.items()
                }
            case blocks.ListBlock():
                return [
                    {
                        "type": "item",
                        "id": self.identifier(f"{place}.{position}"),
                        "value": self.filled(block.child_block, item, f"{place}.{position}"),
                    }
                    for position, item in enumerate(islice(cycle(value), LIST_LENGTH))
                ]
            case blocks.RichTextBlock():
                return "".join(self.paragraph(number) for number in range(PARAGRAPHS))
            case blocks.CharBlock() | blocks.TextBlock() if getattr(
                block.meta, "translatable", True
            ):
                return self.sentence()
            case _:
                return value

    def paragraph(self, number: int) -> str:
        first, second, third = (escape(self.sentence(), quote=False) for _ in range(3))
        return (
            f'<p data-block-key="p{number}"><b>{first}</b> {second} '
            f'<a href="https://clinic.example.org/">{third}</a></p>'
        )


def draft(
    name: str, block_count: int, language: Language, words: Words | None = None
) -> TreatmentPage:
    """An unsaved page whose texts are in `language`, in the columns of the source language."""
    writer = Writer(name, language, words)
    return TreatmentPage(
        title=name,
        slug=name,
        heading_en=writer.sentence()[:200],
        also_called_en="\n".join((writer.sentence(), writer.sentence())),
        summary_en=f"{writer.sentence()} {writer.sentence()}",
        body=writer.body(block_count),
        live=False,
    )


def approved_targets(page: TreatmentPage, translated: TreatmentPage, code: str) -> list[Target]:
    """What translators and reviewers would have left behind for `page`, saved, in `code`."""
    texts = {segment.key: segment.text for segment in page_segments(translated)}
    return [
        Target(
            page=page,
            language=code,
            key=segment.key,
            text_digest=segment.digest,
            source=segment.text,
            text=texts[segment.key],
            state=TargetState.APPROVED,
            origin=Origin.HUMAN.value,
            author="Translator",
            reviewer="Reviewer",
            qualification="MD",
            reviewed_at=timezone.now(),
        )
        for segment in page_segments(page)
    ]


def translated_into_all(page: TreatmentPage, block_count: int, words: Words | None = None) -> None:
    """Approved targets for every language of the site."""
    for language in all_languages()[1:]:
        translated = draft(page.slug, block_count, language, words)
        Target.objects.bulk_create(approved_targets(page, translated, language.code))
