"""manage.py load_demo: six treatments of an imaginary clinic, in up to eleven languages."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from pages.demo.load import is_loaded, load_demo


class Command(BaseCommand):
    help = "Load the demo content of examples/demo/ and locale/. Does nothing where it is loaded."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--quiet", action="store_true", help="Print only the last line.")

    def handle(self, *args: Any, quiet: bool = False, **options: Any) -> None:
        if is_loaded():
            self.stdout.write("Demo content: loaded already.")
            return
        load_demo(lambda step: None if quiet else self.stdout.write(f"Demo content: {step}"))
        self.stdout.write("Demo content: loaded.")
