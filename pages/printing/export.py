"""Every public page as a file: what is printed, in which order, and under which names."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from django.conf import settings

from pages.document.branding import Branding
from pages.document.json_text import read_document
from pages.document.nodes import Code, Document, Indications
from pages.document.print_page import Paper
from pages.document.vocabulary import CodingSystem
from pages.models import CurrentEdition
from pages.models.branding import print_branding
from pages.printing.pool import print_pool
from pages.printing.printed import Printable, page_for, print_key
from pages.printing.store import store, stored

# As OpenEMR's interface/patient_file/education.php builds names: type, code, language, all in
# small letters. Its types are the keys of its table code_types.
_OPENEMR_TYPES = {
    CodingSystem.ICD_10_CM: "icd10",
    CodingSystem.SNOMED_CT: "snomed",
    CodingSystem.CPT: "cpt4",
}


@dataclass(frozen=True, slots=True)
class Exported:
    """names: of the files that get these bytes; without: names that another page has already."""

    slug: str
    language_code: str
    pdf: bytes
    names: tuple[str, ...]
    without: tuple[str, ...]


def public_editions(language_codes: Collection[str]) -> list[tuple[str, Printable]]:
    """(slug, edition) of every public page in these languages, by slug and language."""
    rows = CurrentEdition.objects.visible_in_any_language().filter(language__in=language_codes)
    return [
        (
            row.slug,
            Printable(
                language_code=row.language,
                number=row.edition.number,
                digest=row.edition.digest,
                made_at=row.edition.created_at,
                body=bytes(row.edition.body),
            ),
        )
        for row in rows.select_related("edition").order_by("slug", "language")
    ]


def exported(
    editions: Iterable[tuple[str, Printable]], paper: Paper, *, openemr: bool
) -> Iterator[Exported]:
    """The PDFs, in order; as many at once as there are workers. Raises PrintError."""
    taken: set[str] = set()
    branding = print_branding()
    with ThreadPoolExecutor(settings.PRINT_WORKERS) as threads:
        waiting: list[tuple[str, Printable, Future[bytes] | bytes]] = []
        for slug, edition in editions:
            waiting.append((slug, edition, _begin(edition, paper, branding, threads)))
            if len(waiting) > 2 * settings.PRINT_WORKERS:
                yield _finish(*waiting.pop(0), paper, branding, taken, openemr=openemr)
        for each in waiting:
            yield _finish(*each, paper, branding, taken, openemr=openemr)


def _begin(
    edition: Printable, paper: Paper, branding: Branding | None, threads: ThreadPoolExecutor
) -> Future[bytes] | bytes:
    """The database is read in this thread; the others only wait for a worker."""
    found = stored(print_key(edition, paper, branding))
    return found or threads.submit(print_pool().pdf, page_for(edition, paper, branding))


def _finish(
    slug: str,
    edition: Printable,
    made: Future[bytes] | bytes,
    paper: Paper,
    branding: Branding | None,
    taken: set[str],
    *,
    openemr: bool,
) -> Exported:
    pdf = made if isinstance(made, bytes) else made.result()
    if not isinstance(made, bytes):
        store(print_key(edition, paper, branding), pdf)
    names = [f"{edition.language_code}/{slug}.pdf"]
    if openemr:
        names = openemr_names(read_document(edition.body))
    own = tuple(name for name in names if name not in taken)
    taken.update(own)
    without = tuple(name for name in names if name not in own)
    return Exported(slug, edition.language_code, pdf, own, without)


def openemr_names(document: Document) -> list[str]:
    """A name for each code of the page and of what it is used for, such as icd10_m54.50_es.pdf."""
    codes: dict[Code, None] = dict.fromkeys(document.codes)
    for block in document.blocks:
        if isinstance(block, Indications):
            codes.update(dict.fromkeys(code for item in block.items for code in item.codes))
    return [
        f"{_OPENEMR_TYPES[code.system]}_{code.code}_{document.lang}.pdf".lower() for code in codes
    ]
