"""Work that a request starts and need not wait for."""

from __future__ import annotations

from typing import ParamSpec, TypeVar

from django.db import transaction
from django_tasks.base import Task

Arguments = ParamSpec("Arguments")
Returned = TypeVar("Returned")


def after_commit(
    task: Task[Arguments, Returned], *args: Arguments.args, **kwargs: Arguments.kwargs
) -> None:
    """Enqueue `task` once the transaction under way is kept; nothing if it is rolled back.

    Never raises: a queue that is down is an error in the log. It only wakes: what must happen
    is a row written in the transaction, and the task looks for such rows. With TASK_QUEUE=immediate
    (settings.BACKGROUND is false) the task has run, in this process, when the transaction ends.
    """

    def enqueue() -> None:  # a function: Django logs its name, and a partial has none
        task.enqueue(*args, **kwargs)

    transaction.on_commit(enqueue, robust=True)
