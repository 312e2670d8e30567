"""Hand-offs coming back: the upload, its dry run, the decision, and what was done of old."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from pages.admin.handoffs.access import codes_of, may_undo, member
from pages.admin.handoffs.base_view import HandoffsPage
from pages.admin.handoffs.forms import UploadForm
from pages.admin.handoffs.going_out import attachment
from pages.admin.handoffs.lines import counted, shown
from pages.admin.handoffs.returning import (
    ReportChanged,
    Terms,
    UploadRefused,
    apply,
    files_of,
    receive,
)
from pages.admin.workspace.access import person_name
from pages.catalog.codecs.registry import CODECS
from pages.catalog.notices import tell_requesters
from pages.catalog.permissions import Act, languages_of
from pages.catalog.undo import UndoRefused
from pages.catalog.verdicts import Verdict
from pages.languages import get_language
from pages.models import CatalogImport, CatalogUpload, Handoff
from pages.publishing.returned_catalogs import Imported, undo_import

_A_PAGE = 20


class UploadView(HandoffsPage):
    """The upload. What is refused is said on the form with its file, and nothing is kept."""

    template_name = "pages/admin/handoffs/upload.html"
    page_title = "Upload a returned file"
    header_icon = "upload"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if not languages_of(member(request.user), Act.TRANSLATE):
            raise PermissionDenied

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = kwargs.pop("form", None)
        if form is None:
            initial = {"handoff": self.request.GET.get("handoff", "")}
            form = UploadForm(user=self.user, initial=initial)
        return {**super().get_context_data(**kwargs), "form": form}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = UploadForm(request.POST, request.FILES, user=self.user)
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                upload = receive(file.name, file.read(), form.terms(), self.user)
            except UploadRefused as error:
                for line in str(error).splitlines():
                    form.add_error("file", line)
            else:
                return redirect("handoff_dry_run", upload.public_id)
        return self.render_to_response(self.get_context_data(form=form))


class DryRunView(HandoffsPage):
    """What the upload would do, and the two ways on: apply or discard."""

    template_name = "pages/admin/handoffs/dry_run.html"
    page_title = "Check before storing"
    header_icon = "upload"

    def _upload(self) -> CatalogUpload | None:
        """Its sender's alone; None where it was decided on, or is another's."""
        public_id: uuid.UUID = self.kwargs["public_id"]
        return CatalogUpload.objects.filter(public_id=public_id, user=self.user).first()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        upload = self._upload()
        return self._gone() if upload is None else self._page(upload)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        upload = self._upload()
        if upload is None:
            return self._gone()
        if "discard" in request.POST:
            upload.delete()
            messages.info(request, f"{upload.file_name} was discarded. Nothing was stored.")
            return redirect("handoff_upload")
        try:
            done = apply(upload.pk)
        except CatalogUpload.DoesNotExist:  # a second click, which waited for the first
            return self._gone()
        except ReportChanged as changed:
            upload.reports = changed.reports
            upload.save(update_fields=["reports"])
            messages.warning(
                request,
                "Somebody worked on these texts meanwhile, so that this would do something else "
                "now than you have seen. Nothing was stored. This is the report as of now.",
            )
            return self._page(upload)
        except UploadRefused as error:
            messages.error(request, f"Nothing was stored. {error}")
            return self._page(upload)
        return self._applied(done)

    def _gone(self) -> HttpResponse:
        messages.info(self.request, "This upload was applied or discarded already.")
        return redirect("handoff_imports")

    def _page(self, upload: CatalogUpload) -> HttpResponse:
        reports = [
            shown(report, report["file"], report["format"], report["language"], file.data)
            for report, file in zip(upload.reports, files_of(upload), strict=True)
        ]
        terms = Terms(**upload.terms)
        context = self.get_context_data(
            upload=upload,
            terms=terms,
            translator=terms.translator or person_name(self.user),
            reports=reports,
        )
        return self.render_to_response(context)

    def _applied(self, done: Sequence[Imported]) -> HttpResponse:
        records = {each.record.pk: each.record for each in done if each.record is not None}
        handoffs: dict[int, Handoff] = {
            record.handoff.pk: record.handoff for record in records.values() if record.handoff
        }
        # After the transaction: a mail server must not hold up or undo what is stored.
        transaction.on_commit(lambda: tell_requesters(handoffs.values()))
        counts = sum((each.report.counts() for each in done), Counter())
        said = ", ".join(f"{counts[each]:,} {each.value}" for each in Verdict if counts[each])
        held = sum(each.report.held for each in done)
        if held:
            message = f"The file was taken: {said}; {held:,} of these held back."
            messages.warning(self.request, message)
        else:
            messages.success(self.request, f"The file was taken: {said}.")
        if len(records) == 1:
            return redirect("handoff_import", *records)
        return redirect("handoff_imports")


class ImportListView(HandoffsPage):
    """Everything that came back, in the reader's languages, newest first."""

    template_name = "pages/admin/handoffs/imports.html"
    page_title = "Imports"
    header_icon = "history"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        rows = CatalogImport.objects.filter(language__in=codes_of(self.user))
        part = Paginator(rows.defer("compressed").order_by("-at", "-pk"), _A_PAGE)
        shown_part = part.get_page(self.request.GET.get("p"))
        items = [
            {
                "record": record,
                "language": get_language(record.language),
                "may_undo": may_undo(self.user, record),
                "counts": counted(record.report),
            }
            for record in shown_part
        ]
        return {**context, "part": shown_part, "items": items}


class ImportPage(HandoffsPage):
    """About one import; 404 for those of other languages, as for those that are not."""

    header_icon = "history"

    def record(self) -> CatalogImport:
        rows = CatalogImport.objects.filter(language__in=codes_of(self.user))
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        items = super().get_breadcrumbs_items()
        return [*items[:-1], {"label": "Imports", "url": reverse("handoff_imports")}, items[-1]]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record = self.record()
        return {
            **super().get_context_data(**kwargs),
            "record": record,
            "language": get_language(record.language),
            "may_undo": may_undo(self.user, record),
        }


class ImportView(ImportPage):
    template_name = "pages/admin/handoffs/import.html"
    page_title = "Report"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        record: CatalogImport = context["record"]
        report = shown(record.report, record.file_name, record.format, record.language, record.data)
        return {**context, "report": report}


class ImportFileView(ImportPage):
    """The file as it came back."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        record = self.record()
        codec = CODECS.get(record.format)
        if codec is None:
            raise Http404
        name = record.file_name.rpartition("/")[2]
        return attachment(record.data, name, codec.media_type)


class UndoView(ImportPage):
    """Asks first: what was served goes back to what it was."""

    template_name = "pages/admin/handoffs/undo.html"
    page_title = "Undo"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        record = self.record()
        if not may_undo(self.user, record) and not record.undone_at:
            raise PermissionDenied
        try:
            undone = undo_import(record, by=person_name(self.user))
        except UndoRefused as error:
            messages.error(request, str(error))
        else:
            left = len(undone.left)
            said = f" {left} were changed since, and stay." if left else ""
            messages.success(request, f"Undone: {undone.restored} texts are as before.{said}")
        return redirect("handoff_import", record.pk)
