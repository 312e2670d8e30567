"""manage.py deliver_webhooks: send what waits in the outbox of webhooks."""

from __future__ import annotations

import logging
import signal
import threading
from collections import Counter
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import Error as DatabaseError
from django.db import connection

from pages.models import WebhookDelivery
from pages.webhooks.sender import Sender

log = logging.getLogger(__name__)
State = WebhookDelivery.State
# Seconds. Another process writes to the outbox, and nothing tells this one.
_LOOK_EVERY = 1.0
_AFTER_AN_ERROR = 10.0


class Command(BaseCommand):
    help = (
        "Send the webhook messages that are due, and end. With --watch: go on until SIGTERM, "
        "which lets messages under way come to their end. Several may run at once."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--watch", action="store_true", help="Keep looking, once a second; for a service."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["watch"]:
            self._watch()
        else:
            self._say(Sender().send_due())

    def _watch(self) -> None:
        stop = threading.Event()

        def end(number: int, frame: FrameType | None) -> None:
            stop.set()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, end)
        sender = Sender()
        while not stop.is_set():
            pause = _LOOK_EVERY
            try:
                ended = sender.send_due(stop.is_set)
                if ended:
                    self._say(ended)
            except DatabaseError:
                log.exception("Webhooks wait: the outbox could not be read or written.")
                connection.close()  # a new one is made when the database is back
                pause = _AFTER_AN_ERROR
            stop.wait(pause)

    def _say(self, ended: Counter[WebhookDelivery.State]) -> None:
        self.stdout.write(
            f"{ended[State.DELIVERED]} delivered, {ended[State.WAITING]} to be tried again, "
            f"{ended[State.DEAD]} given up."
        )
        self.stdout.flush()
