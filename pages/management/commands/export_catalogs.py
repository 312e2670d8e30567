"""manage.py export_catalogs: the translators' files, of locale/ or of one job."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from pages.catalog.archive import write_archive
from pages.catalog.codecs.po import CODEC as PO
from pages.catalog.codecs.registry import CODECS
from pages.catalog.export import Catalog, Scope
from pages.catalog.handoffs import Written, record, write
from pages.catalog.units import UnitState
from pages.languages import target_languages
from pages.management.arguments import category, pages_by_slug, person, target_language
from pages.management.progress import progress


@dataclass(frozen=True, slots=True)
class _Exported:
    """One file. changed: it was not there, or said something else. said: for people."""

    path: str
    written: Written
    changed: bool
    handoff: str

    def said(self, *, dry_run: bool) -> str:
        if not self.changed:
            return "unchanged"
        return "would be written" if dry_run else "written"

    def as_json(self) -> dict[str, Any]:
        return {
            "file": self.path,
            "language": self.written.language.code,
            "catalog": self.written.catalog.value,
            "format": self.written.codec.name,
            "units": self.written.units,
            "changed": self.changed,
            "handoff": self.handoff,
        }


class Command(BaseCommand):
    help = (
        "Write the catalogues of each language: treatments.po and vocabulary.po of locale/, for "
        "git; or, with --out, the files of one job. Same state, same bytes. Each file is kept as "
        "the base of its return."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--language", type=target_language, action="append", help="Only this; repeatable."
        )
        parser.add_argument(
            "--page", action="append", metavar="SLUG", help="Only this page; repeatable."
        )
        parser.add_argument("--category", type=category, metavar="SLUG", help="Only its pages.")
        parser.add_argument(
            "--state",
            action="append",
            choices=[state.value for state in UnitState],
            help="Only units in this state; repeatable.",
        )
        parser.add_argument(
            "--drafts", action="store_true", help="Pages as their newest draft has them."
        )
        parser.add_argument("--format", choices=list(CODECS), default=PO.name)
        parser.add_argument(
            "--out", type=Path, metavar="FOLDER or FILE.zip", help="Without it, locale/."
        )
        parser.add_argument(
            "--by", type=person, default="export_catalogs", metavar="NAME", help="Who exports."
        )
        parser.add_argument("--report", choices=["table", "json"], default="table")
        parser.add_argument("--dry-run", action="store_true", help="Say it, and write nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        scope, codec = _scope(options), CODECS[options["format"]]
        catalogs = list(Catalog)
        if scope.slugs or scope.category or scope.drafts:
            catalogs = [Catalog.TREATMENTS]
        out = options["out"] or settings.BASE_DIR / "locale"
        archived = out.suffix == ".zip"
        # A whole PO file is for git: with the id of this export in it, every export would
        # differ from the one before.
        named = archived or not (scope.is_whole and codec is PO)
        jobs = list(product(options["language"] or target_languages(), catalogs))
        written = (
            write(catalog, language, codec, scope, named=named)
            for language, catalog in progress(jobs, "file")
        )
        wanted = (each for each in written if each.units or scope.is_whole)
        if archived:
            exported = self._archive(out, list(wanted), options)
        else:
            exported = [self._file(out, each, options) for each in wanted]
        self._say(exported, options)

    def _file(self, folder: Path, written: Written, options: dict[str, Any]) -> _Exported:
        path = folder / written.place
        changed = _differs(path, written.data)
        handoff = ""
        if not options["dry_run"]:
            # First: a file that went out without a base could not be merged.
            handoff = str(record(written, options["by"]).public_id)
            if changed:
                _replace(path, written.data)
        return _Exported(str(path), replace(written, data=b""), changed, handoff)

    def _archive(
        self, path: Path, written: Sequence[Written], options: dict[str, Any]
    ) -> list[_Exported]:
        data = write_archive([(each.place, each.data) for each in written])
        changed, handoffs = _differs(path, data), [""] * len(written)
        if not options["dry_run"]:
            handoffs = [str(record(each, options["by"]).public_id) for each in written]
            if changed:
                _replace(path, data)
        return [
            _Exported(f"{path}: {each.place}", each, changed, handoff)
            for each, handoff in zip(written, handoffs, strict=True)
        ]

    def _say(self, exported: Sequence[_Exported], options: dict[str, Any]) -> None:
        if options["report"] == "json":
            self.stdout.write(json.dumps([each.as_json() for each in exported], indent=2))
            return
        if not exported:
            self.stdout.write("No unit is in that state: nothing to hand off.")
        for each in exported:
            said = each.said(dry_run=options["dry_run"])
            self.stdout.write(f"{each.path}: {each.written.units} units, {said}")


def _scope(options: dict[str, Any]) -> Scope:
    pages = pages_by_slug(options["page"]) if options["page"] else []
    scope = Scope(
        slugs=tuple(page.slug for page in pages),
        category=options["category"] or "",
        states=tuple(UnitState(state) for state in options["state"] or ()),
        drafts=options["drafts"],
    )
    given = [name for name in ("page", "category", "state", "drafts") if options[name]]
    if options["format"] != PO.name:
        given.append("format")
    if given and options["out"] is None:
        raise CommandError(
            f"--{given[0]} needs --out FOLDER: the catalogues of locale/ hold every page, as PO."
        )
    return scope


def _differs(path: Path, data: bytes) -> bool:
    try:
        return not path.exists() or path.read_bytes() != data
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}.") from error


def _replace(path: Path, data: bytes) -> None:
    """Write the whole file or leave the old one: translators' work may stand in it."""
    partial = path.with_name(f"{path.name}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(data)
        os.replace(partial, path)
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}.") from error
