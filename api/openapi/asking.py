"""Asks this site's own API for the examples, through every layer that a client meets."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import orjson
from django.conf import settings
from django.test import Client

from api.openapi.examples import BLOCKS_PATH, EXAMPLE_BASE_URL, QUESTIONS
from pages.document.schema import Schema


def ask_for_examples() -> Schema:
    """What examples.json holds. Raises ValueError for an answer of another status."""
    answers: dict[str, list[Schema]] = {}
    for question in QUESTIONS:
        body = _ask(question.path, question.status, question.accept_language)
        answer = {"status": question.status, "summary": question.summary, "body": body}
        answers.setdefault(question.operation, []).append(answer)
    blocks: Schema = {}
    for block in _ask(BLOCKS_PATH, 200)["blocks"]:
        blocks.setdefault(block["type"], block)
    return {"answers": answers, "blocks": blocks}


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
