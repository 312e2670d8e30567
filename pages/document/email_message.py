"""A document as a whole message (RFC 5322): an email's HTML, with plain text for programs that
show none."""

from __future__ import annotations

import hashlib
import unicodedata
from email.message import EmailMessage
from email.policy import SMTP

from pages.document.branding import Branding
from pages.document.email_page import Sender, email_page
from pages.document.labels import Labels
from pages.document.nodes import Document
from pages.document.text_page import text_page


def email_message(document: Document, labels: Labels, branding: Branding, sender: Sender) -> bytes:
    """multipart/alternative, the text written from the document and not from the HTML.

    Without Date, Message-ID and To, which belong to a sending: the same document is the same
    bytes. Raises ValueError as email_page does, and for a sender that no header can hold.
    """
    plain, html = (
        text_part(document, labels, sender),
        email_page(document, labels, branding, sender),
    )
    message = EmailMessage(policy=SMTP)
    message["From"] = sender.address
    message["Subject"] = subject(document)
    message.set_content(plain, cte=_shorter_encoding(plain))
    message.add_alternative(html, subtype="html", cte=_shorter_encoding(html))
    # Ours, for Python's is a random number.
    message.set_boundary(f"=_{hashlib.sha256(f'{plain}{html}'.encode()).hexdigest()[:32]}")
    # After the parts, which take every Content- header that is there before them.
    for name, value in extra_headers(document, sender).items():
        message[name] = value
    return message.as_bytes()


def _shorter_encoding(text: str) -> str:
    """quoted-printable is three bytes for each that is not ASCII, base64 four for each three."""
    encoded = len(text.encode())
    others = encoded - sum(letter.isascii() for letter in text)
    return "base64" if encoded * 4 / 3 < encoded + 2 * others else "quoted-printable"


def subject(document: Document) -> str:
    """The heading, on one line whatever is in it."""
    return header_text(document.heading.text)


def text_part(document: Document, labels: Labels, sender: Sender) -> str:
    lines = [f"{labels.read_on_web}: {document.url}"]
    if sender.unsubscribe_url:
        lines.append(f"{labels.unsubscribe}: {sender.unsubscribe_url}")
    return text_page(document, labels) + "\n" + "\n".join(lines) + "\n"


def extra_headers(document: Document, sender: Sender) -> dict[str, str]:
    """Those of RFC 3282, 2369 and 8058. One click needs an https address."""
    headers = {"Content-Language": document.lang}
    ways = [
        f"<{address}>"
        for address in (
            header_text(sender.unsubscribe_url),
            f"mailto:{header_text(sender.unsubscribe_mail)}" if sender.unsubscribe_mail else "",
        )
        if address
    ]
    if ways:
        headers["List-Unsubscribe"] = ", ".join(ways)
    if sender.unsubscribe_url.startswith("https://"):
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def header_text(value: str) -> str:
    """`value` without line breaks and other controls, which could begin a header of their own."""
    visible = (" " if unicodedata.category(letter) in _BREAKING else letter for letter in value)
    return " ".join("".join(visible).split())


# Controls, line and paragraph separators.
_BREAKING = frozenset({"Cc", "Zl", "Zp"})
