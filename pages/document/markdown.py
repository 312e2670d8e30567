"""A document as CommonMark: for sites and tools that have a Markdown renderer of their own.

Language and direction are in the HTML that CommonMark allows: <div lang dir> around the page and
around each block of another language. Left-to-right matter stays between U+2066 and U+2069.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import zip_longest
from typing import assert_never

from pages.document.facts import Part, page_facts
from pages.document.html_text import quoted
from pages.document.labels import Labels
from pages.document.markdown_text import (
    BETWEEN_LISTS,
    address_link,
    bullets,
    escaped,
    image,
    in_one_line,
    indented,
    isolated,
    item_of,
    language,
    link,
    rich_markdown,
    strong,
    words,
)
from pages.document.nodes import (
    Benefits,
    Block,
    CareCard,
    Checklist,
    Code,
    Comparison,
    ComparisonOption,
    Contraindications,
    Cta,
    Direction,
    Document,
    DoDont,
    Evidence,
    Faq,
    Figure,
    HowItWorks,
    Image,
    Indications,
    KeyPoints,
    Lead,
    LocalNames,
    LocalText,
    Media,
    ProseSection,
    Relation,
    ResultStat,
    RichText,
    SideEffects,
    Steps,
    Translation,
    TreatmentLink,
)


def markdown_page(document: Document, labels: Labels) -> str:
    """The whole page; ends in a newline. Raises ValueError for a link that is not https, http,
    mailto or tel."""
    chunks = [
        f"<div lang={quoted(document.lang)} dir={quoted(document.dir)}>",
        *_head(document, labels),
        *(chunk for block in document.blocks for chunk in _section(block, document, labels)),
        *_foot(document, labels),
        "</div>",
    ]
    return "\n\n".join(_parted(chunks)) + "\n"


def _parted(chunks: Iterable[str]) -> Iterator[str]:
    """Those that say something; two lists in a row stay two."""
    before = ""
    for chunk in chunks:
        if chunk:
            if _is_list(before) and _is_list(chunk):
                yield BETWEEN_LISTS
            yield chunk
            before = chunk


def _is_list(chunk: str) -> bool:
    return chunk.startswith(("- ", "1. "))


def _head(document: Document, labels: Labels) -> Iterator[str]:
    heading, names, summary = document.heading, document.also_called, document.summary
    yield f"# {_other(in_one_line(heading.text), heading, document)}"
    if names:
        listed = _other(_dotted(*map(words, names.items)), names, document)
        yield _dashed(strong(labels.also_called), listed)
    yield _other(words(summary.text), summary, document)
    translations = [part.translation for part in (heading, names, summary) if part]
    yield from dict.fromkeys(_note(each, labels) for each in translations)
    if document.image:
        yield _image(document.image, document.lang)


def _other(markdown: str, part: LocalText | LocalNames, document: Document) -> str:
    same = part.lang == document.lang or not markdown
    return markdown if same else language(markdown, part.lang, part.dir)


def _section(block: Block, document: Document, labels: Labels) -> Iterator[str]:
    same = block.lang == document.lang
    if not same:
        yield f"<div lang={quoted(block.lang)} dir={quoted(block.dir)}>"
    level = block.level_label if isinstance(block, CareCard) else ""
    title = dict.fromkeys(in_one_line(text) for text in (level, block.label) if text)
    yield f"## {_dashed(*title)}"
    yield _note(block.translation, labels, elsewhere=not same)
    yield from _body(block, document)
    if not same:
        yield "</div>"


def _note(translation: Translation, labels: Labels, *, elsewhere: bool = False) -> str:
    """elsewhere: whether the words around the note are in another language than it."""
    said = [words(note) for note in labels.notes(translation)]
    if elsewhere:
        said = [language(note, labels.lang, labels.dir) for note in said]
    return "\n".join(f"> {note}\\" for note in said).removesuffix("\\")


def _foot(document: Document, labels: Labels) -> Iterator[str]:
    facts = page_facts(document, labels)
    if facts:
        yield f"## {in_one_line(labels.about_this_page)}"
    yield bullets(
        _dashed(strong(fact.label), _dotted(*(_part(part, document) for part in fact.parts)))
        for fact in facts
    )


def _part(part: Part, document: Document) -> str:
    said = words(part.text)
    if part.lang is None:
        return said if part.dir == document.dir else isolated(said, part.dir)
    return said if part.lang == document.lang else language(said, part.lang, part.dir)


def _body(block: Block, document: Document) -> Iterator[str]:
    match block:
        case Lead():
            yield words(block.text)
        case KeyPoints():
            yield bullets(map(words, block.items))
        case ProseSection():
            yield _other_heading(block.label, block.heading)
            yield from _rich(block.body, block)
        case Indications():
            yield words(block.intro)
            yield bullets(
                _stacked(
                    strong(item.label),
                    words(item.detail),
                    _dotted(words(item.kind_label), *_codes(item.codes, block.dir)),
                )
                for item in block.items
            )
        case HowItWorks():
            yield _other_heading(block.label, block.heading)
            yield from _rich(block.body, block)
            yield _figure(block.figure, block.lang)
        case Steps():
            yield _steps(block)
        case Benefits():
            yield bullets(
                _stacked(
                    words(item.claim),
                    _dotted(
                        words(item.certainty_label), _study(item.evidence_ref, document, block.lang)
                    ),
                )
                for item in block.items
            )
        case ResultStat():
            value = words(block.value)
            said = isolated(value, "ltr") if block.dir == "rtl" else value
            duration = block.timeframe.text if block.timeframe else ""
            yield f"{said} {words(block.unit_label)}"
            yield _dotted(words(block.comparator_label), words(duration))
            yield words(block.plain_words)
            yield _study(block.evidence_ref, document, block.lang)
        case Evidence():
            yield from _evidence(block)
        case Comparison():
            yield _other_heading(block.label, block.title)
            yield _comparison(block)
        case Relation():
            yield _dashed(words(block.kind_label), _treatment(block.treatment, block.lang))
            yield words(block.text)
        case Contraindications():
            yield bullets(
                _stacked(
                    words(item.text),
                    _dotted(strong(item.severity_label), *_codes(item.codes, block.dir)),
                )
                for item in block.items
            )
        case SideEffects():
            yield _side_effects(block)
        case CareCard():
            yield _other_heading(block.label, block.heading)
            yield bullets(map(words, block.items))
            yield address_link(block.action or "", block.dir)
        case DoDont():
            for label, items in ((block.do_label, block.do), (block.dont_label, block.dont)):
                yield f"### {in_one_line(label)}"
                yield bullets(map(words, items))
        case Faq():
            for question in block.items:
                yield f"### {in_one_line(question.question)}"
                yield from _rich(question.answer, block)
        case Media():
            yield from _media(block)
        case Checklist():
            yield _other_heading(block.label, block.heading)
            yield bullets(map(words, block.items))
        case Cta():
            yield link(words(block.text), block.target)
            yield address_link(block.target, block.dir)
            yield words(block.disclaimer)
        case _:
            assert_never(block)


def _rich(rich: RichText, block: Block) -> tuple[str, ...]:
    return rich_markdown(rich, lang=block.lang, dir=block.dir)


def _steps(block: Steps) -> str:
    items = []
    for number, step in enumerate(block.steps, 1):
        marker = f"{number}. "
        duration = words(step.duration.text) if step.duration else ""
        said = item_of(marker, _stacked(strong(step.title), words(step.text), duration))
        figure = _figure(step.figure, block.lang)
        width = len(marker)
        items.append(f"{said}\n\n{' ' * width}{indented(figure, width)}" if figure else said)
    return "\n".join(items)


def _evidence(block: Evidence) -> Iterator[str]:
    cited = f"{words(block.authors)}. {strong(block.title)}. {words(block.journal)}, {block.year}."
    yield language(cited, block.cited_lang, "auto")
    yield _dotted(words(block.design_label), words(block.level_label))
    yield words(block.takeaway)
    yield words(block.limits)
    numbers = [("DOI", block.doi), ("PubMed", block.pmid)]
    said = [f"{name} {escaped(number)}" for name, number in numbers if number]
    yield _dotted(
        *(isolated(each, "ltr") if block.dir == "rtl" else each for each in said),
        address_link(block.url or "", block.dir),
    )


def _comparison(block: Comparison) -> str:
    """A list in a list: CommonMark has no tables."""
    names = [_option(option, block.lang) for option in block.options]
    rows = []
    for criterion in block.criteria:
        pairs = zip_longest(names, criterion.cells, fillvalue="")
        cells = bullets(_dashed(name, words(cell)) for name, cell in pairs)
        rows.append("\n".join(part for part in (strong(criterion.label), cells) if part))
    return bullets(rows)


def _option(option: ComparisonOption, lang: str) -> str:
    treatment = option.treatment
    if treatment and treatment.heading == option.name:
        return _treatment(treatment, lang)
    linked = _treatment(treatment, lang)
    return f"{words(option.name)} ({linked})" if linked else words(option.name)


def _side_effects(block: SideEffects) -> str:
    return bullets(
        _stacked(
            words(item.text),
            _dotted(
                words(item.frequency_label),
                words(item.duration.text) if item.duration else "",
                strong(item.serious_label),
            ),
        )
        for item in block.items
    )


def _media(block: Media) -> Iterator[str]:
    if block.image:
        yield _image(block.image, block.lang)
    if block.alt != (block.image.alt if block.image else ""):
        yield words(block.alt)
    yield words(block.caption)
    yield address_link(block.url or "", block.dir)
    yield words(block.transcript)


def _study(reference: str | None, document: Document, lang: str) -> str:
    """The evidence block that is called `reference`, as its own title and year."""
    for block in document.blocks:
        if isinstance(block, Evidence) and block.reference == reference:
            said = f"{words(block.label)} ({block.year})"
            return said if block.lang == lang else language(said, block.lang, block.dir)
    return ""


def _image(picture: Image, lang: str) -> str:
    said = image(picture.alt, picture.url)
    return said if picture.alt_lang == lang else language(said, picture.alt_lang, "auto")


def _figure(figure: Figure | None, lang: str) -> str:
    if figure is None:
        return ""
    return _stacked(_image(figure.image, lang), words(figure.caption))


def _treatment(treatment: TreatmentLink | None, lang: str) -> str:
    if treatment is None:
        return ""
    linked = link(words(treatment.heading), treatment.url)
    return linked if treatment.lang == lang else language(linked, treatment.lang, treatment.dir)


def _codes(codes: Iterable[Code], dir: Direction) -> Iterator[str]:
    for code in codes:
        said = escaped(f"{code.system.proper_name} {code.code}")
        yield isolated(said, "ltr") if dir == "rtl" else said


def _other_heading(label: str, heading: str) -> str:
    return f"### {in_one_line(heading)}" if heading and heading != label else ""


def _stacked(*markdown: str) -> str:
    """Each on a line of its own, in one paragraph."""
    return "\\\n".join(part for part in markdown if part)


def _dashed(*markdown: str) -> str:
    return " — ".join(part for part in markdown if part)


def _dotted(*markdown: str) -> str:
    return " · ".join(part for part in markdown if part)
