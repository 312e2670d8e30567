"""What blocks a target from being served until it is mended, or a reviewer waives it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from pages.catalog.checks.addresses import addresses, lost_phones, placeholders
from pages.catalog.checks.case import Case
from pages.catalog.checks.finding import Finding, Severity
from pages.catalog.checks.glossary import changed_terms
from pages.catalog.checks.meaning import meaning_changed
from pages.catalog.checks.numbers import number_fault, written_numbers
from pages.catalog.checks.scripts import wrong_script
from pages.catalog.checks.units import Measure, UnitFault, unit_faults
from pages.catalog.checks.untranslated import same_as_source

Message = tuple[str, tuple[str, ...]]


def numbers(case: Case) -> Message | None:
    fault = number_fault(case.bare_source, case.bare_target)
    if fault is None:
        return None
    missing = written_numbers(case.bare_source, fault.missing)
    extra = written_numbers(case.bare_target, fault.extra)
    return _lost_and_found("number", missing, extra), (*missing, *extra)


def _lost_and_found(kind: str, missing: Iterable[str], extra: Iterable[str]) -> str:
    parts = []
    if lost := ", ".join(missing):
        parts.append(f"The source has the {kind} {lost}, and the translation does not.")
    if found := ", ".join(extra):
        parts.append(f"The translation has the {kind} {found}, and the source does not.")
    return " ".join(parts)


def units(case: Case) -> Message | None:
    if not case.language:
        return None
    faults = unit_faults(case.bare_source, case.bare_target, case.language)
    if not faults:
        return None
    written = [each.written for fault in faults for each in (fault.wanted, fault.found) if each]
    return " ".join(map(_unit_message, faults)), tuple(dict.fromkeys(written))


def _unit_message(fault: UnitFault) -> str:
    match fault:
        case UnitFault(Measure() as wanted, Measure() as found):
            return f"The source says {wanted.written}, the translation {found.written}."
        case UnitFault(Measure() as wanted, None):
            return f"The source says {wanted.written}: its unit is not in the translation."
        case UnitFault(_, found):
            said = found.written if found else ""
            return f"The translation says {said}: the source does not name this unit."


def web_addresses(case: Case) -> Message | None:
    return _kept("web or mail address", addresses(case.source), addresses(case.target))


def phones(case: Case) -> Message | None:
    if lost := lost_phones(case.bare_source, case.bare_target):
        return f"The telephone number {', '.join(lost)} must stay as it is.", lost
    return None


def kept_placeholders(case: Case) -> Message | None:
    return _kept("placeholder", placeholders(case.source), placeholders(case.target))


def _kept(kind: str, wanted: Counter[str], found: Counter[str]) -> Message | None:
    if wanted == found:
        return None
    missing, extra = tuple((wanted - found).elements()), tuple((found - wanted).elements())
    return _lost_and_found(kind, missing, extra), (*missing, *extra)


def do_not_translate(case: Case) -> Message | None:
    glossary = case.context.glossary
    if terms := [term.source for term in changed_terms(glossary, case.source, case.target)]:
        return f"{', '.join(terms)} stays as it is in every language.", tuple(terms)
    return None


def untranslated(case: Case) -> Message | None:
    if same_as_source(case.source, case.target):
        return "This is the source text: it is not translated.", ()
    return None


def script(case: Case) -> Message | None:
    if case.language and (found := wrong_script(case.source, case.target, case.language)):
        return f"This is written in {found} letters, which its language does not use.", (found,)
    return None


def too_long(case: Case) -> Message | None:
    limit = case.segment.max_length
    if limit and len(case.text) > limit:
        over = len(case.text) - limit
        return f"{over} characters too long: {len(case.text)}, and {limit} fit.", (str(limit),)
    return None


def stale_echo(case: Case) -> Message | None:
    coded = case.segment.paragraph is not None
    for older in case.context.older:
        if older.text.strip() != case.text.strip() or older.source == case.segment.text:
            continue
        if changed := meaning_changed(older.source, case.segment.text, coded=coded):
            return (
                f"This translated an older text. Since then its {' and '.join(changed)} "
                f"changed. It was: {older.source}",
                changed,
            )
    return None


BLOCKING: Mapping[str, Callable[[Case], Message | None]] = {
    "numbers": numbers,
    "units": units,
    "addresses": web_addresses,
    "phones": phones,
    "placeholders": kept_placeholders,
    "do_not_translate": do_not_translate,
    "same_as_source": untranslated,
    "wrong_script": script,
    "too_long": too_long,
    "stale_echo": stale_echo,
}


def blocking_findings(case: Case) -> list[Finding]:
    """In a fixed order."""
    return [
        Finding(name, Severity.BLOCKS, *found)
        for name, check in BLOCKING.items()
        if (found := check(case)) is not None
    ]
