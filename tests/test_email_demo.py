"""Every page of the demo, in every language that it is public in, as an email."""

from __future__ import annotations

import email
import email.policy
from io import StringIO

import pytest
from django.core.management import call_command

from pages.document.email_page import LARGEST
from pages.languages import all_languages
from pages.models import CurrentEdition
from tests.writers.reading import read_html

pytestmark = pytest.mark.django_db


def test_every_page_is_whole_in_an_email_that_gmail_does_not_clip(client):
    call_command("load_demo", quiet=True, stdout=StringIO())
    editions = list(CurrentEdition.objects.order_by("slug", "language"))
    assert {edition.language for edition in editions} == {each.code for each in all_languages()}
    for edition in editions:
        address = f"/api/v1/{edition.language}/treatments/{edition.slug}"
        sent = client.get(f"{address}.email").content
        assert len(sent) <= LARGEST, address
        page = read_html(sent.decode())
        assert page.all("html")[0].attributes["lang"] == edition.language
        # One heading for each block, and that of what the page says of itself: none is shortened.
        assert len(page.all("h2")) == edition.blocks + 1, address
        assert f"{edition.slug}/#b-" not in sent.decode(), address
        message = email.message_from_bytes(
            client.get(f"{address}.eml").content, policy=email.policy.default
        )
        assert message["Content-Language"] == edition.language
        assert message["Subject"] == page.all("h1")[0].words
        assert message.defects == []
