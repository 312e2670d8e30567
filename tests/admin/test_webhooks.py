"""Webhooks in the admin: who is told, the secret that is shown once, the log, sending again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from standardwebhooks import Webhook
from wagtail.models import ModelLogEntry

from pages.models import WebhookDelivery, WebhookEndpoint
from pages.webhooks.outbox import SETTLES
from pages.webhooks.sender import Sender
from tests import factory
from tests.feed_app import take_positions
from tests.webhooks.receiver import Receiver, Reply, receiving

pytestmark = pytest.mark.django_db
EVENTS = ["treatment.published", "treatment.updated", "treatment.removed"]


@pytest.fixture
def receiver(settings) -> Iterator[Receiver]:
    settings.WEBHOOK_ALLOW_PRIVATE = True
    settings.WEBHOOK_SENDER = "worker"  # a test says itself when something is sent
    with receiving() as found:
        yield found


def endpoint(url: str = "https://hooks.example.org/", **fields: object) -> WebhookEndpoint:
    return WebhookEndpoint.objects.create(
        **{"name": "The clinic's app", "url": url, "events": EVENTS, **fields}
    )


def form(**fields: object) -> dict[str, object]:
    return {
        "name": "The clinic's app",
        "url": "https://hooks.example.org/clinic",
        "events": EVENTS,
        "is_active": "on",
        **fields,
    }


def send_all(days: int = 1) -> None:
    """What is due, and what becomes due within so many days."""
    take_positions()
    for day in range(days):
        ahead = timedelta(hours=25 * day) + SETTLES
        Sender(clock=lambda ahead=ahead: timezone.now() + ahead, jitter=lambda: 0.0).send_due()


# Endpoints


def test_an_endpoint_is_added_and_its_secret_is_shown_once(editor_client):
    asked = editor_client.get(reverse("webhooks:add")).content.decode()
    assert asked.count('name="events"') == 3
    assert 'value="webhook.test"' not in asked
    answer = editor_client.post(
        reverse("webhooks:add"), form(events=EVENTS[1:], languages=["es", "ar"]), follow=True
    )
    made = WebhookEndpoint.objects.get()
    assert (made.events, made.languages, made.is_active) == (EVENTS[1:], ["es", "ar"], True)
    assert made.secret in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    paths = ("webhook_secret", "webhooks:edit", "webhooks:history", "webhook_test")
    for path in (reverse("webhooks:index"), *(reverse(name, args=[made.pk]) for name in paths)):
        shown = editor_client.get(path)
        assert shown.status_code == 200
        assert made.secret not in shown.content.decode(), path
    assert made.secret not in str(dict(editor_client.session))
    assert made.secret not in str(list(ModelLogEntry.objects.values()))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"url": "http://hooks.example.org/"}, "Messages go to https:// alone."),
        ({"url": "https://10.0.0.7/"}, "The host is not on the public internet."),
        ({"url": "https://hooks.example.org:22/"}, "Port 22. Allowed: 443 or 8443."),
        ({"url": "https://me@hooks.example.org/"}, "This is no address that is understood."),
        ({"url": "https://hooks.example.org/" + "a" * 500}, "at most 500 characters"),
        ({"events": []}, "This field is required."),
        ({"events": ["webhook.test"]}, "webhook.test is not one of the available choices."),
        ({"languages": ["xx"]}, "xx is not one of the available choices."),
        ({"name": ""}, "This field is required."),
    ],
)
def test_what_cannot_be_is_refused_with_what_is_allowed(editor_client, fields, said):
    answer = editor_client.post(reverse("webhooks:add"), form(**fields))
    assert said in answer.content.decode()
    assert not WebhookEndpoint.objects.exists()


def test_switching_on_again_forgets_why_it_was_off(editor_client):
    told = endpoint(is_active=False, switched_off_because="The receiver answered 410 Gone.")
    shown = editor_client.get(reverse("webhooks:index")).content.decode()
    assert "off: The receiver answered 410" in shown
    secret = told.secret
    editor_client.post(reverse("webhooks:edit", args=[told.pk]), form(name="Screens"))
    told.refresh_from_db()
    assert (told.name, told.is_active, told.switched_off_because) == ("Screens", True, "")
    assert told.secret == secret


def test_an_endpoint_is_deleted_with_its_messages_and_no_edition(editor_client):
    told = endpoint()
    page = factory.treatment()
    editor_client.post(reverse("webhooks:delete", args=[told.pk]))
    assert not WebhookEndpoint.objects.exists()
    assert not WebhookDelivery.objects.exists()
    factory.edit(page, summary_en="Other words.")


# The secret


@pytest.mark.parametrize(("keep", "hours"), [("24", 24), ("168", 168)])
def test_while_a_secret_is_replaced_either_verifies(editor_client, receiver, keep, hours):
    told = endpoint(receiver.url)
    old, before = told.secret, timezone.now()
    answer = editor_client.post(
        reverse("webhook_secret", args=[told.pk]), {"keep": keep}, follow=True
    )
    told.refresh_from_db()
    shown = answer.content.decode()
    assert told.secret != old
    assert told.secret in shown
    assert old not in shown
    assert told.previous_secret_until - before >= timedelta(hours=hours)
    assert f"{told.previous_secret_until:%Y-%m-%d %H:%M} UTC" in shown
    assert "The secret was replaced" in str(
        editor_client.get(reverse("webhooks:history", args=[told.pk])).content
    )
    factory.treatment()
    send_all()
    (received,) = receiver.received
    for secret in (old, told.secret):
        Webhook(secret).verify(received.body, received.headers)


def test_a_secret_that_somebody_else_knows_signs_no_more(editor_client, receiver):
    told = endpoint(receiver.url)
    for keep in ("24", "0"):
        editor_client.post(reverse("webhook_secret", args=[told.pk]), {"keep": keep})
    told.refresh_from_db()
    assert told.secrets_at(timezone.now()) == (told.secret,)
    factory.treatment()
    send_all()
    (received,) = receiver.received
    assert " " not in received.headers["webhook-signature"]
    answer = editor_client.post(reverse("webhook_secret", args=[told.pk]), {"keep": "48"})
    assert "48 is not one of the available choices." in answer.content.decode()


# The test


def test_a_test_is_sent_and_its_answer_shown(editor_client, receiver):
    told = endpoint(receiver.url, events=EVENTS[:1])
    answer = editor_client.post(reverse("webhook_test", args=[told.pk]), follow=True)
    assert answer["Refresh"] == "2"
    assert "None yet." in answer.content.decode()
    receiver.reply = lambda _: Reply(500)
    send_all()
    shown = editor_client.get(answer.request["PATH_INFO"])
    assert "500 Internal Server Error" in shown.content.decode()
    assert "Refresh" not in shown
    assert "Send it again" not in shown.content.decode()
    assert reverse("webhook_test", args=[told.pk]) in shown.content.decode()
    assert [each.type for each in receiver.received] == ["webhook.test"]


def test_an_endpoint_that_is_off_gets_no_test(editor_client):
    told = endpoint(is_active=False)
    answer = editor_client.post(reverse("webhook_test", args=[told.pk]), follow=True)
    assert "switched off" in answer.content.decode()
    assert not WebhookDelivery.objects.exists()


# The log


@pytest.fixture
def log(receiver) -> dict[str, WebhookDelivery]:
    """By language, of one treatment: given up in Spanish, delivered in English and Arabic."""
    endpoint(receiver.url)
    page = factory.treatment()
    send_all()
    factory.translate(page, "es")
    receiver.reply = lambda _: Reply(503)
    send_all(days=10)
    receiver.reply = lambda _: Reply()
    factory.translate(page, "ar")
    send_all()
    return {row.edition.language: row for row in WebhookDelivery.objects.select_related("edition")}


def listed(client: Client, query: str) -> set[str]:
    """The public ids of the deliveries that the list shows."""
    for name in ("webhook_deliveries", "webhook_deliveries_results"):
        answer = client.get(f"{reverse(name)}?{query}")
        assert answer.status_code == 200
        found = set(re.findall(r'/deliveries/([0-9a-f-]{36})/"', answer.content.decode()))
    return found


def test_the_log_is_filtered(editor_client, log):
    ids = {language: str(row.public_id) for language, row in log.items()}
    other = endpoint()
    spanish = log["es"]
    document = spanish.edition.document_id
    today, tomorrow = timezone.now().date(), timezone.now().date() + timedelta(days=1)
    for query, languages in {
        "": {"en", "es", "ar"},
        f"endpoint={spanish.endpoint_id}": {"en", "es", "ar"},
        f"endpoint={other.pk}": set(),
        "state=dead": {"es"},
        "state=dead&state=delivered": {"en", "es", "ar"},
        "state=waiting": set(),
        "type=treatment.published": {"en", "es", "ar"},
        "type=treatment.removed": set(),
        "language=ar": {"ar"},
        f"message={spanish.message_id}": {"es"},
        "message=nonsense": set(),
        f"document={document}&state=delivered": {"en", "ar"},
        f"created_at_from={today}": {"en", "es", "ar"},
        f"created_at_from={tomorrow}": set(),
    }.items():
        assert listed(editor_client, query) == {ids[code] for code in languages}, query


def test_a_message_shows_what_it_says_and_each_attempt(editor_client, log):
    shown = editor_client.get(reverse("webhook_delivery", args=[log["es"].public_id]))
    said = shown.content.decode()
    assert said.count("503 Service Unavailable") == 10
    assert log["es"].message_id in said
    assert f"&quot;seq&quot;: {log['es'].edition.seq}" in said
    assert log["es"].endpoint.secret not in said


def test_a_dead_letter_is_sent_again_under_its_own_id(editor_client, log, receiver):
    path = reverse("webhook_delivery", args=[log["es"].public_id])
    assert "is sent again" in editor_client.post(path, follow=True).content.decode()
    assert "It was not sent again" in editor_client.post(path, follow=True).content.decode()
    already = len(receiver.received)
    send_all()
    (again,) = receiver.received[already:]
    assert again.id == log["es"].message_id
    Webhook(log["es"].endpoint.secret).verify(again.body, again.headers)
    log["es"].refresh_from_db()
    assert (log["es"].state, log["es"].tries.count()) == ("delivered", 11)


def test_all_dead_letters_of_a_list_are_sent_again(editor_client, log, receiver):
    path = reverse("webhook_send_again")
    asked = editor_client.get(f"{path}?language=es").content.decode()
    assert "<b>1</b> given up. <b>0</b> delivered." in asked
    # A filter that is not understood chooses nothing.
    for query in ("language=xx", "endpoint=none", "state=alive", "created_at_from=never"):
        editor_client.post(f"{path}?{query}", {"delivered": "on"})
    editor_client.post(f"{path}?language=ar")
    assert not WebhookDelivery.objects.waiting().exists()
    editor_client.post(path)
    assert [row.pk for row in WebhookDelivery.objects.waiting()] == [log["es"].pk]
    editor_client.post(f"{path}?language=ar", {"delivered": "on"})
    already = len(receiver.received)
    send_all()
    sent = {each.id for each in receiver.received[already:]}
    assert sent == {log["es"].message_id, log["ar"].message_id}


def test_the_dashboard_says_what_was_given_up(editor_client, log):
    home = reverse("wagtailadmin_home")
    shown = editor_client.get(home).content.decode()
    assert "1 message could not be delivered" in shown
    assert f"{reverse('webhook_deliveries')}?state=dead" in shown
    WebhookDelivery.objects.filter(pk=log["es"].pk).update(
        state="delivered", delivered_at=timezone.now()
    )
    assert "could not be delivered" not in editor_client.get(home).content.decode()


# Who may


def client_of(*codenames: str, group: str = "") -> Client:
    user = User.objects.create_user(f"with {codenames} {group}")
    own = Group.objects.create(name=f"Of {user.username}")
    own.permissions.set(Permission.objects.filter(codename__in=("access_admin", *codenames)))
    user.groups.add(own, *Group.objects.filter(name=group))
    client = Client()
    client.force_login(user)
    return client


def addresses(row: WebhookDelivery) -> list[str]:
    return [
        reverse("webhooks:index"),
        reverse("webhooks:add"),
        *(
            reverse(name, args=[row.endpoint_id])
            for name in (
                "webhooks:edit",
                "webhooks:delete",
                "webhooks:history",
                "webhook_secret",
                "webhook_test",
            )
        ),
        reverse("webhook_deliveries"),
        reverse("webhook_deliveries_results"),
        reverse("webhook_send_again"),
        reverse("webhook_delivery", args=[row.public_id]),
    ]


def refuses(answer) -> bool:
    """As Wagtail refuses: back to the dashboard with a message, or 403 to a script."""
    home = reverse("wagtailadmin_home")
    return answer.status_code in (403, 405) or (
        answer.status_code == 302 and answer.url in (home, reverse("wagtailadmin_login"))
    )


@pytest.mark.parametrize("group", ["Editors", "Moderators", "Translators"])
def test_who_was_not_given_webhooks_sees_and_does_nothing(group, log):
    client, row = client_of(group=group), log["es"]
    script = {"x-requested-with": "XMLHttpRequest"}
    for path in addresses(row):
        for answer in (client.get(path), client.post(path, form(keep="0"))):
            assert refuses(answer), path
        assert client.get(path, headers=script).status_code == 403, path
        assert client.post(path, form(keep="0"), headers=script).status_code in (403, 405), path
    home = client.get(reverse("wagtailadmin_home")).content.decode()
    assert "could not be delivered" not in home
    assert "/admin/webhooks/" not in home
    kept = WebhookEndpoint.objects.get()
    assert (kept.url, kept.secret) == (row.endpoint.url, row.endpoint.secret)
    assert WebhookDelivery.objects.count() == 3
    assert not WebhookDelivery.objects.waiting().exists()


def test_who_may_look_may_not_send(log):
    client, row = client_of("view_webhookendpoint"), log["es"]
    assert str(row.public_id) in listed(client, "")
    path = reverse("webhook_delivery", args=[row.public_id])
    assert "Send it again" not in client.get(path).content.decode()
    home = reverse("wagtailadmin_home")
    for refused in (path, reverse("webhook_send_again")):
        assert client.post(refused).url == home
    for name in ("webhook_secret", "webhook_test", "webhooks:edit", "webhooks:delete"):
        answer = client.post(reverse(name, args=[row.endpoint_id]), form(keep="0"))
        assert answer.url == home
    kept = WebhookEndpoint.objects.get()
    assert kept.secret == row.endpoint.secret
    assert not WebhookDelivery.objects.waiting().exists()


def test_who_may_change_endpoints_may_send_and_a_group_can_be_given_that(editor_client, log):
    client, row = client_of("change_webhookendpoint"), log["es"]
    assert client.post(reverse("webhook_test", args=[row.endpoint_id])).url != reverse(
        "wagtailadmin_home"
    )
    assert WebhookDelivery.objects.waiting().count() == 1
    group = Group.objects.get(name="Editors")
    shown = editor_client.get(reverse("wagtailusers_groups:edit", args=[group.pk]))
    found = Permission.objects.filter(content_type__model="webhookendpoint")
    boxes = re.findall(r'name="permissions"[^>]*value="(\d+)"', shown.content.decode())
    assert {str(each.pk) for each in found} <= set(boxes)
