"""A language version is taken back in the admin, by those who may, and given again."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import reverse
from wagtail.models import GroupPagePermission, Page, PageLogEntry

from pages.languages import get_language
from pages.models import Edition, Release, TreatmentPage
from pages.publishing.release import set_release
from tests import factory
from tests.admin.workspace import client_of, person, soup_of
from tests.feed_app import take_positions
from tests.histories.app import App

pytestmark = pytest.mark.django_db
READ = "/api/v1/{}/treatments/back-care/"


@pytest.fixture
def page() -> TreatmentPage:
    page = factory.treatment()
    factory.translate(page, "es")
    return page


def act_address(page: TreatmentPage, code: str, act: str) -> str:
    return reverse("release_act", args=[page.pk, code, act])


def publisher():
    user = person("publisher", first_name="Paula", last_name="Ortiz")
    group = Group.objects.create(name="Publishers")
    root = Page.get_first_root_node()
    for codename in ("change_page", "publish_page"):
        GroupPagePermission.objects.create(group=group, page=root, permission=permission(codename))
    user.groups.add(group)
    return client_of(user)


def permission(codename: str):
    return Permission.objects.get(codename=codename, content_type__app_label="wagtailcore")


def test_a_reviewer_recalls_a_language_apps_are_told_and_it_can_be_lifted(client, page):
    reviewer = client_of(person("luz", "review_es", first_name="Ana", last_name="Luz"))
    app = App(("en", "es"))
    app.ask(10)
    shown = soup_of(reviewer.get(reverse("release", args=[page.pk])))
    offered = [link["href"] for link in shown.select("table a.button")]
    assert offered == [act_address(page, "es", "withdraw"), act_address(page, "es", "recall")]

    confirm = reviewer.get(act_address(page, "es", "recall"))
    assert "After this “Back care” is recalled in Spanish" in soup_of(confirm).main.text
    heading = soup_of(confirm).select(".w-breadcrumbs li")[-1]
    assert heading.get_text(" ", strip=True) == "Recall: Spanish : Back care"
    assert client.get(READ.format("es")).status_code == 200  # asking changes nothing
    refused = reviewer.post(act_address(page, "es", "recall"), {"reason": "  "})
    assert refused.status_code == 200
    assert client.get(READ.format("es")).status_code == 200
    done = reviewer.post(act_address(page, "es", "recall"), {"reason": "Wrong dose."}, follow=True)
    table = soup_of(done).find("table", class_="workspace-table").text
    assert "recalled" in table
    assert "Wrong dose." in table

    assert client.get(READ.format("es")).status_code == 404
    assert client.get(READ.format("en")).status_code == 200
    take_positions()
    (told,) = app.ask(10).items
    assert (told["language"], told["reason"]) == ("es", "recalled")
    assert b"dose" not in app.ask(10).content
    release = Release.objects.get(page=page, language="es")
    assert (release.by, release.reason) == ("Ana Luz", "Wrong dose.")
    history = reviewer.get(reverse("wagtailadmin_pages:history", args=[page.pk]))
    assert history.status_code in (302, 403)  # not a translator's to see, but an editor's:
    entry = PageLogEntry.objects.get(page=page.pk, action="pages.recall")
    assert (entry.message, entry.user.get_full_name()) == (
        "Recalled in Spanish: Wrong dose.",
        "Ana Luz",
    )

    assert reviewer.get(act_address(page, "es", "recall")).status_code == 302  # it is already
    reviewer.post(act_address(page, "es", "release"), {"reason": ""})
    assert client.get(READ.format("es")).status_code == 200
    assert app.ask(10).items[0]["document"]["lang"] == "es"
    assert PageLogEntry.objects.filter(page=page.pk, action="pages.release").count() == 1


def test_a_publisher_recalls_the_source_and_with_it_every_language(client, page):
    publishing = publisher()
    publishing.post(act_address(page, "en", "recall"), {"reason": "Wrong dose."})
    for code in ("en", "es"):
        assert client.get(READ.format(code)).status_code == 404
        last = Edition.objects.filter(document_id=page.translation_key, language=code).last()
        assert last.reason == "recalled"
    history = publishing.get(reverse("wagtailadmin_pages:history", args=[page.pk]))
    assert "Recalled in English: Wrong dose." in history.content.decode()
    publishing.post(act_address(page, "en", "release"))
    for code in ("en", "es"):
        assert client.get(READ.format(code)).status_code == 200


def test_who_may_not_is_refused_by_address_and_by_post(client, page):
    others = {
        "en": client_of(person("reviews-es", "review_es")),
        "es": client_of(person("reviews-fr", "review_fr", "translate_es")),
        "fr": client_of(person("edits", "add_clinic")),
    }
    for code, other in others.items():
        for act in ("withdraw", "recall", "release"):
            address = act_address(page, code, act)
            # Wagtail answers who may not enter a page of its admin with a way home.
            assert other.get(address).status_code in (302, 403)
            assert other.post(address, {"reason": "No."}).status_code in (302, 403)
    assert others["fr"].get(reverse("release", args=[page.pk])).status_code in (302, 403)
    anonymous = client.post(act_address(page, "es", "recall"), {"reason": "No."})
    assert anonymous["Location"].startswith("/admin/login/")
    assert not Release.objects.exclude(state="released").exists()
    assert not PageLogEntry.objects.filter(action__in=["pages.recall", "pages.withdraw"]).exists()
    assert client.get(READ.format("es")).status_code == 200


@pytest.mark.parametrize(
    ("before", "act", "after"),
    [
        ("released", "release", "released"),
        ("withdrawn", "withdraw", "withdrawn"),
        ("withdrawn", "recall", "recalled"),
        ("recalled", "withdraw", "recalled"),
        ("recalled", "release", "released"),
    ],
)
def test_a_post_that_does_not_fit_the_state_changes_nothing(page, before, act, after):
    set_release(page.pk, get_language("es"), before, by="Dr. Mar", reason="Before.")
    reviewer = client_of(person("luz", "review_es"))
    answer = reviewer.post(act_address(page, "es", act), {"reason": "Now."}, follow=True)
    release = Release.objects.get(page=page, language="es")
    assert release.state == after
    assert (release.by == "luz") == (before != after)
    if before == after:
        assert f"is {before}" in answer.content.decode()


def test_a_language_that_was_never_released_has_nothing_to_take_back(page):
    reviewer = client_of(person("luz", "review_fr"))
    shown = soup_of(reviewer.get(reverse("release", args=[page.pk])))
    assert not shown.select("table a.button")
    reviewer.post(act_address(page, "fr", "recall"), {"reason": "No."})
    assert not Release.objects.filter(page=page, language="fr").exists()


def test_what_is_not_there_is_404(page):
    publishing = publisher()
    assert publishing.get(act_address(page, "es", "undo")).status_code == 404
    assert publishing.get(reverse("release", args=[page.pk + 999])).status_code == 404
