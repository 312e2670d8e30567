"""wagtail-localize and ours on the same pages, in turn: `python -m bench.peer PAGES` prints JSON.

Out: from the page to the bytes of its PO file, its strings extracted anew. Back: from those bytes
to what readers get: there the translated page, saved and published; here the editions.
wagtail-localize is installed in this process alone: its signal handlers would slow the others.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from typing import Any, Protocol

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
from pages.catalog.codecs.codec import Header  # noqa: E402
from pages.catalog.codecs.po import read_po, write_po  # noqa: E402
from pages.catalog.exchange import Acceptance, import_units  # noqa: E402
from pages.catalog.export import revised  # noqa: E402
from pages.catalog.units import treatment_units  # noqa: E402
from pages.languages import get_language, source_language  # noqa: E402
from pages.models import TreatmentPage  # noqa: E402
from pages.publishing.editions import reconcile  # noqa: E402

_handle_block = StreamFieldSegmentExtractor.handle_block


def _skipping_empty(self: Any, block_type: Any, block_value: Any, **options: Any) -> Any:
    """wagtail-localize 1.14.5 stops at an optional text that is empty (its issue 918)."""
    return [] if block_value is None else _handle_block(self, block_type, block_value, **options)


StreamFieldSegmentExtractor.handle_block = _skipping_empty


class Side(Protocol):
    def export(self, page: TreatmentPage) -> bytes: ...

    def take(self, page: TreatmentPage, data: bytes) -> None: ...


class Localize:
    """What its views do: submit for translation, download, upload, publish."""

    def __init__(self) -> None:
        self.locale = Locale.objects.get(language_code=SECOND)

    def export(self, page: TreatmentPage) -> bytes:
        source, _ = TranslationSource.update_or_create_from_instance(page)
        translation, _ = Translation.objects.get_or_create(source=source, target_locale=self.locale)
        return str(translation.export_po()).encode()

    def take(self, page: TreatmentPage, data: bytes) -> None:
        source = TranslationSource.objects.get_for_instance(page)
        translation = Translation.objects.get(source=source, target_locale=self.locale)
        translation.import_po(polib.pofile(data.decode()))
        with wagtail_alone():
            translation.save_target(publish=True)


class Ours:
    def __init__(self) -> None:
        self.language = get_language(SECOND)

    def export(self, page: TreatmentPage) -> bytes:
        header = Header(self.language, revised(self.language))
        return write_po(treatment_units([page], self.language), header)

    def take(self, page: TreatmentPage, data: bytes) -> None:
        acceptance = Acceptance(by="Translator", reviewer="Reviewer")
        units = read_po(data, self.language).units
        import_units(units, self.language, acceptance)
        reconcile(page.pk, [self.language])


def measure(pages: int) -> dict[str, Any]:
    """Microseconds a string: the median over the pages of each page's time by its strings."""
    sides: dict[str, Side] = {"wagtail-localize": Localize(), "ours": Ours()}
    out: dict[str, list[float]] = {name: [] for name in sides}
    back: dict[str, list[float]] = {name: [] for name in sides}
    strings = dict.fromkeys(sides, 0)
    source = Locale.objects.get(language_code=source_language().code)
    for page in TreatmentPage.objects.filter(locale=source).order_by("slug")[:pages]:
        for name, side in sides.items():
            started = time.perf_counter()
            data = side.export(page)
            exported = time.perf_counter()
            filled, count = _filled(data)
            strings[name] += count
            began = time.perf_counter()
            side.take(page, filled)
            back[name].append((time.perf_counter() - began) / count)
            out[name].append((exported - started) / count)
    return {
        "pages": pages,
        "strings": strings,
        "export_us": {name: statistics.median(found) * 1e6 for name, found in out.items()},
        "import_us": {name: statistics.median(found) * 1e6 for name, found in back.items()},
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
