"""The fields that blocks are made of. `translatable=False` marks what all languages share."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock

from pages.blocks.labels import LABELS
from pages.codes import validate_code
from pages.document.vocabulary import CodingSystem

DURATION = re.compile(
    r"^P(?=\d|T\d)(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?)?$"
)
REFERENCE = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*$")
ACTION_SCHEMES = ("https", "tel", "mailto")
HEADING_HELP = "Left empty, apps show a general title."


def line(**options: Any) -> blocks.CharBlock:
    """One line of translated text."""
    return blocks.CharBlock(**{"max_length": 250, **options})


def passage(**options: Any) -> blocks.TextBlock:
    """A few sentences of translated plain text."""
    return blocks.TextBlock(**{"rows": 2, **options})


def lines(item_label: str, help_text: str, **options: Any) -> blocks.ListBlock:
    """A list of short translated texts, at least one."""
    return blocks.ListBlock(
        passage(label=item_label), **{"min_num": 1, "help_text": help_text, **options}
    )


def shared_line(**options: Any) -> blocks.CharBlock:
    """One line that is the same in every language."""
    return blocks.CharBlock(**{"max_length": 250, "translatable": False, **options})


def term(kind: type[StrEnum], **options: Any) -> blocks.ChoiceBlock:
    """One of a closed vocabulary; its label is translated with the interface."""
    return blocks.ChoiceBlock(
        choices=[(member.value, LABELS.get(member, member.value)) for member in kind],
        **options,
    )


class Prose(blocks.RichTextBlock):
    """Paragraphs and lists with strong, emphasis, links and glossary terms. No headings."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"editor": "default", **options})


class DurationBlock(blocks.RegexBlock):
    """An ISO 8601 duration (ISO 8601-1, 5.5.2), shared by all languages."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("help_text", "ISO 8601: PT20M is 20 minutes, P6W is 6 weeks.")
        super().__init__(
            regex=DURATION,
            error_messages={
                "invalid": "Not an ISO 8601 duration. Allowed: such as PT20M, PT1H30M, P2D, P6W."
            },
            **options,
        )


class ReferenceBlock(blocks.RegexBlock):
    """The short name of an evidence block on the page, such as rubinstein-2019."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            regex=REFERENCE,
            error_messages={
                "invalid": "Allowed: lower-case letters, digits and single hyphens, "
                "such as rubinstein-2019."
            },
            **options,
        )


class ActionBlock(blocks.CharBlock):
    """An https:, tel: or mailto: address, shared by all languages."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": 500, "translatable": False, **options})

    def clean(self, value: str) -> str:
        cleaned: str = super().clean(value)
        if cleaned and not is_safe_address(cleaned):
            raise ValidationError(
                f"{cleaned!r} is not allowed here. Allowed: an address that begins with "
                "https://, tel: or mailto:."
            )
        return cleaned


@lru_cache(maxsize=1024)  # a page asks again in each language
def is_safe_address(address: str) -> bool:
    """True for https with a host, tel and mailto; never for //host or script."""
    if any(character.isspace() or ord(character) < 32 for character in address):
        return False
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    if parts.scheme not in (*ACTION_SCHEMES, "http"):
        return False
    return bool(parts.hostname) if parts.scheme in ("https", "http") else bool(parts.path)


class CodeBlock(blocks.StructBlock):
    system = blocks.ChoiceBlock(
        choices=[
            (CodingSystem.ICD_10_CM.value, "ICD-10-CM"),
            (CodingSystem.SNOMED_CT.value, "SNOMED CT"),
            (CodingSystem.CPT.value, "CPT (number only)"),
        ]
    )
    code = shared_line(max_length=18)

    class Meta:
        icon = "tag"
        label = "Code"

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if self.is_deferred_validation and not cleaned["code"]:
            return cleaned
        try:
            validate_code(cleaned["system"], cleaned["code"])
        except ValidationError as error:
            raise blocks.StructBlockValidationError(block_errors={"code": error}) from None
        return cleaned


def codes() -> blocks.ListBlock:
    return blocks.ListBlock(
        CodeBlock(), min_num=0, default=[], required=False, help_text="For the health record."
    )


class FigureBlock(blocks.StructBlock):
    """An image with its words. The picture is shared; alt and caption are translated."""

    image = ImageChooserBlock(required=False)
    alt = line(
        required=False,
        label="Alternative text",
        help_text="What the picture shows, for somebody who cannot see it.",
    )
    caption = line(required=False)

    class Meta:
        icon = "image"

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if self.is_deferred_validation:
            return cleaned  # a draft may be unfinished
        errors = {}
        if cleaned["image"] and not cleaned["alt"]:
            errors["alt"] = ValidationError("A picture needs an alternative text.")
        if not cleaned["image"] and (cleaned["alt"] or cleaned["caption"]):
            errors["image"] = ValidationError("Choose the picture that these words belong to.")
        if errors:
            raise blocks.StructBlockValidationError(block_errors=errors)
        return cleaned
