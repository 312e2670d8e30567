"""The edition log: one function makes it agree with what is live.

`reconcile` is what every act ends in: publishing, reviewing, importing, withdrawing, a changed
snippet. It compiles, compares bytes, and appends an edition per language only where they differ.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import orjson
from django.db import transaction
from django.db.models import F, Max
from django.dispatch import Signal
from django.utils import timezone

from pages.catalog.criticality import recheck_critical
from pages.catalog.memory.pretranslate import fill_missing
from pages.document.nodes import Document
from pages.languages import Language, all_languages, source_language
from pages.models import CurrentEdition, Dependency, Edition, TreatmentPage
from pages.publishing.compile import compile_document, site_policy
from pages.publishing.current import current_rows, links, write_current, write_dependencies
from pages.publishing.load import LoadedPage, live_pages, load_pages
from pages.publishing.projections import write_projections
from pages.publishing.release import recalled_languages, released_languages, stored_releases
from pages.publishing.visibility import expires_at, hidden_reasons

# What rooms above this one do about new editions: tell receivers, purge caches, index for search.
# Sent inside the transaction that appends them, once for pages that are compiled together, with
# editions: the new ones; and public: of those that are no tombstones, the CurrentEdition and the
# Document. What a receiver writes is kept or lost with them, and what it raises undoes them:
# talking to anything but this database waits for transaction.on_commit.
editions_appended = Signal()


# Their documents are in memory together; the queries are those of one page.
PAGES_AT_ONCE = 10


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
    return reconcile_pages([page_id], languages, pretranslate=pretranslate, recheck=recheck)


@transaction.atomic
def reconcile_pages(
    page_ids: Iterable[int],
    languages: Iterable[Language] | None = None,
    *,
    pretranslate: bool = False,
    recheck: bool = False,
) -> list[Edition]:
    """The same for each of the pages, in one transaction. Locks them in the order of their ids."""
    chosen = tuple(languages or all_languages())
    ids = sorted(set(page_ids))
    appended: list[Edition] = []
    for start in range(0, len(ids), PAGES_AT_ONCE):
        appended += _reconcile(
            ids[start : start + PAGES_AT_ONCE], chosen, pretranslate=pretranslate, recheck=recheck
        )
    return appended


def _reconcile(
    page_ids: Sequence[int], languages: Sequence[Language], *, pretranslate: bool, recheck: bool
) -> list[Edition]:
    # An alias shows the original's content; the original is what is delivered.
    pages = [page for page in live_pages(page_ids) if not page.alias_of_id]
    current = current_rows(pages)
    chosen = {
        page.pk: all_languages() if _ends_at_another_time(page, current[page.pk]) else languages
        for page in pages
    }
    links_before = {page.pk: links(current[page.pk]) for page in pages}
    wanted = _wanted(pages, chosen, pretranslate=pretranslate, recheck=recheck)
    appended = _append(wanted, current)
    linked_otherwise = {
        page.pk for page in pages if links(current[page.pk]) != links_before[page.pk]
    }
    if linked_otherwise:
        _reconcile_dependents("treatment", linked_otherwise)
    return appended


@transaction.atomic
def entomb(page: TreatmentPage, reason: str) -> list[Edition]:
    """Tombstones for every language of a page that is about to be deleted.

    What links to it is recompiled once it is gone: until then a page that is deleted with it
    would be published again.
    """
    gone = {language.code: Gone(reason) for language in all_languages()}
    return _append([(page, gone)], current_rows([page]))


@transaction.atomic
def reconcile_using(kind: str, object_id: int) -> None:
    """Recompile just the pages that use this snippet, image or treatment."""
    _reconcile_dependents(kind, {object_id})


def _ends_at_another_time(page: TreatmentPage, rows: Iterable[CurrentEdition]) -> bool:
    """Than its documents say. All of them say it, whatever language the act was about."""
    ends = expires_at(page)
    return any(row.expires_at != ends for row in rows)


def _reconcile_dependents(kind: str, object_ids: Collection[int]) -> None:
    users = Dependency.objects.filter(kind=kind, object_id__in=object_ids)
    if kind == "treatment":
        users = users.exclude(page_id=F("object_id"))
    reconcile_pages(set(users.values_list("page_id", flat=True)))


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


Wanted = Mapping[str, Compiled | Gone]  # by language


def _wanted(
    pages: Sequence[TreatmentPage],
    languages: Mapping[int, Iterable[Language]],
    *,
    pretranslate: bool,
    recheck: bool,
) -> list[tuple[TreatmentPage, Wanted]]:
    hidden = hidden_reasons(pages)
    shown = [page for page in pages if page.pk not in hidden]
    loaded_pages = load_pages({page: {source_language(), *languages[page.pk]} for page in shown})
    if recheck:
        for page in shown:
            loaded = loaded_pages[page.pk]
            recheck_critical(page.pk, loaded.segments, loaded.targets)
    if pretranslate:
        for page in shown:
            loaded = loaded_pages[page.pk]
            fill_missing(page.pk, loaded.segments, loaded.targets)
    states = stored_releases(pages)
    released = released_languages(shown, loaded_pages, states)
    for page in shown:
        write_projections(page, loaded_pages[page.pk])
    write_dependencies(shown, loaded_pages)
    recalled = {page.pk: recalled_languages(states[page.pk]) for page in pages}
    return [
        (
            page,
            {
                language.code: Gone(Edition.Reason.RECALLED)
                if language.code in recalled[page.pk]
                else Gone(hidden[page.pk])
                if page.pk in hidden
                else _compiled(loaded_pages[page.pk], language)
                if language.code in released[page.pk]
                else Gone(Edition.Reason.WITHDRAWN)
                for language in languages[page.pk]
            },
        )
        for page in pages
    ]


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


def _append(
    wanted: Sequence[tuple[TreatmentPage, Wanted]], current: dict[int, list[CurrentEdition]]
) -> list[Edition]:
    """current: what the pages have; afterwards, what they have then."""
    last = _last_editions(wanted)
    now = timezone.now()
    new = {
        page.pk: [
            _edition(page, code, want, previous, now)
            for code, want in of_page.items()
            if _differs(previous := last.get((page.translation_key, code)), want)
        ]
        for page, of_page in wanted
    }
    appended = [edition for editions in new.values() for edition in editions]
    if appended:
        Edition.objects.bulk_create(appended)
    documents = {
        page.pk: {
            code: want.document for code, want in of_page.items() if isinstance(want, Compiled)
        }
        for page, of_page in wanted
    }
    gone = {
        page.pk: {code for code, want in of_page.items() if isinstance(want, Gone)}
        for page, of_page in wanted
    }
    written = write_current([page for page, _ in wanted], documents, gone, new, current)
    if appended:
        public = [(row, documents[row.page_id][row.language]) for row in written]
        editions_appended.send(sender=Edition, editions=appended, public=public)
    return appended


@dataclass(frozen=True, slots=True)
class _Last:
    """The newest edition of a page in a language, without its bytes."""

    number: int
    kind: str
    reason: str
    digest: str
    chain: str
    created_at: datetime


def _last_editions(
    wanted: Sequence[tuple[TreatmentPage, Wanted]],
) -> dict[tuple[UUID, str], _Last]:
    of_pages = Edition.objects.filter(
        document_id__in=[page.translation_key for page, _ in wanted],
        language__in={code for _, of_page in wanted for code in of_page},
    )
    # One row a page and language, however long the history is.
    newest = of_pages.order_by().values("document_id", "language").annotate(newest=Max("pk"))
    rows = Edition.objects.filter(pk__in=newest.values("newest")).values_list(
        "document_id", "language", "number", "kind", "reason", "digest", "chain", "created_at"
    )
    return {
        (document_id, language): _Last(number, kind, reason, digest, chain, created_at)
        for document_id, language, number, kind, reason, digest, chain, created_at in rows
    }


def _differs(previous: _Last | None, want: Compiled | Gone) -> bool:
    if isinstance(want, Gone):
        # What was never public needs no tombstone. A recall says more than one that is there.
        return previous is not None and (
            previous.kind == Edition.Kind.DOCUMENT
            or (want.reason == Edition.Reason.RECALLED != previous.reason)
        )
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
