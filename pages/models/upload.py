"""Files that somebody has sent and not decided on yet."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from pages.models.handoff import KeptFile


class CatalogUpload(KeptFile):
    """A returned file between its dry run and the decision. It is its sender's alone.

    What is applied becomes a CatalogImport, and this row goes.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    terms = models.JSONField(default=dict, help_text="How its words are to be taken.")
    reports = models.JSONField(
        default=list, help_text="The dry run: of each catalogue its file, language and report."
    )

    def __str__(self) -> str:
        return self.file_name
