"""What the checks of a segment need to know beyond its source and its target."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from pages.catalog.checks.glossary import Glossary


@dataclass(frozen=True, slots=True)
class OlderTarget:
    """What the segment said before (coded text, for rich text), and its translation then."""

    source: str
    text: str


@dataclass(frozen=True, slots=True)
class CheckContext:
    """glossary: of the language; older: of the segment; page: other targets of the page, by
    their source, both as they are stored."""

    glossary: Glossary = field(default_factory=Glossary)
    older: tuple[OlderTarget, ...] = ()
    page: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def of_segment(self, older: Iterable[tuple[str, str]]) -> CheckContext:
        """older: (source, target) of every other wording that the segment has had."""
        return replace(self, older=tuple(OlderTarget(*each) for each in older))

    def of_page(self, said: Iterable[tuple[str, str]]) -> CheckContext:
        """said: (source, target) of every translated segment of the page."""
        page: dict[str, set[str]] = {}
        for source, target in said:
            page.setdefault(source, set()).add(target)
        return replace(self, page={source: frozenset(texts) for source, texts in page.items()})


NO_CONTEXT = CheckContext()
