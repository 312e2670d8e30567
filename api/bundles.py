"""Bundles over HTTP: the file as it is stored, whole or a part of it (RFC 9110, section 14)."""

from __future__ import annotations

import errno
import re
from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256
from http import HTTPStatus
from typing import ClassVar, NamedTuple

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from api.caching import key_headers
from api.parameters import read_parameters
from api.problems import Problem, problem_response
from api.views import PublicView, known_language
from pages.bundles.serving import LATER, BundleNotReady, bundle_to_serve, forget
from pages.bundles.storage import bundle_storage
from pages.models import Bundle
from pages.purging import keys
from pages.reading import read_from_primary

# A document may be withdrawn at any moment, so a cache asks each time; a 304 costs three queries.
_CACHE_CONTROL = "public, no-cache"
_RANGE = re.compile(r"bytes=(?:(\d{1,18})-(\d{0,18})|-(\d{1,18}))", re.IGNORECASE | re.ASCII)


class Part(NamedTuple):
    """Bytes from `start` to before `stop`."""

    start: int
    stop: int


class ByAddress(BaseContentNegotiation):
    """The address says the format: Accept has nothing to choose from."""

    def select_renderer(
        self,
        request: Request,
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,
    ) -> tuple[BaseRenderer, str]:
        first = next(iter(renderers))
        return first, str(first.media_type)


class BundleFile(PublicView):
    content_negotiation_class = ByAddress
    form: ClassVar[str]
    media_type: ClassVar[str]

    def get(self, request: Request, language: str) -> HttpResponseBase:
        read_parameters(request.query_params, {})
        code = known_language(language).code
        read_from_primary()  # a replica may not know yet that a page was recalled
        try:
            return self._answer(request, code) or self._answer(request, code) or _lost()
        except BundleNotReady as error:
            raise Problem(
                "bundle-not-ready",
                HTTPStatus.SERVICE_UNAVAILABLE,
                f"There is no bundle of {code} as it is now. {error}",
                retry_after=error.retry_after,
            ) from None
        except OSError as error:
            raise _storage_problem(error) from error

    def _answer(self, request: Request, code: str) -> HttpResponseBase | None:
        """None where the file was gone from the storage: the next time it is made again."""
        bundle = bundle_to_serve(code, self.form)
        etag = f'"{bundle.digest}"'
        headers = {
            "ETag": etag,
            "Content-Language": code,
            "Cache-Control": _CACHE_CONTROL,
            **dict(key_headers("bundles", keys.of_language(code))),
            "Accept-Ranges": "bytes",
            "Repr-Digest": _digest(bytes.fromhex(bundle.digest)),
        }
        whole = HttpResponse(headers=headers)
        conditional = get_conditional_response(request, etag=etag, response=whole)
        if conditional is not None and conditional is not whole:
            return conditional
        headers["Content-Disposition"] = f'attachment; filename="bundle.{code}.{self.form}"'
        if request.method == "HEAD":
            headers |= {"Content-Length": str(bundle.size), "Content-Digest": _EMPTY}
            return HttpResponse(headers=headers, content_type=self.media_type)
        part = _asked_part(request, etag, bundle.size)
        if part is not None and part.start >= part.stop:
            return _unsatisfiable(request, bundle.size)
        try:
            return self._sent(bundle, part, headers)
        except FileNotFoundError:
            forget(bundle)
            return None

    def _sent(
        self, bundle: Bundle, part: Part | None, headers: dict[str, str]
    ) -> StreamingHttpResponse:
        start, stop = part or (0, bundle.size)
        response = StreamingHttpResponse(
            bundle_storage().part(bundle.name, start, stop),
            headers=headers,
            content_type=self.media_type,
        )
        response["Content-Length"] = str(stop - start)
        if part is None:
            response["Content-Digest"] = response["Repr-Digest"]
        else:
            # Of a part alone no digest is known: it would have to be read before it is sent.
            response.status_code = HTTPStatus.PARTIAL_CONTENT
            response["Content-Range"] = f"bytes {start}-{stop - 1}/{bundle.size}"
        return response


class BundleZip(BundleFile):
    form = Bundle.Format.ZIP.value
    media_type = "application/zip"


class BundleNdjson(BundleFile):
    form = Bundle.Format.NDJSON.value
    media_type = "application/zstd"  # RFC 8878


def _digest(value: bytes) -> str:
    """RFC 9530, for Content-Digest (of what is sent) and Repr-Digest (of the whole)."""
    return f"sha-256=:{b64encode(value).decode()}:"


# What HEAD sends (RFC 9530, appendix B.2).
_EMPTY = _digest(sha256().digest())


def _asked_part(request: Request, etag: str, size: int) -> Part | None:
    """The one range that is asked for; empty where it begins after the end. None for the whole:
    without a range, with several, with one that is malformed, or of other bytes (If-Range)."""
    if_range = request.headers.get("If-Range")
    found = _RANGE.fullmatch(request.headers.get("Range", "").strip())
    if found is None or (if_range is not None and if_range != etag):
        return None
    first, last, suffix = found.groups()
    if suffix is not None:
        return Part(max(0, size - int(suffix)), size)
    if last and int(last) < int(first):
        return None
    return Part(int(first), min(size, int(last) + 1) if last else size)


def _unsatisfiable(request: Request, size: int) -> HttpResponse:
    value = request.headers["Range"][:80]
    response = problem_response(
        Problem(
            "range-not-satisfiable",
            HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
            f"Range {value!r} has no byte of the bundle. Allowed: bytes=0-{size - 1} or less.",
            parameter="Range",
            value=value,
        )
    )
    response["Content-Range"] = f"bytes */{size}"
    return response


def _storage_problem(error: OSError) -> Problem:
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return Problem(
            "bundle-storage-full",
            HTTPStatus.INSUFFICIENT_STORAGE,
            "There is no space to write the bundle. What was there before is unharmed; the next "
            "request after space is made writes it.",
        )
    return Problem(
        "bundle-storage-unavailable",
        HTTPStatus.SERVICE_UNAVAILABLE,
        "Where bundles are kept does not answer. It has been logged.",
        retry_after=LATER,
    )


def _lost() -> HttpResponseBase:
    raise FileNotFoundError(errno.ENOENT, "A bundle was written and is not there.")
