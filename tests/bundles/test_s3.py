"""Bundles in a bucket, over HTTP to a server that speaks S3's protocol."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import orjson
import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command

from pages.bundles.storage import bundle_storage
from pages.languages import get_language
from pages.models import Bundle
from pages.publishing.editions import reconcile
from pages.publishing.release import set_release
from tests.bundles.reading import open_bundle
from tests.bundles.test_http import ask, data, digest

boto3 = pytest.importorskip("boto3")
pytest.importorskip("storages")
pytest.importorskip("moto.server")
pytestmark = pytest.mark.django_db
PATH = "/api/v1/en/bundle.zip"
NAME = "polyclinic-bundles"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            break
        except OSError:
            time.sleep(0.1)
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait(timeout=20)


@pytest.fixture
def bucket(server: str, settings, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    found = boto3.resource("s3", endpoint_url=server).create_bucket(Bucket=NAME)
    use(settings, server)
    yield found
    found.objects.all().delete()
    found.delete()


def use(settings, endpoint: str, name: str = NAME) -> None:
    options = {"bucket_name": name, "endpoint_url": endpoint}
    settings.STORAGES = {
        **settings.STORAGES,
        "bundles": {"BACKEND": "pages.bundles.s3.BundleBucket", "OPTIONS": options},
    }


def keys(bucket) -> set[str]:
    return {each.key for each in bucket.objects.all()}


def test_the_settings_name_the_bucket_and_where_it_is():
    script = "from cms import settings; print(settings.STORAGES['bundles'])"
    environment = {
        **os.environ,
        "BUNDLE_S3_BUCKET": NAME,
        "S3_ENDPOINT_URL": "https://s3.example.org",
    }
    said = run(script, environment)
    assert "'pages.bundles.s3.BundleBucket'" in said.stdout
    assert f"{{'bucket_name': '{NAME}', 'endpoint_url': 'https://s3.example.org'}}" in said.stdout
    refused = run(script, {**environment, "S3_ENDPOINT_URL": "s3.example.org"})
    assert "S3_ENDPOINT_URL='s3.example.org' is not understood. Allowed: an address" in (
        refused.stderr
    )


def run(script: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", script],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_bundle_is_kept_in_the_bucket_and_comes_from_it(client, page, bucket, settings, form):
    response = ask(client, f"/api/v1/en/bundle.{form}")
    whole = data(response)
    assert open_bundle(whole).slugs == {"back-care"}
    assert response["Repr-Digest"] == digest(whole)
    stored = Bundle.objects.get()
    assert keys(bucket) == {f"bundles/{stored.name}"}
    assert bucket.Object(f"bundles/{stored.name}").get()["Body"].read() == whole
    assert not settings.BUNDLE_ROOT.exists()


def test_a_part_of_it_is_all_that_is_fetched(client, page, bucket):
    whole = data(ask(client, PATH))
    for asked, wanted in (("bytes=10-19", whole[10:20]), ("bytes=-5", whole[-5:])):
        part = ask(client, PATH, range=asked)
        assert (part.status_code, data(part)) == (206, wanted)


def test_what_a_newer_one_takes_the_place_of_leaves_the_bucket(
    client, page, bucket, django_capture_on_commit_callbacks
):
    data(ask(client, PATH))
    set_release(page.pk, get_language("en"), "recalled", by="Dr. Luz", reason="wrong dose")
    reconcile(page.pk)
    with django_capture_on_commit_callbacks(execute=True):
        answer = ask(client, PATH)
    assert open_bundle(data(answer)).slugs == set()
    assert keys(bucket) == {f"bundles/{Bundle.objects.get().name}"}


def test_an_object_that_somebody_deleted_is_made_again(client, page, bucket):
    first = data(ask(client, PATH))
    bucket.objects.all().delete()
    assert data(ask(client, PATH)) == first


def test_the_command_writes_to_the_bucket_and_copies_from_it(page, bucket, tmp_path, capsys):
    call_command("export_bundle", "--out", tmp_path, "--language", "en", "--language", "es")
    assert "4 bundles, 4 of them made anew" in capsys.readouterr().out
    assert len(keys(bucket)) == 4
    assert open_bundle((tmp_path / "es" / "bundle.zip").read_bytes()).slugs == {"back-care"}
    call_command("export_bundle", "--out", tmp_path, "--language", "en", "--language", "es")
    assert "4 bundles, 0 of them made anew" in capsys.readouterr().out


def test_what_was_changed_in_the_bucket_is_not_copied(page, bucket, tmp_path):
    call_command("export_bundle", "--language", "en", "--format", "zip")
    stored = Bundle.objects.get()
    bucket.Object(f"bundles/{stored.name}").put(Body=b"x" * stored.size)
    with pytest.raises(CommandError, match="is not what was written there"):
        call_command("export_bundle", "--language", "en", "--format", "zip", "--out", tmp_path)
    assert [path.name for path in tmp_path.rglob("bundle*") if path.is_file()] == []


def test_nothing_in_the_bucket_is_public(page, bucket, server):
    call_command("export_bundle", "--language", "en", "--format", "zip")
    grants = bucket.Object(f"bundles/{Bundle.objects.get().name}").Acl().grants
    assert not any("AllUsers" in str(grant) for grant in grants)


@pytest.mark.parametrize("broken", ["no bucket", "nobody there"])
def test_a_storage_that_does_not_answer_is_a_503_within_seconds(
    client, page, bucket, server, settings, caplog, broken
):
    if broken == "no bucket":
        use(settings, server, "another-bucket")
    else:
        with socket.create_server(("127.0.0.1", 0)) as found:
            use(settings, f"http://127.0.0.1:{found.getsockname()[1]}")
    began = time.monotonic()
    refused = ask(client, PATH)
    assert time.monotonic() - began < 10
    assert refused.status_code == 503
    said = orjson.loads(refused.content)
    assert said["type"].endswith(":bundle-storage-unavailable")
    assert "127.0.0.1" not in said["detail"]
    assert refused["Retry-After"] == "60"
    use(settings, server)
    assert open_bundle(data(ask(client, PATH))).slugs == {"back-care"}


def test_a_large_bundle_is_sent_in_pieces_and_is_whole(client, page, bucket):
    """boto sends what is longer than 8 MB in several requests."""
    storage, content = bundle_storage(), os.urandom(9 * 1024 * 1024)
    storage.save("en/large.zip", ContentFile(content))
    assert b"".join(storage.part("en/large.zip", 0, len(content))) == content
    assert storage.listdir("en") == ([], ["large.zip"])
