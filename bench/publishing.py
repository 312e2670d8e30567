"""What publishing costs more than Wagtail's own, and what compiling takes."""

from __future__ import annotations

import hashlib
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import orjson
from wagtail.blocks import StreamValue
from wagtail.signals import page_published

from bench.content import draft, translated_into_all
from pages.catalog.segments import page_segments
from pages.languages import all_languages, source_language
from pages.models import Edition, TreatmentIndexPage, TreatmentPage
from pages.publishing import signals
from pages.publishing.compile import compile_document, forget_blocks, site_policy
from pages.publishing.load import load_page
from pages.richtext import parse

BLOCKS = 60


def measure(times: int) -> dict[str, Any]:
    """Milliseconds, each the median of `times`."""
    page = _page()
    return {
        "blocks": BLOCKS,
        "languages": len(all_languages()),
        **_publish(page, times),
        **_compile(page, times),
    }


def latency(times: int) -> dict[str, float]:
    """Milliseconds of a publish that appends an edition in each language, the median."""
    page = TreatmentPage.objects.filter(slug="sixty-blocks").first() or _page()
    first = Edition.objects.count()  # other days than those of a run before
    found = [
        _publish_once(page, date(1990, 1, 1) + timedelta(days=first % 9000 + number))
        for number in range(times)
    ]
    return {"publish": statistics.median(found)}


def _page() -> TreatmentPage:
    page = draft("sixty-blocks", BLOCKS, source_language())
    TreatmentIndexPage.objects.order_by("pk")[0].add_child(instance=page)
    translated_into_all(page, BLOCKS)
    page.save_revision().publish()
    return page


def _publish(page: TreatmentPage, times: int) -> dict[str, Any]:
    """Stock and ours in turn. The day of the last review is in every language's bytes."""
    stock, ours, rows, again, none, anew, reworded = [], [], set(), [], set(), [], []
    for number in range(times):
        with wagtail_alone():
            stock.append(_publish_once(page, date(2020, 1, 1) + timedelta(days=number)))
        before = Edition.objects.count()
        ours.append(_publish_once(page, date(2021, 1, 1) + timedelta(days=number)))
        rows.add(Edition.objects.count() - before)
        before = Edition.objects.count()
        again.append(_publish_once(page, date(2021, 1, 1) + timedelta(days=number)))
        none.add(Edition.objects.count() - before)
        forget_blocks()
        anew.append(_publish_once(page, date(2022, 1, 1) + timedelta(days=number)))
        reworded.append(_reword_once(page, number))
    return {
        "wagtail_publish": statistics.median(stock),
        "publish": statistics.median(ours),
        "publish_extra": statistics.median(ours) - statistics.median(stock),
        "rows_appended": sorted(rows),
        "publish_anew": statistics.median(anew),
        "publish_reworded": statistics.median(reworded),
        "republish": statistics.median(again),
        "rows_appended_without_change": sorted(none),
    }


def _publish_once(page: TreatmentPage, reviewed: date) -> float:
    """Milliseconds of revision.publish(), what the editor waits for after the form is saved."""
    edited = TreatmentPage.objects.get(pk=page.pk)
    edited.last_reviewed = reviewed
    revision = edited.save_revision()
    return _milliseconds(revision.publish)


def _reword_once(page: TreatmentPage, number: int) -> float:
    """The same where the source of a block has changed: it falls back in every language, so what
    each of them says is other words, which a search must find."""
    edited = TreatmentPage.objects.get(pk=page.pk)
    _change_lead(edited, f"Changed {number}.")
    revision = edited.save_revision()
    return _milliseconds(revision.publish)


def _change_lead(page: TreatmentPage, text: str) -> None:
    raw = list(page.body.raw_data)
    raw[0] = {**raw[0], "value": {"text": text}}
    page.body = StreamValue(page.body.stream_block, raw, is_lazy=True)


@contextmanager
def wagtail_alone() -> Iterator[None]:
    page_published.disconnect(signals._page_changed, sender=TreatmentPage)
    try:
        yield
    finally:
        page_published.connect(signals._page_changed, sender=TreatmentPage)


def _compile(page: TreatmentPage, times: int) -> dict[str, Any]:
    """Segments once a page, then one language: document, bytes, digest. No database."""
    live = TreatmentPage.objects.get(pk=page.pk)
    loaded = load_page(live)

    def extract() -> None:
        parse.cache_clear()
        page_segments(live)

    def compiled(code: str) -> Callable[[], object]:
        language = next(found for found in all_languages() if found.code == code)

        def run() -> str:
            document = compile_document(
                loaded.facts,
                loaded.segments,
                loaded.gathered,
                loaded.targets[code],
                language,
                site_policy(),
            )
            return hashlib.sha256(orjson.dumps(document)).hexdigest()

        return run

    extraction = _median(extract, times)

    def anew(code: str) -> Callable[[], object]:
        run = compiled(code)

        def forgetting() -> object:
            forget_blocks()
            return run()

        return forgetting

    def edited() -> None:
        """An editor changed the lead: segments of the page, then every language."""
        _change_lead(live, f"Changed {time.perf_counter_ns()}.")
        segments = page_segments(live)
        for language in all_languages():
            targets = loaded.targets[language.code]
            arguments = (loaded.facts, segments, loaded.gathered, targets, language)
            document = compile_document(*arguments, site_policy())
            hashlib.sha256(orjson.dumps(document)).hexdigest()

    codes = [language.code for language in all_languages()]
    languages = {code: _median(anew(code), times) for code in codes}
    remembered = [_median(compiled(code), times) for code in codes]
    return {
        "extract": extraction,
        "compile": languages,
        "compile_remembered": statistics.mean(remembered),
        "extract_and_compile_per_language": _median(edited, times) / len(languages),
    }


def _median(act: Callable[[], object], times: int) -> float:
    return statistics.median(_milliseconds(act) for _ in range(times))


def _milliseconds(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return (time.perf_counter() - started) * 1000
