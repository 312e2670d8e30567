"""A page in a language, and its one address for acts, with and without JavaScript."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseBase,
    JsonResponse,
)
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse

from pages.admin.workspace.access import worker
from pages.admin.workspace.acts import ACTS, Answer, act_on
from pages.admin.workspace.authorship import own_words
from pages.admin.workspace.bulk import BULK
from pages.admin.workspace.findings import checked, checked_groups, page_context
from pages.admin.workspace.language_views import LanguageView
from pages.admin.workspace.narrowing import chosen_show, narrowed, numbers, show_links
from pages.admin.workspace.queue import Show
from pages.admin.workspace.remembered import Aside, aside, fillable
from pages.admin.workspace.rows import Group, Row, Work, groups, stored_work
from pages.admin.workspace.strays import strays
from pages.admin.workspace.versions import (
    Version,
    chosen_version,
    in_version,
    locked_page,
    read_page,
    versions,
)
from pages.catalog.checks import load_context
from pages.catalog.segments import page_segments
from pages.languages import source_language
from pages.models import TreatmentPage

# Folded below the rest, and what these narrow the page to.
_WITH_STRAYS = (Show.ALL, Show.CONFLICTS, Show.COMMENTS)


class PageView(LanguageView):
    """What is about one page in a language."""

    page: TreatmentPage
    version: Version

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.worker = worker(request.user, kwargs["code"])
        self.open(read_page(kwargs["page_id"]))
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer

    def open(self, page: TreatmentPage | None) -> None:
        if page is None:
            raise Http404("No treatment page has this id.")
        self.versions = versions(page)
        self.version = chosen_version(page, self.request.GET.get("version"))
        self.page = in_version(page, self.version)

    def aside(self, row: Row) -> Aside:
        context = load_context(self.worker.language)
        return aside(self.page, row, self.worker.language, context)

    def address(self, name: str, **query: str) -> str:
        base = reverse(name, args=[self.worker.language.code, self.page.pk])
        return f"{base}?{urlencode(query)}"


class WorkspaceView(PageView):
    """Source and target side by side, and every act on a segment."""

    template_name = "pages/admin/workspace/workspace.html"

    def get_page_title(self) -> str:
        return f"{self.page.get_admin_display_title()} in {self.worker.language.name}"

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        return self.crumbs((self.get_page_title(), ""))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        segments = page_segments(self.page)
        work = self.work()
        found = tuple(groups(self.page, segments, work))
        stray = strays(self.page, found, work)
        show = chosen_show(self.request)
        language = self.worker.language
        checks = page_context(found, language)
        return {
            **context,
            "page": self.page,
            "version": self.version,
            "versions": self.versions,
            "groups": checked_groups(narrowed(found, show), language, checks),
            "filters": show_links(self.request, show, numbers(found, stray)),
            "strays": stray if show in _WITH_STRAYS else (),
            "strays_open": show is not Show.ALL,
            "show": show,
            "reviewable": any(row.may_be_approved for group in found for row in group.rows),
            "exact": fillable(self.page, segments, language),
            "preview_url": self.address("workspace_preview", version=self.version.value),
            "checks_url": self.address("workspace_checks", version=self.version.value),
            "aside_url": self.address("workspace_aside", version=self.version.value),
            "address": self.address("workspace", version=self.version.value, show=show.value),
            "own": self.own(row for group in found for row in group.rows),
            **self.asked_aside(found),
        }

    def own(self, rows: Iterable[Row]) -> Set[int]:
        """Targets that the worker may not review."""
        if not (self.worker.reviews and self.worker.four_eyes):
            return set()
        return own_words(self.worker, [row.target for row in rows if row.target])

    def asked_aside(self, found: Sequence[Group]) -> dict[str, Any]:
        """Without JavaScript, the help for one row comes with the page."""
        at = self.request.GET.get("at")
        for group in found:
            for row in group.rows:
                if row.anchor == at:
                    return {"at": at, "aside": self.aside(row)}
        return {}

    def work(self) -> Work:
        return stored_work([self.page.pk], self.worker.language)

    @transaction.atomic
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.open(locked_page(kwargs["page_id"]))  # anew: a publish may have been waited for
        if bulk := BULK.get(request.POST.get("act", "")):
            message = bulk(self.page, self.worker, request.POST.getlist("selected"))
            messages.success(request, message)
            return redirect(request.get_full_path())
        answer = act_on(self.page, self.worker, request.POST.dict())
        if answer is None:
            return HttpResponseBadRequest(
                f"act={request.POST.get('act', '')!r} is not understood. "
                f"Allowed: {', '.join([*ACTS, *BULK])}.",
                content_type="text/plain; charset=utf-8",  # it repeats what came in
            )
        if request.headers.get("x-requested-with") == "XMLHttpRequest":
            return self.as_json(answer)
        if answer.ok and answer.typed is None:
            messages.success(request, answer.message)
            here = answer.row.anchor if answer.row is not None else "strays"
            return redirect(f"{request.get_full_path()}#{here}")
        return self.as_page(answer)

    def row_context(self, answer: Answer) -> dict[str, Any]:
        language = self.worker.language
        row = answer.row and checked(answer.row, language, load_context(language))
        return {
            "row": row,
            "answer": answer,
            "worker": self.worker,
            "language": self.worker.language,
            "source": source_language(),
            "page": self.page,
            "own": self.own([answer.row] if answer.row else []),
            "address": self.address("workspace", version=self.version.value),
        }

    def as_json(self, answer: Answer) -> JsonResponse:
        """For workspace.js: the row anew, and the numbers of the filters."""
        work = self.work()
        found = tuple(groups(self.page, page_segments(self.page), work))
        html = render_to_string(
            "pages/admin/workspace/row.html", self.row_context(answer), request=self.request
        )
        counted = numbers(found, strays(self.page, found, work))
        return JsonResponse(
            {
                "message": answer.message,
                "row": html if answer.row else None,
                "stored": answer.row.text if answer.row else "",
                "commented": self.request.POST.get("act") == "comment" and answer.ok,
                "numbers": {each.value: counted[each] for each in Show},
                "blocks": {group.id: group.open for group in found},
            },
            status=answer.status,
        )

    def as_page(self, answer: Answer) -> HttpResponse:
        """Without JavaScript: the row alone, with everything that was typed."""
        context = {**self.get_context_data(), **self.row_context(answer)}
        return render(
            self.request,
            "pages/admin/workspace/answer.html",
            {**context, "back": self.request.get_full_path()},
            status=answer.status,
        )
