"""The closed set of nodes that a page in one language compiles to.

Field names and `type` values are the wire format of the API. Every node is frozen; every
sequence is a tuple. Adding a block here makes mypy name each writer that does not write it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from pages.document.vocabulary import (
    ActionKind,
    Aspect,
    CareLevel,
    Certainty,
    CodingSystem,
    Comparator,
    EvidenceLevel,
    Frequency,
    IndicationKind,
    MediaKind,
    Origin,
    Phase,
    RelationKind,
    Severity,
    StudyDesign,
    TranslationStatus,
    Unit,
)

Direction: TypeAlias = Literal["ltr", "rtl"]


# Rich text: blocks of spans, spans with marks


@dataclass(frozen=True, slots=True, kw_only=True)
class Strong:
    type: Literal["strong"] = "strong"


@dataclass(frozen=True, slots=True, kw_only=True)
class Emphasis:
    type: Literal["em"] = "em"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """`href` is https, http, mailto or tel; `treatment` is set when it leads to a page of ours."""

    type: Literal["link"] = "link"
    href: str
    treatment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GlossaryMark:
    """A term explained in place. `lang` is the language that the definition is really in."""

    type: Literal["glossary"] = "glossary"
    slug: str
    term: str
    definition: str
    lang: str
    dir: Direction


@dataclass(frozen=True, slots=True, kw_only=True)
class Isolate:
    """Left-to-right matter (phone, dose, code, address) inside right-to-left text (UAX #9)."""

    type: Literal["bdi"] = "bdi"
    dir: Direction = "ltr"


Mark: TypeAlias = Strong | Emphasis | Link | GlossaryMark | Isolate


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A run of text under the same marks, outermost first. A line break is a "\\n" in text."""

    text: str
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    type: Literal["paragraph"] = "paragraph"
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RichItem:
    """One list item; `depth` 0 is the outermost list."""

    depth: int
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RichList:
    type: Literal["list"] = "list"
    ordered: bool
    items: tuple[RichItem, ...]


RichBlock: TypeAlias = Paragraph | RichList
RichText: TypeAlias = tuple[RichBlock, ...]


# Parts that several blocks share


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation:
    """Whether what is served is current and reviewed. Times are ISO 8601, UTC."""

    status: TranslationStatus
    origin: Origin | None = None
    engine: str | None = None
    reviewed_by: str | None = None
    reviewed_at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalText:
    """A short text of the page itself, in the language that it is really in."""

    text: str
    lang: str
    dir: Direction
    translation: Translation


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalNames:
    """Several short names in one language."""

    items: tuple[str, ...]
    lang: str
    dir: Direction
    translation: Translation


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A code of a published system. CPT: the number only (descriptors are licensed)."""

    system: CodingSystem
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendition:
    """One size of an image: an absolute address, pixels and media type."""

    url: str
    width: int
    height: int
    media_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """`alt` is in `alt_lang`. `focal_x`, `focal_y`: what a crop must keep, 0..1 from top left."""

    url: str
    width: int
    height: int
    media_type: str
    alt: str
    alt_lang: str
    srcset: tuple[Rendition, ...]
    focal_x: float | None = None
    focal_y: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    image: Image
    caption: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Duration:
    """`iso`: ISO 8601, such as PT20M; `text`: the same in the block's language."""

    iso: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TreatmentLink:
    """Another treatment: its stable id, its heading in `lang` and its API address."""

    id: str
    slug: str
    heading: str
    lang: str
    dir: Direction
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VocabularyItem:
    """A category, body region or clinic by its stable slug, its name in `lang`."""

    slug: str
    name: str
    lang: str
    dir: Direction


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewer:
    """Who reviewed the medical content of the source page."""

    slug: str
    name: str
    credentials: str
    role: str
    lang: str
    dir: Direction


# The blocks


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockBase:
    """What every block says of itself.

    id: UUID, the same in every language. lang/dir: what the block is really in.
    label: the block's title in `lang`. fallback_text: the whole block as plain text, for a
    client that does not know the type.
    """

    id: str
    type: str
    aspect: Aspect
    critical: bool
    lang: str
    dir: Direction
    translation: Translation
    label: str
    fallback_text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead(BlockBase):
    """The main message, at most two sentences."""

    type: Literal["lead"] = "lead"
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPoints(BlockBase):
    type: Literal["key_points"] = "key_points"
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProseSection(BlockBase):
    type: Literal["prose_section"] = "prose_section"
    heading: str
    body: RichText


@dataclass(frozen=True, slots=True, kw_only=True)
class Indication:
    label: str
    detail: str
    kind: IndicationKind
    kind_label: str
    codes: tuple[Code, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Indications(BlockBase):
    type: Literal["indications"] = "indications"
    intro: str
    items: tuple[Indication, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HowItWorks(BlockBase):
    type: Literal["how_it_works"] = "how_it_works"
    heading: str
    body: RichText
    figure: Figure | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    title: str
    text: str
    duration: Duration | None
    figure: Figure | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps(BlockBase):
    type: Literal["steps"] = "steps"
    phase: Phase
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Benefit:
    """`evidence_ref`: the `reference` of an evidence block on the same page."""

    claim: str
    certainty: Certainty | None
    certainty_label: str
    evidence_ref: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Benefits(BlockBase):
    type: Literal["benefits"] = "benefits"
    items: tuple[Benefit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultStat(BlockBase):
    """`value` is a decimal number as text, so that 30.0 and 30 stay what was written."""

    type: Literal["result_stat"] = "result_stat"
    value: str
    unit: Unit
    unit_label: str
    comparator: Comparator | None
    comparator_label: str
    timeframe: Duration | None
    plain_words: str
    evidence_ref: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence(BlockBase):
    """A publication. Title, authors and journal keep their own language (`cited_lang`)."""

    type: Literal["evidence"] = "evidence"
    reference: str
    title: str
    cited_lang: str
    authors: str
    journal: str
    year: int
    doi: str | None
    pmid: str | None
    url: str | None
    level: EvidenceLevel | None
    level_label: str
    design: StudyDesign | None
    design_label: str
    takeaway: str
    limits: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonOption:
    name: str
    treatment: TreatmentLink | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonCriterion:
    """One row: as many cells as the comparison has options."""

    label: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison(BlockBase):
    type: Literal["comparison"] = "comparison"
    title: str
    options: tuple[ComparisonOption, ...]
    criteria: tuple[ComparisonCriterion, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation(BlockBase):
    """`treatment` is None while the other treatment is not public in any language."""

    type: Literal["relation"] = "relation"
    kind: RelationKind
    kind_label: str
    treatment: TreatmentLink | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contraindication:
    text: str
    severity: Severity
    severity_label: str
    codes: tuple[Code, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contraindications(BlockBase):
    type: Literal["contraindications"] = "contraindications"
    items: tuple[Contraindication, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SideEffect:
    text: str
    frequency: Frequency
    frequency_label: str
    duration: Duration | None
    serious: bool
    serious_label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SideEffects(BlockBase):
    type: Literal["side_effects"] = "side_effects"
    items: tuple[SideEffect, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CareCard(BlockBase):
    """`action` is a tel: or https: address, such as tel:911."""

    type: Literal["care_card"] = "care_card"
    level: CareLevel
    level_label: str
    heading: str
    items: tuple[str, ...]
    action: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DoDont(BlockBase):
    type: Literal["do_dont"] = "do_dont"
    do_label: str
    do: tuple[str, ...]
    dont_label: str
    dont: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    question: str
    answer: RichText


@dataclass(frozen=True, slots=True, kw_only=True)
class Faq(BlockBase):
    type: Literal["faq"] = "faq"
    items: tuple[Question, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Media(BlockBase):
    """`image` for an image; `url` (https) for video and audio, whose words are `transcript`."""

    type: Literal["media"] = "media"
    kind: MediaKind
    image: Image | None
    url: str | None
    alt: str
    caption: str
    transcript: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checklist(BlockBase):
    type: Literal["checklist"] = "checklist"
    heading: str
    items: tuple[str, ...]
    printable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Cta(BlockBase):
    """A call to action. `target` is an https:, tel: or mailto: address."""

    type: Literal["cta"] = "cta"
    kind: ActionKind
    text: str
    target: str
    disclaimer: str


Block: TypeAlias = (
    Lead
    | KeyPoints
    | ProseSection
    | Indications
    | HowItWorks
    | Steps
    | Benefits
    | ResultStat
    | Evidence
    | Comparison
    | Relation
    | Contraindications
    | SideEffects
    | CareCard
    | DoDont
    | Faq
    | Media
    | Checklist
    | Cta
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How many of the page's blocks are really in the document's language."""

    blocks: int
    in_language: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A treatment page in one language: what the API sends and every writer writes.

    id: UUID, the same in every language and format. Dates: ISO 8601. url: the canonical API
    address of this language. A copy may be shown until expires_at, and without asking again
    for max_stale seconds after it was last known to be current.
    """

    type: Literal["treatment"] = "treatment"
    id: str
    slug: str
    url: str
    lang: str
    dir: Direction
    source_lang: str
    heading: LocalText
    also_called: LocalNames | None
    summary: LocalText
    image: Image | None
    specialty: str
    specialty_label: str
    category: VocabularyItem | None
    body_region: VocabularyItem | None
    clinics: tuple[VocabularyItem, ...]
    codes: tuple[Code, ...]
    reviewed_by: Reviewer | None
    last_reviewed: str | None
    review_due: str | None
    valid_until: str | None
    expires_at: str | None
    max_stale: int
    coverage: Coverage
    blocks: tuple[Block, ...]
