"""The pages that a file's units belong to, locked, with the wordings that they have now."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property

from django.db import connection

from pages.catalog.codecs.codec import ReadUnit
from pages.catalog.segments import Segment, page_segments
from pages.languages import Language
from pages.models import SegmentComment, TreatmentPage

_PAGES_AT_ONCE = 50
_LONGEST_COMMENT = 4000
LONGEST_KEY = 300  # no segment has a longer one


def document_id(unit: ReadUnit) -> str:
    return unit.key.partition("/")[0]


def segment_key(unit: ReadUnit) -> str:
    return unit.key.partition("/")[2]


def batches(
    units: Sequence[ReadUnit],
) -> Iterator[tuple[Sequence[int], Mapping[str, ReturningPage]]]:
    """(places in `units`, their pages by document id), some pages at a time, so that a file of
    any size takes the memory of a few. Pages are locked in the order of their ids."""
    places: dict[str, list[int]] = {}
    for place, unit in enumerate(units):
        places.setdefault(document_id(unit), []).append(place)
    ids = _page_ids(places)
    unknown = [place for document in places.keys() - ids.keys() for place in places[document]]
    if unknown:
        yield unknown, {}
    ordered = sorted(ids, key=lambda document: ids[document])
    for start in range(0, len(ordered), _PAGES_AT_ONCE):
        documents = ordered[start : start + _PAGES_AT_ONCE]
        pages = _locked([ids[document] for document in documents])
        yield [place for document in documents for place in places[document]], pages


def _page_ids(documents: Collection[str]) -> dict[str, int]:
    """Page ids by document id, of those that are pages."""
    keys = [document for document in documents if _is_uuid(document)]
    pages = TreatmentPage.objects.filter(alias_of=None, translation_key__in=keys)
    return {str(key): pk for key, pk in pages.values_list("translation_key", "pk")}


def _locked(page_ids: Collection[int]) -> dict[str, ReturningPage]:
    pages = TreatmentPage.objects.filter(pk__in=page_ids).order_by("pk")
    if connection.features.has_select_for_update_of:
        pages = pages.select_for_update(of=("self",))
    return {str(page.translation_key): ReturningPage(page) for page in pages}


def _is_uuid(value: str) -> bool:
    try:
        return str(uuid.UUID(value)) == value
    except ValueError:
        return False


class ReturningPage:
    """A page's segments as it is live, and as its newest draft has them."""

    def __init__(self, page: TreatmentPage) -> None:
        self.page = page
        self._live = {segment.key: segment for segment in page_segments(page)}

    @cached_property
    def _draft(self) -> Mapping[str, Segment]:
        if not self.page.has_unpublished_changes:
            return {}
        draft = self.page.get_latest_revision_as_object()
        return {segment.key: segment for segment in page_segments(draft)}

    def segment(self, key: str, digest: str) -> Segment | None:
        """The segment with this wording: translators may work ahead on the draft's."""
        for found in (self._live.get(key), self._draft.get(key)):
            if found is not None and found.digest == digest:
                return found
        return None

    def any_wording(self, key: str) -> Segment | None:
        return self._live.get(key) or self._draft.get(key)


class ReturnedComments:
    """What translators wrote beside units, kept once as comments of the segments."""

    def __init__(self, page_ids: Collection[int], language: Language, *, by: str) -> None:
        self._page_ids, self._language, self._by = page_ids, language, by
        self._new: list[SegmentComment] = []

    @cached_property
    def _known(self) -> set[tuple[int, str, str]]:
        comments = SegmentComment.objects.filter(
            page_id__in=self._page_ids, language=self._language.code
        )
        return set(comments.values_list("page_id", "key", "text"))

    @property
    def pending(self) -> int:
        return len(self._new)

    def add(self, page_id: int, key: str, text: str) -> None:
        """A longer one than may be typed in the workspace is kept as several."""
        for part in _parts(text.replace("\x00", "").strip()):
            if (page_id, key, part) not in self._known:
                self._known.add((page_id, key, part))
                self._new.append(
                    SegmentComment(
                        page_id=page_id,
                        key=key,
                        language=self._language.code,
                        text=part,
                        by=self._by,
                    )
                )

    def save(self) -> None:
        SegmentComment.objects.bulk_create(self._new)


def _parts(text: str) -> Iterator[str]:
    """All of `text`, between words where there are any, in parts that a comment may have."""
    while len(text) > _LONGEST_COMMENT:
        blank = max(text.rfind(mark, 1, _LONGEST_COMMENT) for mark in " \n")
        end = blank if blank > 0 else _LONGEST_COMMENT
        yield text[:end].strip()
        text = text[end:].strip()
    if text:
        yield text
