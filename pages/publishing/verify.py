"""Proof that the edition log was not altered, and that reads find its newest documents."""

from __future__ import annotations

import hashlib
from uuid import UUID

from pages.models import CurrentEdition, Edition
from pages.publishing.editions import chain_digest


def verify_editions() -> tuple[int, list[str]]:
    """(how many editions were checked, one sentence for each fault)."""
    faults: list[str] = []
    last: dict[tuple[UUID, str], Edition] = {}
    checked = 0
    for edition in Edition.objects.order_by("document_id", "language", "number").iterator(500):
        checked += 1
        address = (edition.document_id, edition.language)
        faults += _faults(edition, last.get(address))
        last[address] = edition
    return checked, faults + _projection_faults(last)


def _faults(edition: Edition, previous: Edition | None) -> list[str]:
    faults = []
    is_document = edition.kind == Edition.Kind.DOCUMENT
    digest = hashlib.sha256(bytes(edition.body)).hexdigest() if is_document else ""
    if edition.digest != digest:
        faults.append(f"{edition}: its bytes are not those of its digest.")
    if edition.number != (previous.number + 1 if previous else 1):
        faults.append(f"{edition}: the number before it is missing.")
    if edition.chain != chain_digest(edition, previous.chain if previous else ""):
        faults.append(f"{edition}: its link to the edition before it does not hold.")
    return faults


def _projection_faults(last: dict[tuple[UUID, str], Edition]) -> list[str]:
    documents = {
        address: edition.pk
        for address, edition in last.items()
        if edition.kind == Edition.Kind.DOCUMENT
    }
    served = {
        (row.document_id, row.language): row.edition_id
        for row in CurrentEdition.objects.only("document_id", "language", "edition_id")
    }
    return [
        f"{document_id} {language}: reads find edition {served.get((document_id, language))}, "
        f"the log's newest document is {documents.get((document_id, language))}."
        for document_id, language in sorted({*documents, *served})
        if documents.get((document_id, language)) != served.get((document_id, language))
    ]
