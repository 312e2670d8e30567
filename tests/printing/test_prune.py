"""manage.py prune_prints: what it removes, and what it never does."""

from __future__ import annotations

import os
import time
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from wagtail.models import Site

from pages.models import ClinicBranding, CurrentEdition
from pages.printing.store import store
from tests import factory
from tests.printing.pango import needs_pango

pytestmark = pytest.mark.django_db
PAGE = "/api/v1/en/treatments/back-care.pdf"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    return tmp_path / "print"


def stored(folder):
    return {path for path in folder.glob("??/*") if path.is_file()}


def grown_old(folder) -> None:
    """An hour and a minute."""
    before = time.time() - 3660
    for path in stored(folder):
        os.utime(path, (before, before))


@needs_pango
def test_pdfs_of_former_editions_go_and_those_of_current_ones_stay(client, folder, capsys):
    page = factory.treatment()
    for asked in (PAGE, f"{PAGE}?paper=Letter"):
        assert client.get(asked).status_code == 200
    former = stored(folder)
    factory.edit(page, summary_en="Other words.")
    for asked in (PAGE, f"{PAGE}?paper=Letter"):
        assert client.get(asked).status_code == 200
    current = stored(folder) - former
    assert (len(former), len(current)) == (2, 2)
    grown_old(folder)
    call_command("prune_prints")
    assert stored(folder) == current
    said = capsys.readouterr().out
    assert said.startswith("2 PDFs removed (")
    assert said.endswith(" MB), 2 kept.\n")


def test_what_is_young_stays_and_what_a_killed_process_left_goes(folder, capsys):
    store("ab" * 32, b"%PDF of nobody")
    (folder / "ab" / "x.part").write_bytes(b"%PDF half")
    beside = folder / "font-cache" / "ab" / "x.cache-9"
    beside.parent.mkdir(parents=True)
    beside.write_bytes(b"fonts")
    call_command("prune_prints")
    assert capsys.readouterr().out == "0 PDFs removed (0.0 MB), 2 kept.\n"
    grown_old(folder)
    call_command("prune_prints")
    assert capsys.readouterr().out == "2 PDFs removed (0.0 MB), 0 kept.\n"
    assert beside.exists()
    call_command("prune_prints")
    assert capsys.readouterr().out == "0 PDFs removed (0.0 MB), 0 kept.\n"


@needs_pango
def test_pdfs_of_a_former_branding_go(client, folder, capsys):
    factory.treatment()
    client.get(PAGE)
    site = Site.objects.get(is_default_site=True)
    clinic = ClinicBranding.objects.create(site=site, name="Harbor")
    plain = stored(folder)
    client.get(PAGE)
    branded = stored(folder) - plain
    grown_old(folder)
    call_command("prune_prints")
    assert stored(folder) == branded
    clinic.delete()
    call_command("prune_prints")
    assert stored(folder) == set()


@needs_pango
def test_what_nobody_may_read_just_now_is_kept(client, folder):
    """It can be public again with the same edition."""
    factory.treatment()
    client.get(PAGE)
    grown_old(folder)
    CurrentEdition.objects.update(expires_at=timezone.now() - timedelta(days=1))
    assert client.get(PAGE).status_code == 404
    call_command("prune_prints")
    assert len(stored(folder)) == 1
