"""What copies in caches are called: the one list behind Surrogate-Key, Cache-Tag, Cache-Groups and
every purge. docs/decisions/0030-one-list-of-cache-keys.md

A key is small letters, digits and hyphens: it may stand in any of the three, in a regular
expression and in JSON as it is, and it is the same to a cache that takes no note of case. It has
32 characters at most, which is what every cache of Cache-Groups can hold (RFC 9875, section 2).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from uuid import UUID

from pages.models import (
    BodyRegion,
    Category,
    Clinic,
    Edition,
    GlossaryTerm,
    Practitioner,
    VocabularyTerm,
)

LANGUAGES = "languages"  # the list of languages counts treatments
TREATMENTS = "treatments"  # all lists
VOCABULARY: Mapping[type[VocabularyTerm], str] = {
    Category: "categories",
    BodyRegion: "body-regions",
    Clinic: "clinics",
    Practitioner: "practitioners",
    GlossaryTerm: "glossary",
}


def treatment(document_id: UUID) -> str:
    """Everything that is made of this page, in any language and format: its id without hyphens,
    which makes 32 characters and looks like no other key."""
    return document_id.hex


def of_language(code: str) -> str:
    """Everything in a language, where somebody wants to be rid of it by hand."""
    return f"language-{code}"


def list_of(code: str) -> str:
    """The lists in a language. They change with each of its pages, and so name none of them: a
    hundred keys would be more than many clients read of headers."""
    return f"list-{code}"


def changed_by(editions: Iterable[Edition]) -> Iterator[str]:
    """What copies the new editions have made wrong. A page's other languages too: their Link header
    says in which languages there is the page."""
    found = {LANGUAGES: None}
    for edition in editions:
        found[treatment(edition.document_id)] = None
        found[list_of(edition.language)] = None
    yield from found
