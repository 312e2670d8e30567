"""Asks this site's own API for the examples, through every layer that a client meets."""

from __future__ import annotations

from io import StringIO
from typing import Any
from urllib.parse import urlsplit

import orjson
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models.functions import Length
from django.test import Client

from api.openapi.examples import BLOCKS_PATH, EXAMPLE_BASE_URL, QUESTIONS, Happened, Question
from pages.document.schema import Schema
from pages.languages import get_language
from pages.models import CurrentEdition, Release
from pages.publishing.editions import reconcile
from pages.publishing.feed import Cursor, read_head
from pages.publishing.feed_cursor import write_cursor
from pages.publishing.release import set_release

_SYNCED = get_language("es")


def ask_for_examples() -> Schema:
    """What examples.json holds. Raises ValueError for an answer of another status."""
    answers: dict[str, list[Schema]] = {}
    for question in QUESTIONS:
        body = _answer_to(question)
        answer = {"status": question.status, "summary": question.summary, "body": body}
        answers.setdefault(question.operation, []).append(answer)
    blocks: Schema = {}
    for block in _ask(BLOCKS_PATH, 200)["blocks"]:
        blocks.setdefault(block["type"], block)
    return {"answers": answers, "blocks": blocks}


def _answer_to(question: Question) -> Any:
    if "{cursor}" not in question.path:
        return _ask(question.path, question.status, question.accept_language)
    with transaction.atomic():
        shortest, other = _shortest_pages()
        _release(shortest, Release.State.WITHDRAWN)
        cursor = write_cursor(Cursor.at(read_head(), [_SYNCED.code]))
        if question.after is Happened.RECALL:
            _release(shortest, Release.State.RELEASED)
            _release(other, Release.State.RECALLED)
        if question.after is Happened.RESTORE:
            call_command("renew_feed", stdout=StringIO())
        answer = _ask(question.path.format(cursor=cursor), question.status)
        transaction.set_rollback(True)
    return answer


def _shortest_pages() -> tuple[int, int]:
    public = CurrentEdition.objects.visible(_SYNCED.code)
    first, second = public.order_by(Length("edition__body")).values_list("page", flat=True)[:2]
    return first, second


def _release(page_id: int, state: Release.State) -> None:
    set_release(page_id, _SYNCED, state, by="Dr. Luz", reason="An example.")
    reconcile(page_id)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:  # positions, which COMMIT would give
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _ask(path: str, status: int, accept_language: str = "") -> Any:
    headers = {"host": urlsplit(settings.BASE_URL).netloc, "accept-language": accept_language}
    response = Client(headers=headers).get(path, secure=settings.SECURE_SSL_REDIRECT)
    if response.status_code != status:
        raise ValueError(
            f"{path} answered {response.status_code}, expected {status}. Examples are taken "
            "from the demo content: run manage.py load_demo on an empty database first."
        )
    return orjson.loads(response.content.replace(settings.BASE_URL.encode(), _EXAMPLE))


_EXAMPLE = EXAMPLE_BASE_URL.encode()
