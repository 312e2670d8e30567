"""What the checks say of a text, in the words of the person who types it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pages.catalog.checks import failed_checks, reject_reason
from pages.catalog.segments import Segment

_SAID = {
    "numbers": "The numbers are not those of the source.",
    "addresses": "A web or mail address is not that of the source.",
    "placeholders": "A placeholder such as {name} is missing or new.",
    "same_as_source": "This is the source, not a translation.",
    "too_long": "This is longer than the field holds.",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """refuses: cannot be stored so; otherwise stored, and not served until mended or waived."""

    message: str
    refuses: bool = False


def findings(segment: Segment, text: str) -> Sequence[Finding]:
    if not text.strip():
        return ()
    if reason := reject_reason(segment, text):
        return (Finding(reason, refuses=True),)
    return tuple(Finding(_SAID.get(name, name)) for name in failed_checks(segment, text))
