"""A page as a whole message, read back by Python's own parser."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from email.message import EmailMessage
from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pages.blocks.page_labels import page_labels
from pages.document.email_message import email_message, header_text, subject, text_part
from pages.document.email_page import Sender, email_page
from pages.document.nodes import Document
from tests.writers.golden import BRANDING
from tests.writers.golden import documents as golden_documents

DOCUMENTS = golden_documents()
SENDER = Sender(
    address='"Harbor, Spine" <clinic@example.org>',
    unsubscribe_url="https://example.org/stop?list=1",
    unsubscribe_mail="stop@example.org",
)


def raw(document: Document, sender: Sender = SENDER) -> bytes:
    return email_message(document, page_labels(document.lang), BRANDING, sender)


def read(document: Document, sender: Sender = SENDER) -> EmailMessage:
    message = email.message_from_bytes(raw(document, sender), policy=email.policy.default)
    return cast(EmailMessage, message)


def lines(part: EmailMessage | None) -> list[str]:
    assert part is not None
    content = part.get_content()
    assert isinstance(content, str)
    return content.splitlines()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_message_is_read_back_as_what_was_written(name: str) -> None:
    document = DOCUMENTS[name]
    labels = page_labels(document.lang)
    message = read(document)
    assert message.get_content_type() == "multipart/alternative"
    # The last is what a program shows that can (RFC 2046, 5.1.4).
    parts = [part.get_content_type() for part in message.iter_parts()]
    assert parts == ["text/plain", "text/html"]
    assert [part.get_content_charset() for part in message.iter_parts()] == ["utf-8"] * 2
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert lines(plain) == text_part(document, labels, SENDER).splitlines()
    assert lines(html) == email_page(document, labels, BRANDING, SENDER).splitlines()
    assert message.defects == []
    assert [part.defects for part in message.iter_parts()] == [[], []]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_headers_say_language_subject_sender_and_the_way_out(name: str) -> None:
    document = DOCUMENTS[name]
    message = read(document)
    assert message["Subject"] == document.heading.text
    assert message["Content-Language"] == document.lang
    assert message["From"] == SENDER.address
    assert message["List-Unsubscribe"] == (
        "<https://example.org/stop?list=1>, <mailto:stop@example.org>"
    )
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"  # RFC 8058, 3.1
    assert not {"Date", "Message-ID", "To"} & set(message.keys())


def test_headers_are_ascii_in_lines_of_at_most_78() -> None:
    document = DOCUMENTS["every-block-ar"]
    long = replace(document.heading, text=" ".join([document.heading.text] * 12))
    head = raw(replace(document, heading=long)).partition(b"\r\n\r\n")[0]
    assert head.isascii()
    assert all(len(line) <= 78 for line in head.split(b"\r\n"))  # RFC 5322, 2.1.1
    assert read(replace(document, heading=long))["Subject"] == long.text


@pytest.mark.parametrize(
    ("sender", "header", "post"),
    [
        (Sender(address="a@example.org"), None, None),
        (
            Sender(address="a@example.org", unsubscribe_mail="stop@example.org"),
            "<mailto:stop@example.org>",
            None,
        ),
        (
            Sender(address="a@example.org", unsubscribe_url="https://example.org/stop"),
            "<https://example.org/stop>",
            "List-Unsubscribe=One-Click",
        ),
    ],
)
def test_a_way_out_that_the_site_does_not_have_is_not_promised(
    sender: Sender, header: str | None, post: str | None
) -> None:
    message = read(DOCUMENTS["every-block-en"], sender)
    assert message["List-Unsubscribe"] == header
    assert message["List-Unsubscribe-Post"] == post
    body = message.get_body(("html",))
    assert body is not None
    assert ("Unsubscribe" in body.get_content()) == bool(sender.unsubscribe_url)


def test_the_same_document_is_the_same_bytes_and_another_has_another_boundary() -> None:
    document = DOCUMENTS["every-block-en"]
    assert raw(document) == raw(document)
    other = replace(document, heading=replace(document.heading, text="Another"))
    assert read(document).get_boundary() != read(other).get_boundary()


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.text(max_size=120).filter(
        lambda text: not any("\ud800" <= each <= "\udfff" for each in text)
    )
)
def test_no_heading_begins_a_header_of_its_own(heading: str) -> None:
    document = DOCUMENTS["every-block-en"]
    attacked = replace(
        document,
        heading=replace(document.heading, text=f"{heading}\r\nBcc: thief@example.org\n\n<b>"),
        blocks=(),
    )
    message = read(attacked)
    assert set(message.keys()) == set(read(document).keys())
    assert header_text(message["Subject"]) == subject(attacked)
    assert "Bcc: thief@example.org" in subject(attacked)


@pytest.mark.parametrize("separator", ["\r", "\n", "\v", "\f", "\x85", "\u2028", "\u2029", "\x00"])
def test_a_subject_is_one_line(separator: str) -> None:
    assert header_text(f"Spinal{separator}mobilization") == "Spinal mobilization"


def test_letters_that_turn_a_direction_over_stay_in_the_subject_as_they_are() -> None:
    document = DOCUMENTS["every-block-en"]
    heading = replace(document.heading, text="Refund \u202egnp.exe\u202c")
    assert read(replace(document, heading=heading))["Subject"] == heading.text
