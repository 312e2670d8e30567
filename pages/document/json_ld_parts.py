"""Each block as a part of a page in schema.org's terms: its words, language and state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias, assert_never

from pages.document.nodes import (
    Benefits,
    Block,
    CareCard,
    Checklist,
    Code,
    Comparison,
    Contraindications,
    Cta,
    DoDont,
    Evidence,
    Faq,
    HowItWorks,
    Image,
    Indications,
    KeyPoints,
    Lead,
    Media,
    ProseSection,
    Relation,
    ResultStat,
    SideEffects,
    Steps,
    Translation,
)
from pages.document.rich_plain import rich_text_plain
from pages.document.vocabulary import Aspect, MediaKind, Origin

# Any: a property's value is a text, a number, a node or a list of these.
Node: TypeAlias = dict[str, Any]

# HealthAspectEnumeration of schema.org 30. Our other aspects have no member there.
_ASPECTS: Mapping[Aspect, str] = {
    Aspect.OVERVIEW: "Overview",
    Aspect.HOW_IT_WORKS: "HowItWorks",
    Aspect.BENEFITS: "Benefits",
    Aspect.EFFECTIVENESS: "Effectiveness",
    Aspect.RISKS: "RisksOrComplications",
    Aspect.SIDE_EFFECTS: "SideEffects",
    Aspect.WHEN_TO_GET_HELP: "SeeDoctor",
    Aspect.SELF_CARE: "SelfCare",
    Aspect.GETTING_ACCESS: "GettingAccess",
}
_MEDIA: Mapping[MediaKind, str] = {
    MediaKind.IMAGE: "ImageObject",
    MediaKind.VIDEO: "VideoObject",
    MediaKind.AUDIO: "AudioObject",
}
# IPTCDigitalSourceEnumeration: how a reader learns that a machine wrote the words.
_SOURCES: Mapping[Origin, str] = {
    Origin.MACHINE: "TrainedAlgorithmicMediaDigitalSource",
    Origin.MIXED: "CompositeWithTrainedAlgorithmicMediaDigitalSource",
}


def part(block: Block, page: str, works: Mapping[str, str]) -> Node:
    """page: the page's address; works: the id of each publication by its reference."""
    return without_nothing(
        {
            "@type": _type(block),
            "@id": part_id(block, page),
            "name": block.label,
            "text": block.fallback_text,
            "inLanguage": block.lang,
            "creativeWorkStatus": block.translation.status,
            "digitalSourceType": _digital_source(block.translation),
            "hasHealthAspect": _aspect(block),
            **_properties(block, works),
        }
    )


def part_id(block: Block, page: str) -> str:
    return f"{page}#b-{block.id}"


def reference(block: Block, page: str) -> Node:
    return {"@id": part_id(block, page)}


def without_nothing(node: Mapping[str, Any]) -> Node:
    """`node` without the properties that have no value. Any: as in Node."""
    return {name: value for name, value in node.items() if value not in (None, "", [], {})}


def codes(found: Iterable[Code]) -> list[Node]:
    return [
        {"@type": "MedicalCode", "codeValue": code.code, "codingSystem": code.system.proper_name}
        for code in found
    ]


def image_object(image: Image) -> Node:
    return without_nothing(
        {
            "@type": "ImageObject",
            "contentUrl": image.url,
            "encodingFormat": image.media_type,
            "width": _pixels(image.width),
            "height": _pixels(image.height),
            "description": image.alt,
            "inLanguage": image.alt_lang,
        }
    )


def _pixels(number: int) -> Node:
    # UN/CEFACT Recommendation 20: E37 is the pixel.
    return {"@type": "QuantitativeValue", "value": number, "unitCode": "E37"}


def _type(block: Block) -> str:
    match block:
        case Steps():
            return "HowTo"
        case Faq():
            return "FAQPage"
        case Comparison():
            return "Table"
        case Media():
            return _MEDIA[block.kind]
        case (
            Lead()
            | KeyPoints()
            | ProseSection()
            | Indications()
            | HowItWorks()
            | Benefits()
            | ResultStat()
            | Evidence()
            | Relation()
            | Contraindications()
            | SideEffects()
            | CareCard()
            | DoDont()
            | Checklist()
            | Cta()
        ):
            return "HealthTopicContent" if block.aspect in _ASPECTS else "WebPageElement"
        case _:
            assert_never(block)


def _aspect(block: Block) -> str | None:
    if _type(block) != "HealthTopicContent":
        return None
    return f"https://schema.org/{_ASPECTS[block.aspect]}HealthAspect"


def _digital_source(translation: Translation) -> str | None:
    if translation.origin is None or translation.origin not in _SOURCES:
        return None
    if translation.origin is Origin.MIXED and not translation.engine:
        return None
    return f"https://schema.org/{_SOURCES[translation.origin]}"


def _properties(block: Block, works: Mapping[str, str]) -> Node:
    """What schema.org has a property for in the part itself; all words are in `text` anyway."""
    match block:
        case KeyPoints() | Checklist():
            return {"mainEntity": _list(block.label, block.items)}
        case DoDont():
            lists = ((block.do_label, block.do), (block.dont_label, block.dont))
            return {"mainEntity": [_list(name, items) for name, items in lists]}
        case Steps():
            return {"step": [_step(step.title, step.text) for step in block.steps]}
        case Benefits():
            references = [item.evidence_ref for item in block.items]
            return {"citation": _cited(references, works)}
        case ResultStat():
            value = {
                "@type": "PropertyValue",
                "name": block.label,
                "value": block.value,
                "unitText": block.unit_label,
                "description": block.plain_words,
            }
            return {"mainEntity": value, "citation": _cited([block.evidence_ref], works)}
        case Evidence():
            return {"citation": _cited([block.reference], works)}
        case Faq():
            return {
                "mainEntity": [
                    _question(item.question, rich_text_plain(item.answer, dir=block.dir))
                    for item in block.items
                ]
            }
        case Media():
            return _media(block)
        case HowItWorks():
            return {"image": image_object(block.figure.image) if block.figure else None}
        case (
            Lead()
            | ProseSection()
            | Indications()
            | Comparison()
            | Relation()
            | Contraindications()
            | SideEffects()
            | CareCard()
            | Cta()
        ):
            return {}  # said in `text`, and by json_ld.py of the therapy or the page
        case _:
            assert_never(block)


def _list(name: str, items: Iterable[str]) -> Node:
    return {"@type": "ItemList", "name": name, "itemListElement": list(items)}


def _step(title: str, text: str) -> Node:
    return without_nothing({"@type": "HowToStep", "name": title, "text": text})


def _question(question: str, answer: str) -> Node:
    accepted = {"@type": "Answer", "text": answer}
    return {"@type": "Question", "name": question, "acceptedAnswer": accepted}


def _cited(references: Iterable[str | None], works: Mapping[str, str]) -> list[Node]:
    found = dict.fromkeys(works[each] for each in references if each and each in works)
    return [{"@id": work} for work in found]


def _media(block: Media) -> Node:
    image = image_object(block.image) if block.image else {}
    return {
        **{name: image[name] for name in image if name not in ("@type", "inLanguage")},
        "url": block.url,
        "caption": block.caption,
        "description": block.alt,
        "transcript": block.transcript if block.kind is not MediaKind.IMAGE else None,
    }
