"""What a search takes where pages are many: entries written in bulk, asked for as readers do.

An entry has a heading of a few words and thirty sentences, drawn from health sentences of its own
language; words are as common in them as in real pages, and some stand in most.
"""

from __future__ import annotations

import random
import statistics
import time
import uuid
from collections.abc import Sequence
from typing import Any

import orjson
from django.db import connection
from django.test import Client
from django.utils import timezone

from api.search import OF_SUMMARY
from bench import content, tico
from bench.plan import TICO_19
from pages.folding import folded_words
from pages.languages import all_languages, source_language
from pages.models import (
    CurrentEdition,
    Edition,
    Passage,
    SearchEntry,
    TreatmentIndexPage,
    TreatmentPage,
)
from pages.searching.entries import key_of
from pages.searching.indexing import write_entries

SENTENCES = 30
CHUNK = 1_000
WARMING = 5
CATEGORIES = ("manual-therapy", "injections", "exercise-and-rehabilitation", "massage")
REGIONS = ("spine", "neck", "shoulder", "lower-back", "hip-and-leg", "whole-body")


def fill(pages: int) -> None:
    """So many pages in every language of the site. Editions are stubs: a search reads entries."""
    page = _page()
    for language in all_languages():
        sentences = _sentences(language.code)
        names = _names(sentences)
        for start in range(0, pages, CHUNK):
            numbers = range(start, min(start + CHUNK, pages))
            entries = [_entry(page, language.code, number, sentences, names) for number in numbers]
            Edition.objects.bulk_create([entry.current.edition for entry in entries])
            for entry in entries:
                entry.current.edition = entry.current.edition  # its key, now that it has one
            CurrentEdition.objects.bulk_create([entry.current for entry in entries])
            for entry in entries:
                entry.current = entry.current
            write_entries(entries)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def _page() -> TreatmentPage:
    """The one that all of them belong to: a search does not look at it."""
    page = content.draft("searched", 2, source_language())
    TreatmentIndexPage.objects.order_by("pk")[0].add_child(instance=page)
    return page


def _sentences(code: str) -> Sequence[str]:
    return (tico.sentences() if TICO_19.exists() else content.sentences())[code]


def _entry(
    page: TreatmentPage, code: str, number: int, sentences: Sequence[str], names: Sequence[str]
) -> SearchEntry:
    chance = random.Random(f"{code} {number}")
    document_id = uuid.uuid5(content.NAMESPACE, f"searched {number}")
    slug = f"searched-{number:05}"
    heading = _name(chance, names)
    edition = Edition(
        document_id=document_id,
        language=code,
        number=1,
        kind=Edition.Kind.DOCUMENT,
        body=b"{}",
        summary=orjson.dumps(
            {
                **dict.fromkeys(OF_SUMMARY),
                "heading": {"text": heading, "lang": code},
                "summary": {"text": chance.choice(sentences), "lang": code},
            }
        ),
        created_at=timezone.now(),
    )
    current = CurrentEdition(
        document_id=document_id,
        language=code,
        slug=slug,
        page=page,
        edition=edition,
        languages=code,
        heading=heading,
        heading_lang=code,
        blocks=SENTENCES,
        blocks_in_language=SENTENCES,
        changed_at=edition.created_at,
    )
    return SearchEntry(
        key=key_of(code, document_id),
        current=current,
        language=code,
        category=chance.choice(CATEGORIES),
        body_region=chance.choice(REGIONS),
        headings=heading,
        topics=chance.choice(sentences),
        passages=[_passage(code, chance.choice(sentences)) for _ in range(SENTENCES)],
    )


def _passage(code: str, text: str) -> Passage:
    return Passage("", code, "approved", False, text, " ".join(folded_words(text, code)))


def _names(sentences: Sequence[str]) -> list[str]:
    """Pieces of sentences, as headings have them."""
    pieces = []
    for sentence in sentences:
        words = sentence.split()
        # Chinese has no spaces: a piece of it is some characters.
        pieces.append(" ".join(words[1:3]) if len(words) > 3 else sentence[2:8])
    return pieces


def _name(chance: random.Random, names: Sequence[str]) -> str:
    return f"{chance.choice(names)} {chance.choice(names)}"[:200]


def measure(times: int) -> dict[str, Any]:
    """Milliseconds to answer `times` questions in every language, in this process: everything but
    the web server. Half are pieces of headings, half three words of a sentence."""
    client: Any = Client()
    took: dict[str, list[float]] = {}
    for language in all_languages():
        sentences = _sentences(language.code)
        names, chance = _names(sentences), random.Random(language.code)
        found = took[language.code] = []
        for number in range(times + WARMING):
            question = chance.choice(names)
            words = chance.choice(sentences).split()
            if number % 2 and len(words) > 3:
                question = " ".join(words[1:4])
            if not folded_words(question, language.code):
                continue  # a piece that is punctuation alone
            started = time.perf_counter()
            answer = client.get(
                f"/api/v1/{language.code}/search/",
                {"q": question},
                secure=True,
                headers={"host": "127.0.0.1"},
            )
            if number >= WARMING:
                found.append(1000 * (time.perf_counter() - started))
            if answer.status_code != 200:
                raise RuntimeError(f"{language.code} {question}: {answer.status_code}")
    every = [each for found in took.values() for each in found]
    return {
        "pages": CurrentEdition.objects.filter(search_entry__language="en").count(),
        "languages": len(took),
        "questions": len(every),
        "median": statistics.median(every),
        "p95": _p95(every),
        "p95_by_language": {code: _p95(found) for code, found in took.items()},
    }


def _p95(found: Sequence[float]) -> float:
    return statistics.quantiles(found, n=20)[-1]
