"""wagtail-localize and ours on the same pages: `python -m bench.peer PAGES` prints JSON.

Out: from the page to the bytes of its PO file, its strings extracted anew. Back: from those bytes
to what readers get: there the translated page, saved and published; here the editions.
wagtail-localize is installed in this process alone: its signal handlers would slow the others.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bench.configure import configure

configure("wagtail_localize", "wagtail_localize.locales")

import polib  # noqa: E402  what follows needs the settings
from django.core.management import call_command  # noqa: E402
from wagtail.models import Locale  # noqa: E402
from wagtail_localize.models import (  # type: ignore[import-untyped]  # noqa: E402
    Translation,
    TranslationSource,
)
from wagtail_localize.segments.extract import (  # type: ignore[import-untyped]  # noqa: E402
    StreamFieldSegmentExtractor,
)

from bench.hand_offs import SECOND  # noqa: E402
from bench.publishing import wagtail_alone  # noqa: E402
from pages.catalog.codecs import po  # noqa: E402
from pages.catalog.codecs.codec import Header  # noqa: E402
from pages.catalog.codecs.po import write_po  # noqa: E402
from pages.catalog.export import revised  # noqa: E402
from pages.catalog.recognise import ReceivedFile  # noqa: E402
from pages.catalog.units import treatment_units  # noqa: E402
from pages.catalog.verdicts import Acceptance, Verdict  # noqa: E402
from pages.languages import get_language, source_language  # noqa: E402
from pages.models import TreatmentPage  # noqa: E402
from pages.publishing.returned_catalogs import import_file  # noqa: E402

_handle_block = StreamFieldSegmentExtractor.handle_block


def _skipping_empty(self: Any, block_type: Any, block_value: Any, **options: Any) -> Any:
    """wagtail-localize 1.14.5 stops at an optional text that is empty (its issue 918)."""
    return [] if block_value is None else _handle_block(self, block_type, block_value, **options)


StreamFieldSegmentExtractor.handle_block = _skipping_empty


class Localize:
    """What its views do, page by page: submit for translation, download, upload, publish."""

    def __init__(self) -> None:
        self.locale = Locale.objects.get(language_code=SECOND)

    def export(self, pages: Sequence[TreatmentPage]) -> bytes:
        (page,) = pages
        source, _ = TranslationSource.update_or_create_from_instance(page)
        translation, _ = Translation.objects.get_or_create(source=source, target_locale=self.locale)
        return str(translation.export_po()).encode()

    def take(self, pages: Sequence[TreatmentPage], data: bytes) -> None:
        (page,) = pages
        source = TranslationSource.objects.get_for_instance(page)
        translation = Translation.objects.get(source=source, target_locale=self.locale)
        translation.import_po(polib.pofile(data.decode()))
        with wagtail_alone():
            translation.save_target(publish=True)


class Ours:
    """What the commands do, for any number of pages in one file."""

    def __init__(self) -> None:
        self.language = get_language(SECOND)

    def export(self, pages: Sequence[TreatmentPage]) -> bytes:
        header = Header(self.language, revised(self.language))
        return write_po(treatment_units(pages, self.language), header)

    def take(self, pages: Sequence[TreatmentPage], data: bytes) -> None:
        file = ReceivedFile("treatments.po", data, po.CODEC, self.language)
        report = import_file(file, Acceptance(by="Translator", reviewer="Reviewer")).report
        applied = report.counts()[Verdict.APPLIED]
        if applied != len(report.lines):
            sys.exit(f"{applied} of {len(report.lines)} strings were stored: nothing to compare.")


@dataclass
class Times:
    """Seconds and strings of one way of working, all pages together."""

    out: float = 0.0
    back: float = 0.0
    strings: int = 0

    def add(self, side: Localize | Ours, pages: Sequence[TreatmentPage]) -> None:
        started = time.perf_counter()
        data = side.export(pages)
        self.out += time.perf_counter() - started
        filled, count = _filled(data)
        started = time.perf_counter()
        side.take(pages, filled)
        self.back += time.perf_counter() - started
        self.strings += count


def measure(pages: int) -> dict[str, Any]:
    """Microseconds a string: wagtail-localize's page by page, which is all that it does; ours
    page by page too, and for other pages as many in one file.

    No page is translated before: words that meet others' approved ones would only be put beside
    them, which is no import. Ours goes first: wagtail-localize makes a second page of the same
    document, which the site itself never has. A first page of each side's own is not counted:
    what a process reads and compiles once is no cost of a string.
    """
    source = Locale.objects.get(language_code=source_language().code)
    first, second, *found = TreatmentPage.objects.filter(locale=source).order_by("slug")[
        : 2 * pages + 2
    ]
    localize, ours = Localize(), Ours()
    Times().add(ours, [first])
    Times().add(localize, [second])
    times = {"wagtail-localize": Times(), "ours, a page": Times(), "ours": Times()}
    times["ours"].add(ours, found[pages:])
    for page in found[:pages]:
        times["ours, a page"].add(ours, [page])
    for page in found[:pages]:
        times["wagtail-localize"].add(localize, [page])
    return {
        "pages": pages,
        "strings": {name: each.strings for name, each in times.items()},
        "export_us": {name: each.out / each.strings * 1e6 for name, each in times.items()},
        "import_us": {name: each.back / each.strings * 1e6 for name, each in times.items()},
    }


def _filled(data: bytes) -> tuple[bytes, int]:
    """The file with every string translated, by one who only adds a mark."""
    catalog = polib.pofile(data.decode())
    for entry in catalog:
        entry.msgstr, entry.flags = f"{entry.msgid} ¡", []
    return str(catalog).encode(), len(catalog)


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    json.dump(measure(int(sys.argv[1])), sys.stdout)
