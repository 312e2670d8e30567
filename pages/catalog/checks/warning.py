"""What a translator should look at once more. Only a lost negation can block: where a wrong
sentence could hurt, in critical blocks."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pages.catalog.checks.case import Case
from pages.catalog.checks.finding import Finding, Severity
from pages.catalog.checks.glossary import other_terms
from pages.catalog.checks.negation import Negation, negation_differs
from pages.catalog.checks.shape import brackets_differ, doubled_words, end_mark, length_ratio

Message = tuple[str, tuple[str, ...]]
_MARKS = {"": "no mark", ".": "a full stop", "?": "a question mark", "!": "an exclamation mark"}


def negation(case: Case) -> Message | None:
    if not case.language:
        return None
    match negation_differs(case.bare_source, case.bare_target, case.language):
        case None:
            return None
        case Negation.PLAIN:
            return "The source says not, no, never or without; the translation does not.", ()
        case _:
            return "The translation says not, no, never or without; the source does not.", ()


def glossary(case: Case) -> Message | None:
    if not case.language:
        return None
    terms = list(other_terms(case.context.glossary, case.source, case.target, case.language))
    if not terms:
        return None
    said = "; ".join(f"{term.source} is {term.target}" for term in terms)
    return f"In the glossary {said}.", tuple(term.target for term in terms)


def consistency(case: Case) -> Message | None:
    others = case.context.page.get(case.segment.text, frozenset()) - {case.text}
    if not others:
        return None
    said = " / ".join(sorted(others))
    return f"The same text is translated otherwise on this page: {said}", tuple(sorted(others))


def length(case: Case) -> Message | None:
    found = length_ratio(case.source, case.target, case.language)
    if found is None:
        return None
    ratio, least, most = found
    word = "short" if ratio < least else "long"
    return (
        f"Very {word} for its source: {ratio:.2f} characters for one of English, "
        f"and {least:.2f} to {most:.2f} are usual. Is something missing, or too much?",
        (),
    )


def end_punctuation(case: Case) -> Message | None:
    wanted, found = end_mark(case.source), end_mark(case.target)
    if wanted == found:
        return None
    names = [_MARKS.get(mark, mark) for mark in (wanted, found)]
    return f"The source ends with {names[0]}, the translation with {names[1]}.", (wanted, found)


def brackets(case: Case) -> Message | None:
    if brackets_differ(case.source, case.target):
        return "The brackets are not those of the source, or one is not closed.", ()
    return None


def doubled(case: Case) -> Message | None:
    if words := doubled_words(case.source, case.target, case.language):
        return f"The same word twice: {', '.join(words)}.", words
    return None


WARNING: Mapping[str, Callable[[Case], Message | None]] = {
    "negation": negation,
    "glossary": glossary,
    "consistency": consistency,
    "length_ratio": length,
    "end_punctuation": end_punctuation,
    "brackets": brackets,
    "doubled_words": doubled,
}
_BLOCK_IN_CRITICAL = ("negation",)


def warning_findings(case: Case, *, only_blocking: bool = False) -> list[Finding]:
    """In a fixed order. only_blocking: those that block in this segment, and no others."""
    strict = _BLOCK_IN_CRITICAL if case.segment.critical else ()
    return [
        Finding(name, Severity.BLOCKS if name in strict else Severity.WARNS, *found)
        for name, check in WARNING.items()
        if (name in strict or not only_blocking) and (found := check(case)) is not None
    ]
