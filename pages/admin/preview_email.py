"""The draft as an email, with marks on what fell back that are never sent."""

from __future__ import annotations

import json
from dataclasses import dataclass

from pages.blocks.page_labels import page_labels
from pages.document.email_message import subject
from pages.document.email_page import email_page
from pages.document.html_text import one_line
from pages.document.nodes import Document
from pages.emailing import site_sender, with_mail_pictures
from pages.languages import source_language
from pages.models.branding import site_branding

# Where the shell of an email has the language of a block, and of the heading, the summary and
# the other names. Further in, another language is no fallback: a term of the glossary, a link.
FALLEN = (
    "td > div > div[lang]{other}",
    "td > div > div > h1[lang]{other}",
    "td > div > div > p[lang]{other}",
    "td > div > div > p > strong + span[lang]{other}",
)
_LOOK = "outline:2px dashed #b26a00;outline-offset:3px"
_BADGE = (
    "display:block;width:fit-content;margin-bottom:6px;padding:0 8px;border-radius:4px;"
    "background:#b26a00;color:#fff;font:12px/1.7 system-ui,sans-serif;"
    "direction:ltr;unicode-bidi:isolate"
)


@dataclass(frozen=True, slots=True)
class EmailPreview:
    """sender: of the From field. html: what is sent, and a style of the preview."""

    sender: str
    subject: str
    preheader: str
    html: str


def email_preview(document: Document) -> EmailPreview:
    """Raises ValueError as email_page does."""
    sender = site_sender()
    document = with_mail_pictures(document)
    html = email_page(document, page_labels(document.lang), site_branding(), sender)
    return EmailPreview(
        sender=sender.address,
        subject=subject(document),
        preheader=one_line(document.summary.text),
        html=html.replace("</head>", f"<style>{_marks(document.lang)}</style></head>", 1),
    )


def fallen_selectors(lang: str) -> tuple[str, ...]:
    """CSS of what is not in `lang`, which is the email's language."""
    return tuple(each.format(other=f':not([lang="{lang}"])') for each in FALLEN)


def _marks(lang: str) -> str:
    selectors = fallen_selectors(lang)
    badges = ",".join(f"{each}::before" for each in selectors[:-1])
    said = json.dumps(f"Shown in {source_language().name}", ensure_ascii=False)
    return f"{','.join(selectors)}{{{_LOOK}}}{badges}{{content:{said};{_BADGE}}}"
