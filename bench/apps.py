from __future__ import annotations

from django.apps import AppConfig
from wagtail.api import APIField

# What Wagtail serves of a treatment: its texts and its body, in one language. No relations, no
# images, no codes: each would cost Wagtail queries, and what it is spared is in our favour to
# lose.
API_FIELDS = ("heading_en", "also_called_en", "summary_en", "specialty", "body")


class BenchConfig(AppConfig):
    name = "bench"

    def ready(self) -> None:
        from pages.models import TreatmentPage

        TreatmentPage.api_fields = [APIField(name) for name in API_FIELDS]
