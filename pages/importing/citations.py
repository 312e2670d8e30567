"""A citation as published, and the study block it makes with a sentence on what it found."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from pages.blocks.treatment_block import Raw
from pages.document.vocabulary import Aspect, StudyDesign
from pages.importing.draft_blocks import block_value
from pages.importing.list_blocks import Built
from pages.importing.matching import says

# DOI Handbook, section 2.2; the address and the label before it are the same DOI.
_DOI = re.compile(
    r"(?:https?://(?:dx\.)?doi\.org/|doi:?\s*)?\b(10\.\d{4,9}/[^\s,;]+[^\s,;.)\]])", re.I
)
_PMID = re.compile(r"(?:PMID:?\s*|https?://pubmed\.ncbi\.nlm\.nih\.gov/)([1-9]\d{0,8})\b/?", re.I)
# "Guay J, Kopp S. Title. Journal. 2020;11:CD001159" (ICMJE) and
# "Guay, J., & Kopp, S. (2020). Title. Journal, 11, CD001159" (APA 7).
_ICMJE = re.compile(
    r"(?P<authors>[^.?!()]+?(?:et al)?)\. (?P<title>.+?[.?!]) "
    r"(?P<journal>[^\W\d][^.;\d]*?)\.? \(?(?P<year>(?:19|20)\d\d)\)?(?P<place>\b.*)"
)
_APA = re.compile(
    r"(?P<authors>.+?) \((?P<year>(?:19|20)\d\d)\)\.? (?P<title>.+?[.?!]) "
    r"(?P<journal>[^\W\d][^,.;\d]*)(?P<place>.*)"
)
_AUTHOR = re.compile(r"[^\W\d_][\w'’-]+,? (?:[A-Z]\.? ?-?){1,3}(?:,|;|&|$| and| et al)|\bet al\b")

_DESIGNS = (
    (StudyDesign.SYSTEMATIC_REVIEW, ("systematic review", "meta-analysis", "cochrane")),
    (StudyDesign.RANDOMIZED_TRIAL, ("randomized", "randomised")),
    (StudyDesign.GUIDELINE, ("guideline", "guidelines")),
    (StudyDesign.COHORT, ("cohort",)),
    (StudyDesign.CASE_SERIES, ("case series",)),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Citation:
    """journal: with volume and pages, for which a study block has no field of their own."""

    authors: str
    title: str
    journal: str
    year: int
    doi: str
    pmid: str


def labels(value: Raw) -> tuple[str, ...]:
    """Words of a citation that a study block says by the names of its fields and its link."""
    doi, pmid = value.get("doi"), value.get("pmid")
    return (
        *((f"doi https://dx.doi.org/{doi}", "DOI", "https://doi.org") if doi else ()),
        *((f"PMID https://pubmed.ncbi.nlm.nih.gov/{pmid}/", "pmid") if pmid else ()),
    )


def read_citation(text: str) -> Citation | None:
    """None unless authors, title, journal and year can all be told."""
    doi, pmid = _DOI.search(text), _PMID.search(text)
    rest = _PMID.sub("", _DOI.sub("", text)).strip(" .;,")
    found = _APA.fullmatch(rest) or _ICMJE.fullmatch(rest)
    if not found or not _AUTHOR.search(found["authors"]):
        return None
    place = re.sub(r"\s*\.\s*(?=\.|$)", "", found["place"]).strip(" .;,:")
    return Citation(
        authors=found["authors"].strip(),
        title=found["title"].rstrip("."),
        journal=f"{found['journal'].strip()} {place}".strip(),
        year=int(found["year"]),
        doi=doi[1] if doi else "",
        pmid=pmid[1] if pmid else "",
    )


def read_study(lines: list[str], taken: set[str]) -> Built | None:
    """A study from lines of which exactly one is a citation; the others say what it found.

    taken: names of studies on the page; the new one is added.
    """
    read = [(line, read_citation(line)) for line in lines]
    citations = [citation for _, citation in read if citation]
    takeaway = " ".join(line for line, citation in read if not citation)
    if len(citations) != 1 or len(takeaway.split()) < 4:
        return None
    (cited,) = citations
    design = next((design for design, words in _DESIGNS if says(cited.title, words)), None)
    value = block_value(
        Aspect.EFFECTIVENESS,
        reference=_reference(cited, taken),
        title=cited.title,
        cited_lang="en",
        authors=cited.authors,
        journal=cited.journal,
        year=cited.year,
        doi=cited.doi,
        pmid=cited.pmid,
        design=design.value if design else "",
        takeaway=takeaway,
    )
    return Built(value, ("The parts of the citation, and the level of evidence.",), ("en",))


def _reference(cited: Citation, taken: set[str]) -> str:
    surname = unicodedata.normalize("NFKD", re.split(r"[ ,]", cited.authors)[0])
    name = re.sub(r"[^a-z0-9]+", "", surname.encode("ascii", "ignore").decode().lower()) or "study"
    reference = f"{name}-{cited.year}"
    number = 2
    while reference in taken:
        reference = f"{name}-{cited.year}-{number}"
        number += 1
    taken.add(reference)
    return reference
