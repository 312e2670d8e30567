"""Emails of treatment pages: with the site's branding and sender, as bytes or through Django."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from wagtail.images import get_image_model
from wagtail.images.exceptions import InvalidFilterSpecError
from wagtail.images.models import SourceImageIOError

from pages.blocks.page_labels import page_labels
from pages.document.email_message import extra_headers, subject, text_part
from pages.document.email_page import Sender, email_page
from pages.document.images import document_images, with_images
from pages.document.nodes import Document, Image
from pages.models.branding import site_branding
from pages.publishing.references import absolute_address
from pages.publishing.renditions import rendition_files

logger = logging.getLogger(__name__)

# JPEG, since Outlook for Windows shows no WebP; twice as wide as an email, for sharp screens.
PICTURES = "width-1200|format-jpeg|jpegquality-80"


def site_sender() -> Sender:
    return Sender(
        address=settings.DEFAULT_FROM_EMAIL,
        unsubscribe_url=settings.EMAIL_UNSUBSCRIBE_URL,
        unsubscribe_mail=settings.EMAIL_UNSUBSCRIBE_MAIL,
    )


def with_mail_pictures(document: Document) -> Document:
    """`document` with pictures that every mail program shows. They are made for the first email of
    a page and kept; one that cannot be made stays as it is, and its description beside it."""
    images = document_images(document)
    if not images:
        return document
    files = rendition_files(image.url for image in images)
    sources = {address: file.instance.image_id for address, file in files.items()}
    ready = {
        made.image_id: made
        for made in get_image_model()
        .get_rendition_model()
        .objects.filter(image_id__in=set(sources.values()), filter_spec=PICTURES)
    }
    found: dict[Image, Image] = {}
    for image in images:
        if image.url in sources:
            made = ready.get(sources[image.url]) or _made(sources[image.url])
            if made is not None:
                found[image] = _shown(image, made)
    return with_images(document, found)


def _made(image_id: int) -> Any:  # Any: Wagtail has no annotations
    """None where it cannot be made."""
    try:
        return get_image_model().objects.get(pk=image_id).get_rendition(PICTURES)
    except (SourceImageIOError, InvalidFilterSpecError, OSError):
        logger.exception("Image %s has no picture for emails; its WebP stays.", image_id)
        return None


def _shown(image: Image, made: Any) -> Image:
    return replace(
        image,
        url=absolute_address(made.url),
        width=made.width,
        height=made.height,
        media_type="image/jpeg",
        srcset=(),
    )


def send_test_email(document: Document, recipient: str) -> None:
    """The email as a patient would get it, its subject marked as a test.

    Raises what the mail backend raises: smtplib.SMTPException or OSError.
    """
    document = with_mail_pictures(document)
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
