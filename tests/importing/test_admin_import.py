"""Import in the admin: the button, the upload, the report, and who may."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from pages.models import TreatmentIndexPage, TreatmentPage
from tests.importing import clinic_page

pytestmark = pytest.mark.django_db


def address(index: TreatmentIndexPage) -> str:
    return reverse("import_treatment", args=[index.pk])


def upload(client: Client, index: TreatmentIndexPage, name: str, data: bytes, **fields: str):
    file = SimpleUploadedFile(name, data)
    return client.post(address(index), {"file": file, **fields}, follow=True)


def test_the_listing_of_treatments_offers_the_import(index, editor_client):
    listing = editor_client.get(reverse("wagtailadmin_explore", args=[index.pk]))
    assert address(index) in listing.content.decode()
    root = editor_client.get(reverse("wagtailadmin_explore", args=[index.get_parent().pk]))
    assert root.status_code == 200


def test_an_upload_becomes_a_draft_and_shows_what_became_of_it(index, editor_client, editor):
    text = clinic_page.TEXT
    answer = upload(editor_client, index, text.name, text.read_bytes(), title="Trigger points")
    page = TreatmentPage.objects.get()
    assert not page.live
    assert page.owner == editor
    assert page.latest_revision.user == editor
    shown = answer.content.decode()
    assert answer.redirect_chain[-1][0] == reverse("import_treatment_report", args=[page.pk])
    assert "100 % of 526 words" in shown
    assert "stayed prose" in shown
    assert reverse("wagtailadmin_pages:edit", args=[page.pk]) in shown


def test_the_report_is_only_the_editors_own_and_else_leads_to_the_draft(index, editor_client):
    upload(editor_client, index, "a.txt", b"Rest\n\nRest helps the most of all.\n")
    page = TreatmentPage.objects.get()
    other = Client()
    other.force_login(User.objects.create_superuser("other", "other@clinic.example.org", "other"))
    answer = other.get(reverse("import_treatment_report", args=[page.pk]))
    assert answer.url == reverse("wagtailadmin_pages:edit", args=[page.pk])


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("leaflet.pdf", b"%PDF", ".pdf is not read. Allowed: .md"),
        ("leaflet.txt", "x\u202ey".encode(), "U+202E in line 1"),
        ("leaflet.docx", b"no zip", "not a Word document"),
        ("leaflet.txt", b"x" * (5 * 1024 * 1024 + 1), "Allowed: 5,242,880"),
    ],
)
def test_a_refused_file_is_named_on_the_form_and_the_title_stays(
    index, editor_client, name, data, message
):
    answer = upload(editor_client, index, name, data, title="My own title")
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert name in shown
    assert message in shown
    assert "My own title" in shown
    assert not TreatmentPage.objects.exists()


def test_a_form_without_a_file_says_so(index, editor_client):
    assert "This field is required" in editor_client.post(address(index)).content.decode()


def test_who_may_not_add_a_page_may_not_import_one(index):
    reader = User.objects.create_user("reader", "reader@clinic.example.org", "reader")
    reader.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client = Client()
    client.force_login(reader)
    answer = client.get(address(index))
    assert answer.status_code == 302
    assert answer.url == reverse("wagtailadmin_home")
    upload(client, index, "a.txt", b"Rest\n\nRest helps the most of all.\n")
    assert not TreatmentPage.objects.exists()
    assert Client().get(address(index)).url.startswith(reverse("wagtailadmin_login"))


def test_a_treatment_is_no_place_to_import_under(index, editor_client):
    upload(editor_client, index, "a.txt", b"Rest\n\nRest helps the most of all.\n")
    page = TreatmentPage.objects.get()
    assert editor_client.get(reverse("import_treatment", args=[page.pk])).status_code == 404
