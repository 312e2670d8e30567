"""Whether this machine has the libraries that make PDFs."""

from __future__ import annotations

from ctypes.util import find_library

import pytest

LIBRARIES = ("pango-1.0", "pangoft2-1.0", "harfbuzz-subset")
MISSING = [name for name in LIBRARIES if find_library(name) is None]
HAS_PANGO = not MISSING
needs_pango = pytest.mark.skipif(
    not HAS_PANGO,
    reason=f"needs {', '.join(MISSING)}: apt install libpango-1.0-0 libpangoft2-1.0-0 "
    "libharfbuzz-subset0",
)
