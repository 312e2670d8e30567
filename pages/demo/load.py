"""Enter the demo: vocabulary, pictures, pages, then the translators' files of locale/."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.core.files.images import ImageFile
from django.db import transaction
from wagtail.blocks import StreamValue
from wagtail.images import get_image_model
from wagtail.models import Page, Site

from pages.blocks.normalise import normalise
from pages.catalog.codecs.po import read_po
from pages.catalog.exchange import import_units
from pages.catalog.segments import page_segments
from pages.catalog.targets import store_target
from pages.catalog.verdicts import Acceptance
from pages.catalog.vocabulary import import_vocabulary
from pages.demo.read import (
    DEMO_DIR,
    References,
    demo_uuid,
    raw_body,
    read_treatments,
    read_vocabulary,
)
from pages.document.vocabulary import Origin
from pages.languages import Language, get_language, target_languages
from pages.models import (
    BodyRegion,
    Category,
    Clinic,
    GlossaryTerm,
    Practitioner,
    Target,
    TreatmentCode,
    TreatmentIndexPage,
    TreatmentPage,
    VocabularyTerm,
)
from pages.models.target import TargetState
from pages.publishing.editions import reconcile

Progress = Callable[[str], None]
# Said in the data itself: nobody qualified has reviewed the demo's translations.
DEMO_REVIEWER = "Demo Reviewer (not a real clinician)"
DEMO_QUALIFICATION = "Sample data: nobody qualified has reviewed this"

_VOCABULARY: Mapping[str, type[VocabularyTerm]] = {
    "categories": Category,
    "body_regions": BodyRegion,
    "practitioners": Practitioner,
    "clinics": Clinic,
    "glossary_terms": GlossaryTerm,
}


def is_loaded() -> bool:
    """Whether the site has treatments: a page that somebody deleted does not come back."""
    return bool(TreatmentIndexPage.objects.exists())


@transaction.atomic
def load_demo(say: Progress) -> None:
    """All of it, or nothing. Leaves a site alone that holds the demo already."""
    say("vocabulary")
    for name, rows in read_vocabulary().items():
        for row in rows:
            _term(_VOCABULARY[name], row)
    for language in target_languages():
        # Before there are pages: each of them is then compiled with all of its words at once.
        if (path := _catalog(language, "vocabulary")).exists():
            import_vocabulary(read_po(path.read_bytes(), language).units, language, _acceptance())
    say("pictures")
    images = {path.name: _image(path) for path in sorted((DEMO_DIR / "images").glob("*.webp"))}
    say("pages")
    pages = _pages(images)
    for language in target_languages():
        say(f"translations: {language.name}")
        _import_treatments(language)
    _make_samples_of_trouble(pages)
    say("publishing")
    for page in pages.values():
        reconcile(page.pk)


def _term(model: type[VocabularyTerm], row: Mapping[str, Any]) -> None:
    if model._default_manager.filter(slug=row["slug"]).exists():
        return
    columns = {
        f"{name}_en" if name in model.translated else name: value for name, value in row.items()
    }
    term = model(**columns)
    term.full_clean()
    term.save()


def _image(path: Path) -> int:
    title = f"Demo: {path.stem.replace('-', ' ')}"
    found = get_image_model().objects.filter(title=title).first()
    if found is None:
        with path.open("rb") as file:
            found = get_image_model().objects.create(
                title=title, file=ImageFile(file, name=path.name)
            )
    return int(found.pk)


def _pages(images: Mapping[str, int]) -> dict[str, TreatmentPage]:
    index = _index_page()
    treatments = read_treatments()
    # Two passes: pages link to each other, so all exist before any body is written.
    pages = {treatment["slug"]: _draft(index, treatment, images) for treatment in treatments}
    references = References(
        images=images,
        treatments={slug: page.pk for slug, page in pages.items()},
        glossary=dict(GlossaryTerm.objects.values_list("slug", "pk")),
    )
    for treatment in treatments:
        page = pages[treatment["slug"]]
        field = TreatmentPage._meta.get_field("body")
        raw = raw_body(treatment, references)
        page.body = normalise(StreamValue(field.stream_block, raw, is_lazy=True))
        field.stream_block.clean(page.body)
        page.save_revision(log_action=True).publish()  # history can go back to it
    return pages


def _index_page() -> TreatmentIndexPage:
    found: TreatmentIndexPage | None = TreatmentIndexPage.objects.first()
    if found is not None:
        return found
    index: TreatmentIndexPage = Page.get_first_root_node().add_child(
        instance=TreatmentIndexPage(title="Treatments", slug="treatments")
    )
    site = Site.objects.filter(is_default_site=True).first()
    if site is None:
        Site.objects.create(hostname="localhost", root_page=index, is_default_site=True)
        return index
    welcome = site.root_page
    site.root_page, site.site_name = index, settings.WAGTAIL_SITE_NAME
    site.save()
    if welcome.specific_class is Page and not welcome.get_children().exists():
        welcome.delete()  # Wagtail's welcome page
    return index


def _draft(
    index: TreatmentIndexPage, treatment: Mapping[str, Any], images: Mapping[str, int]
) -> TreatmentPage:
    page = TreatmentPage(
        title=treatment["heading"],
        slug=treatment["slug"],
        translation_key=demo_uuid(treatment["slug"]),
        heading_en=treatment["heading"],
        also_called_en="\n".join(treatment.get("also_called", ())),
        summary_en=" ".join(treatment["summary"].split()),
        specialty=treatment["specialty"],
        category=Category.objects.get(slug=treatment["category"]),
        body_region=BodyRegion.objects.get(slug=treatment["body_region"]),
        reviewed_by=Practitioner.objects.get(slug=treatment["reviewed_by"]),
        last_reviewed=treatment["last_reviewed"],
        review_due=treatment["review_due"],
        valid_until=treatment["valid_until"],
        image_id=images[treatment["image"]["file"]],
        image_alt_en=treatment["image"]["alt"],
        live=False,
    )
    page.clinics.set(Clinic.objects.filter(slug__in=treatment["clinics"]))
    page.codes.set([TreatmentCode(**code) for code in treatment["codes"]])
    index.add_child(instance=page)
    return page


# Translations


def _import_treatments(language: Language) -> None:
    path = _catalog(language, "treatments")
    if not path.exists():
        return
    import_units(read_po(path.read_bytes(), language).units, language, _acceptance())


def _acceptance() -> Acceptance:
    return Acceptance(
        by="Demo translator",
        reviewer=DEMO_REVIEWER,
        qualification=DEMO_QUALIFICATION,
        origin=Origin.HUMAN,
    )


def _catalog(language: Language, name: str) -> Path:
    locale: Path = settings.BASE_DIR / "locale" / language.locale
    return locale / "LC_MESSAGES" / f"{name}.po"


def _make_samples_of_trouble(pages: Mapping[str, TreatmentPage]) -> None:
    """The blocks of states.yaml as a machine's work that nobody has read."""
    for sample in yaml.safe_load((DEMO_DIR / "states.yaml").read_text(encoding="utf-8")):
        page, language = pages[sample["treatment"]], get_language(sample["language"])
        prefix = f"body.{demo_uuid(page.slug, sample['block'])}."
        segments = {segment.key: segment for segment in page_segments(page)}
        for target in Target.objects.filter(
            page=page, language=language.code, key__startswith=prefix
        ):
            text = target.text
            target.delete()
            store_target(
                page.pk,
                language,
                segments[target.key],
                text,
                by=sample["engine"],
                origin=Origin.MACHINE,
                state=TargetState.MACHINE,
                engine=sample["engine"],
            )
