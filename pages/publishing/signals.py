"""Which changes make the edition log look again. Connected by the app's ready()."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Model, Q
from django.db.models.signals import post_delete, post_save, pre_delete
from wagtail.images import get_image_model
from wagtail.models import CollectionViewRestriction, Page, PageViewRestriction, Site
from wagtail.signals import page_published, page_unpublished, post_page_move

from pages.models import (
    BodyRegion,
    Category,
    Clinic,
    CurrentEdition,
    Edition,
    GlossaryTerm,
    Practitioner,
    TreatmentPage,
)
from pages.publishing.batch import together, used_changed
from pages.publishing.editions import entomb, reconcile, reconcile_pages, reconcile_using
from pages.publishing.visibility import site_paths

VOCABULARY = (BodyRegion, Category, Clinic, GlossaryTerm, Practitioner)


def _page_changed(sender: type, instance: TreatmentPage, **kwargs: Any) -> None:
    reconcile(instance.pk, pretranslate=settings.PRETRANSLATE_FROM_MEMORY, recheck=True)


def _page_unpublished(sender: type, instance: TreatmentPage, **kwargs: Any) -> None:
    # Before it deletes a page Wagtail unpublishes it in memory alone: its row is still live,
    # and would be published again here. The deletion has its own tombstone.
    if not TreatmentPage.objects.filter(pk=instance.pk, live=True).exists():
        reconcile(instance.pk)


def _page_saved(sender: type, instance: Page, **kwargs: Any) -> None:
    # Wagtail and scripts also end a page's life by saving it, without any signal of their own.
    # Inside the transaction of Page.save: a page is never unpublished and still served.
    if not instance.live and CurrentEdition.objects.filter(page_id=instance.pk).exists():
        reconcile(instance.pk)


def _page_about_to_be_deleted(sender: type, instance: TreatmentPage, **kwargs: Any) -> None:
    entomb(instance, Edition.Reason.DELETED)


def _page_deleted(sender: type, instance: TreatmentPage, **kwargs: Any) -> None:
    reconcile_using("treatment", instance.pk)


def _used_changed(sender: type[Model], instance: Any, created: bool = False, **kwargs: Any) -> None:
    if not created:
        used_changed(sender._meta.model_name or "", instance.pk)


def _restriction_changed(sender: type, instance: PageViewRestriction, **kwargs: Any) -> None:
    _reconcile_below(instance.page)


def _collection_restriction_changed(
    sender: type, instance: CollectionViewRestriction, **kwargs: Any
) -> None:
    collections = instance.collection.get_descendants(inclusive=True)
    images = get_image_model().objects.filter(collection__in=collections)
    with together():
        for key in images.values_list("pk", flat=True):
            used_changed("image", key)


def _page_moved(sender: type, instance: Page, **kwargs: Any) -> None:
    _reconcile_below(instance)


@transaction.atomic
def _sites_changed(sender: type, instance: Site, **kwargs: Any) -> None:
    """A tree became a site's, or is none's any more."""
    inside = Q(pk__in=())
    for path in site_paths():
        inside |= Q(path__startswith=path)
    public = CurrentEdition.objects.values("page")
    lost = TreatmentPage.objects.exclude(inside).filter(pk__in=public)
    won = TreatmentPage.objects.filter(inside, live=True, alias_of=None).exclude(pk__in=public)
    reconcile_pages({*lost.values_list("pk", flat=True), *won.values_list("pk", flat=True)})


@transaction.atomic
def _reconcile_below(page: Page) -> None:
    # A page that is being added below is not seen yet, nor does it see what changed here. Adding
    # a child writes to its parent's row: with that locked, one waits for the other.
    if connection.features.has_select_for_no_key_update:
        parents = Page.objects.descendant_of(page, inclusive=True).not_type(TreatmentPage)
        list(parents.select_for_update(no_key=True).values_list("pk"))
    treatments = TreatmentPage.objects.descendant_of(page, inclusive=True)
    reconcile_pages(treatments.values_list("pk", flat=True))


def connect() -> None:
    page_published.connect(_page_changed, sender=TreatmentPage)
    page_unpublished.connect(_page_unpublished, sender=TreatmentPage)
    for page_model in (Page, TreatmentPage):
        post_save.connect(_page_saved, sender=page_model)
    pre_delete.connect(_page_about_to_be_deleted, sender=TreatmentPage)
    post_delete.connect(_page_deleted, sender=TreatmentPage)
    post_page_move.connect(_page_moved)
    for signal in (post_save, post_delete):
        for model in (*VOCABULARY, get_image_model()):
            signal.connect(_used_changed, sender=model)
        signal.connect(_sites_changed, sender=Site)
        signal.connect(_restriction_changed, sender=PageViewRestriction)
        signal.connect(_collection_restriction_changed, sender=CollectionViewRestriction)
