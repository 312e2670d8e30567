"""`.email` and `.eml`: addresses, headers, validators and what they depend on."""

from __future__ import annotations

import email
import email.policy
import io

import pytest
from django.core.files.images import ImageFile
from django.core.files.storage import default_storage
from PIL import Image as Picture
from wagtail.images import get_image_model
from wagtail.models import Site

from pages.models import ClinicBranding
from tests import factory
from tests.writers.reading import read_html

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


def picture() -> object:
    """As a designer's: PNG, with nothing behind it."""
    file = io.BytesIO()
    Picture.new("RGBA", (1400, 700), (0, 128, 128, 0)).save(file, "PNG")
    return get_image_model().objects.create(title="Spine", file=ImageFile(file, "spine.png"))


def illustrated(page) -> object:
    """A picture above the blocks, and another inside one."""
    above, inside = picture(), picture()
    figure = {"image": inside.pk, "alt": "Hands on a back", "caption": ""}
    value = {"heading": "How", "body": '<p data-block-key="a0000">So.</p>', "figure": figure}
    blocks = [*factory.BODY, ("f", "how_it_works", value)]
    factory.edit(page, blocks, image=above, image_alt_en="A spine")
    return above


def pictures(html: str) -> list[dict[str, str]]:
    return [each.attributes for each in read_html(html).all("img")]


def test_pictures_are_in_a_form_that_every_mail_program_shows(
    client, page, settings, django_assert_num_queries
):
    illustrated(page)
    html = get(client, "en/treatments/back-care.email").content.decode()
    assert "webp" not in html
    assert "srcset" not in html
    shown = pictures(html)
    assert [(each["alt"], each["width"]) for each in shown] == [
        ("A spine", "600"),
        ("Hands on a back", "520"),
    ]
    for each in shown:
        path = each["src"].removeprefix(settings.BASE_URL + settings.MEDIA_URL)
        with default_storage.open(path) as file, Picture.open(file) as opened:
            assert (opened.format, opened.size) == ("JPEG", (1200, 600))
            assert min(opened.getpixel((5, 5))) > 250  # white where nothing was
    message = email.message_from_bytes(
        get(client, "en/treatments/back-care.eml").content, policy=email.policy.default
    )
    assert pictures(message.get_body(("html",)).get_content()) == shown
    # Made once: the edition, the branding, what is private, whose the addresses are, theirs.
    with django_assert_num_queries(5):
        get(client, "en/treatments/back-care.email")


def test_a_picture_whose_file_is_gone_since_is_described_all_the_same(client, page, caplog):
    above = illustrated(page)
    above.file.storage.delete(above.file.name)
    html = get(client, "en/treatments/back-care.email").content.decode()
    assert [each["alt"] for each in pictures(html)] == ["A spine", "Hands on a back"]
    assert "has no picture for emails" in caplog.text


def test_a_page_that_is_not_public_in_a_language_has_no_email_in_it(client):
    assert get(client, "es/treatments/back-care.email").status_code == 404
    assert get(client, "es/treatments/back-care.eml").status_code == 404


def test_a_parameter_of_another_format_is_refused_by_name(client):
    response = get(client, "en/treatments/back-care.eml?width=40")
    assert response.status_code == 400
    assert "width is a parameter of plain text" in response.json()["detail"]
