"""An engine outside the database: what is sent to it, and what happens while it is down."""

from __future__ import annotations

import socket

import pytest

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
