"""Mails to people who translate: plain text with a simple HTML of the same words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string


def send(recipient: str, subject: str, template: str, context: Mapping[str, Any]) -> None:
    """Send templates/pages/mail/`template`.txt and .html to one person.

    Raises what the mail backend raises: smtplib.SMTPException or OSError.
    """
    values = {**context, "base_url": settings.BASE_URL, "site": settings.WAGTAIL_SITE_NAME}
    message = EmailMultiAlternatives(
        subject=subject,
        body=render_to_string(f"pages/mail/{template}.txt", values),
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[recipient],
        # RFC 3834: no out-of-office note answers it.
        headers={"Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(render_to_string(f"pages/mail/{template}.html", values), "text/html")
    message.send()
