"""An engine outside the database: what is sent to it, and what happens while it is down."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import orjson
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from pages.models import CurrentEdition, TreatmentPage
from tests import factory
from tests.factory import WARNING

pytestmark = pytest.mark.django_db
SECRET = "hunter2"


@pytest.fixture
def nobody_answers(settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    settings.SEARCH_URL = f"http://site:{SECRET}@127.0.0.1:{port}"


@pytest.mark.usefixtures("nobody_answers")
def test_while_the_engine_is_down_pages_are_published_and_the_database_answers(
    client, caplog, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        blocks = (("lead", "lead", {"text": "Hands press."}), WARNING)
        factory.treatment("one", blocks, heading_en="Massage")
    assert "was not told of 1 entries" in caplog.text
    caplog.clear()
    answer = client.get("/api/v1/en/search/", {"q": "hands"}).json()
    assert [item["slug"] for item in answer["items"]] == ["one"]
    assert "The search engine did not answer" in caplog.text
    for word in (SECRET, "hands"):
        assert word not in caplog.text


class Engine(ThreadingHTTPServer):
    """Answers over HTTP as OpenSearch documents it, and remembers what it was asked. It ranks
    nothing: `hits` says which keys it finds, in their order."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.asked: list[tuple[str, str, Any]] = []  # method, path, body
        self.documents: dict[str, dict[str, Any]] = {}
        self.hits: list[str] = []
        self.only_for = ""

    @property
    def url(self) -> str:
        return f"http://site:{SECRET}@127.0.0.1:{self.server_port}"


class Answer(BaseHTTPRequestHandler):
    server: Engine

    def log_message(self, *args: Any) -> None:
        pass

    def answer(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        lines = [orjson.loads(line) for line in self.rfile.read(length).splitlines() if line]
        path = urlsplit(self.path).path
        body = lines[0] if len(lines) == 1 else lines
        self.server.asked.append((self.command, path, body))
        status, said = self.found(path, lines)
        content = orjson.dumps(said)
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = answer

    def found(self, path: str, lines: list[Any]) -> tuple[int, Any]:
        if path.endswith("/_bulk"):
            items = []
            for action, document in zip(lines[::2], lines[1::2], strict=True):
                key = action["index"]["_id"]
                self.server.documents[key] = document
                items.append({"index": {"_id": key, "status": 201}})
            return 200, {"errors": False, "items": items}
        if path.endswith("/_search"):
            hits = [
                {"_id": key, "_score": 1.0, "fields": {"pk": [key]}}
                for key in self.server.hits
                if self.server.only_for in str(lines)
            ]
            return 200, {"hits": {"total": {"value": len(hits)}, "hits": hits}}
        if "/_doc/" in path and self.command == "DELETE":
            gone = self.server.documents.pop(path.rpartition("/")[2], None)
            return (200, {"result": "deleted"}) if gone else (404, {"result": "not_found"})
        if self.command == "HEAD" or (self.command == "GET" and "/_alias" in path):
            return 404, {}
        return 200, {"acknowledged": True}


@pytest.fixture
def engine(settings) -> Iterator[Engine]:
    with Engine() as server:
        settings.SEARCH_URL = server.url
        settings.SEARCH_INDEX_PREFIX = "clinic_"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def publish(django_capture_on_commit_callbacks) -> Callable[..., TreatmentPage]:
    def published(slug: str, text: str, **fields: Any) -> TreatmentPage:
        with django_capture_on_commit_callbacks(execute=True):
            blocks = (("lead", "lead", {"text": text}), WARNING)
            return factory.treatment(slug, blocks, **fields)

    return published


def key_of(page: TreatmentPage) -> str:
    return f"en-{page.translation_key.hex}"


def test_what_is_published_is_sent_folded_and_taken_back_when_it_is_not(
    engine, publish, django_capture_on_commit_callbacks
):
    page = publish("one", "Élongation douce.", heading_en="Massage")
    sent = engine.documents[key_of(page)]
    assert "elongation douce" in str(sent)
    assert "Élongation" not in str(sent)
    with django_capture_on_commit_callbacks(execute=True):
        page.unpublish()
    assert engine.documents == {}


def test_rebuild_search_makes_a_new_index_that_only_splits_at_spaces(engine, publish, capsys):
    pages = [publish(slug, "Hands press.", heading_en=slug) for slug in ("one", "two")]
    engine.asked.clear()
    engine.documents.clear()
    call_command("rebuild_search")
    assert capsys.readouterr().out.endswith("2 entries sent to the search engine.\n")
    assert set(engine.documents) == {key_of(page) for page in pages}
    created = next(body for method, path, body in engine.asked if method == "PUT" and body)
    assert created["settings"]["analysis"]["analyzer"]["default"] == {
        "type": "custom",
        "tokenizer": "whitespace",
    }
    assert all(path.startswith(("/clinic_", "/_")) for _, path, _ in engine.asked)


def test_its_order_is_kept_and_what_is_not_public_any_more_is_left_out(client, engine, publish):
    first, second, expired = (
        publish(slug, "Hands press.", heading_en=slug) for slug in ("one", "two", "three")
    )
    CurrentEdition.objects.filter(slug="three").update(expires_at=timezone.now())
    engine.hits = [key_of(expired), key_of(second), f"en-{'0' * 32}", key_of(first)]
    engine.asked.clear()
    answer = client.get("/api/v1/en/search/", {"q": "Pressing HÁNDS"}).json()
    assert [item["slug"] for item in answer["items"]] == ["two", "one"]
    assert answer["total"] == 2
    ((_, path, body),) = engine.asked
    assert path.endswith("/_search")
    assert "pressing hands" in str(body)
    assert "'language_filter': 'en'" in str(body)


def test_a_misspelt_word_is_corrected_by_the_words_of_the_site(client, engine, publish):
    engine.hits = [key_of(publish("massage", "Hands press.", heading_en="Massage"))]
    engine.only_for = "massage"
    answer = client.get("/api/v1/en/search/", {"q": "masage"}).json()
    assert [item["slug"] for item in answer["items"]] == ["massage"]
    assert (answer["matched"], answer["searched_for"]) == ("corrected", "massage")


def test_an_engine_that_fails_to_rebuild_is_named_without_its_password(engine, publish):
    publish("one", "Hands press.", heading_en="One")
    engine.shutdown()
    engine.server_close()
    with pytest.raises(CommandError, match="The search engine of SEARCH_URL failed") as refused:
        call_command("rebuild_search")
    assert SECRET not in str(refused.value)
