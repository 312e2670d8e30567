"""That the golden pictures are all there, and are still what a reader sees."""

from __future__ import annotations

import pytest
from PIL import Image, ImageChops

from tests.pictures import (
    PICTURES,
    SHOWN,
    email_pictures,
    missing_for_emails,
    missing_for_prints,
    print_pictures,
    share_that_differs,
)
from tests.writers.golden import documents

# A share, 0.0 to 1.0. Other smoothing of letters is below it; lines that moved are above it.
FEW = 0.02
WITHOUT_EMAILS = missing_for_emails()
WITHOUT_PRINTS = missing_for_prints()


def golden(name: str) -> Image.Image:
    with Image.open(PICTURES / f"{name}.png") as kept:
        return kept.convert("RGB")


def assert_unchanged(name: str, picture: Image.Image) -> None:
    assert picture.size == golden(name).size, name
    assert share_that_differs(picture, golden(name)) <= FEW, (
        f"{name} looks different. Look at what `python -m tests.pictures` draws, and commit it if "
        "it is right."
    )


def test_there_is_an_email_and_a_print_in_each_language_and_no_other_picture():
    expected = {f"{kind}-{code}.png" for kind in ("email", "print") for code in SHOWN}
    assert {path.name for path in PICTURES.iterdir()} == expected
    assert {code: documents()[name].lang for code, name in SHOWN.items()} == {
        code: code for code in SHOWN
    }
    assert sum(path.stat().st_size for path in PICTURES.iterdir()) < 1_500_000


def test_a_line_that_moved_is_more_than_a_few_pixels():
    for path in PICTURES.iterdir():
        kept = golden(path.stem)
        assert share_that_differs(ImageChops.offset(kept, 0, 12), kept) > FEW, path.name


@pytest.mark.skipif(bool(WITHOUT_EMAILS), reason=f"needs {', '.join(WITHOUT_EMAILS)}")
def test_emails_look_as_they_did():
    pytest.importorskip("playwright.sync_api", reason="Playwright is not installed.")
    drawn = dict(email_pictures())
    assert len(drawn) == len(SHOWN)
    for name, picture in drawn.items():
        assert_unchanged(name, picture)


@pytest.mark.skipif(bool(WITHOUT_PRINTS), reason=f"needs {', '.join(WITHOUT_PRINTS)}")
def test_prints_look_as_they_did():
    # Three of the seven, for the time that it takes: each direction, and Nastaliq.
    drawn = dict(print_pictures(("en", "ar", "ur")))
    assert len(drawn) == 3
    for name, picture in drawn.items():
        assert_unchanged(name, picture)
