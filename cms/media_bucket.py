"""Uploads in S3, or whatever speaks its protocol. Loaded only with MEDIA_S3_BUCKET: it needs
requirements-scale.txt."""

from __future__ import annotations

from urllib.parse import quote

from botocore.config import Config
from django.conf import settings
from storages.backends.s3 import S3Storage

# Seconds. No request may hang on a storage that does not answer; boto's own limits are minutes.
_LIMITS = {"connect_timeout": 2, "read_timeout": 10, "retries": {"total_max_attempts": 2}}


class MediaBucket(S3Storage):
    """Addresses are those of files in a folder: documents have them in their stored bytes, which
    must not depend on where files are. The web server in front asks the bucket."""

    def __init__(self, **options: object) -> None:
        super().__init__(
            **options,
            file_overwrite=False,
            default_acl=None,
            location="media",
            client_config=Config(**_LIMITS),
        )

    def url(
        self,
        name: str,
        parameters: object = None,
        expire: object = None,
        http_method: object = None,
    ) -> str:
        return f"{settings.MEDIA_URL}{quote(name.replace(chr(92), '/'))}"
