"""Every page of the demo, in every language that it is public in, read back from its PDF."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command

from pages.document.json_text import read_document
from pages.document.print_page import Paper
from pages.languages import all_languages
from pages.printing.export import public_editions
from pages.printing.many import printing
from tests.printing.pango import needs_pango
from tests.printing.reading import needs_judges, share_read, words_of

pytestmark = [pytest.mark.django_db, needs_pango, needs_judges]


def test_what_every_demo_page_says_comes_back_in_reading_order(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    settings.PRINT_SECONDS = 60  # while other tests run
    call_command("load_demo", quiet=True, stdout=StringIO())
    found = public_editions([language.code for language in all_languages()])
    assert {edition.language_code for _, edition in found} == {
        language.code for language in all_languages()
    }
    pdfs = printing([edition for _, edition in found], Paper.A4, None)
    shares = {
        f"{edition.language_code}/{slug}": share_read(
            pdf.result(), words_of(read_document(edition.body)), tmp_path
        )
        for (slug, edition), pdf in zip(found, pdfs, strict=True)
    }
    assert {name: share for name, share in shares.items() if share < 0.99} == {}
    assert len(shares) == len(found) > 11
