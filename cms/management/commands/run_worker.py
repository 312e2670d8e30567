"""Runs queued tasks, whichever queue is set."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    help = "Run queued tasks until stopped: the worker of the queue that TASK_QUEUE names."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="Run what is queued now, and end.")

    def handle(self, *args: Any, once: bool, verbosity: int, **options: Any) -> None:
        match settings.TASK_QUEUE:
            case "database":
                call_command(
                    "db_worker", "--no-reload", *(["--batch"] if once else []), verbosity=verbosity
                )
            case "redis":
                call_command(
                    "rqworker",
                    "default",
                    "--job-class=cms.redis_queue.JsonJob",
                    "--serializer=json",
                    "--burst" if once else "--with-scheduler",
                    verbosity=verbosity,
                )
            case "immediate":
                raise CommandError(
                    "TASK_QUEUE is 'immediate': tasks run where they are asked for, and there is "
                    "no queue. For a worker set it to 'database' or 'redis'."
                )
