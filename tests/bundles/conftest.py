"""Pages with pictures, and bundles of them."""

from __future__ import annotations

import pytest
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from pages.models import TreatmentPage
from tests import factory
from tests.feed_app import take_positions
from tests.test_background import own_redis  # noqa: F401  a fixture


@pytest.fixture(params=["zip", "ndjson.zst"])
def form(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def page(db) -> TreatmentPage:
    """Public in two languages, with a picture."""
    image = get_image_model().objects.create(
        title="Back", file=get_test_image_file("back.png", size=(1000, 600))
    )
    found = factory.treatment(image=image, image_alt_en="A back")
    factory.translate(found, "es")
    take_positions()
    return found
