"""The form of medical codes. Whether a code exists is the coder's business; its form is ours."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError

from pages.document.vocabulary import CodingSystem

# ICD-10-CM Official Guidelines, section I.A.2: 3 to 7 characters, a point after the third.
_ICD_10_CM = re.compile(r"^[A-TV-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?$")
# CPT category I codes are five digits; categories II, III and PLA end in a letter.
_CPT = re.compile(r"^\d{4}[0-9AFMTU]$")
_SNOMED_CT = re.compile(r"^[1-9]\d{5,17}$")

_FORMS = {
    CodingSystem.ICD_10_CM: "a letter, a digit, a digit or letter, then a point and up to four "
    "more, such as M54.50",
    CodingSystem.SNOMED_CT: "6 to 18 digits that end in a valid check digit, such as 279039007",
    CodingSystem.CPT: "the five-character number, such as 97140",
}

# Verhoeff's dihedral check (SNOMED CT Release File Specification, section 5.5).
_D = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9), (1, 2, 3, 4, 0, 6, 7, 8, 9, 5), (2, 3, 4, 0, 1, 7, 8, 9, 5, 6),
    (3, 4, 0, 1, 2, 8, 9, 5, 6, 7), (4, 0, 1, 2, 3, 9, 5, 6, 7, 8), (5, 9, 8, 7, 6, 0, 4, 3, 2, 1),
    (6, 5, 9, 8, 7, 1, 0, 4, 3, 2), (7, 6, 5, 9, 8, 2, 1, 0, 4, 3), (8, 7, 6, 5, 9, 3, 2, 1, 0, 4),
    (9, 8, 7, 6, 5, 4, 3, 2, 1, 0),
)  # fmt: skip
_P = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9), (1, 5, 7, 6, 2, 8, 3, 0, 9, 4), (5, 8, 0, 3, 7, 9, 6, 1, 4, 2),
    (8, 9, 1, 6, 0, 4, 3, 5, 2, 7), (9, 4, 5, 3, 1, 2, 6, 8, 7, 0), (4, 2, 8, 6, 5, 7, 3, 9, 0, 1),
    (2, 7, 9, 3, 8, 0, 6, 4, 1, 5), (7, 0, 4, 6, 9, 1, 3, 2, 5, 8),
)  # fmt: skip


def _verhoeff_holds(digits: str) -> bool:
    check = 0
    for position, digit in enumerate(reversed(digits)):
        check = _D[check][_P[position % 8][int(digit)]]
    return check == 0


def validate_code(system: str, code: str) -> None:
    """Raises ValidationError, naming the value and the allowed form, for a malformed code."""
    kind = CodingSystem(system)
    match kind:
        case CodingSystem.ICD_10_CM:
            valid = bool(_ICD_10_CM.match(code))
        case CodingSystem.CPT:
            valid = bool(_CPT.match(code))
        case CodingSystem.SNOMED_CT:
            valid = bool(_SNOMED_CT.match(code)) and _verhoeff_holds(code)
    if not valid:
        raise ValidationError(f"{code!r} is not a {kind.value} code. Allowed: {_FORMS[kind]}.")
