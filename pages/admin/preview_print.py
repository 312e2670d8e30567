"""The draft as the PDF that a reader would print."""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from pages.document.json_text import document_json
from pages.document.nodes import Document
from pages.document.print_page import Imprint, Paper
from pages.models.branding import print_branding
from pages.printing.pool import PrintError, print_pool
from pages.printing.printed import laid_out

# No edition has it: a sheet that was printed from a preview can be told from one that is public.
DRAFT_EDITION = 0


def pdf_response(request: HttpRequest, document: Document) -> HttpResponse:
    """The PDF, or a page that says why there is none. Neither is kept: the next draft has the
    same address."""
    try:
        response = HttpResponse(draft_pdf(document), content_type="application/pdf")
        name = f"{document.slug}.{document.lang}.draft.pdf"
        response["Content-Disposition"] = f'inline; filename="{name}"'
    except (PrintError, ValueError) as error:
        context = {"problem": str(error)}
        response = render(request, "pages/preview/no_pdf.html", context, status=503)
    response["Cache-Control"] = "no-store"
    return response


def draft_pdf(document: Document) -> bytes:
    """Raises PrintError, and ValueError as print_page does."""
    now = timezone.now().isoformat(timespec="seconds").replace("+00:00", "Z")
    imprint = Imprint(number=DRAFT_EDITION, made_at=now)
    identifier = hashlib.sha256(document_json(document) + now.encode()).hexdigest()
    paper = Paper(settings.PRINT_PAPER)
    return print_pool().pdf(laid_out(document, imprint, paper, print_branding(), identifier))
