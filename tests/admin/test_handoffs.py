"""Hand-offs in the admin: out, back, looked at, applied, undone; each in its own language."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.contrib.auth.models import Permission, User
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pages.admin.handoffs import returning
from pages.admin.handoffs.returning import MOST_BYTES
from pages.catalog.codecs.codec import Header, ReadUnit
from pages.catalog.codecs.registry import CODECS
from pages.catalog.segments import page_segments
from pages.catalog.targets import approve_target
from pages.catalog.units import Unit, UnitState
from pages.catalog.vocabulary import MODELS
from pages.languages import get_language
from pages.models import (
    CatalogImport,
    CatalogUpload,
    Category,
    Handoff,
    Proposal,
    Target,
    TreatmentPage,
)
from pages.models.target import TargetState
from tests import factory
from tests.factory import block_id

pytestmark = pytest.mark.django_db
SPANISH, ARABIC = get_language("es"), get_language("ar")


def person(name: str, *codenames: str, **fields: Any) -> User:
    user = User.objects.create_user(name, f"{name}@clinic.example.org", "secret", **fields)
    user.user_permissions.set(Permission.objects.filter(codename__in=("access_admin", *codenames)))
    return user


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def page() -> TreatmentPage:
    return factory.treatment()


@pytest.fixture
def carla() -> User:
    """She coordinates Spanish and Arabic."""
    return person("carla", "translate_es", "translate_ar", first_name="Carla", last_name="Diaz")


@pytest.fixture
def coordinator(carla) -> Client:
    return client_of(carla)


def hand_out(client: Client, *codes: str, **fields: Any) -> list[Handoff]:
    """What the form makes, newest last."""
    before = set(Handoff.objects.values_list("pk", flat=True))
    data = {"languages": codes or ["es"], "format": "po", **fields}
    answer = client.post(reverse("handoff_export"), data)
    assert answer.status_code == 302, answer.context["form"].errors
    return list(Handoff.objects.exclude(pk__in=before).order_by("pk"))


def read(handoff: Handoff) -> Sequence[ReadUnit]:
    codec = CODECS[handoff.format]
    return codec.read(handoff.data, get_language(handoff.language)).units


def returned(handoff: Handoff, fuzzy: bool = False, **words: str) -> bytes:
    """The file as a translator sends it back; words: by the end of the key, else every unit."""
    language = get_language(handoff.language)
    units = []
    for unit in read(handoff):
        text = words.get(unit.key.partition("/")[2], "") if words else f"{unit.source} (es)"
        state = UnitState.NEEDS_REVIEW if fuzzy else UnitState.APPROVED
        units.append(
            Unit(
                key=unit.key,
                source=unit.source,
                target=text,
                state=state if text else UnitState.MISSING,
                crumbs=(),
                place="x",
            )
        )
    header = Header(language, handoff.created_at, str(handoff.public_id))
    return CODECS[handoff.format].write(units, header)


def send(client: Client, data: bytes, name: str = "treatments.po", **fields: Any):
    file = SimpleUploadedFile(name, data)
    return client.post(reverse("handoff_upload"), {"file": file, **fields}, follow=True)


def applied(client: Client, data: bytes, **fields: Any) -> CatalogImport:
    """Upload and apply; the import."""
    address = send(client, data, **fields).redirect_chain[-1][0]
    answer = client.post(address, {"apply": "1"})
    assert answer.status_code == 302
    return CatalogImport.objects.latest("pk")


# Going out


def test_the_menu_leads_to_the_hand_offs_and_the_form(page, coordinator):
    home = coordinator.get(reverse("wagtailadmin_home")).content.decode()
    assert reverse("handoffs") in home
    shown = coordinator.get(reverse("handoffs")).content.decode()
    assert "No hand-off yet" in shown
    assert reverse("handoff_export") in shown
    form = coordinator.get(reverse("handoff_export")).content.decode()
    assert 'value="es"' in form
    assert 'value="ar"' in form
    assert 'value="fr"' not in form
    assert page.title in form


def test_one_language_is_one_file_in_the_users_name(page, coordinator, carla):
    (handoff,) = hand_out(coordinator)
    assert (handoff.language, handoff.requester, handoff.by) == ("es", carla, "Carla Diaz")
    assert {unit.key.partition("/")[2] for unit in read(handoff)} == {
        segment.key for segment in page_segments(page)
    }
    answer = coordinator.get(reverse("handoff_download"), {"id": str(handoff.public_id)})
    assert answer.content == handoff.data
    assert answer["Content-Disposition"] == 'attachment; filename="treatments.es.po"'
    assert answer["Content-Type"].startswith("text/x-gettext-translation")


def test_several_languages_are_one_zip(page, coordinator):
    handoffs = hand_out(coordinator, "es", "ar")
    assert [handoff.language for handoff in handoffs] == ["es", "ar"]
    shown = coordinator.get(
        reverse("handoffs"), {"ready": [handoff.public_id for handoff in handoffs]}
    ).content.decode()
    (address,) = re.findall(r'href="([^"]*download/\?id=[^"]*id=[^"]*)"', shown)
    answer = coordinator.get(address.replace("&amp;", "&"))
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert {archive.read(name) for name in archive.namelist()} == {
            handoff.data for handoff in handoffs
        }
        assert archive.namelist() == [
            "ar/LC_MESSAGES/treatments.po",
            "es/LC_MESSAGES/treatments.po",
        ]


def test_the_zip_of_the_admin_is_laid_out_as_that_of_the_command_and_comes_back(page, tmp_path):
    coordinator = client_of(person("wei", "translate_es", "translate_zh_hans"))
    handoffs = hand_out(coordinator, "es", "zh-hans")
    ids = [handoff.public_id for handoff in handoffs]
    data = coordinator.get(reverse("handoff_download"), {"id": ids}).content
    languages = ["--language", "es", "--language", "zh-hans"]
    out = str(tmp_path / "job.zip")
    call_command(
        "export_catalogs", *languages, "--page", page.slug, "--out", out, stdout=io.StringIO()
    )
    with zipfile.ZipFile(io.BytesIO(data)) as ours, zipfile.ZipFile(out) as theirs:
        assert ours.namelist() == theirs.namelist()
        assert "zh_Hans/LC_MESSAGES/treatments.po" in ours.namelist()
    for name in (data, Path(out).read_bytes()):
        reports = send(coordinator, name, "job.zip").context["reports"]
        assert [each.language.code for each in reports] == ["es", "zh-hans"]


def test_two_hand_offs_of_one_language_lie_beside_each_other_in_a_zip(page, coordinator):
    (first,) = hand_out(coordinator)
    factory.translate(page, "es", only="summary")
    (second,) = hand_out(coordinator)
    ids = [first.public_id, second.public_id]
    data = coordinator.get(reverse("handoff_download"), {"id": ids}).content
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert sorted(archive.namelist()) == sorted(
            f"es/LC_MESSAGES/treatments-{each.public_id.hex[:8]}.po" for each in (first, second)
        )
    reports = send(coordinator, data, "both.zip").context["reports"]
    assert [report.language for report in reports] == [SPANISH, SPANISH]


@pytest.mark.parametrize("name", list(CODECS))
def test_every_format_goes_out_and_comes_back(page, coordinator, name):
    (handoff,) = hand_out(coordinator, format=name)
    record = applied(coordinator, returned(handoff), name=f"back{CODECS[name].suffix}")
    assert record.handoff == handoff
    assert record.report["counts"]["applied"] == len(read(handoff))


def test_the_form_narrows_it_down(page, coordinator):
    other = factory.treatment("neck-care")
    category = Category.objects.create(name_en="Hands-on", slug="hands-on")
    factory.edit(other, category=category)
    factory.translate(page, "es", only="summary")
    whole = hand_out(coordinator)[0]
    by_page = hand_out(coordinator, pages=["neck-care"])[0]
    by_category = hand_out(coordinator, category="hands-on", format="csv")[0]
    approved = hand_out(coordinator, states=["approved"])[0]
    assert whole.units == len(list(page_segments(page))) * 2
    for handoff in (by_page, by_category):
        assert {unit.key.partition("/")[0] for unit in read(handoff)} == {
            str(other.translation_key)
        }
    assert [unit.key.partition("/")[2] for unit in read(approved)] == ["summary"]


def test_drafts_go_out_only_when_asked_for(page, coordinator):
    draft = TreatmentPage.objects.get(pk=page.pk)
    draft.summary_en = "A summary that is only a draft."
    draft.save_revision()

    def sources(handoff: Handoff) -> set[str]:
        return {unit.source for unit in read(handoff)}

    assert draft.summary_en not in sources(hand_out(coordinator)[0])
    assert draft.summary_en in sources(hand_out(coordinator, drafts="on")[0])


def test_nothing_to_hand_out_is_said_and_what_was_chosen_stays(page, coordinator):
    answer = coordinator.post(
        reverse("handoff_export"), {"languages": ["es"], "format": "csv", "states": ["stale"]}
    )
    shown = answer.content.decode()
    assert "Nothing to hand out in Spanish" in shown
    assert re.search(r'value="csv"[^>]*checked', shown)
    assert not Handoff.objects.exists()


def test_a_language_of_others_cannot_be_asked_for(page, coordinator):
    answer = coordinator.post(reverse("handoff_export"), {"languages": ["fr"], "format": "po"})
    assert "fr is not one of the available choices" in answer.content.decode()
    assert not Handoff.objects.exists()


# How far it is


def row_of(client: Client, handoff: Handoff) -> dict[str, Any]:
    items = client.get(reverse("handoffs")).context["items"]
    (found,) = (item for item in items if item["handoff"] == handoff)
    return found


def test_the_list_says_how_far_each_is(page, coordinator):
    (handoff,) = hand_out(coordinator)
    total = handoff.units
    assert row_of(coordinator, handoff)["progress"].translated == 0
    applied(coordinator, returned(handoff, summary="Un resumen.", heading="Espalda"))
    progress = row_of(coordinator, handoff)["progress"]
    assert (progress.units, progress.returned, progress.translated, progress.approved) == (
        total,
        2,
        2,
        0,
    )
    factory.translate(page, "es")  # in the workspace
    progress = row_of(coordinator, handoff)["progress"]
    assert (progress.returned, progress.translated) == (2, total)
    assert progress.approved == total
    assert progress.is_done
    shown = coordinator.get(reverse("handoffs")).content.decode()
    assert "Done" in shown
    assert "by Carla Diaz" in shown


def test_the_list_is_of_one_language_at_a_time(page, coordinator):
    hand_out(coordinator, "es", "ar")
    items = coordinator.get(reverse("handoffs"), {"language": "ar"}).context["items"]
    assert [item["language"] for item in items] == [ARABIC]


def test_the_requester_is_told_when_a_file_completes_it(
    page, coordinator, carla, django_capture_on_commit_callbacks
):
    (handoff,) = hand_out(coordinator)
    factory.translate(page, "es", only="body")
    data = returned(handoff, heading="Espalda", summary="Un resumen.")
    who = carla.user_permissions
    who.add(Permission.objects.get(codename="review_es"))
    fields = {"translator": "Agency", "reviewed": "on"}
    address = send(coordinator, data, **fields).redirect_chain[-1][0]
    assert mail.outbox == []
    with django_capture_on_commit_callbacks(execute=True):
        coordinator.post(address, {"apply": "1"})
    (message,) = mail.outbox
    assert message.to == [carla.email]
    assert message.subject == "Done: treatments.po (Spanish)"
    handoff.refresh_from_db()
    assert handoff.done_at is not None


def test_a_text_that_a_check_holds_back_is_amber_and_its_hand_off_is_not_done(page, coordinator):
    (handoff,) = hand_out(coordinator)
    factory.translate(page, "es")
    rest = f"body.{block_id('section')}.body#rest0"
    Target.objects.get(key=rest, language="es").delete()
    data = returned(handoff, **{rest: "Descansa durante <b1>50 minutos</b1>."})
    answer = send(coordinator, data)
    chip = '<span class="workspace-chip handoffs-verdict--held">held back</span>'
    shown = answer.content.decode()
    assert shown.count(chip) == 2  # the number of them, and the line itself
    assert "not served until the words are mended" in shown
    done = coordinator.post(answer.redirect_chain[-1][0], {"apply": "1"}, follow=True)
    assert "1 applied" in done.content.decode()
    assert "1 of these held back" in done.content.decode()
    assert ">1 held back<" in coordinator.get(reverse("handoff_imports")).content.decode()
    progress = row_of(coordinator, handoff)["progress"]
    assert (progress.translated, progress.held, progress.approved) == (
        handoff.units,
        1,
        handoff.units - 1,
    )
    assert not progress.is_done
    shown = coordinator.get(reverse("handoffs")).content.decode()
    assert "1 held back" in shown
    assert "Done" not in shown
    stored = Target.objects.get(key=rest, language="es")
    approve_target(stored, by="Dr. Luz", waiver="The nurse said fifty.")
    assert row_of(coordinator, handoff)["progress"].is_done


def test_what_was_translated_when_it_went_out_is_no_news(page, coordinator):
    factory.translate(page, "es")
    (handoff,) = hand_out(coordinator, states=["approved"])
    assert handoff.done_at is not None


# Coming back: look first


def test_a_dry_run_says_what_would_happen_and_stores_nothing(page, coordinator):
    (handoff,) = hand_out(coordinator)
    answer = send(coordinator, returned(handoff, summary="Un resumen."))
    shown = answer.content.decode()
    assert "Nothing is stored yet" in shown
    (report,) = answer.context["reports"]
    assert [(verdict, number) for verdict, _, number, _ in report.counts] == [
        ("applied", 1),
        ("unchanged", handoff.units - 1),
    ]
    assert not Target.objects.exists()
    assert not CatalogImport.objects.exists()


def test_each_line_worth_a_look_shows_both_texts_and_leads_to_the_workspace(page, coordinator):
    (handoff,) = hand_out(coordinator, "ar")
    (long,) = (unit for unit in read(handoff) if unit.key.endswith("#rest0"))
    key = long.key.partition("/")[2]
    answer = send(coordinator, returned(handoff, **{key: "تستريح لمدة <b1>30 دقيقة</b1>."}))
    (report,) = answer.context["reports"]
    (line,) = report.lines
    assert line.message
    shown = answer.content.decode()
    opening, closing = (
        f'<code class="workspace-tag" dir="ltr">&lt;{tag}&gt;</code>' for tag in ("b1", "/b1")
    )
    assert f"You rest for {opening}20 minutes{closing}.</td>" in shown
    assert f'<td lang="ar" dir="rtl">تستريح لمدة {opening}30 دقيقة{closing}.</td>' in shown
    assert coordinator.get(line.url.partition("#")[0]).status_code == 200
    anchor = line.url.partition("#")[2]
    assert f'id="{anchor}"' in coordinator.get(line.url.partition("#")[0]).content.decode()


def test_apply_does_what_the_dry_run_said(page, coordinator):
    (handoff,) = hand_out(coordinator)
    data = returned(handoff)
    answer = send(coordinator, data)
    promised = answer.context["upload"].reports[0]
    record = applied(coordinator, data)
    assert record.report["counts"] == promised["counts"]
    assert record.data == data
    assert (record.by, record.reviewer, record.uploaded_by) == ("Carla Diaz", "", "carla")
    assert set(Target.objects.values_list("state", flat=True)) == {TargetState.NEEDS_REVIEW}
    shown = coordinator.get(reverse("handoff_import", args=[record.pk])).content.decode()
    assert f"{handoff.units}</td>" in shown
    file = coordinator.get(reverse("handoff_import_file", args=[record.pk]))
    assert file.content == data


def test_what_changed_since_the_dry_run_is_shown_and_not_applied(page, coordinator):
    (handoff,) = hand_out(coordinator)
    address = send(coordinator, returned(handoff)).redirect_chain[-1][0]
    factory.translate(page, "es", only="summary")
    answer = coordinator.post(address, {"apply": "1"})
    assert answer.status_code == 200
    assert "Somebody worked on these texts meanwhile" in answer.content.decode()
    counts = {verdict: number for verdict, _, number, _ in answer.context["reports"][0].counts}
    assert counts["conflict"] == 1
    assert Target.objects.count() == 1
    assert not CatalogImport.objects.exists()
    assert not Proposal.objects.exists()
    # Now it is what was looked at.
    assert coordinator.post(address, {"apply": "1"}).status_code == 302
    assert Target.objects.count() == handoff.units
    assert Target.objects.get(key="summary").state == TargetState.APPROVED
    assert Proposal.objects.get().target.key == "summary"


def test_a_discarded_upload_is_gone(page, coordinator):
    (handoff,) = hand_out(coordinator)
    address = send(coordinator, returned(handoff)).redirect_chain[-1][0]
    coordinator.post(address, {"discard": "1"})
    assert not CatalogUpload.objects.exists()
    for answer in (
        coordinator.get(address, follow=True),
        coordinator.post(address, {"apply": "1"}, follow=True),
    ):
        assert "applied or discarded already" in answer.content.decode()
    assert not Target.objects.exists()


def test_an_upload_is_its_senders_alone(page, coordinator):
    (handoff,) = hand_out(coordinator)
    address = send(coordinator, returned(handoff)).redirect_chain[-1][0]
    other = client_of(person("other", "translate_es", "translate_ar"))
    assert other.get(address).url == reverse("handoff_imports")
    other.post(address, {"apply": "1"})
    other.post(address, {"discard": "1"})
    assert not Target.objects.exists()
    assert CatalogUpload.objects.exists()


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def test_a_zip_of_several_languages_comes_back_at_once(page, coordinator):
    spanish, arabic = hand_out(coordinator, "es", "ar")
    data = zipped({"es/a.po": returned(spanish), "ar/a.po": returned(arabic)})
    answer = send(coordinator, data, "back.zip")
    assert [report.language for report in answer.context["reports"]] == [SPANISH, ARABIC]
    coordinator.post(answer.redirect_chain[-1][0], {"apply": "1"})
    assert Target.objects.filter(language="ar").count() == arabic.units
    assert {record.handoff for record in CatalogImport.objects.all()} == {spanish, arabic}


def test_catalogues_of_one_zip_that_follow_each_other_are_applied_as_shown(page, coordinator):
    (handoff,) = hand_out(coordinator)
    first = returned(handoff, summary="Un resumen.")
    second = returned(handoff, summary="Otro resumen.")
    answer = send(coordinator, zipped({"es/1.po": first, "es/2.po": second}), "back.zip")
    assert coordinator.post(answer.redirect_chain[-1][0], {"apply": "1"}).status_code == 302


# What is refused is said on the form, and nothing is stored


def refused(client: Client, data: bytes, name: str, **fields: Any) -> str:
    answer = send(client, data, name, **fields)
    assert answer.redirect_chain == []
    assert not CatalogUpload.objects.exists()
    assert not Target.objects.exists()
    assert not CatalogImport.objects.exists()
    return "\n".join(answer.context["form"].errors["file"])


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("leaflet.pdf", b"%PDF-1.7", "The file is a PDF"),
        ("broken.po", b'msgid "unclosed', "line 1"),
        ("empty.po", b" ", "empty"),
        ("nothing.zip", zipped({}), "without any file"),
        ("evil.zip", zipped({"../x.po": b"x"}), "../x.po"),
    ],
)
def test_a_file_that_is_no_catalogue_is_named_with_its_fault(
    page, coordinator, name, data, message
):
    said = refused(coordinator, data, name)
    assert name in said
    assert message.casefold() in said.casefold()


def with_first_target(data: bytes, words: str) -> bytes:
    """A workbook in whose first row somebody typed `words`."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    columns = {cell.value: cell.column for cell in book.active[1]}
    target = next(at for title, at in columns.items() if str(title).startswith("target"))
    book.active.cell(2, target).value = words
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_workbook_with_a_formula_is_refused_with_its_cell(page, coordinator):
    (handoff,) = hand_out(coordinator, format="xlsx")
    data = with_first_target(returned(handoff), '=HYPERLINK("https://evil.example","Descanse.")')
    said = refused(coordinator, data, "back.xlsx")
    assert re.search(r"back\.xlsx: Cell [A-Z]2: holds a formula\. Allowed: text", said)


def test_a_header_of_another_charset_and_a_unit_that_stands_twice_are_refused_with_the_line(
    page, coordinator
):
    (handoff,) = hand_out(coordinator)
    text = returned(handoff).decode()
    body = text.partition("\n\n")[2]
    latin = text.replace("charset=UTF-8", "charset=ISO-8859-1").replace("(es)", "(español)")
    said = refused(coordinator, latin.encode(), "back.po")
    assert "back.po: Line 2: the header says charset=ISO-8859-1, and the file's bytes are" in said
    twice = f"{text}\n{body}"
    said = refused(coordinator, twice.encode(), "back.po")
    assert re.search(r"back\.po: Line \d+: \S+/\S+ stands at line \d+ already", said)


def test_one_bad_file_of_a_zip_holds_back_the_others(page, coordinator):
    (handoff,) = hand_out(coordinator)
    data = zipped({"es/a.po": returned(handoff), "es/notes.po": b"hello"})
    assert "es/notes.po" in refused(coordinator, data, "back.zip")


def test_a_file_that_is_too_large_is_refused_with_the_limit(page, coordinator):
    said = refused(coordinator, b"x" * (MOST_BYTES + 1), "large.po")
    assert "large.po has 20,971,521 bytes. Allowed in one upload: at most 20,000 texts" in said
    assert "manage.py import_catalogs FILE --per-page" in said
    shown = coordinator.get(reverse("handoff_upload")).content.decode()
    assert "at most 20,000 texts and 20 MB" in shown


def test_a_zip_that_is_too_large_unpacked_is_refused_with_the_limit(page, coordinator):
    (handoff,) = hand_out(coordinator)
    remark = b"\n# " + hashlib.shake_256().hexdigest(MOST_BYTES // 4).encode()
    data = zipped({f"es/{name}.po": returned(handoff) + remark for name in "ab"})
    assert len(data) < MOST_BYTES
    said = refused(coordinator, data, "large.zip")
    assert "large.zip: Unpacked, it has more than 20,971,520 bytes. Allowed in one upload" in said
    assert "manage.py import_catalogs FILE --per-page" in said


def test_more_texts_than_a_request_can_take_are_refused_before_any_is_stored(
    page, coordinator, monkeypatch
):
    spanish, arabic = hand_out(coordinator, "es", "ar")
    monkeypatch.setattr(returning, "MOST_UNITS", spanish.units + arabic.units)
    data = zipped({"ar/a.po": returned(arabic), "es/a.po": returned(spanish)})
    assert send(coordinator, data, "back.zip").redirect_chain
    CatalogUpload.objects.all().delete()
    monkeypatch.setattr(returning, "MOST_UNITS", spanish.units + arabic.units - 1)
    said = refused(coordinator, data, "back.zip")
    assert f"back.zip has more than {spanish.units + arabic.units - 1} texts. Allowed" in said
    assert "manage.py import_catalogs FILE --per-page" in said


def test_a_language_of_others_is_refused_also_inside_a_zip(page, coordinator):
    arabic_only = client_of(person("omar", "translate_ar"))
    spanish, arabic = hand_out(coordinator, "es", "ar")
    said = refused(arabic_only, returned(spanish), "treatments.po")
    assert "You may not translate Spanish. Allowed to you: Arabic." in said
    data = zipped({"ar/a.po": returned(arabic), "es/a.po": returned(spanish)})
    assert "es/a.po: You may not translate Spanish" in refused(arabic_only, data, "back.zip")


def test_a_file_of_another_project_is_refused_as_such(page, coordinator):
    head = 'msgid ""\nmsgstr "Language: es\\nContent-Type: text/plain; charset=UTF-8\\n"\n\n'
    said = refused(coordinator, f'{head}msgid "Hello"\nmsgstr "Hola"\n'.encode(), "django.po")
    assert "Nothing in the file is of this site: line 4 has the key ''" in said
    assert "Allowed: files that were handed out here." in said


def test_a_vocabulary_needs_the_vocabularys_own_permissions(page, coordinator):
    Category.objects.create(name_en="Hands-on", slug="hands-on")
    keeper = client_of(
        person("kim", "translate_es", *(f"change_{each._meta.model_name}" for each in MODELS))
    )
    assert 'name="content"' not in coordinator.get(reverse("handoff_export")).content.decode()
    (handoff,) = hand_out(keeper, content="vocabulary")
    data = returned(handoff)
    assert "vocabulary" in refused(coordinator, data, "vocabulary.po")
    assert send(keeper, data, "vocabulary.po").context["reports"][0].units == 1


# Reviewing a file


@pytest.fixture
def luz() -> User:
    return person("luz", "translate_es", "review_es", first_name="Luz", last_name="Vega")


def test_a_file_approves_only_what_a_reviewer_answers_for(page, luz):
    client = client_of(luz)
    (handoff,) = hand_out(client)
    form = client.get(reverse("handoff_upload")).content.decode()
    assert 'name="reviewed"' in form
    record = applied(
        client,
        returned(handoff),
        translator="Agency",
        reviewed="on",
        qualification="MD",
    )
    assert (record.by, record.reviewer) == ("Agency", "Luz Vega")
    target = Target.objects.get(key="summary")
    assert (target.state, target.reviewer, target.qualification, target.author) == (
        TargetState.APPROVED,
        "Luz Vega",
        "MD",
        "Agency",
    )


def test_who_may_not_review_is_not_asked_and_cannot_claim_it(page, coordinator):
    (handoff,) = hand_out(coordinator)
    assert 'name="reviewed"' not in coordinator.get(reverse("handoff_upload")).content.decode()
    record = applied(coordinator, returned(handoff), translator="Agency", reviewed="on")
    assert record.reviewer == ""
    assert not Target.objects.filter(state=TargetState.APPROVED).exists()


def test_nobody_reviews_what_they_translated(page, luz):
    client = client_of(luz)
    (handoff,) = hand_out(client)
    said = refused(client, returned(handoff), "treatments.po", reviewed="on")
    assert "Luz Vega translated and cannot review the same" in said
    said = refused(
        client, returned(handoff), "treatments.po", reviewed="on", translator="luz  VEGA"
    )
    assert "four eyes" in said


def test_reviewing_one_language_is_not_reviewing_another(page, luz):
    luz.user_permissions.add(Permission.objects.get(codename="translate_ar"))
    client = client_of(luz)
    (handoff,) = hand_out(client, "ar")
    said = refused(client, returned(handoff), "a.po", reviewed="on", translator="Agency")
    assert "You may not review Arabic. Allowed to you: Spanish." in said


def test_ones_own_words_from_the_workspace_are_not_approved_by_a_file(page, luz):
    """Whoever the form says translated it, and whatever the account is called now."""
    client = client_of(luz)
    (handoff,) = hand_out(client)
    own = reverse("workspace", args=["es", page.pk])
    shown = client.get(own)
    rows = [row for group in shown.context["groups"] for row in group.rows]
    (row,) = (row for row in rows if row.segment.key == "summary")
    answer = client.post(
        own,
        {
            "act": "save",
            "key": "summary",
            "text": "Un resumen.",
            "base": row.base,
            "source": row.segment.text,
        },
    )
    assert answer.status_code in (200, 302)
    assert Target.objects.get(key="summary").author == "Luz Vega"
    User.objects.filter(pk=luz.pk).update(last_name="Mora")
    client = client_of(User.objects.get(pk=luz.pk))
    answer = send(
        client, returned(handoff, summary="Un resumen."), translator="Agency", reviewed="on"
    )
    said = "\n".join(answer.context["form"].errors["file"])
    assert "1 of the texts are your own words" in said
    assert Target.objects.get(key="summary").state == TargetState.NEEDS_REVIEW


# History and undo


def test_undo_asks_and_takes_back_what_the_file_did(page, coordinator):
    (handoff,) = hand_out(coordinator)
    record = applied(coordinator, returned(handoff))
    listed = coordinator.get(reverse("handoff_imports")).content.decode()
    address = reverse("handoff_undo", args=[record.pk])
    assert address in listed
    assert "becomes what it was before" in coordinator.get(address).content.decode()
    assert Target.objects.standing().count() == handoff.units
    answer = coordinator.post(address, follow=True)
    assert f"Undone: {handoff.units} texts are as before." in answer.content.decode()
    assert not Target.objects.standing().exists()
    record.refresh_from_db()
    assert record.undone_by == "Carla Diaz"
    again = coordinator.post(address, follow=True).content.decode()
    assert "Carla Diaz undid this import already" in again
    assert "Undone by Carla Diaz" in coordinator.get(reverse("handoff_imports")).content.decode()


def test_approvals_are_undone_only_by_who_may_review(page, luz, coordinator):
    client = client_of(luz)
    (handoff,) = hand_out(client)
    record = applied(client, returned(handoff), translator="Agency", reviewed="on")
    address = reverse("handoff_undo", args=[record.pk])
    assert address not in coordinator.get(reverse("handoff_imports")).content.decode()
    assert "You may not undo" in coordinator.get(address).content.decode()
    assert coordinator.post(address).url == reverse("wagtailadmin_home")
    assert Target.objects.filter(state=TargetState.APPROVED).count() == handoff.units
    client.post(address)
    assert not Target.objects.standing().exists()


def test_a_file_that_changed_nothing_is_kept_once(page, coordinator):
    (handoff,) = hand_out(coordinator)
    data = returned(handoff)
    first = applied(coordinator, data)
    assert applied(coordinator, data) == first
    assert CatalogImport.objects.count() == 1


# Another language does not exist


def test_nothing_of_another_language_is_shown_or_done(page, coordinator):
    (handoff,) = hand_out(coordinator)
    record = applied(coordinator, returned(handoff))
    omar = client_of(person("omar", "translate_ar"))
    assert omar.get(reverse("handoffs")).context["items"] == []
    assert omar.get(reverse("handoffs"), {"language": "es"}).context["items"] == []
    assert omar.get(reverse("handoff_imports")).context["items"] == []
    ready = omar.get(reverse("handoffs"), {"ready": str(handoff.public_id)})
    assert ready.context["ready"] is None
    download = reverse("handoff_download")
    assert omar.get(download, {"id": str(handoff.public_id)}).status_code == 404
    (own,) = hand_out(omar, "ar")
    both = omar.get(download, {"id": [str(handoff.public_id), str(own.public_id)]})
    assert both.url == reverse("wagtailadmin_home")
    for name in ("handoff_import", "handoff_import_file", "handoff_undo"):
        address = reverse(name, args=[record.pk])
        assert omar.get(address).status_code == 404
    assert omar.post(reverse("handoff_undo", args=[record.pk])).status_code == 404
    assert Target.objects.standing().count() == handoff.units
    assert str(handoff.public_id) not in omar.get(reverse("handoff_upload")).content.decode()


@pytest.mark.parametrize(
    "name", ["handoffs", "handoff_export", "handoff_upload", "handoff_imports", "handoff_download"]
)
def test_without_a_language_every_address_is_closed(page, name):
    client = client_of(person("editor", "change_category"))
    for answer in (client.get(reverse(name)), client.post(reverse(name))):
        assert answer.status_code in (302, 405)
        if answer.status_code == 302:
            assert answer.url == reverse("wagtailadmin_home")


def test_a_reviewer_alone_uploads_nothing(page):
    client = client_of(person("rosa", "review_es"))
    assert reverse("handoff_upload") not in client.get(reverse("handoffs")).content.decode()
    assert client.get(reverse("handoff_upload")).url == reverse("wagtailadmin_home")


@pytest.mark.parametrize("value", ["x", "", "1"])
def test_a_download_that_is_no_id_is_not_found(page, coordinator, value):
    assert coordinator.get(reverse("handoff_download"), {"id": value}).status_code == 404


def test_the_list_asks_the_database_one_thing_a_row(page, coordinator):
    """What of it came back. Its targets and pages are read once for all rows."""

    def queries() -> int:
        coordinator.get(reverse("handoffs"))  # the units of the kept files are remembered
        with CaptureQueriesContext(connection) as captured:
            coordinator.get(reverse("handoffs"))
        return len(captured)

    hand_out(coordinator, "es", "ar")
    few = queries()
    for name in ("csv", "xliff-1.2", "xliff-2.0"):
        hand_out(coordinator, "es", "ar", format=name)
    assert queries() == few + 6


def test_the_list_says_how_far_a_vocabulary_is(page):
    Category.objects.create(name_en="Hands-on", slug="hands-on")
    Category.objects.create(name_en="Exercise", slug="exercise", name_es="Ejercicio")
    changes = [f"change_{each._meta.model_name}" for each in MODELS]
    client = client_of(person("kim", "translate_es", *changes))
    (handoff,) = hand_out(client, content="vocabulary")
    progress = row_of(client, handoff)["progress"]
    assert (progress.units, progress.translated, progress.gone) == (2, 1, 0)
