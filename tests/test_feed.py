"""The feed of changes: each once, in commit order, whole, and nothing that is hidden."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

from pages.languages import get_language
from pages.models import CurrentEdition, Edition, Release, TreatmentIndexPage, TreatmentPage
from pages.publishing.editions import reconcile
from pages.publishing.feed import (
    Changes,
    Cursor,
    FeedReset,
    changes_after,
    first_changes,
    read_head,
    snapshot,
)
from pages.publishing.feed_cursor import ForeignCursor, read_cursor, write_cursor
from pages.publishing.release import set_release
from tests import factory
from tests.feed_app import about_to_end, take_positions

pytestmark = pytest.mark.django_db


def first(*languages: str, limit: int = 100) -> Changes:
    take_positions()
    return first_changes(languages or ("en",), limit)


def after(cursor: Cursor, limit: int = 100) -> Changes:
    take_positions()
    return changes_after(cursor, limit)


def said(changes: Changes) -> list[tuple[str, str, str]]:
    slugs = {page.translation_key: page.slug for page in TreatmentPage.objects.all()}
    return [
        (slugs.get(item.document_id, "?"), item.language, item.reason) for item in changes.items
    ]


def body(page: TreatmentPage, code: str) -> bytes:
    return bytes(CurrentEdition.objects.get(page=page, language=code).edition.body)


def test_the_first_read_gives_what_is_public_as_the_stored_bytes_in_commit_order():
    page, other = factory.treatment("one"), factory.treatment("two")
    factory.translate(page, "es")
    factory.treatment("gone").unpublish()
    factory.edit(page, summary_en="Newer words.")
    found = first("en", "es")
    assert said(found) == [("two", "en", ""), ("one", "en", ""), ("one", "es", "")]
    assert [item.body for item in found.items] == [
        body(other, "en"),
        body(page, "en"),
        body(page, "es"),
    ]
    assert [item.seq for item in found.items] == sorted(item.seq for item in found.items)
    assert not found.has_more


def test_the_same_cursor_comes_back_where_there_is_nothing_new_for_its_languages():
    page = factory.treatment()
    cursor = first("en").cursor
    factory.translate(page, "es")
    assert after(cursor) == Changes((), False, cursor)
    assert read_cursor(write_cursor(cursor)) == cursor


def test_many_editions_after_a_cursor_are_one_change_in_the_place_of_the_newest():
    one, two = factory.treatment("one"), factory.treatment("two")
    cursor = first().cursor
    for number in range(3):
        factory.edit(one, summary_en=f"Words {number}.")
        factory.edit(two, summary_en=f"Words {number}.")
    factory.edit(one, summary_en="Last words.")
    found = after(cursor)
    assert said(found) == [("two", "en", ""), ("one", "en", "")]
    assert b"Last words." in found.items[1].body
    assert after(found.cursor).items == ()


def test_pages_of_any_size_give_the_same():
    pages = [factory.treatment(f"page-{number}") for number in range(7)]
    whole = list(first().items)
    for limit in (1, 2, 3, 7):
        found = first(limit=limit)
        items = list(found.items)
        while found.has_more:
            assert len(found.items) == limit
            found = after(found.cursor, limit)
            items += found.items
        assert items == whole
        assert found.cursor.position == read_head().position
    assert len(whole) == len(pages)


def test_who_catches_up_hears_of_what_went_meanwhile_and_not_of_what_they_never_had():
    pages = [factory.treatment(f"page-{number}") for number in range(4)]
    factory.treatment("gone").unpublish()
    found = first(limit=2)
    pages[0].unpublish()
    pages[3].unpublish()
    rest = after(found.cursor, limit=100)
    assert said(rest) == [
        ("page-2", "en", ""),
        ("page-0", "en", "unpublished"),
        ("page-3", "en", "unpublished"),
    ]


def test_a_change_in_the_middle_of_catching_up_comes_once():
    pages = [factory.treatment(f"page-{number}") for number in range(4)]
    found = first(limit=2)
    factory.edit(pages[3], summary_en="Newer.")
    rest = after(found.cursor)
    assert said(rest) == [("page-2", "en", ""), ("page-3", "en", "")]
    assert b"Newer." in rest.items[1].body


# Ends by the clock


def end_by_the_clock(*pages: TreatmentPage) -> None:
    """As time passes: the end that a page has is now over, and nothing was written."""
    CurrentEdition.objects.filter(page__in=pages).update(expires_at=timezone.now())
    time.sleep(0.003)  # SQLite's clock counts milliseconds


def wait_for_the_end(page: TreatmentPage) -> None:
    while CurrentEdition.objects.visible("en").filter(page=page).exists():
        time.sleep(0.01)


def test_what_ended_by_the_clock_is_told_once_though_nothing_was_written():
    page, other = factory.treatment("one"), factory.treatment("two")
    factory.translate(page, "es")
    cursor = first("en", "es").cursor
    end_by_the_clock(page)
    found = after(cursor)
    assert said(found) == [("one", "en", "expired"), ("one", "es", "expired")]
    assert {item.body for item in found.items} == {b""}
    assert after(found.cursor).items == ()
    assert said(first("en")) == [("two", "en", "")]
    assert other.live


def test_many_ends_at_one_moment_are_given_in_pages():
    pages = [factory.treatment(f"page-{number}") for number in range(5)]
    cursor = first().cursor
    end_by_the_clock(*pages)
    factory.treatment("new")
    names: list[str] = []
    for size in (2, 2, 2):
        found = after(cursor, limit=2)
        assert len(found.items) == size
        names += [name for name, _, _ in said(found)]
        cursor = found.cursor
    assert names == [*(f"page-{number}" for number in range(5)), "new"]
    assert not found.has_more
    assert after(cursor).items == ()


def test_a_recorded_end_is_not_told_again_to_who_heard_it_from_the_clock():
    page = about_to_end(factory.treatment())
    early = first().cursor
    wait_for_the_end(page)
    heard = after(early)
    assert said(heard) == [("back-care", "en", "expired")]
    call_command("publish_scheduled")
    assert Edition.objects.last().reason == "expired"
    assert after(heard.cursor).items == ()
    assert said(after(early)) == [("back-care", "en", "expired")]
    assert not TreatmentPage.objects.get(pk=page.pk).live


@pytest.mark.parametrize(("act", "again"), [("unpublished", False), ("recalled", True)])
def test_what_takes_away_a_page_that_has_ended_is_no_news_but_a_recall_is(act, again):
    page = about_to_end(factory.treatment(), seconds=2)
    early = first().cursor
    wait_for_the_end(page)
    heard, late = after(early).cursor, first().cursor
    if act == "unpublished":
        TreatmentPage.objects.get(pk=page.pk).unpublish()
    else:
        set_release(page.pk, get_language("en"), Release.State.RECALLED, by="Dr. Luz", reason="No.")
        reconcile(page.pk)
    told = [("back-care", "en", act)]
    assert said(after(early)) == told
    for cursor in (heard, late):
        assert said(after(cursor)) == (told if again else [])


def test_a_page_that_gets_a_later_end_after_its_end_comes_back():
    page = about_to_end(factory.treatment())
    cursor = first().cursor
    wait_for_the_end(page)
    heard = after(cursor)
    factory.edit(page, expire_at=timezone.now() + timedelta(days=1))
    back = after(heard.cursor)
    assert said(back) == [("back-care", "en", "")]
    assert back.items[0].body == body(page, "en")


# What is hidden


def test_the_public_is_not_told_of_a_login_or_of_a_deletion():
    page, other = factory.treatment("one"), factory.treatment("two")
    cursor = first().cursor
    PageViewRestriction.objects.create(page=page, restriction_type="login")
    other.delete()
    assert {item.reason for item in after(cursor).items} == {"unpublished"}


def test_a_withdrawn_language_is_a_tombstone_in_that_language_alone():
    page = factory.treatment()
    factory.translate(page, "es")
    cursor = first("en", "es").cursor
    set_release(page.pk, get_language("es"), Release.State.WITHDRAWN, by="Dr. Luz", reason="wrong")
    reconcile(page.pk)
    found = after(cursor)
    assert said(found) == [("back-care", "es", "withdrawn")]
    assert found.items[0].body == b""


def test_a_recall_says_so_in_every_language_of_a_recalled_source_and_after_a_withdrawal():
    page = factory.treatment()
    factory.translate(page, "es")
    english, spanish = get_language("en"), get_language("es")
    set_release(page.pk, spanish, Release.State.WITHDRAWN, by="Dr. Luz", reason="wrong")
    reconcile(page.pk)
    cursor = first("en", "es").cursor
    set_release(page.pk, english, Release.State.RECALLED, by="Dr. Luz", reason="wrong dose")
    reconcile(page.pk)
    found = after(cursor)
    assert said(found) == [("back-care", "en", "recalled"), ("back-care", "es", "recalled")]
    assert not CurrentEdition.objects.exists()
    assert reconcile(page.pk) == []
    set_release(page.pk, english, Release.State.RELEASED, by="Dr. Luz")
    reconcile(page.pk)
    assert said(after(found.cursor)) == [("back-care", "en", "")]


def test_a_page_that_is_moved_out_of_every_site_is_told_as_moved_and_comes_back():
    page = factory.treatment()
    cursor = first().cursor
    nowhere = Page.get_first_root_node().add_child(instance=TreatmentIndexPage(title="Nowhere"))
    page.move(nowhere, pos="last-child")
    assert not CurrentEdition.objects.exists()
    moved = after(cursor)
    assert said(moved) == [("back-care", "en", "moved")]
    TreatmentPage.objects.get(pk=page.pk).move(factory.index_page(), pos="last-child")
    assert said(after(moved.cursor)) == [("back-care", "en", "")]


def test_a_site_that_gets_another_tree_takes_its_pages_with_it():
    page = factory.treatment()
    cursor = first().cursor
    site, root = factory.site(), factory.index_page()
    other = Page.get_first_root_node().add_child(instance=Page(title="Other"))
    site.root_page = other
    site.save()
    gone = after(cursor)
    assert said(gone) == [("back-care", "en", "moved")]
    site.root_page = root
    site.save()
    assert said(after(gone.cursor)) == [("back-care", "en", "")]
    site.delete()
    assert not CurrentEdition.objects.filter(page=page).exists()


# Bundles


def test_who_has_a_snapshot_goes_on_from_its_head():
    page, other = factory.treatment("one"), factory.treatment("two")
    take_positions()
    head = read_head()
    factory.edit(other, summary_en="While the bundle is made.")
    rows = list(snapshot(head, ["en"]))
    assert [row.slug for row in rows] == ["one"]
    found = after(Cursor.at(head, ["en"]))
    assert said(found) == [("two", "en", "")]
    assert found.cursor.languages == ("en",)
    assert page.live


# Other logs


def test_after_renew_feed_every_cursor_is_of_another_log():
    factory.treatment()
    cursor = first().cursor
    call_command("renew_feed")
    with pytest.raises(FeedReset):
        after(cursor)
    assert len(first().items) == 1


def test_a_position_beyond_the_log_or_with_another_edition_is_of_another_log():
    factory.treatment()
    cursor = first().cursor
    for wrong in (
        replace(cursor, position=cursor.position + 1),
        replace(cursor, mark="0" * 16),
        replace(cursor, position=0),
    ):
        with pytest.raises(FeedReset):
            after(wrong)


def test_a_cursor_that_was_altered_or_cut_is_refused():
    factory.treatment()
    text = write_cursor(first().cursor)
    assert text == write_cursor(read_cursor(text))
    for wrong in ("", "a", text[:-1], text[1:], text.swapcase(), f"{text}x", "a" * 2000, "é:\x00"):
        with pytest.raises(ForeignCursor):
            read_cursor(wrong)


def test_a_read_is_three_statements_and_writes_nothing(django_assert_num_queries):
    factory.treatment()
    cursor = first().cursor
    statements: list[str] = []

    def hear(execute, sql, *args):
        statements.append(sql)
        return execute(sql, *args)

    # The end of the log, ends by the clock, editions.
    with django_assert_num_queries(3), connection.execute_wrapper(hear):
        changes_after(cursor, 100)
    assert [sql.split()[0] for sql in statements] == ["SELECT"] * 3
