"""Acts that break off in the middle, and acts at the same time: content and log stay one."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection, connections, transaction
from wagtail.models import Page, PageViewRestriction

from pages.models import Category, CurrentEdition, Edition, TreatmentIndexPage, TreatmentPage
from pages.publishing.editions import reconcile
from pages.publishing.verify import verify_editions
from pages.publishing.visibility import hidden_reason
from tests import factory
from tests.factory import LEAD, WARNING

pytestmark = pytest.mark.django_db(transaction=True)
DETAIL = "/api/v1/en/treatments/back-care/"


def full_disk(*args: object) -> None:
    raise OSError("disk full")


@pytest.fixture
def page() -> TreatmentPage:
    return factory.treatment(category=Category.objects.create(slug="massage", name_en="Massage"))


@pytest.fixture
def private(page: TreatmentPage) -> TreatmentIndexPage:
    index: TreatmentIndexPage = factory.index_page().add_sibling(
        instance=TreatmentIndexPage(title="Private", slug="private")
    )
    PageViewRestriction.objects.create(page=index, restriction_type="login")
    return index


Post = tuple[str, dict[str, object]]
ACTS: dict[str, Callable[[TreatmentPage, TreatmentIndexPage], Post]] = {
    "unpublish": lambda page, private: (f"/admin/pages/{page.pk}/unpublish/", {}),
    "delete": lambda page, private: (f"/admin/pages/{page.pk}/delete/", {}),
    "move": lambda page, private: (
        f"/admin/pages/{page.pk}/move/{private.pk}/confirm/",
        {"new_parent_page": private.pk},
    ),
    "make private": lambda page, private: (
        f"/admin/pages/{page.pk}/privacy/",
        {"restriction_type": "login"},
    ),
    "bulk unpublish": lambda page, private: (
        f"/admin/bulk/wagtailcore/page/unpublish/?id={page.pk}&next=/admin/",
        {},
    ),
    "bulk delete": lambda page, private: (
        f"/admin/bulk/wagtailcore/page/delete/?id={page.pk}&next=/admin/",
        {},
    ),
    "bulk move": lambda page, private: (
        f"/admin/bulk/wagtailcore/page/move/?id={page.pk}&next=/admin/",
        {"chooser": private.pk},
    ),
}


@pytest.mark.parametrize("act", ACTS)
def test_what_an_editor_does_to_hide_a_page_is_done_whole(admin_client, page, private, act):
    path, data = ACTS[act](page, private)
    assert admin_client.post(path, data).status_code in (200, 302)
    assert admin_client.get(DETAIL).status_code == 404
    assert Edition.objects.last().kind == Edition.Kind.TOMBSTONE
    assert verify_editions()[1] == []


@pytest.mark.parametrize("act", ACTS)
def test_what_breaks_off_in_the_middle_was_not_done_at_all(
    admin_client, page, private, act, monkeypatch
):
    monkeypatch.setattr("pages.publishing.editions._append", full_disk)
    admin_client.raise_request_exception = False
    path, data = ACTS[act](page, private)
    assert admin_client.post(path, data).status_code == 500
    monkeypatch.undo()
    assert not hidden_reason(TreatmentPage.objects.get(pk=page.pk))
    assert admin_client.get(DETAIL).status_code == 200
    assert reconcile(page.pk) == []
    assert verify_editions()[1] == []


def test_a_script_that_unpublishes_the_plain_page_does_it_whole(page, monkeypatch):
    plain = Page.objects.get(pk=page.pk)
    monkeypatch.setattr("pages.publishing.editions._append", full_disk)
    with pytest.raises(OSError, match="disk full"):
        plain.unpublish()
    assert TreatmentPage.objects.get(pk=page.pk).live
    monkeypatch.undo()
    Page.objects.get(pk=page.pk).unpublish()
    assert not CurrentEdition.objects.exists()


def test_a_term_is_saved_with_the_editions_that_follow_or_not_at_all(page, monkeypatch):
    monkeypatch.setattr("pages.publishing.editions._append", full_disk)
    term = Category.objects.get()
    term.name_en = "Kneading"
    with pytest.raises(OSError, match="disk full"):
        term.save()
    assert Category.objects.get().name_en == "Massage"


# At the same time


def meanwhile(act: Callable[[], object], other: Callable[[], object]) -> None:
    """`act` in a transaction that commits only when `other` has had time to begin."""
    acted = threading.Event()
    errors: list[BaseException] = []

    def first() -> None:
        with transaction.atomic():
            act()
            acted.set()
            threading.Event().wait(0.5)

    def second() -> None:
        acted.wait()
        other()

    def run(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:
            errors.append(error)
        finally:
            acted.set()
            connections.close_all()

    threads = [threading.Thread(target=run, args=(work,)) for work in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


@pytest.fixture
def real_locks() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time: there is no meanwhile")


@pytest.mark.usefixtures("real_locks")
def test_a_page_that_is_unpublished_meanwhile_is_not_published_again(page):
    meanwhile(
        TreatmentPage.objects.get(pk=page.pk).unpublish,
        lambda: Category.objects.get().save(),
    )
    assert not CurrentEdition.objects.exists()
    assert Edition.objects.last().reason == "unpublished"


@pytest.mark.usefixtures("real_locks")
def test_a_page_that_gets_another_address_meanwhile_does_not_get_the_old_one_back(page):
    meanwhile(lambda: factory.edit(page, slug="new-address"), lambda: reconcile(page.pk))
    assert CurrentEdition.objects.get().slug == "new-address"


@pytest.mark.usefixtures("real_locks")
def test_a_page_that_is_made_private_meanwhile_is_not_published_again(page):
    index = factory.index_page()
    meanwhile(
        lambda: PageViewRestriction.objects.create(page=index, restriction_type="login"),
        lambda: factory.edit(page, summary_en="Another summary."),
    )
    assert not CurrentEdition.objects.exists()


@pytest.mark.usefixtures("real_locks")
def test_a_page_that_is_added_while_its_parent_is_made_private_is_private(page):
    index = factory.index_page()
    meanwhile(
        lambda: PageViewRestriction.objects.create(page=index, restriction_type="login"),
        lambda: add_and_publish("later-page"),
    )
    assert not CurrentEdition.objects.exists()


@pytest.mark.usefixtures("real_locks")
def test_a_parent_that_is_made_private_while_a_page_is_added_hides_it(page):
    index = factory.index_page()
    meanwhile(
        lambda: add_and_publish("earlier-page"),
        lambda: restrict(index),
    )
    assert not CurrentEdition.objects.exists()


@transaction.atomic
def add_and_publish(slug: str) -> None:
    factory.treatment(slug, (LEAD, WARNING))


@transaction.atomic
def restrict(index: Page) -> None:
    PageViewRestriction.objects.create(page=index, restriction_type="login")


def test_what_is_done_after_a_commit_can_be_named_where_it_fails():
    """Django names what failed by its __qualname__, which a partial has not: the name, and with it
    the act that was committed, would end in an AttributeError."""
    root = Path(__file__).resolve().parent.parent
    files = [path for room in ("api", "cms", "pages") for path in (root / room).rglob("*.py")]
    assert not [path for path in files if "on_commit(partial(" in path.read_text("utf-8")]
