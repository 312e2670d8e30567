"""What is recorded, with the edition or not at all, and what a message then says."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import orjson
import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

from pages.languages import get_language
from pages.models import (
    CurrentEdition,
    Edition,
    EventType,
    TreatmentIndexPage,
    WebhookDelivery,
    WebhookEndpoint,
)
from pages.publishing.editions import reconcile
from pages.publishing.release import set_release
from pages.webhooks.messages import message_body
from pages.webhooks.outbox import send_again, send_test
from tests import factory
from tests.factory import LEAD
from tests.feed_app import take_positions

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def site(settings, own_machine) -> None:
    settings.BASE_URL = "https://clinic.example.org"


def recorded() -> list[tuple[str, str]]:
    """(type, language) of each message, oldest first; forgets them."""
    rows = WebhookDelivery.objects.order_by("pk").values_list("type", "edition__language")
    found = list(rows)
    WebhookDelivery.objects.all().delete()
    return found


def messages() -> list[dict[str, Any]]:
    take_positions()
    rows = WebhookDelivery.objects.select_related("edition").order_by("pk")
    return [orjson.loads(message_body(row)) for row in rows]


# When something is told


def test_the_first_edition_is_published_the_next_updated_and_the_last_removed(endpoint):
    endpoint()
    page = factory.treatment()
    assert recorded() == [("treatment.published", "en")]
    page = factory.edit(page, summary_en="Other words.")
    assert recorded() == [("treatment.updated", "en")]
    factory.translate(page, "es")
    assert recorded() == [("treatment.published", "es")]
    page.unpublish()
    assert sorted(recorded()) == [("treatment.removed", "en"), ("treatment.removed", "es")]
    page.refresh_from_db()
    page.save_revision().publish()
    assert sorted(recorded()) == [("treatment.published", "en"), ("treatment.published", "es")]


def test_what_changes_no_byte_tells_nobody(endpoint):
    endpoint()
    page = factory.treatment()
    recorded()
    page.save_revision().publish()
    page.save_revision()
    assert reconcile(page.pk) == []
    assert recorded() == []


def test_an_endpoint_hears_of_its_events_in_its_languages(endpoint):
    updates = endpoint(events=[EventType.UPDATED])
    spanish = endpoint(languages=["es"])
    endpoint(is_active=False)
    page = factory.treatment()
    factory.translate(page, "es", "ar")
    factory.edit(page, summary_en="Other words.")
    told = [
        set(each.deliveries.values_list("type", "edition__language")) for each in (updates, spanish)
    ]
    languages = ("en", "es", "ar")
    assert told == [
        {("treatment.updated", code) for code in languages},
        {("treatment.published", "es"), ("treatment.updated", "es")},
    ]
    assert WebhookDelivery.objects.exclude(endpoint__in=[updates, spanish]).count() == 0


def test_an_endpoint_hears_of_nothing_from_before_it_was_there(endpoint):
    page = factory.treatment()
    endpoint()
    assert recorded() == []
    factory.edit(page, summary_en="Other words.")
    assert recorded() == [("treatment.updated", "en")]


def test_messages_and_editions_are_kept_or_lost_together(endpoint):
    endpoint()
    page = factory.treatment()
    recorded()
    before = Edition.objects.count()
    with transaction.atomic():
        factory.edit(page, summary_en="Other words.")
        assert WebhookDelivery.objects.count() == 1
        transaction.set_rollback(True)
    assert (Edition.objects.count(), recorded()) == (before, [])


def test_nothing_is_told_twice_of_an_edition(endpoint):
    told = endpoint()
    factory.treatment()
    first = WebhookDelivery.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        WebhookDelivery.objects.create(
            endpoint=told, edition=first.edition, type=first.type, due_at=timezone.now()
        )


def test_a_publish_takes_one_query_more_without_endpoints_and_three_with_them(endpoint):
    page = factory.treatment()
    factory.translate(page)
    factory.edit(page, summary_en="Words 0.")  # what is remembered is remembered

    def queries(words: str) -> list[str]:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            factory.edit(page, summary_en=words)
        return [each["sql"] for each in captured if "webhook" in each["sql"]]

    # The endpoints.
    assert len(queries("Words 1.")) == 1
    endpoint()
    endpoint()
    # The endpoints, what was public before, and the messages of eleven languages for both.
    found = queries("Words 2.")
    assert len(found) == 2
    assert WebhookDelivery.objects.count() == 22
    assert set(WebhookDelivery.objects.values_list("type", flat=True)) == {"treatment.updated"}


# What a message says


def test_a_message_says_where_to_read_and_not_what_it_says(endpoint, client):
    endpoint()
    page = factory.treatment("a-slug", heading_en="A heading")
    (message,) = messages()
    edition = CurrentEdition.objects.get().edition
    assert edition.seq is not None
    assert message == {
        "type": "treatment.published",
        "timestamp": edition.created_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "data": {
            "id": str(page.translation_key),
            "language": "en",
            "seq": edition.seq,
            "url": f"https://clinic.example.org/api/v1/en/treatments/{page.translation_key}/",
        },
    }
    answer = client.get(message["data"]["url"].removeprefix("https://clinic.example.org"))
    assert answer.json()["id"] == message["data"]["id"]


def private(page) -> None:
    PageViewRestriction.objects.create(page=page, restriction_type="login")


def moved(page) -> None:
    nowhere = Page.get_first_root_node().add_child(instance=TreatmentIndexPage(title="Nowhere"))
    page.move(nowhere, pos="last-child")


def recalled(page) -> None:
    set_release(page.pk, get_language("en"), "recalled", by="Dr. Luz", reason="wrong dose")
    reconcile(page.pk)


def withdrawn(page) -> None:
    set_release(page.pk, get_language("en"), "withdrawn", by="Dr. Luz", reason="wrong")
    reconcile(page.pk)


@pytest.mark.parametrize(
    ("hide", "reason"),
    [
        (lambda page: page.unpublish(), "unpublished"),
        (lambda page: factory.edit(page, expire_at=timezone.now() - timedelta(1)), "expired"),
        (private, "unpublished"),
        (recalled, "recalled"),
        (moved, "moved"),
        (withdrawn, "withdrawn"),
        (lambda page: page.delete(), "unpublished"),
    ],
)
def test_a_removal_says_why_and_nothing_of_the_page(endpoint, hide, reason):
    endpoint()
    canary = "canaryqzxw"
    page = factory.treatment(canary, (("lead", "lead", {"text": f"The {canary} lead."}), LEAD))
    document = str(page.translation_key)
    hide(page)
    take_positions()
    rows = WebhookDelivery.objects.select_related("edition").order_by("pk")
    bodies = [message_body(row) for row in rows]
    assert all(canary.encode() not in body for body in bodies)
    last = orjson.loads(bodies[-1])
    assert last["type"] == "treatment.removed"
    newest = Edition.objects.latest("seq")
    assert newest.kind == Edition.Kind.TOMBSTONE
    assert last["data"] == {
        "id": document,
        "language": "en",
        "seq": newest.seq,
        "reason": reason,
    }


def test_a_message_is_small(endpoint):
    endpoint()
    factory.treatment("s" * 200)
    (row,) = WebhookDelivery.objects.select_related("edition")
    assert len(message_body(row)) < 1000


# What people do


def test_a_test_says_that_nothing_has_changed(endpoint):
    delivery = send_test(endpoint(events=[]))
    message = orjson.loads(message_body(delivery))
    assert message["type"] == "webhook.test"
    assert message["data"] == {
        "message": "A test from https://clinic.example.org. Nothing has changed."
    }


def test_what_came_to_an_end_is_sent_again_under_the_same_id(endpoint):
    told = endpoint()
    page = factory.treatment()
    factory.translate(page, "es", "ar")
    waiting, delivered, dead = WebhookDelivery.objects.order_by("pk")
    now = timezone.now()
    WebhookDelivery.objects.filter(pk=delivered.pk).update(state="delivered", delivered_at=now)
    WebhookDelivery.objects.filter(pk=dead.pk).update(state="dead", attempts=10)
    assert send_again(WebhookDelivery.objects.all()) == 2
    again = {row.pk: row for row in WebhookDelivery.objects.all()}
    for before in (waiting, delivered, dead):
        row = again[before.pk]
        assert (row.state, row.attempts, row.message_id) == ("waiting", 0, before.message_id)
    WebhookDelivery.objects.update(state="dead")
    WebhookEndpoint.objects.filter(pk=told.pk).update(is_active=False)
    assert send_again(WebhookDelivery.objects.all()) == 0


def test_the_secret_that_was_replaced_signs_until_its_end(endpoint):
    now = timezone.now()
    told = endpoint(previous_secret="whsec_b2xk", previous_secret_until=now)
    assert told.secrets_at(now - timedelta(seconds=1)) == (told.secret, "whsec_b2xk")
    assert told.secrets_at(now) == (told.secret,)
