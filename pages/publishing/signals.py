"""Which changes make the edition log look again. Connected by the app's ready()."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.db.models.signals import post_delete, post_save, pre_delete
from wagtail.images import get_image_model
from wagtail.models import Page, PageViewRestriction
from wagtail.signals import page_published, page_unpublished, post_page_move

from pages.models import (
    BodyRegion,
    Category,
    Clinic,
    Edition,
    GlossaryTerm,
    Practitioner,
    TreatmentPage,
)
from pages.publishing.batch import used_changed
from pages.publishing.editions import entomb, reconcile

VOCABULARY = (BodyRegion, Category, Clinic, GlossaryTerm, Practitioner)


def _page_changed(sender: type, instance: TreatmentPage, **kwargs: Any) -> None:
    reconcile(instance.pk)


def _page_unpublished(sender: type, instance: TreatmentPage, **kwargs: Any) -> None:
    # Before it deletes a page Wagtail unpublishes it in memory alone: its row is still live,
    # and would be published again here. The deletion has its own tombstone.
    if not TreatmentPage.objects.filter(pk=instance.pk, live=True).exists():
        reconcile(instance.pk)


def _page_deleted(sender: type, instance: TreatmentPage, **kwargs: Any) -> None:
    entomb(instance, Edition.Reason.DELETED)


def _used_changed(sender: type[Model], instance: Any, created: bool = False, **kwargs: Any) -> None:
    if not created:
        used_changed(sender._meta.model_name or "", instance.pk)


def _restriction_changed(sender: type, instance: PageViewRestriction, **kwargs: Any) -> None:
    _reconcile_below(instance.page)


def _page_moved(sender: type, instance: Page, **kwargs: Any) -> None:
    _reconcile_below(instance)


def _reconcile_below(page: Page) -> None:
    for treatment in TreatmentPage.objects.descendant_of(page, inclusive=True):
        reconcile(treatment.pk)


def connect() -> None:
    page_published.connect(_page_changed, sender=TreatmentPage)
    page_unpublished.connect(_page_unpublished, sender=TreatmentPage)
    pre_delete.connect(_page_deleted, sender=TreatmentPage)
    post_page_move.connect(_page_moved)
    for model in VOCABULARY:
        post_save.connect(_used_changed, sender=model)
    post_save.connect(_used_changed, sender=get_image_model())
    for signal in (post_save, post_delete):
        signal.connect(_restriction_changed, sender=PageViewRestriction)
