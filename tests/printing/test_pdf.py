"""A page as PDF over HTTP: what comes back, from where, and what stops it."""

from __future__ import annotations

import io
import shutil
import subprocess
from datetime import date

import orjson
import pikepdf
import pytest
from django.core.files.images import ImageFile
from PIL import Image
from wagtail.images import get_image_model
from wagtail.models import Site

from pages.document.json_text import read_document
from pages.models import ClinicBranding, CurrentEdition, Edition
from pages.printing import pool as pools
from tests import factory
from tests.printing.pango import needs_pango
from tests.printing.reading import needs_judges, share_read, text_read, words_of

pytestmark = [pytest.mark.django_db, needs_pango]
PAGE = "/api/v1/en/treatments/back-care.pdf"


def opened(response) -> pikepdf.Pdf:
    assert response.status_code == 200, response.content[:500]
    return pikepdf.open(io.BytesIO(response.content))


def test_a_pdf_says_its_title_language_and_standard(client):
    page = factory.treatment()
    factory.translate(page, "ar")
    pdf = opened(client.get("/api/v1/ar/treatments/back-care.pdf"))
    document = read_document(CurrentEdition.objects.get(page=page, language="ar").edition.body)
    assert str(pdf.Root.Lang) == "ar"
    assert pdf.docinfo["/Title"] == document.heading.text
    assert pdf.Root.MarkInfo.Marked
    with pdf.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"


@pytest.mark.parametrize(("paper", "size"), [("A4", (595, 842)), ("Letter", (612, 792))])
def test_paper_is_the_sites_or_the_readers_choice(client, settings, paper, size):
    factory.treatment()
    settings.PRINT_PAPER = paper
    for response in (client.get(PAGE), client.get(f"{PAGE}?paper={paper}")):
        pdf = opened(response)
        box = pdf.pages[0].mediabox
        assert (round(float(box[2])), round(float(box[3]))) == size


def test_an_unknown_paper_is_refused_by_name(client):
    factory.treatment()
    response = client.get(f"{PAGE}?paper=A3")
    assert response.status_code == 400
    assert orjson.loads(response.content)["allowed"] == ["A4", "Letter"]


def test_the_same_edition_is_the_same_bytes_in_another_worker(client, settings, tmp_path):
    factory.treatment()
    first = client.get(PAGE).content
    pools.print_pool().close()
    settings.VAR_DIR = tmp_path / "elsewhere"  # no store that has it
    assert client.get(PAGE).content == first


def test_the_second_request_is_a_read_of_a_file(client, settings):
    factory.treatment()
    first = client.get(PAGE)
    settings.PRINT_MEGABYTES = 201  # a pool of its own, which would start a worker
    assert client.get(PAGE).content == first.content
    assert not used(pools.print_pool())


def used(pool: pools.PrintPool) -> list:
    return [worker for worker in pool._idle.queue if worker is not None]


def test_a_new_edition_is_a_new_pdf_with_its_number(client, tmp_path):
    page = factory.treatment()
    first = client.get(PAGE)
    factory.edit(page, summary_en="Something new.")
    second = client.get(PAGE)
    assert first["ETag"] != second["ETag"]
    # Back to the words of the first edition: other bytes, for it is the third.
    factory.edit(page, summary_en=read_document(body(page, 1)).summary.text)
    third = client.get(PAGE)
    assert len({first.content, second.content, third.content}) == 3
    assert first["ETag"] != third["ETag"]


def body(page, number: int) -> bytes:
    return bytes(Edition.objects.get(language="en", number=number).body)


@needs_judges
def test_title_edition_review_and_address_are_read_aloud(client, tmp_path, settings):
    page = factory.treatment()
    factory.edit(page, last_reviewed=date(2026, 10, 1))
    read = text_read(client.get(PAGE).content, tmp_path)
    assert "Edition 2" in read
    assert "2026-10-01" in read
    assert f"{settings.BASE_URL}/api/v1/en/treatments/back-care/" in read.replace("\n", "")


@needs_judges
def test_what_fell_back_is_tagged_with_its_own_language(client, tmp_path):
    page = factory.treatment()
    factory.translate(page, "ar")
    new = ("new", "prose_section", {"heading": "Only here", "body": "<p>New words.</p>"})
    factory.edit(page, [*factory.BODY, new])
    pdf = opened(client.get("/api/v1/ar/treatments/back-care.pdf"))
    tagged = {
        str(each.Lang)
        for each in pdf.objects
        if isinstance(each, pikepdf.Dictionary)
        and each.get("/Type") == "/StructElem"
        and "/Lang" in each
    }
    assert tagged == {"en"}


@needs_judges
@pytest.mark.parametrize("code", ["en", "ar", "ur", "bn", "zh-hans", "ko", "ru"])
def test_every_word_comes_back_in_reading_order(client, tmp_path, code):
    page = factory.treatment()
    if code != "en":
        factory.translate(page, code)
    edition = CurrentEdition.objects.get(page=page, language=code).edition
    pdf = client.get(f"/api/v1/{code}/treatments/back-care.pdf").content
    assert share_read(pdf, words_of(read_document(edition.body)), tmp_path) == 1.0


@needs_judges
def test_a_link_is_read_with_its_address_in_arabic(client, tmp_path):
    body = (
        '<p data-block-key="a0000">Read <a href="https://example.org/x">this <b>page</b></a>.</p>'
    )
    page = factory.treatment(blocks=[("s", "prose_section", {"heading": "More", "body": body})])
    factory.translate(page, "ar")
    read = text_read(client.get("/api/v1/ar/treatments/back-care.pdf").content, tmp_path)
    assert "(https://example.org/x)" in read


@needs_judges
def test_a_korean_line_ends_between_words(client, tmp_path):
    words = "천천히 움직입니다. 중단을 요청할 수 있습니다. " * 30
    body = f'<p data-block-key="a0000">{words}</p>'
    factory.treatment(blocks=[("s", "prose_section", {"heading": "한국어", "body": body})])
    pdf = client.get(PAGE).content
    assert share_read(pdf, words, tmp_path) == 1.0
    (tmp_path / "ko.pdf").write_bytes(pdf)
    laid_out = ["pdftotext", "-layout", str(tmp_path / "ko.pdf"), "-"]
    if shutil.which("pdftotext"):
        lines = subprocess.run(laid_out, capture_output=True, text=True, check=True).stdout
        found = [word for line in lines.splitlines() for word in line.split()]
        assert {word for word in found if "\uac00" <= word[0] <= "\ud7a3"} == {
            *words.split(),
            "한국어",
        }


@needs_judges
def test_the_clinic_heads_the_page_and_stands_on_each_sheet(client, tmp_path):
    factory.treatment(blocks=[long_section()])
    unbranded = client.get(PAGE)
    clinic = ClinicBranding(
        site=Site.objects.get(is_default_site=True),
        name="Harbor & Sons",
        logo=picture(400, 120),
        accent="#0b5d57",
        address="12 Harbor Street\nBrooklyn",
        phone="+1 (212) 555-0100",
    )
    clinic.save()
    branded = client.get(PAGE, headers={"if-none-match": unbranded["ETag"]})
    read = text_read(branded.content, tmp_path)
    # A footer is not read aloud, and the logo is described by the name.
    for said, times in {"Harbor & Sons": 2, "12 Harbor Street": 1, "+1 (212) 555-0100": 1}.items():
        assert read.count(said) == times
    pdf = opened(branded)
    logos = [each for each in pdf.pages[0].get_images().values() if int(each.Width) == 400]
    assert [int(each.Height) for each in logos] == [120]
    assert len(pdf.pages) > 1
    if shutil.which("pdftotext"):
        for number, _ in enumerate(pdf.pages, 1):
            assert {"Harbor", "555-0100"} <= seen(tmp_path / "read.pdf", number)
    clinic.phone = "+1 (212) 555-0199"
    clinic.save()
    assert client.get(PAGE)["ETag"] != branded["ETag"]


@pytest.mark.skipif(not shutil.which("pdftoppm"), reason="needs poppler-utils")
@pytest.mark.parametrize("language", ["en", "ar", "ur", "bn", "zh-hans", "ko"])
def test_the_whole_footer_is_on_the_sheet(client, tmp_path, language):
    page = factory.treatment(last_reviewed=date(2026, 10, 1), blocks=[long_section()])
    if language != "en":
        factory.translate(page, language)
    ClinicBranding(
        site=Site.objects.get(is_default_site=True), name="Harbor", phone="+1 (212) 555-0100"
    ).save()
    pdf = opened(client.get(f"/api/v1/{language}/treatments/back-care.pdf"))
    _, _, width, height = pdf.pages[0].mediabox
    pdf.pages[0].mediabox = [0, -200, width, height]  # what would be cut off is seen
    pdf.save(tmp_path / "deep.pdf")
    drawn = ["pdftoppm", "-gray", "-r", "72", "-l", "1", str(tmp_path / "deep.pdf")]
    with Image.open(
        io.BytesIO(subprocess.run(drawn, capture_output=True, check=True).stdout)
    ) as im:
        lowest = im.point(lambda grey: 255 * (grey < 160)).getbbox()[3]
    edge = 4 / 25.4 * 72  # printers reach no nearer to the edge than 4 mm
    assert float(height) - 100 < lowest < float(height) - edge


def long_section():
    body = "".join(f'<p data-block-key="a{n:04}">Move slowly.</p>' for n in range(60))
    return "s", "prose_section", {"heading": "Move", "body": body}


def picture(width: int, height: int):
    file = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(file, "PNG")
    return get_image_model().objects.create(title="Logo", file=ImageFile(file, "logo.png"))


def seen(path, number: int) -> set[str]:
    """The words on a sheet."""
    asked = ["pdftotext", "-f", str(number), "-l", str(number), str(path), "-"]
    return {*subprocess.run(asked, capture_output=True, text=True, check=True).stdout.split()}


# What stops it


def problem(response) -> dict:
    assert response.status_code == 503
    assert response["Content-Type"] == "application/problem+json"
    assert response["Cache-Control"] == "no-store"
    return orjson.loads(response.content)


def test_where_a_library_is_missing_the_answer_says_what_to_install(
    client, settings, tmp_path, monkeypatch
):
    (tmp_path / "broken").mkdir()
    for name in ("libpango-1.0.so.0", "libpango-1.0.so"):
        (tmp_path / "broken" / name).write_text("no library")
    monkeypatch.setenv("LD_LIBRARY_PATH", str(tmp_path / "broken"))
    settings.PRINT_MEGABYTES = 202  # a pool of its own
    factory.treatment()
    refused = problem(client.get(PAGE))
    assert refused["type"] == "urn:polyclinic:problem:print-unavailable"
    assert "apt install libpango-1.0-0" in refused["detail"]
    assert client.get("/api/v1/en/treatments/back-care.html").status_code == 200


def test_a_page_that_takes_too_long_ends_its_worker_and_the_next_page_is_printed(client, settings):
    settings.PRINT_SECONDS = 3
    rows = [{"label": f"Row {n}", "cells": [f"{n} " * 200] * 2} for n in range(600)]
    long = (
        "long",
        "comparison",
        {"title": "Long", "options": [{"name": "A"}, {"name": "B"}], "criteria": rows},
    )
    factory.treatment("long", [long])
    factory.treatment()
    refused = client.get("/api/v1/en/treatments/long.pdf")
    assert problem(refused)["type"] == "urn:polyclinic:problem:print-failed"
    assert int(refused["Retry-After"]) > 0
    assert "not done after 3 s" in problem(refused)["detail"]
    # Asked again, it takes no worker down.
    assert problem(client.get("/api/v1/en/treatments/long.pdf")) == problem(refused)
    assert client.get(PAGE).status_code == 200


def test_when_too_many_wait_the_next_is_told_when_to_come_back(client, settings):
    settings.PRINT_WAITING = 0
    factory.treatment()
    pool = pools.print_pool()
    pool._places.acquire()  # as a page does that is being printed
    try:
        refused = client.get(PAGE)
    finally:
        pool._places.release()
    assert problem(refused)["type"] == "urn:polyclinic:problem:print-busy"
    assert refused["Retry-After"] == "3"
    assert client.get(PAGE).status_code == 200


def test_a_worker_that_was_killed_while_idle_is_replaced(client, settings):
    settings.PRINT_MEGABYTES = 203
    factory.treatment()
    assert client.get(PAGE).status_code == 200
    (worker,) = used(pools.print_pool())
    worker.process.kill()
    worker.process.wait()
    assert client.get(f"{PAGE}?paper=Letter").status_code == 200
    assert used(pools.print_pool()) != [worker]
