"""The edition log, the only thing delivered, and the projections that reads go through."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models.expressions import Combinable
from django.db.models.functions import Now


class Edition(models.Model):
    """One event in the life of a page in a language: append-only.

    A `document` holds the exact bytes that readers get; a `tombstone` says why there are none
    any more. `seq` is the position in the log, in commit order: on PostgreSQL a deferred
    trigger fills it at COMMIT, on SQLite it is the row's AUTOINCREMENT id (migration 0002).
    `chain` hashes the previous edition of the same page and language into this one.
    """

    class Kind(models.TextChoices):
        DOCUMENT = "document", "document"
        TOMBSTONE = "tombstone", "tombstone"

    class Reason(models.TextChoices):
        UNPUBLISHED = "unpublished", "unpublished"
        EXPIRED = "expired", "expired"
        WITHDRAWN = "withdrawn", "withdrawn"
        RECALLED = "recalled", "recalled"
        MOVED = "moved", "moved out of every site"
        PRIVATE = "private", "made private"
        DELETED = "deleted", "deleted"

    id = models.BigAutoField(primary_key=True)
    seq = models.BigIntegerField(null=True, unique=True, editable=False)
    document_id = models.UUIDField()
    language = models.CharField(max_length=12)
    number = models.PositiveIntegerField(help_text="1, 2, 3... per page and language.")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    reason = models.CharField(max_length=12, choices=Reason.choices, blank=True)
    body = models.BinaryField(help_text="The document as UTF-8 JSON; empty for a tombstone.")
    summary = models.BinaryField(help_text="The same without its blocks, for lists.")
    digest = models.CharField(max_length=64, help_text="SHA-256 of body, hexadecimal.")
    chain = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(
        null=True, help_text="When a document ends by the clock. Its bytes say it too."
    )

    class Meta:
        indexes = [models.Index(fields=["language", "seq"], name="edition_by_language")]
        constraints = [
            models.UniqueConstraint(
                fields=["document_id", "language", "number"], name="edition_number_once"
            ),
            models.CheckConstraint(
                condition=models.Q(kind="document", reason="")
                | (models.Q(kind="tombstone") & ~models.Q(reason="")),
                name="tombstone_has_reason",
            ),
        ]
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.document_id} {self.language} {self.number}"


class FeedCounter(models.Model):
    """One row that triggers of the database keep: `n` is the log's last `seq` (PostgreSQL alone),
    taken at COMMIT; `changes` grows with every commit that changed what reads find (migration
    0011), an expiry without a new edition too."""

    n = models.BigIntegerField(default=0)
    changes = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.n)


class FeedEpoch(models.Model):
    """The one row that says which log this is: `renew_feed` changes it after a restore, and no
    cursor of before counts any more."""

    epoch = models.CharField(max_length=32)

    def __str__(self) -> str:
        return self.epoch


def visible_q(at: Combinable | datetime | None = None, prefix: str = "") -> models.Q:
    """What the public may read. at: a moment of the database's clock, where an answer needs one
    moment for several queries; now otherwise. prefix: the way to CurrentEdition."""
    # By the database's clock: nothing has to run for an expiry to hold.
    moment = Now() if at is None else at
    return models.Q(**{f"{prefix}expires_at__isnull": True}) | models.Q(
        **{f"{prefix}expires_at__gt": moment}
    )


class CurrentEditionQuerySet(models.QuerySet["CurrentEdition"]):
    def visible(self, language: str) -> Self:
        """What the public may read now in `language`. No parameter switches this off."""
        return self.visible_in_any_language().filter(language=language)

    def visible_in_any_language(self) -> Self:
        return self.filter(visible_q())

    def visible_at(self, moment: Combinable | datetime) -> Self:
        return self.filter(visible_q(moment))

    def with_facets(self, facets: Mapping[str, object]) -> Self:
        """Those that have every one of `facets`, each name and value."""
        queryset = self
        for name, value in facets.items():
            queryset = queryset.filter(
                models.Exists(
                    Facet.objects.filter(current=models.OuterRef("pk"), name=name, value=value)
                )
            )
        return queryset

    def changed_since(self, moment: object) -> Self:
        return self.filter(changed_at__gt=moment)


class CurrentEdition(models.Model):
    """The newest edition of a page in a language while it is a document: what reads find.

    A projection of the log: it can be rebuilt from it, and holds what a read filters and
    sorts by. `expires_at` is the earlier of the page's expiry and its valid_until.
    """

    document_id = models.UUIDField()
    language = models.CharField(max_length=12)
    slug = models.SlugField(max_length=255, allow_unicode=True)
    page = models.ForeignKey("pages.TreatmentPage", on_delete=models.CASCADE, related_name="+")
    edition = models.OneToOneField(Edition, on_delete=models.PROTECT, related_name="current")
    languages = models.CharField(
        max_length=250, help_text="All languages the page is public in, for Link headers."
    )
    heading = models.CharField(max_length=200, help_text="What links to the page are called.")
    heading_lang = models.CharField(max_length=12)
    blocks = models.PositiveIntegerField()
    blocks_in_language = models.PositiveIntegerField()
    changed_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)

    objects = CurrentEditionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["language", "document_id"], name="current_once"),
            models.UniqueConstraint(fields=["language", "slug"], name="current_slug_once"),
        ]
        indexes = [
            models.Index(fields=["language", "changed_at"], name="current_by_change"),
            models.Index(fields=["expires_at"], name="current_by_expiry"),
        ]

    def __str__(self) -> str:
        return f"{self.language}/{self.slug}"


class Facet(models.Model):
    """One value that a list can be filtered by, such as category=manual-therapy."""

    current = models.ForeignKey(CurrentEdition, on_delete=models.CASCADE, related_name="facets")
    name = models.CharField(max_length=20)
    value = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["current", "name", "value"], name="facet_once")
        ]
        indexes = [models.Index(fields=["name", "value", "current"], name="facet_by_value")]

    def __str__(self) -> str:
        return f"{self.name}={self.value}"


class Dependency(models.Model):
    """What else a live page's documents are made of, so that a change there recompiles it."""

    page = models.ForeignKey("pages.TreatmentPage", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["page", "kind", "object_id"], name="dependency_once")
        ]
        indexes = [models.Index(fields=["kind", "object_id"], name="dependency_by_object")]

    def __str__(self) -> str:
        return f"{self.page_id} uses {self.kind} {self.object_id}"
