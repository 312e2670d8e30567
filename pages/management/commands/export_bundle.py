"""manage.py export_bundle: everything public in each language as one file, for apps."""

from __future__ import annotations

import hashlib
from argparse import ArgumentTypeError
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from pages.bundles.making import refresh
from pages.bundles.pictures import Pictures
from pages.bundles.storage import bundle_storage
from pages.languages import Language, UnknownLanguage, all_languages, read_language
from pages.management.progress import progress
from pages.models import Bundle
from pages.whole_file import whole_file


class Command(BaseCommand):
    help = "Make the bundles of every language that are not as they should be."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--out",
            type=Path,
            metavar="DIR",
            help="Copy them there too, as DIR/{language}/bundle.zip.",
        )
        parser.add_argument(
            "--language", type=_language, action="append", help="Only this; repeatable."
        )
        parser.add_argument(
            "--format",
            choices=Bundle.Format.values,
            action="append",
            help="Only this; repeatable.",
        )

    def handle(self, *args: Any, out: Path | None, verbosity: int, **options: Any) -> None:
        languages = options["language"] or all_languages()
        forms = options["format"] or Bundle.Format.values
        made = total = 0
        try:
            with Pictures() as pictures:
                for language in progress(languages, "language"):
                    for bundle, is_new in refresh(language.code, forms, pictures):
                        total, made = total + 1, made + is_new
                        if out:
                            _copy(bundle, out)
                        if verbosity > 1:
                            self.stdout.write(_line(bundle, is_new=is_new))
        except OSError as error:
            raise CommandError(_reason(error)) from error
        where = f"{out}: " if out else ""
        if verbosity:
            self.stdout.write(f"{where}{total} bundles, {made} of them made anew")


def _language(value: str) -> Language:
    try:
        return read_language(value)
    except UnknownLanguage as error:
        raise ArgumentTypeError(str(error)) from None


def _line(bundle: Bundle, *, is_new: bool) -> str:
    return (
        f"{bundle}: {len(bundle.held)} documents, {bundle.images} images, {bundle.size} bytes, "
        f"sha-256 {bundle.digest}{'' if is_new else ', as it was'}"
    )


def _reason(error: OSError) -> str:
    """What the system said of which file; bundles that were whole before still are."""
    said = error.strerror or str(error)
    where = f"{error.filename}: " if error.filename else ""
    return f"{where}{said}. The bundle that was there before is unharmed."


def _copy(bundle: Bundle, out: Path) -> None:
    """Raises OSError."""
    path = out / bundle.language / f"bundle.{bundle.format}"
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and _digest_of(path) == bundle.digest:
        return
    with whole_file(path) as file:
        for chunk in _checked(bundle):
            file.write(chunk)


def _digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _checked(bundle: Bundle) -> Iterator[bytes]:
    digest = hashlib.sha256()
    for chunk in bundle_storage().part(bundle.name, 0, bundle.size):
        digest.update(chunk)
        yield chunk
    if digest.hexdigest() != bundle.digest:
        raise OSError(f"{bundle.name} in the storage is not what was written there")
