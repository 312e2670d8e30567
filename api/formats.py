"""The formats of a treatment: one list, from which routes, negotiation and the docs are made.

A format is its writer (pages/document/) and what HTTP says of it. A new one is one entry here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib import resources
from typing import Any, ClassVar, Literal
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.http import content_disposition_header
from rest_framework.renderers import BaseRenderer
from wagtail.images.models import get_rendition_storage

from api import parameters
from api.shaping import SHAPE_PARAMETERS
from pages.blocks.page_labels import page_labels
from pages.document.email_message import email_message
from pages.document.email_page import email_page
from pages.document.html_page import html_page
from pages.document.html_style import STYLE_HASH
from pages.document.json_ld import json_ld
from pages.document.json_text import read_document
from pages.document.labels import Labels
from pages.document.markdown import markdown_page
from pages.document.nodes import Document
from pages.document.print_page import Paper
from pages.document.text_page import NARROWEST, WIDEST, text_page
from pages.emailing import PICTURES, site_sender, with_mail_pictures
from pages.models.branding import site_branding

# Any: each format's parameters have values of their own types.
Asked = Mapping[str, Any]
Write = Callable[[Document, Labels, Asked], bytes]

# For what is not shown by a browser, or runs in none.
NOTHING_RUNS = "default-src 'none'; frame-ancestors 'none'"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Format:
    """name: for people; suffix: how its addresses and files end; parameter: of Content-Type.

    write: None for the stored bytes themselves, and for PDF. parameters: what else may be asked.
    disposition: None where nobody saves the answer as a file. policy: Content-Security-Policy.
    sources: the packages whose code decides the bytes. site: what the site says besides the
    document, handed to `write` with what was asked. illustrated: the document with the pictures
    that the format needs, which may be made for it.
    """

    name: str
    suffix: str
    media_type: str
    parameter: str = ""
    write: Write | None = None
    parameters: Mapping[str, parameters.Reader] = field(default_factory=dict)
    disposition: Literal["inline", "attachment"] | None = "inline"
    policy: Callable[[], str] = lambda: NOTHING_RUNS
    sources: tuple[str, ...] = ("pages.document",)
    site: Callable[[], Asked] = dict
    illustrated: Callable[[Document], Document] | None = None

    @property
    def of_editions(self) -> bool:
        """Whether nothing but the edition and what was asked decides the bytes."""
        return self.write is not None and self.site is dict

    @property
    def content_type(self) -> str:
        return f"{self.media_type}; {self.parameter}" if self.parameter else self.media_type

    def content_disposition(self, slug: str, language_code: str) -> str:
        """RFC 6266, with a name that says which page it is and in which language."""
        if self.disposition is None:
            return ""
        name = f"{slug}.{language_code}.{self.suffix}"
        return content_disposition_header(self.disposition == "attachment", name) or ""


def _html(document: Document, labels: Labels, asked: Asked) -> bytes:
    return html_page(document, labels).encode()


def _text(document: Document, labels: Labels, asked: Asked) -> bytes:
    return text_page(document, labels, asked.get("width")).encode()


def _markdown(document: Document, labels: Labels, asked: Asked) -> bytes:
    return markdown_page(document, labels).encode()


def _json_ld(document: Document, labels: Labels, asked: Asked) -> bytes:
    return json_ld(document)


def _email(document: Document, labels: Labels, asked: Asked) -> bytes:
    return email_page(document, labels, asked["branding"], asked["sender"]).encode()


def _message(document: Document, labels: Labels, asked: Asked) -> bytes:
    return email_message(document, labels, asked["branding"], asked["sender"])


def _site_of_emails() -> Asked:
    return {"branding": site_branding(), "sender": site_sender(), "pictures": PICTURES}


def _html_policy() -> str:
    return _page_policy(f"'sha256-{STYLE_HASH}'")


def _email_policy() -> str:
    # Styles stand in attributes, for programs that read no others; a hash cannot name those.
    return _page_policy("'unsafe-inline'")


@cache
def _page_policy(style: str) -> str:
    """The page's own style and the site's images; no script, no frame, no form."""
    places = (settings.BASE_URL, get_rendition_storage().url("x"))
    origins = {f"{url.scheme}://{url.netloc}" for url in map(urlsplit, places) if url.netloc}
    return (
        f"default-src 'none'; style-src {style}; "
        f"img-src 'self' {' '.join(sorted(origins))}; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


JSON = Format(
    name="JSON",
    suffix="json",
    media_type="application/json",
    parameters=SHAPE_PARAMETERS,
    disposition=None,
    sources=(),
)
# Printed by a worker process, and not written: api/printing.py.
PDF = Format(
    name="PDF",
    suffix="pdf",
    media_type="application/pdf",
    parameters={"paper": parameters.one_of(Paper)},
    sources=(),
)
_EMAIL_SOURCES = ("pages.document", "pages.document.email")
FORMATS: tuple[Format, ...] = (
    JSON,  # the first is what a client gets that does not mind
    Format(
        name="HTML",
        suffix="html",
        media_type="text/html",
        parameter="charset=utf-8",
        write=_html,
        policy=_html_policy,
    ),
    Format(
        name="plain text",
        suffix="txt",
        media_type="text/plain",
        parameter="charset=utf-8",
        write=_text,
        parameters={"width": parameters.whole_number(NARROWEST, WIDEST)},
    ),
    Format(
        name="Markdown",
        suffix="md",
        media_type="text/markdown",
        parameter="charset=utf-8; variant=CommonMark",  # RFC 7763 and 7764
        write=_markdown,
    ),
    Format(name="JSON-LD", suffix="jsonld", media_type="application/ld+json", write=_json_ld),
    PDF,
    Format(
        name="email (HTML)",
        suffix="email",
        media_type="text/html",  # by its address alone: Accept means a page by it
        parameter="charset=utf-8",
        write=_email,
        policy=_email_policy,
        sources=_EMAIL_SOURCES,
        site=_site_of_emails,
        illustrated=with_mail_pictures,
    ),
    Format(
        name="email (message)",
        suffix="eml",
        media_type="message/rfc822",
        write=_message,
        disposition="attachment",
        sources=_EMAIL_SOURCES,
        site=_site_of_emails,
        illustrated=with_mail_pictures,
    ),
)


class FormatRenderer(BaseRenderer):
    """What DRF negotiates by; the bytes are written by the format."""

    written: ClassVar[Format]

    def render(self, data: bytes, *args: object, **options: object) -> bytes:
        return data


def _renderer(written: Format) -> type[FormatRenderer]:
    return type(
        f"{written.suffix.title()}Renderer",
        (FormatRenderer,),
        {"written": written, "media_type": written.media_type, "format": written.suffix},
    )


RENDERERS = tuple(_renderer(each) for each in FORMATS)


def write(written: Format, body: bytes, language_code: str, asked: Asked) -> bytes:
    """The edition whose stored JSON is `body`, in a format other than JSON."""
    assert written.write is not None  # noqa: S101  the stored bytes are not written
    document = read_document(body)
    if written.illustrated is not None:
        document = written.illustrated(document)
    return written.write(document, page_labels(language_code), asked)


@lru_cache(maxsize=1024)
def variant(written: Format, language_code: str, asked: tuple[tuple[str, Any], ...]) -> str:
    """What decides the bytes besides the edition: the format, what was asked of it, the words
    around the blocks and the writer's own code. 16 hexadecimal digits for an ETag."""
    made_of = (
        written.suffix,
        asked,
        page_labels(language_code),
        settings.BASE_URL,
        [_source_digest(package) for package in written.sources],
    )
    return hashlib.sha256(repr(made_of).encode()).hexdigest()[:16]


@cache
def _source_digest(package: str) -> str:
    """A writer's version is its code: nobody has to remember to raise a number."""
    digest = hashlib.sha256()
    inside = resources.files(package).iterdir()
    files = (each for each in inside if each.name.endswith((".py", ".html")))
    for file in sorted(files, key=lambda each: each.name):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()
