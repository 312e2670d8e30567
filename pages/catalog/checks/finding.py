"""What a check found: for the record its name, for a translator a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    BLOCKS = "blocks"  # not served until it is mended, or a reviewer waives it with a reason
    WARNS = "warns"


@dataclass(frozen=True, slots=True)
class Finding:
    """message: plain English, what is expected; detail: the numbers, terms or words concerned."""

    check: str
    severity: Severity
    message: str
    detail: tuple[str, ...] = ()
