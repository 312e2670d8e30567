"""Blocks about who should have the treatment, who must not, and when to get help."""

from __future__ import annotations

from wagtail import blocks

from pages.blocks.context import BlockContext
from pages.blocks.fields import (
    HEADING_HELP,
    ActionBlock,
    DurationBlock,
    codes,
    line,
    lines,
    passage,
    term,
)
from pages.blocks.labels import LABELS, SERIOUS_LABEL
from pages.blocks.treatment_block import Raw, TreatmentBlock, items, optional
from pages.document.nodes import (
    CareCard,
    Code,
    Contraindication,
    Contraindications,
    Indication,
    Indications,
    SideEffect,
    SideEffects,
)
from pages.document.vocabulary import (
    Aspect,
    CareLevel,
    CodingSystem,
    Frequency,
    IndicationKind,
    Severity,
)

GROUP = "Suitability and safety"


def code_nodes(item: Raw) -> tuple[Code, ...]:
    return tuple(
        Code(system=CodingSystem(code["system"]), code=code["code"])
        for code in items(item, "codes")
    )


class IndicationBlock(blocks.StructBlock):
    label = line(help_text="Such as: Stiff neck")
    detail = passage(required=False)
    kind = term(IndicationKind, default=IndicationKind.CONDITION.value)
    codes = codes()

    class Meta:
        icon = "check"


class IndicationsBlock(TreatmentBlock):
    aspect = Aspect.SUITABILITY

    heading = line(required=False, help_text=HEADING_HELP)
    intro = passage(required=False)
    items = blocks.ListBlock(IndicationBlock(), min_num=1)

    class Meta:
        icon = "circle-check"
        group = GROUP
        label = "What it is used for"
        description = "The conditions and symptoms that this treatment is for."
        preview_value = {
            "intro": "Your clinician may suggest it for:",
            "items": [
                {
                    "label": "Low back pain",
                    "detail": "Pain that has lasted for some weeks",
                    "kind": "condition",
                    "codes": [{"system": "icd-10-cm", "code": "M54.50"}],
                }
            ],
        }

    def to_node(self, raw: Raw, context: BlockContext) -> Indications:
        return Indications(
            **self.head(raw, context),
            intro=context.text(raw.get("intro")),
            items=tuple(self._item(item, context) for item in items(raw, "items")),
        )

    def _item(self, item: Raw, context: BlockContext) -> Indication:
        kind = IndicationKind(item["kind"])
        return Indication(
            label=context.text(item["label"]),
            detail=context.text(item.get("detail")),
            kind=kind,
            kind_label=context.label(kind),
            codes=code_nodes(item),
        )


class ContraindicationBlock(blocks.StructBlock):
    text = passage()
    severity = term(
        Severity,
        default=Severity.ABSOLUTE.value,
        help_text="Absolute: never. Relative: only after talking with the doctor.",
    )
    codes = codes()

    class Meta:
        icon = "cross"


class ContraindicationsBlock(TreatmentBlock):
    aspect = Aspect.CONTRAINDICATIONS
    always_critical = True

    heading = line(required=False, help_text=HEADING_HELP)
    items = blocks.ListBlock(ContraindicationBlock(), min_num=1)

    class Meta:
        icon = "warning"
        group = GROUP
        label = "When not to have it (critical)"
        description = (
            "Who must not have the treatment, or must ask first. Always critical: shown in "
            "another language only from a reviewed, current translation."
        )
        preview_value = {
            "items": [{"text": "You have a broken bone in your spine.", "severity": "absolute"}]
        }

    def to_node(self, raw: Raw, context: BlockContext) -> Contraindications:
        return Contraindications(
            **self.head(raw, context),
            items=tuple(self._item(item, context) for item in items(raw, "items")),
        )

    def _item(self, item: Raw, context: BlockContext) -> Contraindication:
        severity = Severity(item["severity"])
        return Contraindication(
            text=context.text(item["text"]),
            severity=severity,
            severity_label=context.label(severity),
            codes=code_nodes(item),
        )


class SideEffectBlock(blocks.StructBlock):
    text = passage()
    frequency = term(Frequency, default=Frequency.UNKNOWN.value)
    duration = DurationBlock(required=False)
    serious = blocks.BooleanBlock(required=False)

    class Meta:
        icon = "warning"


class SideEffectsBlock(TreatmentBlock):
    aspect = Aspect.SIDE_EFFECTS

    heading = line(required=False, help_text=HEADING_HELP)
    items = blocks.ListBlock(SideEffectBlock(), min_num=1)

    class Meta:
        icon = "info-circle"
        group = GROUP
        label = "Side effects"
        description = "What may happen afterwards, how often, how long, and what is serious."
        preview_value = {
            "items": [
                {
                    "text": "Soreness for a day or two",
                    "frequency": "common",
                    "duration": "P2D",
                    "serious": False,
                }
            ]
        }

    def to_node(self, raw: Raw, context: BlockContext) -> SideEffects:
        return SideEffects(
            **self.head(raw, context),
            items=tuple(self._item(item, context) for item in items(raw, "items")),
        )

    def _item(self, item: Raw, context: BlockContext) -> SideEffect:
        frequency = Frequency(item["frequency"])
        serious = bool(item.get("serious"))
        return SideEffect(
            text=context.text(item["text"]),
            frequency=frequency,
            frequency_label=context.label(frequency),
            duration=context.duration(item.get("duration")),
            serious=serious,
            serious_label=context.word(SERIOUS_LABEL) if serious else "",
        )


class CareCardBlock(TreatmentBlock):
    aspect = Aspect.WHEN_TO_GET_HELP
    always_critical = True

    level = term(CareLevel, default=CareLevel.URGENT.value)
    heading = line(help_text="Such as: Go to the emergency room if")
    items = lines("Sign", "One sign of trouble a line.")
    action = ActionBlock(required=False, help_text="What a tap does, such as tel:911")

    class Meta:
        icon = "warning"
        group = GROUP
        label = "When to get help (critical)"
        description = (
            "Signs that need a doctor, urgently or not. Always critical: shown in another "
            "language only from a reviewed, current translation."
        )
        preview_value = {
            "level": "emergency",
            "heading": "Call 911 if",
            "items": ["You cannot feel or move a leg."],
            "action": "tel:911",
        }

    def default_title(self, raw: Raw) -> str:
        return LABELS[CareLevel(raw["level"])]

    def to_node(self, raw: Raw, context: BlockContext) -> CareCard:
        level = CareLevel(raw["level"])
        return CareCard(
            **self.head(raw, context),
            level=level,
            level_label=context.label(level),
            heading=context.text(raw.get("heading")),
            items=tuple(map(context.text, items(raw, "items"))),
            action=optional(raw.get("action")),
        )
