"""manage.py import_catalogs: translators' files back into the database."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from pages.catalog.archive import read_archive
from pages.catalog.codecs.codec import MAX_BYTES, CatalogError
from pages.catalog.codecs.registry import CODECS
from pages.catalog.export import Catalog
from pages.catalog.handoffs import UnknownHandoff
from pages.catalog.ledger import ReviewRefused
from pages.catalog.notices import tell_requesters
from pages.catalog.recognise import ReceivedFile, is_archive, received_files
from pages.catalog.verdicts import UNNAMED, Acceptance, Line, Verdict
from pages.document.vocabulary import Origin
from pages.languages import Language, target_languages
from pages.management.arguments import pages_by_slug, person, target_language
from pages.management.progress import progress
from pages.models import Handoff
from pages.publishing.returned_catalogs import Imported, import_file, publish_imported

# Exit statuses; 2 is argparse's.
_REFUSED, _KEPT_BACK = 1, 3


@dataclass(frozen=True, slots=True)
class _Found:
    """A file to read. language: what it has to be in; None: it says so itself."""

    path: Path
    language: Language | None


class Command(BaseCommand):
    help = (
        "Read the catalogues of each language of locale/ (or the FILES given, of any format, or "
        "zips of them). What comes back is stored as needs_review, and not served: files never "
        "approve. With --accept-approved --reviewer NAME, that person answers for the units "
        "without fuzzy flag. Exit status 0: every word is stored and nothing stands against it; 1: "
        "a file was refused, and nothing of it is stored; 3: something was kept back (conflict, "
        "quarantined, rejected, or held back by a check or from an approval)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
        parser.add_argument(
            "--language", type=target_language, action="append", help="Only this; repeatable."
        )
        parser.add_argument(
            "--page", action="append", metavar="SLUG", help="Only this page's units; repeatable."
        )
        parser.add_argument(
            "--from", dest="folder", type=Path, help="Where to look; without it, locale/."
        )
        parser.add_argument(
            "--handoff", metavar="ID", help="The export that FILE belongs to, if it lost its id."
        )
        parser.add_argument("--by", type=person, help="Who translated.", metavar="NAME")
        parser.add_argument("--accept-approved", action="store_true")
        parser.add_argument(
            "--reviewer", type=person, metavar="NAME", help="Who reviewed; not who translated."
        )
        parser.add_argument("--qualification", type=person, help="Of the reviewer: MD, PT...")
        parser.add_argument(
            "--per-page", action="store_true", help="A transaction for each page, not each file."
        )
        parser.add_argument("--report", choices=["table", "json"], default="table")
        parser.add_argument("--dry-run", action="store_true", help="Report, and store nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        acceptance = _acceptance(options)
        documents = _documents(options["page"])
        reports: list[dict[str, Any]] = []
        handoffs: dict[int, Handoff] = {}
        refused = kept_back = 0
        found = list(_files(options))
        # A page that many files are about is recompiled once, at the end.
        single = len(found) == 1 and found[0].path.suffix != ".zip"
        for name, file in _received(found):
            try:
                if isinstance(file, CatalogError):
                    raise file
                imported = import_file(
                    file,
                    acceptance,
                    handoff=options["handoff"],
                    documents=documents,
                    per_page=options["per_page"],
                    publish=single,
                    dry_run=options["dry_run"],
                )
            except (CatalogError, UnknownHandoff) as error:  # the other files are read all the same
                self.stderr.write(f"{name}: {error}")
                reports.append({"file": name, "refused": str(error)})
                refused += 1
            else:
                kept_back += imported.report.kept_back
                if imported.record is not None and imported.record.handoff is not None:
                    handoffs[imported.record.handoff.pk] = imported.record.handoff
                reports.append(_as_json(name, file, imported))
                if options["report"] == "table":
                    self._say(name, imported)
        if not options["dry_run"]:
            publish_imported()
            tell_requesters(handoffs.values())
        if options["report"] == "json":
            self.stdout.write(json.dumps(reports, indent=2))
        elif options["dry_run"]:
            self.stdout.write("Nothing was stored (--dry-run).")
        if refused or kept_back:
            raise CommandError(
                f"{refused} files were refused and {kept_back} units kept back; the report says "
                "which and why.",
                returncode=_REFUSED if refused else _KEPT_BACK,
            )

    def _say(self, name: str, imported: Imported) -> None:
        report, counts = imported.report, imported.report.counts()
        said = [f"{counts[verdict]} {verdict.value}" for verdict in Verdict if counts[verdict]]
        if report.held:
            said.append(f"{report.held} of these held back")
        if imported.others:
            said.append(f"{imported.others} of other pages were not looked at")
        self.stdout.write(f"{name}: {len(report.lines)} units: {', '.join(said) or 'nothing'}")
        for line in report.worth_a_look():
            self.stdout.write(f"  {line.unit.at}: {_said(line)}: {line.message} ({line.unit.key})")


def _said(line: Line) -> str:
    return f"{line.verdict.value}, held back" if line.held else line.verdict.value


def _received(found: Sequence[_Found]) -> Iterator[tuple[str, ReceivedFile | CatalogError]]:
    """(what to call it, the file or why it is none) of each file, and of each file of a zip."""
    for each in progress(found, "file"):
        name = str(each.path)
        try:
            data = _bytes(each.path)
            if not is_archive(data):
                yield name, next(received_files(data, each.path.name, each.language))
                continue
            for member, content in read_archive(data):
                yield from _member(f"{name}: {member}", member, content, each.language)
        except OSError as error:
            yield name, CatalogError(f"{error.strerror}.")
        except CatalogError as error:
            yield name, error


def _member(
    name: str, member: str, content: bytes, language: Language | None
) -> Iterator[tuple[str, ReceivedFile | CatalogError]]:
    try:
        yield name, next(received_files(content, member, language))
    except CatalogError as error:
        yield name, error


def _as_json(name: str, file: ReceivedFile, imported: Imported) -> dict[str, Any]:
    return {
        "file": name,
        "language": file.language.code,
        "catalog": imported.catalog.value,
        "format": file.codec.name,
        "import": imported.record.pk if imported.record else None,
        "other_pages": imported.others,
        **imported.report.as_json(),
    }


def _bytes(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(MAX_BYTES + 1)  # one more says that it is too large


def _acceptance(options: dict[str, Any]) -> Acceptance:
    reviewer = options["reviewer"]
    if options["accept_approved"] and not reviewer:
        raise CommandError("--accept-approved needs --reviewer NAME: a person answers for it.")
    if reviewer and not options["accept_approved"]:
        raise CommandError("--reviewer needs --accept-approved: without it nothing is approved.")
    try:
        return Acceptance(
            by=options["by"] or UNNAMED,
            reviewer=reviewer or "",
            qualification=options["qualification"] or "",
            # Where nobody says who translated, nobody says that it was a human.
            origin=Origin.HUMAN if options["by"] else Origin.IMPORT,
        )
    except ReviewRefused as error:
        raise CommandError(f"--reviewer and --by: {error}") from None


def _documents(slugs: list[str] | None) -> list[str]:
    """The document ids of these pages; empty for all."""
    return [str(page.translation_key) for page in pages_by_slug(slugs)] if slugs else []


def _files(options: dict[str, Any]) -> Iterator[_Found]:
    given = options["language"] or []
    if options["files"]:
        if options["folder"]:
            raise CommandError("Give FILES or --from, not both.")
        if len(given) > 1:
            raise CommandError("With FILES, give one --language at most: the one they are in.")
        yield from (_Found(path, given[0] if given else None) for path in options["files"])
        return
    if options["handoff"]:
        raise CommandError("--handoff needs a FILE: an export is one file.")
    yield from _catalogs(options["folder"] or settings.BASE_DIR / "locale", given, options["page"])


def _catalogs(
    folder: Path, given: Sequence[Language], pages: Sequence[str] | None
) -> Sequence[_Found]:
    """What export_catalogs writes below `folder`, in any format."""
    catalogs = [Catalog.TREATMENTS] if pages else list(Catalog)
    suffixes = sorted({codec.suffix for codec in CODECS.values()})
    found = [
        _Found(path, language)
        for language in given or target_languages()
        for catalog in catalogs
        for suffix in suffixes
        if (path := folder / language.locale / "LC_MESSAGES" / f"{catalog}{suffix}").exists()
    ]
    if not found:
        raise CommandError(f"No catalogue below {folder}. Write some with export_catalogs.")
    return found
