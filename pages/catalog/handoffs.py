"""Hand-offs: catalogues that go out, each kept as the base of its own return."""

from __future__ import annotations

import hashlib
import uuid
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User

from pages.catalog.bases import Base, NamedBase, NewestBase, minute
from pages.catalog.codecs.codec import Codec, Header, ReadCatalog
from pages.catalog.export import Catalog, Scope, revised
from pages.catalog.units import Unit
from pages.languages import Language
from pages.models import Handoff


class UnknownHandoff(ValueError):
    """No such hand-off, or of another language or catalogue. The message says which."""


@dataclass(frozen=True, slots=True)
class Written:
    """A catalogue that is ready to go out; `record` keeps it.

    units: how many; documents: whose; known: the hand-off that went out with these very bytes
    last.
    """

    catalog: Catalog
    language: Language
    codec: Codec
    scope: Scope
    revised: datetime
    units: int
    documents: frozenset[str]
    public_id: uuid.UUID
    data: bytes
    known: Handoff | None = None

    @property
    def file_name(self) -> str:
        return f"{self.catalog.value}{self.codec.suffix}"

    @property
    def place(self) -> str:
        return place_of(self.language, self.file_name)


def place_of(language: Language, file_name: str) -> str:
    """Where a catalogue lies in a folder or a zip: as gettext wants it, whatever the format. The
    folder says the language."""
    return f"{language.locale}/LC_MESSAGES/{file_name}"


def export_handoff(
    catalog: Catalog,
    language: Language,
    codec: Codec,
    scope: Scope = Scope(),  # noqa: B008  it is frozen
    *,
    by: str,
    requester: User | None = None,
) -> Handoff:
    """Write the catalogue, its id in it, and keep it. `Handoff.data` is the file.

    The same export again, with nothing changed since, is the same hand-off.
    """
    return record(write(catalog, language, codec, scope, requester=requester), by, requester)


def write(
    catalog: Catalog,
    language: Language,
    codec: Codec,
    scope: Scope,
    *,
    requester: User | None = None,
    named: bool = True,
) -> Written:
    """named: the file carries its hand-off's id. Without it the same state is the same bytes."""
    units = list(scope.units(catalog, language))
    written = Written(
        catalog=catalog,
        language=language,
        codec=codec,
        scope=scope,
        revised=revised(language),
        units=len(units),
        documents=frozenset(unit.key.partition("/")[0] for unit in units),
        public_id=uuid.uuid4(),
        data=b"",
    )
    kept = Handoff.objects.filter(language=language.code, catalog=catalog, format=codec.name)
    newest = kept.order_by("-created_at", "-pk").defer("compressed").first()
    # To write it again only to compare is worth it where it may be the same.
    if newest is not None and newest.requester == requester and newest.units == len(units):
        again = replace(written, public_id=newest.public_id, known=newest)
        data = _bytes(again, units, named=named)
        if newest.sha256 == _sha256(data):
            return replace(again, data=data)
    return replace(written, data=_bytes(written, units, named=named))


def _bytes(written: Written, units: Sequence[Unit], *, named: bool) -> bytes:
    public_id = str(written.public_id) if named else ""
    header = Header(written.language, written.revised, public_id)
    return written.codec.write(units, header)


def record(written: Written, by: str, requester: User | None = None) -> Handoff:
    """Keep the file: it is the base when its units come back."""
    if written.known is not None:
        return written.known
    return Handoff.objects.create(
        public_id=written.public_id,
        language=written.language.code,
        catalog=written.catalog.value,
        format=written.codec.name,
        units=written.units,
        scope=_scope(written),
        by=by,
        requester=requester,
        **kept_file(written.file_name, written.data),
    )


def _scope(written: Written) -> dict[str, Any]:
    """documents: whose units are in the file, where it is not about all pages."""
    scope = {**written.scope.as_json(), "revised": minute(written.revised)}
    if not written.scope.is_whole:
        scope["documents"] = sorted(written.documents)
    return scope


def kept_file(file_name: str, data: bytes) -> dict[str, Any]:
    """The columns of a KeptFile."""
    return {
        "file_name": file_name[-255:],
        "sha256": _sha256(data),
        "size": len(data),
        "compressed": zlib.compress(data),
    }


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


# The base of a file that comes back


def handoff_of(public_id: str, language: Language, catalog: Catalog) -> Handoff:
    """The hand-off that somebody named. Raises UnknownHandoff."""
    found = _found(public_id, language, catalog)
    if found is None:
        raise UnknownHandoff(
            f"No hand-off {public_id!r} of {catalog.value} in {language.code}. "
            "Allowed: the id that stands in the exported file, or none."
        )
    return found


def _found(public_id: str, language: Language, catalog: Catalog) -> Handoff | None:
    try:
        wanted = uuid.UUID(public_id)
    except ValueError:
        return None
    kept = Handoff.objects.filter(language=language.code, catalog=catalog.value)
    return kept.filter(public_id=wanted).first()


def find_base(
    read: ReadCatalog, language: Language, catalog: Catalog, named: Handoff | None = None
) -> tuple[Base, Handoff | None]:
    """(what the units of a returned file were when they went out, the hand-off if it is known).

    It is the one `named`, else the one whose id the file carries, else the newest that held the
    unit.
    """
    handoff = named or _found(read.handoff, language, catalog)
    if handoff is not None:
        return NamedBase(handoff), handoff
    return NewestBase(language.code, catalog.value, read.revised), None
