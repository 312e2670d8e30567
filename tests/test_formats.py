"""A treatment in each format: by Accept, by the end of the address, and what HTTP says of it."""

from __future__ import annotations

import base64
import email
import email.policy
import hashlib
import re

import orjson
import pytest

from api import formats
from api.formats import FORMATS, JSON, PDF
from pages.blocks.page_labels import page_labels
from pages.document.html_page import html_page
from pages.document.json_ld import json_ld
from pages.document.json_text import read_document
from pages.document.markdown import markdown_page
from pages.document.text_page import text_page
from pages.models import CurrentEdition
from tests import factory
from tests.printing.pango import HAS_PANGO, needs_pango

pytestmark = pytest.mark.django_db
PAGE = "/api/v1/en/treatments/back-care"
# PDF is printed by libraries that a machine may lack.
MADE_HERE = [each for each in FORMATS if each is not PDF or HAS_PANGO]
WRITTEN = [each for each in MADE_HERE if each is not JSON]


def each_of(formats):
    marked = {PDF: needs_pango}
    cases = [pytest.param(each, marks=marked.get(each, ())) for each in formats]
    return pytest.mark.parametrize("form", cases, ids=[each.suffix for each in formats])


EACH = each_of(FORMATS)
EACH_WRITTEN = each_of([each for each in FORMATS if each is not JSON])
# An email is HTML too: it has an address of its own, and Accept: text/html means the page.
EACH_NEGOTIATED = each_of([each for each in FORMATS if each.suffix != "email"])
EACH_WRITTEN_NEGOTIATED = each_of(
    [each for each in FORMATS if each is not JSON and each.suffix != "email"]
)
EACH_OF_WORDS = each_of([each for each in FORMATS if each not in (JSON, PDF)])


def problem(response, status: int) -> dict:
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    return orjson.loads(response.content)


@EACH_NEGOTIATED
def test_a_format_is_chosen_by_accept_or_by_the_end_of_the_address(client, form):
    factory.treatment()
    by_header = client.get(f"{PAGE}/", headers={"accept": form.media_type})
    by_address = client.get(f"{PAGE}.{form.suffix}", headers={"accept": "image/png"})
    for response in (by_header, by_address):
        assert response.status_code == 200
        assert response["Content-Type"] == form.content_type
        assert response["Content-Language"] == "en"
    assert by_header.content == by_address.content
    assert by_header["ETag"] == by_address["ETag"]
    assert by_header["Vary"] == "Accept"
    assert "Vary" not in by_address


def test_what_is_sent_is_what_the_writer_makes_of_the_edition(client):
    page = factory.treatment()
    factory.translate(page, "ar")
    body = CurrentEdition.objects.get(page=page, language="ar").edition.body
    document, labels = read_document(bytes(body)), page_labels("ar")
    for suffix, written in {
        "json": bytes(body),
        "html": html_page(document, labels).encode(),
        "txt": text_page(document, labels).encode(),
        "md": markdown_page(document, labels).encode(),
        "jsonld": json_ld(document),
    }.items():
        response = client.get(f"/api/v1/ar/treatments/back-care.{suffix}")
        assert response.content == written
        assert response["Content-Language"] == "ar"


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("*/*", "application/json"),
        ("", "application/json"),
        ("text/*", "text/html"),
        ("text/markdown, application/json;q=0.5", "text/markdown"),
        ("text/markdown;q=0.4, application/json;q=0.5", "application/json"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("application/ld+json", "application/ld+json"),
        ("image/png, text/plain;q=0.1", "text/plain"),
        ("application/json, text/plain, */*", "application/json"),
    ],
)
def test_quality_values_decide(client, accept, media_type):
    factory.treatment()
    headers = {"accept": accept} if accept else {}
    response = client.get(f"{PAGE}/", headers=headers)
    assert response["Content-Type"].split(";")[0] == media_type


def test_a_format_that_there_is_not_is_406_with_those_that_there_are(client):
    factory.treatment()
    refused = problem(client.get(f"{PAGE}/", headers={"accept": "text/csv"}), 406)
    assert sorted(refused["allowed"]) == sorted({each.media_type for each in FORMATS})
    refused = problem(client.get(f"{PAGE}.docx"), 406)
    assert refused["allowed"] == [each.suffix for each in FORMATS]
    assert "'docx'" in refused["detail"]


@EACH_WRITTEN
def test_a_client_that_holds_the_bytes_gets_304_and_nothing_is_written(
    client, form, monkeypatch, django_assert_num_queries
):
    page = factory.treatment()
    branding = int(form.suffix in ("email", "eml", "pdf"))
    pictures = int(form.suffix == "pdf")  # which collections are private, as it is printed
    with django_assert_num_queries(1 + branding + pictures):  # the current edition with its bytes
        first = client.get(f"{PAGE}.{form.suffix}")
    assert re.fullmatch(r'"[0-9a-f]{64}-[0-9a-f]{16}"', first["ETag"])

    def refuse(*arguments: object) -> bytes:
        raise AssertionError("rendered for a client that holds the bytes")

    held = {"if-none-match": first["ETag"]}
    with monkeypatch.context() as patch, django_assert_num_queries(1 + branding):  # no bytes
        patch.setattr(formats, "write", refuse)
        again = client.get(f"{PAGE}.{form.suffix}", headers=held)
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]
    factory.edit(page, summary_en="Something new.")
    changed = client.get(f"{PAGE}.{form.suffix}", headers=held)
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]


def test_each_format_and_width_has_an_etag_of_its_own(client):
    factory.treatment()
    paths = [f"{PAGE}.{each.suffix}" for each in MADE_HERE] + [f"{PAGE}.txt?width=40"]
    etags = {client.get(path)["ETag"] for path in paths}
    assert len(etags) == len(paths)
    for etag in etags - {client.get(f"{PAGE}.md")["ETag"]}:
        assert client.get(f"{PAGE}.md", headers={"if-none-match": etag}).content


def test_an_etag_changes_with_the_words_around_the_page(client, monkeypatch):
    factory.treatment()
    first = client.get(f"{PAGE}.html")["ETag"]
    other = page_labels("es")
    monkeypatch.setattr(formats, "page_labels", lambda code: other)
    formats.variant.cache_clear()
    assert client.get(f"{PAGE}.html")["ETag"] != first
    formats.variant.cache_clear()


def test_a_format_has_no_date_for_its_writer_has_none(client):
    factory.treatment()
    for form in WRITTEN:
        assert "Last-Modified" not in client.get(f"{PAGE}.{form.suffix}")
    assert "Last-Modified" in client.get(f"{PAGE}.json")


@EACH
def test_a_file_is_named_by_page_and_language(client, form):
    page = factory.treatment()
    factory.translate(page, "es")
    response = client.get(f"/api/v1/es/treatments/back-care.{form.suffix}")
    if form is JSON:
        assert "Content-Disposition" not in response
    else:
        named = f'{form.disposition}; filename="back-care.es.{form.suffix}"'
        assert response["Content-Disposition"] == named


@EACH
def test_alternates_are_in_the_same_format(client, form):
    page = factory.treatment()
    factory.translate(page, "es")
    link = client.get(f"{PAGE}.{form.suffix}")["Link"]
    assert f'/api/v1/es/treatments/back-care.{form.suffix}>; rel="alternate"; hreflang' in link
    assert '/api/v1/en/treatments/back-care/>; rel="canonical"' in link


@EACH_WRITTEN_NEGOTIATED
def test_the_address_of_the_format_is_named_where_it_was_negotiated(client, form):
    page = factory.treatment()
    factory.translate(page, "es")
    headers = {"accept": form.media_type, "accept-language": "es"}
    response = client.get("/api/v1/treatments/back-care/", headers=headers)
    assert response["Content-Language"] == "es"
    address = f"/api/v1/es/treatments/back-care.{form.suffix}"
    assert response["Content-Location"].endswith(address)
    assert response["Vary"] == "Accept-Language, Accept"
    by_id = client.get(f"/api/v1/es/treatments/{page.translation_key}.{form.suffix}")
    assert by_id["Content-Location"].endswith(address)
    assert "Content-Location" not in client.get(address)


def test_html_may_show_its_own_style_and_our_images_and_nothing_else(client, settings):
    factory.treatment()
    response = client.get(f"{PAGE}.html")
    policy = dict(
        part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";")
    )
    (style,) = re.findall(rb"<style>(.*?)</style>", response.content, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style).digest()).decode()
    assert policy == {
        "default-src": "'none'",
        "style-src": f"'sha256-{digest}'",
        "img-src": f"'self' {settings.BASE_URL}",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    assert b" style=" not in response.content
    for form in FORMATS:
        if form.suffix not in ("html", "email"):
            policy = client.get(f"{PAGE}.{form.suffix}")["Content-Security-Policy"]
            assert policy == "default-src 'none'; frame-ancestors 'none'"


@pytest.mark.parametrize(
    ("path", "detail"),
    [
        (".html?aspect=risks", "aspect is a parameter of JSON, and this is HTML. Allowed: none."),
        (".txt?rich=text", "rich is a parameter of JSON, and this is plain text. Allowed: width."),
        (".md?known=lead", "known is a parameter of JSON, and this is Markdown. Allowed: none."),
        (".json?width=40", "width is a parameter of plain text, and this is JSON."),
        (".html?colour=red", "There is no parameter 'colour' here. Allowed: none."),
        (".txt?width=19", "width='19' is not understood. Allowed: 20 to 200."),
        (".txt?width=40&width=50", "width stands 2 times. Allowed: once."),
    ],
)
def test_what_is_asked_of_the_wrong_format_is_refused_by_name(client, path, detail):
    factory.treatment()
    refused = problem(client.get(f"{PAGE}{path}"), 400)
    assert refused["detail"].startswith(detail)


def test_parameters_follow_the_format_that_accept_chose(client):
    factory.treatment()
    problem(client.get(f"{PAGE}/?aspect=risks", headers={"accept": "text/html"}), 400)
    headers = {"accept": "text/plain"}
    narrow = client.get(f"{PAGE}/?width=20", headers=headers)
    assert narrow.content == client.get(f"{PAGE}.txt?width=20").content
    assert max(map(len, narrow.content.decode().splitlines())) <= 20


def test_json_by_its_suffix_is_the_document_itself(client):
    factory.treatment()
    for query in ("", "?aspect=risks&rich=html"):
        by_suffix, plain = client.get(f"{PAGE}.json{query}"), client.get(f"{PAGE}/{query}")
        assert by_suffix.content == plain.content
        assert by_suffix["ETag"] == plain["ETag"]


@EACH
def test_what_is_hidden_has_no_format_either(client, form):
    factory.treatment("draft").unpublish()
    hidden = client.get(f"/api/v1/en/treatments/draft.{form.suffix}")
    never = client.get(f"/api/v1/en/treatments/never.{form.suffix}")
    assert problem(hidden, 404)["type"] == problem(never, 404)["type"]
    assert hidden.content.replace(b"draft", b"never") == never.content
    problem(client.get(f"/api/v1/xx/treatments/draft.{form.suffix}"), 404)


@EACH_WRITTEN
def test_head_answers_like_get_without_a_body(client, form):
    factory.treatment()
    head, full = client.head(f"{PAGE}.{form.suffix}"), client.get(f"{PAGE}.{form.suffix}")
    assert (head.status_code, head.content) == (200, b"")
    assert {**head.headers, "Content-Length": ""} == {**full.headers, "Content-Length": ""}


def words_at(client, address: str) -> str:
    content = client.get(address).content
    if not address.endswith(".eml"):
        return content.decode()
    message = email.message_from_bytes(content, policy=email.policy.default)
    return "".join(part.get_content() for part in message.iter_parts())


@EACH_OF_WORDS
def test_a_stale_block_says_so_in_every_format(client, form):
    page = factory.treatment()
    factory.translate(page, "es")
    address = f"/api/v1/es/treatments/back-care.{form.suffix}"
    written = words_at(client, address)
    assert "inglés" not in written
    assert '"stale"' not in written
    name, block_type, value = factory.BODY[0]
    changed = {key: f"{each} Changed." if key == "text" else each for key, each in value.items()}
    factory.edit(page, ((name, block_type, changed), *factory.BODY[1:]))
    written = words_at(client, address)
    if form.suffix == "jsonld":
        (lead,) = [part for part in orjson.loads(written)["hasPart"] if part["inLanguage"] == "en"]
        assert lead["creativeWorkStatus"] == "stale"
    else:
        assert "La traducción está desactualizada" in written
        assert "Idioma de esta parte: inglés" in written
