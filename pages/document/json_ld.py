"""A document as schema.org JSON-LD (release 30): a MedicalWebPage about a MedicalTherapy.

Every block is a part (`hasPart`) with its words, its own language and the state of its
translation. What schema.org has a property for is said there too: of the therapy, the page or the
part. A plain text property has no place to say a language, so it is left out where the block fell
back to another; an entity (contraindication, side effect, condition) stays and points to its part
(`subjectOf`), which says it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, assert_never

import orjson

from pages.document.json_ld_parts import (
    Node,
    codes,
    image_object,
    part,
    reference,
    without_nothing,
)
from pages.document.nodes import (
    Benefits,
    Block,
    CareCard,
    Checklist,
    Comparison,
    Contraindications,
    Cta,
    Document,
    DoDont,
    Evidence,
    Faq,
    HowItWorks,
    Indications,
    KeyPoints,
    Lead,
    LocalText,
    Media,
    ProseSection,
    Relation,
    ResultStat,
    SideEffects,
    Steps,
    TreatmentLink,
    VocabularyItem,
)
from pages.document.rich_plain import rich_text_plain
from pages.document.vocabulary import (
    ActionKind,
    IndicationKind,
    Phase,
    Specialty,
    StudyDesign,
)

# JSON's own escapes, so that a page can hold the bytes in a <script> whatever a text says
# (HTML standard, 4.12.1.3, "restrictions for contents of script elements").
_IN_SCRIPT = ((b"<", b"\\u003c"), (b">", b"\\u003e"), (b"&", b"\\u0026"))
_ACTIONS: Mapping[ActionKind, str] = {
    ActionKind.BOOK: "ReserveAction",
    ActionKind.CALL: "CommunicateAction",
    ActionKind.MESSAGE: "CommunicateAction",
    ActionKind.DIRECTIONS: "FindAction",
}
_CONDITIONS: Mapping[IndicationKind, str] = {
    IndicationKind.CONDITION: "MedicalCondition",
    IndicationKind.SYMPTOM: "MedicalSignOrSymptom",
}
_PHASES: Mapping[Phase, str] = {
    Phase.BEFORE: "preparation",
    Phase.DURING: "howPerformed",
    Phase.AFTER: "followup",
}


def json_ld(document: Document) -> bytes:
    """UTF-8 JSON without <, > and &."""
    written = orjson.dumps(_Graph(document).page())
    for character, escape in _IN_SCRIPT:
        written = written.replace(character, escape)
    return written


class _Graph:
    """Collects what each block says of the page, of the therapy and of others."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.therapy_id = f"{document.url}#treatment"
        # Any: texts or entities, as the property takes them.
        self.therapy: dict[str, list[Any]] = {}
        self.mentions: list[Node] = []
        self.citations: list[Node] = []
        self.actions: list[Node] = []
        self.abstracts: list[str] = []
        self.works = {
            block.reference: f"{document.url}#work-{block.reference}"
            for block in document.blocks
            if isinstance(block, Evidence)
        }
        for block in document.blocks:
            self.add(block)

    def page(self) -> Node:
        document = self.document
        names = document.also_called
        image = document.image
        return without_nothing(
            {
                "@context": "https://schema.org",
                "@type": "MedicalWebPage",
                "@id": document.url,
                "url": document.url,
                "identifier": document.id,
                "name": document.heading.text,
                "alternateName": list(names.items) if names and self.is_ours(names.lang) else None,
                "description": self.local(document.summary),
                "abstract": "\n".join(self.abstracts),
                "inLanguage": self.languages(),
                "translationOfWork": self.original(),
                "lastReviewed": document.last_reviewed,
                "reviewedBy": self.reviewer(),
                "expires": document.valid_until,
                "specialty": f"https://schema.org/{document.specialty}",
                "keywords": self.names(document.category, document.body_region),
                "primaryImageOfPage": image_object(image) if image else None,
                "about": self.about(),
                "mentions": [*self.mentions, *self.clinics()],
                "citation": self.citations,
                "potentialAction": self.actions,
                "hasPart": [part(block, document.url, self.works) for block in document.blocks],
            }
        )

    def about(self) -> Node:
        document = self.document
        physical = document.specialty == Specialty.PHYSIOTHERAPY
        return without_nothing(
            {
                "@type": "PhysicalTherapy" if physical else "MedicalTherapy",
                "@id": self.therapy_id,
                "name": document.heading.text,
                "code": codes(document.codes),
                "relevantSpecialty": f"https://schema.org/{document.specialty}",
                "bodyLocation": "".join(self.names(document.body_region)),
                **self.therapy,
            }
        )

    def languages(self) -> str | list[str]:
        """What the words are really in, the page's own language first."""
        document = self.document
        parts = (document.heading, document.summary, *document.blocks)
        found = list(dict.fromkeys((document.lang, *(each.lang for each in parts))))
        return found if len(found) > 1 else document.lang

    def original(self) -> Node | None:
        document = self.document
        if document.lang == document.source_lang:
            return None
        return {
            "@type": "MedicalWebPage",
            "identifier": document.id,
            "inLanguage": document.source_lang,
        }

    def reviewer(self) -> Node | None:
        person = self.document.reviewed_by
        if person is None:
            return None
        ours = self.is_ours(person.lang)
        return without_nothing(
            {
                "@type": "Person",
                "name": person.name,
                "jobTitle": person.role if ours else None,
                "honorificSuffix": person.credentials if ours else None,
            }
        )

    def clinics(self) -> list[Node]:
        there = {"@type": "MedicalClinic", "availableService": {"@id": self.therapy_id}}
        clinics = self.document.clinics
        return [{**there, "identifier": each.slug, "name": each.name} for each in clinics]

    def is_ours(self, lang: str) -> bool:
        return lang == self.document.lang

    def local(self, text: LocalText) -> str | None:
        return text.text if self.is_ours(text.lang) else None

    def names(self, *items: VocabularyItem | None) -> list[str]:
        return [item.name for item in items if item and self.is_ours(item.lang)]

    # Blocks

    def add(self, block: Block) -> None:
        match block:
            case Indications():
                self.add_conditions(block)
            case HowItWorks():
                self.say(block, "howPerformed", rich_text_plain(block.body, dir=block.dir))
            case Steps():
                lines = (": ".join(filter(None, (each.title, each.text))) for each in block.steps)
                self.say(block, _PHASES[block.phase], "\n".join(lines))
            case Contraindications():
                self.add_contraindications(block)
            case SideEffects():
                self.add_side_effects(block)
            case Evidence():
                self.add_work(block)
            case Comparison():
                self.mention(option.treatment for option in block.options)
            case Relation():
                self.mention([block.treatment])
            case KeyPoints():
                if self.is_ours(block.lang):
                    self.abstracts.extend(block.items)
            case CareCard():
                if block.action:
                    self.act(block, "CommunicateAction", block.heading, block.action)
            case Cta():
                self.act(block, _ACTIONS[block.kind], block.text, block.target)
            case Lead() | ProseSection() | Benefits() | ResultStat() | DoDont() | Faq():
                pass  # said by their parts
            case Media() | Checklist():
                pass
            case _:
                assert_never(block)

    def say(self, block: Block, name: str, text: str) -> None:
        if text and self.is_ours(block.lang):
            self.therapy.setdefault(name, []).append(text)

    def entity(self, block: Block, kind: str, name: str, **more: Any) -> Node:
        """An entity that a block speaks of. Any: property values of any JSON type."""
        where = None if self.is_ours(block.lang) else reference(block, self.document.url)
        return without_nothing({"@type": kind, "name": name, **more, "subjectOf": where})

    def add_conditions(self, block: Indications) -> None:
        for item in block.items:
            self.mentions.append(
                self.entity(
                    block,
                    _CONDITIONS[item.kind],
                    item.label,
                    description=item.detail,
                    code=codes(item.codes),
                    possibleTreatment={"@id": self.therapy_id},
                )
            )

    def add_contraindications(self, block: Contraindications) -> None:
        for item in block.items:
            entity = self.entity(
                block,
                "MedicalContraindication",
                item.text,
                description=item.severity_label,
                code=codes(item.codes),
            )
            self.therapy.setdefault("contraindication", []).append(entity)

    def add_side_effects(self, block: SideEffects) -> None:
        for item in block.items:
            name = "seriousAdverseOutcome" if item.serious else "adverseOutcome"
            said = (item.frequency_label, item.duration.text if item.duration else "")
            about = " · ".join(filter(None, said))
            entity = self.entity(block, "MedicalSignOrSymptom", item.text, description=about)
            self.therapy.setdefault(name, []).append(entity)

    def add_work(self, block: Evidence) -> None:
        work: Node = {
            "@type": "MedicalScholarlyArticle",
            "@id": self.works[block.reference],
            "name": block.title,
            "inLanguage": block.cited_lang,
            "creditText": block.authors,
            "isPartOf": {"@type": "Periodical", "name": block.journal},
            "datePublished": str(block.year),
            "identifier": [
                {"@type": "PropertyValue", "propertyID": name, "value": value}
                for name, value in (("doi", block.doi), ("pmid", block.pmid))
                if value
            ],
            "url": block.url,
            "publicationType": block.design_label if self.is_ours(block.lang) else None,
        }
        self.citations.append(without_nothing(work))
        if block.design is StudyDesign.GUIDELINE:
            level = f"https://schema.org/EvidenceLevel{block.level}" if block.level else None
            guideline = {
                "@type": "MedicalGuideline",
                "name": block.title,
                "guidelineDate": str(block.year),
                "evidenceLevel": level,
                "url": block.url,
            }
            self.therapy.setdefault("guideline", []).append(without_nothing(guideline))

    def mention(self, treatments: Iterable[TreatmentLink | None]) -> None:
        for link in treatments:
            if link and link.id != self.document.id:
                page = {"@type": "MedicalWebPage", "@id": link.url, "inLanguage": link.lang}
                therapy = {"@type": "MedicalTherapy", "@id": f"{link.url}#treatment"}
                self.mentions.append({**therapy, "name": link.heading, "subjectOf": page})

    def act(self, block: Block, kind: str, name: str, target: str) -> None:
        said = name if self.is_ours(block.lang) else None
        self.actions.append(without_nothing({"@type": kind, "name": said, "target": target}))
