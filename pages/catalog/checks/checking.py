"""The checks of one target: what blocks, what warns, and what of it is put on record."""

from __future__ import annotations

from pages.catalog.checks.blocking import blocking_findings
from pages.catalog.checks.case import Case
from pages.catalog.checks.context import NO_CONTEXT, CheckContext
from pages.catalog.checks.finding import Finding, Severity
from pages.catalog.checks.warning import warning_findings
from pages.catalog.segments import Segment
from pages.languages import Language


def failed_checks(
    segment: Segment,
    text: str,
    language: Language | None = None,
    context: CheckContext = NO_CONTEXT,
) -> tuple[str, ...]:
    """Names of the blocking checks that fail, in a fixed order: what Target.failed_checks holds.

    language: of the target. Without it, units, letters and negations are not checked.
    """
    case = Case.of(segment, text, language.code if language else "", context)
    found = [*blocking_findings(case), *warning_findings(case, only_blocking=True)]
    return tuple(finding.check for finding in found)


def findings(
    segment: Segment, text: str, language: Language, context: CheckContext = NO_CONTEXT
) -> tuple[Finding, ...]:
    """Everything that the checks have to say, what blocks first."""
    case = Case.of(segment, text, language.code, context)
    found = [*blocking_findings(case), *warning_findings(case)]
    return tuple(sorted(found, key=lambda finding: finding.severity != Severity.BLOCKS))


def warnings(
    segment: Segment, text: str, language: Language, context: CheckContext = NO_CONTEXT
) -> tuple[Finding, ...]:
    """What a translator should look at once more, and what does not block."""
    case = Case.of(segment, text, language.code, context)
    found = warning_findings(case)
    return tuple(finding for finding in found if finding.severity == Severity.WARNS)
