"""manage.py start_language: the interface words of a language, to be translated."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import django
import polib
from django.core.management.base import BaseCommand, CommandError, CommandParser

from pages.blocks.interface_words import interface_catalog
from pages.languages import Language, UnknownLanguage, get_language, target_languages

_ONE_AND_MANY = "nplurals=2; plural=(n != 1);"
_NPLURALS = re.compile(r"nplurals\s*=\s*(\d)")


class Command(BaseCommand):
    help = "Write the interface words of a language to translate; add those that are not there yet."
    # That there are none is what the checks say.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("language", help="its code in LANGUAGES, such as zh-hant")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            language = get_language(options["language"])
        except UnknownLanguage as error:
            raise CommandError(f"{error} Add it to LANGUAGES in cms/settings.py.") from None
        path = interface_catalog(language).with_suffix(".po")
        file = polib.pofile(str(path), wrapwidth=0) if path.exists() else _new(language)
        there = {entry.msgid for entry in file}
        file.extend(entry for entry in _template(language, file) if entry.msgid not in there)
        if len(file) > len(there):
            path.parent.mkdir(parents=True, exist_ok=True)
            file.save(str(path))
        left = len(file.untranslated_entries()) + len(file.fuzzy_entries())
        self.stdout.write(
            f"{path}: {len(file) - len(there)} words added, {left} of {len(file)} to translate. "
            "Then: manage.py compile_interface."
        )


def _template(language: Language, file: polib.POFile) -> list[polib.POEntry]:
    """The words without translations, in the order of a language that has all of them, with as
    many plural forms as `file` says."""
    forms = _NPLURALS.search(file.metadata.get("Plural-Forms", _ONE_AND_MANY))
    plural = dict.fromkeys(range(int(forms[1]) if forms else 2), "")
    paths = (interface_catalog(each).with_suffix(".po") for each in target_languages())
    own = interface_catalog(language).with_suffix(".po")
    found = next((path for path in paths if path != own and path.exists()), None)
    if found is None:
        raise CommandError("No language under locale/ has interface words to begin from.")
    return [
        polib.POEntry(
            msgid=entry.msgid,
            msgid_plural=entry.msgid_plural,
            msgstr_plural=dict(plural) if entry.msgid_plural else {},
            flags=[flag for flag in entry.flags if flag != "fuzzy"],
        )
        for entry in polib.pofile(str(found))
        if not entry.obsolete
    ]


def _new(language: Language) -> polib.POFile:
    file = polib.POFile(wrapwidth=0)
    file.header = f" Interface words that patients read, in {language.name}."
    file.metadata = {
        "Project-Id-Version": "Polyclinic",
        "Last-Translator": "",
        "Language-Team": language.name,
        "Language": language.locale,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": _plural_forms(language),
    }
    return file


def _plural_forms(language: Language) -> str:
    """As Django's own catalogue of the language has it; else one and many."""
    own = Path(django.__file__).parent / "conf/locale" / language.locale / "LC_MESSAGES/django.po"
    if not own.exists():
        return _ONE_AND_MANY
    return str(polib.pofile(str(own)).metadata.get("Plural-Forms", _ONE_AND_MANY))
