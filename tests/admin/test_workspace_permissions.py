"""A translator of one language sees and does nothing else, by address or by form."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from wagtail.models import GroupPagePermission

from pages.models import SegmentComment, Target
from tests.admin.workspace import address, client_of, form_of, opened, person, send, target_of
from tests.factory import block_id, translate, treatment

pytestmark = pytest.mark.django_db

LEAD_KEY = f"body.{block_id('lead')}.text"
SCRIPT = {"HTTP_X_REQUESTED_WITH": "XMLHttpRequest"}
SECRET = "A gentle treatment"


@pytest.fixture
def page():
    return treatment()


@pytest.fixture
def ana():
    return client_of(person("ana", "translate_es"))


def addresses(page, code):
    return {
        "queue": reverse("workspace_queue", args=[code]),
        "workspace": address(page, code),
        "draft": address(page, code, "?version=draft"),
        "preview": reverse("workspace_preview", args=[code, page.pk]),
        "aside": f"{reverse('workspace_aside', args=[code, page.pk])}?key={LEAD_KEY}",
    }


PLACES = ("queue", "workspace", "draft", "preview", "aside")


@pytest.mark.parametrize("code", ["fr", "en", "tlh", "zh-hans"])
@pytest.mark.parametrize("place", PLACES)
def test_another_language_cannot_be_seen(page, ana, place, code):
    translate(page, "fr", "zh-hans")
    where = addresses(page, code)[place]
    response = ana.get(where)
    assert (response.status_code, response.content) == (302, b"")
    assert ana.get(where, **SCRIPT).status_code == 403


@pytest.mark.parametrize("place", PLACES)
def test_who_is_not_signed_in_is_sent_to_the_login(page, place):
    for code in ("es", "tlh"):
        response = Client().get(addresses(page, code)[place])
        assert response.status_code == 302
        assert response.url.startswith(reverse("wagtailadmin_login"))
        assert Client().get(addresses(page, code)[place], **SCRIPT).status_code == 403


@pytest.mark.parametrize(
    "act",
    ["save", "approve", "reopen", "confirm", "comment", "take:1", "accept_exact", "nothing"],
)
def test_nothing_is_done_in_another_language(page, ana, act):
    fields = {**form_of(opened(ana, page), LEAD_KEY), "text": "Un soin doux.", "comment": "Hm?"}
    for code in ("fr", "en"):
        response = send(ana, page, fields, code=code, act=act)
        assert (response.status_code, response.url) == (302, reverse("wagtailadmin_home"))
        script = ana.post(address(page, code), {**fields, "act": act}, **SCRIPT)
        assert script.status_code == 403
    assert not Target.objects.exists()
    assert not SegmentComment.objects.exists()


def test_the_checks_of_another_language_are_not_asked(page, ana):
    where = reverse("workspace_checks", args=["fr", page.pk])
    assert ana.post(where, {"key": LEAD_KEY, "text": "x"}, **SCRIPT).status_code == 403


@pytest.mark.parametrize("act", ["approve", "reopen", "approve_selected"])
def test_who_translates_does_not_review(page, ana, act):
    other = client_of(person("eva", "translate_es"))
    fields = form_of(opened(other, page), LEAD_KEY)
    send(other, page, {**fields, "text": "Un tratamiento suave."})
    fields = form_of(opened(ana, page), LEAD_KEY)
    response = send(ana, page, {**fields, "selected": "x"}, act=act)
    assert (response.status_code, response.url) == (302, reverse("wagtailadmin_home"))
    assert target_of(page, LEAD_KEY).state == "needs_review"


@pytest.mark.parametrize("act", ["save", "confirm", "take:1", "accept_exact"])
def test_who_reviews_does_not_translate(page, act):
    reviewer = client_of(person("luz", "review_es"))
    fields = form_of(opened(reviewer, page), LEAD_KEY)
    response = send(reviewer, page, {**fields, "text": "Un tratamiento suave."}, act=act)
    assert (response.status_code, response.url) == (302, reverse("wagtailadmin_home"))
    assert not Target.objects.exists()
    row = opened(reviewer, page).find("textarea", {"name": "text"})
    assert row.has_attr("readonly")


def test_a_reviewer_of_french_reviews_no_spanish(page, ana):
    send(ana, page, {**form_of(opened(ana, page), LEAD_KEY), "text": "Un tratamiento suave."})
    fields = form_of(opened(ana, page), LEAD_KEY)
    client = client_of(person("fabien", "translate_es", "review_fr"))
    assert send(client, page, fields, act="approve").status_code == 302
    assert target_of(page, LEAD_KEY).state == "needs_review"


def test_the_rest_of_the_admin_stays_closed(page, ana):
    closed = [
        reverse("wagtailadmin_pages:edit", args=[page.pk]),
        reverse("wagtailadmin_pages:history", args=[page.pk]),
        reverse("wagtailadmin_explore", args=[page.pk]),
        reverse("wagtailadmin_pages:delete", args=[page.pk]),
        reverse("wagtailsnippets:index"),
        reverse("wagtailadmin_reports:site_history"),
        reverse("wagtailusers_users:index"),
        reverse("wagtailimages:index"),
        reverse("import_treatment", args=[page.get_parent().pk]),
    ]
    for where in closed:
        for response in (ana.get(where), ana.post(where, {"title": "Taken over"})):
            assert response.status_code in (302, 403, 404, 405), where
            assert SECRET not in response.content.decode()
    page.refresh_from_db()
    assert page.title == "Back care"


def test_a_translator_sees_the_language_and_no_other_in_the_list(page, ana):
    shown = ana.get(reverse("workspace_languages")).content.decode()
    assert reverse("workspace_queue", args=["es"]) in shown
    assert reverse("workspace_queue", args=["fr"]) not in shown


def test_without_a_language_there_is_no_menu_and_no_list(page):
    client = client_of(person("guest"))
    assert client.get(reverse("workspace_languages")).status_code == 302
    home = client.get(reverse("wagtailadmin_home"), follow=True).content.decode()
    assert reverse("workspace_languages") not in home


@pytest.mark.parametrize(
    ("codenames", "name", "args"),
    [
        (["translate_es"], "workspace", ["es"]),
        (["translate_es", "review_fr"], "workspace_page_languages", []),
    ],
)
def test_pages_lead_their_editor_to_the_languages_that_are_hers(page, codenames, name, args):
    editor = person("editor", *codenames)
    GroupPagePermission.objects.create(
        group=editor.groups.create(name="Editors of pages"),
        page=page.get_parent(),
        permission=_page_permission("change_page"),
    )
    client = client_of(editor)
    where = reverse(name, args=[*args, page.pk])
    for place in (
        reverse("wagtailadmin_pages:edit", args=[page.pk]),
        reverse("wagtailadmin_explore", args=[page.get_parent().pk]),
    ):
        assert where in client.get(place).content.decode()
    shown = client.get(where).content.decode()
    assert "Arabic" not in shown


def _page_permission(codename):
    return Permission.objects.get(codename=codename, content_type__app_label="wagtailcore")


def test_a_page_that_is_not_there_is_not_found(ana, page):
    where = reverse("workspace", args=["es", page.pk + 1000])
    assert ana.get(where).status_code == 404
    assert ana.post(where, {"act": "save"}).status_code == 404
    index = reverse("workspace", args=["es", page.get_parent().pk])
    assert ana.get(index).status_code == 404
