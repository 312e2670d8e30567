"""Parts of a page that are asked for while somebody works: preview, help and checks."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
)
from django.shortcuts import render

from pages.admin.preview_summary import not_public, summarise
from pages.admin.workspace.acts import lines
from pages.admin.workspace.findings import findings
from pages.admin.workspace.page_views import PageView
from pages.admin.workspace.preview import MODE_LABELS, Mode, compiled
from pages.admin.workspace.rows import row_of
from pages.catalog.checks import load_context
from pages.catalog.permissions import Act


class PreviewView(PageView):
    """The page in the language, for the frame beside the segments."""

    template_name = "pages/admin/workspace/preview.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        asked = self.request.GET.get("mode")
        mode = Mode(asked) if asked in list(Mode) else Mode.WORK
        document = compiled(self.page, self.worker.language, mode)
        return {
            **context,
            "document": document,
            "summary": summarise(document, self.worker.language),
            "not_public": not_public(self.page, document, self.worker.language),
            "modes": [
                (
                    MODE_LABELS[each],
                    f"?{urlencode({'version': self.version.value, 'mode': each.value})}",
                    each is mode,
                )
                for each in Mode
            ],
        }


class AsideView(PageView):
    """What memory and the glossary have for one segment, and the place for a comment."""

    template_name = "pages/admin/workspace/aside.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        row = row_of(self.page, self.request.GET.get("key", ""), self.worker.language)
        if row is None:
            raise Http404("The page has no such text (any more).")
        return {**context, "row": row, "aside": self.aside(row)}


class ChecksView(PageView):
    """What the checks say of a text that is being typed. Stores nothing."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponseNotAllowed(["POST"])

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.worker.require(Act.TRANSLATE)
        key, text = request.POST.get("key", ""), lines(request.POST.get("text", ""))
        row = row_of(self.page, key, self.worker.language)
        if row is None:
            raise Http404("The page has no such text (any more).")
        found = findings(row, text, self.worker.language, load_context(self.worker.language))
        return render(request, "pages/admin/workspace/findings.html", {"findings": found})
