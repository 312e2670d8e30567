"""The closed vocabularies of a treatment page. Values are wire format: never rename one."""

from enum import StrEnum


class Aspect(StrEnum):
    """Which health aspect a block speaks of (after the NHS and schema.org aspects)."""

    OVERVIEW = "overview"
    SUITABILITY = "suitability"
    HOW_IT_WORKS = "how_it_works"
    PREPARATION = "preparation"
    WHAT_HAPPENS = "what_happens"
    RECOVERY = "recovery"
    BENEFITS = "benefits"
    EFFECTIVENESS = "effectiveness"
    RISKS = "risks"
    SIDE_EFFECTS = "side_effects"
    CONTRAINDICATIONS = "contraindications"
    WHEN_TO_GET_HELP = "when_to_get_help"
    SELF_CARE = "self_care"
    ALTERNATIVES = "alternatives"
    QUESTIONS = "questions"
    GETTING_ACCESS = "getting_access"


class Phase(StrEnum):
    BEFORE = "before"
    DURING = "during"
    AFTER = "after"


class IndicationKind(StrEnum):
    CONDITION = "condition"
    SYMPTOM = "symptom"


class Certainty(StrEnum):
    """GRADE certainty of evidence (GRADE handbook, section 5)."""

    HIGH = "high"
    MODERATE = "moderate"
    LOW = "low"
    VERY_LOW = "very_low"


class Severity(StrEnum):
    ABSOLUTE = "absolute"
    RELATIVE = "relative"


class Frequency(StrEnum):
    """CIOMS III frequency classes."""

    VERY_COMMON = "very_common"
    COMMON = "common"
    UNCOMMON = "uncommon"
    RARE = "rare"
    VERY_RARE = "very_rare"
    UNKNOWN = "unknown"


class CareLevel(StrEnum):
    """The three care cards of the NHS design system."""

    NON_URGENT = "non_urgent"
    URGENT = "urgent"
    EMERGENCY = "emergency"


class RelationKind(StrEnum):
    PART_OF = "part_of"
    COMPLEMENTS = "complements"
    ALTERNATIVE_TO = "alternative_to"


class EvidenceLevel(StrEnum):
    """schema.org EvidenceLevelA..C (after the ACC/AHA classes)."""

    A = "A"
    B = "B"
    C = "C"


class StudyDesign(StrEnum):
    SYSTEMATIC_REVIEW = "systematic_review"
    RANDOMIZED_TRIAL = "randomized_trial"
    COHORT = "cohort"
    CASE_SERIES = "case_series"
    GUIDELINE = "guideline"
    OTHER = "other"


class Unit(StrEnum):
    PERCENT = "percent"
    POINTS_OF_10 = "points_of_10"
    POINTS_OF_100 = "points_of_100"
    PEOPLE_IN_100 = "people_in_100"
    DAYS = "days"
    WEEKS = "weeks"


class Comparator(StrEnum):
    NO_TREATMENT = "no_treatment"
    USUAL_CARE = "usual_care"
    SHAM = "sham"
    EXERCISE = "exercise"
    MEDICATION = "medication"
    BEFORE_TREATMENT = "before_treatment"


class MediaKind(StrEnum):
    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"


class ActionKind(StrEnum):
    BOOK = "book"
    CALL = "call"
    MESSAGE = "message"
    DIRECTIONS = "directions"


class Specialty(StrEnum):
    """schema.org MedicalSpecialty members that a pain and sports clinic practises."""

    ANESTHESIA = "Anesthesia"
    MUSCULOSKELETAL = "Musculoskeletal"
    NEUROLOGIC = "Neurologic"
    PHYSIOTHERAPY = "Physiotherapy"
    PRIMARY_CARE = "PrimaryCare"
    RHEUMATOLOGIC = "Rheumatologic"
    SURGICAL = "Surgical"


class CodingSystem(StrEnum):
    ICD_10_CM = "icd-10-cm"
    SNOMED_CT = "snomed-ct"
    CPT = "cpt"

    @property
    def proper_name(self) -> str:
        """As its publisher writes it, in every language."""
        return "SNOMED CT" if self is CodingSystem.SNOMED_CT else self.value.upper()


class TranslationStatus(StrEnum):
    """Why a block is in the language that it is in. The first four are served as asked."""

    SOURCE = "source"  # the reader asked for the source language
    APPROVED = "approved"
    NEEDS_REVIEW = "needs_review"  # served only under an explicit site policy
    MACHINE = "machine"  # likewise
    MISSING = "missing"  # the rest fell back to the source language
    STALE = "stale"
    UNREVIEWED = "unreviewed"
    BLOCKED = "blocked"

    @property
    def fell_back(self) -> bool:
        return self in _FELL_BACK


_FELL_BACK = frozenset(
    {
        TranslationStatus.MISSING,
        TranslationStatus.STALE,
        TranslationStatus.UNREVIEWED,
        TranslationStatus.BLOCKED,
    }
)


class Origin(StrEnum):
    """Where a translation came from."""

    HUMAN = "human"
    MACHINE = "machine"
    MEMORY = "memory"
    IMPORT = "import"
    MIXED = "mixed"  # a block whose segments do not share one origin
