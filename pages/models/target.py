"""Targets: translations of segments, addressed by what they translate."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.functions import Length

from pages.digest import DIGEST_LENGTH
from pages.document.vocabulary import Origin


class TargetState(models.TextChoices):
    """Missing and stale are computed from digests and never stored."""

    MACHINE = "machine", "machine translation"
    NEEDS_REVIEW = "needs_review", "needs review"
    APPROVED = "approved", "approved"
    # By undoing the import that it came with. Kept for its history; nothing counts it.
    RETRACTED = "retracted", "retracted"


class TargetQuerySet(models.QuerySet["Target"]):
    def standing(self) -> TargetQuerySet:
        """What counts as a translation: everything that was not retracted."""
        return self.exclude(state=TargetState.RETRACTED)


class Target(models.Model):
    """A translation of one segment of one page, for one wording of the source.

    A changed source is a new digest and so a new row; the old one stays as the translator's
    starting point, and matches again when the source is reverted.
    """

    page = models.ForeignKey(
        "pages.TreatmentPage",
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Empty once the page is deleted: translation memory survives it.",
    )
    language = models.CharField(max_length=12)
    key = models.CharField(max_length=300)
    text_digest = models.CharField(max_length=DIGEST_LENGTH)
    source = models.TextField()
    text = models.TextField()
    state = models.CharField(max_length=12, choices=TargetState.choices)
    origin = models.CharField(
        max_length=8, choices=[(origin.value, origin.value) for origin in Origin]
    )
    engine = models.CharField(max_length=80, blank=True)
    author = models.CharField(max_length=160, blank=True)
    reviewer = models.CharField(max_length=160, blank=True)
    qualification = models.CharField(max_length=160, blank=True)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    failed_checks = models.JSONField(
        default=list, help_text="Names of the blocking checks that source and text fail."
    )
    waiver = models.TextField(
        blank=True, help_text="Why a reviewer lets failing checks pass. Dies with either text."
    )
    note = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = TargetQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["page", "language", "key", "text_digest"], name="target_is_addressed_once"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="approved") | ~models.Q(reviewer=""),
                name="approved_target_has_reviewer",
                violation_error_message="An approved target names its reviewer.",
            ),
        ]
        indexes = [
            models.Index(fields=["page", "language"], name="target_by_page"),
            models.Index(fields=["text_digest", "language"], name="target_by_wording"),
            # Memory compares what is about as long: pages/catalog/memory/suggest.py.
            models.Index("language", Length("source"), name="target_by_length"),
        ]

    def __str__(self) -> str:
        return f"{self.language} {self.key}"


class TargetChange(models.Model):
    """What happened to a target: append-only."""

    target = models.ForeignKey(Target, on_delete=models.CASCADE, related_name="changes")
    at = models.DateTimeField(auto_now_add=True)
    by = models.CharField(max_length=160)
    action = models.CharField(max_length=40)
    before = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    after = models.JSONField(encoder=DjangoJSONEncoder)
    catalog_import = models.ForeignKey(
        "pages.CatalogImport",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="changes",
        help_text="The file that brought it, so that it can be undone.",
    )

    def __str__(self) -> str:
        return f"{self.action} by {self.by}"
