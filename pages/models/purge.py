"""What caches in front are still to be rid of."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class CachePurge(models.Model):
    """Keys of copies that one cache is to forget, from the commit on that made them wrong.

    It is asked twice: at once, and again when every process has heard of the change, since one
    that had not may have filled the cache anew in between.
    """

    cache = models.CharField(max_length=500, help_text="An entry of CACHE_PURGE.")
    keys = models.TextField(help_text="Of pages/purging/keys.py, with blanks between.")
    created_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)
    was_sent = models.BooleanField(default=False, help_text="Once; the second time ends it.")
    attempts = models.PositiveSmallIntegerField(default=0, help_text="That failed.")
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["due_at"], name="purge_by_due")]

    def __str__(self) -> str:
        return f"{self.cache}: {self.keys}"
