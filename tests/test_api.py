"""The public API: what an app gets, what it costs, and what is refused."""

from __future__ import annotations

import time
from datetime import timedelta

import orjson
import pytest
from django.utils import timezone

from pages.models import Category, Clinic, CurrentEdition, TreatmentCode, TreatmentPage
from tests import factory
from tests.factory import LEAD, SECTION, WARNING

pytestmark = pytest.mark.django_db
DETAIL = "/api/v1/en/treatments/back-care/"


def get(client, path: str, status: int = 200, **headers: str) -> dict:
    response = client.get(path, headers=headers)
    assert response.status_code == status, response.content[:500]
    return orjson.loads(response.content)


def test_a_document_is_its_edition_byte_for_byte(client):
    page = factory.treatment()
    edition = CurrentEdition.objects.get(page=page, language="en").edition
    response = client.get(DETAIL)
    assert response.content == bytes(edition.body)
    assert response["ETag"] == f'"{edition.digest}"'
    assert response["Content-Language"] == "en"
    treatment = page.translation_key.hex
    assert response["Surrogate-Key"] == f"{treatment} language-en"
    assert response["Cache-Tag"] == f"{treatment},language-en"
    assert response["Cache-Groups"] == f'"{treatment}", "language-en"'
    for path in ("/api/v1/en/treatments/", "/api/v1/treatments/"):
        assert client.get(path)["Surrogate-Key"] == "treatments list-en language-en"


def test_a_document_is_found_by_its_uuid_which_names_the_canonical_address(client):
    page = factory.treatment()
    response = client.get(f"/api/v1/en/treatments/{page.translation_key}/")
    assert response.content == client.get(DETAIL).content
    assert response["Content-Location"].endswith(DETAIL)
    assert 'rel="canonical"' in response["Link"]


def test_reading_a_document_is_one_query(client, django_assert_num_queries):
    factory.treatment()
    with django_assert_num_queries(1):  # the current edition with its bytes
        etag = client.get(DETAIL)["ETag"]
    with django_assert_num_queries(1):  # the same, without the bytes
        assert client.get(DETAIL, headers={"if-none-match": etag}).status_code == 304
    with django_assert_num_queries(1):
        client.get(f"{DETAIL}?aspect=risks&rich=html&known=lead&fallback=none")


def test_reading_a_list_is_at_most_two_queries(client, django_assert_max_num_queries):
    for number in range(4):
        factory.treatment(f"page-{number}")
    with django_assert_max_num_queries(2):
        get(client, "/api/v1/en/treatments/?fields=full&limit=2")
    with django_assert_max_num_queries(2):
        get(client, "/api/v1/en/treatments/?specialty=Surgical&code=M54.50")


def test_a_client_that_holds_the_bytes_gets_304_and_any_other_gets_200(client):
    page = factory.treatment()
    first = client.get(DETAIL)
    for held in (first["ETag"], f'"other", W/{first["ETag"]}', "*"):
        response = client.get(DETAIL, headers={"if-none-match": held})
        assert (response.status_code, response.content) == (304, b"")
        assert response["ETag"] == first["ETag"]
    since = {"if-modified-since": first["Last-Modified"]}
    assert client.get(DETAIL, headers=since).status_code == 304
    factory.edit(page, summary_en="Something new.")
    response = client.get(DETAIL, headers={"if-none-match": first["ETag"]})
    assert response.status_code == 200
    assert response["ETag"] != first["ETag"]


def test_head_answers_like_get_without_a_body(client):
    factory.treatment()
    head, full = client.head(DETAIL), client.get(DETAIL)
    assert (head.status_code, head.content) == (200, b"")
    assert {k: v for k, v in head.items() if k != "Content-Length"}.items() <= dict(
        full.items()
    ).items()


def test_alternates_name_every_public_language(client):
    page = factory.treatment()
    factory.translate(page, "es", "ar")
    link = client.get(DETAIL)["Link"]
    for code in ("en", "es", "ar"):
        assert f'/api/v1/{code}/treatments/back-care/>; rel="alternate"; hreflang="{code}"' in link
    assert 'hreflang="fr"' not in link


def test_a_cache_may_not_outlive_the_page(client):
    page = factory.treatment()
    assert client.get(DETAIL)["Cache-Control"] == (
        "public, max-age=60, s-maxage=300, stale-while-revalidate=60, stale-if-error=3600"
    )
    factory.edit(page, expire_at=timezone.now() + timedelta(seconds=100))
    values = dict(
        part.strip().split("=") for part in client.get(DETAIL)["Cache-Control"].split(",")[1:]
    )
    assert int(values["s-maxage"]) + int(values["stale-if-error"]) <= 100
    assert int(values["s-maxage"]) + int(values["stale-while-revalidate"]) <= 100


def test_an_expired_page_is_gone_without_anything_having_run(client):
    page = factory.treatment()
    CurrentEdition.objects.filter(page=page).update(expires_at=timezone.now())
    get(client, DETAIL, 404)
    assert get(client, "/api/v1/en/treatments/")["items"] == []
    assert get(client, "/api/v1/languages/")["items"][0]["treatments"] == 0


def test_what_is_hidden_answers_exactly_like_what_never_was(client):
    factory.treatment("draft-page").unpublish()
    hidden = client.get("/api/v1/en/treatments/draft-page/")
    never = client.get("/api/v1/en/treatments/never-page/")
    assert hidden.status_code == never.status_code == 404
    assert hidden.content.replace(b"draft", b"never") == never.content
    assert dict(hidden.items()) == dict(never.items())


def test_an_unreleased_language_does_not_exist(client):
    factory.treatment()
    get(client, "/api/v1/es/treatments/back-care/", 404)
    assert get(client, "/api/v1/es/treatments/")["items"] == []


def test_one_aspect_always_comes_with_the_critical_blocks(client):
    factory.treatment()
    blocks = get(client, f"{DETAIL}?aspect=overview")["blocks"]
    assert [block["type"] for block in blocks] == ["lead", "prose_section", "contraindications"]
    blocks = get(client, f"{DETAIL}?aspect=recovery")["blocks"]
    assert [block["type"] for block in blocks] == ["contraindications"]


def test_rich_text_comes_as_spans_html_or_text(client):
    factory.treatment()

    def body(rich: str):
        return get(client, f"{DETAIL}?rich={rich}")["blocks"][1]["body"]

    assert body("spans")[0]["spans"][1] == {"text": "20 minutes", "marks": [{"type": "strong"}]}
    assert body("html").startswith("<p>You rest for <strong>20 minutes</strong>.</p>")
    assert body("text") == "You rest for 20 minutes.\n\nThen you go home."


def test_an_old_app_gets_blocks_that_it_does_not_know_as_prose(client):
    factory.treatment()
    blocks = get(client, f"{DETAIL}?known=lead")["blocks"]
    assert [block["type"] for block in blocks] == ["lead", "prose_section", "prose_section"]
    warning = blocks[2]
    assert warning["critical"] is True
    assert warning["heading"] == warning["label"]
    assert "You have a broken bone in your spine." in str(warning["body"])


def test_fallback_none_leaves_out_what_fell_back_but_never_a_warning(client):
    page = factory.treatment()
    factory.translate(page, "es")
    warning = (
        "warning",
        "contraindications",
        {"items": [{"text": "New.", "severity": "absolute"}]},
    )
    factory.edit(page, blocks=(("lead", "lead", {"text": "New."}), SECTION, warning))
    blocks = get(client, "/api/v1/es/treatments/back-care/?fallback=none")["blocks"]
    assert [(b["type"], b["lang"]) for b in blocks] == [
        ("prose_section", "es"),
        ("contraindications", "en"),
    ]


def test_a_list_is_walked_forth_and_back_without_losing_an_item(client):
    slugs = [f"page-{number}" for number in range(7)]
    for slug in slugs:
        factory.treatment(slug)
    seen, url, pages = [], "/api/v1/en/treatments/?limit=3", []
    while url:
        answer = get(client, url)
        pages.append(answer)
        seen += [item["slug"] for item in answer["items"]]
        url = answer["next"]
    assert seen == slugs
    assert pages[0]["previous"] is None
    back = get(client, pages[2]["previous"])
    assert back["items"] == pages[1]["items"]
    first = get(client, back["previous"])
    assert (first["items"], first["previous"]) == (pages[0]["items"], None)


def test_filters_narrow_a_list(client):
    clinic = Clinic.objects.create(
        slug="downtown", name_en="Downtown", address="1 Sample Street", phone="+12125550110"
    )
    category = Category.objects.create(slug="massage", name_en="Massage")
    page = factory.treatment("massage", category=category, specialty="Surgical")
    draft = TreatmentPage.objects.get(pk=page.pk)
    draft.clinics.set([clinic])
    draft.codes.set([TreatmentCode(system="icd-10-cm", code="M54.50")])
    draft.save_revision().publish()
    factory.treatment("other")
    for query in (
        "category=massage",
        "clinic=downtown",
        "specialty=Surgical",
        "code=M54.50",
        "code=icd-10-cm:M54.50",
        "category=massage&clinic=downtown&code=M54.50",
    ):
        items = get(client, f"/api/v1/en/treatments/?{query}")["items"]
        assert [item["slug"] for item in items] == ["massage"], query
    assert get(client, "/api/v1/en/treatments/?code=M54.2")["items"] == []


def test_changed_since_finds_what_changed(client):
    factory.treatment("old")
    moment = timezone.now().isoformat().replace("+00:00", "Z")
    factory.treatment("new")
    items = get(client, f"/api/v1/en/treatments/?changed_since={moment}")["items"]
    assert [item["slug"] for item in items] == ["new"]


def test_a_summary_is_the_document_without_its_blocks(client):
    factory.treatment()
    (summary,) = get(client, "/api/v1/en/treatments/")["items"]
    (full,) = get(client, "/api/v1/en/treatments/?fields=full")["items"]
    document = get(client, DETAIL)
    assert full == document
    assert summary == {name: value for name, value in document.items() if name != "blocks"}


@pytest.mark.parametrize(
    ("accept", "language"),
    [
        ("es-MX, en;q=0.5", "es"),
        ("ar;q=0.2, zh-CN;q=0.9", "zh-hans"),
        ("de, pt;q=0.8", "en"),
        ("", "en"),
        ("zh-Hant-TW", "zh-hans"),
        ("\x00;;;q=q", "en"),
    ],
)
def test_the_negotiating_address_picks_a_language_and_names_the_canonical_one(
    client, accept, language
):
    page = factory.treatment()
    factory.translate(page, "es", "ar", "zh-hans")
    response = client.get("/api/v1/treatments/back-care/", headers={"accept-language": accept})
    assert response["Content-Language"] == language
    assert response["Content-Location"].endswith(f"/api/v1/{language}/treatments/back-care/")
    assert response["Vary"] == "Accept-Language, Accept"


@pytest.mark.parametrize(
    ("path", "status", "kind", "named"),
    [
        ("/api/v1/xx/treatments/", 404, "unknown-language", "zh-hans"),
        ("/api/v1/EN/treatments/", 404, "unknown-language", "zh-hans"),
        ("/api/v1/en/treatments/?page=2", 400, "unknown-parameter", "changed_since"),
        ("/api/v1/en/treatments/?limit=2&limit=3", 400, "repeated-parameter", "once"),
        ("/api/v1/en/treatments/?limit=0", 400, "bad-parameter", "1 to 100"),
        ("/api/v1/en/treatments/?limit=101", 400, "bad-parameter", "1 to 100"),
        ("/api/v1/en/treatments/?limit=%D9%A1", 400, "bad-parameter", "1 to 100"),
        ("/api/v1/en/treatments/?fields=all", 400, "bad-parameter", "summary, full"),
        ("/api/v1/en/treatments/?specialty=Magic", 400, "bad-parameter", "Physiotherapy"),
        ("/api/v1/en/treatments/?category=nope", 400, "bad-parameter", "massage"),
        ("/api/v1/en/treatments/?code=%00", 400, "bad-parameter", "M54.50"),
        ("/api/v1/en/treatments/?changed_since=yesterday", 400, "bad-parameter", "2026-11-24T"),
        ("/api/v1/en/treatments/?changed_since=2026-11-24", 400, "bad-parameter", "offset"),
        ("/api/v1/en/treatments/?changed_since=2026-99-99T00:00:00Z", 400, "bad-parameter", "off"),
        ("/api/v1/en/treatments/?cursor=x", 400, "foreign-cursor", "unchanged"),
        ("/api/v1/en/treatments/nope/", 404, "not-found", "/api/v1/en/treatments/"),
        ("/api/v1/en/treatments/%00/", 404, "not-found", "/api/v1/en/treatments/"),
        ("/api/v1/en/treatments/back-care/?aspect=all", 400, "bad-parameter", "what_happens"),
        ("/api/v1/en/treatments/back-care/?known=lead,x", 400, "bad-parameter", "care_card"),
        ("/api/v1/en/treatments/back-care/?rich=pdf", 400, "bad-parameter", "spans, html, text"),
        (
            "/api/v1/en/treatments/back-care/?owner__password__startswith=a",
            400,
            "unknown-p",
            "aspect",
        ),
        ("/api/v1/languages/?q=1", 400, "unknown-parameter", "none"),
        ("/api/v1/en/nothing/", 404, "not-found", "/api/docs/"),
    ],
)
def test_what_is_not_understood_is_a_problem_that_names_what_is(client, path, status, kind, named):
    Category.objects.create(slug="massage", name_en="Massage")
    factory.treatment()
    response = client.get(path)
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    problem = orjson.loads(response.content)
    assert problem["type"].startswith(f"urn:polyclinic:problem:{kind}")
    assert problem["status"] == status
    assert named in problem["detail"]


def test_a_cursor_of_another_list_is_refused(client):
    for number in range(3):
        factory.treatment(f"page-{number}")
    cursor = get(client, "/api/v1/en/treatments/?limit=1")["next"].partition("cursor=")[2]
    get(client, f"/api/v1/es/treatments/?limit=1&cursor={cursor}", 400)
    get(client, f"/api/v1/en/treatments/?limit=2&cursor={cursor}", 400)
    get(client, f"/api/v1/en/treatments/?limit=1&cursor=X{cursor}", 400)


def test_a_list_with_more_to_come_is_the_same_bytes_a_second_later(client):
    for number in range(2):
        factory.treatment(f"page-{number}")
    path = "/api/v1/en/treatments/?limit=1"
    first = client.get(path)
    time.sleep(1.1)  # a signature with a moment in it would say the next second
    assert client.get(path, headers={"if-none-match": first["ETag"]}).status_code == 304


@pytest.mark.parametrize("path", [DETAIL, "/api/v1/xx/treatments/", "/api/v1/nothing/"])
def test_any_site_may_read_and_nothing_of_an_answer_runs_in_a_browser(client, path):
    factory.treatment()
    response = client.get(path)
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in response
    assert response["Content-Security-Policy"].startswith("default-src 'none'")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in response


def test_only_reading_is_allowed(client):
    factory.treatment()
    response = client.post(DETAIL)
    assert response.status_code == 405
    assert "GET" in response["Allow"]
    assert response["Content-Type"] == "application/problem+json"
    get(client, DETAIL, 406, accept="text/csv")


def test_a_missing_last_slash_is_a_redirect_and_not_an_error(client):
    factory.treatment()
    response = client.get("/api/v1/en/treatments/back-care?rich=text")
    assert response.status_code == 301
    assert response["Location"] == f"{DETAIL}?rich=text"


def test_languages_say_how_much_is_really_theirs(client):
    page = factory.treatment(blocks=(LEAD, SECTION, WARNING))
    factory.translate(page, "es")
    factory.edit(page, blocks=(("lead", "lead", {"text": "New."}), SECTION, WARNING))
    items = {item["code"]: item for item in get(client, "/api/v1/languages/")["items"]}
    assert items["en"]["is_source"]
    assert items["es"]["coverage"] == {"blocks": 3, "in_language": 2}
    assert items["ar"]["treatments"] == 0
    assert (items["ar"]["dir"], items["ht"]["local_name"]) == ("rtl", "Kreyòl ayisyen")


def test_a_term_is_in_the_asked_language_or_says_that_it_is_not(client):
    Category.objects.create(
        slug="massage",
        name_en="Massage",
        name_es="Masaje",
        description_en="Rubbing.",
        description_es="Frotar.",
    )
    Category.objects.create(slug="other", name_en="Other", name_es="Otro", description_en="More.")
    massage, other = get(client, "/api/v1/es/categories/")["items"]
    assert (massage["name"], massage["lang"]) == ("Masaje", "es")
    assert (other["name"], other["lang"]) == ("Other", "en")
    for kind in ("body-regions", "clinics", "practitioners", "glossary"):
        assert get(client, f"/api/v1/ar/{kind}/")["items"] == []
