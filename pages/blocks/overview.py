"""Blocks that explain: lead, key points, prose, how it works, questions, media."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock

from pages.blocks.context import BlockContext
from pages.blocks.fields import (
    HEADING_HELP,
    ActionBlock,
    FigureBlock,
    Prose,
    line,
    lines,
    passage,
    term,
)
from pages.blocks.labels import LABELS
from pages.blocks.treatment_block import Raw, TreatmentBlock, items, optional
from pages.document.nodes import (
    Faq,
    HowItWorks,
    KeyPoints,
    Lead,
    Media,
    ProseSection,
    Question,
)
from pages.document.vocabulary import Aspect, MediaKind

GROUP = "Explain"


class LeadBlock(TreatmentBlock):
    aspect = Aspect.OVERVIEW

    text = passage(
        max_length=400,
        rows=3,
        help_text="The one thing to remember, in one or two short sentences.",
    )

    class Meta:
        icon = "pilcrow"
        group = GROUP
        label = "Lead"
        description = "The main message of the page in one or two sentences. Exactly one."
        preview_value = {
            "text": "Spinal mobilization is a gentle hands-on treatment for stiff, painful joints."
        }

    def to_node(self, raw: Raw, context: BlockContext) -> Lead:
        return Lead(**self.head(raw, context), text=context.text(raw["text"]))


class KeyPointsBlock(TreatmentBlock):
    aspect = Aspect.OVERVIEW

    heading = line(required=False, help_text=HEADING_HELP)
    items = lines("Point", "Three to five short points.", max_num=5)

    class Meta:
        icon = "list-ul"
        group = GROUP
        label = "Key points"
        description = "Three to five points that a patient should take home. At most one block."
        preview_value = {
            "items": [
                "Your therapist moves the joints slowly.",
                "Most people need several visits.",
                "Exercise afterwards makes the effect last.",
            ]
        }

    def to_node(self, raw: Raw, context: BlockContext) -> KeyPoints:
        return KeyPoints(
            **self.head(raw, context), items=tuple(map(context.text, items(raw, "items")))
        )


class ProseSectionBlock(TreatmentBlock):
    aspect = Aspect.OVERVIEW

    heading = line(required=False, help_text=HEADING_HELP)
    body = Prose()

    class Meta:
        icon = "doc-full"
        group = GROUP
        label = "Section of text"
        description = "Paragraphs and lists under a heading, for what no other block says better."
        preview_value = {
            "heading": "Who gives this treatment",
            "body": "<p>A <b>licensed</b> physical therapist gives the treatment.</p>",
        }

    def to_node(self, raw: Raw, context: BlockContext) -> ProseSection:
        return ProseSection(
            **self.head(raw, context),
            heading=context.text(raw.get("heading")),
            body=context.rich(raw["body"]),
        )


class HowItWorksBlock(TreatmentBlock):
    aspect = Aspect.HOW_IT_WORKS

    heading = line(required=False)
    body = Prose()
    figure = FigureBlock(required=False)

    class Meta:
        icon = "cogs"
        group = GROUP
        label = "How it works"
        description = "What the treatment does in the body, in plain words, with a picture."
        preview_value = {
            "heading": "How it works",
            "body": "<p>Slow movements loosen the joint and calm the nerves around it.</p>",
        }

    def to_node(self, raw: Raw, context: BlockContext) -> HowItWorks:
        return HowItWorks(
            **self.head(raw, context),
            heading=context.text(raw.get("heading")),
            body=context.rich(raw["body"]),
            figure=context.figure(raw.get("figure")),
        )


class QuestionBlock(blocks.StructBlock):
    question = line()
    answer = Prose()

    class Meta:
        icon = "help"


class FaqBlock(TreatmentBlock):
    aspect = Aspect.QUESTIONS

    heading = line(required=False, help_text=HEADING_HELP)
    items = blocks.ListBlock(QuestionBlock(), min_num=1)

    class Meta:
        icon = "help"
        group = GROUP
        label = "Questions and answers"
        description = "Questions that patients really ask, each with a short answer."
        preview_value = {
            "items": [{"question": "Does it hurt?", "answer": "<p>It should not hurt.</p>"}]
        }

    def to_node(self, raw: Raw, context: BlockContext) -> Faq:
        return Faq(
            **self.head(raw, context),
            items=tuple(
                Question(
                    question=context.text(item["question"]), answer=context.rich(item["answer"])
                )
                for item in items(raw, "items")
            ),
        )


class MediaBlock(TreatmentBlock):
    aspect = Aspect.WHAT_HAPPENS

    kind = term(MediaKind, default=MediaKind.IMAGE.value)
    image = ImageChooserBlock(required=False, help_text="For a picture, or a video's still.")
    url = ActionBlock(required=False, label="Address", help_text="https, for video and audio.")
    alt = line(required=False, label="Alternative text")
    caption = line(required=False)
    transcript = passage(required=False, rows=4, help_text="Every word that is spoken.")

    class Meta:
        icon = "media"
        group = GROUP
        label = "Picture, video or audio"
        description = "With a text for those who cannot see or hear it."
        preview_value = {
            "kind": "video",
            "url": "https://clinic.example.org/mobilization.mp4",
            "alt": "A therapist treats a patient's lower back",
            "caption": "What happens in the first visit",
            "transcript": "Welcome. This is what happens in your first visit.",
        }

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if self.is_deferred_validation:
            return cleaned  # a draft may be unfinished
        errors: dict[str, ValidationError] = {}
        if cleaned["kind"] == MediaKind.IMAGE:
            if not cleaned["image"]:
                errors["image"] = ValidationError("Choose the picture.")
            if not cleaned["alt"]:
                errors["alt"] = ValidationError("A picture needs an alternative text.")
        else:
            if not cleaned["url"].startswith("https://"):
                errors["url"] = ValidationError(
                    f"{cleaned['url']!r}: video and audio need an https:// address."
                )
            if not cleaned["transcript"]:
                errors["transcript"] = ValidationError("Video and audio need a transcript.")
        if errors:
            raise blocks.StructBlockValidationError(block_errors=errors)
        return cleaned

    def default_title(self, raw: Raw) -> str:
        return LABELS[MediaKind(raw["kind"])]

    def to_node(self, raw: Raw, context: BlockContext) -> Media:
        return Media(
            **self.head(raw, context),
            kind=MediaKind(raw["kind"]),
            image=context.image(raw.get("image"), raw.get("alt")),
            url=optional(raw.get("url")),
            alt=context.text(raw.get("alt")),
            caption=context.text(raw.get("caption")),
            transcript=context.text(raw.get("transcript")),
        )
