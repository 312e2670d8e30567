"""Pages and targets for tests, made the way an editor and a translator make them."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from string import ascii_letters
from typing import Any

from wagtail.blocks import StreamValue
from wagtail.models import Locale, Page, Site

from pages.blocks.normalise import normalise
from pages.catalog.segments import Segment, page_segments
from pages.catalog.targets import approve_target, store_target
from pages.document.vocabulary import Origin
from pages.languages import Language, get_language, target_languages
from pages.models import Target, TreatmentIndexPage, TreatmentPage
from pages.models.target import TargetState
from pages.publishing.editions import reconcile

NAMESPACE = uuid.UUID("0d4b4cc6-3d9c-4a3f-9a46-3fd2a1f1c001")
Body = Sequence[tuple[str, str, dict[str, Any]]]

LEAD = ("lead", "lead", {"text": "A gentle treatment for a stiff back."})
WARNING = (
    "warning",
    "contraindications",
    {"items": [{"text": "You have a broken bone in your spine.", "severity": "absolute"}]},
)
SECTION = (
    "section",
    "prose_section",
    {
        "heading": "What to expect",
        "body": '<p data-block-key="rest0">You rest for <b>20 minutes</b>.</p>'
        '<p data-block-key="home0">Then you go home.</p>',
    },
)
BODY: Body = (LEAD, SECTION, WARNING)


def block_id(name: str) -> str:
    """The id of the block called `name`, or of a list item such as "warning.0"."""
    return str(uuid.uuid5(NAMESPACE, name))


def body_of(blocks: Body) -> StreamValue:
    stream = TreatmentPage._meta.get_field("body").stream_block
    raw = [
        {
            "type": kind,
            "id": block_id(name),
            "value": _with_ids(stream.child_blocks[kind], value, name),
        }
        for name, kind, value in blocks
    ]
    return normalise(StreamValue(stream, raw, is_lazy=True))


def _with_ids(block: Any, value: Any, name: str) -> Any:
    if hasattr(block, "child_block"):
        return [
            {
                "type": "item",
                "id": block_id(f"{name}.{position}"),
                "value": _with_ids(block.child_block, item, f"{name}.{position}"),
            }
            for position, item in enumerate(value)
        ]
    if hasattr(block, "child_blocks"):
        return {
            key: _with_ids(block.child_blocks[key], item, f"{name}.{key}")
            for key, item in value.items()
        }
    return value


def index_page() -> TreatmentIndexPage:
    found = TreatmentIndexPage.objects.first()
    if found is None:
        found = site().root_page.add_child(
            instance=TreatmentIndexPage(title="Treatments", slug="treatments")
        )
    return found


def site() -> Site:
    found = Site.objects.filter(is_default_site=True).first()
    if found is None:  # a test that commits empties the tables that migrations filled
        Locale.objects.get_or_create(language_code="en")
        root = Page.get_first_root_node() or Page.add_root(instance=Page(title="Root", slug="root"))
        found = Site.objects.create(hostname="localhost", root_page=root, is_default_site=True)
    return found


def treatment(slug: str = "back-care", blocks: Body = BODY, **fields: Any) -> TreatmentPage:
    """A published treatment."""
    page = TreatmentPage(
        title=slug.replace("-", " ").capitalize(),
        slug=slug,
        **{"summary_en": "Hands-on care for your back.", "live": False, **fields},
    )
    page.body = body_of(blocks)
    index_page().add_child(instance=page)
    page.save_revision().publish()
    return TreatmentPage.objects.get(pk=page.pk)


def edit(page: TreatmentPage, blocks: Body | None = None, **fields: Any) -> TreatmentPage:
    """Change the page and publish it."""
    draft = TreatmentPage.objects.get(pk=page.pk)
    if blocks is not None:
        draft.body = body_of(blocks)
    for name, value in fields.items():
        setattr(draft, name, value)
    draft.save_revision().publish()
    return TreatmentPage.objects.get(pk=page.pk)


def words(segment: Segment, language: Language) -> str:
    """A translation that no check objects to: the same tags, numbers and addresses."""
    return f"{_in_letters_of(language, segment.text)} ({language.local_name})"


# For a language in other letters: what a check compares stays, all other letters are its own.
_KEPT = re.compile(r"<[^>]*>|&\w+;|https?://\S+|\{\w*\}|\d[\d.,]*[ -]?\w*|\b(?:not|never)\b", re.I)


def _in_letters_of(language: Language, text: str) -> str:
    letters = [letter for letter in language.local_name if letter.isalpha()]
    if letters[0] < "\u0370":
        return text
    table = {letter: letters[place % len(letters)] for place, letter in enumerate(ascii_letters)}
    parts, end = [], 0
    for kept in _KEPT.finditer(text):
        parts += [text[end : kept.start()].translate(str.maketrans(table)), kept.group()]
        end = kept.end()
    return "".join([*parts, text[end:].translate(str.maketrans(table))])


def translate(
    page: TreatmentPage,
    *codes: str,
    state: TargetState = TargetState.APPROVED,
    only: str = "",
) -> None:
    """Store and review a target for every segment whose key starts with `only`."""
    languages = [get_language(code) for code in codes] or list(target_languages())
    for segment in page_segments(page):
        if segment.key.startswith(only):
            for language in languages:
                translate_segment(page, segment, language, state)
    reconcile(page.pk)


def translate_segment(
    page: TreatmentPage, segment: Segment, language: Language, state: TargetState
) -> Target:
    target = store_target(
        page.pk,
        language,
        segment,
        words(segment, language),
        by="Ana",
        origin=Origin.MACHINE if state == TargetState.MACHINE else Origin.HUMAN,
        state=TargetState.MACHINE if state == TargetState.MACHINE else TargetState.NEEDS_REVIEW,
    )
    if state == TargetState.APPROVED:
        approve_target(target, by="Dr. Luz", qualification="MD")
    return target
