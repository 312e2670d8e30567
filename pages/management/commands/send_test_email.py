"""manage.py send_test_email: a treatment page as an email, to look at it in a mail program."""

from __future__ import annotations

import smtplib
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from pages.document.json_text import read_document
from pages.document.nodes import Document
from pages.emailing import send_test_email
from pages.languages import Language, UnknownLanguage, read_language, source_language
from pages.models import CurrentEdition, TreatmentPage
from pages.publishing.load import compile_draft


class Command(BaseCommand):
    help = "Send the page SLUG as an email, as patients would get it, to one address."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("--to", required=True, metavar="ADDRESS", help="Who gets it.")
        parser.add_argument(
            "--language", default=source_language().code, help="Default: the source language."
        )
        parser.add_argument(
            "--draft", action="store_true", help="The latest draft, and not what is public."
        )

    def handle(
        self, *args: Any, slug: str, to: str, language: str, draft: bool, **options: Any
    ) -> None:
        try:
            validate_email(to)
            chosen = read_language(language)
        except ValidationError:
            raise CommandError(f"--to {to!r} is no email address.") from None
        except UnknownLanguage as error:
            raise CommandError(str(error)) from None
        document = _draft(slug, chosen) if draft else _public(slug, chosen)
        try:
            send_test_email(document, to)
        except (smtplib.SMTPException, OSError) as error:
            raise CommandError(f"The mail server did not take it: {error}") from None
        self.stdout.write(f"Sent {slug} in {chosen.code} to {to}.")


def _public(slug: str, language: Language) -> Document:
    visible = CurrentEdition.objects.visible(language.code).order_by("slug")
    found = visible.filter(slug=slug).select_related("edition").first()
    if found is None:
        allowed = ", ".join(visible.values_list("slug", flat=True)) or "none yet"
        raise CommandError(
            f"No page {slug!r} is public in {language.code}. Allowed: {allowed}. "
            "--draft sends what is not public."
        )
    return read_document(bytes(found.edition.body))


def _draft(slug: str, language: Language) -> Document:
    pages = TreatmentPage.objects.filter(alias_of=None).order_by("slug")
    page = pages.filter(slug=slug).first()
    if page is None:
        allowed = ", ".join(pages.values_list("slug", flat=True)) or "none yet"
        raise CommandError(f"No page is called {slug!r}. Allowed: {allowed}.")
    return compile_draft(page.get_latest_revision_as_object(), language)
