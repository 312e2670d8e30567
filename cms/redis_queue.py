"""The queue of tasks in Redis. Only with TASK_QUEUE=redis: it needs requirements-scale.txt."""

from __future__ import annotations

import time
from typing import Any, ClassVar, cast

import django_rq
from django.db import transaction
from django_tasks.base import Task, TaskResult, TaskResultStatus
from django_tasks.signals import task_enqueued
from django_tasks.utils import get_random_id
from django_tasks_rq import Job, RQBackend
from django_tasks_rq.backend import failed_callback, success_callback
from redis.exceptions import RedisError
from rq.callbacks import Callback
from rq.exceptions import NoSuchJobError
from rq.job import JobStatus
from rq.serializers import JSONSerializer

SILENT_SECONDS = 5


class JsonJob(Job):
    """A job whose arguments are JSON. RQ pickles them by default: who can write to Redis could
    then run any code in the worker."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "serializer": JSONSerializer})


class RedisQueue(RQBackend):
    """Sends a task once the transaction that asked for it is kept, and never fails it.

    django_tasks_rq sends at once: a worker could look for a row that is not there yet, and a
    publish would fail while Redis is down. Here that is an error in the log. What must not be
    lost is a row of the database, and its task only wakes who looks there.
    """

    _silent_until: ClassVar[float] = 0  # of the monotonic clock

    def enqueue(
        self, task: Task[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> TaskResult[Any]:
        self.validate_task(task)
        result: TaskResult[Any] = TaskResult(
            task=task,
            id=get_random_id(),
            status=TaskResultStatus.READY,
            enqueued_at=None,
            started_at=None,
            last_attempted_at=None,
            finished_at=None,
            args=list(args),
            kwargs=kwargs,
            backend=self.alias,
            errors=[],
            worker_ids=[],
        )

        def send() -> None:  # a function: Django logs its name, and a partial has none
            self._send(result)

        transaction.on_commit(send, robust=True)
        return result

    def _send(self, result: TaskResult[Any]) -> None:
        task = result.task
        # An editor whose page asks for ten tasks does not wait ten times.
        if time.monotonic() < RedisQueue._silent_until:
            raise RedisError(f"{task.module_path} is not queued: Redis was silent a moment ago.")
        try:
            self._push(result)
        except RedisError:
            RedisQueue._silent_until = time.monotonic() + SILENT_SECONDS
            raise
        task_enqueued.send(type(self), task_result=result)

    def _push(self, result: TaskResult[Any]) -> None:
        task = result.task
        queue = django_rq.get_queue(task.queue_name, job_class=JsonJob)
        job = queue.create_job(
            task.module_path,
            args=result.args,
            kwargs=result.kwargs,
            job_id=result.id,
            status=JobStatus.SCHEDULED if task.run_after else JobStatus.QUEUED,
            on_failure=Callback(failed_callback),
            on_success=Callback(success_callback),
            meta={"backend_name": self.alias},
        )
        if task.run_after is None:
            queue.enqueue_job(job)
        else:
            queue.schedule_job(job, task.run_after)

    def _get_job(self, result_id: str) -> Job | None:
        try:
            return cast(Job, JsonJob.fetch(result_id, connection=django_rq.get_connection()))
        except NoSuchJobError:
            return None
