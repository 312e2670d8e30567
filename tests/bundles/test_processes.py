"""Many processes, and some that are ended with kill -9: a bundle is whole or is the one before."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings

from pages.bundles import storage
from pages.models import TreatmentPage
from tests.bundles.reading import open_bundle
from tests.other_process import database_url, environment

pytestmark = pytest.mark.django_db(transaction=True)
EXPORT = ("manage.py", "export_bundle", "--language", "en", "--format", "zip")


@pytest.fixture
def site(page: TreatmentPage, tmp_path: Path) -> dict[str, str]:
    """The environment of processes on the same database, with a folder of bundles of their own."""
    return {
        **environment(database_url(tmp_path)),
        "BUNDLE_ROOT": str(tmp_path / "bundles"),
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
        "VAR_DIR": str(tmp_path),
    }


def start(site: dict[str, str], *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *map(str, arguments)],
        cwd=settings.BASE_DIR,
        env=site,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(site: dict[str, str], *arguments: object) -> str:
    process = start(site, *arguments)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, out + err
    return out


def kept(site: dict[str, str]) -> list[Path]:
    folder = Path(site["BUNDLE_ROOT"]) / "en"
    return sorted(folder.iterdir()) if folder.exists() else []


def whole(path: Path) -> bool:
    return hashlib.sha256(path.read_bytes()).hexdigest() == path.name.partition(".")[0]


@pytest.mark.parametrize("moment", ["open", "os.rename"])
def test_who_is_killed_while_writing_leaves_no_bundle_and_the_next_one_is_whole(
    site: dict[str, str], moment: str
):
    """Before the first byte is written, and when all are but the file has no name yet."""
    script = Path(__file__).with_name("killed_export.py")
    killed = start(site, script, moment, "--language", "en", "--format", "zip")
    killed.communicate(timeout=120)
    assert killed.returncode == -signal.SIGKILL
    left = kept(site)
    assert [path for path in left if not path.name.endswith(storage.PARTIAL)] == []
    for path in left:  # an hour passes
        os.utime(path, (0, time.time() - storage.ABANDONED - 1))
    assert "1 bundles, 1 of them made anew" in run(site, *EXPORT)
    (made,) = kept(site)
    assert whole(made)
    assert open_bundle(made.read_bytes()).slugs == {"back-care"}


def test_many_at_once_leave_one_whole_file(site: dict[str, str]):
    exports = [start({**site, "PYTHONHASHSEED": str(seed)}, *EXPORT) for seed in range(1, 4)]
    for export in exports:
        out, err = export.communicate(timeout=240)
        assert export.returncode == 0, out + err
    (made,) = kept(site)
    assert whole(made)
    assert "0 of them made anew" in run(site, *EXPORT)


def test_another_process_with_another_folder_makes_the_same_bytes(
    site: dict[str, str], tmp_path: Path
):
    made = set()
    for seed in ("1", "2"):
        folder = tmp_path / seed
        elsewhere = {**site, "PYTHONHASHSEED": seed, "BUNDLE_ROOT": str(folder / "kept")}
        assert "1 of them made anew" in run(elsewhere, *EXPORT, "--out", folder)
        made.add((folder / "en" / "bundle.zip").read_bytes())
    assert len(made) == 1


PUBLISH = """
from pages.models import TreatmentPage
page = TreatmentPage.objects.get()
page.summary_en = "Not what it was."
page.save_revision().publish()
"""
DIGEST = """
from pages.models import Bundle
print(Bundle.objects.get().digest)
"""


def test_a_worker_makes_it_anew_after_a_publish_in_another_process(
    site: dict[str, str], own_redis: str
):
    run(site, *EXPORT)
    (first,) = kept(site)
    queued = {**site, "TASK_QUEUE": "redis", "REDIS_URL": own_redis}
    run(queued, "manage.py", "shell", "--no-imports", "-c", PUBLISH)
    assert kept(site) == [first]  # whoever publishes does not wait for it
    working = start(queued, "manage.py", "run_worker")
    try:
        deadline = time.monotonic() + 120
        while kept(site) == [first] and time.monotonic() < deadline:
            time.sleep(0.2)
    finally:
        working.terminate()
        working.communicate(timeout=60)
    (made,) = kept(site)
    assert made != first
    assert whole(made)
    assert b"Not what it was." in next(iter(open_bundle(made.read_bytes()).documents.values()))
    assert "0 of them made anew" in run(site, *EXPORT)
