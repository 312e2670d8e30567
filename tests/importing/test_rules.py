"""Which block a list becomes under which words, and when its words stay prose."""

from __future__ import annotations

from typing import Any

import pytest

from pages.importing.draft_blocks import DraftBlock
from pages.importing.matching import find_rule
from pages.importing.rules import RULES
from pages.importing.treatment_import import read_draft

INTRO = "# Title\n\nThis sentence is long enough to be the lead.\n\n"


def blocks_of(markdown: str) -> list[DraftBlock]:
    """The blocks after the lead."""
    draft, report = read_draft((INTRO + markdown).encode(), "a.md")
    assert report.coverage.complete
    return list(draft.blocks[1:])


def only_block(markdown: str) -> DraftBlock:
    (block,) = blocks_of(markdown)
    return block


def values(block: DraftBlock, name: str) -> list[Any]:
    return [item["value"] for item in block.value[name]]


LIST = "\n\n- You feel much worse than before\n- You feel hot\n"


@pytest.mark.parametrize(
    ("heading", "type"),
    [
        ("What it treats", "indications"),
        ("Who is it for?", "indications"),
        ("Why is a nerve block done?", "indications"),
        ("Benefits", "benefits"),
        ("Side effects", "side_effects"),
        ("What are the risks?", "side_effects"),
        ("When not to have it", "contraindications"),
        ("Who should not have this treatment", "contraindications"),
        ("Do not have this treatment if", "contraindications"),
        ("What to expect", "steps"),
        ("How to prepare", "steps"),
        ("Warning signs", "care_card"),
        ("When should I call the doctor?", "care_card"),
        ("Call 911 if", "care_card"),
        ("What to bring", "checklist"),
        ("Questions to ask your doctor", "checklist"),
        ("Key takeaways", "key_points"),
        ("At a glance", "key_points"),
        ("Our history", "prose_section"),
        ("Benefits and risks", "prose_section"),
        ("Who is at high risk", "prose_section"),
    ],
)
def test_a_list_becomes_what_its_heading_names(heading: str, type: str):
    block = only_block(f"## {heading}{LIST}")
    assert block.type == type
    assert block.heading == heading


def test_a_lead_in_says_more_than_the_heading_above_it():
    block = only_block(f"## After the treatment\n\nCall 911 if you notice this:{LIST}")
    assert block.type == "care_card"
    assert block.value["heading"] == "After the treatment. Call 911 if you notice this:"
    assert block.value["level"] == "emergency"
    assert block.value["action"] == "tel:911"


def test_text_around_a_list_stays_under_the_heading_of_the_list():
    before, typed, after = blocks_of(f"## Benefits\n\nThere are some.{LIST}\nThey differ.\n")
    assert [before.type, typed.type, after.type] == ["prose_section", "benefits", "prose_section"]
    assert before.heading == after.heading == "Benefits"
    assert {before.value["aspect"], after.value["aspect"]} == {"benefits"}


def test_text_about_who_must_not_have_it_is_critical_even_as_prose():
    block = only_block(
        "## Who should not have it\n\nMost people can. Ask us if you are not sure.\n"
    )
    assert block.type == "prose_section"
    assert block.value["critical"] is True
    assert block.check


def test_text_that_speaks_of_an_emergency_is_critical_wherever_it_stands():
    assert only_block("## Our history\n\nIn doubt, call 911.\n").value["critical"] is True
    assert only_block("## Our history\n\nWe are old.\n").value["critical"] is False


@pytest.mark.parametrize(
    ("heading", "phase", "aspect"),
    [
        ("Before your visit", "before", "preparation"),
        ("What happens during the visit", "during", "what_happens"),
        ("After your visit", "after", "recovery"),
    ],
)
def test_the_heading_says_the_phase_of_steps(heading: str, phase: str, aspect: str):
    block = only_block(f"## {heading}\n\n1. **Talk.** We talk with you.\n2. You rest.\n")
    assert (block.value["phase"], block.value["aspect"]) == (phase, aspect)
    assert values(block, "steps") == [
        {"title": "Talk", "text": "We talk with you."},
        {"title": "", "text": "You rest."},
    ]


def test_a_numbered_list_without_any_rule_is_steps():
    assert only_block("## Our way\n\n1. Lie down.\n2. Get up.\n").type == "steps"


def test_what_may_be_felt_is_not_a_step():
    assert only_block("## After the visit\n\nYou may feel:\n\n- tired\n- sore\n").type == (
        "prose_section"
    )


def test_severity_is_never_unless_the_text_says_ask_first():
    never, ask = blocks_of(
        "## When not to have it\n\n- You have a fever.\n- You are pregnant: ask your doctor.\n\n"
        "Tell your doctor first if you:\n\n- take blood thinners\n"
    )
    assert [item["severity"] for item in values(never, "items")] == ["absolute", "relative"]
    assert [item["severity"] for item in values(ask, "items")] == ["relative"]
    assert never.check


def test_a_common_side_effect_is_not_counted_and_a_serious_one_is_marked():
    common, serious = blocks_of(
        "## Side effects\n\n### Common\n\n- Pain\n\n### Serious\n\n- Stroke\n"
    )
    assert values(common, "items") == [{"text": "Pain", "frequency": "unknown", "serious": False}]
    assert values(serious, "items")[0]["serious"] is True


def test_six_key_points_are_too_many_and_a_second_list_of_them_too():
    six = "".join(f"- Point number {number}\n" for number in range(6))
    assert only_block(f"## Key points\n\n{six}").type == "prose_section"
    first, second = blocks_of(f"## Key points{LIST}\n## Highlights{LIST}")
    assert (first.type, second.type) == ("key_points", "prose_section")


def test_advice_is_told_apart_by_its_first_words():
    block = only_block("## At home\n\n- Do not swim.\n- Rest a lot.\n- Gently move your arm.\n")
    assert block.type == "do_dont"
    assert values(block, "do") == ["Rest a lot.", "Gently move your arm."]
    assert values(block, "dont") == ["Do not swim."]


def test_a_list_to_do_and_one_to_leave_are_one_block():
    block = only_block("## Self-care\n\n### Do\n\n- Rest.\n\n### Don't\n\n- Swim.\n")
    assert block.type == "do_dont"
    assert block.heading == "Self-care. Do / Don't"


def test_questions_under_their_heading_are_one_block_with_it():
    block = only_block("## FAQ\n\n**Does it hurt?**\n\nNo.\n\n**Is it safe?** As a rule.\n")
    assert block.type == "faq"
    assert block.heading == "FAQ"
    assert [item["question"] for item in values(block, "items")] == ["Does it hurt?", "Is it safe?"]


def test_one_question_alone_stays_a_section():
    assert only_block("## Can I swim?\n\nYes, after a day.\n").type == "prose_section"


CITED = (
    "Guay J, Kopp S. Nerve blocks for hip fractures. Cochrane Database Syst Rev. 2020;11:CD001159. "
    "doi:10.1002/14651858.CD001159.pub3"
)


def test_a_citation_with_what_it_found_is_a_study():
    study = blocks_of(f"## Research\n\n> A block eased pain within 30 minutes.\n>\n> {CITED}\n")[-1]
    assert study.type == "evidence"
    assert study.value["authors"] == "Guay J, Kopp S"
    assert study.value["year"] == 2020
    assert study.value["doi"] == "10.1002/14651858.CD001159.pub3"
    assert study.value["takeaway"] == "A block eased pain within 30 minutes."


def test_a_citation_alone_stays_prose_for_nobody_wrote_what_it_found():
    assert only_block(f"## References\n\n1. {CITED}\n").type == "prose_section"


def test_a_table_is_a_comparison_only_where_something_says_that_it_compares():
    table = "\n\n| | Massage | Rest |\n|--|--|--|\n| Visits | 3 | 0 |\n"
    assert only_block(f"## Your options compared{table}").type == "comparison"
    assert only_block(f"## Opening hours{table}").type == "prose_section"


def test_a_link_in_a_list_that_loses_it_is_named():
    block = only_block(
        "## Benefits\n\n- [Less pain](https://clinic.example.org/pain)\n- More rest\n"
    )
    assert "A link is not kept here: https://clinic.example.org/pain" in block.check


def test_a_heading_right_before_another_shares_its_block():
    assert only_block(f"## Get help\n\n### Call us if{LIST}").heading == "Get help. Call us if"


def test_a_text_without_a_short_paragraph_gets_a_lead_from_its_first_sentences():
    draft, _ = read_draft(("# T\n\n" + "This is a sentence. " * 40).encode(), "a.md")
    lead = draft.blocks[0].value["text"]
    assert len(lead) <= 400
    assert lead.endswith("sentence.")
    assert draft.blocks[0].check


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_phrase_of_every_rule_is_matched_by_itself(rule):
    for phrase in rule.phrases:
        said = phrase.rstrip("$").replace("*", "it")
        assert find_rule(said, "heading") is not None, phrase
