"""A hostile page: it reaches no network and no file, and is printed as the words that it is."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from dataclasses import replace

import pytest
from django.conf import settings as django_settings

from pages.blocks.page_labels import page_labels
from pages.document.json_text import read_document
from pages.document.print_page import Imprint, Paper, print_page
from pages.models import CurrentEdition
from pages.printing.pool import Page, print_pool
from tests import factory
from tests.printing.pango import needs_pango
from tests.printing.reading import needs_judges, text_read
from tests.writers.golden import BRANDING

pytestmark = [pytest.mark.django_db, needs_pango]
IMPRINT = Imprint(number=1, made_at="2026-11-25T00:00:00Z")


@pytest.fixture
def canary():
    """A listener on loopback, and the connections that it got."""
    listener = socket.create_server(("127.0.0.1", 0))
    heard: list[object] = []

    def listen() -> None:
        while True:
            try:
                connection, address = listener.accept()
            except OSError:
                return
            heard.append(address)
            connection.close()

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}", heard
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(5)


HOSTILE = (
    "<script>fetch('{url}/script')</script>",
    "<img src={url}/image>",
    "<link rel=stylesheet href={url}/sheet><style>@import url({url}/import);</style>",
    "</style><style>*{{background:url({url}/ground)}}",
    "url({url}/words) @import '{url}/import'; {{{{7*7}}}}",
    "<a rel=attachment href=file:///etc/passwd>x</a><iframe src={url}/frame></iframe>",
    "\u202egnihtemos\u202c <svg><image href={url}/svg></svg>",
)


@needs_judges
def test_words_stay_words_and_reach_nothing(canary, tmp_path):
    url, heard = canary
    words = [text.format(url=url) for text in HOSTILE]
    factory.treatment()
    document = read_document(CurrentEdition.objects.get().edition.body)
    lead = replace(document.blocks[0], text=" ".join(words))
    document = replace(document, blocks=(lead,), heading=replace(document.heading, text=words[0]))
    branding = replace(BRANDING, name=words[1], address="\n".join(words), phone=words[4])
    made = print_page(document, page_labels("en"), IMPRINT, Paper.A4, branding)
    read = text_read(print_pool().pdf(Page(made.html, "en", "ab" * 32, made.drawn)), tmp_path)
    assert "<script>fetch(" in read
    assert "{{7*7}}" in read
    assert not heard


def test_not_even_a_page_of_another_writer_reaches_anything(canary, tmp_path):
    """The fetcher and the worker alone, without the escaping before them."""
    url, heard = canary
    (tmp_path / "secret.txt").write_text("the secret")
    html = "<html lang=en><title>x</title>" + "".join(text.format(url=url) for text in HOSTILE)
    html += (
        f"<img src='file://{tmp_path}/secret.txt' alt=a>"
        "<img src='data:image/png;base64,AAAA' alt=b>"
        f"<link rel=attachment href='file://{tmp_path}/secret.txt'>"
        f"<style>@font-face{{font-family:a;src:url({url}/font)}}p{{font-family:a}}</style><p>x</p>"
    )
    pdf = print_pool().pdf(Page(html, "en", "cd" * 32))
    assert pdf.startswith(b"%PDF")
    assert b"EmbeddedFile" not in pdf
    assert not heard


def test_the_worker_itself_refuses_connections_and_programs():
    """Should a library of its own ever ask for one."""
    code = (
        "import sys; from pages.printing.worker import _refuse; sys.addaudithook(_refuse)\n"
        "import socket, subprocess\n"
        "for act in (lambda: socket.create_connection(('127.0.0.1', 9)),\n"
        "            lambda: subprocess.run(['true'])):\n"
        "    try: act()\n"
        "    except PermissionError as error: print(error)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=django_settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert run.stdout.count("A print worker does not use") == 2


@needs_judges
def test_long_words_long_paragraphs_and_large_tables_are_whole(tmp_path):
    paragraph = " ".join(f"word{number}" for number in range(5000))
    rows = [{"label": f"Row{n}", "cells": [f"left{n}", f"right{n}"]} for n in range(150)]
    table = (
        "table",
        "comparison",
        {"title": "Large", "options": [{"name": "A"}, {"name": "B"}], "criteria": rows},
    )
    long = (
        "long",
        "prose_section",
        {"heading": "L" * 200, "body": f'<p data-block-key="a0000">{paragraph}</p>'},
    )
    factory.treatment("large", [long, table])
    document = read_document(CurrentEdition.objects.get().edition.body)
    html = print_page(document, page_labels("en"), IMPRINT, Paper.LETTER, None).html
    read = text_read(print_pool().pdf(Page(html, "en", "ef" * 32)), tmp_path)
    for word in ("word0 ", "word4999", "left149", "right149", "L" * 200):
        assert word.strip() in read.replace("\n", "")
