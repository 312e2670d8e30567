"""manage.py export_print: which files there are, what they are called, what is said."""

from __future__ import annotations

import zipfile

import pytest
from django.core.management import CommandError, call_command

from tests import factory
from tests.printing.pango import needs_pango

pytestmark = [pytest.mark.django_db, needs_pango]
USED_FOR = (
    "used",
    "indications",
    {
        "intro": "For:",
        "items": [
            {
                "label": "Low back pain",
                "detail": "",
                "kind": "condition",
                "codes": [{"system": "icd-10-cm", "code": "M54.50"}],
            }
        ],
    },
)


def two_pages() -> None:
    for slug in ("back-care", "neck-care"):
        page = factory.treatment(slug, [*factory.BODY, USED_FOR])
        factory.translate(page, "es")


def files(folder) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_each_public_page_and_language_is_one_file(client, tmp_path, capsys):
    two_pages()
    call_command("export_print", tmp_path / "out")
    assert files(tmp_path / "out") == {
        f"{code}/{slug}.pdf" for code in ("en", "es") for slug in ("back-care", "neck-care")
    }
    served = client.get("/api/v1/es/treatments/neck-care.pdf").content
    assert (tmp_path / "out" / "es" / "neck-care.pdf").read_bytes() == served
    assert "4 files from 4 pages" in capsys.readouterr().out


def test_a_zip_is_the_same_bytes_again(tmp_path):
    factory.treatment()
    for name in ("one.zip", "two.zip"):
        call_command("export_print", tmp_path / name, "--paper", "Letter")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        assert archive.namelist() == ["en/back-care.pdf"]
    assert not list(tmp_path.glob(".*.part"))


def test_openemr_finds_a_file_by_code_and_is_told_what_is_not_in_it(tmp_path, capsys):
    two_pages()
    call_command("export_print", tmp_path, "--openemr", "--language", "es")
    assert {name for name in files(tmp_path) if name.endswith(".pdf") and "_" in name} == {
        "icd10_m54.50_es.pdf"
    }
    said = capsys.readouterr().err
    assert "icd10_m54.50_es.pdf is another treatment's; neck-care is not in it." in said


def test_an_unknown_language_is_refused_with_those_there_are(tmp_path):
    with pytest.raises(CommandError, match="zh-hans"):
        call_command("export_print", tmp_path, "--language", "xx")
