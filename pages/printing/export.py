"""Every public page as a file: what is printed, in which order, and under which names."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from pages.document.json_text import read_document
from pages.document.nodes import Code, Document, Indications
from pages.document.print_page import Paper
from pages.document.vocabulary import CodingSystem
from pages.models import CurrentEdition
from pages.models.branding import print_branding
from pages.printing.many import printables, printing
from pages.printing.printed import Printable

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
    return list(printables(rows.order_by("slug", "language")))


def exported(
    editions: Sequence[tuple[str, Printable]], paper: Paper, *, openemr: bool
) -> Iterator[Exported]:
    """The PDFs, in order; as many at once as there are workers. Raises PrintError."""
    taken: set[str] = set()
    pdfs = printing([edition for _, edition in editions], paper, print_branding())
    for (slug, edition), pdf in zip(editions, pdfs, strict=True):
        names = [f"{edition.language_code}/{slug}.pdf"]
        if openemr:
            names = openemr_names(read_document(edition.body))
        own = tuple(name for name in names if name not in taken)
        taken.update(own)
        without = tuple(name for name in names if name not in own)
        yield Exported(slug, edition.language_code, pdf.result(), own, without)


def openemr_names(document: Document) -> list[str]:
    """A name for each code of the page and of what it is used for, such as icd10_m54.50_es.pdf."""
    codes: dict[Code, None] = dict.fromkeys(document.codes)
    for block in document.blocks:
        if isinstance(block, Indications):
            codes.update(dict.fromkeys(code for item in block.items for code in item.codes))
    return [
        f"{_OPENEMR_TYPES[code.system]}_{code.code}_{document.lang}.pdf".lower() for code in codes
    ]
