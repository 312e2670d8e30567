"""What the clinic looks like and how it is reached, edited under Settings; for emails and print."""

from __future__ import annotations

import logging
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.images.exceptions import InvalidFilterSpecError
from wagtail.images.models import SourceImageIOError

from pages.document.branding import LEAST_CONTRAST, Branding, Logo, contrast

logger = logging.getLogger(__name__)

ACCENT, ACCENT_TEXT = "#0b57a4", "#ffffff"
# Twice the pixels that it is shown in, for sharp screens; PNG, which Outlook for Windows shows
# and WebP it does not.
LOGO_DENSITY = 2
LOGO_FILTER = "max-400x120|format-png"

_COLOUR = RegexValidator(
    r"^#[0-9a-fA-F]{6}\Z", "Allowed: a colour as # and six of 0-9 and a-f, such as #0b57a4."
)
_PHONE = RegexValidator(
    r"^\+?[0-9 ().-]*[0-9][0-9 ().-]*\Z",
    "Allowed: digits, spaces, dots, hyphens and brackets, such as +1 (212) 555-0100.",
)


def _colour_panel(field: str, heading: str) -> FieldPanel:
    return FieldPanel(field, heading=heading, widget=forms.TextInput(attrs={"type": "color"}))


@register_setting(icon="home")
class ClinicBranding(BaseSiteSetting):
    """One for each Wagtail site; the API speaks for the default site."""

    name: models.CharField[str, str] = models.CharField(
        max_length=120, blank=True, help_text="Of the clinic. Left empty: the site's name."
    )
    logo: models.ForeignKey[Any, Any] = models.ForeignKey(
        "wagtailimages.Image", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    accent: models.CharField[str, str] = models.CharField(
        "accent colour",
        max_length=7,
        default=ACCENT,
        validators=[_COLOUR],
        help_text="Behind the clinic's name and on buttons.",
    )
    accent_text: models.CharField[str, str] = models.CharField(
        "colour of the words on it", max_length=7, default=ACCENT_TEXT, validators=[_COLOUR]
    )
    address: models.TextField[str, str] = models.TextField(
        blank=True, max_length=400, help_text="As on an envelope."
    )
    phone: models.CharField[str, str] = models.CharField(
        max_length=40, blank=True, validators=[_PHONE]
    )

    select_related: ClassVar[list[str]] = ["logo"]

    panels: ClassVar[list[Any]] = [
        FieldPanel("name"),
        FieldPanel("logo"),
        MultiFieldPanel(
            [
                FieldRowPanel(
                    [
                        _colour_panel("accent", "Accent colour"),
                        _colour_panel("accent_text", "Colour of the words on it"),
                    ]
                )
            ],
            heading="Colours",
            help_text=f"Words need a contrast of at least {LEAST_CONTRAST}:1 (WCAG 2.2, 1.4.3).",
        ),
        FieldPanel("address"),
        FieldPanel("phone"),
    ]

    class Meta:
        verbose_name = "clinic branding"
        verbose_name_plural = "clinic branding"

    def __str__(self) -> str:
        return self.name or str(self.site)

    def clean(self) -> None:
        super().clean()
        try:
            ratio = contrast(self.accent, self.accent_text)
        except ValueError:
            return  # not colours: their own fields say so
        if ratio < LEAST_CONTRAST:
            # Rounded down: 4.496 is not 4.5.
            raise ValidationError(
                {
                    "accent_text": f"{self.accent_text} on {self.accent} has a contrast of "
                    f"{int(ratio * 100) / 100:.2f}:1. Allowed: {LEAST_CONTRAST}:1 or more."
                }
            )

    @property
    def says_who(self) -> bool:
        """Looking at the form makes a row, in which everything is left as it was."""
        return bool(self.name or self.logo_id or self.address.strip() or self.phone)

    def value(self) -> Branding:
        return Branding(
            name=self.name or settings.WAGTAIL_SITE_NAME,
            logo=self._logo(),
            accent=self.accent,
            accent_text=self.accent_text,
            address="\n".join(line.strip() for line in self.address.splitlines() if line.strip()),
            phone=self.phone.strip(),
        )

    def _logo(self) -> Logo | None:
        if self.logo is None:
            return None
        try:
            rendition = self.logo.get_rendition(LOGO_FILTER)
        except (SourceImageIOError, InvalidFilterSpecError, OSError):
            # The file is gone from storage: the name stands without it.
            logger.exception("The logo %s cannot be read; it is left out.", self.logo_id)
            return None
        url: str = rendition.url
        return Logo(
            url=url if url.startswith("http") else f"{settings.BASE_URL}{url}",
            width=max(1, rendition.width // LOGO_DENSITY),
            height=max(1, rendition.height // LOGO_DENSITY),
        )


def site_branding() -> Branding:
    """Of the default site; as little as the settings say where nobody has filled it in."""
    return (_of_default_site() or ClinicBranding()).value()


def print_branding() -> Branding | None:
    """Of the default site, for paper; None where nobody has filled in who the clinic is. An email
    says who wrote it in any case; a sheet without a clinic has room for one more paragraph."""
    found = _of_default_site()
    return found.value() if found and found.says_who else None


def _of_default_site() -> ClinicBranding | None:
    rows = ClinicBranding.objects.select_related("logo").filter(site__is_default_site=True)
    found: ClinicBranding | None = rows.first()
    return found
