"""Hand-offs going out: the list of them, the form that makes them, and the files."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header, urlencode
from django.views import View

from pages.admin.handoffs.access import codes_of, member
from pages.admin.handoffs.base_view import HandoffsPage
from pages.admin.handoffs.forms import ExportForm
from pages.admin.workspace.access import person_name
from pages.catalog.archive import write_archive
from pages.catalog.codecs.registry import CODECS
from pages.catalog.handoffs import export_handoff, place_of
from pages.catalog.permissions import Act, may
from pages.catalog.progress import progress, progress_of
from pages.languages import get_language
from pages.models import Handoff

_A_PAGE = 20
_MOST_AT_ONCE = 100


class HandoffListView(HandoffsPage):
    """Newest first, in one language or all of the reader's, with how far each is."""

    template_name = "pages/admin/handoffs/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        codes = codes_of(self.user)
        chosen = self.request.GET.get("language", "")
        rows = Handoff.objects.filter(language__in=[chosen] if chosen in codes else codes)
        rows = rows.select_related("requester").defer("compressed").order_by("-created_at", "-pk")
        part = Paginator(rows, _A_PAGE).get_page(self.request.GET.get("p"))
        now, far = timezone.now(), progress_of(list(part))
        return {
            **context,
            "chosen": chosen,
            "part": part,
            "items": [
                {
                    "handoff": handoff,
                    "language": get_language(handoff.language),
                    "progress": far[handoff.pk],
                    "days": (now - handoff.created_at).days,
                    "may_upload": may(self.user, Act.TRANSLATE, get_language(handoff.language)),
                }
                for handoff in part
            ],
            "ready": self._ready(),
        }

    def _ready(self) -> dict[str, Any] | None:
        """What was just made: its files, and where to get them."""
        ids = self.request.GET.getlist("ready")
        if not ids:
            return None
        found = list(chosen_handoffs(ids, codes_of(self.user)).defer("compressed"))
        address = f"{reverse('handoff_download')}?{urlencode({'id': ids}, doseq=True)}"
        return {"handoffs": found, "url": address} if found else None


class ExportView(HandoffsPage):
    template_name = "pages/admin/handoffs/export.html"
    page_title = "New hand-off"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = kwargs.pop("form", None) or ExportForm(user=self.user)
        return {**super().get_context_data(**kwargs), "form": form}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = ExportForm(request.POST, user=self.user)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        codes, scope = form.cleaned_data["languages"], form.scope()
        made, empty = [], []
        for code in codes:
            language = get_language(code)
            if next(scope.units(form.catalog, language), None) is None:
                empty.append(language.name)
                continue
            codec = CODECS[form.cleaned_data["format"]]
            made.append(
                export_handoff(
                    form.catalog,
                    language,
                    codec,
                    scope,
                    by=person_name(self.user),
                    requester=self.user,
                )
            )
        if not made:
            form.add_error(
                None,
                f"Nothing to hand out in {', '.join(empty)}: no text is in these states, on "
                "these pages. Tick other states, or choose other pages.",
            )
            return self.render_to_response(self.get_context_data(form=form))
        if empty:
            messages.info(request, f"Nothing to hand out in {', '.join(empty)}.")
        _settle(made)
        ids = [str(handoff.public_id) for handoff in made]
        return redirect(f"{reverse('handoffs')}?{urlencode({'ready': ids}, doseq=True)}")


def _settle(handoffs: Sequence[Handoff]) -> None:
    """Where all was translated when it went out, there will be nothing to tell."""
    for handoff in handoffs:
        if handoff.done_at is None and progress(handoff).is_done:
            handoff.done_at = timezone.now()
            handoff.save(update_fields=["done_at"])


def chosen_handoffs(ids: Sequence[str], codes: Sequence[str]) -> QuerySet[Handoff]:
    """Those with these public ids, of these languages. Raises Http404 for what is no id."""
    try:
        wanted = [uuid.UUID(value) for value in ids[:_MOST_AT_ONCE]]
    except ValueError:
        raise Http404 from None
    return Handoff.objects.filter(public_id__in=wanted, language__in=codes).order_by("language")


def download_name(handoff: Handoff) -> str:
    """With its language, which a tool may know it by: treatments.es.po."""
    stem, dot, suffix = handoff.file_name.partition(".")
    return f"{stem}.{handoff.language}{dot}{suffix}"


class DownloadView(View):
    """One file as it went out, or a zip of several."""

    def get(self, request: HttpRequest) -> HttpResponse:
        ids = request.GET.getlist("id")
        user = member(request.user)
        found = list(chosen_handoffs(ids, codes_of(user)))
        if not found:
            raise Http404
        if len(found) < len(set(ids[:_MOST_AT_ONCE])):
            raise PermissionDenied  # or no such file: who may not see it is not told which
        if len(found) == 1:
            codec = CODECS[found[0].format]
            return attachment(found[0].data, download_name(found[0]), codec.media_type)
        data = write_archive(zip(_places(found), (each.data for each in found), strict=True))
        return attachment(data, "hand-offs.zip", "application/zip")


def _places(handoffs: Sequence[Handoff]) -> Sequence[str]:
    """In a zip, as export_catalogs lays them; several of one place carry their ids in the name."""
    places = [place_of(get_language(each.language), each.file_name) for each in handoffs]
    return [
        place if places.count(place) == 1 else _with_id(place, handoff)
        for place, handoff in zip(places, handoffs, strict=True)
    ]


def _with_id(place: str, handoff: Handoff) -> str:
    folder, _, name = place.rpartition("/")
    stem, _, suffix = name.partition(".")
    return f"{folder}/{stem}-{handoff.public_id.hex[:8]}.{suffix}"


def attachment(data: bytes, name: str, media_type: str) -> HttpResponse:
    disposition = content_disposition_header(True, name) or "attachment"
    return HttpResponse(data, content_type=media_type, headers={"Content-Disposition": disposition})
