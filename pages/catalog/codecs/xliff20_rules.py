"""What XLIFF 2.0 asks of a <unit> and its segments, as far as it bears on what is read of them.

Section numbers are those of OASIS XLIFF 2.1. Each function raises ValueError that names the
line within the unit, the value and what is allowed.
"""

from __future__ import annotations

from lxml import etree

NAMESPACE = "urn:oasis:names:tc:xliff:document:2.0"
N = f"{{{NAMESPACE}}}"


def check_unit(unit: etree._Element) -> None:
    pass
