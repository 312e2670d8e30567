"""Bundles are made anew in the background, before a reader waits for it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks import default_task_backend

from pages.bundles import refreshing
from pages.models import Bundle
from tests import factory
from tests.bundles.reading import open_bundle
from tests.bundles.test_http import ask, data
from tests.feed_app import take_positions

pytestmark = pytest.mark.django_db


@pytest.fixture
def queue(settings):
    settings.BACKGROUND = True


def test_what_was_asked_for_once_is_new_before_anybody_asks_again(
    client, page, queue, django_capture_on_commit_callbacks
):
    was = ask(client, "/api/v1/en/bundle.zip")
    data(was)
    with django_capture_on_commit_callbacks(execute=True):
        factory.treatment("neck-care")
        take_positions()
    made = Bundle.objects.get()
    assert f'"{made.digest}"' != was["ETag"]
    now = ask(client, "/api/v1/en/bundle.zip")
    assert now["ETag"] == f'"{made.digest}"'
    assert open_bundle(data(now)).slugs == {"back-care", "neck-care"}


def test_many_changes_are_one_task_a_little_later(
    page, queue, settings, django_capture_on_commit_callbacks
):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    sent = default_task_backend.results
    Bundle.objects.create(language="en", format="zip")
    for number in range(3):
        with django_capture_on_commit_callbacks(execute=True):
            factory.treatment(f"more-{number}")
    (task,) = (each.task for each in sent if each.task.func == refreshing.refresh_bundles.func)
    assert task.run_after - Bundle.objects.get().refresh_asked_at == refreshing.WAIT
    refreshing.refresh_bundles.call()
    with django_capture_on_commit_callbacks(execute=True):
        factory.treatment("one-more")
    assert [each.task.func for each in sent].count(refreshing.refresh_bundles.func) == 2


def test_a_task_that_was_lost_is_sent_again(
    page, queue, settings, django_capture_on_commit_callbacks
):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    asked = timezone.now() - refreshing.LOST - timedelta(seconds=1)
    Bundle.objects.create(language="en", format="zip", refresh_asked_at=asked)
    with django_capture_on_commit_callbacks(execute=True):
        factory.treatment("neck-care")
    assert refreshing.refresh_bundles.func in [
        each.task.func for each in default_task_backend.results
    ]


def test_nobody_makes_what_nobody_asked_for(page, queue, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        factory.treatment("neck-care")
    assert not Bundle.objects.exists()


def test_without_a_queue_an_editor_does_not_wait_for_bundles(
    client, page, django_capture_on_commit_callbacks
):
    data(ask(client, "/api/v1/en/bundle.zip"))
    was = Bundle.objects.get().digest
    with django_capture_on_commit_callbacks(execute=True):
        factory.treatment("neck-care")
    assert Bundle.objects.get().digest == was
