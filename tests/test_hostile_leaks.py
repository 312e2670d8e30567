"""What is hidden is nowhere: every hidden state, looked for on every public route."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

import orjson
import pytest
from django.core.management import call_command
from django.db import connection
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection, CollectionViewRestriction, Page, PageViewRestriction

from api.formats import FORMATS
from pages.catalog.segments import page_segments
from pages.catalog.targets import store_target
from pages.document.vocabulary import Origin
from pages.languages import all_languages, get_language, source_language
from pages.models import (
    Clinic,
    CurrentEdition,
    Edition,
    GlossaryTerm,
    TreatmentIndexPage,
    TreatmentPage,
    WebhookDelivery,
    WebhookEndpoint,
)
from pages.publishing.editions import reconcile
from pages.publishing.feed import REASONS
from pages.publishing.release import set_release
from pages.publishing.verify import verify_editions
from pages.publishing.visibility import expires_at
from pages.webhooks.messages import message_body
from tests import factory
from tests.bundles.reading import open_bundle
from tests.factory import LEAD, WARNING
from tests.feed_app import take_positions

pytestmark = pytest.mark.django_db
CANARY = "canaryqzxw"  # no digits: a translation with it fails no check
OTHER = "onlooker"
LEAK_BODY = (
    ("lead", "lead", {"text": f"The {CANARY} lead."}),
    ("warning", "contraindications", {"items": [{"text": CANARY, "severity": "absolute"}]}),
)

# Every route there is, and the addresses to look at. A new one that is not here fails below.
READ = "?fields=full", "?fields=summary", "?limit=1", "?changed_since=2020-01-01T00:00:00Z"
SUFFIXES = tuple(each.suffix for each in FORMATS)
SHAPES = "", "?aspect=overview", "?rich=html", "?known=lead", "?fallback=none"
ROUTES: dict[str, tuple[str, ...]] = {
    "": (),  # a redirect to the documentation
    "api/v1/languages/": ("/api/v1/languages/",),
    "api/v1/treatments/": tuple(f"/api/v1/treatments/{query}" for query in READ),
    "api/v1/treatments/<str:reference>/": tuple(
        f"/api/v1/treatments/{{reference}}/{query}" for query in SHAPES
    ),
    "api/v1/<str:language>/treatments/": tuple(
        f"/api/v1/{{language}}/treatments/{query}" for query in READ
    ),
    "api/v1/<str:language>/treatments/<str:reference>/": tuple(
        f"/api/v1/{{language}}/treatments/{{reference}}/{query}" for query in SHAPES
    ),
    # A PDF is read by nobody here, and is not there when the others are not: see below.
    "api/v1/<str:language>/treatments/<str:reference>.<str:suffix>": tuple(
        f"/api/v1/{{language}}/treatments/{{reference}}.{name}"
        for name in SUFFIXES
        if name != "pdf"
    ),
    "api/v1/<str:language>/sync/": (
        "/api/v1/{language}/sync/",
        "/api/v1/{language}/sync/?initial=true&languages=en,es&limit=100",
    ),
    "api/v1/<str:language>/bundle.zip": ("/api/v1/{language}/bundle.zip",),
    "api/v1/<str:language>/bundle.ndjson.zst": ("/api/v1/{language}/bundle.ndjson.zst",),
    "api/v1/<str:language>/search/": (
        f"/api/v1/{{language}}/search/?q={CANARY}",
        f"/api/v1/{{language}}/search/?q={CANARY[:-1]}",
        # A letter that is wrong, a word that other pages have, and one of each.
        f"/api/v1/{{language}}/search/?q={CANARY[:-1]}v",
        "/api/v1/{language}/search/?q=gentle&limit=1",
        f"/api/v1/{{language}}/search/?q=gentle+{CANARY}",
    ),
    "api/v1/<str:language>/categories/": ("/api/v1/{language}/categories/",),
    "api/v1/<str:language>/body-regions/": ("/api/v1/{language}/body-regions/",),
    "api/v1/<str:language>/clinics/": ("/api/v1/{language}/clinics/",),
    "api/v1/<str:language>/practitioners/": ("/api/v1/{language}/practitioners/",),
    "api/v1/<str:language>/glossary/": ("/api/v1/{language}/glossary/",),
    "api/cache-version/": ("/api/cache-version/",),
    "api/schema/": ("/api/schema/",),
    "api/schema/document.json": ("/api/schema/document.json",),
    "api/docs/": ("/api/docs/",),
    "api/^(?P<rest>.*)$": ("/api/v1/{language}/treatments/{reference}",),
}
BEHIND_LOGIN = ("admin/",)  # tested by asking without one
# In development; a web server's job elsewhere. Of documents, Wagtail asks who may see them.
FILES = ("^media/", "documents/")


def routes(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[str]:
    for pattern in patterns:
        address = f"{prefix}{pattern.pattern}"
        if address.startswith((*BEHIND_LOGIN, *FILES)):
            continue
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, address)
        else:
            yield address


def test_every_route_is_classified():
    assert set(routes(get_resolver().url_patterns)) == set(ROUTES)


def test_the_admin_shows_nothing_to_nobody(client):
    page = factory.treatment(CANARY)
    for path in (
        "/admin/",
        f"/admin/pages/{page.pk}/edit/",
        f"/admin/pages/{page.pk}/view_draft/",
        f"/admin/pages/{page.pk}/edit/preview/",
        "/admin/treatments/",
        f"/admin/api/main/pages/{page.pk}/",
    ):
        response = client.get(path)
        assert response.status_code in (302, 401, 403, 404), path
        assert CANARY not in response.content.decode().replace(f"next=/admin/pages/{page.pk}", "")


def addresses(page: TreatmentPage) -> Iterator[str]:
    references = (page.slug, str(page.translation_key))
    for path in (path for paths in ROUTES.values() for path in paths):
        for language in all_languages() if "{language}" in path else all_languages()[:1]:
            for reference in references if "{reference}" in path else references[:1]:
                yield path.format(language=language.code, reference=reference)


def words(response: HttpResponseBase) -> str:
    """Of a bundle, its manifest and documents; images have none."""
    data = response.getvalue()
    if response.get("Content-Type") not in ("application/zip", "application/zstd") or not data:
        return data.decode()
    opened = open_bundle(data)
    return b"\n".join([repr(opened.manifest).encode(), *opened.documents.values()]).decode()


# The states


def unpublished(page: TreatmentPage) -> None:
    page.unpublish()


def saved_as_not_live(page: TreatmentPage) -> None:
    page.live = False
    page.save()


def expired_and_nothing_has_run(page: TreatmentPage) -> None:
    CurrentEdition.objects.filter(page=page).update(expires_at=timezone.now())
    other = TreatmentPage.objects.get(slug=OTHER)
    factory.edit(other, summary_en="It is published again afterwards.")


def expired_by_the_scheduler(page: TreatmentPage) -> None:
    TreatmentPage.objects.filter(pk=page.pk).update(expire_at=timezone.now() - timedelta(minutes=1))
    call_command("publish_scheduled")


def over_and_the_scheduler_has_run(page: TreatmentPage) -> None:
    # As a day passes: nothing is saved, and no signal is sent.
    over = date.today() - timedelta(days=2)
    TreatmentPage.objects.filter(pk=page.pk).update(valid_until=over)
    CurrentEdition.objects.filter(page=page).update(expires_at=timezone.now())
    call_command("publish_scheduled")


def past_its_last_day(page: TreatmentPage) -> None:
    factory.edit(page, valid_until=date.today() - timedelta(days=2))


def private_by_login(page: TreatmentPage) -> None:
    PageViewRestriction.objects.create(page=page, restriction_type="login")


def private_by_password(page: TreatmentPage) -> None:
    PageViewRestriction.objects.create(page=page, restriction_type="password", password="x")


def below_a_private_parent(page: TreatmentPage) -> None:
    private = index_beside(page)
    PageViewRestriction.objects.create(page=private, restriction_type="groups")
    page.move(private, pos="last-child")


def below_a_parent_made_private(page: TreatmentPage) -> None:
    private = index_beside(page)
    page.move(private, pos="last-child")
    PageViewRestriction.objects.create(page=private, restriction_type="login")


def index_beside(page: TreatmentPage) -> TreatmentIndexPage:
    root = page.get_parent().get_parent()
    index: TreatmentIndexPage = root.add_child(
        instance=TreatmentIndexPage(title="Private", slug="private")
    )
    return index


def deleted(page: TreatmentPage) -> None:
    page.delete()


def withdrawn_in_its_source(page: TreatmentPage) -> None:
    set_release(page.pk, source_language(), "withdrawn", by="Dr. Luz", reason="wrong")
    reconcile(page.pk)


def recalled_in_its_source(page: TreatmentPage) -> None:
    set_release(page.pk, source_language(), "recalled", by="Dr. Luz", reason="wrong dose")
    reconcile(page.pk)


def moved_out_of_every_site(page: TreatmentPage) -> None:
    nowhere = Page.get_first_root_node().add_child(instance=TreatmentIndexPage(title="Nowhere"))
    page.move(nowhere, pos="last-child")


STATES: tuple[Callable[[TreatmentPage], None], ...] = (
    unpublished,
    saved_as_not_live,
    expired_and_nothing_has_run,
    expired_by_the_scheduler,
    over_and_the_scheduler_has_run,
    past_its_last_day,
    private_by_login,
    private_by_password,
    below_a_private_parent,
    below_a_parent_made_private,
    deleted,
    withdrawn_in_its_source,
    recalled_in_its_source,
    moved_out_of_every_site,
)


@pytest.fixture
def page() -> TreatmentPage:
    """Public in two languages, and linked by another page in each way that there is."""
    page = factory.treatment(
        CANARY, LEAK_BODY, heading_en=f"A {CANARY}", summary_en=f"Of {CANARY}.", image_alt_en=CANARY
    )
    factory.translate(page, "es")
    link = f'<p data-block-key="k">See <a linktype="page" id="{page.pk}">this</a>.</p>'
    options = [{"name": "One", "treatment": page.pk}, {"name": "Two", "treatment": None}]
    criteria = [{"label": "Visits", "cells": ["some", "many"]}]
    other = factory.treatment(
        OTHER,
        (
            LEAD,
            ("r", "relation", {"kind": "complements", "treatment": page.pk, "text": "Both."}),
            ("s", "prose_section", {"body": link}),
            ("c", "comparison", {"title": "Two", "options": options, "criteria": criteria}),
            WARNING,
        ),
    )
    factory.translate(other, "es")
    return page


@pytest.mark.parametrize("hide", STATES, ids=lambda hide: hide.__name__)
def test_nothing_of_a_hidden_page_is_on_any_public_route(client, page, hide):
    paths = list(addresses(page))
    take_positions()
    was = {path: client.get(path) for path in paths}
    showing = [path for path, answer in was.items() if CANARY in words(answer)]
    assert len(showing) > 40
    assert sum("/bundle." in path for path in showing) == 4
    hide(TreatmentPage.objects.get(pk=page.pk))
    take_positions()
    marks = (CANARY, str(page.translation_key))
    for path in paths:
        held = {"if-none-match": was[path].get("ETag", '"none"')}
        for response in (client.get(path), client.get(path, headers=held), client.head(path)):
            asked = path.partition("?")[0].strip("/").rpartition("/")[2].partition(".")[0]
            said = f"{words(response)} {response.headers}".replace(asked, "")
            assert not any(mark in said for mark in marks), path


@pytest.mark.parametrize("hide", STATES, ids=lambda hide: hide.__name__)
def test_a_hidden_page_answers_to_the_byte_like_one_that_never_was(client, page, hide):
    etag = client.get(f"/api/v1/en/treatments/{CANARY}/")["ETag"]
    hide(TreatmentPage.objects.get(pk=page.pk))
    for address in (
        "/api/v1/en/treatments/{}/",
        "/api/v1/es/treatments/{}/?rich=html",
        "/api/v1/treatments/{}/",
        "/api/v1/en/treatments/{}",
        *(f"/api/v1/en/treatments/{{}}.{name}" for name in SUFFIXES),
    ):
        for headers in ({}, {"if-none-match": etag}, {"if-none-match": "*"}):
            hidden = client.get(address.format(CANARY), headers=headers)
            never = client.get(address.format("never-was1"), headers=headers)
            assert hidden.status_code == never.status_code
            assert hidden.content.replace(CANARY.encode(), b"never-was1") == never.content
            assert str(hidden.headers).replace(CANARY, "never-was1") == str(never.headers)


@pytest.mark.parametrize("hide", STATES, ids=lambda hide: hide.__name__)
def test_a_webhook_about_a_hidden_page_says_only_that_it_is_gone(page, hide):
    WebhookEndpoint.objects.create(
        name="App", url="https://hooks.example.org/", events=["treatment.updated"]
    )
    factory.edit(page, summary_en=f"Other words of {CANARY}.")  # not sent yet when it is hidden
    WebhookEndpoint.objects.update(events=["treatment.updated", "treatment.removed"])
    hide(TreatmentPage.objects.get(pk=page.pk))
    take_positions()
    waiting = WebhookDelivery.objects.select_related("edition")
    about = waiting.filter(edition__document_id=page.translation_key)
    if hide is not expired_and_nothing_has_run:
        assert about.filter(type="treatment.removed").count() == 2
    for delivery in waiting:
        body = message_body(delivery)
        assert CANARY.encode() not in body
        said = set(orjson.loads(body)["data"])
        if delivery.type == "treatment.removed":
            assert said == {"id", "language", "seq", "reason"}
            assert orjson.loads(body)["data"]["reason"] in REASONS
        else:
            assert said == {"id", "language", "seq", "url"}


def test_an_image_of_a_private_collection_is_on_no_public_page(client):
    root = Collection.get_first_root_node()
    below = root.add_child(name="Private").add_child(name="Below it")
    image = get_image_model().objects.create(
        title="Back", file=get_test_image_file(f"{CANARY}.png"), collection=below
    )
    figure = {"image": image.pk, "alt": "A back"}
    body = (LEAD, ("m", "media", {**figure, "kind": "image"}), WARNING)
    page = factory.treatment(blocks=body, image=image, image_alt_en="A back")
    path = "/api/v1/en/treatments/back-care/"
    assert CANARY in client.get(path).content.decode()
    restriction = CollectionViewRestriction.objects.create(
        collection=below.get_parent(), restriction_type="login"
    )
    for address in addresses(page):
        assert CANARY not in words(client.get(address))
    restriction.delete()
    assert CANARY in client.get(path).content.decode()


def test_a_page_that_never_was_public_and_a_newer_draft_are_nowhere(client):
    live = factory.treatment("live-page")
    live.summary_en = live.heading_en = CANARY
    live.save_revision()
    draft = factory.treatment("other-page")
    draft.unpublish()
    draft.body = factory.body_of(LEAK_BODY)
    draft.go_live_at = timezone.now() + timedelta(days=1)
    draft.save_revision().publish()
    for page in (live, draft):
        for path in addresses(page):
            assert CANARY not in words(client.get(path))


def test_a_translation_that_nobody_reviewed_is_nowhere(client):
    page = factory.treatment()
    spanish = get_language("es")
    for segment in page_segments(page):
        text = f"{segment.text} {CANARY}"
        store_target(page.pk, spanish, segment, text, by="Ana", origin=Origin.HUMAN)
    reconcile(page.pk)
    assert client.get("/api/v1/es/treatments/back-care/").status_code == 404
    set_release(page.pk, spanish, "released", by="Dr. Luz")
    reconcile(page.pk)
    assert client.get("/api/v1/es/treatments/back-care/").status_code == 200
    for path in addresses(page):
        assert CANARY not in words(client.get(path))


# How pages end


def test_pages_that_link_each_other_can_be_deleted_together():
    one = factory.treatment("one")
    two = factory.treatment("two", (LEAD, relation(one), WARNING))
    factory.edit(one, (LEAD, relation(two), WARNING))
    factory.index_page().delete()
    connection.check_constraints()
    for page in (one, two):
        last = Edition.objects.filter(document_id=page.translation_key).last()
        assert (last.kind, last.reason) == ("tombstone", "deleted")
    assert verify_editions()[1] == []


def relation(page: TreatmentPage) -> tuple[str, str, dict[str, object]]:
    return ("r", "relation", {"kind": "complements", "treatment": page.pk, "text": "Both."})


def test_a_deleted_term_and_a_deleted_clinic_leave_the_pages_that_used_them(client):
    term = GlossaryTerm.objects.create(term_en="joint", definition_en=f"Where {CANARY} meet.")
    clinic = Clinic.objects.create(
        slug="downtown", name_en=CANARY, address="1 Sample Street", phone="+12125550110"
    )
    text = f'<p>Your <a linktype="glossary" id="{term.pk}">joint</a> moves.</p>'
    page = factory.treatment(blocks=(LEAD, ("s", "prose_section", {"body": text}), WARNING))
    draft = TreatmentPage.objects.get(pk=page.pk)
    draft.clinics.set([clinic])
    draft.save_revision().publish()
    path = "/api/v1/en/treatments/back-care/"
    assert client.get(path).content.decode().count(CANARY) >= 2
    term.delete()
    clinic.delete()
    body = client.get(path).content.decode()
    assert CANARY not in body
    assert "joint" in body  # the words stay, the mark goes


@pytest.mark.parametrize(
    ("zone", "end"),
    [
        ("UTC", "2027-03-14T00:00:00+00:00"),
        ("America/New_York", "2027-03-14T05:00:00+00:00"),
        ("Asia/Kolkata", "2027-03-13T18:30:00+00:00"),
    ],
)
def test_the_last_day_ends_at_midnight_where_the_clinic_is(settings, zone, end):
    settings.TIME_ZONE = zone
    found = expires_at(TreatmentPage(valid_until=date(2027, 3, 13)))
    assert found == datetime.fromisoformat(end)


def test_forever_is_a_last_day_that_does_not_come(client):
    factory.treatment(valid_until=date.max)
    assert client.get("/api/v1/en/treatments/back-care/").status_code == 200
