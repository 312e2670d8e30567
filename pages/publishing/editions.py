"""The edition log: one function makes it agree with what is live.

`reconcile` is what every act ends in: publishing, reviewing, importing, withdrawing, a changed
snippet. It compiles, compares bytes, and appends an edition per language only where they differ.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson
from django.db import transaction
from django.db.models import Max
from django.dispatch import Signal
from django.utils import timezone

from pages.catalog.criticality import recheck_critical
from pages.catalog.memory.pretranslate import fill_missing
from pages.document.nodes import Document
from pages.languages import Language, all_languages, source_language
from pages.models import CurrentEdition, Dependency, Edition, TreatmentPage
from pages.publishing.compile import compile_document, site_policy
from pages.publishing.current import write_current, write_dependencies
from pages.publishing.load import LoadedPage, live_page, load_page
from pages.publishing.projections import write_projections
from pages.publishing.release import released_languages
from pages.publishing.visibility import expires_at, hidden_reason

# What rooms above this one do about new editions: tell receivers, purge caches, index for search.
# Sent inside the transaction that appends them, with page and editions (new ones, one a language).
# What a receiver writes is kept or lost with them, and what it raises undoes them: talking to
# anything but this database waits for transaction.on_commit.
editions_appended = Signal()


@transaction.atomic
def reconcile(
    page_id: int,
    languages: Iterable[Language] | None = None,
    *,
    pretranslate: bool = False,
    recheck: bool = False,
) -> list[Edition]:
    """Append what changed of the page, per language, and return it. Idempotent.

    Takes the page's row lock first, which gives the hash chain its order. pretranslate: fill
    what nobody translated yet from memory before; it waits for a review. recheck: what became
    critical is checked as that before.
    """
    page = live_page(page_id)
    if page is None or page.alias_of_id:
        return []  # an alias shows the original's content; the original is what is delivered
    chosen = tuple(languages or all_languages())
    if _ends_at_another_time(page):
        chosen = tuple(all_languages())
    links_before = _links(page_id)
    wanted = _wanted(page, chosen, pretranslate=pretranslate, recheck=recheck)
    appended = _append(page, wanted)
    if _links(page_id) != links_before:
        _reconcile_dependents("treatment", page_id)
    return appended


@transaction.atomic
def entomb(page: TreatmentPage, reason: str) -> list[Edition]:
    """Tombstones for every language of a page that is about to be deleted.

    What links to it is recompiled once it is gone: until then a page that is deleted with it
    would be published again.
    """
    return _append(page, {language.code: Gone(reason) for language in all_languages()})


@transaction.atomic
def reconcile_using(kind: str, object_id: int) -> None:
    """Recompile just the pages that use this snippet, image or treatment."""
    _reconcile_dependents(kind, object_id)


def _ends_at_another_time(page: TreatmentPage) -> bool:
    """Than its documents say. All of them say it, whatever language the act was about."""
    rows = CurrentEdition.objects.filter(page=page)
    return rows.exclude(expires_at=expires_at(page)).exists()


def _reconcile_dependents(kind: str, object_id: int) -> None:
    users = Dependency.objects.filter(kind=kind, object_id=object_id).order_by("page_id")
    for page_id in list(users.values_list("page_id", flat=True)):
        if not (kind == "treatment" and page_id == object_id):
            reconcile(page_id)


def _links(page_id: int) -> list[tuple[object, ...]]:
    """What other pages' documents say of this one: where it is public, and its headings."""
    rows = CurrentEdition.objects.filter(page_id=page_id).order_by("language")
    return list(rows.values_list("language", "slug", "heading", "heading_lang"))


# What the log should say last of a page in a language


@dataclass(frozen=True, slots=True)
class Compiled:
    """These bytes."""

    document: Document
    body: bytes
    summary: bytes
    digest: str


@dataclass(frozen=True, slots=True)
class Gone:
    """Nothing, and why: a member of Edition.Reason."""

    reason: str


def _wanted(
    page: TreatmentPage, languages: Sequence[Language], *, pretranslate: bool, recheck: bool
) -> dict[str, Compiled | Gone]:
    if reason := hidden_reason(page):
        return {language.code: Gone(reason) for language in languages}
    loaded = load_page(page, {source_language(), *languages})
    if recheck:
        recheck_critical(page.pk, loaded.segments, loaded.targets)
    if pretranslate:
        fill_missing(page.pk, loaded.segments, loaded.targets)
    released = released_languages(page, loaded)
    write_projections(page, loaded)
    write_dependencies(page, loaded)
    return {
        language.code: _compiled(loaded, language)
        if language.code in released
        else Gone(Edition.Reason.WITHDRAWN)
        for language in languages
    }


def _compiled(loaded: LoadedPage, language: Language) -> Compiled:
    document = compile_document(
        loaded.facts,
        loaded.segments,
        loaded.gathered,
        loaded.targets[language.code],
        language,
        site_policy(),
    )
    body = orjson.dumps(document)
    return Compiled(document, body, summary_bytes(document), hashlib.sha256(body).hexdigest())


def summary_bytes(document: Document) -> bytes:
    """The document for a list: everything but its blocks."""
    names = (name for name in Document.__dataclass_fields__ if name != "blocks")
    return orjson.dumps({name: getattr(document, name) for name in names})


# Appending


def _append(page: TreatmentPage, wanted: Mapping[str, Compiled | Gone]) -> list[Edition]:
    last = _last_editions(page, wanted)
    now = timezone.now()
    new = [
        _edition(page, code, want, last.get(code), now)
        for code, want in wanted.items()
        if _differs(last.get(code), want)
    ]
    if new:
        Edition.objects.bulk_create(new)
    documents = {code: want.document for code, want in wanted.items() if isinstance(want, Compiled)}
    write_current(page, documents, set(wanted) - set(documents), new)
    if new:
        editions_appended.send(sender=Edition, page=page, editions=new)
    return new


@dataclass(frozen=True, slots=True)
class _Last:
    """The newest edition of a page in a language, without its bytes."""

    number: int
    kind: str
    digest: str
    chain: str
    created_at: datetime


def _last_editions(page: TreatmentPage, languages: Iterable[str]) -> dict[str, _Last]:
    of_page = Edition.objects.filter(document_id=page.translation_key, language__in=list(languages))
    # One row a language, however long the history is.
    newest = of_page.order_by().values("language").annotate(newest=Max("pk")).values("newest")
    rows = Edition.objects.filter(pk__in=newest).values_list(
        "language", "number", "kind", "digest", "chain", "created_at"
    )
    return {
        language: _Last(number, kind, digest, chain, created_at)
        for language, number, kind, digest, chain, created_at in rows
    }


def _differs(previous: _Last | None, want: Compiled | Gone) -> bool:
    if isinstance(want, Gone):
        # What was never public needs no tombstone.
        return previous is not None and previous.kind == Edition.Kind.DOCUMENT
    return previous is None or previous.digest != want.digest


def _edition(
    page: TreatmentPage, code: str, want: Compiled | Gone, previous: _Last | None, now: datetime
) -> Edition:
    edition = Edition(
        document_id=page.translation_key,
        language=code,
        number=previous.number + 1 if previous else 1,
        # Last-Modified has whole seconds: two editions in one would be one to If-Modified-Since,
        # and a clock that was set back would hide the newer (RFC 9110, section 8.8.2.2).
        created_at=max(now, previous.created_at + timedelta(seconds=1)) if previous else now,
    )
    if isinstance(want, Gone):
        edition.kind, edition.reason = Edition.Kind.TOMBSTONE, want.reason
        edition.body = edition.summary = b""
    else:
        edition.kind, edition.digest = Edition.Kind.DOCUMENT, want.digest
        edition.body, edition.summary = want.body, want.summary
        edition.expires_at = expires_at(page)
    edition.chain = chain_digest(edition, previous.chain if previous else "")
    return edition


def chain_digest(edition: Edition, previous_chain: str) -> str:
    """SHA-256 over the previous link and everything that this edition says."""
    said = (
        previous_chain,
        str(edition.document_id),
        edition.language,
        str(edition.number),
        edition.kind,
        edition.reason,
        edition.digest,
        edition.created_at.isoformat(),
    )
    return hashlib.sha256("\n".join(said).encode()).hexdigest()
