"""The English name of every term and block title; locale/<language>/django.po translates them.

Patients read these, so they are plain words. `gettext_noop` only marks them for extraction:
compile asks gettext for them under the block's own language.
"""

from __future__ import annotations

from enum import StrEnum

from django.utils.translation import gettext_noop, ngettext_lazy

from pages.document.vocabulary import (
    ActionKind,
    Aspect,
    CareLevel,
    Certainty,
    Comparator,
    EvidenceLevel,
    Frequency,
    IndicationKind,
    MediaKind,
    Phase,
    RelationKind,
    Severity,
    Specialty,
    StudyDesign,
    TranslationStatus,
    Unit,
)

LABELS: dict[StrEnum, str] = {
    Aspect.OVERVIEW: gettext_noop("Overview"),
    Aspect.SUITABILITY: gettext_noop("Who it is for"),
    Aspect.HOW_IT_WORKS: gettext_noop("How it works"),
    Aspect.PREPARATION: gettext_noop("How to prepare"),
    Aspect.WHAT_HAPPENS: gettext_noop("What happens"),
    Aspect.RECOVERY: gettext_noop("After the treatment"),
    Aspect.BENEFITS: gettext_noop("Benefits"),
    Aspect.EFFECTIVENESS: gettext_noop("How well it works"),
    Aspect.RISKS: gettext_noop("Risks"),
    Aspect.SIDE_EFFECTS: gettext_noop("Side effects"),
    Aspect.CONTRAINDICATIONS: gettext_noop("When not to have this treatment"),
    Aspect.WHEN_TO_GET_HELP: gettext_noop("When to get help"),
    Aspect.SELF_CARE: gettext_noop("What you can do yourself"),
    Aspect.ALTERNATIVES: gettext_noop("Other treatments"),
    Aspect.QUESTIONS: gettext_noop("Questions and answers"),
    Aspect.GETTING_ACCESS: gettext_noop("How to get this treatment"),
    Phase.BEFORE: gettext_noop("Before the treatment"),
    Phase.DURING: gettext_noop("During the treatment"),
    Phase.AFTER: gettext_noop("After the treatment"),
    IndicationKind.CONDITION: gettext_noop("Condition"),
    IndicationKind.SYMPTOM: gettext_noop("Symptom"),
    Certainty.HIGH: gettext_noop("High certainty"),
    Certainty.MODERATE: gettext_noop("Moderate certainty"),
    Certainty.LOW: gettext_noop("Low certainty"),
    Certainty.VERY_LOW: gettext_noop("Very low certainty"),
    Severity.ABSOLUTE: gettext_noop("Do not have this treatment"),
    Severity.RELATIVE: gettext_noop("Ask your doctor first"),
    Frequency.VERY_COMMON: gettext_noop("Very common: more than 1 in 10 people"),
    Frequency.COMMON: gettext_noop("Common: up to 1 in 10 people"),
    Frequency.UNCOMMON: gettext_noop("Uncommon: up to 1 in 100 people"),
    Frequency.RARE: gettext_noop("Rare: up to 1 in 1,000 people"),
    Frequency.VERY_RARE: gettext_noop("Very rare: up to 1 in 10,000 people"),
    Frequency.UNKNOWN: gettext_noop("How often is not known"),
    CareLevel.NON_URGENT: gettext_noop("Speak to your doctor"),
    CareLevel.URGENT: gettext_noop("Get medical help today"),
    CareLevel.EMERGENCY: gettext_noop("Call emergency services now"),
    RelationKind.PART_OF: gettext_noop("Part of"),
    RelationKind.COMPLEMENTS: gettext_noop("Often combined with"),
    RelationKind.ALTERNATIVE_TO: gettext_noop("Alternative to"),
    EvidenceLevel.A: gettext_noop("Level A: consistent, good-quality evidence"),
    EvidenceLevel.B: gettext_noop("Level B: limited or inconsistent evidence"),
    EvidenceLevel.C: gettext_noop("Level C: expert opinion or small studies"),
    StudyDesign.SYSTEMATIC_REVIEW: gettext_noop("Systematic review"),
    StudyDesign.RANDOMIZED_TRIAL: gettext_noop("Randomized trial"),
    StudyDesign.COHORT: gettext_noop("Cohort study"),
    StudyDesign.CASE_SERIES: gettext_noop("Case series"),
    StudyDesign.GUIDELINE: gettext_noop("Clinical guideline"),
    StudyDesign.OTHER: gettext_noop("Other study"),
    Unit.PERCENT: gettext_noop("percent"),
    Unit.POINTS_OF_10: gettext_noop("points on a scale of 0 to 10"),
    Unit.POINTS_OF_100: gettext_noop("points on a scale of 0 to 100"),
    Unit.PEOPLE_IN_100: gettext_noop("people in every 100"),
    Unit.DAYS: gettext_noop("days"),
    Unit.WEEKS: gettext_noop("weeks"),
    Comparator.NO_TREATMENT: gettext_noop("compared with no treatment"),
    Comparator.USUAL_CARE: gettext_noop("compared with usual care"),
    Comparator.SHAM: gettext_noop("compared with a sham treatment"),
    Comparator.EXERCISE: gettext_noop("compared with exercise"),
    Comparator.MEDICATION: gettext_noop("compared with medication"),
    Comparator.BEFORE_TREATMENT: gettext_noop("compared with before the treatment"),
    MediaKind.IMAGE: gettext_noop("Picture"),
    MediaKind.VIDEO: gettext_noop("Video"),
    MediaKind.AUDIO: gettext_noop("Audio"),
    ActionKind.BOOK: gettext_noop("Book an appointment"),
    ActionKind.CALL: gettext_noop("Call us"),
    ActionKind.MESSAGE: gettext_noop("Send a message"),
    ActionKind.DIRECTIONS: gettext_noop("Find the way"),
    Specialty.ANESTHESIA: gettext_noop("Pain medicine and anesthesia"),
    Specialty.MUSCULOSKELETAL: gettext_noop("Sports and musculoskeletal medicine"),
    Specialty.NEUROLOGIC: gettext_noop("Neurology"),
    Specialty.PHYSIOTHERAPY: gettext_noop("Physical therapy"),
    Specialty.PRIMARY_CARE: gettext_noop("Primary care"),
    Specialty.RHEUMATOLOGIC: gettext_noop("Rheumatology"),
    Specialty.SURGICAL: gettext_noop("Surgery"),
    TranslationStatus.SOURCE: gettext_noop("Source language"),
    TranslationStatus.APPROVED: gettext_noop("Reviewed translation"),
    TranslationStatus.NEEDS_REVIEW: gettext_noop("Translation not reviewed yet"),
    TranslationStatus.MACHINE: gettext_noop("Machine translation, not reviewed"),
    TranslationStatus.MISSING: gettext_noop("Not translated yet"),
    TranslationStatus.STALE: gettext_noop("The translation is out of date"),
    TranslationStatus.UNREVIEWED: gettext_noop("The translation has not been reviewed"),
    TranslationStatus.BLOCKED: gettext_noop("The translation failed a safety check"),
}

BLOCK_TITLES: dict[str, str] = {
    "lead": gettext_noop("In short"),
    "key_points": gettext_noop("Key points"),
    "prose_section": gettext_noop("More about this treatment"),
    "indications": gettext_noop("What it is used for"),
    "how_it_works": gettext_noop("How it works"),
    "benefits": gettext_noop("Possible benefits"),
    "result_stat": gettext_noop("What studies measured"),
    "evidence": gettext_noop("What research says"),
    "comparison": gettext_noop("How treatments compare"),
    "relation": gettext_noop("Related treatment"),
    "contraindications": gettext_noop("When not to have this treatment"),
    "side_effects": gettext_noop("Side effects"),
    "do_dont": gettext_noop("Do and don't"),
    "faq": gettext_noop("Questions and answers"),
    "checklist": gettext_noop("Checklist"),
}

DO_LABEL = gettext_noop("Do")
DONT_LABEL = gettext_noop("Don't")
SERIOUS_LABEL = gettext_noop("Serious: get medical help")

# What a whole page says around its blocks: the fields of pages/document/labels.py by name.
PAGE_WORDS: dict[str, str] = {
    "on_this_page": gettext_noop("On this page"),
    "also_called": gettext_noop("Also called"),
    "about_this_page": gettext_noop("About this page"),
    "reviewed_by": gettext_noop("Medically reviewed by"),
    "last_reviewed": gettext_noop("Last reviewed"),
    "review_due": gettext_noop("Next review due"),
    "valid_until": gettext_noop("Valid until"),
    "translation_reviewed_by": gettext_noop("Translation reviewed by"),
    "specialty": gettext_noop("Specialty"),
    "category": gettext_noop("Type of treatment"),
    "body_region": gettext_noop("Part of the body"),
    "clinics": gettext_noop("Offered at"),
    "codes": gettext_noop("Medical codes"),
    "edition": gettext_noop("Edition"),
    "current_version": gettext_noop("Current version of this page"),
    "read_on_web": gettext_noop("Read this page on the web"),
    "part_on_web": gettext_noop("This part is too long for an email. Read it on the web."),
    "parts_on_web": gettext_noop(
        "This page is too long for an email. Some parts are only on the web."
    ),
    "long_email": gettext_noop(
        "This email is long, and some programs hide its end. Read the whole page on the web."
    ),
    "unsubscribe": gettext_noop("Unsubscribe"),
}
LANGUAGE_OF_PART = gettext_noop("Language of this part: %(language)s")
# The name of the source language; Django's own catalogues have those of other languages.
SOURCE_LANGUAGE_NAME = gettext_noop("English")

DURATION_LABELS = {
    "minutes": ngettext_lazy("%(number)d minute", "%(number)d minutes", "number"),
    "hours": ngettext_lazy("%(number)d hour", "%(number)d hours", "number"),
    "days": ngettext_lazy("%(number)d day", "%(number)d days", "number"),
    "weeks": ngettext_lazy("%(number)d week", "%(number)d weeks", "number"),
    "months": ngettext_lazy("%(number)d month", "%(number)d months", "number"),
    "years": ngettext_lazy("%(number)d year", "%(number)d years", "number"),
}
