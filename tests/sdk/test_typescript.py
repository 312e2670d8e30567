"""The TypeScript client of `make sdk`, compiled, in an app that syncs, is offline, syncs again."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pages.languages import get_language
from pages.publishing.editions import reconcile
from pages.publishing.release import set_release
from tests import factory
from tests.judge import absent
from tests.test_long_poll import address_of_the_database
from tests.topology.conftest import free_port
from tests.topology.servers import AppServer

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TSC = HERE / "node_modules/typescript/bin/tsc"
STRICT = ("--strict", "--target", "es2022", "--module", "commonjs")

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("shared_database"),
]


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHON": sys.executable}
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The compiled app."""
    for program in ("java", "node"):
        if not shutil.which(program):
            absent(f"{program}: apt install default-jre-headless nodejs npm")
    if not TSC.exists():
        absent("TypeScript: npm ci --prefix tests/sdk --ignore-scripts")
    folder = tmp_path_factory.mktemp("sdk")
    made = run("sdk/generate", "--into", folder, "typescript")
    assert made.returncode == 0, made.stderr
    (folder / "typescript").rename(folder / "client")
    shutil.copy(HERE / "app.ts", folder)
    types = ("--typeRoots", HERE / "node_modules/@types", "--types", "node")
    compiled = run("node", TSC, *STRICT, *types, "--outDir", folder / "js", folder / "app.ts")
    assert compiled.returncode == 0, compiled.stdout
    return folder / "js/app.js"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[AppServer]:
    environment = {
        **os.environ,
        "DATABASE_URL": address_of_the_database(),
        "VAR_DIR": str(tmp_path / "var"),
    }
    server = AppServer("site", tmp_path, free_port(), environment)
    yield server
    server.stop()


def ask(app: Path, *arguments: str | Path) -> Any:
    done = run("node", app, *arguments)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_an_app_syncs_is_offline_and_syncs_again(app, server, tmp_path):
    pages = {slug: factory.treatment(slug) for slug in ("back-care", "knee-care", "neck-care")}
    for page in pages.values():
        factory.translate(page, "es")
    file = tmp_path / "held.json"
    address = f"http://127.0.0.1:{server.port}"
    lead = factory.LEAD[2]["text"]
    spanish = [{"lang": "es", "text": f"{lead} ({get_language('es').local_name})"}]

    server.start()
    told = ask(app, "sync", address, file, "es")
    assert (sorted(told["changed"]), told["deleted"]) == (sorted(pages), {})

    server.stop()
    kept = file.read_bytes()
    assert run("node", app, "sync", address, file, "es").returncode == 1
    assert file.read_bytes() == kept
    assert ask(app, "read", file) == dict.fromkeys(pages, spanish)

    # While the app is away a lead's translation is outdated, and another page is withdrawn.
    changed = ("lead", "lead", {"text": "A new treatment for a stiff back."})
    factory.edit(pages["back-care"], (changed, *factory.BODY[1:]))
    knee = pages["knee-care"]
    set_release(knee.pk, get_language("es"), "withdrawn", by="Dr. Luz", reason="wrong dose")
    reconcile(knee.pk)
    server.start()
    told = ask(app, "sync", address, file, "es")
    assert told == {
        "changed": ["back-care"],
        "deleted": {str(knee.translation_key): "withdrawn"},
    }
    assert ask(app, "read", file) == {
        "back-care": [{"lang": "en", "text": changed[2]["text"]}],
        "neck-care": spanish,
    }
    assert ask(app, "sync", address, file, "es") == {"changed": [], "deleted": {}}


def test_a_language_without_a_generator_is_refused_by_name(tmp_path):
    folder = tmp_path / "clients"
    refused = run("sdk/generate", "--into", folder, "cobol")
    assert refused.returncode == 2
    assert "'cobol'. Allowed: typescript, swift, kotlin." in refused.stderr
    assert not folder.exists()
