"""What a page points at, read once for all languages, and resolved in each.

The only part of compiling that reads the database: compile itself is a pure function.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeVar
from urllib.parse import quote

from django.conf import settings
from wagtail import blocks
from wagtail.images import get_image_model
from wagtail.images.blocks import ImageChooserBlock
from wagtail.images.exceptions import InvalidFilterSpecError
from wagtail.images.models import Filter, SourceImageIOError

from pages.blocks.context import References
from pages.catalog.segments import PageSegments
from pages.document.nodes import GlossaryMark, Image, Rendition, TreatmentLink
from pages.languages import Language, get_language, source_language
from pages.models import CurrentEdition, GlossaryTerm
from pages.publishing.renditions import private_collections
from pages.richtext import GLOSSARY_LINKTYPE, Inline, Tagged, parse

logger = logging.getLogger(__name__)
_Found = TypeVar("_Found")

# Widths that phones and tablets ask for; never wider than the original.
RENDITION_WIDTHS = (400, 800, 1200)
RENDITION_FORMAT = "webp"


@dataclass(slots=True)
class Uses:
    """Primary keys of what a body points at."""

    images: set[int] = field(default_factory=set)
    treatments: set[int] = field(default_factory=set)
    glossary: set[int] = field(default_factory=set)


def collect_uses(segments: PageSegments, page_image: int | None = None) -> Uses:
    uses = Uses(images={page_image} if page_image else set())
    for found in segments.blocks:
        _collect(found.block, found.raw, uses)
    return uses


def _collect(block: Any, raw: Any, uses: Uses) -> None:
    if not raw:
        return
    if isinstance(block, blocks.BaseStructBlock):
        for name, child in block.child_blocks.items():
            _collect(child, raw.get(name), uses)
    elif isinstance(block, blocks.ListBlock):
        for item in raw:
            _collect(block.child_block, item["value"], uses)
    elif isinstance(block, ImageChooserBlock):
        uses.images.add(raw)
    elif isinstance(block, blocks.PageChooserBlock):
        uses.treatments.add(raw)
    elif isinstance(block, blocks.RichTextBlock):
        for paragraph in parse(raw):
            _collect_inline(paragraph.children, uses)


def _collect_inline(children: Iterable[Inline], uses: Uses) -> None:
    for child in children:
        if isinstance(child, Tagged):
            attributes = dict(child.attributes)
            if attributes.get("id", "").isdigit():
                key = int(attributes["id"])
                if attributes.get("linktype") == GLOSSARY_LINKTYPE:
                    uses.glossary.add(key)
                elif attributes.get("linktype") == "page":
                    uses.treatments.add(key)
            _collect_inline(child.children, uses)


@dataclass(frozen=True, slots=True)
class LinkedTreatment:
    """A public treatment: its current editions by language code."""

    document_id: str
    editions: dict[str, CurrentEdition]


@dataclass(frozen=True, slots=True)
class Gathered:
    """Everything that a page points at, in no language yet."""

    images: dict[int, Image]
    treatments: dict[int, LinkedTreatment]
    glossary: dict[int, GlossaryTerm]

    def only(self, uses: Uses) -> Gathered:
        """What one page points at: its blocks are remembered by it."""
        return Gathered(
            images=_picked(self.images, uses.images),
            treatments=_picked(self.treatments, uses.treatments),
            glossary=_picked(self.glossary, uses.glossary),
        )

    def in_language(self, language: Language) -> References:
        return References(
            images=self.images,
            treatments={
                key: link
                for key, linked in self.treatments.items()
                if (link := _treatment_link(linked, language))
            },
            glossary={key: _glossary_mark(term, language) for key, term in self.glossary.items()},
        )


def _picked(found: Mapping[int, _Found], keys: Iterable[int]) -> dict[int, _Found]:
    return {key: found[key] for key in sorted(keys) if key in found}


def gather(uses: Iterable[Uses]) -> Gathered:
    """What any of `uses` names: at most five queries, none for kinds that nothing uses."""
    images, treatments, glossary = set[int](), set[int](), set[int]()
    for used in uses:
        images |= used.images
        treatments |= used.treatments
        glossary |= used.glossary
    return Gathered(
        images=dict(_images(images)) if images else {},
        treatments=_treatments(treatments) if treatments else {},
        glossary=GlossaryTerm.objects.in_bulk(glossary) if glossary else {},
    )


def treatment_url(language_code: str, slug: str) -> str:
    """The canonical API address: from settings, never from a Host header. A URI (RFC 3986), for
    slugs may have letters that no header can carry."""
    return f"{settings.BASE_URL}/api/v1/{language_code}/treatments/{quote(slug)}/"


def _treatment_link(linked: LinkedTreatment, language: Language) -> TreatmentLink | None:
    """In `language` where the treatment is public in it, else in the source language."""
    edition = linked.editions.get(language.code) or linked.editions.get(source_language().code)
    if edition is None:
        return None
    written = get_language(edition.heading_lang)
    return TreatmentLink(
        id=linked.document_id,
        slug=edition.slug,
        heading=edition.heading,
        lang=written.code,
        dir=written.dir,
        url=treatment_url(edition.language, edition.slug),
    )


def _treatments(keys: set[int]) -> dict[int, LinkedTreatment]:
    found: dict[int, LinkedTreatment] = {}
    visible = CurrentEdition.objects.visible_in_any_language()
    for edition in visible.filter(page_id__in=keys).order_by("page_id", "pk"):
        linked = found.setdefault(edition.page_id, LinkedTreatment(str(edition.document_id), {}))
        linked.editions[edition.language] = edition
    return found


def _glossary_mark(term: GlossaryTerm, language: Language) -> GlossaryMark:
    name, definition = term.text("term", language), term.text("definition", language)
    if name is None or definition is None:
        # Languages are not mixed: both words fall back together, and `lang` says so.
        language = source_language()
        name, definition = term.text("term", language), term.text("definition", language)
    return GlossaryMark(
        slug=term.slug,
        term=name or "",
        definition=definition or "",
        lang=language.code,
        dir=language.dir,
    )


@lru_cache(maxsize=1)
def _filters() -> tuple[Filter, ...]:
    specs = [f"width-{width}|format-{RENDITION_FORMAT}" for width in RENDITION_WIDTHS]
    return tuple(Filter(spec=spec) for spec in specs)


def _images(keys: set[int]) -> Iterator[tuple[int, Image]]:
    images = get_image_model().objects.select_related("collection").in_bulk(keys)
    private = private_collections()
    for key, image in images.items():
        if image.collection.path.startswith(private):
            logger.warning(
                "Image %s (%s) is left out: its collection is private.", key, image.title
            )
            continue
        try:
            renditions = image.get_renditions(*_filters())
        except (SourceImageIOError, InvalidFilterSpecError, OSError):
            # The file is gone from storage: the words about it stay, the picture cannot.
            logger.exception("Image %s (%s) cannot be read; it is left out.", key, image.title)
            continue
        srcset = tuple(
            {
                rendition.width: Rendition(
                    url=absolute_address(rendition.url),
                    width=rendition.width,
                    height=rendition.height,
                    media_type=f"image/{RENDITION_FORMAT}",
                )
                for rendition in renditions.values()
            }.values()
        )
        largest = srcset[-1]
        focal_x, focal_y = _focal_point(image)
        yield (
            key,
            Image(
                url=largest.url,
                width=largest.width,
                height=largest.height,
                media_type=largest.media_type,
                alt="",
                alt_lang=source_language().code,
                srcset=srcset,
                focal_x=focal_x,
                focal_y=focal_y,
            ),
        )


def _focal_point(image: Any) -> tuple[float | None, float | None]:
    if image.focal_point_x is None or not image.width or not image.height:
        return None, None
    return round(image.focal_point_x / image.width, 4), round(image.focal_point_y / image.height, 4)


def absolute_address(url: str) -> str:
    return url if url.startswith("http") else f"{settings.BASE_URL}{url}"
