"""Proof that what is served is what the segments and the policy say: all of it computed anew.

Writes nothing. `verify_editions` proves that the log was not altered; this proves that its newest
editions, and what reads and lists are made of, are the right ones.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import orjson

from pages.digest import text_digest
from pages.document.nodes import Document
from pages.languages import all_languages, get_language
from pages.models import CurrentEdition, Target, TreatmentPage
from pages.publishing.compile import compile_document, forget_blocks, site_policy
from pages.publishing.current import facets, link_heading
from pages.publishing.editions import summary_bytes
from pages.publishing.load import LoadedPage, load_page
from pages.publishing.projections import projected_columns
from pages.publishing.release import release_states, stored_releases
from pages.publishing.visibility import expires_at, hidden_reason


@dataclass(slots=True)
class Verified:
    """How many of each were compared; faults: a sentence for each that differs."""

    targets: int = 0
    pages: int = 0
    editions: int = 0
    faults: list[str] = field(default_factory=list)


def verify_translations() -> Verified:
    forget_blocks()
    verified = Verified()
    for pk, language, key, digest, source in (
        Target.objects.order_by("pk")
        .values_list("pk", "language", "key", "text_digest", "source")
        .iterator()
    ):
        verified.targets += 1
        if text_digest(source) != digest:
            verified.faults.append(
                f"Target {pk}, {language} {key}: its digest {digest} is not that of its source."
            )
    for page in TreatmentPage.objects.order_by("pk").iterator(50):
        verified.pages += 1
        verified.faults += _page_faults(page, verified)
    return verified


def _page_faults(page: TreatmentPage, verified: Verified) -> Iterator[str]:
    rows = CurrentEdition.objects.filter(page=page).select_related("edition")
    served = {row.language: row for row in rows.prefetch_related("facets")}
    if page.alias_of_id or hidden_reason(page):
        yield from (f"{page.slug} {code}: is served, and should not be." for code in served)
        return
    loaded = load_page(page)
    for name, value in projected_columns(loaded).items():
        if getattr(page, name) != value:
            yield f"{page.slug} {name}: is {getattr(page, name)!r}, and should be {value!r}."
    released, by_rule = release_states(stored_releases([page])[page.pk], loaded)
    yield from (f"{page.slug} {code}: the rule releases it, and it is not." for code in by_rule)
    for language in all_languages():
        row = served.get(language.code)
        where = f"{page.slug} {language.code}"
        if language.code not in released:
            if row is not None:
                yield f"{where}: is served, and is not released."
        elif row is None:
            yield f"{where}: is released, and not served."
        else:
            verified.editions += 1
            document = _document(loaded, language.code)
            shared = {"languages": _languages(released, served), "expires_at": expires_at(page)}
            wanted = {**_wanted(page, document), **shared}
            for name, (found, right) in _differences(row, document, wanted).items():
                yield f"{where}: {name} is {found!r}, and should be {right!r}."


def _document(loaded: LoadedPage, code: str) -> Document:
    return compile_document(
        loaded.facts,
        loaded.segments,
        loaded.gathered,
        loaded.targets[code],
        get_language(code),
        site_policy(),
    )


def _languages(released: set[str], served: Mapping[str, CurrentEdition]) -> str:
    return " ".join(
        language.code
        for language in all_languages()
        if language.code in released and language.code in served
    )


def _wanted(page: TreatmentPage, document: Document) -> dict[str, object]:
    return {
        "document_id": page.translation_key,
        "slug": page.slug,
        "blocks": document.coverage.blocks,
        "blocks_in_language": document.coverage.in_language,
        **link_heading(page, get_language(document.lang)),
    }


def _differences(
    row: CurrentEdition, document: Document, wanted: Mapping[str, object]
) -> dict[str, tuple[object, object]]:
    """(what it is, what it should be), by name; bytes by their digest."""
    pairs: dict[str, tuple[object, object]] = {
        name: (getattr(row, name), value) for name, value in wanted.items()
    }
    for name, written in (("body", orjson.dumps(document)), ("summary", summary_bytes(document))):
        pairs[f"edition {row.edition.number}'s {name}"] = (
            _digest(bytes(getattr(row.edition, name))),
            _digest(written),
        )
    pairs["list of facets"] = (
        sorted((facet.name, facet.value) for facet in row.facets.all()),
        sorted(facets(document)),
    )
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
