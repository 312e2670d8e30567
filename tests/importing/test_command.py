"""manage.py import_treatment: a draft that is never live, opens in the editor and publishes."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from pages.importing import treatment_import
from pages.models import TreatmentIndexPage, TreatmentPage
from tests.importing import clinic_page

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("import_treatment", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def text() -> str:
    return str(clinic_page.TEXT)


def test_the_command_prints_the_coverage_and_why_each_block_was_chosen(index, text):
    printed = run(text)
    assert "Coverage: 100 % of 526 words" in printed
    assert "heading says “what it treats”" in printed
    assert "Severity: 3 “never”, 0 “ask first”." in printed


def test_the_page_is_a_draft_with_a_revision_and_is_not_live(index: TreatmentIndexPage, text):
    run(text, "--title", "Trigger points")
    page = TreatmentPage.objects.get()
    assert page.get_parent().pk == index.pk
    assert not page.live
    assert page.latest_revision is not None
    assert (page.title, page.slug) == ("Trigger points", "trigger-points")
    assert page.heading_en == "TRIGGER POINT INJECTION"
    assert page.summary_en.startswith("A trigger point injection puts")


@pytest.mark.parametrize("path", sorted(clinic_page.EXAMPLES.iterdir()), ids=lambda path: path.name)
def test_an_imported_draft_opens_in_the_editor_and_publishes(index, editor_client, path: Path):
    run(str(path))
    page = TreatmentPage.objects.get()
    assert editor_client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200
    page.latest_revision.as_object().full_clean()
    page.latest_revision.publish()
    page.refresh_from_db()
    assert page.live
    assert len(page.body) > 10


def test_a_dry_run_reports_and_creates_nothing(index, text):
    assert "Nothing was created" in run(text, "--dry-run")
    assert not TreatmentPage.objects.exists()


def test_a_word_that_would_be_lost_fails_the_command_and_creates_nothing(index, tmp_path):
    """Mammoth leaves out what stands under elements it does not know, such as ruby text."""
    document = Document()
    document.add_heading("Acupuncture", level=0)
    paragraph = document.add_paragraph("Acupuncture may ease pain for some hours.")
    ruby = parse_xml(f"<w:ruby {nsdecls('w')}><w:r><w:t>needles hurt</w:t></w:r></w:ruby>")
    paragraph.add_run()._r.append(ruby)
    path = tmp_path / "acupuncture.docx"
    document.save(str(path))
    with pytest.raises(
        CommandError, match=r"80\.0 % of 10 words .* must be 100 %\. Missing: hurt, needles\."
    ):
        run(str(path))
    assert not TreatmentPage.objects.exists()


def test_the_parent_is_found_by_slug_or_id_and_a_wrong_one_is_named(index, text):
    run(text, "--parent", "treatments")
    run(text, "--parent", str(index.pk), "--title", "Another")
    assert TreatmentPage.objects.count() == 2
    with pytest.raises(CommandError, match=rf"'nowhere'\. Allowed: treatments \({index.pk}\)"):
        run(text, "--parent", "nowhere")


def test_without_an_index_the_command_says_so(text):
    with pytest.raises(CommandError, match="There are: none yet"):
        run(text)


def test_a_second_import_of_the_same_text_gets_an_address_of_its_own(index, text):
    run(text)
    run(text)
    assert TreatmentPage.objects.values("slug").distinct().count() == 2


def test_a_file_that_is_not_there_is_named(index):
    with pytest.raises(CommandError, match=r"nowhere\.txt: No such file"):
        run("nowhere.txt")


def test_a_draft_that_fails_halfway_leaves_no_page(index, text, monkeypatch):
    def broken(**entry: object) -> None:
        raise RuntimeError("disk full")

    monkeypatch.setattr(treatment_import, "log", broken)
    with pytest.raises(RuntimeError):
        run(text)
    assert not TreatmentPage.objects.exists()
