"""What blocks a target from being served until it is mended, or a reviewer waives it."""

from __future__ import annotations

from collections.abc import Callable

from pages.catalog.checks.addresses import addresses, placeholders
from pages.catalog.checks.numbers import numbers_differ
from pages.catalog.checks.untranslated import same_as_source
from pages.catalog.checks.words import without_addresses, words_of
from pages.catalog.segments import Segment


def failed_checks(segment: Segment, text: str) -> tuple[str, ...]:
    """Names of the blocking checks that fail, in a fixed order."""
    coded = segment.paragraph is not None
    source, target = words_of(segment.text, coded=coded), words_of(text, coded=coded)
    failed = [name for name, fails in _BLOCKING.items() if fails(source, target)]
    if segment.max_length and len(text) > segment.max_length:
        failed.append("too_long")
    return tuple(failed)


def _numbers_differ(source: str, target: str) -> bool:
    return numbers_differ(without_addresses(source), without_addresses(target))


_BLOCKING: dict[str, Callable[[str, str], bool]] = {
    "numbers": _numbers_differ,
    "addresses": lambda source, target: addresses(source) != addresses(target),
    "placeholders": lambda source, target: placeholders(source) != placeholders(target),
    "same_as_source": same_as_source,
}
