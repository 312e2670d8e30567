"""export_catalogs, import_catalogs and review_targets: what they say, refuse and exit with."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import polib
import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import OperationalError
from wagtail.models import ModelLogEntry

from pages.catalog.codecs.registry import CODECS
from pages.catalog.export import Catalog
from pages.catalog.handoffs import export_handoff
from pages.catalog.ledger import TargetLedger
from pages.document.vocabulary import Origin
from pages.models import (
    CatalogImport,
    Category,
    CurrentEdition,
    Edition,
    Handoff,
    Target,
    TargetChange,
    TreatmentPage,
)
from pages.publishing import editions, returned_catalogs
from tests import factory
from tests.catalog.conftest import SPANISH, exported, filled, only, take
from tests.factory import LEAD, WARNING

pytestmark = pytest.mark.django_db
REVIEW = ("--accept-approved", "--reviewer", "Dr. Luz", "--qualification", "MD")


@pytest.fixture
def page():
    return factory.treatment()


@pytest.fixture
def category() -> Category:
    return Category.objects.create(slug="hands-on", name_en="Hands-on care", description_en="By 2.")


def run(command: str, *arguments: str | Path) -> str:
    out = io.StringIO()
    call_command(command, *map(str, arguments), stdout=out, stderr=out)
    return out.getvalue()


def refusal(command: str, *arguments: str | Path) -> str:
    with pytest.raises(CommandError) as error:
        run(command, *arguments)
    return str(error.value)


def export(folder: Path, *arguments: str) -> Path:
    run("export_catalogs", "--language", "es", "--out", folder, *arguments)
    return folder / "es" / "LC_MESSAGES" / "treatments.po"


def fill(path: Path, suffix: str = " (es)") -> None:
    file = polib.pofile(str(path), encoding="utf-8")
    for entry in file:
        entry.msgstr = entry.msgid + suffix
        entry.flags = []
    file.save()


# export_catalogs


def test_every_language_gets_its_two_catalogues(page, category, tmp_path):
    said = run("export_catalogs", "--out", tmp_path)
    files = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.po"))
    assert len(files) == 20
    assert "zh_Hans/LC_MESSAGES/treatments.po" in files
    assert f"{tmp_path}/es/LC_MESSAGES/vocabulary.po: 2 units, written" in said


def test_exporting_again_writes_nothing(page, tmp_path):
    take(filled(exported(page)))
    path = export(tmp_path)
    before = (path.read_bytes(), path.stat().st_mtime_ns)
    assert "7 units, unchanged" in run("export_catalogs", "--language", "es", "--out", tmp_path)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


def test_a_dry_run_of_the_export_writes_nothing(page, tmp_path):
    said = run("export_catalogs", "--out", tmp_path / "new", "--language", "es", "--dry-run")
    assert "7 units, would be written" in said
    assert not (tmp_path / "new").exists()


def test_one_page_goes_to_a_folder_of_its_own(page, tmp_path):
    factory.treatment("neck-care")
    assert "neck-care" not in export(tmp_path, "--page", "back-care").read_text(encoding="utf-8")
    assert not (tmp_path / "es" / "LC_MESSAGES" / "vocabulary.po").exists()
    assert refusal("export_catalogs", "--page", "back-care") == (
        "--page needs --out FOLDER: the catalogues of locale/ hold every page, as PO."
    )


@pytest.mark.parametrize("command", ["export_catalogs", "import_catalogs", "review_targets"])
def test_an_unknown_language_or_page_is_refused_with_those_that_are_known(page, command, tmp_path):
    out = ("--out", tmp_path) if command == "export_catalogs" else ()
    assert "Unknown language 'xx'. Allowed: en, es," in refusal(command, "--language", "xx")
    assert "'en' is the source language. Allowed: es," in refusal(command, "--language", "en")
    assert refusal(command, "--language", "es", "--page", "backcare", *out) == (
        "--page 'backcare': no such page. Allowed: back-care."
    )


# import_catalogs


def test_what_comes_back_waits_for_a_review_and_a_reviewer_makes_it_public(page, tmp_path):
    path = export(tmp_path)
    fill(path)
    assert "7 units: 7 applied" in run("import_catalogs", path, "--language", "es", "--by", "Ana")
    assert not CurrentEdition.objects.filter(language="es").exists()
    run("import_catalogs", "--from", tmp_path, "--language", "es", "--by", "Ana", *REVIEW)
    assert CurrentEdition.objects.filter(language="es").exists()
    target = Target.objects.get(key="heading")
    assert (target.author, target.origin, target.reviewer) == ("Ana", Origin.HUMAN, "Dr. Luz")


def test_where_nobody_says_who_translated_nobody_says_that_it_was_a_human(page, tmp_path):
    path = export(tmp_path)
    fill(path)
    run("import_catalogs", path, "--language", "es")
    assert set(Target.objects.values_list("author", "origin")) == {("a file", "import")}


def test_a_dry_run_of_the_import_says_the_same_and_stores_nothing(page, category, tmp_path):
    for path in (export(tmp_path), tmp_path / "es" / "LC_MESSAGES" / "vocabulary.po"):
        fill(path)
    command = ("import_catalogs", "--from", tmp_path, *REVIEW)
    rehearsal = run(*command, "--dry-run")
    assert not Target.objects.exists()
    assert not Category.objects.get().name_es
    assert rehearsal == run(*command) + "Nothing was stored (--dry-run).\n"


def test_only_the_units_of_the_wanted_page_are_looked_at(page, tmp_path):
    factory.treatment("neck-care")
    path = export(tmp_path)
    fill(path)
    said = run("import_catalogs", path, "--language", "es", "--page", "back-care")
    assert "7 units: 7 applied, 7 of other pages were not looked at" in said


def test_words_that_were_not_stored_make_the_command_fail_after_all_files_were_read(page, tmp_path):
    path = export(tmp_path)
    fill(path)
    broken = path.with_name("broken.po")
    broken.write_text('msgid "a\n', encoding="utf-8")
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("<b1>20 minutes</b1>. (es)", "20 minutes"), encoding="utf-8")
    out = io.StringIO()
    with pytest.raises(CommandError, match="1 files were refused and 1 units kept back") as error:
        call_command(
            "import_catalogs", str(broken), str(path), "--language", "es", stdout=out, stderr=out
        )
    assert error.value.returncode == 1
    assert "broken.po: Line 1: a keyword or a closed quote is missing" in out.getvalue()
    assert "rejected: Missing tags: <b1>. (" in out.getvalue()
    assert Target.objects.count() == 6


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--accept-approved",), "--accept-approved needs --reviewer NAME"),
        (("--reviewer", "Luz"), "--reviewer needs --accept-approved"),
        (("--by", "Luz", "--accept-approved", "--reviewer", "luz"), "four eyes"),
        (("--by", " "), "Allowed: a name of 1 to 160"),
        (("--by", "x" * 161), "161 characters"),
        (("a.po", "--language", "es", "--language", "fr"), "With FILES, give one --language"),
        (("--handoff", "x"), "--handoff needs a FILE"),
        (("a.po", "--language", "es", "--from", "."), "Give FILES or --from, not both."),
        (("missing.po", "--language", "es"), "1 files were refused"),
        (("--from", "missing"), "No catalogue below missing."),
    ],
)
def test_arguments_that_make_no_sense_are_refused(arguments, message):
    assert message in refusal("import_catalogs", *arguments)


def test_a_fault_in_the_middle_leaves_nothing_behind(page, tmp_path, monkeypatch):
    path = export(tmp_path)
    fill(path)

    def fail(*args: object) -> None:
        assert Target.objects.count() == 7
        raise RuntimeError("the power went off")

    monkeypatch.setattr(returned_catalogs, "reconcile_pages", fail)
    with pytest.raises(RuntimeError):
        run("import_catalogs", path, "--language", "es", *REVIEW)
    assert not Target.objects.exists()
    assert not TargetChange.objects.exists()
    assert not CatalogImport.objects.exists()
    assert not Edition.objects.filter(language="es").exists()


def test_two_at_the_same_moment_end_in_a_clear_error_and_not_in_a_mixture(
    page, tmp_path, monkeypatch
):
    path = export(tmp_path)
    fill(path)
    save = TargetLedger.save

    def save_second(ledger: TargetLedger, brought_by: CatalogImport | None = None) -> None:
        one = next(iter(ledger._touched.values()))
        where = {"page_id": page.pk, "key": one.key, "text_digest": one.text_digest}
        Target.objects.create(language="es", text="x", state="needs_review", **where)
        save(ledger, brought_by)

    monkeypatch.setattr(TargetLedger, "save", save_second)
    out = io.StringIO()
    with pytest.raises(CommandError, match="1 files were refused"):
        call_command("import_catalogs", str(path), "--language", "es", stderr=out)
    assert "Nothing of the file was stored; run it again." in out.getvalue()
    assert not Target.objects.exists()


@pytest.mark.parametrize(
    ("error", "raised"),
    [(OperationalError("the disk is full"), CommandError), (RuntimeError("a fault"), RuntimeError)],
)
def test_page_by_page_a_run_that_stops_midway_says_what_it_stored(
    page, tmp_path, monkeypatch, error, raised
):
    factory.treatment("neck-care")
    path = export(tmp_path)
    fill(path)
    store, done = TargetLedger.save, []

    def save_once(ledger: TargetLedger, brought_by: CatalogImport | None = None) -> None:
        if done:
            raise error
        done.append(1)
        store(ledger, brought_by)

    monkeypatch.setattr(TargetLedger, "save", save_once)
    out = io.StringIO()
    with pytest.raises(raised):
        call_command("import_catalogs", str(path), "--by", "Ana", "--per-page", stderr=out)
    assert Target.objects.count() == 7
    record = CatalogImport.objects.get()
    assert record.report["unfinished"] is True
    assert record.report["counts"]["applied"] == record.report["units"] == 7
    assert "7 applied; cut off: the rest is not stored" in run("undo_import")
    monkeypatch.undo()
    run("import_catalogs", path, "--by", "Ana", "--per-page")
    assert Target.objects.count() == 14
    assert "unfinished" not in CatalogImport.objects.latest("pk").report
    assert "7 as before" in run("undo_import", str(record.pk), "--by", "Coordinator")


def test_page_by_page_a_run_that_stops_before_it_stored_anything_leaves_no_record(
    page, tmp_path, monkeypatch
):
    path = export(tmp_path)
    fill(path)

    def fail(*args: object) -> None:
        raise RuntimeError("a fault")

    monkeypatch.setattr(TargetLedger, "save", fail)
    with pytest.raises(RuntimeError):
        run("import_catalogs", path, "--by", "Ana", "--per-page")
    assert not CatalogImport.objects.exists()


# The vocabulary


def test_a_page_that_uses_terms_of_many_files_is_recompiled_once(category, tmp_path, monkeypatch):
    page = factory.treatment(category=category)
    factory.translate(page)
    run("export_catalogs", "--out", tmp_path)
    paths = sorted(tmp_path.rglob("vocabulary.po"))
    for path in paths:
        fill(path, f" ({path.parts[-3]})")
    compiled: list[int] = []
    plain = editions.live_pages

    def counted(page_ids: Collection[int]) -> list[TreatmentPage]:
        compiled.extend(page_ids)
        return plain(page_ids)

    monkeypatch.setattr(editions, "live_pages", counted)
    run("import_catalogs", *paths, "--by", "Ana", *REVIEW)
    assert compiled == [page.pk]
    for path in paths:
        language = path.parts[-3].replace("_", "-").lower()
        body = CurrentEdition.objects.get(language=language).edition.body
        assert f"Hands-on care ({path.parts[-3]})" in bytes(body).decode()
    assert "unpublished" not in str(CatalogImport.objects.values_list("report", flat=True))


def vocabulary(folder: Path) -> Path:
    run("export_catalogs", "--language", "es", "--out", folder)
    return folder / "es" / "LC_MESSAGES" / "vocabulary.po"


def test_vocabulary_is_served_at_once_so_it_takes_only_what_a_reviewer_answers_for(
    category, tmp_path
):
    path = vocabulary(tmp_path)
    fill(path)
    out = io.StringIO()
    with pytest.raises(CommandError, match="2 units kept back"):
        call_command("import_catalogs", str(path), "--language", "es", stdout=out)
    assert "The vocabulary takes reviewed words only" in out.getvalue()
    assert "2 applied" in run("import_catalogs", path, "--language", "es", "--by", "Ana", *REVIEW)
    category.refresh_from_db()
    assert (category.name_es, category.description_es) == ("Hands-on care (es)", "By 2. (es)")
    assert "2 unchanged" in run("import_catalogs", path, "--language", "es", *REVIEW)
    (entry,) = ModelLogEntry.objects.filter(action="wagtail.edit")
    assert entry.data["reviewer"] == "Dr. Luz"
    assert entry.data["fields"]["name"] == {
        "before": "",
        "after": "Hands-on care (es)",
        "digest": "",
    }


def test_a_stale_term_is_fuzzy_stays_so_untouched_and_is_current_again_when_confirmed(
    category, tmp_path
):
    path = vocabulary(tmp_path)
    fill(path)
    run("import_catalogs", path, "--language", "es", *REVIEW)
    category.refresh_from_db()
    category.name_en = "Care by hand"
    category.save()
    path = vocabulary(tmp_path)
    (stale,) = polib.pofile(str(path), encoding="utf-8").fuzzy_entries()
    assert (stale.msgid, stale.msgstr) == ("Care by hand", "Hands-on care (es)")
    assert "2 unchanged" in run("import_catalogs", path, "--language", "es", *REVIEW)
    path.write_text(path.read_text(encoding="utf-8").replace("#, fuzzy\n", ""), encoding="utf-8")
    assert "1 applied, 1 unchanged" in run("import_catalogs", path, "--language", "es", *REVIEW)
    category.refresh_from_db()
    assert not category.stale_translations()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('msgstr "By 2. (es)"', 'msgstr "Por 3."', "Checks fail: numbers."),
        ('msgstr "By 2. (es)"', 'msgstr "a\u202eb 2"', "U+202E is not allowed"),
        ('msgid "By 2."', 'msgid "By 3."', "The source has changed since: 'By 2.' now."),
        ("category.hands-on.description", "category.gone.name", "No such term or field."),
        ("#: vocabulary", "#, fuzzy\n#: vocabulary", "Fuzzy: the vocabulary takes"),
    ],
)
def test_what_the_vocabulary_does_not_take_is_reported(category, tmp_path, old, new, message):
    path = vocabulary(tmp_path)
    fill(path)
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    out = io.StringIO()
    with pytest.raises(CommandError, match="units kept back"):
        call_command("import_catalogs", str(path), "--language", "es", *REVIEW, stdout=out)
    assert message in out.getvalue()
    assert not Category.objects.get().description_es


# review_targets


def test_a_reviewer_reads_what_waits_and_answers_for_it(page):
    take(filled(exported(page)))
    listed = run("review_targets", "--language", "es")
    assert "  source: Back care\n  target: Back care (es)\n" in listed
    assert listed.endswith("Spanish: 7 targets wait for a review\n")
    assert not Target.objects.filter(state="approved").exists()
    said = run("review_targets", "--language", "es", "--reviewer", "Dr. Luz")
    assert said.endswith("Spanish: 7 targets wait for a review, 7 approved\n")
    assert CurrentEdition.objects.filter(language="es").exists()
    assert "0 targets wait" in run("review_targets", "--language", "es")


def test_a_translator_does_not_review_and_a_machine_waits_for_a_person(page):
    take(filled(exported(page)))
    assert refusal("review_targets", "--language", "es", "--reviewer", "ana").startswith(
        "7 were not approved"
    )
    factory.translate(page, "fr", state="machine")
    assert "0 targets wait" in run("review_targets", "--language", "fr", "--reviewer", "Luz")


def test_old_words_that_still_hold_are_shown_with_the_wording_they_were_made_for():
    page = factory.treatment(blocks=(LEAD, WARNING), summary_en="Care for your back.")
    take(filled(exported(page)))
    run("review_targets", "--language", "es", "--reviewer", "Dr. Luz")
    edited = factory.edit(page, summary_en="Care for a back.")
    kept = [unit for unit in exported(edited) if unit.fuzzy]
    take([replace(unit, fuzzy=False) for unit in kept])
    said = run("review_targets", "--language", "es", "--reviewer", "Dr. Luz")
    assert "  source: Care for a back.\n  made for: Care for your back.\n" in said
    assert "1 approved" in said


def test_a_failing_check_passes_only_with_a_reason_for_one_place(page):
    unit = only(exported(page), "#rest0")
    take([replace(unit, target="Descanse <b1>veinte</b1> minutos.")])
    key = unit.key.partition("/")[2]
    arguments = ("review_targets", "--language", "es", "--reviewer", "Dr. Luz")
    assert "1 were not approved" in refusal(*arguments)
    assert "--waiver needs" in refusal(*arguments, "--waiver", "Spelled out.")
    run(*arguments, "--key-prefix", key, "--waiver", "The number is spelled out.")
    target = Target.objects.get()
    assert (target.state, target.waiver) == ("approved", "The number is spelled out.")


# Jobs: what export_catalogs selects, and how it comes back


def test_a_job_goes_out_as_one_zip_and_comes_back_as_one(page, tmp_path):
    factory.treatment("neck-care")
    job, arguments = tmp_path / "job.zip", ("--page", "back-care", "--format", "xliff-1.2")
    languages = ("--language", "es", "--language", "ar")
    said = run("export_catalogs", *arguments, *languages, "--out", job, "--by", "Clinic")
    assert f"{job}: es/LC_MESSAGES/treatments.xlf: 7 units, written" in said
    assert "unchanged" in run("export_catalogs", *arguments, *languages, "--out", job)
    assert set(Handoff.objects.values_list("language", "by", "units")) == {
        ("es", "Clinic", 7),
        ("ar", "Clinic", 7),
    }
    (spanish, arabic) = json.loads(run("import_catalogs", job, "--report", "json"))
    assert spanish["file"] == f"{job}: ar/LC_MESSAGES/treatments.xlf"
    assert (spanish["language"], arabic["language"]) == ("ar", "es")
    assert spanish["counts"]["unchanged"] == 7
    assert CatalogImport.objects.get(language="es").handoff.language == "es"


def test_a_job_holds_only_the_states_that_were_asked_for(page, tmp_path):
    take(filled(exported(page))[:2])
    run("review_targets", "--language", "es", "--reviewer", "Dr. Luz")
    out = ("--out", tmp_path, "--language", "es", "--report", "json")
    exports = json.loads(run("export_catalogs", "--state", "missing", *out))
    assert [(each["catalog"], each["units"]) for each in exports] == [("treatments", 5)]
    exports = json.loads(run("export_catalogs", "--state", "approved", *out))
    assert [each["units"] for each in exports] == [2]
    assert "nothing to hand off" in run("export_catalogs", "--state", "machine", *out[:4])


def test_a_category_and_a_draft_select_pages(page, category, tmp_path):
    factory.treatment("neck-care", category=category)
    draft = page.get_latest_revision_as_object()
    draft.heading_en = "Care of the back"
    draft.save_revision()
    path = export(tmp_path / "one", "--category", "hands-on")
    assert "neck-care" in path.read_text(encoding="utf-8")
    assert "back-care" not in path.read_text(encoding="utf-8")
    assert "Care of the back" not in export(tmp_path / "two", "--page", "back-care").read_text()
    ahead = export(tmp_path / "three", "--page", "back-care", "--drafts")
    assert "Care of the back" in ahead.read_text(encoding="utf-8")
    assert "No category 'x'. Allowed: hands-on." in refusal("export_catalogs", "--category", "x")
    assert "--drafts needs --out FOLDER" in refusal("export_catalogs", "--drafts")


def test_a_whole_catalogue_for_git_carries_no_id_and_is_a_base_all_the_same(page, tmp_path):
    take(filled(exported(page)))
    path = export(tmp_path)
    assert b"Handoff" not in path.read_bytes()
    fill(path, " (better)")
    said = run("import_catalogs", path, "--by", "Ben")
    assert "7 applied" in said  # by another than the one who wrote what stood


def test_a_broken_member_of_a_zip_is_refused_and_the_others_are_read(page, tmp_path):
    path = export(tmp_path)
    fill(path)
    job = tmp_path / "job.zip"
    with zipfile.ZipFile(job, "w") as archive:
        archive.writestr("es/broken.po", 'msgid "a\n')
        archive.write(path, "es/treatments.po")
    out = io.StringIO()
    with pytest.raises(CommandError, match="1 files were refused and 0 units"):
        call_command("import_catalogs", str(job), stdout=out, stderr=out)
    assert f"{job}: es/broken.po: Line 1" in out.getvalue()
    assert Target.objects.count() == 7


@pytest.mark.parametrize("accepting", [(), REVIEW], ids=["to wait", "with a reviewer"])
def test_the_exit_status_says_that_a_check_holds_a_unit_back_at_every_import(
    page, tmp_path, accepting
):
    path = export(tmp_path)
    fill(path)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("<b1>20 minutes</b1>. (es)", "<b1>50 minutes</b1>. (es)"), "utf-8")
    for verdict in ("applied", "unchanged"):
        out = io.StringIO()
        with pytest.raises(CommandError, match="0 files were refused and 1 units kept") as error:
            call_command("import_catalogs", str(path), "--by", "Ana", *accepting, stdout=out)
        assert error.value.returncode == 3
        assert f"7 units: 7 {verdict}, 1 of these held back" in out.getvalue()
        assert f"{verdict}, held back: " in out.getvalue()
    assert Target.objects.count() == 7


def test_the_exit_status_is_0_where_every_word_is_in_and_nothing_stands_against_it(page, tmp_path):
    path = export(tmp_path)
    fill(path)
    assert "7 units: 7 applied" in run("import_catalogs", path, "--by", "Ana", *REVIEW)
    assert "7 units: 7 unchanged" in run("import_catalogs", path, "--by", "Ana", *REVIEW)


def test_a_unit_that_is_not_stored_ends_the_command_with_3(page, tmp_path):
    path = export(tmp_path)
    fill(path)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("<b1>20 minutes</b1>. (es)", "20 minutes. (es)"), "utf-8")
    with pytest.raises(CommandError, match="1 units kept back") as error:
        run("import_catalogs", path)
    assert error.value.returncode == 3


def test_who_asked_for_a_hand_off_is_told_when_the_command_completes_it(
    page, tmp_path, django_user_model
):
    carla = django_user_model.objects.create_user("carla", "carla@clinic.example.org", "secret")
    handoff = export_handoff(Catalog.TREATMENTS, SPANISH, CODECS["po"], by="Carla", requester=carla)
    path = tmp_path / handoff.file_name
    path.write_bytes(handoff.data)
    fill(path)
    run("import_catalogs", path, "--by", "Ana")
    assert mail.outbox == []  # it waits for a review
    run("import_catalogs", path, "--by", "Ana", *REVIEW, "--dry-run")
    assert mail.outbox == []
    run("import_catalogs", path, "--by", "Ana", *REVIEW)
    (message,) = mail.outbox
    assert message.to == ["carla@clinic.example.org"]
    assert message.subject == "Done: treatments.po (Spanish)"
    run("import_catalogs", path, "--by", "Ana", *REVIEW)
    assert len(mail.outbox) == 1


def test_an_import_is_listed_and_undone_by_its_number(page, tmp_path):
    path = export(tmp_path)
    fill(path)
    run("import_catalogs", path, "--by", "Ana")
    number = str(CatalogImport.objects.get().pk)
    assert f"{number}: " in run("undo_import")
    assert "treatments.po (es) by Ana: 7 applied" in run("undo_import")
    assert refusal("undo_import", number).startswith("--by NAME is missing")
    assert "No import 0." in refusal("undo_import", "0", "--by", "Coordinator")
    assert "7 as before" in run("undo_import", number, "--by", "Coordinator")
    assert "undone by Coordinator" in run("undo_import")
    assert "undid this import already" in refusal("undo_import", number, "--by", "Coordinator")
