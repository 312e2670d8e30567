"""Errors as RFC 9457 problem+json: what was wrong, with which value, and what is allowed."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

import orjson
from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse
from rest_framework import exceptions

from pages.contention import waited_in_vain
from pages.reading import is_unreachable

logger = logging.getLogger("polyclinic.api")

MEDIA_TYPE = "application/problem+json"
_NAMESPACE = "urn:polyclinic:problem:"


class Problem(Exception):
    """A refusal. `kind` is a stable name, docs/reference/problems.md lists them all.

    parameter, value, allowed: members of the problem document where they apply. retry_after:
    seconds, for the header (RFC 9110, 10.2.3).
    """

    def __init__(
        self,
        kind: str,
        status: HTTPStatus,
        detail: str,
        *,
        parameter: str | None = None,
        value: str | None = None,
        allowed: Iterable[str] | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(detail)
        self.retry_after = retry_after
        self.kind = kind
        self.status = status
        self.detail = detail
        members = {
            "parameter": parameter,
            "value": value,
            "allowed": None if allowed is None else list(allowed),
        }
        self.members = {name: member for name, member in members.items() if member is not None}


def bad_parameter(parameter: str, value: str, allowed: Iterable[str]) -> Problem:
    allowed = list(allowed)
    return Problem(
        "bad-parameter",
        HTTPStatus.BAD_REQUEST,
        f"{parameter}={value!r} is not understood. Allowed: {', '.join(allowed)}.",
        parameter=parameter,
        value=value,
        allowed=allowed,
    )


def missing_parameter(parameter: str, allowed: Iterable[str]) -> Problem:
    allowed = list(allowed)
    return Problem(
        "missing-parameter",
        HTTPStatus.BAD_REQUEST,
        f"{parameter} is missing. Allowed: {', '.join(allowed)}.",
        parameter=parameter,
        allowed=allowed,
    )


def not_found(detail: str, *, value: str, allowed: Iterable[str] | None = None) -> Problem:
    return Problem("not-found", HTTPStatus.NOT_FOUND, detail, value=value, allowed=allowed)


def problem_response(problem: Problem) -> HttpResponse:
    body = {
        "type": _NAMESPACE + problem.kind,
        "title": problem.status.phrase,
        "status": problem.status.value,
        "detail": problem.detail,
        **problem.members,
    }
    response = HttpResponse(
        orjson.dumps(body), content_type=MEDIA_TYPE, status=problem.status.value
    )
    response["Cache-Control"] = "no-store"
    response["Content-Language"] = "en"
    if problem.retry_after is not None:
        response["Retry-After"] = str(problem.retry_after)
    return response


def exception_handler(error: Exception, context: Mapping[str, Any]) -> HttpResponse | None:
    """DRF's hook: every error that a view raises leaves as problem+json; None re-raises."""
    match error:
        case Problem():
            return problem_response(error)
        case Http404():
            return problem_response(not_found("There is nothing here.", value=""))
        case exceptions.APIException():
            return _from_drf(error, context)
        case Error() if is_unreachable(error) or waited_in_vain(error):
            logger.error("The database does not answer: %s", error)
            return problem_response(_database_unavailable())
        case _:
            return None


def _database_unavailable() -> Problem:
    return Problem(
        "database-unavailable",
        HTTPStatus.SERVICE_UNAVAILABLE,
        "The database does not answer. Ask again in a moment.",
        retry_after=2,
    )


def _from_drf(error: exceptions.APIException, context: Mapping[str, Any]) -> HttpResponse:
    status = HTTPStatus(error.status_code)
    kind = status.phrase.lower().replace(" ", "-")
    allowed: list[str] | None = None
    match error:
        case exceptions.MethodNotAllowed():
            allowed = list(context["view"].allowed_methods)
        case exceptions.NotAcceptable():
            # Two formats may be HTML: by Accept alone the first is meant.
            media_types = (renderer.media_type for renderer in context["view"].get_renderers())
            allowed = list(dict.fromkeys(media_types))
    detail = str(error.detail)
    if allowed:
        detail = f"{detail} Allowed: {', '.join(allowed)}."
    response = problem_response(Problem(kind, status, detail, allowed=allowed))
    if isinstance(error, exceptions.MethodNotAllowed):
        response["Allow"] = ", ".join(allowed or ())
    return response


def api_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """For an address below /api/ that no route knows."""
    problem = not_found(
        f"No such address: {request.path}. /api/docs/ lists those that there are.",
        value=request.path,
    )
    return problem_response(problem)


def api_server_error(request: HttpRequest) -> HttpResponse:
    """For an error that is ours. It says nothing of the inside; the log does."""
    problem = Problem(
        "internal-server-error",
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "Something went wrong on our side. It has been logged.",
    )
    return problem_response(problem)
