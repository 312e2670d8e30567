"""Every operation of the API over the demo, asked through whatever answers: the site on several
servers, or one process without any of them, whose answers are the right ones."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from urllib.parse import urlsplit

from api.formats import FORMATS
from api.openapi.examples import DEMO, QUESTIONS
from pages.languages import all_languages

# path, the headers of the request -> the answer
Get = Callable[[str, Mapping[str, str]], "Said"]
CODES = [language.code for language in all_languages()]
VOCABULARIES = ("categories", "body-regions", "clinics", "practitioners", "glossary")
COMPARED = ("etag", "content-type", "content-language", "surrogate-key", "content-location")
# A cursor of the feed has the moment in it at which it was given out.
OF_A_MOMENT = ("next_page", "next_cursor")


@dataclass(frozen=True, slots=True)
class Ask:
    path: str
    accept_language: str = ""

    @property
    def headers(self) -> dict[str, str]:
        return {"Accept-Language": self.accept_language} if self.accept_language else {}


@dataclass(frozen=True, slots=True)
class Said:
    """headers: names in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def digest(self, ask: Ask) -> str:
        """Of what must be the same wherever it is read."""
        headers = {name: self.headers.get(name, "") for name in COMPARED}
        body = self.body
        if "/sync/" in ask.path and self.status == 200:
            changes = json.loads(body)
            headers["etag"] = ""
            body = json.dumps({**changes, **dict.fromkeys(OF_A_MOMENT)}).encode()
        said = json.dumps([self.status, headers, hashlib.sha256(body).hexdigest()])
        return hashlib.sha256(said.encode()).hexdigest()


def asks(get: Get) -> Iterator[Ask]:
    """Answers are needed for the addresses that only they name: further pages of lists."""
    yield from (
        Ask(question.path, question.accept_language)
        for question in QUESTIONS
        if "{cursor}" not in question.path
    )
    yield Ask("/api/v1/treatments/?limit=100", "ko")
    yield from map(Ask, ("/api/schema/", "/api/schema/document.json"))
    for code in CODES:
        base = f"/api/v1/{code}/"
        yield from (Ask(f"{base}{name}/") for name in VOCABULARIES)
        yield Ask(f"{base}treatments/?fields=full&limit=100")
        slugs = []
        path = f"{base}treatments/?limit=2"
        while path:
            yield Ask(path)
            page = json.loads(get(path, {}).body)
            slugs += [item["slug"] for item in page["items"]]
            path = _without_origin(page["next"])
        for slug in slugs:
            yield Ask(f"{base}treatments/{slug}/")
            yield Ask(f"{base}treatments/{slug}/?rich=html")
            yield Ask(f"{base}treatments/{slug}.html")
        yield Ask(f"{base}search/?q=massage")
        yield Ask(f"{base}sync/?initial=true&limit=3")
    yield Ask("/api/v1/en/sync/?languages=ar,ru&initial=true")


def slow_asks() -> Iterator[Ask]:
    """What is made when it is asked for, in seconds, or is long."""
    files = (f"/api/v1/ar/treatments/{DEMO}.{each.suffix}" for each in FORMATS)
    bundles = ("/api/v1/en/bundle.zip", "/api/v1/ur/bundle.ndjson.zst")
    yield from map(Ask, chain(files, bundles))


def _without_origin(address: str | None) -> str:
    if address is None:
        return ""
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"
