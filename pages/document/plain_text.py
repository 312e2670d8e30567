"""Blocks as plain text that a person can read.

Every word comes from a field of the nodes; what stands between them (`•`, ` — `, ` · `) is the
same in every language. Codes, ids and dates without a name are left to formats with fields.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from itertools import zip_longest
from typing import assert_never

from pages.document.bidi import FSI, LRI, PDI
from pages.document.nodes import (
    Benefits,
    Block,
    CareCard,
    Checklist,
    Comparison,
    Contraindications,
    Cta,
    Direction,
    DoDont,
    Duration,
    Evidence,
    Faq,
    Figure,
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
    TreatmentLink,
)
from pages.document.rich_plain import address_text, rich_text_plain
from pages.document.wrap import islands_by_line

BULLET = "• "


def block_text(block: Block) -> str:
    """The whole block: its title, then a line for each part. It is what `fallback_text` holds."""
    lines = (line for line in (*_title(block), *_body(block)) if line)
    return islands_by_line("\n".join(lines))


def _title(block: Block) -> Iterator[str]:
    match block:
        case CareCard():
            # How urgent it is comes before the heading, which its items go on with.
            yield from _once(block.level_label, block.label, block.heading)
        case ProseSection() | HowItWorks() | Checklist():
            yield from _once(block.label, block.heading)
        case Comparison():
            yield from _once(block.label, block.title)
        case (
            Lead()
            | KeyPoints()
            | Indications()
            | Steps()
            | Benefits()
            | ResultStat()
            | Evidence()
            | Relation()
            | Contraindications()
            | SideEffects()
            | DoDont()
            | Faq()
            | Media()
            | Cta()
        ):
            yield block.label
        case _:
            assert_never(block)


def _body(block: Block) -> Iterator[str]:
    match block:
        case Lead():
            yield block.text
        case KeyPoints() | Checklist():
            yield from _bullets(block.items)
        case ProseSection():
            yield rich_text_plain(block.body, dir=block.dir)
        case Indications():
            yield block.intro
            yield from _bullets(_dashed(i.label, i.detail, i.kind_label) for i in block.items)
        case HowItWorks():
            yield rich_text_plain(block.body, dir=block.dir)
            yield from _figure(block.figure)
        case Steps():
            yield from _steps(block)
        case Benefits():
            yield from _bullets(_dashed(item.claim, item.certainty_label) for item in block.items)
        case ResultStat():
            value = f"{_ltr(block.value, block.dir)} {block.unit_label}"
            yield _dotted(value, block.comparator_label, _duration(block.timeframe))
            yield block.plain_words
        case Evidence():
            yield from _evidence(block)
        case Comparison():
            yield from _comparison(block)
        case Relation():
            yield _dashed(block.kind_label, _treatment(block.treatment, block.dir))
            yield block.text
        case Contraindications():
            yield from _bullets(_dashed(item.text, item.severity_label) for item in block.items)
        case SideEffects():
            yield from _side_effects(block)
        case CareCard():
            yield from _bullets(block.items)
            yield address_text(block.action or "", block.dir)
        case DoDont():
            yield block.do_label
            yield from _bullets(block.do)
            yield block.dont_label
            yield from _bullets(block.dont)
        case Faq():
            yield from _questions(block)
        case Media():
            yield from _media(block)
        case Cta():
            yield "" if block.text == block.label else block.text
            yield address_text(block.target, block.dir)
            yield block.disclaimer
        case _:
            assert_never(block)


def _steps(block: Steps) -> Iterator[str]:
    for number, step in enumerate(block.steps, 1):
        yield f"{number}. {_dashed(step.title, step.text, _duration(step.duration))}"
        yield from _figure(step.figure)


def _comparison(block: Comparison) -> Iterator[str]:
    yield from _bullets(
        _dashed(option.name, _treatment(option.treatment, block.dir))
        for option in block.options
        if option.treatment
    )
    names = [option.name for option in block.options]
    for criterion in block.criteria:
        yield criterion.label
        yield from _bullets(
            _dashed(name, cell) for name, cell in zip_longest(names, criterion.cells, fillvalue="")
        )


def _side_effects(block: SideEffects) -> Iterator[str]:
    for item in block.items:
        how = _dotted(item.frequency_label, _duration(item.duration), item.serious_label)
        yield f"{BULLET}{_dashed(item.text, how)}"


def _evidence(block: Evidence) -> Iterator[str]:
    citation = f"{block.authors}. {block.title}. {block.journal}, {block.year}."
    foreign = block.dir == "rtl" or _runs_right_to_left(citation)
    yield _foreign(citation) if foreign else citation
    yield _dotted(block.design_label, block.level_label)
    yield block.takeaway
    yield block.limits
    yield address_text(block.url or "", block.dir)


def _questions(block: Faq) -> Iterator[str]:
    yield "\n\n".join(
        f"{item.question}\n{rich_text_plain(item.answer, dir=block.dir)}".strip("\n")
        for item in block.items
    )


def _media(block: Media) -> Iterator[str]:
    alts = (block.alt, block.image.alt if block.image else "")
    for alt in _once(*alts):
        yield f"[{alt}]"
    yield block.caption
    yield address_text(block.url or "", block.dir)
    yield block.transcript


def _figure(figure: Figure | None) -> Iterator[str]:
    if figure:
        yield _alt(figure.image)
        yield figure.caption


def _alt(image: Image) -> str:
    return f"[{image.alt}]" if image.alt else ""


def _duration(duration: Duration | None) -> str:
    return duration.text if duration else ""


def _treatment(link: TreatmentLink | None, dir: Direction) -> str:
    if link is None:
        return ""
    return link.heading if link.dir == dir else _foreign(link.heading)


def _once(*texts: str) -> Iterator[str]:
    """Those that say something, each once, in order."""
    yield from dict.fromkeys(text for text in texts if text)


def _bullets(items: Iterable[str]) -> Iterator[str]:
    return (f"{BULLET}{item}" for item in items if item)


def _dashed(*texts: str) -> str:
    return " — ".join(text for text in texts if text)


def _dotted(*texts: str) -> str:
    return " · ".join(text for text in texts if text)


def _ltr(text: str, dir: Direction) -> str:
    return f"{LRI}{text}{PDI}" if dir == "rtl" else text


def _foreign(text: str) -> str:
    """`text` as an island with the direction of its own first letter (UAX #9, FSI)."""
    return f"{FSI}{text}{PDI}"


def _runs_right_to_left(text: str) -> bool:
    return any(unicodedata.bidirectional(character) in ("R", "AL") for character in text)
