"""Adding languages as docs/how-to/add-a-language.md says it, in a copy of the project: the leaflet
of Doctors of the World is then served in nine translations, and the tenth waits for its words.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polib
import pytest
from django.conf import settings

from pages.blocks.interface_words import WORD_COUNT
from tests.catalog.leaflet import FILES, LEAFLET

pytestmark = pytest.mark.skipif(os.environ.get("STORY") != "1", reason="takes minutes: STORY=1")
LAST = '    ("pl", "Polish"),\n'
ADDED = '    ("zh-hant", "Chinese (traditional)"),\n    ("yi", "Yiddish"),\n'
LEFT_OUT = (".git", ".venv", "var", "node_modules", "__pycache__", "*.mo", "dist", ".*_cache")


class Copy:
    """The project in a folder of its own, with its own database, and its commands."""

    def __init__(self, folder: Path) -> None:
        self.root, self.var = folder / "project", folder / "var"
        shutil.copytree(settings.BASE_DIR, self.root, ignore=shutil.ignore_patterns(*LEFT_OUT))
        (folder / "shared").symlink_to(LEAFLET.parents[1], target_is_directory=True)

    def python(self, *arguments: str) -> str:
        found = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        ran = subprocess.run(
            [sys.executable, *arguments],
            cwd=self.root,
            env={
                **found,
                "VAR_DIR": str(self.var),
                "DJANGO_SETTINGS_MODULE": "cms.settings",
                "PYTHONDONTWRITEBYTECODE": "1",
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
        return ran.stdout + ran.stderr

    def manage(self, *arguments: str) -> str:
        return self.python("manage.py", *arguments)


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Copy:
    if not LEAFLET.exists():
        pytest.skip("needs the leaflet of Doctors of the World beside the project")
    copy = Copy(tmp_path_factory.mktemp("clinic"))
    path = copy.root / "cms/settings.py"
    text = path.read_text(encoding="utf-8")
    assert text.count(LAST) == 1
    path.write_text(text.replace(LAST, LAST + ADDED), encoding="utf-8")
    copy.manage("compile_interface")
    copy.manage("makemigrations", "pages")
    copy.manage("migrate", "--verbosity", "0")
    return copy


@pytest.fixture(scope="module")
def seen(copy: Copy) -> Mapping[str, Any]:
    out = copy.python("-m", "tests.added_language")
    return json.loads(out[out.index("{") : out.rindex("}") + 1])


def test_a_line_and_a_migration_are_all_that_the_database_needs(copy: Copy):
    (made,) = set((copy.root / "pages/migrations").iterdir()) - {
        copy.root / "pages/migrations" / path.name
        for path in (settings.BASE_DIR / "pages/migrations").iterdir()
    }
    columns = made.read_text(encoding="utf-8")
    for field in ("heading", "summary"):
        assert f'name="{field}_zh_hant"' in columns or f"name='{field}_zh_hant'" in columns
        assert f"{field}_yi" in columns
    copy.manage("makemigrations", "--check", "--dry-run")


def test_nine_translations_are_served_each_block_in_its_language_or_saying_why_not(seen):
    served = {code: seen[code]["status"] for code in FILES}
    assert served == {**dict.fromkeys(FILES, 200), "yi": 404}
    for code in FILES.keys() - {"yi"}:
        document = seen[code]["document"]
        assert document["lang"] == code
        for block in document["blocks"]:
            assert block["lang"] == (code if block["translation"]["status"] == "approved" else "en")
        (card,) = (block for block in document["blocks"] if block["type"] == "care_card")
        assert (card["lang"], card["translation"]["reviewed_by"]) == (code, "Dr. Luz")
    assert (seen["verify_translations"], seen["verify_editions"]) == (0, 0)


def test_traditional_chinese_is_held_back_only_where_it_names_the_year(seen):
    found = seen["zh-hant"]
    assert found["counts"]["applied"] == found["filled"] == 71
    assert [source[:12] for source in found["held"]] == [
        "COVID-19 is ",
        "COVID-19 is ",
        "Coronavirus ",
    ]
    assert found["waiting"] == 0
    document = found["document"]
    assert document["heading"]["text"] == "冠狀病毒（2019新型冠狀病毒病）指引"
    # The clinic's own sentence is the one that nobody translated.
    assert document["coverage"]["blocks"] - document["coverage"]["in_language"] == 1
    assert "您的病情惡化" in json.dumps(document, ensure_ascii=False)


def test_yiddish_is_read_and_reviewed_and_not_published_without_its_interface_words(copy, seen):
    found = seen["yi"]
    assert found["counts"]["applied"] == found["filled"] > 60
    assert [source[:7] for source in found["held"]] == ["Version"]
    assert found["waiting"] == 0
    said = copy.manage("check")
    assert "(pages.W001) Yiddish (yi) has no interface words: nothing is published" in said
    assert "zh-hant" not in said


def test_the_interface_words_are_begun_translated_and_then_the_language_is_published(copy, seen):
    path = copy.root / "locale/yi/LC_MESSAGES/django.po"
    said = copy.manage("start_language", "yi")
    assert f"{WORD_COUNT} words added, {WORD_COUNT} of {WORD_COUNT} to translate" in said
    file = polib.pofile(str(path))
    assert not [entry for entry in file if entry.translated()]
    assert {tuple(entry.msgstr_plural) for entry in file if entry.msgid_plural} == {(0, 1)}
    for entry in file[1:]:
        entry.msgstr = "" if entry.msgid_plural else f"ייִדיש {entry.msgid}"
        entry.msgstr_plural = dict.fromkeys(entry.msgstr_plural, "%(number)d ייִדיש")
    file.save()
    copy.manage("compile_interface")
    lacks = f"Yiddish (yi) lacks 1 of {WORD_COUNT} interface words, such as 'Overview'"
    assert lacks in copy.manage("check")
    file[0].msgstr = "ייִדיש"
    file.save()
    copy.manage("compile_interface")
    assert "Yiddish" not in copy.manage("check")
    copy.manage("reconcile_editions")
    ask = f"""
from django.test import Client
print(Client(SERVER_NAME="127.0.0.1").get("{seen["yi"]["address"]}").status_code)
"""
    assert copy.manage("shell", "--no-imports", "-c", ask).strip() == "200"
