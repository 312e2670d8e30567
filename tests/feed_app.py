"""What every test of the feed needs: positions inside a test's transaction, and an app."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.utils import timezone

from pages.models import CurrentEdition, TreatmentPage
from tests import factory


def take_positions() -> None:
    """Give editions their place in the log, as COMMIT does: a test's transaction never commits."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def about_to_end(page: TreatmentPage, seconds: float = 0.5) -> TreatmentPage:
    """The page with an end that comes very soon, and that was not over when it was published."""
    while True:
        page = factory.edit(page, expire_at=timezone.now() + timedelta(seconds=seconds))
        if CurrentEdition.objects.visible("en").filter(page=page).exists():
            return page
        seconds *= 2
