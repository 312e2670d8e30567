"""Bundles of a whole site: every language in both formats, made once and looked at again."""

from __future__ import annotations

import io
import random
import time
from typing import Any

from django.core.files.images import ImageFile
from django.core.management import call_command
from PIL import Image
from wagtail.images import get_image_model

from bench.content import approved_targets, draft
from bench.fill import BLOCKS, no_indexes
from pages.languages import Language, source_language, target_languages
from pages.models import Bundle, CurrentEdition, Target, TreatmentIndexPage, TreatmentPage

# Pages that share a picture, which has so many pixels.
PAGES_OF_A_PICTURE = 5
WIDTH, HEIGHT = 1200, 800


def fill_translated(first: int, last: int) -> dict[str, Any]:
    """Pages first to last - 1, published in every language, each with a picture."""
    index = TreatmentIndexPage.objects.order_by("pk")[0]
    image = None
    with no_indexes():
        for number in range(first, last):
            if image is None or number % PAGES_OF_A_PICTURE == 0:
                image = _picture(number)
            page = _draft(number, source_language())
            page.image = image
            index.add_child(instance=page)
            for language in target_languages():
                targets = approved_targets(page, _draft(number, language), language.code)
                Target.objects.bulk_create(targets)
            page.save_revision().publish()
    return {"documents": CurrentEdition.objects.count()}


def _draft(number: int, language: Language) -> TreatmentPage:
    page = draft(f"page-{number:03}", BLOCKS, language)
    page.image_alt_en = page.heading_en
    return page


def _picture(number: int) -> Any:
    """A coarse pattern, enlarged: its files have the size of a photograph's."""
    noise = random.Random(number).randbytes(WIDTH // 8 * (HEIGHT // 8) * 3)
    pattern = Image.frombytes("RGB", (WIDTH // 8, HEIGHT // 8), noise)
    file = io.BytesIO()
    pattern.resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC).save(file, "JPEG", quality=85)
    return get_image_model().objects.create(
        title=f"Picture {number}", file=ImageFile(file, f"picture-{number}.jpg")
    )


def export_bundles() -> dict[str, Any]:
    """Seconds of the command, how many it made, and what is there afterwards."""
    before = {bundle.made_at for bundle in Bundle.objects.all()}
    began = time.perf_counter()
    call_command("export_bundle", verbosity=0)
    seconds = time.perf_counter() - began
    bundles = Bundle.objects.all()
    return {
        "seconds": seconds,
        "made": sum(bundle.made_at not in before for bundle in bundles),
        "bundles": len(bundles),
        "megabytes": sum(bundle.size for bundle in bundles) / 1e6,
        "images": max(bundle.images for bundle in bundles),
    }
