"""Requests that mean harm: nothing breaks, nothing is ignored, no answer is another's."""

from __future__ import annotations

import pytest

from pages.languages import get_language
from pages.models import TreatmentPage
from pages.publishing.editions import reconcile
from pages.publishing.release import set_release
from tests import factory

pytestmark = pytest.mark.django_db
DETAIL = "/api/v1/en/treatments/back-care/"
LIST = "/api/v1/en/treatments/"
ANY = "/api/v1/treatments/back-care/"
SEARCH = "/api/v1/en/search/?q=back"
JSON_ROUTES = (
    "/api/v1/languages/",
    "/api/v1/treatments/",
    ANY,
    LIST,
    DETAIL,
    "/api/v1/en/sync/",
    "/api/v1/en/categories/",
    "/api/v1/en/body-regions/",
    "/api/v1/en/clinics/",
    "/api/v1/en/practitioners/",
    "/api/v1/en/glossary/",
    "/api/schema/",
    "/api/schema/document.json",
)
# Names that open other systems (Strapi, Ghost, Payload, Wagtail, Django).
FOREIGN_NAMES = (
    "where[updatedBy][email] filters[owner][password][$startsWith] owner__password__startswith "
    "order sort fields[] populate select include expand depth draft preview status live page q "
    "offset $where __proto__ id id__in pk slug slug__contains expires_at__gt all deleted lang "
    "language token access_token user Aspect aspect[] aspect%00 aspect%20 %ED%A0%80 callback"
).split()
OWN_NAMES = (
    "aspect rich known fallback category body_region specialty code clinic changed_since fields "
    "limit cursor format polymorphism initial languages wait"
).split()
EVIL_VALUES = (
    "",
    "*",
    "%00",
    "a" * 8000,
    "%ED%A0%80",
    "%FF",
    "' OR 1=1--",
    "%0d%0aX-Evil:1",
    "null",
    "-1",
    "1e9",
    "9" * 400,
    "{}",
    "%D9%A3",
    "M54.50%0A",
    "5%0A",
    "0001-01-01T00:00:00%2B14:00",
    "9999-12-31T23:59:59-14:00",
)


@pytest.fixture
def page():
    return factory.treatment()


@pytest.mark.usefixtures("page")
@pytest.mark.parametrize("path", JSON_ROUTES)
def test_no_foreign_parameter_and_no_evil_value_is_served_or_breaks_anything(client, path):
    queries = [f"{name}=1" for name in FOREIGN_NAMES]
    queries += [f"{name}={value}" for name in OWN_NAMES for value in EVIL_VALUES]
    queries += [f"{name}=a&{name}=a" for name in OWN_NAMES]
    answers = {query: client.get(f"{path}?{query}").status_code for query in queries}
    assert {query[:40]: status for query, status in answers.items() if status != 400} == {}


EVIL_HEADERS = (
    "",
    "*",
    "\x00",
    "a" * 8000,
    "é",
    'W/"',
    '"a\x00b"',
    "*/*;q=",
    "en;q=nan",
    ",,,,",
    "x-" * 2000,
    "-",
    "*-en",
    "Sat, 32 Foo 2026 99:99:99 GMT",
    "Mon, 01 Jan 0000 00:00:00 GMT",
    "Fri, 31 Dec 9999 23:59:59 GMT",
    "bytes=0-5",
)
HEADERS = (
    "Accept Accept-Language Accept-Encoding If-None-Match If-Modified-Since If-Match "
    "If-Unmodified-Since If-Range Range Host X-Forwarded-Host X-Forwarded-Proto X-Original-URL "
    "X-HTTP-Method-Override Forwarded Cookie Authorization Content-Type Origin"
).split()


@pytest.mark.usefixtures("page")
@pytest.mark.parametrize("path", [*JSON_ROUTES, SEARCH])
def test_no_header_breaks_an_answer_or_empties_it(client, path):
    for name in HEADERS:
        for value in EVIL_HEADERS:
            response = client.get(path, headers={name: value})
            said = (name, value[:20], response.status_code)
            assert response.status_code in (200, 304, 400, 406, 412), said
            assert response.content or response.status_code in (304, 412), said


@pytest.mark.usefixtures("page")
@pytest.mark.parametrize("path", [*JSON_ROUTES, SEARCH])
def test_no_header_says_where_we_are(client, path):
    usual = client.get(path)
    for name in ("X-Forwarded-Host", "X-Forwarded-Prefix", "Forwarded", "X-Original-URL"):
        response = client.get(path, headers={name: "evil.example"})
        if not path.endswith("/sync/"):  # its cursor says what time it is
            assert response.content == usual.content
        assert "evil" not in response.content.decode() + str(response.headers)
    for host in ("evil.example", "127.0.0.1.evil.example", "127.0.0.1@evil.example"):
        response = client.get(path, headers={"host": host})
        assert response.status_code == 400
        assert "evil" not in response.content.decode() + str(response.headers)


@pytest.mark.usefixtures("page")
@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/en/treatments/%2e%2e/",
        "/api/v1/en//treatments/",
        "/api//v1/languages/",
        "//api/v1/en/treatments/",
        "/api/v1/en/treatments/back-care./",
        "/api/v1/en/treatments/back-care%20/",
        "/api/v1/en/treatments/BACK-CARE/",
        "/api/v1/en/treatments/%ED%A0%80/",
        "/api/v1/en/treatments/%FF/",
        "/api/v1/en/treatments/%00/",
        "/api/v1/treatments/%0a/",
        "/api/v1/%00/treatments/",
        "/api/v1/%C4%B0/treatments/",
        f"/api/v1/en/treatments/{'a' * 8000}/",
        f"/api/v1/{'a' * 8000}/treatments/",
        "/api/foo%0abar",
        "/api/v1/languages%0a",
        "/api/docs/../../admin/",
    ],
)
def test_no_address_but_the_one_leads_to_a_document(client, path):
    assert client.get(path).status_code == 404


def test_an_uuid_has_one_spelling(client, page):
    for spelling in (str(page.translation_key).upper(), page.translation_key.hex):
        assert client.get(f"{LIST}{spelling}/").status_code == 404


@pytest.mark.usefixtures("page")
@pytest.mark.parametrize("path", [*JSON_ROUTES, SEARCH, f"{LIST}nope/", "/api/nothing/"])
def test_nothing_can_be_written_whatever_the_body(client, path):
    for method in ("POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "FOO"):
        body = b"" if method == "TRACE" else b"\x00{" * 100
        response = client.generic(method, path, data=body, content_type="application/json")
        assert response.status_code == 405, method
    assert client.options(path).status_code == 200


def test_what_django_takes_for_no_match_gets_the_whole_body(client, page):
    digest = client.get(DETAIL)["ETag"].strip('"')
    for held in (f'"W/{digest}"', f'"/{digest}"', f'W/"W{digest}"', f'"{digest.upper()}"'):
        response = client.get(DETAIL, headers={"if-none-match": held})
        assert (response.status_code, response["ETag"]) == (200, f'"{digest}"')
        assert len(response.content) == int(response["Content-Length"]) > 1000


def test_two_changes_in_a_second_are_two_for_if_modified_since(client, page):
    for number in range(3):
        seen = client.get(DETAIL)["Last-Modified"]
        factory.edit(page, summary_en=f"Recalled and mended {number} times.")
        assert client.get(DETAIL, headers={"if-modified-since": seen}).status_code == 200


def test_a_date_cannot_keep_what_left_a_list_or_a_language_that_was_withdrawn(client, page):
    factory.translate(page, "es")
    TreatmentPage.objects.get(pk=factory.treatment("other").pk).unpublish()
    set_release(page.pk, get_language("es"), "withdrawn", by="Dr. Luz", reason="wrong")
    reconcile(page.pk)
    since = {"if-modified-since": "Fri, 31 Dec 9998 23:59:59 GMT", "accept-language": "es"}
    for path in (LIST, ANY, "/api/v1/treatments/"):
        response = client.get(path, headers=since)
        assert response.status_code == 200
        assert "Last-Modified" not in response


def test_a_slug_in_any_script_makes_addresses_that_headers_can_carry(client):
    factory.treatment("боль-в-спине")
    response = client.get(f"{LIST}боль-в-спине/")
    address = (
        "/api/v1/en/treatments/%D0%B1%D0%BE%D0%BB%D1%8C-%D0%B2-%D1%81%D0%BF%D0%B8%D0%BD%D0%B5/"
    )
    assert f'{address}>; rel="canonical"' in response["Link"]
    assert response.json()["url"].endswith(address)
