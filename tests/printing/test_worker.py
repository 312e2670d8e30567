"""The print worker as a process: it ends with the service, and is replaced when it has grown."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest
from django.conf import settings as django_settings

from pages.printing.fonts_file import fonts_file
from pages.printing.pool import Limits, Page, PrintFailed, PrintPool
from tests.printing.pango import needs_pango

pytestmark = needs_pango
PAGE = Page("<html lang=en><title>x</title><p>x", "en", "aa" * 32)
SERVICE = """
import django, sys, time
django.setup()
from pages.printing.pool import Page, print_pool
print_pool().pdf(Page("<html lang=en><title>x</title><p>x", "en", "aa" * 32))
print(print_pool()._idle.queue[0].process.pid, flush=True)
time.sleep(60)
"""


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_worker_ends_when_the_service_is_killed(tmp_path):
    service = subprocess.Popen(
        [sys.executable, "-c", SERVICE],
        cwd=django_settings.BASE_DIR,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "cms.settings", "VAR_DIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        text=True,
    )
    worker = int(service.stdout.readline())
    assert is_running(worker)
    service.send_signal(signal.SIGKILL)
    service.wait()
    service.stdout.close()
    end = time.monotonic() + 20
    while is_running(worker) and time.monotonic() < end:
        time.sleep(0.05)
    assert not is_running(worker)


@pytest.fixture
def pool(tmp_path):
    pool = PrintPool(Limits(workers=1, waiting=0, seconds=15, megabytes=200), fonts_file(tmp_path))
    yield pool
    pool.close()


def test_a_worker_stays_for_the_next_page(pool):
    pool.pdf(PAGE)
    (first,) = pool._idle.queue
    pool.pdf(PAGE)
    assert list(pool._idle.queue) == [first]
    assert first.documents == 2
    assert 0 < first.resident < 200 * 1024 * 1024


def test_a_worker_that_has_grown_is_replaced(pool):
    pool.pdf(PAGE)
    (first,) = pool._idle.queue
    first.resident = 201 * 1024 * 1024
    pool.pdf(PAGE)
    assert pool._idle.queue[0] is not first
    assert first.process.poll() is not None


def test_a_page_that_wants_more_memory_than_there_is_fails_alone(pool):
    rows = "<tr><td>x</td></tr>" * 400_000
    html = f"<html lang=en><title>x</title><table>{rows}</table>"
    with pytest.raises(PrintFailed):
        pool.pdf(Page(html, "en", "bb" * 32))
    assert pool.pdf(PAGE).startswith(b"%PDF")


def test_what_no_font_has_is_in_the_log(pool, caplog):
    html = "<html lang=en><title>x</title><p>Pain \u2192 \u200fيد \u0f56 \U00020000"
    pool.pdf(Page(html, "en", "cc" * 32))
    assert "A page in en has empty boxes: no font has U+0F56 U+20000." in caplog.text
