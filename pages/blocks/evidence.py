"""Blocks about what is known: benefits, results, studies, comparisons, related treatments."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from wagtail import blocks

from pages.blocks.context import BlockContext
from pages.blocks.fields import (
    HEADING_HELP,
    DurationBlock,
    ReferenceBlock,
    line,
    passage,
    shared_line,
    term,
)
from pages.blocks.treatment_block import Raw, TreatmentBlock, items, optional
from pages.document.nodes import (
    Benefit,
    Benefits,
    Comparison,
    ComparisonCriterion,
    ComparisonOption,
    Evidence,
    Relation,
    ResultStat,
)
from pages.document.vocabulary import (
    Aspect,
    Certainty,
    Comparator,
    EvidenceLevel,
    RelationKind,
    StudyDesign,
    Unit,
)

GROUP = "Evidence"
EVIDENCE_HELP = "The short name of an evidence block on this page."

# DOI Handbook, section 2.2: a prefix that begins with 10., a slash, a suffix.
_DOI = re.compile(r"^10\.\d{4,9}/\S+$")
_PMID = re.compile(r"^[1-9]\d{0,8}$")


class BenefitBlock(blocks.StructBlock):
    claim = passage()
    certainty = term(Certainty, required=False)
    evidence_ref = ReferenceBlock(required=False, help_text=EVIDENCE_HELP)

    class Meta:
        icon = "thumbtack"


class BenefitsBlock(TreatmentBlock):
    aspect = Aspect.BENEFITS

    heading = line(required=False, help_text=HEADING_HELP)
    items = blocks.ListBlock(BenefitBlock(), min_num=1)

    class Meta:
        icon = "plus-inverse"
        group = GROUP
        label = "Benefits"
        description = "What may get better, and how sure we are of it."
        preview_value = {"items": [{"claim": "Less pain when you move", "certainty": "low"}]}

    def to_node(self, raw: Raw, context: BlockContext) -> Benefits:
        return Benefits(
            **self.head(raw, context),
            items=tuple(self._item(item, context) for item in items(raw, "items")),
        )

    def _item(self, item: Raw, context: BlockContext) -> Benefit:
        certainty = Certainty(item["certainty"]) if item.get("certainty") else None
        return Benefit(
            claim=context.text(item["claim"]),
            certainty=certainty,
            certainty_label=context.label(certainty),
            evidence_ref=optional(item.get("evidence_ref")),
        )


class ResultStatBlock(TreatmentBlock):
    aspect = Aspect.EFFECTIVENESS

    value = blocks.DecimalBlock(help_text="The number alone, such as 10 or 1.5")
    unit = term(Unit, default=Unit.POINTS_OF_10.value)
    comparator = term(Comparator, required=False)
    timeframe = DurationBlock(required=False)
    plain_words = passage(help_text="What the number means for a patient.")
    evidence_ref = ReferenceBlock(required=False, help_text=EVIDENCE_HELP)

    class Meta:
        icon = "order"
        group = GROUP
        label = "Result in numbers"
        description = "One number from a study, in plain words."
        preview_value = {
            "value": Decimal(10),
            "unit": "points_of_100",
            "comparator": "sham",
            "timeframe": "P4W",
            "plain_words": "After a month, pain was lower by 10 points.",
        }

    def to_node(self, raw: Raw, context: BlockContext) -> ResultStat:
        unit = Unit(raw["unit"])
        comparator = Comparator(raw["comparator"]) if raw.get("comparator") else None
        return ResultStat(
            **self.head(raw, context),
            value="" if raw["value"] is None else str(raw["value"]),
            unit=unit,
            unit_label=context.label(unit),
            comparator=comparator,
            comparator_label=context.label(comparator),
            timeframe=context.duration(raw.get("timeframe")),
            plain_words=context.text(raw["plain_words"]),
            evidence_ref=optional(raw.get("evidence_ref")),
        )


class EvidenceBlock(TreatmentBlock):
    aspect = Aspect.EFFECTIVENESS

    reference = ReferenceBlock(
        help_text="A short name for this study, such as rubinstein-2019; other blocks point at it."
    )
    title = shared_line(max_length=500, help_text="As published; it is not translated.")
    cited_lang = shared_line(
        max_length=12, default="en", label="Language of the title", help_text="Such as en"
    )
    authors = shared_line(max_length=500)
    journal = shared_line()
    year = blocks.IntegerBlock(min_value=1900, max_value=2100)
    doi = shared_line(required=False, label="DOI", help_text="Such as 10.1136/bmj.l689")
    pmid = shared_line(required=False, label="PubMed ID", max_length=9)
    level = term(EvidenceLevel, required=False)
    design = term(StudyDesign, required=False)
    takeaway = passage(help_text="What the study found, for a patient.")
    limits = passage(required=False, help_text="What it does not tell us.")

    class Meta:
        icon = "openquote"
        group = GROUP
        label = "Study"
        description = "A publication with what it found and what it does not tell us."
        preview_value = {
            "reference": "rubinstein-2019",
            "title": "Benefits and harms of spinal manipulative therapy",
            "cited_lang": "en",
            "authors": "Rubinstein SM et al.",
            "journal": "BMJ",
            "year": 2019,
            "doi": "10.1136/bmj.l689",
            "takeaway": "It helps about as much as other recommended treatments.",
        }

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        errors: dict[str, ValidationError] = {}
        if cleaned["doi"] and not _DOI.match(cleaned["doi"]):
            errors["doi"] = ValidationError(
                f"{cleaned['doi']!r} is not a DOI. Allowed: such as 10.1136/bmj.l689, no address."
            )
        if cleaned["pmid"] and not _PMID.match(cleaned["pmid"]):
            errors["pmid"] = ValidationError(
                f"{cleaned['pmid']!r} is not a PubMed ID. Allowed: 1 to 9 digits."
            )
        if errors:
            raise blocks.StructBlockValidationError(block_errors=errors)
        return cleaned

    def to_node(self, raw: Raw, context: BlockContext) -> Evidence:
        design = StudyDesign(raw["design"]) if raw.get("design") else None
        level = EvidenceLevel(raw["level"]) if raw.get("level") else None
        return Evidence(
            **self.head({}, context),
            reference=raw["reference"],
            title=raw["title"],
            cited_lang=raw.get("cited_lang") or "en",
            authors=raw["authors"],
            journal=raw["journal"],
            year=raw["year"],
            doi=optional(raw.get("doi")),
            pmid=optional(raw.get("pmid")),
            url=_publication_url(raw),
            level=level,
            level_label=context.label(level),
            design=design,
            design_label=context.label(design),
            takeaway=context.text(raw["takeaway"]),
            limits=context.text(raw.get("limits")),
        )


def _publication_url(raw: Raw) -> str | None:
    if raw.get("doi"):
        return f"https://doi.org/{raw['doi']}"
    if raw.get("pmid"):
        return f"https://pubmed.ncbi.nlm.nih.gov/{raw['pmid']}/"
    return None


class OptionBlock(blocks.StructBlock):
    name = line()
    treatment = blocks.PageChooserBlock(required=False, page_type="pages.TreatmentPage")

    class Meta:
        icon = "doc-empty"


class CriterionBlock(blocks.StructBlock):
    label = line()
    cells = blocks.ListBlock(passage(label="Cell"), min_num=1)

    class Meta:
        icon = "list-ul"


class ComparisonBlock(TreatmentBlock):
    aspect = Aspect.ALTERNATIVES

    title = line()
    options = blocks.ListBlock(OptionBlock(), min_num=2, max_num=5)
    criteria = blocks.ListBlock(
        CriterionBlock(), min_num=1, help_text="Each with one cell for each option, in order."
    )

    class Meta:
        icon = "table"
        group = GROUP
        label = "Comparison"
        description = "Treatments side by side, criterion by criterion."
        preview_value = {
            "title": "Compare hands-on treatments",
            "options": [{"name": "Mobilization"}, {"name": "Massage"}],
            "criteria": [{"label": "Visits", "cells": ["4 to 8", "3 to 6"]}],
        }

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if self.is_deferred_validation:
            return cleaned  # a draft may be unfinished
        wanted = len(cleaned["options"])
        for criterion in cleaned["criteria"]:
            if len(criterion["cells"]) != wanted:
                raise blocks.StructBlockValidationError(
                    block_errors={
                        "criteria": ValidationError(
                            f"{criterion['label']!r} has {len(criterion['cells'])} cells. "
                            f"Allowed: {wanted}, one for each option."
                        )
                    }
                )
        return cleaned

    def to_node(self, raw: Raw, context: BlockContext) -> Comparison:
        return Comparison(
            **self.head(raw, context),
            title=context.text(raw["title"]),
            options=tuple(
                ComparisonOption(
                    name=context.text(option["name"]),
                    treatment=context.references.treatments.get(option.get("treatment")),
                )
                for option in items(raw, "options")
            ),
            criteria=tuple(
                ComparisonCriterion(
                    label=context.text(criterion["label"]),
                    cells=tuple(map(context.text, items(criterion, "cells"))),
                )
                for criterion in items(raw, "criteria")
            ),
        )


class RelationBlock(TreatmentBlock):
    aspect = Aspect.ALTERNATIVES

    kind = term(RelationKind, default=RelationKind.COMPLEMENTS.value)
    treatment = blocks.PageChooserBlock(page_type="pages.TreatmentPage")
    text = passage(help_text="How the two belong together.")

    class Meta:
        icon = "link"
        group = GROUP
        label = "Related treatment"
        description = "Another treatment of the clinic and how it belongs to this one."
        preview_value = {
            "kind": "complements",
            "treatment": None,
            "text": "Exercise makes the effect last longer.",
        }

    def to_node(self, raw: Raw, context: BlockContext) -> Relation:
        kind = RelationKind(raw["kind"])
        return Relation(
            **self.head(raw, context),
            kind=kind,
            kind_label=context.label(kind),
            treatment=context.references.treatments.get(raw["treatment"]),
            text=context.text(raw["text"]),
        )
