"""Bundles in S3, or whatever speaks its protocol. Loaded only with BUNDLE_S3_BUCKET: it needs
requirements-scale.txt."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import File
from storages.backends.s3 import S3Storage

from pages.bundles.storage import CHUNK

# Seconds. No request may hang on a storage that does not answer; boto's own limits are minutes.
_LIMITS = {"connect_timeout": 2, "read_timeout": 10, "retries": {"total_max_attempts": 2}}


class BundleBucket(S3Storage):
    """An object is whole or not there by S3's own promise. Nothing is public: each answer goes
    through the site, which knows what may be shown at that moment."""

    def __init__(self, **options: object) -> None:
        super().__init__(
            **options, file_overwrite=True, location="bundles", client_config=Config(**_LIMITS)
        )

    def _save(self, name: str, content: File[bytes]) -> str:
        with _as_os_error(name):
            return str(super()._save(name, content))

    def part(self, name: str, start: int, stop: int) -> Iterator[bytes]:
        with _as_os_error(name):
            found = self.bucket.Object(self._normalize_name(name)).get(
                Range=f"bytes={start}-{stop - 1}"
            )
        return BucketPart(name, found["Body"])

    def exists(self, name: str) -> bool:
        with _as_os_error(name):
            return bool(super().exists(name))

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        with _as_os_error(path):
            folders, files = super().listdir(path)
            return folders, files

    def delete(self, name: str) -> None:
        with _as_os_error(name):
            super().delete(name)


class BucketPart:
    """As the part of a file: its connection is given back too where nobody has begun to read."""

    def __init__(self, name: str, body: Any) -> None:
        self._name, self._body = name, body  # Any: botocore has no types

    def __iter__(self) -> BucketPart:
        return self

    def __next__(self) -> bytes:
        with _as_os_error(self._name):
            chunk: bytes = self._body.read(CHUNK)
        if not chunk:
            raise StopIteration
        return chunk

    def close(self) -> None:
        self._body.close()


@contextmanager
def _as_os_error(name: str) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        if status == HTTPStatus.NOT_FOUND and error.response["Error"]["Code"] != "NoSuchBucket":
            raise FileNotFoundError(name) from error
        raise OSError(f"S3: {error}") from error
    except (BotoCoreError, Boto3Error) as error:
        raise OSError(f"S3: {error}") from error
