"""Run by test_chaos.py in a process of its own: a sender that goes on until it is told to stop, or
is killed. Argument: the seconds that a receiver has for its answer."""

from __future__ import annotations

import os
import signal
import sys
import threading

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings")
    django.setup()
    from pages.webhooks.sender import Sender

    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    sender = Sender(seconds=float(sys.argv[1]))
    while not stop.wait(0.05):
        sender.send_due(stop.is_set)


main()
