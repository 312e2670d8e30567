"""The treatment page: one tree, one source-language body, edited with Wagtail's own tools."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.admin.widgets import AdminAutoHeightTextInput
from wagtail.fields import StreamField
from wagtail.models import Orderable, Page
from wagtail.search import index

from pages.blocks.body import TreatmentBody
from pages.blocks.labels import LABELS
from pages.blocks.normalise import normalise
from pages.codes import validate_code
from pages.document.vocabulary import CodingSystem, Specialty
from pages.models.preview import PREVIEW_MODES, serve_registered_preview
from pages.models.vocabulary import BodyRegion, Category, Clinic, Practitioner


class TreatmentIndexPage(Page):
    """Where the clinic's treatments are kept. It has no content of its own.

    One of it: apps address a treatment by its slug alone, which Wagtail keeps unique among
    siblings.
    """

    max_count = 1
    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
    subpage_types: ClassVar[list[str]] = ["pages.TreatmentPage"]
    page_description = "Holds the treatment pages."
    preview_modes: ClassVar[list[tuple[str, str]]] = []


class TreatmentPage(Page):
    """A treatment, written once in the source language, block by block.

    The columns of the target languages (heading_es...) are projections of reviewed targets:
    never edited in a form, never in a revision, written by publishing/projections.py alone.
    """

    # Page scalars that are segments, in the order that a translator meets them.
    segment_fields: ClassVar[tuple[str, ...]] = ("heading", "also_called", "summary", "image_alt")

    heading = models.CharField(
        max_length=200, blank=True, help_text="What patients see. Left empty, it is the title."
    )
    also_called = models.TextField(blank=True, help_text="Other names, one a line.")
    summary = models.TextField(help_text="Two sentences at most: what it is and for whom.")
    body = StreamField(TreatmentBody(), help_text="What the page says, block by block.")
    image = models.ForeignKey(
        "wagtailimages.Image", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    image_alt = models.CharField(
        "alternative text",
        max_length=250,
        blank=True,
        help_text="What the picture shows, for somebody who cannot see it.",
    )
    specialty = models.CharField(
        max_length=40,
        choices=[(member.value, LABELS[member]) for member in Specialty],
        default=Specialty.PHYSIOTHERAPY.value,
    )
    category = models.ForeignKey(
        Category, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    body_region = models.ForeignKey(
        BodyRegion, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    clinics = ParentalManyToManyField(
        Clinic, blank=True, related_name="+", help_text="Where it is offered."
    )
    reviewed_by = models.ForeignKey(
        Practitioner, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    last_reviewed = models.DateField(null=True, blank=True)
    review_due = models.DateField(null=True, blank=True)
    valid_until = models.DateField(
        null=True, blank=True, help_text="After this day the page is not served any more."
    )

    parent_page_types: ClassVar[list[str]] = ["pages.TreatmentIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    page_description = "One treatment, in blocks that say what they mean."
    preview_modes: ClassVar[list[tuple[str, str]]] = PREVIEW_MODES
    # The one that the preview begins with for the editor at hand; "" for the first. No column.
    chosen_preview_mode = ""

    content_panels = [
        *Page.content_panels,
        # Headings: modeltranslation would write "Heading [en]", and the form has one language.
        FieldPanel("heading_en", heading="Heading"),
        FieldPanel("also_called_en", heading="Also called", widget=AdminAutoHeightTextInput),
        FieldPanel("summary_en", heading="Summary", widget=AdminAutoHeightTextInput),
        MultiFieldPanel(
            [FieldPanel("image"), FieldPanel("image_alt_en", heading="Alternative text")],
            heading="Picture",
        ),
        FieldPanel("body"),
        MultiFieldPanel(
            [
                FieldPanel("specialty"),
                FieldRowPanel([FieldPanel("category"), FieldPanel("body_region")]),
                FieldPanel("clinics"),
                InlinePanel("codes", label="Code", heading="Codes for the health record"),
            ],
            heading="Where it belongs",
        ),
        MultiFieldPanel(
            [
                FieldPanel("reviewed_by"),
                FieldRowPanel([FieldPanel("last_reviewed"), FieldPanel("review_due")]),
                FieldPanel("valid_until"),
            ],
            heading="Medical review",
        ),
    ]
    search_fields = [
        *Page.search_fields,
        index.SearchField("heading_en", boost=2),
        index.SearchField("summary_en"),
        index.SearchField("body"),
        index.FilterField("specialty"),
    ]

    def clean(self) -> None:
        super().clean()
        if not self.heading_en:
            self.heading_en = self.title
        errors: dict[str, str] = {}
        if self.image and not self.image_alt_en:
            errors["image_alt_en"] = "A picture needs an alternative text."
        if self.last_reviewed and self.review_due and self.review_due <= self.last_reviewed:
            errors["review_due"] = (
                f"{self.review_due} is not after the last review on {self.last_reviewed}."
            )
        if errors:
            raise ValidationError(errors)

    def save(self, *args: Any, **kwargs: Any) -> None:
        if "update_fields" not in kwargs:
            self.body = normalise(self.body)
        super().save(*args, **kwargs)

    def save_revision(self, *args: Any, **kwargs: Any) -> Any:
        self.body = normalise(self.body)
        return super().save_revision(*args, **kwargs)

    # Content, edition log and outbox change together or not at all: the signals that Wagtail
    # sends inside these two append the editions.

    @transaction.atomic
    def publish(self, *args: Any, **kwargs: Any) -> Any:
        return super().publish(*args, **kwargs)

    @transaction.atomic
    def unpublish(self, *args: Any, **kwargs: Any) -> Any:
        return super().unpublish(*args, **kwargs)

    @property
    def default_preview_mode(self) -> str:
        return self.chosen_preview_mode or self.preview_modes[0][0]

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        return serve_registered_preview(self, request, mode_name)


class TreatmentCode(Orderable):
    """A medical code of the page. CPT: the number only, its words are licensed."""

    page = ParentalKey(TreatmentPage, on_delete=models.CASCADE, related_name="codes")
    system = models.CharField(
        max_length=12,
        choices=[
            (CodingSystem.ICD_10_CM.value, "ICD-10-CM"),
            (CodingSystem.SNOMED_CT.value, "SNOMED CT"),
            (CodingSystem.CPT.value, "CPT (number only)"),
        ],
    )
    code = models.CharField(max_length=18)

    class Meta(Orderable.Meta):
        constraints = [
            models.UniqueConstraint(fields=["page", "system", "code"], name="page_code_once")
        ]

    def clean(self) -> None:
        super().clean()
        if self.system and self.code:
            try:
                validate_code(self.system, self.code)
            except ValidationError as error:
                raise ValidationError({"code": error}) from None

    def __str__(self) -> str:
        return f"{self.system} {self.code}"
