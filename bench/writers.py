"""How long each writer takes for a page of 20 blocks: `python -m bench.writers`.

The fastest and the median of many runs, in milliseconds; and reading the stored JSON, which comes
before writing. The page is the one that tests/golden has with every type of block.
"""

from __future__ import annotations

import os
import statistics
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import django

BLOCKS = 20
SECONDS = 2.0
DOCUMENTS = Path(__file__).parents[1] / "tests" / "golden" / "documents"


def measure(work: Callable[[], object]) -> tuple[float, float, int]:
    """(fastest, median, runs) of `work` in about SECONDS, in milliseconds."""
    times: list[float] = []
    end = perf_counter() + SECONDS
    while perf_counter() < end:
        start = perf_counter()
        work()
        times.append((perf_counter() - start) * 1000)
    return min(times), statistics.median(times), len(times)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings")
    django.setup()
    from api.formats import FORMATS  # needs Django to be set up
    from pages.blocks.page_labels import page_labels
    from pages.document.json_text import document_json, read_document
    from pages.emailing import site_sender
    from pages.models import ClinicBranding

    # What emails take besides; of the settings alone, so that no database is needed.
    site = {"branding": ClinicBranding().value(), "sender": site_sender()}

    print("| page | format | fastest, ms | median, ms | runs | bytes |\n|---|---|---|---|---|---|")
    for language in ("en", "ar", "zh-hans"):
        whole = read_document((DOCUMENTS / f"every-block-{language}.json").read_bytes())
        document = replace(whole, blocks=whole.blocks[:BLOCKS])
        labels, stored = page_labels(language), document_json(document)
        works: dict[str, Callable[[], object]] = {"(read)": lambda s=stored: read_document(s)}
        sizes = {"(read)": len(stored)}
        for form in FORMATS:
            if form.write is not None:
                write = form.write
                works[form.name] = lambda w=write, d=document, n=labels: w(d, n, site)
                sizes[form.name] = len(write(document, labels, site))
        for name, work in works.items():
            fastest, median, runs = measure(work)
            print(
                f"| {language} | {name} | {fastest:.2f} | {median:.2f} | {runs} | {sizes[name]} |"
            )


if __name__ == "__main__":
    main()
