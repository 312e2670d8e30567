"""Checks of a target against its source. The same in file import and in the editor.

`fitted` is how a target is stored. `reject_reason` names what no target may have.
`failed_checks` names what blocks a target from being served until it is mended or a reviewer
waives it with a reason.
"""

from pages.catalog.checks.blocking import failed_checks
from pages.catalog.checks.rejecting import fitted, reject_reason, reject_reason_of_older

__all__ = ["failed_checks", "fitted", "reject_reason", "reject_reason_of_older"]
