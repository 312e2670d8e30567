"""The body of a treatment page: every block it can hold and how many of each."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from wagtail import blocks

from pages.blocks import evidence as studies
from pages.blocks import overview, procedure, suitability


class TreatmentBody(blocks.StreamBlock):
    lead = overview.LeadBlock()
    key_points = overview.KeyPointsBlock()
    prose_section = overview.ProseSectionBlock()
    how_it_works = overview.HowItWorksBlock()
    faq = overview.FaqBlock()
    media = overview.MediaBlock()
    indications = suitability.IndicationsBlock()
    contraindications = suitability.ContraindicationsBlock()
    side_effects = suitability.SideEffectsBlock()
    care_card = suitability.CareCardBlock()
    steps = procedure.StepsBlock()
    do_dont = procedure.DoDontBlock()
    checklist = procedure.ChecklistBlock()
    cta = procedure.CtaBlock()
    benefits = studies.BenefitsBlock()
    result_stat = studies.ResultStatBlock()
    evidence = studies.EvidenceBlock()
    comparison = studies.ComparisonBlock()
    relation = studies.RelationBlock()

    class Meta:
        block_counts = {
            "lead": {"min_num": 1, "max_num": 1},
            "key_points": {"max_num": 1},
        }

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if self.is_deferred_validation:
            return cleaned  # a draft may be unfinished
        known = [child.value["reference"] for child in cleaned if child.block_type == "evidence"]
        errors: dict[int, ValidationError] = {}
        for position, child in enumerate(cleaned):
            unknown = [ref for ref in _evidence_refs(child) if ref not in known]
            if unknown:
                errors[position] = ValidationError(
                    f"No study on this page is called {unknown[0]!r}. "
                    f"Allowed: {', '.join(known) or 'none yet; add a Study block'}."
                )
            elif child.block_type == "evidence" and known.count(child.value["reference"]) > 1:
                errors[position] = ValidationError(
                    f"Two studies are called {child.value['reference']!r}. Each needs its own name."
                )
        if errors:
            raise blocks.StreamBlockValidationError(block_errors=errors)
        return cleaned


def _evidence_refs(child: Any) -> list[str]:
    if child.block_type == "result_stat":
        return [child.value["evidence_ref"]] if child.value["evidence_ref"] else []
    if child.block_type == "benefits":
        return [item["evidence_ref"] for item in child.value["items"] if item["evidence_ref"]]
    return []
