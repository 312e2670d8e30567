"""`.email` and `.eml`: addresses, headers, validators and what they depend on."""

from __future__ import annotations

import email
import email.policy

import pytest
from wagtail.models import Site

from pages.models import ClinicBranding
from tests import factory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def page():
    page = factory.treatment()
    factory.translate(page, "ar")
    return page


def get(client, address, **headers):
    return client.get(f"/api/v1/{address}", headers=headers)


def branded(**values) -> None:
    ClinicBranding.objects.create(site=Site.objects.get(is_default_site=True), **values)


def test_an_email_is_html_that_a_browser_shows_and_runs_nothing_of(client):
    response = get(client, "ar/treatments/back-care.email")
    assert response.status_code == 200
    assert response["Content-Type"] == "text/html; charset=utf-8"
    assert response["Content-Language"] == "ar"
    assert response["Content-Disposition"] == 'inline; filename="back-care.ar.email"'
    assert "default-src 'none'; style-src 'unsafe-inline'" in response["Content-Security-Policy"]
    assert response.content.startswith(b'<!doctype html><html lang="ar" dir="rtl"')


def test_a_message_is_a_file_that_a_mail_program_reads(client, settings):
    settings.DEFAULT_FROM_EMAIL = "Harbor <clinic@example.org>"
    settings.EMAIL_UNSUBSCRIBE_URL = "https://example.org/stop"
    settings.EMAIL_UNSUBSCRIBE_MAIL = "stop@example.org"
    response = get(client, "en/treatments/back-care.eml")
    assert response["Content-Type"] == "message/rfc822"
    assert response["Content-Disposition"] == 'attachment; filename="back-care.en.eml"'
    message = email.message_from_bytes(response.content, policy=email.policy.default)
    assert message["Subject"] == "Back care"
    assert message["From"] == "Harbor <clinic@example.org>"
    assert message["List-Unsubscribe"] == "<https://example.org/stop>, <mailto:stop@example.org>"
    html = message.get_body(("html",)).get_content()
    as_page = get(client, "en/treatments/back-care.email").content.decode()
    assert html.splitlines() == as_page.splitlines()


def test_a_message_is_the_same_bytes_each_time(client):
    first, second = (get(client, "ar/treatments/back-care.eml") for _ in range(2))
    assert first.content == second.content
    assert first["ETag"] == second["ETag"]


def test_a_browser_that_asks_for_html_gets_the_page_and_not_the_email(client):
    response = get(client, "en/treatments/back-care/", accept="text/html")
    assert response["Content-Location"].endswith("/back-care.html")
    assert b"mso" not in response.content
    message = get(client, "en/treatments/back-care/", accept="message/rfc822")
    assert message["Content-Location"].endswith("/back-care.eml")


@pytest.mark.parametrize("suffix", ["email", "eml"])
def test_who_holds_an_email_is_told_so_until_the_branding_or_the_sender_changes(
    client, settings, suffix
):
    address = f"en/treatments/back-care.{suffix}"
    etag = get(client, address)["ETag"]
    assert get(client, address, if_none_match=etag).status_code == 304
    branded(name="Harbor Spine Clinic")
    changed = get(client, address, if_none_match=etag)
    assert changed.status_code == 200
    settings.EMAIL_UNSUBSCRIBE_URL = "https://example.org/stop"
    again = get(client, address, if_none_match=changed["ETag"])
    assert again.status_code == 200
    assert get(client, address, if_none_match=again["ETag"]).status_code == 304


@pytest.mark.parametrize("suffix", ["email", "eml"])
def test_an_email_takes_one_query_for_the_edition_and_one_for_the_branding(
    client, django_assert_num_queries, suffix
):
    branded(name="Harbor")
    get(client, f"en/treatments/back-care.{suffix}")
    with django_assert_num_queries(2):
        get(client, f"en/treatments/back-care.{suffix}")


def test_a_page_that_is_not_public_in_a_language_has_no_email_in_it(client):
    assert get(client, "es/treatments/back-care.email").status_code == 404
    assert get(client, "es/treatments/back-care.eml").status_code == 404


def test_a_parameter_of_another_format_is_refused_by_name(client):
    response = get(client, "en/treatments/back-care.eml?width=40")
    assert response.status_code == 400
    assert "width is a parameter of plain text" in response.json()["detail"]
