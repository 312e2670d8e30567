"""Two editors publish one page at the same moment."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.urls import reverse

from pages.models import CurrentEdition, Edition, Target, TreatmentPage
from pages.publishing.editions import reconcile
from pages.publishing.verify import verify_editions
from tests import factory
from tests.admin.posting import page_post
from tests.admin.workspace import client_of
from tests.test_concurrency import at_the_same_time

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shared_database() -> None:
    if connection.vendor == "sqlite" and connection.is_in_memory_db():
        pytest.skip("SQLite's test database is in memory: its threads share one connection")


@pytest.mark.usefixtures("shared_database")
def test_both_are_published_one_after_the_other_and_what_is_served_is_the_last():
    page = factory.treatment()
    factory.translate(page, "es")
    statuses: list[int] = []

    def publishing(name: str) -> Callable[[], None]:
        user = User.objects.create_superuser(name, f"{name}@clinic.example.org", "secret")
        client = client_of(user)
        changes = {"title": f"Title of {name}", "heading_en": f"By {name}"}
        data = page_post(page, user, **changes, summary_en=f"Summary of {name}.")
        address = reverse("wagtailadmin_pages:edit", args=[page.pk])

        def work() -> None:
            answer = client.post(address, {**data, "action-publish": "1"})
            statuses.append(answer.status_code)

        return work

    at_the_same_time(publishing("ana"), publishing("eva"))
    assert statuses == [302, 302]
    page = TreatmentPage.objects.get(pk=page.pk)
    assert page.live
    assert page.revisions.count() == 3  # the two, and the one before
    (name,) = (name for name in ("ana", "eva") if page.title == f"Title of {name}")
    assert (page.heading_en, page.summary_en) == (f"By {name}", f"Summary of {name}.")
    assert page.live_revision == page.latest_revision
    current = CurrentEdition.objects.get(page=page, language="en")
    assert current.heading == f"By {name}"
    assert f"Summary of {name}." in bytes(current.edition.body).decode()
    # Both were served, in this order, each once; and no translation was lost on the way.
    served = Edition.objects.filter(document_id=page.translation_key, language="en").order_by("pk")
    assert [edition.number for edition in served] == [1, 2, 3]
    assert Target.objects.filter(page=page, language="es", state="approved").count() == 7
    assert reconcile(page.pk) == []
    assert verify_editions()[1] == []
