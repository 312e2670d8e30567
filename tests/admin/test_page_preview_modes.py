"""The preview's modes: the draft as an app, an email, a PDF and plain text, in any language."""

from __future__ import annotations

import io

import pikepdf
import pytest
from bs4 import BeautifulSoup, Tag
from django.contrib.auth.models import User
from django.core import mail
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from pages.admin.preview import LANGUAGE_COOKIE, MODE_COOKIE
from pages.admin.preview_email import fallen_selectors
from pages.blocks.page_labels import page_labels
from pages.document.text_page import text_page
from pages.emailing import send_test_email
from pages.languages import get_language
from pages.models import TreatmentPage
from pages.publishing.load import compile_draft
from tests.admin.posting import page_post
from tests.admin.test_page_preview import BLOCKS, counts, translate_page
from tests.printing.pango import needs_pango

LISTED = ("app", "email", "print", "text")


def answer(
    client: Client, page: TreatmentPage, mode: str, code: str, **changes: str
) -> HttpResponse:
    """As Wagtail's panel asks for it: post the form, then get a mode with the editor's cookies."""
    url = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    posted = client.post(url, page_post(page, User.objects.get(username="editor"), **changes))
    assert posted.json() == {"is_valid": True, "is_available": True}
    client.cookies[LANGUAGE_COOKIE] = code
    return client.get(url, {"mode": mode, "in_preview_panel": "true"})


def shown(client: Client, page: TreatmentPage, mode: str, code: str, **changes: str) -> Tag:
    response = answer(client, page, mode, code, **changes)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def test_the_panel_offers_four_modes_and_begins_with_an_app_on_a_phone(editor_client, treatment):
    url = reverse("wagtailadmin_pages:edit", args=[treatment.pk])
    panel = BeautifulSoup(editor_client.get(url).content, "html.parser").select_one(".w-preview")
    options = panel.select("#id_preview_mode option")
    assert [option.text for option in options] == ["App", "Email", "Print", "Text"]
    assert [option["value"] for option in options if option.has_attr("selected")] == ["app"]
    (size,) = panel.select("input[name=preview-size][checked]")
    assert int(size["data-device-width"]) < 400


def begins_with(client: Client, page: TreatmentPage) -> list[str]:
    url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    soup = BeautifulSoup(client.get(url).content, "html.parser")
    return [each["value"] for each in soup.select("#id_preview_mode option[selected]")]


def test_the_panel_begins_with_the_mode_it_showed_last(editor_client, treatment):
    answer(editor_client, treatment, "print", "ur")
    assert begins_with(editor_client, treatment) == ["print"]
    # The paper's own frame is no mode of the panel, and what a cookie says is not trusted.
    answer(editor_client, treatment, "pdf", "ur")
    assert begins_with(editor_client, treatment) == ["print"]
    for other in ("fax", "pdf", ""):
        editor_client.cookies[MODE_COOKIE] = other
        assert begins_with(editor_client, treatment) == ["app"]


def test_a_mode_that_there_is_not_is_refused(editor_client, treatment):
    assert answer(editor_client, treatment, "fax", "en").status_code == 404


@pytest.mark.parametrize("mode", LISTED)
def test_every_mode_has_the_languages_the_count_and_wagtails_frame_options(
    mode, editor_client, treatment
):
    response = answer(editor_client, treatment, mode, "ur")
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"
    soup = BeautifulSoup(response.content, "html.parser")
    (pressed,) = soup.select("[data-language][aria-pressed=true]")
    assert (pressed["lang"], pressed.text) == ("ur", "اردو")
    assert len(soup.select("[data-language]")) == 11
    assert counts(soup)[0] == (
        "The heading, the summary and 3 of 3 blocks are not in Urdu: shown in English "
        "(5 not translated yet)."
    )


# Email


def email_of(soup: Tag) -> str:
    html = soup.select_one("iframe[srcdoc]")["srcdoc"]
    assert isinstance(html, str)
    return html


def envelope(soup: Tag) -> dict[str, str]:
    return {row.dt.text: row.dd.text for row in soup.select(".envelope > div")}


def test_the_email_is_what_would_be_sent_but_for_one_style(editor_client, treatment):
    translate_page(treatment, "ar", without=("prose_section",))
    soup = shown(editor_client, treatment, "email", "ar")
    send_test_email(compile_draft(treatment, get_language("ar")), "ed@clinic.example.org")
    (sent,) = mail.outbox
    ((html, _),) = sent.alternatives
    head, style, rest = email_of(soup).partition("<style>td > div")
    assert style
    assert head + rest.partition("</style>")[2] == html
    assert envelope(soup) == {
        "From": sent.from_email,
        "Subject": sent.subject.removeprefix("[Test] "),
        "Preheader": "نص عربي",
    }


def test_nothing_in_the_email_can_run(editor_client, treatment):
    frame = shown(editor_client, treatment, "email", "en").select_one("main iframe")
    assert frame["sandbox"] == ["allow-same-origin"]


@pytest.mark.parametrize(("code", "words"), [("ar", "نص عربي"), ("zh-hans", "中文文字")])
def test_the_marks_in_the_email_are_on_what_fell_back_and_on_nothing_else(
    code, words, editor_client, treatment
):
    translate_page(treatment, code, without=("prose_section",), words=words)
    changes = {"heading_en": "Another heading"}
    soup = BeautifulSoup(
        email_of(shown(editor_client, treatment, "email", code, **changes)), "html.parser"
    )
    marked = soup.select(", ".join(fallen_selectors(code)))
    assert [each["lang"] for each in marked] == ["en", "en"]
    heading, block = marked
    assert heading.text == "Another heading"
    assert "A licensed therapist." in block.text
    style = soup.select("style")[-1].text
    assert all(selector in style for selector in fallen_selectors(code))
    assert "Shown in English" in style


def test_in_the_source_language_nothing_of_the_email_is_marked(editor_client, treatment):
    soup = BeautifulSoup(email_of(shown(editor_client, treatment, "email", "en")), "html.parser")
    assert soup.select(", ".join(fallen_selectors("en"))) == []


def test_the_words_of_an_editor_stay_words_in_the_email(editor_client, treatment):
    soup = shown(editor_client, treatment, "email", "en", heading_en="</head><script>1</script>")
    assert envelope(soup)["Subject"] == "</head><script>1</script>"
    assert soup.main.script is None
    email = BeautifulSoup(email_of(soup), "html.parser")
    assert email.script is None
    assert email.h1.text == "</head><script>1</script>"


# Text


def test_the_text_is_what_apps_get_of_the_draft(editor_client, treatment):
    translate_page(treatment, "ur", without=("prose_section",))
    changes = {"body-0-value-text": "Quite another sentence."}
    (text,) = shown(editor_client, treatment, "text", "ur", **changes).select("pre")
    treatment.body[0].value["text"] = "Quite another sentence."
    draft = compile_draft(treatment, get_language("ur"))
    assert (text["lang"], text["dir"]) == ("ur", "rtl")
    assert text.text == text_page(draft, page_labels("ur"))
    assert "Quite another sentence." in text.text


# Print


def test_the_paper_is_in_a_frame_that_the_page_does_not_wait_for(editor_client, treatment):
    soup = shown(editor_client, treatment, "print", "ur")
    frame = soup.select_one("main iframe")
    assert (frame["data-later"], frame.get("src")) == ("?mode=pdf", None)
    assert soup.select_one(".bar a[target=_blank]")["href"] == "?mode=pdf"


@needs_pango
def test_the_pdf_is_the_draft_in_the_language_and_edition_0(editor_client, treatment):
    translate_page(treatment, "ur")
    response = answer(
        editor_client, treatment, "pdf", "ur", heading_en="A heading that is only a draft"
    )
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "no-store" in response.headers["Cache-Control"]
    with pikepdf.open(io.BytesIO(response.content)) as pdf:
        assert str(pdf.Root.Lang) == "ur"
        assert str(pdf.docinfo["/Title"]) == "A heading that is only a draft"


def test_where_there_is_no_pango_the_frame_says_what_to_install(
    editor_client, treatment, settings, tmp_path, monkeypatch
):
    for name in ("libpango-1.0.so.0", "libpango-1.0.so"):
        (tmp_path / name).write_text("no library")
    monkeypatch.setenv("LD_LIBRARY_PATH", str(tmp_path))
    settings.PRINT_MEGABYTES = 203  # a pool of its own
    response = answer(editor_client, treatment, "pdf", "en")
    assert response.status_code == 503
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"
    problem = BeautifulSoup(response.content, "html.parser").select_one(".problem").text
    assert "There is no PDF of this draft." in problem
    assert "apt install libpango-1.0-0" in problem


@pytest.mark.parametrize("mode", [*LISTED, "pdf"])
def test_who_may_not_edit_the_page_gets_no_mode_of_its_draft(mode, client, treatment):
    client.force_login(User.objects.create_user("reader", "reader@clinic.example.org", "reader"))
    url = reverse("wagtailadmin_pages:preview_on_edit", args=[treatment.pk])
    response = client.get(url, {"mode": mode})
    assert response.status_code == 302
    assert not response.content


# Drafts that are not done


@pytest.mark.parametrize("mode", ["email", "text"])
@pytest.mark.parametrize("name", BLOCKS)
def test_a_block_just_added_and_still_empty_stops_no_mode(name, mode, editor_client, treatment):
    block = BLOCKS[name]
    empty = block.get_prep_value(block.normalize(block.get_default()))
    treatment.body = treatment.body.stream_block.to_python([{"type": name, "value": empty}])
    soup = shown(editor_client, treatment, mode, "ar")
    assert soup.select_one("iframe[srcdoc], pre, .problem")


def test_a_link_that_no_email_may_have_is_named(editor_client, treatment):
    cta = {"type": "cta", "value": {"text": "Book", "action": "link", "target": ""}}
    treatment.body = treatment.body.stream_block.to_python([cta])
    problem = shown(editor_client, treatment, "email", "en").select_one(".problem").text
    assert "cannot be shown here yet" in problem
    assert "A link leads to ''. Allowed schemes:" in problem
