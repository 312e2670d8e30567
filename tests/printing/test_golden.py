"""A page with every kind of block, read back in the order of its tags."""

from __future__ import annotations

import pytest

from tests.printing.golden_pages import golden_pdfs
from tests.printing.pango import needs_pango
from tests.printing.reading import needs_judges, share_read, words_of
from tests.writers.golden import documents

pytestmark = [needs_pango, needs_judges]


@pytest.fixture(scope="module")
def pdfs() -> dict[str, bytes]:
    return dict(golden_pdfs())


@pytest.mark.parametrize("name", documents())
def test_every_word_of_every_block_comes_back(name, pdfs, tmp_path):
    source = words_of(documents()[name])
    assert len(source.split()) > 100
    assert share_read(pdfs[name], source, tmp_path) >= 0.99
