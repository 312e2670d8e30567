"""manage.py write_schemas: the public contract as files, so that a change shows in a review."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from api.openapi.asking import ask_for_examples
from api.openapi.examples import EXAMPLES_FILE, stored_examples
from api.openapi.views import document_schema_bytes, openapi_bytes, pretty


def snapshots() -> dict[Path, bytes]:
    folder = Path(settings.BASE_DIR, "docs", "reference")
    return {
        folder / "openapi.json": openapi_bytes("oneOf", "spans", "json"),
        folder / "openapi-allof.json": openapi_bytes("allOf", "spans", "json"),
        folder / "document.schema.json": document_schema_bytes(),
    }


class Command(BaseCommand):
    help = "Write the OpenAPI documents and the document schema to docs/reference/."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="Write nothing; exit 1 if a file differs."
        )
        parser.add_argument(
            "--examples",
            action="store_true",
            help="First ask this site, with the demo content loaded, for the examples anew.",
        )

    def handle(
        self, *args: Any, check: bool = False, examples: bool = False, **options: Any
    ) -> None:
        if check and examples:
            raise CommandError("--check and --examples: take one of them.")
        if examples:
            EXAMPLES_FILE.write_bytes(pretty(ask_for_examples()))
            stored_examples.cache_clear()
            openapi_bytes.cache_clear()
            self.stdout.write(f"Wrote {EXAMPLES_FILE.relative_to(settings.BASE_DIR)}")
        if check:
            self._check()
        else:
            self._write()

    def _check(self) -> None:
        different = [
            str(path.relative_to(settings.BASE_DIR))
            for path, content in snapshots().items()
            if not path.exists() or path.read_bytes() != content
        ]
        if different:
            raise CommandError(
                f"Not what the code says: {', '.join(different)}. If the change to the public "
                "contract is meant, run manage.py write_schemas and commit the files."
            )
        self.stdout.write("The schemas are unchanged.")

    def _write(self) -> None:
        for path, content in snapshots().items():
            path.write_bytes(content)
            self.stdout.write(f"Wrote {path.relative_to(settings.BASE_DIR)}")
