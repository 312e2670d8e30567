"""manage.py export_bundle: what it writes, what it leaves, what it says."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from pages.languages import all_languages
from pages.models import Bundle, CurrentEdition, TreatmentPage
from tests import factory
from tests.bundles.reading import open_bundle
from tests.feed_app import take_positions

pytestmark = pytest.mark.django_db


def exported(out: Path, code: str, form: str) -> bytes:
    return (out / code / f"bundle.{form}").read_bytes()


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_every_language_is_a_file_in_each_format(page: TreatmentPage, tmp_path: Path, capsys):
    out = tmp_path / "out"
    call_command("export_bundle", "--out", out)
    codes = [language.code for language in all_languages()]
    assert files(out) == {f"{code}/bundle.{form}" for code in codes for form in Bundle.Format}
    assert f"{out}: 22 bundles, 22 of them made anew" in capsys.readouterr().out
    for code in codes:
        for form in Bundle.Format:
            opened = open_bundle(exported(out, code, form))
            assert opened.manifest["language"] == code
            public = CurrentEdition.objects.filter(language=code).select_related("edition")
            assert opened.documents == {
                str(row.document_id): bytes(row.edition.body) for row in public
            }
    assert open_bundle(exported(out, "es", "zip")).slugs == {"back-care"}
    assert open_bundle(exported(out, "fr", "zip")).slugs == set()


def test_documents_are_in_the_order_of_their_ids_on_every_database(tmp_path):
    for number in range(6):
        factory.treatment(f"page-{number}")
    call_command("export_bundle", "--out", tmp_path, "--language", "en", "--format", "zip")
    ids = [
        each["id"] for each in open_bundle(exported(tmp_path, "en", "zip")).manifest["documents"]
    ]
    assert ids == sorted(ids)
    assert len(ids) == 6


def test_a_picture_has_one_width_and_every_address_of_it_is_named(page, form, tmp_path):
    call_command("export_bundle", "--out", tmp_path, "--language", "en", "--format", form)
    opened = open_bundle(exported(tmp_path, "en", form))
    (image,) = opened.manifest["images"]
    assert (image["width"], image["media_type"]) == (800, "image/webp")
    assert opened.images[image["path"]].startswith(b"RIFF")
    (document,) = opened.documents.values()
    assert len(image["urls"]) == 3  # 400, 800 and 1000 pixels, the image's own
    for url in image["urls"]:
        assert url.encode() in document


def test_a_width_that_no_picture_has_takes_the_next_narrower(page, settings, tmp_path):
    settings.BUNDLE_IMAGE_WIDTH = 700
    call_command("export_bundle", "--out", tmp_path, "--language", "en")
    assert open_bundle(exported(tmp_path, "en", "zip")).manifest["images"][0]["width"] == 400
    settings.BUNDLE_IMAGE_WIDTH = 100
    call_command("export_bundle", "--out", tmp_path, "--language", "en")
    assert open_bundle(exported(tmp_path, "en", "zip")).manifest["images"][0]["width"] == 400


def test_only_what_changed_is_made_again(page: TreatmentPage, tmp_path: Path, capsys):
    call_command("export_bundle", "--out", tmp_path)
    before = {name: (tmp_path / name).stat().st_mtime_ns for name in files(tmp_path)}
    call_command("export_bundle", "--out", tmp_path)
    assert "22 bundles, 0 of them made anew" in capsys.readouterr().out
    factory.translate(factory.treatment("neck-care"), "pl")
    take_positions()
    call_command("export_bundle", "--out", tmp_path, "--verbosity", "2")
    said = capsys.readouterr().out
    assert "22 bundles, 4 of them made anew" in said
    assert "en/bundle.zip: 2 documents, 1 images" in said
    after = {name: (tmp_path / name).stat().st_mtime_ns for name in files(tmp_path)}
    changed = {name for name in after if name in before and after[name] != before[name]}
    assert changed == {f"{code}/bundle.{form}" for code in ("en", "pl") for form in Bundle.Format}


def test_the_same_state_is_the_same_bytes(page, form, tmp_path, settings):
    call_command("export_bundle", "--out", tmp_path / "one", "--format", form)
    Bundle.objects.all().delete()
    settings.BUNDLE_ROOT = tmp_path / "another"
    call_command("export_bundle", "--out", tmp_path / "two", "--format", form)
    for name in files(tmp_path / "one"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_the_storage_keeps_the_newest_of_each_and_nothing_else(
    page, settings, tmp_path, django_capture_on_commit_callbacks
):
    for number in range(3):
        factory.treatment(f"more-{number}")
        take_positions()
        with django_capture_on_commit_callbacks(execute=True):
            call_command("export_bundle", "--language", "en")
    kept = {bundle.name for bundle in Bundle.objects.all()}
    assert files(settings.BUNDLE_ROOT) == kept
    assert len(kept) == 2


def test_a_picture_whose_file_is_gone_is_left_out_and_its_document_stays(page, tmp_path, caplog):
    rendition = page.image.renditions.get(width=800)
    rendition.file.storage.delete(rendition.file.name)
    call_command("export_bundle", "--out", tmp_path, "--language", "en")
    opened = open_bundle(exported(tmp_path, "en", "zip"))
    assert (opened.slugs, opened.images) == ({"back-care"}, {})
    assert f"Image {rendition.file.name} is not there; it is in no bundle." in caplog.text


def test_a_folder_that_cannot_be_written_is_named(page, tmp_path):
    (tmp_path / "out").write_text("a file")
    with pytest.raises(CommandError, match=r"out/en.*The bundle that was there before is unharmed"):
        call_command("export_bundle", "--out", tmp_path / "out")


@pytest.mark.parametrize(
    ("option", "value", "allowed"),
    [("--language", "xx", "zh-hans"), ("--format", "tar", "ndjson.zst")],
)
def test_what_there_is_not_is_refused_with_what_there_is(option, value, allowed):
    with pytest.raises(CommandError, match=f"{value}.*{allowed}"):
        call_command("export_bundle", option, value)
