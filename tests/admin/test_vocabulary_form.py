"""Snippets: every language beside its source, and what an edit of the source put out of date."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from pages.admin.coverage import coverage
from pages.languages import all_languages, get_language
from pages.models import BodyRegion, Category, Clinic, GlossaryTerm, Practitioner

MODELS = (BodyRegion, Category, Clinic, GlossaryTerm, Practitioner)


def address(model: type, view: str, *args: object) -> str:
    return reverse(f"wagtailsnippets_pages_{model._meta.model_name}:{view}", args=args)


def form_of(client: Client, url: str) -> BeautifulSoup:
    response = client.get(url)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def inputs_of(page: BeautifulSoup) -> dict[str, str]:
    """The form as a browser would post it untouched. Checkboxes are not ticked."""
    fields = page.select(".side-by-side input, .side-by-side textarea, [name=slug]")
    return {
        field["name"]: field.get("value") or (field.text if field.name == "textarea" else "")
        for field in fields
        if field.get("type") != "checkbox"
    }


@pytest.mark.parametrize("model", MODELS)
def test_each_translated_field_stands_in_every_language_of_the_site(model, editor_client):
    page = form_of(editor_client, address(model, "add"))
    for field in model.translated:
        for language in all_languages():
            found = page.select_one(f"[name={field}_{language.suffix}]")
            assert found["lang"] == language.code
            assert found["dir"] == language.dir


def test_the_source_is_the_first_row_and_arabic_runs_from_right_to_left(editor_client, joint):
    page = form_of(editor_client, address(GlossaryTerm, "edit", joint.pk))
    rows = page.select(".side-by-side tbody tr")
    assert rows[0].select_one("input")["name"] == "term_en"
    assert page.select_one("[name=definition_ar]")["dir"] == "rtl"


def test_every_input_has_a_label_that_names_its_language(editor_client, joint):
    page = form_of(editor_client, address(GlossaryTerm, "edit", joint.pk))
    label = page.select_one("label[for=id_term_ur]")
    assert " ".join(label.text.split()) == "Term (Urdu)"


def test_the_slug_is_made_from_the_source_name_when_left_empty(editor_client):
    editor_client.post(address(BodyRegion, "add"), {"name_en": "Lower back", "slug": ""})
    assert BodyRegion.objects.get().slug == "lower-back"


def test_a_practitioners_slug_is_made_from_the_name_and_not_from_the_role(editor_client):
    editor_client.post(
        address(Practitioner, "add"), {"name": "Ana Ruiz", "role_en": "Physical therapist"}
    )
    assert Practitioner.objects.get().slug == "ana-ruiz"


def test_a_slug_that_is_taken_is_refused_with_a_reason(editor_client):
    BodyRegion.objects.create(name_en="Neck")
    response = editor_client.post(address(BodyRegion, "add"), {"name_en": "Neck", "slug": ""})
    assert response.context["form"].errors["slug"] == ["Body region with this Slug already exists."]
    assert BodyRegion.objects.count() == 1


def test_the_source_text_is_required_and_a_translation_is_not(editor_client):
    response = editor_client.post(address(BodyRegion, "add"), {"name_es": "Cuello"})
    assert set(response.context["form"].errors) == {"name_en"}


def test_a_changed_source_marks_the_translations_that_were_made_before_it(editor_client, joint):
    url = address(GlossaryTerm, "edit", joint.pk)
    data = inputs_of(form_of(editor_client, url))
    assert data["definition_es"]
    response = editor_client.post(url, {**data, "definition_en": "Where two bones meet and move."})
    said = [str(message) for message in get_messages(response.wsgi_request)]
    assert any("Spanish, Arabic" in message for message in said)

    page = form_of(editor_client, url)
    stale = page.select(".side-by-side__cell--stale")
    assert [cell.select_one("textarea")["name"] for cell in stale] == [
        "definition_es",
        "definition_ar",
    ]
    assert "The English changed after this was translated." in stale[0].text


def test_ticking_that_they_still_hold_confirms_the_translations(editor_client, joint):
    url = address(GlossaryTerm, "edit", joint.pk)
    data = inputs_of(form_of(editor_client, url))
    changed = {**data, "definition_en": "The place at which two bones meet."}
    editor_client.post(url, {**changed, "translations_hold": "on"})
    joint.refresh_from_db()
    assert joint.definition_en == "The place at which two bones meet."
    assert joint.stale_translations() == []


def test_a_translation_that_is_corrected_is_current_without_ticking(editor_client, joint):
    url = address(GlossaryTerm, "edit", joint.pk)
    data = inputs_of(form_of(editor_client, url))
    editor_client.post(
        url, {**data, "definition_en": "Where bones meet.", "definition_es": "Donde se unen."}
    )
    joint.refresh_from_db()
    assert joint.stale_translations() == [("definition", get_language("ar"))]


def test_a_term_without_translations_has_nothing_to_confirm(editor_client):
    term = GlossaryTerm.objects.create(term_en="Nerve", definition_en="It carries signals.")
    page = form_of(editor_client, address(GlossaryTerm, "edit", term.pk))
    assert page.select_one("[name=translations_hold]") is None


def test_coverage_puts_every_target_language_in_exactly_one_list(joint):
    joint.term_fr = "Articulation"
    joint.save()
    joint.term_en = "Joints"
    joint.save()
    found = coverage(joint)
    assert [language.code for language in found.stale] == ["es", "ar", "fr"]
    assert found.complete == ()
    assert found.total == len(all_languages()) - 1


@pytest.mark.django_db
def test_a_text_that_the_source_does_not_have_is_not_missing():
    category = Category.objects.create(name_en="Manual therapy", name_es="Terapia manual")
    assert get_language("es") in coverage(category).complete


def test_the_listing_says_how_far_each_term_is_translated(editor_client, joint):
    joint.definition_en = "Where two bones meet and move."
    joint.save()
    page = form_of(editor_client, address(GlossaryTerm, "list"))
    assert "0 of 10" in page.text
    assert "2 out of date" in page.text
    assert "8 missing" in page.text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"translations": "stale"}, ["joint"]),
        ({"translations": "complete"}, []),
        ({"translations": "missing"}, ["joint", "nerve"]),
        ({"incomplete_in": "es"}, ["joint", "nerve"]),
        ({"q": "مفصل"}, ["joint"]),
        ({"q": "signals"}, ["nerve"]),
    ],
)
def test_the_listing_is_filtered_by_state_and_searched_in_every_language(
    query, found, editor_client, joint
):
    joint.definition_en = "Where two bones meet and move."
    joint.save()
    GlossaryTerm.objects.create(term_en="Nerve", definition_en="It carries signals.")
    response = editor_client.get(address(GlossaryTerm, "list"), query)
    assert [term.slug for term in response.context["object_list"]] == found


def test_the_chooser_finds_a_term_in_any_language_and_shows_its_definition(editor_client, joint):
    GlossaryTerm.objects.create(term_en="Nerve", definition_en="It carries signals.")
    response = editor_client.get(
        reverse("wagtailsnippetchoosers_pages_glossaryterm:choose_results"), {"q": "articulaci"}
    )
    text = response.content.decode()
    assert "Joint" in text
    assert "The place where two bones meet." in text
    assert "Nerve" not in text


def test_a_short_text_stays_on_one_line_and_a_long_one_keeps_its_lines(editor_client):
    editor_client.post(
        address(Clinic, "add"),
        {
            "name_en": "Downtown\r\nclinic",
            "opening_hours_en": "Monday 8 to 6\r\nTuesday 8 to 4",
            "address": "1 Main Street",
            "phone": "+12125550100",
        },
    )
    clinic = Clinic.objects.get()
    assert clinic.name_en == "Downtown clinic"
    assert clinic.opening_hours_en.splitlines() == ["Monday 8 to 6", "Tuesday 8 to 4"]
