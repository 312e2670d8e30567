"""Documents that editors keep in the admin have an address."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from wagtail.documents import get_document_model

pytestmark = pytest.mark.django_db


def test_the_chooser_lists_a_document_and_its_address_gives_the_file(admin_client):
    document = get_document_model().objects.create(
        title="Consent form", file=ContentFile(b"words", name="consent.txt")
    )
    chooser = admin_client.get(reverse("wagtaildocs_chooser:choose"))
    assert "Consent form" in chooser.content.decode()
    answer = admin_client.get(document.url)
    assert b"".join(answer.streaming_content) == b"words"
