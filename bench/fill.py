"""Pages for both sides, published the way an editor's are, and the addresses to ask for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.db.models.signals import post_save
from django.test import Client
from modelsearch.signal_handlers import (  # type: ignore[import-untyped]  # it has no types
    post_save_signal_handler,
)
from wagtail.models import Locale, Site
from wagtail.signal_handlers import disable_reference_index_auto_update

from bench.apps import API_FIELDS
from bench.content import approved_targets, draft, translated_into_all
from pages.languages import get_language, source_language
from pages.models import CurrentEdition, Target, TreatmentIndexPage, TreatmentPage

BLOCKS = 20
SECOND = "es"
LIST_LENGTH = 20


def migrate() -> None:
    call_command("migrate", verbosity=0)
    root = Site.objects.get(is_default_site=True).root_page
    second = Locale.objects.create(language_code=SECOND)
    root.add_child(instance=TreatmentIndexPage(title="Treatments", slug="treatments"))
    root.add_child(
        instance=TreatmentIndexPage(title="Tratamientos", slug="tratamientos", locale=second)
    )


def fill(first: int, last: int) -> None:
    """Pages first to last - 1. On our side one page with approved translations; on Wagtail's,
    which has a tree per language, the same page again with the Spanish words."""
    ours, theirs = TreatmentIndexPage.objects.order_by("pk")
    with no_indexes():
        for number in range(first, last):
            _treatment(f"treatment-{number:05}", ours, theirs)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


@contextmanager
def no_indexes() -> Iterator[None]:
    """Without the indexes for search and references: no read here asks them, and keeping them
    takes longer than everything else."""
    post_save.disconnect(post_save_signal_handler, sender=TreatmentPage)
    try:
        with disable_reference_index_auto_update():
            yield
    finally:
        post_save.connect(post_save_signal_handler, sender=TreatmentPage)


def _treatment(name: str, ours: TreatmentIndexPage, theirs: TreatmentIndexPage) -> None:
    page = draft(name, BLOCKS, source_language())
    ours.add_child(instance=page)
    spanish = draft(name, BLOCKS, get_language(SECOND))
    spanish.live, spanish.locale = True, theirs.locale
    spanish.translation_key = page.translation_key
    theirs.add_child(instance=spanish)
    Target.objects.bulk_create(approved_targets(page, spanish, SECOND))
    page.save_revision().publish()


def fill_mixed(pages: int) -> dict[str, list[str]]:
    """Pages in every language, and where they are: a language and a path a line."""
    ours = TreatmentIndexPage.objects.order_by("pk")[0]
    with no_indexes():
        for number in range(pages):
            page = draft(f"mixed-{number:03}", BLOCKS, source_language())
            ours.add_child(instance=page)
            translated_into_all(page, BLOCKS)
            page.save_revision().publish()
    rows = CurrentEdition.objects.filter(slug__startswith="mixed-").order_by("language", "slug")
    return {
        "mixed": [
            f"{code} /api/v1/{code}/treatments/{slug}/"
            for code, slug in rows.values_list("language", "slug")
        ]
    }


def addresses() -> dict[str, list[str]]:
    """What each measurement asks for: a path a line, with an ETag after it for 304."""
    rows = list(
        CurrentEdition.objects.order_by("slug").values_list("language", "slug", "edition__digest")
    )
    page_ids = list(TreatmentPage.objects.order_by("pk").values_list("pk", flat=True))
    v2, v3 = "/api/wagtail/v2/pages/", "/api/wagtail/v3/pages/"
    offsets = range(0, len(page_ids), LIST_LENGTH)
    kind = f"type=pages.TreatmentPage&limit={LIST_LENGTH}"
    return {
        "detail": [f"/api/v1/{code}/treatments/{slug}/" for code, slug, _ in rows],
        "304": [f'/api/v1/{code}/treatments/{slug}/ "{digest}"' for code, slug, digest in rows],
        "list": [path for code in ("en", SECOND) for path in _list_pages(code)],
        "v2 detail": [f"{v2}{pk}/" for pk in page_ids],
        "v2 list": [f"{v2}?{kind}&fields={','.join(API_FIELDS)}&offset={n}" for n in offsets],
        "v3 detail": [f"{v3}{pk}/" for pk in page_ids],
        "v3 list": [f"{v3}?{kind}&offset={n}" for n in offsets],
        "empty Django view": ["/api/empty/django/"],
        "empty DRF view": ["/api/empty/drf/"],
    }


def _list_pages(code: str) -> Iterator[str]:
    client: Any = Client()
    path = f"/api/v1/{code}/treatments/?fields=full&limit={LIST_LENGTH}"
    while path:
        yield path
        answer = client.get(path, secure=True, headers={"host": "127.0.0.1"}).json()
        path = (answer["next"] or "").partition("//")[2]
        path = path[path.index("/") :] if path else ""
