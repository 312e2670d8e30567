"""Checks of a target against its source. The same in file import and in the editor.

`fitted` is how a target is stored. `reject_reason` names what no target may have.
`failed_checks` names what blocks a target from being served until it is mended or a reviewer
waives it with a reason. `findings` and `warnings` say it in sentences, for a translator.
`load_context` reads, once for many segments, what the checks need besides source and target.
"""

from pages.catalog.checks.checking import failed_checks, findings, warnings
from pages.catalog.checks.context import NO_CONTEXT, CheckContext, OlderTarget
from pages.catalog.checks.finding import Finding, Severity
from pages.catalog.checks.loading import load_context
from pages.catalog.checks.meaning import meaning_changed
from pages.catalog.checks.rejecting import fitted, reject_reason, reject_reason_of_older

__all__ = [
    "NO_CONTEXT",
    "CheckContext",
    "Finding",
    "OlderTarget",
    "Severity",
    "failed_checks",
    "findings",
    "fitted",
    "load_context",
    "meaning_changed",
    "reject_reason",
    "reject_reason_of_older",
    "warnings",
]
