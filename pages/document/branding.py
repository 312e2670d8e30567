"""What a clinic looks like and how it is reached, on what goes out: emails and print."""

from __future__ import annotations

import math
from dataclasses import dataclass

# WCAG 2.2, 1.4.3: text of ordinary size.
LEAST_CONTRAST = 4.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Logo:
    """An absolute address, and the pixels that it is shown in: it may have twice as many."""

    url: str
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Branding:
    """accent: the ground of the clinic's name and of buttons, accent_text: the words on it, both
    as #rrggbb. address: lines as on an envelope. phone: as people write it. Either may be ""."""

    name: str
    logo: Logo | None
    accent: str
    accent_text: str
    address: str
    phone: str

    @property
    def phone_address(self) -> str:
        """The tel: address of `phone` (RFC 3966): a plus sign and digits."""
        digits = "".join(sign for sign in self.phone if sign.isascii() and sign.isdigit())
        return f"tel:{'+' if self.phone.strip().startswith('+') else ''}{digits}"


def contrast(colour: str, other: str) -> float:
    """The contrast ratio of two colours such as #0b57a4, from 1 to 21 (WCAG 2.2, "contrast
    ratio")."""
    darker, lighter = sorted((_luminance(colour), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else math.pow((channel + 0.055) / 1.055, 2.4)
