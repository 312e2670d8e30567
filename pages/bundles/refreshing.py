"""Bundles made anew in the background, soon after what is public has changed."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks import default_task_backend, task

from pages.background import after_commit
from pages.bundles.making import refresh
from pages.bundles.pictures import Pictures
from pages.models import Bundle
from pages.publishing.editions import editions_appended

# An editor publishes page after page: one task for what happens in this time.
WAIT = timedelta(seconds=10)
# After this a task that was sent and has not begun is taken for lost.
LOST = timedelta(minutes=10)


@task()
def refresh_bundles() -> None:
    """Every bundle that somebody has asked for. Costs a query for each that is as it should be."""
    # First: what changes from here on asks for another task.
    Bundle.objects.update(refresh_asked_at=None)
    forms = defaultdict(list)
    for bundle in Bundle.objects.order_by("language", "format"):
        forms[bundle.language].append(bundle.format)
    with Pictures() as pictures:
        for language_code, wanted in forms.items():
            list(refresh(language_code, wanted, pictures))


def ask_for_refresh() -> None:
    """One task, however many ask before it begins. None where a task would run here and now:
    there the next reader or export_bundle makes the bundle."""
    if not settings.BACKGROUND:
        return
    now = timezone.now()
    unasked = Q(refresh_asked_at=None) | Q(refresh_asked_at__lt=now - LOST)
    if Bundle.objects.filter(unasked).update(refresh_asked_at=now):
        can_wait = default_task_backend.supports_defer
        after_commit(refresh_bundles.using(run_after=now + WAIT) if can_wait else refresh_bundles)


def _editions_appended(**kwargs: Any) -> None:
    # After the commit: two publishes at once would wait for each other's marks.
    transaction.on_commit(ask_for_refresh, robust=True)


def connect() -> None:
    editions_appended.connect(_editions_appended)
