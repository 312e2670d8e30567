"""Arguments that several commands take; an unknown value is refused with those allowed."""

from __future__ import annotations

from argparse import ArgumentTypeError

from django.core.management.base import CommandError

from pages.languages import (
    Language,
    UnknownLanguage,
    read_language,
    source_language,
    target_languages,
)
from pages.models import Category, TreatmentPage


def target_language(value: str) -> Language:
    """For add_argument(type=...): a language that is translated into, as any tool writes it."""
    try:
        language = read_language(value)
    except UnknownLanguage as error:
        raise ArgumentTypeError(str(error)) from None
    if language == source_language():
        allowed = ", ".join(each.code for each in target_languages())
        raise ArgumentTypeError(f"{value!r} is the source language. Allowed: {allowed}.")
    return language


def person(value: str) -> str:
    """For add_argument(type=...): a name, as the log keeps it."""
    name = " ".join(value.split())
    if not 0 < len(name) <= 160:
        raise ArgumentTypeError(f"{len(name)} characters. Allowed: a name of 1 to 160.")
    return name


def category(value: str) -> str:
    """For add_argument(type=...): the slug of a category."""
    slugs = list(Category.objects.order_by("slug").values_list("slug", flat=True))
    if value not in slugs:
        allowed = ", ".join(slugs) or "none, there is no category yet"
        raise ArgumentTypeError(f"No category {value!r}. Allowed: {allowed}.")
    return value


def pages_by_slug(slugs: list[str] | None) -> list[TreatmentPage]:
    """The pages with these slugs, or all, by slug. Raises CommandError for an unknown one."""
    pages = TreatmentPage.objects.filter(alias_of=None).order_by("slug")
    if slugs is None:
        return list(pages)
    found = list(pages.filter(slug__in=slugs))
    if unknown := sorted(set(slugs) - {page.slug for page in found}):
        allowed = ", ".join(pages.values_list("slug", flat=True)) or "none, there is no page yet"
        raise CommandError(f"--page {unknown[0]!r}: no such page. Allowed: {allowed}.")
    return found
