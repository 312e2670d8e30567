"""Random texts, written out in every format an editor may bring."""

from __future__ import annotations

import io
from dataclasses import dataclass
from html import escape

from docx import Document
from hypothesis import strategies as st

from pages.importing.rules import RULES

# Words that no list mark, abbreviation or number can be taken for; scripts that are written here.
WORDS = st.sampled_from(
    "pain joint knee lumbar massage gentle nerve rest walk doctor call therapist week before "
    "after should not never avoid médecin Übung боль лечение যন্ত্রণা ব্যথা درد ألم 疼痛 治疗 통증 "
    "zabieg café COVID-19 10.5 2019 don't it’s x-ray A/B 50% (twice) “quoted” "
    "<tag> a&b snake_case".split()
)
PHRASES = st.sampled_from(
    [phrase.rstrip("$").replace("*", "it") for rule in RULES for phrase in rule.phrases]
)


@dataclass(frozen=True)
class Section:
    """kind: "text", "bullets" or "numbers"; lead_in: "" or the sentence before the list."""

    heading: str
    text: str
    lead_in: str
    kind: str
    items: tuple[str, ...]
    after: str


@dataclass(frozen=True)
class RandomText:
    title: str
    intro: str
    sections: tuple[Section, ...]


def _words(low: int, high: int) -> st.SearchStrategy[str]:
    return st.lists(WORDS, min_size=low, max_size=high).map(" ".join)


def _sentence(low: int, high: int) -> st.SearchStrategy[str]:
    return st.tuples(_words(low, high), st.sampled_from(".?!")).map(
        lambda parts: f"So {parts[0]}{parts[1]}"
    )


_HEADING = st.one_of(
    PHRASES.map(str.capitalize),
    st.tuples(PHRASES, _words(1, 3)).map(lambda parts: f"{parts[0].capitalize()} {parts[1]}"),
    _words(1, 4).map(lambda words: f"About {words}"),
    _words(1, 4).map(lambda words: f"Why {words}?"),
)
_LEAD_IN = st.one_of(
    st.just(""),
    PHRASES.map(lambda phrase: f"We say {phrase}:"),
    _words(1, 5).map(lambda words: f"You may {words}:"),
)
_SECTION = st.builds(
    Section,
    heading=_HEADING,
    text=st.one_of(st.just(""), _sentence(3, 30)),
    lead_in=_LEAD_IN,
    kind=st.sampled_from(("text", "bullets", "numbers")),
    items=st.lists(
        st.one_of(_words(1, 8), _sentence(2, 10), _words(1, 4).map("Do not {}".format)),
        min_size=1,
        max_size=7,
    ).map(tuple),
    after=st.one_of(st.just(""), _sentence(3, 12)),
)
RANDOM_TEXTS = st.builds(
    RandomText,
    title=_words(1, 6).map(lambda words: f"Title {words}"),
    intro=st.one_of(st.just(""), _sentence(3, 20), _sentence(80, 120)),
    sections=st.lists(_SECTION, min_size=0, max_size=6).map(tuple),
)


def as_html(text: RandomText) -> bytes:
    parts = [f"<h1>{escape(text.title)}</h1>"]
    parts += [f"<p>{escape(text.intro)}</p>"] if text.intro else []
    for section in text.sections:
        parts.append(f"<h2>{escape(section.heading)}</h2>")
        parts += [f"<p>{escape(line)}</p>" for line in (section.text, section.lead_in) if line]
        if section.kind != "text":
            tag = "ul" if section.kind == "bullets" else "ol"
            items = "".join(f"<li>{escape(item)}</li>" for item in section.items)
            parts.append(f"<{tag}>{items}</{tag}>")
        parts += [f"<p>{escape(section.after)}</p>"] if section.after else []
    return f"<html><body>{''.join(parts)}</body></html>".encode()


def as_text(text: RandomText, heading: str = "{}", escape_html: bool = False) -> bytes:
    def written(words: str) -> str:
        return escape(words).replace("_", "\\_") if escape_html else words

    level_1 = heading.format(written(text.title)).replace("##", "#")
    lines = [level_1, "", *([written(text.intro), ""] if text.intro else [])]
    for section in text.sections:
        lines += [heading.format(written(section.heading)), ""]
        for line in (section.text, section.lead_in):
            lines += [written(line), ""] if line else []
        if section.kind != "text":
            for number, item in enumerate(section.items, start=1):
                mark = "-" if section.kind == "bullets" else f"{number}."
                lines.append(f"{mark} {written(item)}")
            lines.append("")
        lines += [written(section.after), ""] if section.after else []
    return "\n".join(lines).encode()


def as_markdown(text: RandomText) -> bytes:
    return as_text(text, "## {}", escape_html=True)


def as_xml(text: RandomText) -> bytes:
    blocks = as_text(text).decode().split("\n\n")
    paragraphs = "".join(f"<p>\n{escape(block)}\n</p>" for block in blocks if block.strip())
    return f"<doc>{paragraphs}</doc>".encode()


def as_word(text: RandomText) -> bytes:
    document = Document()
    document.add_heading(text.title, level=0)
    if text.intro:
        document.add_paragraph(text.intro)
    for section in text.sections:
        document.add_heading(section.heading, level=1)
        for line in (section.text, section.lead_in):
            if line:
                document.add_paragraph(line)
        if section.kind != "text":
            style = "List Bullet" if section.kind == "bullets" else "List Number"
            for item in section.items:
                document.add_paragraph(item, style=style)
        if section.after:
            document.add_paragraph(section.after)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def words_of_text(text: RandomText) -> list[str]:
    """The texts that were written, for a count that no reader took part in."""
    found = [text.title, text.intro]
    for section in text.sections:
        found += [section.heading, section.text, section.lead_in, section.after]
        found += section.items if section.kind != "text" else ()
    return found
