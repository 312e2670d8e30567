"""Whether a page is released in a language: an act, or the rule that heading, summary and
every critical block are approved."""

from __future__ import annotations

from django.db import models


class Release(models.Model):
    """One row per page and language that was ever released. It stays until it is withdrawn.

    Losing an approval later (a changed source) does not unrelease: the block falls back and
    says so. Withdrawing is an act, and only an act releases again after it. Recalling says more:
    what was shown is wrong, and apps that showed it hear of it in that word.
    """

    class State(models.TextChoices):
        RELEASED = "released", "released"
        WITHDRAWN = "withdrawn", "withdrawn"
        RECALLED = "recalled", "recalled"

    page = models.ForeignKey(
        "pages.TreatmentPage", on_delete=models.CASCADE, related_name="releases"
    )
    language = models.CharField(max_length=12)
    state = models.CharField(max_length=10, choices=State.choices)
    by = models.CharField(max_length=160, help_text="A name, or 'rule'.")
    reason = models.TextField(blank=True)
    at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["page", "language"], name="release_once_per_language")
        ]

    def __str__(self) -> str:
        return f"{self.page_id} {self.language} {self.state}"
