"""At least once, under one id, tried ten times over some 75 hours, then given up."""

from __future__ import annotations

import time
from collections import Counter
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connections
from django.utils import timezone
from standardwebhooks import Webhook

from api.kept import PATIENCE
from pages.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from pages.webhooks.claiming import CLAIMED_FOR, Claimed, claim
from pages.webhooks.ending import record
from pages.webhooks.outbox import SETTLES, send_again, send_test
from pages.webhooks.posting import Answer
from pages.webhooks.schedule import DELAYS, MOST_ATTEMPTS, TOTAL, next_attempt
from pages.webhooks.sender import Sender
from tests import factory
from tests.webhooks.receiver import Reply, receiving

pytestmark = pytest.mark.django_db


class Clock:
    """Ahead of the real one by what a test says, and by what an edition takes to be read."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return timezone.now() + SETTLES + self.ahead


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sender(clock) -> Sender:
    return Sender(clock=clock, jitter=lambda: 0.0, seconds=5.0)


def only() -> WebhookDelivery:
    return WebhookDelivery.objects.get()


def only_of(language: str) -> WebhookDelivery:
    return WebhookDelivery.objects.get(edition__language=language)


# The schedule


def test_ten_attempts_are_spread_over_some_75_hours():
    assert MOST_ATTEMPTS == 10
    assert timedelta(hours=75, minutes=35) <= TOTAL < timedelta(hours=75, minutes=36)
    start = now = datetime(2026, 1, 1, tzinfo=timezone.get_default_timezone())
    for attempts in range(1, 10):
        now = next_attempt(attempts, now, jitter=0)
    assert now - start == TOTAL
    assert next_attempt(10, now, jitter=0) is None


@pytest.mark.parametrize("attempts", range(1, 10))
def test_jitter_moves_an_attempt_by_a_tenth_at_most(attempts):
    now = timezone.now()
    early, due, late = (next_attempt(attempts, now, jitter=each) - now for each in (-1, 0, 1))
    assert due == DELAYS[attempts - 1]
    assert (early, late) == (due * 0.9, due * 1.1)


def test_a_receiver_can_ask_for_more_time_but_not_for_less_nor_for_ever():
    now = timezone.now()
    wishes = {1: DELAYS[0], 60: timedelta(seconds=60), 10_000_000: timedelta(days=1)}
    for seconds, delay in wishes.items():
        assert next_attempt(1, now, jitter=0, retry_after=seconds) == now + delay


# Delivering


def test_a_message_is_sent_once_and_verifies(receiver, endpoint, sender):
    told = endpoint(receiver.url)
    factory.treatment()
    message_id = only().message_id
    assert sender.send_due() == {"delivered": 1}
    assert sender.send_due() == {}
    (received,) = receiver.received
    assert Webhook(told.secret).verify(received.body, received.headers)["type"] == (
        "treatment.published"
    )
    assert received.id == message_id
    assert received.headers["Content-Type"] == "application/json"
    row = only()
    assert (row.state, row.attempts, row.outcome, row.claim) == ("delivered", 1, "200 OK", None)
    assert [(each.status, each.outcome) for each in row.tries.all()] == [(200, "200 OK")]


def test_a_message_is_sent_once_other_processes_have_forgotten_what_was_before(receiver, endpoint):
    endpoint(receiver.url)
    factory.treatment()
    sender = Sender()
    row = only()
    assert row.due_at - row.created_at > timedelta(seconds=PATIENCE)
    assert sender.send_due() == {}
    time.sleep(SETTLES.total_seconds())
    assert sender.send_due() == {"delivered": 1}


def test_a_message_that_fails_is_sent_again_under_the_same_id_until_it_arrives(
    receiver, endpoint, sender, clock
):
    told = endpoint(receiver.url)
    factory.treatment()
    receiver.reply = lambda _: Reply(500)
    assert sender.send_due() == {"waiting": 1}
    assert sender.send_due() == {}
    assert 4 < sender.seconds_to_next() <= 5
    clock.ahead += timedelta(seconds=6)
    assert sender.send_due() == {"waiting": 1}
    clock.ahead += timedelta(minutes=6)
    receiver.reply = lambda _: Reply(204, body=b"")
    assert sender.send_due() == {"delivered": 1}
    assert len({received.id for received in receiver.received}) == 1
    assert len(set(receiver.bodies())) == 1
    for received in receiver.received:
        Webhook(told.secret).verify(received.body, received.headers)
    tries = list(WebhookAttempt.objects.values_list("status", flat=True))
    assert tries == [500, 500, 204]


def test_after_the_tenth_failure_it_is_a_dead_letter_that_can_be_sent_again(
    receiver, endpoint, sender, clock
):
    endpoint(receiver.url)
    factory.treatment()
    receiver.reply = lambda _: Reply(503)
    for attempt in range(1, 11):
        expected = "dead" if attempt == 10 else "waiting"
        assert sender.send_due() == {expected: 1}, attempt
        clock.ahead += timedelta(hours=25)
    assert sender.send_due() == {}
    assert WebhookDelivery.objects.dead_letters().count() == 1
    assert only().outcome == "503 Service Unavailable"
    receiver.reply = lambda _: Reply()
    assert send_again(WebhookDelivery.objects.all()) == 1
    assert sender.send_due() == {"delivered": 1}
    assert len(receiver.received) == 11
    assert len({received.id for received in receiver.received}) == 1


def test_429_waits_as_long_as_it_asks(receiver, endpoint, sender):
    endpoint(receiver.url)
    factory.treatment()
    receiver.reply = lambda _: Reply(429, {"Retry-After": "900"})
    sender.send_due()
    assert 890 < sender.seconds_to_next() <= 900


def test_410_switches_the_endpoint_off_and_gives_up_what_waits(receiver, endpoint, sender):
    told, other = endpoint(receiver.url), endpoint("http://127.0.0.1:1/")
    page = factory.treatment()
    factory.translate(page)
    receiver.reply = lambda _: Reply(410)
    sender.send_due()
    told.refresh_from_db()
    assert (told.is_active, told.switched_off_because) == (
        False,
        "The receiver answered 410 Gone: it wants no more.",
    )
    assert set(told.deliveries.values_list("state", flat=True)) == {"dead"}
    assert len(receiver.received) <= 4  # those that were under way at once
    assert set(other.deliveries.values_list("state", flat=True)) == {"waiting"}
    factory.edit(page, summary_en="Other words.")
    assert told.deliveries.count() == 11


def test_what_waits_for_an_endpoint_that_was_switched_off_is_given_up(receiver, endpoint, sender):
    told = endpoint(receiver.url)
    factory.treatment()
    WebhookEndpoint.objects.update(is_active=False)
    assert sender.send_due() == {}
    assert receiver.received == []
    assert (only().state, only().outcome) == ("dead", "The endpoint was switched off.")
    assert told.deliveries.dead_letters().count() == 1


def test_a_test_is_tried_once_and_never_a_dead_letter(receiver, endpoint, sender):
    told = endpoint(receiver.url, events=[])
    receiver.reply = lambda _: Reply(500)
    send_test(told)
    assert sender.send_due() == {"dead": 1}
    assert WebhookDelivery.objects.dead_letters().count() == 0
    assert sender.seconds_to_next() is None


def test_while_a_secret_is_replaced_both_verify(receiver, endpoint, sender, clock):
    soon = timezone.now() + timedelta(hours=24)
    told = endpoint(
        receiver.url, previous_secret="whsec_b2xkb2xkb2xkb2xkb2xkb2xk", previous_secret_until=soon
    )
    page = factory.treatment()
    sender.send_due()
    clock.ahead = timedelta(hours=25)
    factory.edit(page, summary_en="Other words.")
    sender.send_due()
    first, second = receiver.received
    for secret in (told.secret, told.previous_secret):
        Webhook(secret).verify(first.body, first.headers)
    Webhook(told.secret).verify(second.body, second.headers)
    assert " " in first.headers["webhook-signature"]
    assert " " not in second.headers["webhook-signature"]


def test_a_receiver_that_does_not_answer_holds_up_no_other(receiver, endpoint, clock):
    with receiving(lambda _: Reply(seconds=0.6)) as silent:
        endpoint(silent.url)
        endpoint(receiver.url)
        factory.translate(factory.treatment())
        sender = Sender(clock=clock, seconds=0.3)
        sender.send_due()
    slowest = max(received.started for received in receiver.received)
    assert len(receiver.received) == 11
    # Eleven to the silent one take a time limit each, one after the other once the first failed.
    assert slowest < min(received.started for received in silent.received) + 0.6
    outcomes = WebhookDelivery.objects.filter(state="waiting").values_list("outcome", flat=True)
    assert list(outcomes) == ["No whole answer within 0.3 seconds."] * 11


# Claims


def claim_one(now: datetime) -> Claimed | None:
    return next(iter(claim(now, at_most=1, busy=[], room=lambda endpoint: 1)), None)


def test_what_is_claimed_at_once_is_the_oldest_and_of_no_endpoint_more_than_it_has_room_for(
    endpoint, own_machine, django_assert_num_queries
):
    one, other = endpoint("https://one.example.org/"), endpoint("https://other.example.org/")
    page = factory.treatment()
    for number in range(5):
        factory.edit(page, summary_en=f"Words {number}.")
    now = timezone.now() + SETTLES
    room = {one.pk: 4, other.pk: 1}
    # To find and to claim them, however many; and the savepoint around.
    with django_assert_num_queries(4):
        claimed = claim(now, at_most=8, busy=[], room=room.__getitem__)
    assert Counter(each.endpoint_id for each in claimed) == {one.pk: 4, other.pk: 1}
    assert len({each.claim for each in claimed}) == len({each.message_id for each in claimed}) == 5
    oldest = WebhookDelivery.objects.filter(endpoint=one).order_by("pk")[:4]  # claims move due_at
    assert {each.delivery_id for each in claimed} >= {each.pk for each in oldest}
    rest = claim(now, at_most=3, busy=[other.pk], room=lambda endpoint: 8)
    assert [each.endpoint_id for each in rest] == [one.pk] * 2
    rest = claim(now, at_most=3, busy=[], room=lambda endpoint: 8)
    assert [each.endpoint_id for each in rest] == [other.pk] * 3


def test_a_message_is_claimed_by_one_sender_until_the_claim_lapses(endpoint, own_machine):
    endpoint()
    factory.treatment()
    now = timezone.now() + SETTLES
    first = claim_one(now)
    assert first is not None
    assert claim_one(now + timedelta(seconds=59)) is None
    second = claim_one(now + CLAIMED_FOR)
    assert second is not None
    assert second.message_id == first.message_id
    # Whose claim lapsed has nothing to say any more.
    failed, accepted = Answer(500, "500", 1), Answer(200, "200 OK", 1)
    assert record(first, failed, now, jitter=0) is None
    assert record(second, accepted, now, jitter=0) == "delivered"
    assert record(first, failed, now, jitter=0) is None
    assert only().state == "delivered"


def test_an_endpoint_that_was_deleted_meanwhile_is_no_error(endpoint, own_machine):
    told = endpoint()
    factory.treatment()
    claimed = claim_one(timezone.now() + SETTLES)
    told.delete()
    assert record(claimed, Answer(200, "200 OK", 1), timezone.now(), jitter=0) is None
    assert WebhookAttempt.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_a_message_is_sent(receiver, endpoint, sender):
    endpoint(receiver.url)
    factory.treatment()
    of_the_sender = connections["default"]
    seen: list[bool] = []

    def reply(message_id: str) -> Reply:
        time.sleep(0.5)  # it looks for another message meanwhile, in a transaction that ends
        seen.append(of_the_sender.in_atomic_block)
        return Reply()

    receiver.reply = reply
    sender.send_due()
    assert seen == [False]


# Forgetting


def test_what_was_delivered_is_forgotten_after_thirty_days(receiver, endpoint, sender, clock):
    endpoint(receiver.url)
    page = factory.treatment()
    sender.send_due()
    factory.translate(page, "es")
    receiver.reply = lambda _: Reply(410)
    sender.send_due()
    clock.ahead = timedelta(days=29)
    sender.send_due()
    assert WebhookDelivery.objects.count() == 2
    clock.ahead = timedelta(days=31)
    sender.send_due()
    assert only().state == "dead"
    assert WebhookAttempt.objects.count() == 1


# The command


def test_the_command_sends_what_is_due_and_says_what_became_of_it(receiver, endpoint):
    endpoint(receiver.url)
    factory.translate(factory.treatment(), "es")
    fails = only_of("es").message_id
    receiver.reply = lambda message_id: Reply(500 if message_id == fails else 200)
    time.sleep(SETTLES.total_seconds())
    out = StringIO()
    call_command("deliver_webhooks", stdout=out)
    assert out.getvalue() == "1 delivered, 1 to be tried again, 0 given up.\n"
    assert time.time() - int(receiver.received[0].headers["webhook-timestamp"]) < 60
