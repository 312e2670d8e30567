"""A returned file: first what it would do, then, if that is still so, doing it.

The dry run is the import itself, taken back. So it is exact also for a zip whose catalogues
follow each other, and what was looked at is what is applied, or nothing is.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from pages.admin.handoffs.access import may_keep_vocabulary
from pages.admin.workspace.access import person_name, worker
from pages.admin.workspace.authorship import own_words, record_file
from pages.catalog.codecs.codec import CatalogError
from pages.catalog.export import Catalog
from pages.catalog.handoffs import UnknownHandoff, kept_file
from pages.catalog.ledger import ReviewRefused, same_person
from pages.catalog.permissions import Act, languages_of, may
from pages.catalog.recognise import ReceivedFile, received_files
from pages.catalog.verdicts import Acceptance, Verdict
from pages.document.vocabulary import Origin
from pages.languages import Language, get_language
from pages.models import CatalogUpload, Target
from pages.publishing.batch import together
from pages.publishing.returned_catalogs import Imported, TooManyUnits, import_file

# What one web request may have to do: 20,000 texts are some ten seconds on one core, and 300 pages
# of 40 texts in a language are 12,000. In the longest format they are 15 MB.
MOST_UNITS = 20_000
MOST_BYTES = 20 * 1024 * 1024
HOW_MUCH = (
    f"Allowed in one upload: at most {MOST_UNITS:,} texts and {MOST_BYTES >> 20} MB, unpacked. "
    "Send it in parts, or have it imported on the server: "
    "manage.py import_catalogs FILE --per-page"
)
_KEPT_FOR = timedelta(days=7)


class UploadRefused(ValueError):
    """Nothing of the upload can be stored. The message names each file and its reason."""


class ReportChanged(Exception):
    """What would happen now is not what the dry run said. reports: as it is now."""

    def __init__(self, reports: list[dict[str, Any]]) -> None:
        super().__init__("The report has changed since the dry run.")
        self.reports = reports


class _TakenBack(Exception):
    """Ends a rehearsal."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How the words of an upload are to be taken.

    language: the code of all of it, or "" where the files say it; translator: "" for the sender;
    reviewed: the sender read what the file calls finished, and answers for it; handoff: the
    public id of the one that it belongs to, or "" where the file says it.
    """

    language: str = ""
    translator: str = ""
    reviewed: bool = False
    qualification: str = ""
    handoff: str = ""


def receive(name: str, data: bytes, terms: Terms, user: User) -> CatalogUpload:
    """Keep the file with its dry run, until its sender decides. Raises UploadRefused."""
    CatalogUpload.objects.filter(at__lt=timezone.now() - _KEPT_FOR).delete()
    upload = CatalogUpload(user=user, terms=asdict(terms), **kept_file(name, data))
    upload.reports = _rehearsed(upload)
    upload.save()
    return upload


def apply(upload_id: int) -> Sequence[Imported]:
    """Store what the dry run said, all of it. Raises UploadRefused, ReportChanged where that would
    do something else now, and CatalogUpload.DoesNotExist where it was applied meanwhile; then
    nothing is stored. The upload goes, its file is kept."""
    with together():
        upload = CatalogUpload.objects.select_for_update().get(pk=upload_id)
        imported = _import(upload)
        reports = _as_json(upload, imported)
        if reports != upload.reports:
            raise ReportChanged(reports)
        _sign(upload, imported)
        upload.delete()
    return [done for _, done in imported]


def _sign(upload: CatalogUpload, done: _Done) -> None:
    """Words of the sender's own are put down to the account: its name can be changed."""
    translator = Terms(**upload.terms).translator
    if translator and not same_person(translator, person_name(upload.user)):
        return
    for _, imported in done:
        if imported.record is not None and imported.report.changes:
            record_file(upload.user, imported.record)


def files_of(upload: CatalogUpload) -> Iterator[ReceivedFile]:
    """Raises CatalogError, which names the member of a zip."""
    code = Terms(**upload.terms).language
    language = get_language(code) if code else None
    return received_files(upload.data, upload.file_name, language)


def _few_enough(files: Iterable[ReceivedFile]) -> Iterator[ReceivedFile]:
    size = 0
    for file in files:
        size += len(file.data)
        if size > MOST_BYTES:
            raise CatalogError(f"Unpacked, it has more than {MOST_BYTES:,} bytes. {HOW_MUCH}")
        yield file


def _rehearsed(upload: CatalogUpload) -> list[dict[str, Any]]:
    reports: list[dict[str, Any]] = []
    try:
        with together():
            reports = _as_json(upload, _import(upload))
            raise _TakenBack
    except _TakenBack:
        return reports


_Done = Sequence[tuple[ReceivedFile, Imported]]


def _import(upload: CatalogUpload) -> _Done:
    """Every catalogue of the upload, one after the other. Raises UploadRefused."""
    terms = Terms(**upload.terms)
    acceptance = _acceptance(terms, upload.user)
    try:
        files = list(_few_enough(files_of(upload)))
    except CatalogError as error:
        raise UploadRefused(f"{upload.file_name}: {error}") from None
    done, refused = [], []
    units_left = MOST_UNITS
    for file in files:
        try:
            _require(upload.user, file.language, terms)
            imported = import_file(
                file,
                acceptance,
                handoff=terms.handoff or None,
                uploaded_by=upload.user.get_username(),
                most_units=units_left,
            )
            units_left -= len(imported.report.lines)
            _check(imported, file.language, terms, upload.user)
            done.append((file, imported))
        except TooManyUnits:
            raise UploadRefused(
                f"{upload.file_name} has more than {MOST_UNITS:,} texts. {HOW_MUCH}"
            ) from None
        except (CatalogError, UnknownHandoff) as error:
            refused.append(f"{file.name}: {error}")
    if refused:
        raise UploadRefused("\n".join(refused))
    return done


def _acceptance(terms: Terms, user: User) -> Acceptance:
    try:
        return Acceptance(
            by=terms.translator or person_name(user),
            reviewer=person_name(user) if terms.reviewed else "",
            qualification=terms.qualification,
            origin=Origin.HUMAN,
        )
    except ReviewRefused as error:
        raise UploadRefused(str(error)) from None


def _require(user: User, language: Language, terms: Terms) -> None:
    """Raises CatalogError for a language in which the user may not do this."""
    acts = [Act.TRANSLATE, Act.REVIEW] if terms.reviewed else [Act.TRANSLATE]
    for act in acts:
        if not may(user, act, language):
            yours = ", ".join(each.name for each in languages_of(user, act)) or "no language"
            raise CatalogError(f"You may not {act.value} {language.name}. Allowed to you: {yours}.")


def _check(imported: Imported, language: Language, terms: Terms, user: User) -> None:
    """Raises CatalogError for what only this file's content shows."""
    lines = imported.report.lines
    of_terms = imported.catalog == Catalog.VOCABULARY
    if of_terms and lines and all(line.verdict == Verdict.QUARANTINED for line in lines):
        first = lines[0].unit
        raise CatalogError(
            f"Nothing in the file is of this site: {first.at} has the key {first.key!r}, which no "
            "page or term has. Allowed: files that were handed out here."
        )
    if of_terms and not may_keep_vocabulary(user):
        raise CatalogError(
            "This is a vocabulary, and its words are served at once. Allowed: those who may "
            "change the vocabulary in the admin."
        )
    if terms.reviewed and imported.record is not None:
        approved = Target.objects.filter(
            changes__catalog_import=imported.record, changes__action="approved"
        ).distinct()
        # By account: the name that the file is under may be another.
        if own := own_words(worker(user, language.code), approved):
            raise CatalogError(
                f"{len(own)} of the texts are your own words, which somebody else has to review. "
                "Send it without the review."
            )


def _as_json(upload: CatalogUpload, done: _Done) -> list[dict[str, Any]]:
    reports = [
        {
            "file": file.name,
            "language": file.language.code,
            "catalog": imported.catalog.value,
            "format": file.codec.name,
            **imported.report.as_json(),
        }
        for file, imported in done
    ]
    # As the database gives it back, to be compared.
    found: list[dict[str, Any]] = json.loads(json.dumps(reports))
    return found
