"""The commands around the project: what they print, pin and compile."""

from __future__ import annotations

import gettext
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import CommandError
from django.db.models.signals import post_migrate

from cms.management.commands.compile_interface import compile_catalog, interface_catalogs
from cms.management.commands.prepare_demo import refuse_taken_port
from cms.sqlite import set_write_ahead_log

ROOT = Path(__file__).resolve().parent.parent
# How many packages each pins at least.
LOCKS = {
    "requirements.txt": 21,
    "requirements-scale.txt": 16,
    "requirements-dev.txt": 21,
    "requirements-sdk.txt": 1,
}
CATALOG = """\
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "Risks"
msgstr "Riesgos"

msgctxt "heading"
msgid "Risks"
msgstr "Los riesgos"

msgid "%(count)d step"
msgid_plural "%(count)d steps"
msgstr[0] "%(count)d paso"
msgstr[1] "%(count)d pasos"

#, fuzzy
msgid "Benefits"
msgstr "Riesgos"

msgid "Evidence"
msgstr ""
"""


def read_compiled(path: Path) -> dict[object, str]:
    """Text by message, as gettext itself reads a .mo file."""
    with path.open("rb") as file:
        words: dict[object, str] = dict(gettext.GNUTranslations(file)._catalog)
    # msgfmt leaves this line of the header out.
    words[""] = re.sub(r"POT-Creation-Date: .*\n", "", words[""])
    return words


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    path = tmp_path / "django.po"
    path.write_text(CATALOG, encoding="utf-8")
    return path


def test_a_compiled_catalogue_holds_what_is_translated_and_not_fuzzy(catalog):
    compile_catalog(catalog)
    words = read_compiled(catalog.with_suffix(".mo"))
    del words[""]
    assert words == {
        "Risks": "Riesgos",
        "heading\x04Risks": "Los riesgos",
        ("%(count)d step", 0): "%(count)d paso",
        ("%(count)d step", 1): "%(count)d pasos",
    }


@pytest.mark.skipif(not shutil.which("msgfmt"), reason="needs gettext: apt install gettext")
@pytest.mark.parametrize("source", list(interface_catalogs()), ids=lambda path: path.parts[-3])
def test_every_catalogue_compiles_to_what_gettext_makes_of_it(source, tmp_path):
    shutil.copy(source, tmp_path / "django.po")
    compile_catalog(tmp_path / "django.po")
    reference = tmp_path / "reference.mo"
    subprocess.run(["msgfmt", "--output-file", reference, source], check=True)
    assert read_compiled(tmp_path / "django.mo") == read_compiled(reference)


def test_a_catalogue_is_compiled_again_only_when_it_is_newer(catalog):
    assert compile_catalog(catalog) is True
    assert compile_catalog(catalog) is False
    catalog.with_suffix(".mo").touch()
    newer = catalog.with_suffix(".mo").stat().st_mtime + 10
    os.utime(catalog, (newer, newer))
    assert compile_catalog(catalog) is True
    assert sorted(path.name for path in catalog.parent.iterdir()) == ["django.mo", "django.po"]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_index_and_no_host(lock):
    text = (ROOT / lock).read_text(encoding="utf-8")
    # What pip-compile says of itself, and why each package is there, is no address either.
    assert not re.findall(r"://|^\s*-(?!-hash=)|^\S+ @ ", text, re.MULTILINE)


@pytest.mark.parametrize("lock", LOCKS)
def test_every_requirement_of_a_lock_is_pinned_and_hashed(lock):
    text = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    requirements = [line for line in text.splitlines() if line and line.lstrip()[:1] != "#"]
    assert len(requirements) >= LOCKS[lock]
    for line in requirements:
        assert re.match(r"[\w.-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", line), line


@pytest.mark.parametrize("lock", LOCKS)
def test_everything_that_is_asked_for_is_in_its_lock(lock):
    asked = (ROOT / lock).with_suffix(".in").read_text(encoding="utf-8")
    names = re.findall(r"^([A-Za-z][\w.-]*)", asked, re.MULTILINE)
    pinned = re.findall(r"^([\w.-]+)==", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE)
    assert {name.lower().replace("_", "-") for name in names} <= set(pinned)


def test_a_package_is_pinned_alike_in_every_lock():
    pinned: dict[str, str] = {}
    for lock in LOCKS:
        text = (ROOT / lock).read_text(encoding="utf-8")
        for name, version in re.findall(r"^([\w.-]+)==(\S+)", text, re.MULTILINE):
            assert pinned.setdefault(name, version) == version, f"{name} in {lock}"


def test_no_lock_goes_below_the_oldest_safe_version():
    floors = {"django": (5, 2, 19), "wagtail": (8, 0, 1), "lxml": (6, 1, 0)}
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    pinned = dict(re.findall(r"^([\w.-]+)==(\S+)", text, re.MULTILINE))
    for name, floor in floors.items():
        assert tuple(int(part) for part in re.findall(r"\d+", pinned[name])) >= floor, name


def test_make_help_lists_every_target_that_a_person_types():
    printed = subprocess.run(
        ["make", "--no-print-directory", "help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    listed = re.findall(r"^make (\S+) +\S", printed, re.MULTILINE)
    assert listed == ["help", "run", "test", "topology", "check", "lock", "sdk", "bench", "clean"]


def test_the_oldest_python_is_the_same_everywhere():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["requires-python"] == ">=3.11"
    assert project["tool"]["mypy"]["python_version"] == "3.11"
    assert project["tool"]["ruff"]["target-version"] == "py311"
    assert "version_info < (3, 11)" in (ROOT / "deploy/environment").read_text(encoding="utf-8")


def test_an_old_python_is_refused_in_one_line(tmp_path):
    shutil.copytree(ROOT / "deploy", tmp_path / "deploy")
    refused = subprocess.run(
        ["deploy/environment", "requirements.txt"],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "BASE_PYTHON": "false no-such-python"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert refused.returncode != 0
    assert "Python 3.11 or newer" in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1


def test_a_taken_port_is_named_with_the_way_out():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(CommandError, match=f"make run PORT={port + 1}"):
            refuse_taken_port(port)


def test_migrate_sets_the_write_ahead_log_of_a_database_file(tmp_path):
    # A whole migrate takes long: the receiver is registered, and does this to a file.
    receivers, _ = post_migrate._live_receivers(apps.get_app_config("pages"))
    assert set_write_ahead_log in receivers
    environment = {**os.environ, "VAR_DIR": str(tmp_path)}
    environment.pop("DATABASE_URL", None)
    script = "from cms.sqlite import set_write_ahead_log as w; w(using='default')"
    subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", script],
        cwd=ROOT,
        env=environment,
        check=True,
    )
    with sqlite3.connect(tmp_path / "polyclinic.sqlite3") as database:
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    database.close()
