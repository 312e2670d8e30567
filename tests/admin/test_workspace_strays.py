"""What is open beside texts that the page has no more is shown, counted and closed."""

from __future__ import annotations

import pytest

from pages.admin.workspace.queue import Show, queued_pages, tallies
from pages.languages import get_language
from pages.models import Proposal, SegmentComment
from tests.admin.workspace import address, client_of, form_of, opened, person, send, target_of
from tests.factory import BODY, SECTION, WARNING, block_id, edit, translate, treatment

pytestmark = pytest.mark.django_db

SPANISH = get_language("es")
LEAD_KEY = f"body.{block_id('lead')}.text"
NEW_LEAD = ("lead", "lead", {"text": "A strong treatment for a stiff back."})


@pytest.fixture
def ana():
    return client_of(person("ana", "translate_es"))


@pytest.fixture
def page():
    """A translated page with a comment and a conflict beside its lead."""
    page = treatment()
    translate(page, "es")
    SegmentComment.objects.create(page=page, key=LEAD_KEY, language="es", text="¿Tú?", by="Eva")
    Proposal.objects.create(
        target=target_of(page, LEAD_KEY), text="Otro texto.", origin="import", by="Sur"
    )
    return page


def counted(page):
    counts = tallies(queued_pages(), [SPANISH])["es"][page.pk].counts
    return counts[Show.CONFLICTS], counts[Show.COMMENTS]


def numbers(soup):
    return tuple(
        int(soup.select_one(f'[data-number="{name}"] b').text) for name in ("conflicts", "comments")
    )


def strays(soup):
    return [form.get_text(" ", strip=True) for form in soup.select(".workspace-stray")]


def test_beside_a_text_that_the_page_has_nothing_is_a_stray(page, ana):
    soup = opened(ana, page)
    assert strays(soup) == []
    assert numbers(soup) == counted(page) == (1, 1)


def test_what_was_said_of_a_paragraph_that_was_removed_is_folded_below(page, ana):
    page = edit(page, [SECTION, WARNING])
    soup = opened(ana, page)
    (shown,) = strays(soup)
    for words in ("Otro texto.", "Sur had other words", "¿Tú?"):
        assert words in shown
    summary = soup.select_one(".workspace-strays summary").text
    assert summary == "No longer on the page: 1 text with something open"
    assert not soup.select_one(".workspace-strays").has_attr("open")
    assert numbers(soup) == counted(page) == (1, 1)


@pytest.mark.parametrize("show", ["conflicts", "comments"])
def test_who_looks_for_them_finds_them_unfolded(page, ana, show):
    page = edit(page, [SECTION, WARNING])
    soup = opened(ana, page, query=f"?show={show}")
    assert soup.select_one(".workspace-strays").has_attr("open")
    assert "Nothing to show here" not in soup.text
    assert strays(opened(ana, page, query="?show=stale")) == []


def test_a_conflict_about_an_older_wording_is_shown_once_the_new_one_is_translated(page, ana):
    page = edit(page, [NEW_LEAD, *BODY[1:]])
    assert strays(opened(ana, page)) == []  # beside the row: it is what there is to start from
    translate(page, "es")
    soup = opened(ana, page)
    (shown,) = strays(soup)
    assert "Otro texto." in shown
    assert "¿Tú?" not in shown  # it stands beside its text still
    assert numbers(soup) == counted(page) == (1, 1)


def test_they_are_closed_where_they_are_shown(page, ana):
    page = edit(page, [SECTION, WARNING])
    proposal, comment = Proposal.objects.get(), SegmentComment.objects.get()
    for act in (f"dismiss:{proposal.pk}", f"resolve:{comment.pk}"):
        answer = ana.post(address(page), {"key": LEAD_KEY, "act": act})
        assert answer.status_code == 302
        assert answer.url.endswith("#strays")
    proposal.refresh_from_db()
    comment.refresh_from_db()
    assert (proposal.resolution, proposal.resolved_by) == ("dismissed", "ana")
    assert comment.resolved_by == "ana"
    assert strays(opened(ana, page)) == []
    assert counted(page) == (0, 0)
    again = ana.post(address(page), {"key": LEAD_KEY, "act": f"dismiss:{proposal.pk}"})
    assert again.status_code == 422
    assert "dealt with these words already" in again.content.decode()


def test_nobody_closes_what_was_said_in_another_language_or_of_another_page(page, ana):
    other = treatment("other")
    proposal, comment = Proposal.objects.get(), SegmentComment.objects.get()
    eva = client_of(person("eva", "translate_fr"))
    for act in (f"dismiss:{proposal.pk}", f"resolve:{comment.pk}"):
        form = {"key": LEAD_KEY, "act": act}
        assert eva.post(address(page, "es"), form).status_code in (302, 403)
        assert eva.post(address(page, "fr"), form).status_code == 422
        assert ana.post(address(other), form).status_code == 422
    proposal.refresh_from_db()
    comment.refresh_from_db()
    assert (proposal.resolution, comment.resolved_at) == ("", None)


def test_a_comment_is_added_to_texts_of_the_page_only(page, ana):
    fields = form_of(opened(ana, page), LEAD_KEY)
    page = edit(page, [SECTION, WARNING])
    answer = send(ana, page, fields, act="comment", comment="Hm")
    assert answer.status_code == 409
    assert SegmentComment.objects.count() == 1
