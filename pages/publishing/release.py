"""Whether a language version of a page exists for the public.

By the rule, once heading, summary and every critical block are approved; or by an act. It stays
released when an approval is lost later: the block falls back and says so. Withdrawing is an
act, and only an act releases again after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from datetime import datetime

from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

from pages.blocks.context import has_interface_words
from pages.catalog.segments import Segment
from pages.languages import Language, all_languages, source_language, target_languages
from pages.models import Release, TreatmentPage
from pages.models.target import TargetState
from pages.publishing.load import LoadedPage, load_page

RULE = "rule"


def released_languages(
    pages: Sequence[TreatmentPage],
    loaded: Mapping[int, LoadedPage],
    stored: Mapping[int, Mapping[str, str]],
) -> dict[int, set[str]]:
    """Codes of the languages that each page is released in, by page id; records what the rule
    releases now, of the languages that are loaded. stored: stored_releases(), at least of `pages`.

    Raises ImproperlyConfigured where a released language has lost its interface words.
    """
    released, recorded = {}, []
    for page in pages:
        already, by_rule = release_states(stored[page.pk], loaded[page.pk])
        _need_words(already)
        recorded += [
            Release(page=page, language=code, state=Release.State.RELEASED, by=RULE)
            for code in sorted(by_rule)
        ]
        released[page.pk] = already | by_rule
    Release.objects.bulk_create(recorded)
    return released


def _need_words(codes: Set[str]) -> None:
    for code in codes - {source_language().code}:
        if not has_interface_words(code):
            raise ImproperlyConfigured(
                f"The interface words in {code!r} are not compiled, so nothing can be published "
                "in it. Run manage.py compile_interface."
            )


def stored_releases(pages: Iterable[TreatmentPage]) -> dict[int, dict[str, str]]:
    """Release.State by language, by page id, in one query."""
    stored: dict[int, dict[str, str]] = {page.pk: {} for page in pages}
    rows = Release.objects.filter(page__in=stored).values_list("page_id", "language", "state")
    for page_id, language, state in rows:
        stored[page_id][language] = state
    return stored


def release_states(states: Mapping[str, str], loaded: LoadedPage) -> tuple[set[str], set[str]]:
    """(the languages released so far, those that the rule releases now), by their codes.

    states: of the page, as stored."""
    if states.get(source_language().code) in (Release.State.WITHDRAWN, Release.State.RECALLED):
        return set(), set()  # in any language, blocks that fall back would still say what it says
    released = {code for code, state in states.items() if state == Release.State.RELEASED}
    if source_language().code not in states:
        released.add(source_language().code)
    by_rule = {
        language.code
        for language in target_languages()
        if language.code in loaded.targets
        and language.code not in states
        and _meets_rule(loaded, language)
    }
    return released, by_rule


def recalled_languages(states: Mapping[str, str]) -> set[str]:
    """Codes of those that are recalled: every language, where the source is. states: of a page,
    as stored."""
    if states.get(source_language().code) == Release.State.RECALLED:
        return {language.code for language in all_languages()}
    return {code for code, state in states.items() if state == Release.State.RECALLED}


def _meets_rule(loaded: LoadedPage, language: Language) -> bool:
    if not has_interface_words(language.code):
        return False
    targets = loaded.targets[language.code]
    for segment in _essential(loaded):
        row = targets.current.get((segment.key, segment.digest))
        if row is None or row.state != TargetState.APPROVED or row.blocked:
            return False
    return True


def _essential(loaded: LoadedPage) -> Iterator[Segment]:
    for name in ("heading", "summary"):
        if segment := loaded.segments.scalars.get(name):
            yield segment
    for block in loaded.segments.blocks:
        if block.critical:
            yield from block.segments


def unrelease(page_id: int, language: Language, lost: Set[str], *, since: datetime) -> None:
    """Forget that the rule released the page in `language`, if it did so after `since` and the
    approvals that went, of the segments with the keys `lost`, are among those that it asks for.

    The caller holds the page's row lock, and calls reconcile() after it.
    """
    by_rule = Release.objects.filter(
        page_id=page_id,
        language=language.code,
        state=Release.State.RELEASED,
        by=RULE,
        at__gte=since,
    )
    if not lost or not by_rule.exists():
        return
    page = TreatmentPage.objects.get(pk=page_id)
    loaded = load_page(page, {source_language(), language})
    if lost & {segment.key for segment in _essential(loaded)} and not _meets_rule(loaded, language):
        by_rule.delete()


@transaction.atomic
def set_release(page_id: int, language: Language, state: str, *, by: str, reason: str = "") -> None:
    """Release, withdraw or recall (Release.State) the page. Call reconcile() after it."""
    Release.objects.update_or_create(
        page_id=page_id,
        language=language.code,
        defaults={"state": state, "by": by, "reason": reason},
    )
