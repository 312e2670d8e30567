"""The docs say everything that there is, and nothing that there is not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands

from api.formats import FORMATS
from api.urls import urlpatterns
from pages.document.nodes import Block
from pages.document.vocabulary import TranslationStatus
from pages.languages import all_languages

ROOT = Path(settings.BASE_DIR)
OURS = ("cms", "pages", "api")
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("deploy/*.md")])


def text(*path: str) -> str:
    return ROOT.joinpath(*path).read_text(encoding="utf-8")


def headings(*path: str) -> set[str]:
    return set(re.findall(r"^#+ (.+)$", text(*path), re.MULTILINE))


def test_every_command_has_a_heading():
    ours = {name for name, app in get_commands().items() if app in OURS}
    assert ours == headings("docs", "reference", "commands.md") - {"Commands"}


def test_every_address_is_described():
    described = text("docs", "reference", "api.md")
    for pattern in urlpatterns:
        route = str(pattern.pattern)
        if pattern.name != "unknown":
            shown = route.replace("<str:language>", "{language}")
            shown = shown.replace("<str:reference>", "{slug or UUID}")
            shown = shown.replace("<str:suffix>", "{suffix}")
            assert f"/api/{shown}" in described, route


def test_every_format_is_described():
    described = text("docs", "reference", "formats.md")
    for form in FORMATS:
        assert f"| `.{form.suffix}` | `{form.media_type}` |" in described, form.name


def test_every_kind_of_problem_has_a_heading():
    source = "".join(path.read_text(encoding="utf-8") for path in ROOT.glob("api/*.py"))
    raised = set(re.findall(r'Problem\(\s*"([a-z-]+)"', source))
    assert raised
    assert raised <= headings("docs", "reference", "problems.md")


def test_every_status_of_a_translation_is_explained():
    for status in TranslationStatus:
        assert f"`{status.value}`" in text("docs", "explanation", "safety.md")


def test_the_readme_counts_right():
    assert f"{len(Block.__args__)} kinds" in text("README.md").replace("nineteen", "19")
    for language in all_languages():
        assert language.name.split(" (")[0] in text("README.md")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_between_pages_leads_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if not target.startswith(("http://", "https://", "mailto:")):
            assert (page.parent / target).exists(), target
