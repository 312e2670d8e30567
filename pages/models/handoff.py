"""Catalogues going out and coming back. The files themselves are kept: nothing is lost."""

from __future__ import annotations

import uuid
import zlib

from django.conf import settings
from django.db import models


class KeptFile(models.Model):
    """A file as it was sent or received, compressed.

    In the database and not in file storage: media files are public by their address.
    """

    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField(help_text="Bytes, before compression.")
    compressed = models.BinaryField(help_text="zlib (RFC 1950).")

    class Meta:
        abstract = True

    @property
    def data(self) -> bytes:
        return zlib.decompress(self.compressed)


class Handoff(KeptFile):
    """One catalogue in one language, given to somebody to translate.

    The kept file is the base of the three-way merge when it comes back. Its public id, a UUID,
    stands in the file's header.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    language = models.CharField(max_length=12)
    catalog = models.CharField(max_length=20)
    format = models.CharField(max_length=20)
    units = models.PositiveIntegerField()
    scope = models.JSONField(default=dict, help_text="The filters: pages, category, states.")
    created_at = models.DateTimeField(auto_now_add=True)
    by = models.CharField(max_length=160)
    requester = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Who is told when it is done; empty for a scripted export.",
    )
    done_at = models.DateTimeField(
        null=True, blank=True, help_text="When its requester was told that all is translated."
    )

    class Meta:
        indexes = [models.Index(fields=["language", "-created_at"], name="handoff_newest")]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.language})"


class CatalogImport(KeptFile):
    """A catalogue that came back, what became of each of its units, and whether it was undone."""

    handoff = models.ForeignKey(
        Handoff, null=True, blank=True, on_delete=models.SET_NULL, related_name="imports"
    )
    language = models.CharField(max_length=12)
    catalog = models.CharField(max_length=20)
    format = models.CharField(max_length=20)
    at = models.DateTimeField(auto_now_add=True)
    by = models.CharField(max_length=160)
    reviewer = models.CharField(max_length=160, blank=True)
    uploaded_by = models.CharField(max_length=160, blank=True)
    report = models.JSONField(
        default=dict, help_text="counts by verdict, and lines: what is worth a look."
    )
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.CharField(max_length=160, blank=True)

    class Meta:
        indexes = [models.Index(fields=["language", "-at"], name="import_newest")]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.language})"


class Proposal(models.Model):
    """Words that came back for a target which somebody had changed meanwhile: both are kept.

    Open until somebody takes it as the target or dismisses it, beside the one that stands.
    """

    class Resolution(models.TextChoices):
        OPEN = "", "open"
        TAKEN = "taken", "taken"
        DISMISSED = "dismissed", "dismissed"
        UNDONE = "undone", "undone with its import"

    target = models.ForeignKey("pages.Target", on_delete=models.CASCADE, related_name="proposals")
    text = models.TextField()
    origin = models.CharField(max_length=8)
    by = models.CharField(max_length=160)
    at = models.DateTimeField(auto_now_add=True)
    catalog_import = models.ForeignKey(
        CatalogImport, null=True, on_delete=models.SET_NULL, related_name="proposals"
    )
    resolution = models.CharField(
        max_length=9, choices=Resolution.choices, blank=True, default=Resolution.OPEN
    )
    resolved_by = models.CharField(max_length=160, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["target", "resolution"], name="proposal_open")]

    def __str__(self) -> str:
        return f"{self.by}: {self.text[:40]}"


class SegmentComment(models.Model):
    """What translators, reviewers and editors say to each other beside a segment."""

    page = models.ForeignKey("pages.TreatmentPage", on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=300)
    language = models.CharField(
        max_length=12, blank=True, help_text="Empty: a question about the source, for everyone."
    )
    text = models.TextField(max_length=4000)
    by = models.CharField(max_length=160)
    at = models.DateTimeField(auto_now_add=True)
    resolved_by = models.CharField(max_length=160, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["page", "language"], name="comment_by_page")]

    def __str__(self) -> str:
        return f"{self.by}: {self.text[:40]}"


class WorkNotice(models.Model):
    """The work that a translator was last told of, so that a digest says only what is new."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    language = models.CharField(max_length=12)
    sent_at = models.DateTimeField()
    told = models.JSONField(default=dict, help_text="Page id: digest of its open work.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "language"], name="one_notice_a_language")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.language}"
