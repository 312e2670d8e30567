"""The glossary beside a text: which terms it uses, and what they are called in a language.

Terms are found as the checks find them, so that what a translator is told and what is asked of
the translation agree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from pages.catalog.checks.glossary import Glossary, Term
from pages.catalog.memory.tags import words_of
from pages.languages import Language, source_language
from pages.models import GlossaryTerm


@dataclass(frozen=True, slots=True)
class Hit:
    """A term that a text uses.

    term, definition: in the source language; translation: None where there is none that was
    made for the present term.
    """

    slug: str
    term: str
    translation: str | None
    definition: str
    do_not_translate: bool

    @property
    def hint(self) -> str:
        """One line for a translator's tool."""
        if self.do_not_translate:
            return f"Glossary: {self.term} stays as it is"
        if self.translation:
            return f"Glossary: {self.term} = {self.translation}"
        return f"Glossary: {self.term}, no translation yet: {self.definition}"


@dataclass(frozen=True, slots=True)
class TermFinder:
    """The glossary of one language, loaded: for many texts. `load_terms` makes one."""

    names: Glossary
    hits_by_term: Mapping[Term, Hit]

    def hits(self, text: str, *, coded: bool = False) -> tuple[Hit, ...]:
        """Each term that `text` uses, once; the longest where one holds another."""
        words = " ".join(words_of(text, coded=coded).split())
        return tuple(self.hits_by_term[term] for term in self.names.in_source(words))

    def hints(self, text: str, *, coded: bool = False) -> tuple[str, ...]:
        return tuple(hit.hint for hit in self.hits(text, coded=coded))


def load_terms(language: Language) -> TermFinder:
    """The glossary of `language`, in one query. Once for a file, a page or a request."""
    hits: dict[Term, Hit] = {}
    for row in GlossaryTerm.objects.order_by("slug"):
        name = row.text("term", source_language()) or ""
        translation = row.text("term", language)
        term = Term(name, translation or "", row.do_not_translate)
        definition = row.text("definition", source_language()) or ""
        hits[term] = Hit(row.slug, name, translation, definition, row.do_not_translate)
    return TermFinder(_compiled(tuple(hits)), hits)


@lru_cache(maxsize=32)
def _compiled(terms: tuple[Term, ...]) -> Glossary:
    """One expression for all names, made anew only when the glossary says something else."""
    return Glossary.of(terms)


def glossary_hits(text: str, language: Language, *, coded: bool = False) -> tuple[Hit, ...]:
    """The terms that one text uses. One query; for many texts, load_terms once."""
    return load_terms(language).hits(text, coded=coded)


def glossary_hints(text: str, language: Language, *, coded: bool = False) -> tuple[str, ...]:
    """The same as lines for a catalogue: "Glossary: nerve block = bloqueo nervioso"."""
    return load_terms(language).hints(text, coded=coded)
