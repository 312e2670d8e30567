"""Uploads in a bucket, over HTTP to a server that speaks S3's protocol."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.images import ImageFile
from django.urls import reverse
from PIL import Image as Picture
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

import tests.nginx
from tests.bundles.test_s3 import server as s3_server  # noqa: F401  a fixture
from tests.nginx import needs_nginx

boto3 = pytest.importorskip("boto3")
pytest.importorskip("storages")
pytestmark = pytest.mark.django_db
NAME = "polyclinic-media"
ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def bucket(s3_server: str, settings, monkeypatch) -> Iterator[object]:  # noqa: F811
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    found = boto3.resource("s3", endpoint_url=s3_server).create_bucket(Bucket=NAME)
    options = {"bucket_name": NAME, "endpoint_url": s3_server}
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "cms.media_bucket.MediaBucket", "OPTIONS": options},
    }
    settings.WAGTAILDOCS_SERVE_METHOD = "serve_view"
    yield found
    found.objects.all().delete()
    found.delete()


def picture(name: str) -> ImageFile:
    stored = BytesIO()
    Picture.new("RGB", (900, 600), "teal").save(stored, "PNG")
    return ImageFile(BytesIO(stored.getvalue()), name=name)


def keys(bucket) -> set[str]:
    return {each.key for each in bucket.objects.all()}


def test_an_image_and_what_is_made_of_it_lie_in_the_bucket_at_the_addresses_of_a_folder(bucket):
    image = get_image_model().objects.create(title="Spine", file=picture("spine.png"))
    rendition = image.get_rendition("width-400")
    assert keys(bucket) == {f"media/{image.file.name}", f"media/{rendition.file.name}"}
    assert rendition.url == f"/media/{rendition.file.name}"
    assert rendition.full_url.endswith(f"/media/{rendition.file.name}")


def test_two_uploads_of_one_name_are_two_files(bucket):
    first, second = (
        get_image_model().objects.create(title="Spine", file=picture("spine.png")) for _ in range(2)
    )
    assert first.file.name != second.file.name


def test_a_document_comes_through_the_site_which_knows_who_may_see_it(bucket, client):
    document = get_document_model()(title="Consent form")
    document.file.save("consent.txt", BytesIO(b"Please sign."))
    document.save()
    answer = client.get(reverse("wagtaildocs_serve", args=[document.pk, document.filename]))
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content) == b"Please sign."


def test_the_settings_name_the_bucket():
    script = (
        "from cms import settings as s; print(s.STORAGES['default'], s.WAGTAILDOCS_SERVE_METHOD)"
    )
    environment = {
        **os.environ,
        "MEDIA_S3_BUCKET": NAME,
        "S3_ENDPOINT_URL": "https://s3.example.org",
    }
    said = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
    ).stdout
    assert "MediaBucket" in said
    assert f"'bucket_name': '{NAME}', 'endpoint_url': 'https://s3.example.org'" in said
    assert said.rstrip().endswith("serve_view")


@needs_nginx
def test_the_web_server_in_front_asks_the_bucket_as_the_docs_say(
    bucket,
    s3_server,  # noqa: F811
    tmp_path,
    monkeypatch,
):
    image = get_image_model().objects.create(title="Spine", file=picture("spine.png"))
    made = image.get_rendition("width-400").file
    readable = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}
    readable |= {"Resource": f"arn:aws:s3:::{NAME}/media/images/*"}
    bucket.Policy().put(Policy=json.dumps({"Version": "2012-10-17", "Statement": [readable]}))
    guide = (ROOT / "docs" / "how-to" / "grow-beyond-one-machine.md").read_text(encoding="utf-8")
    lines = re.findall(r"^ +(proxy_(?:pass|set_header) [^;]+;)$", guide, re.MULTILINE)
    assert len(lines) == 4
    told = "\n".join(lines)
    at_amazon = "clinic-media.s3.eu-central-1.amazonaws.com"
    told = told.replace(f"https://{at_amazon}/", f"{s3_server}/{NAME}/")
    told = told.replace(at_amazon, s3_server.removeprefix("http://"))
    shipped = tests.nginx.SHIPPED.read_text(encoding="utf-8")
    changed, count = re.subn(r"(location /media/ \{\n) +root [^\n]+", rf"\1{told}", shipped)
    assert count == 1
    (tmp_path / "shipped.conf").write_text(changed, encoding="utf-8")
    monkeypatch.setattr(tests.nginx, "SHIPPED", tmp_path / "shipped.conf")
    with tests.nginx.running(tmp_path, ["127.0.0.1:9"], tmp_path) as nginx:
        answer = nginx.ask(made.url, authorization="Basic eA==", cookie="sessionid=x")
        assert answer.status == 200
        made.open("rb")
        assert answer.body == made.read()
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert nginx.ask(image.file.url).status == 403
        assert nginx.ask("/media/documents/consent.txt").status == 404
