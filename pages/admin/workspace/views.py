"""The workspace's pages and its one address for acts, with and without JavaScript."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import replace
from typing import Any, assert_never
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseBase,
    HttpResponseNotAllowed,
    JsonResponse,
)
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.generic import TemplateView
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from pages.admin.preview import not_public, summarise
from pages.admin.workspace.access import Worker, worker, works_somewhere
from pages.admin.workspace.acts import ACTS, Answer, act_on, lines
from pages.admin.workspace.authorship import own_words
from pages.admin.workspace.bulk import BULK
from pages.admin.workspace.findings import checked, checked_groups, findings
from pages.admin.workspace.preview import MODE_LABELS, Mode, compiled
from pages.admin.workspace.queue import SHOW_LABELS, Show, Tally, queue, queued_pages, tallies
from pages.admin.workspace.remembered import Aside, aside, fillable
from pages.admin.workspace.rows import Group, Row, groups, row_of, stored_work
from pages.admin.workspace.versions import (
    Version,
    chosen_version,
    in_version,
    locked_page,
    read_page,
    versions,
)
from pages.catalog.checks import load_context
from pages.catalog.permissions import Act, languages_of
from pages.catalog.segments import page_segments
from pages.catalog.units import UnitState
from pages.languages import source_language
from pages.models import TreatmentPage


class WorkspaceTemplateView(WagtailAdminTemplateMixin, TemplateView):
    """What all pages of the workspace share."""

    header_icon = "globe"
    page_title = "Translations"


class LanguagesView(WorkspaceTemplateView):
    """The languages that the user may work in, with what is left to do in each."""

    template_name = "pages/admin/workspace/languages.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not works_somewhere(request.user):
            raise PermissionDenied
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        return [{"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        languages = languages_of(self.request.user)
        page_id = self.kwargs.get("page_id")
        pages = queued_pages(page_id)
        if page_id is not None and not pages:
            raise Http404("No treatment page has this id.")
        found = tallies(pages, languages)
        rows = [
            (worker(self.request.user, language.code), added(found[language.code].values()))
            for language in languages
        ]
        return {
            **context,
            "rows": rows,
            "source": source_language(),
            "page": pages[0] if page_id is not None else None,
        }


def added(parts: Any) -> Tally:
    """One tally of several pages."""
    total = Tally()
    for part in parts:
        total.counts += part.counts
        total.critical += part.critical
        total.words += part.words
        total.words_open += part.words_open
    return total


class LanguageView(WorkspaceTemplateView):
    """What is about one language: for those who work in it, and nobody else."""

    worker: Worker

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.worker = worker(request.user, kwargs["code"])
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer

    def crumbs(self, *more: tuple[str, str]) -> list[dict[str, str]]:
        language = self.worker.language
        items = [
            ("Translations", reverse("workspace_languages")),
            (language.name, reverse("workspace_queue", args=[language.code])),
            *more,
        ]
        return [{"label": label, "url": url} for label, url in items]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {
            **context,
            "worker": self.worker,
            "language": self.worker.language,
            "source": source_language(),
        }


class QueueView(LanguageView):
    """All pages of the language, the most urgent first."""

    template_name = "pages/admin/workspace/queue.html"

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        items = self.crumbs()
        items[-1]["url"] = ""
        return items

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        everything = queue(self.worker.language)
        show = chosen_show(self.request)
        words = self.request.GET.get("q", "").strip()
        shown = [each for each in everything if each.tally.counts[show]]
        if words:
            shown = [each for each in shown if words.casefold() in each.page.title.casefold()]
        if self.request.GET.get("sort") == "title":
            shown.sort(key=lambda each: each.page.title.casefold())
        return {
            **context,
            "queue": shown,
            "total": added(each.tally for each in everything),
            "filters": show_links(
                self.request,
                show,
                {each: sum(bool(item.tally.counts[each]) for item in everything) for each in Show},
            ),
            "show": show,
            "words": words,
            "sort": self.request.GET.get("sort", ""),
        }


def chosen_show(request: HttpRequest) -> Show:
    try:
        return Show(request.GET.get("show", ""))
    except ValueError:
        return Show.ALL


def show_links(
    request: HttpRequest, chosen: Show, numbers: Any
) -> Sequence[tuple[str, str, str, int, bool]]:
    """(name, label, query string, number, whether it is chosen) of each filter."""
    kept = {name: value for name, value in request.GET.items() if name != "show"}
    return [
        (
            each.value,
            SHOW_LABELS[each],
            f"?{urlencode({**kept, 'show': each.value})}",
            numbers[each],
            each is chosen,
        )
        for each in Show
    ]


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
        found = tuple(groups(self.page, segments, self.work()))
        show = chosen_show(self.request)
        return {
            **context,
            "page": self.page,
            "version": self.version,
            "versions": self.versions,
            "groups": checked_groups(narrowed(found, show), self.worker.language),
            "filters": show_links(self.request, show, numbers(found)),
            "show": show,
            "reviewable": any(row.may_be_approved for group in found for row in group.rows),
            "exact": fillable(self.page, segments, self.worker.language),
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

    def work(self) -> Any:
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
                f"Allowed: {', '.join([*ACTS, *BULK])}."
            )
        if request.headers.get("x-requested-with") == "XMLHttpRequest":
            return self.as_json(answer)
        if answer.ok and answer.row is not None and answer.typed is None:
            messages.success(request, answer.message)
            here = f"{request.get_full_path()}#{answer.row.anchor}"
            return redirect(here)
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
        found = tuple(groups(self.page, page_segments(self.page), self.work()))
        html = render_to_string(
            "pages/admin/workspace/row.html", self.row_context(answer), request=self.request
        )
        counted = numbers(found)
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


def shows(row: Row, show: Show) -> bool:
    match show:
        case Show.ALL:
            return True
        case Show.OPEN:
            return row.open
        case Show.MISSING:
            return row.state is UnitState.MISSING
        case Show.STALE:
            return row.state is UnitState.STALE
        case Show.UNREVIEWED:
            return row.state in (UnitState.MACHINE, UnitState.NEEDS_REVIEW)
        case Show.FAILING:
            return row.failing
        case Show.CONFLICTS:
            return bool(row.proposals)
        case Show.COMMENTS:
            return row.open_comments > 0
        case _:
            assert_never(show)


def numbers(found: Sequence[Group]) -> dict[Show, int]:
    return {each: sum(shows(row, each) for group in found for row in group.rows) for each in Show}


def narrowed(found: Sequence[Group], show: Show) -> Sequence[Group]:
    parts = [
        replace(group, rows=tuple(row for row in group.rows if shows(row, show))) for group in found
    ]
    return [group for group in parts if group.rows]


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
