"""How long a translator waits for suggestions: fuzzy memory at 120,000 segments."""

from __future__ import annotations

import random
import statistics
import sys
import time
import zipfile
from collections.abc import Sequence
from typing import Any

from django.db import connection

from bench.plan import TICO_19
from bench.tico import NAMES
from pages.catalog.memory.suggest import Kind, suggestions
from pages.catalog.memory.tmx_read import read_tmx
from pages.digest import text_digest
from pages.document.vocabulary import Origin
from pages.languages import target_languages
from pages.models import Target
from pages.models.target import TargetState

SOURCES = 12_000
LOOKUPS = 300
SEED = 19
_BATCH = 5000


def measure(sources: int = SOURCES, lookups: int = LOOKUPS) -> dict[str, Any]:
    """Milliseconds a lookup, of sentences in which an eighth of the words were changed."""
    chance = random.Random(SEED)
    sentences = _sentences()
    memory = _many(sentences, sources, chance)
    _store(memory)
    asked = [_changed(text, 8, chance) for text in chance.choices(sentences, k=lookups)]
    languages = target_languages()
    taken, found = [], 0
    for number, text in enumerate(asked):
        started = time.perf_counter()
        answer = suggestions(text, languages[number % len(languages)])
        taken.append((time.perf_counter() - started) * 1000)
        found += bool(answer)
    exact = _exact(memory, lookups, chance)
    return {
        "database": connection.vendor,
        "segments": Target.objects.count(),
        "sources": len(memory),
        "lookups": lookups,
        "median": statistics.median(taken),
        "p95": statistics.quantiles(taken, n=20)[-1],
        "longest": max(taken),
        "answered": found,
        "exact_answered": exact,
    }


def _exact(memory: Sequence[str], lookups: int, chance: random.Random) -> int:
    language = target_languages()[0]
    asked = chance.sample(memory, lookups)
    kinds = (suggestions(text, language)[0].kind for text in asked)
    return sum(kind is not Kind.FUZZY for kind in kinds)


def _sentences() -> list[str]:
    """The English of TICO-19, which stops the bench where it is not at hand."""
    path = TICO_19 / f"en-{NAMES['es']}.tmx.zip"
    if not path.exists():
        sys.exit(f"The memory is measured with the sentences of TICO-19, wanted as {path}.")
    with zipfile.ZipFile(path) as archive:
        (name,) = archive.namelist()
        return list(dict.fromkeys(unit.source for unit in read_tmx(archive.read(name)).units))


def _many(sentences: Sequence[str], count: int, chance: random.Random) -> list[str]:
    """The sentences, and more of them with half of their words changed, up to `count`."""
    found = dict.fromkeys(sentences[:count])
    while len(found) < count:
        found[_changed(chance.choice(sentences), 2, chance)] = None
    return list(found)


def _changed(text: str, share: int, chance: random.Random) -> str:
    """`text` with one in `share` of its words, at least one, replaced by another."""
    words = text.split()
    for _ in range(max(1, len(words) // share)):
        words[chance.randrange(len(words))] = chance.choice(_WORDS)
    return " ".join(words)


_WORDS = (
    "fever cough tablets children mask water nurse daily pain clinic symptoms vaccine please before"
    " contact hospital two seven morning older adults treatment severe breathing hands soap test"
).split()


def _store(memory: Sequence[str]) -> None:
    for language in target_languages():
        Target.objects.bulk_create(
            [
                Target(
                    language=language.code,
                    key=f"memory/bench/{number}",
                    text_digest=text_digest(source),
                    source=source,
                    text=f"{source} ({language.local_name})",
                    state=TargetState.NEEDS_REVIEW,
                    origin=Origin.MEMORY.value,
                    author="bench",
                )
                for number, source in enumerate(memory)
            ],
            batch_size=_BATCH,
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
