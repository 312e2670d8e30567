"""Which file holds all documents of a language, and of which state of the log it is."""

from __future__ import annotations

from django.db import models


class Bundle(models.Model):
    """The newest bundle of a language in a format. The file is in the storage `bundles`.

    A row is made for a bundle that somebody asked for; its columns are empty until it is made.
    What it says is not taken on trust: before a bundle is served, its `fingerprint` is compared
    with what is public at that moment.
    """

    class Format(models.TextChoices):
        ZIP = "zip", "zip"
        NDJSON = "ndjson.zst", "NDJSON, Zstandard"

    language = models.CharField(max_length=12)
    format = models.CharField(max_length=10, choices=Format.choices)
    fingerprint = models.CharField(
        max_length=64,
        blank=True,
        help_text="SHA-256, hexadecimal, of everything that decides the bytes.",
    )
    held = models.JSONField(default=list, help_text="The keys of the editions in it.")
    name = models.CharField(max_length=120, blank=True, help_text="Of the file in the storage.")
    digest = models.CharField(
        max_length=64, blank=True, help_text="SHA-256 of the file, hexadecimal."
    )
    size = models.BigIntegerField(default=0, help_text="Bytes.")
    images = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField(null=True)
    making_until = models.DateTimeField(
        null=True, help_text="Until when one request leaves the making to another."
    )
    refresh_asked_at = models.DateTimeField(
        null=True, help_text="When a task was sent that has not begun yet."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["language", "format"], name="bundle_once"),
        ]

    def __str__(self) -> str:
        return f"{self.language}/bundle.{self.format}"
