"""The languages that somebody works in, and the queue of one."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import (
    Http404,
    HttpRequest,
    HttpResponseBase,
)
from django.urls import reverse
from django.views.generic import TemplateView
from wagtail.admin.paginator import WagtailPaginator
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from pages.admin.workspace.access import Worker, worker, works_somewhere
from pages.admin.workspace.narrowing import chosen_show, show_links
from pages.admin.workspace.queue import Show, Tally, queue, queued_pages, tallies
from pages.catalog.permissions import languages_of
from pages.languages import source_language


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
    per_screen = 50

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
        paginator = WagtailPaginator(shown, self.per_screen)
        screen = paginator.get_page(self.request.GET.get("p"))
        return {
            **context,
            "queue": screen,
            "elided_page_range": list(paginator.get_elided_page_range(screen.number)),
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


def added(parts: Any) -> Tally:
    """One tally of several pages."""
    total = Tally()
    for part in parts:
        total.counts += part.counts
        total.critical += part.critical
        total.words += part.words
        total.words_open += part.words_open
    return total
