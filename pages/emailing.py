"""Emails of treatment pages: with the site's branding and sender, as bytes or through Django."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from pages.blocks.page_labels import page_labels
from pages.document.email_message import extra_headers, subject, text_part
from pages.document.email_page import Sender, email_page
from pages.document.nodes import Document
from pages.models.branding import site_branding


def site_sender() -> Sender:
    return Sender(
        address=settings.DEFAULT_FROM_EMAIL,
        unsubscribe_url=settings.EMAIL_UNSUBSCRIBE_URL,
        unsubscribe_mail=settings.EMAIL_UNSUBSCRIBE_MAIL,
    )


def send_test_email(document: Document, recipient: str) -> None:
    """The email as a patient would get it, its subject marked as a test.

    Raises what the mail backend raises: smtplib.SMTPException or OSError.
    """
    labels, sender = page_labels(document.lang), site_sender()
    message = EmailMultiAlternatives(
        subject=f"[Test] {subject(document)}",
        body=text_part(document, labels, sender),
        from_email=sender.address,
        to=[recipient],
        # RFC 3834: no out-of-office note answers it.
        headers={**extra_headers(document, sender), "Auto-Submitted": "auto-generated"},
    )
    html = email_page(document, labels, site_branding(), sender)
    message.attach_alternative(html, "text/html")
    message.send()
