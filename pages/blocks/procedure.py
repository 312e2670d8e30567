"""Blocks about what to do: steps, do and don't, checklist, call to action."""

from __future__ import annotations

from wagtail import blocks

from pages.blocks.context import BlockContext
from pages.blocks.fields import (
    HEADING_HELP,
    ActionBlock,
    DurationBlock,
    FigureBlock,
    line,
    lines,
    passage,
    term,
)
from pages.blocks.labels import DO_LABEL, DONT_LABEL, LABELS
from pages.blocks.treatment_block import Raw, TreatmentBlock, items
from pages.document.nodes import Checklist, Cta, DoDont, Step, Steps
from pages.document.vocabulary import ActionKind, Aspect, Phase

GROUP = "What to do"


class StepBlock(blocks.StructBlock):
    title = line(required=False)
    text = passage()
    duration = DurationBlock(required=False)
    figure = FigureBlock(required=False)

    class Meta:
        icon = "list-ol"


class StepsBlock(TreatmentBlock):
    aspect = Aspect.WHAT_HAPPENS

    heading = line(required=False, help_text=HEADING_HELP)
    phase = term(Phase, default=Phase.DURING.value)
    steps = blocks.ListBlock(StepBlock(), min_num=1)

    class Meta:
        icon = "list-ol"
        group = GROUP
        label = "Steps"
        description = "What happens before, during or after the treatment, one step at a time."
        preview_value = {
            "phase": "during",
            "steps": [
                {"title": "Lie down", "text": "You lie on a padded table.", "duration": "PT5M"}
            ],
        }

    def default_title(self, raw: Raw) -> str:
        return LABELS[Phase(raw["phase"])]

    def to_node(self, raw: Raw, context: BlockContext) -> Steps:
        return Steps(
            **self.head(raw, context),
            phase=Phase(raw["phase"]),
            steps=tuple(self._step(step, context) for step in items(raw, "steps")),
        )

    def _step(self, step: Raw, context: BlockContext) -> Step:
        return Step(
            title=context.text(step.get("title")),
            text=context.text(step["text"]),
            duration=context.duration(step.get("duration")),
            figure=context.figure(step.get("figure")),
        )


class DoDontBlock(TreatmentBlock):
    aspect = Aspect.SELF_CARE

    heading = line(required=False, help_text=HEADING_HELP)
    do = lines("Do", "Advice that helps.", label="Do")
    dont = lines("Don't", "What to leave.", label="Don't")

    class Meta:
        icon = "tick-inverse"
        group = GROUP
        label = "Do and don't"
        description = "Advice for the patient: what helps and what to leave."
        preview_value = {
            "do": ["Keep moving gently."],
            "dont": ["Do not lift heavy things on the same day."],
        }

    def to_node(self, raw: Raw, context: BlockContext) -> DoDont:
        return DoDont(
            **self.head(raw, context),
            do_label=context.word(DO_LABEL),
            do=tuple(map(context.text, items(raw, "do"))),
            dont_label=context.word(DONT_LABEL),
            dont=tuple(map(context.text, items(raw, "dont"))),
        )


class ChecklistBlock(TreatmentBlock):
    aspect = Aspect.PREPARATION

    heading = line(required=False)
    items = lines("Item", "One thing to tick off a line.")
    printable = blocks.BooleanBlock(
        required=False, default=True, help_text="Print boxes to tick on paper."
    )

    class Meta:
        icon = "tasks"
        group = GROUP
        label = "Checklist"
        description = "Something to hold in the hand: things to bring, to ask or to do."
        preview_value = {"heading": "Bring with you", "items": ["A list of your medicines"]}

    def to_node(self, raw: Raw, context: BlockContext) -> Checklist:
        return Checklist(
            **self.head(raw, context),
            heading=context.text(raw.get("heading")),
            items=tuple(map(context.text, items(raw, "items"))),
            printable=bool(raw.get("printable")),
        )


class CtaBlock(TreatmentBlock):
    aspect = Aspect.GETTING_ACCESS

    kind = term(ActionKind, default=ActionKind.BOOK.value)
    text = line(label="Words on the button")
    target = ActionBlock(help_text="https://, tel: or mailto:")
    disclaimer = passage(required=False)

    class Meta:
        icon = "link"
        group = GROUP
        label = "Call to action"
        description = "One thing the reader can do now: book, call, write, find the way."
        preview_value = {
            "kind": "call",
            "text": "Call the clinic",
            "target": "tel:+12125550100",
            "disclaimer": "In an emergency call 911.",
        }

    def title(self, raw: Raw, context: BlockContext) -> str:
        return context.text(raw["text"])  # "Call us" over a button that calls 911 would be wrong

    def to_node(self, raw: Raw, context: BlockContext) -> Cta:
        return Cta(
            **self.head(raw, context),
            kind=ActionKind(raw["kind"]),
            text=context.text(raw["text"]),
            target=raw.get("target") or "",
            disclaimer=context.text(raw.get("disclaimer")),
        )
