"""Real answers, kept in examples.json: `manage.py write_schemas --examples` asks the API for
them where the demo content is loaded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from pages.document.schema import Schema

EXAMPLES_FILE = Path(__file__).with_name("examples.json")
DEMO = "spinal-mobilization"
# Stands for settings.BASE_URL of whoever wrote the file.
EXAMPLE_BASE_URL = "https://clinic.example.org"


class Happened(Enum):
    RECALL = auto()
    RESTORE = auto()


@dataclass(frozen=True, slots=True)
class Question:
    """operation: its id; path: what was asked, where {cursor} stands for one of Spanish of
    before what happened then; after: that, one of Happened."""

    operation: str
    status: int
    summary: str
    path: str
    accept_language: str = ""
    after: Happened | None = None


@dataclass(frozen=True, slots=True)
class Example:
    name: str
    summary: str
    body: Any  # parsed JSON


QUESTIONS: tuple[Question, ...] = (
    Question(
        "get_treatment",
        200,
        "One aspect in Arabic: the critical blocks come with it",
        f"/api/v1/ar/treatments/{DEMO}/?aspect=when_to_get_help",
    ),
    Question(
        "get_treatment",
        200,
        "A block that fell back to the source language",
        "/api/v1/es/treatments/physical-therapy/?aspect=self_care",
    ),
    Question(
        "get_treatment",
        400,
        "A value that is not understood",
        f"/api/v1/en/treatments/{DEMO}/?aspect=price",
    ),
    Question("get_treatment", 404, "No such treatment", "/api/v1/en/treatments/unheard-of/"),
    Question("get_treatment", 404, "No such language", f"/api/v1/de/treatments/{DEMO}/"),
    Question(
        "get_treatment_negotiated",
        200,
        "A reader of Polish",
        f"/api/v1/treatments/{DEMO}/?aspect=overview",
        accept_language="pl-PL, en;q=0.5",
    ),
    Question("list_treatments", 200, "A page of two", "/api/v1/en/treatments/?limit=2"),
    Question(
        "list_treatments",
        400,
        "A parameter that there is not",
        "/api/v1/en/treatments/?colour=red",
    ),
    Question(
        "list_treatments",
        400,
        "A category that there is not",
        "/api/v1/en/treatments/?category=magic",
    ),
    Question(
        "list_treatments",
        400,
        "A cursor of another list",
        "/api/v1/en/treatments/?cursor=eyJhIjoxfQ",
    ),
    Question(
        "sync_treatments",
        200,
        "A page that was released again, and one that was recalled",
        "/api/v1/es/sync/?cursor={cursor}",
        after=Happened.RECALL,
    ),
    Question(
        "sync_treatments",
        400,
        "A cursor of other languages",
        "/api/v1/fr/sync/?cursor={cursor}",
    ),
    Question(
        "sync_treatments",
        410,
        "A cursor of before the site was restored from a backup",
        "/api/v1/es/sync/?cursor={cursor}",
        after=Happened.RESTORE,
    ),
    Question(
        "search_treatments",
        200,
        "A word without its accents",
        "/api/v1/es/search/?q=rehabilitacion&limit=1",
    ),
    Question("search_treatments", 200, "A misspelt word", "/api/v1/en/search/?q=masage&limit=1"),
    Question("search_treatments", 400, "Nothing to look for", "/api/v1/en/search/?limit=5"),
    Question("list_languages", 200, "Eleven languages", "/api/v1/languages/"),
    Question("list_categories", 200, "In Spanish", "/api/v1/es/categories/"),
    Question("list_body_regions", 200, "In Urdu", "/api/v1/ur/body-regions/"),
    Question("list_clinics", 200, "In Haitian Creole", "/api/v1/ht/clinics/"),
    Question("list_practitioners", 200, "In French", "/api/v1/fr/practitioners/"),
    Question("list_glossary", 200, "In Chinese", "/api/v1/zh-hans/glossary/"),
)
# The page whose blocks, one of each type, are the examples of the block schemas.
BLOCKS_PATH = f"/api/v1/en/treatments/{DEMO}/"


@cache
def stored_examples() -> Schema:
    """{"answers": {operation: [{status, summary, body}]}, "blocks": {type: block}}"""
    found: Schema = orjson.loads(EXAMPLES_FILE.read_bytes())
    return found


def examples_of(operation: str, status: int) -> Iterator[Example]:
    for number, answer in enumerate(stored_examples()["answers"].get(operation, ()), 1):
        if answer["status"] == status:
            yield Example(f"{operation}_{number}", answer["summary"], answer["body"])
