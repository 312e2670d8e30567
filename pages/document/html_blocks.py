"""What each type of block is in HTML: meaning by elements, looks by html_style.py."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import zip_longest
from typing import assert_never

from pages.document.html_text import one_line, quoted, safe_address, words
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
    Document,
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
    RichText,
    SideEffects,
    Steps,
    TreatmentLink,
)
from pages.document.rich_html import rich_text_html
from pages.document.spans import glossary_marks

# The widest image in html_style.py; a phone shows images as wide as itself.
IMAGE_SIZES = "(min-width: 48rem) 36rem, 100vw"


def block_body(block: Block, document: Document) -> str:
    """Everything of the block but its heading and notes. Raises ValueError for a link that is
    not https, http, mailto or tel."""
    return "".join(_body(block, document))


def block_anchor(block: Block) -> str:
    """The same in every language: a switch of language keeps the reader's place."""
    return f"b-{block.id}"


def anchor_link(block: Block, label: str, lang: str) -> str:
    """A link to `block` from a place in `lang`. label: its words, in the block's language."""
    language = "" if block.lang == lang else lang_dir(block.lang, block.dir)
    return f"<a href={quoted('#' + block_anchor(block))}{language}>{words(label)}</a>"


def lang_dir(lang: str, dir: str) -> str:
    return f" lang={quoted(lang)} dir={quoted(dir)}"


def image_html(image: Image, lang: str) -> str:
    """lang: of the place where the image stands."""
    alt = quoted(one_line(image.alt))
    language = "" if image.alt_lang == lang else f" lang={quoted(image.alt_lang)}"
    srcset = ", ".join(f"{size.url} {size.width}w" for size in image.srcset)
    sources = f" srcset={quoted(srcset)} sizes={quoted(IMAGE_SIZES)}" if srcset else ""
    return (
        f"<img src={quoted(safe_address(image.url))}{sources} "
        f'width="{image.width}" height="{image.height}" alt={alt}{language}>'
    )


def _code(code: Code) -> str:
    return f'<bdi class="whole" dir="ltr">{words(f"{code.system.proper_name} {code.code}")}</bdi>'


def _body(block: Block, document: Document) -> Iterator[str]:
    match block:
        case Lead():
            yield _paragraph(block.text, "lead")
        case KeyPoints():
            yield _list(block.items)
        case ProseSection():
            yield _other_heading(block.label, block.heading)
            yield _rich(block.body, block)
        case Indications():
            yield _paragraph(block.intro)
            yield from _indications(block)
        case HowItWorks():
            yield _other_heading(block.label, block.heading)
            yield _rich(block.body, block)
            yield _figure(block.figure, block.lang)
        case Steps():
            yield from _steps(block)
        case Benefits():
            yield from _benefits(block, document)
        case ResultStat():
            yield from _result(block, document)
        case Evidence():
            yield from _evidence(block)
        case Comparison():
            yield _other_heading(block.label, block.title)
            yield from _comparison(block)
        case Relation():
            yield from _relation(block)
        case Contraindications():
            yield from _contraindications(block)
        case SideEffects():
            yield from _side_effects(block)
        case CareCard():
            yield _other_heading(block.label, block.heading)
            yield _list(block.items)
            yield _action(block.action)
        case DoDont():
            for label, items, name in (
                (block.do_label, block.do, "do"),
                (block.dont_label, block.dont, "dont"),
            ):
                yield f'<div class="{name}"><h3>{words(label)}</h3>{_list(items)}</div>'
        case Faq():
            for item in block.items:
                yield f"<h3>{words(item.question)}</h3>{_rich(item.answer, block)}"
        case Media():
            yield from _media(block)
        case Checklist():
            yield _other_heading(block.label, block.heading)
            yield _list(block.items, "boxes")
        case Cta():
            address = _shown_address(block.target)
            yield f'<p><a class="action" href={quoted(safe_address(block.target))}>'
            yield f"{words(block.text)}</a></p>{_paragraph_html(address, 'small')}"
            yield _paragraph(block.disclaimer, "small")
        case _:
            assert_never(block)


def _indications(block: Indications) -> Iterator[str]:
    yield "<ul>"
    for item in block.items:
        yield f"<li><p><strong>{words(item.label)}</strong></p>{_paragraph(item.detail)}"
        yield f"{_tagged(words(item.kind_label), *map(_code, item.codes))}</li>"
    yield "</ul>"


def _steps(block: Steps) -> Iterator[str]:
    yield "<ol>"
    for step in block.steps:
        yield f"<li><p><strong>{words(step.title)}</strong></p>{_paragraph(step.text)}"
        yield f"{_tagged(_duration(step.duration))}{_figure(step.figure, block.lang)}</li>"
    yield "</ol>"


def _benefits(block: Benefits, document: Document) -> Iterator[str]:
    yield "<ul>"
    for item in block.items:
        study = _study(item.evidence_ref, document, block.lang)
        yield f"<li>{_paragraph(item.claim)}{_tagged(words(item.certainty_label), study)}</li>"
    yield "</ul>"


def _result(block: ResultStat, document: Document) -> Iterator[str]:
    yield f'<p class="result"><data value={quoted(block.value)}>{words(block.value)}</data> '
    yield f"{words(block.unit_label)}</p>"
    study = _study(block.evidence_ref, document, block.lang)
    yield _tagged(words(block.comparator_label), _duration(block.timeframe), study)
    yield _paragraph(block.plain_words)


def _study(reference: str | None, document: Document, lang: str) -> str:
    """A link to the evidence block that is called `reference`, if the page has it."""
    for block in document.blocks:
        if isinstance(block, Evidence) and block.reference == reference:
            return anchor_link(block, f"{block.label} ({block.year})", lang)
    return ""


def _evidence(block: Evidence) -> Iterator[str]:
    language = f' lang={quoted(block.cited_lang)} dir="auto"'
    yield f'<p class="cited"{language}>{words(block.authors)}. <cite>{words(block.title)}</cite>. '
    yield f"{words(block.journal)}, {block.year}.</p>"
    yield _tagged(words(block.design_label), words(block.level_label))
    yield _paragraph(block.takeaway)
    yield _paragraph(block.limits)
    numbers = [("DOI", block.doi), ("PubMed", block.pmid)]
    said = [f'<bdi dir="ltr">{name} {words(number)}</bdi>' for name, number in numbers if number]
    address = _link(block.url, _shown_address(block.url)) if block.url else ""
    yield _tagged(*said, address)


def _comparison(block: Comparison) -> Iterator[str]:
    # Its own scroller: a table wider than a phone must not widen the page. Focusable, so that a
    # keyboard can scroll it (WCAG 2.2, 2.1.1).
    name = quoted(one_line(block.label))
    yield f'<div class="scroll" role="region" tabindex="0" aria-label={name}><table><thead><tr>'
    yield "<td></td>"
    for option in block.options:
        yield f'<th scope="col">{_option(option, block.lang)}</th>'
    yield "</tr></thead><tbody>"
    for criterion in block.criteria:
        yield f'<tr><th scope="row">{words(criterion.label)}</th>'
        for cell, _ in zip_longest(criterion.cells, block.options, fillvalue=""):
            yield f"<td>{words(str(cell))}</td>"
        yield "</tr>"
    yield "</tbody></table></div>"


def _option(option: ComparisonOption, lang: str) -> str:
    link = option.treatment
    if link is None:
        return words(option.name)
    linked = _treatment(link, lang)
    return linked if link.heading == option.name else f"{words(option.name)}<br>{linked}"


def _relation(block: Relation) -> Iterator[str]:
    link = _treatment(block.treatment, block.lang) if block.treatment else ""
    yield f"<p>{_dotted(words(block.kind_label), link)}</p>{_paragraph(block.text)}"


def _contraindications(block: Contraindications) -> Iterator[str]:
    yield "<ul>"
    for item in block.items:
        codes = map(_code, item.codes)
        severity = f'<strong class="{item.severity}">{words(item.severity_label)}</strong>'
        yield f"<li>{_paragraph(item.text)}{_tagged(severity, *codes)}</li>"
    yield "</ul>"


def _side_effects(block: SideEffects) -> Iterator[str]:
    yield "<ul>"
    for item in block.items:
        serious = f"<strong>{words(item.serious_label)}</strong>" if item.serious_label else ""
        how = (words(item.frequency_label), _duration(item.duration), serious)
        yield f"<li>{_paragraph(item.text)}{_tagged(*how)}</li>"
    yield "</ul>"


def _media(block: Media) -> Iterator[str]:
    caption = f"<figcaption>{words(block.caption)}</figcaption>" if block.caption else ""
    said = block.image.alt if block.image else ""
    alt = _paragraph(block.alt) if block.alt != said else ""
    if block.image:
        yield f"<figure>{image_html(block.image, block.lang)}{alt}{caption}</figure>"
    else:
        yield f"{alt}{_paragraph(block.caption)}"
    if block.url:
        yield f"<p>{_link(block.url, _shown_address(block.url))}</p>"
    yield _paragraph(block.transcript, "transcript")


def _figure(figure: Figure | None, lang: str) -> str:
    if figure is None:
        return ""
    caption = f"<figcaption>{words(figure.caption)}</figcaption>" if figure.caption else ""
    return f"<figure>{image_html(figure.image, lang)}{caption}</figure>"


def _rich(rich: RichText, block: Block) -> str:
    """With its definitions below: nobody can point at a printed word, or at one on a phone."""
    written = rich_text_html(rich, lang=block.lang, dir=block.dir)
    marks = glossary_marks(rich)
    if not marks:
        return written
    terms = (
        f"<div{'' if mark.lang == block.lang else lang_dir(mark.lang, mark.dir)}>"
        f"<dt>{words(mark.term)}</dt><dd>{words(mark.definition)}</dd></div>"
        for mark in marks
    )
    return f'{written}<dl class="terms">{"".join(terms)}</dl>'


def _action(address: str | None) -> str:
    return (
        f'<p class="action-line">{_link(address, _shown_address(address))}</p>' if address else ""
    )


def _link(href: str, shown: str) -> str:
    return f"<a href={quoted(safe_address(href))}>{shown}</a>"


def _shown_address(address: str) -> str:
    shown = address.removeprefix("tel:").removeprefix("mailto:")
    return f'<bdi dir="ltr">{words(shown)}</bdi>'


def _treatment(link: TreatmentLink, lang: str) -> str:
    language = "" if link.lang == lang else lang_dir(link.lang, link.dir)
    return f"<a href={quoted(safe_address(link.url))}{language}>{words(link.heading)}</a>"


def _duration(duration: Duration | None) -> str:
    if duration is None:
        return ""
    # Not <time>: HTML's durations have neither months nor years.
    return f"<data value={quoted(duration.iso)}>{words(duration.text)}</data>"


def _other_heading(label: str, heading: str) -> str:
    """A second heading where it says something else than the block's title."""
    return f"<h3>{words(heading)}</h3>" if heading and heading != label else ""


def _list(items: Iterable[str], name: str = "") -> str:
    given = f' class="{name}"' if name else ""
    return f"<ul{given}>{''.join(f'<li>{words(item)}</li>' for item in items)}</ul>"


def _paragraph(value: str, name: str = "") -> str:
    return _paragraph_html(words(value), name)


def _paragraph_html(html: str, name: str = "") -> str:
    given = f' class="{name}"' if name else ""
    return f"<p{given}>{html}</p>" if html else ""


def _tagged(*html: str) -> str:
    """What is said of an item, in a line of its own below it."""
    said = _dotted(*html)
    return f'<p class="said">{said}</p>' if said else ""


def _dotted(*html: str) -> str:
    # Spans that html_style.py isolates: text that turns its own direction over (U+202E) must
    # not turn over what stands beside it.
    return " · ".join(f"<span>{part}</span>" for part in html if part)
