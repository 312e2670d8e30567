"""deploy/compose.yaml says what is there: settings, files, programs, lines of nginx.conf."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

import pytest
import yaml

from tests.nginx import MAIN, NGINX, free_port, make_certificate, needs_nginx

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"
# Of boto, not of ours.
BOTO = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"}
OURS = ("prepare", "app-1", "app-2", "worker", "schedule")


@pytest.fixture(scope="module")
def services() -> dict[str, dict[str, Any]]:
    whole: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    found: dict[str, dict[str, Any]] = whole["services"]
    return found


def test_every_setting_is_one_that_there_is(services):
    documented = set(
        re.findall(
            r"^### `(\w+)`",
            (ROOT / "docs" / "reference" / "settings.md").read_text(encoding="utf-8"),
            re.MULTILINE,
        )
    )
    for name in OURS:
        given = set(services[name]["environment"])
        assert given >= {"DATABASE_URL", "DATABASE_REPLICA_URL", "REDIS_URL", "SECRET_KEY"}
        assert given - BOTO - documented == set()


def test_what_has_to_be_given_is_in_the_example():
    asked = set(re.findall(r"[^$]\$\{(\w+)", (DEPLOY / "compose.yaml").read_text(encoding="utf-8")))
    example = (DEPLOY / "compose.env.example").read_text(encoding="utf-8")
    offered = set(re.findall(r"^#?([A-Z][A-Z0-9_]+)=", example, re.MULTILINE))
    assert asked - offered == {"AWS_DEFAULT_REGION"}
    assert offered - asked == set()


def test_the_site_starts_in_production_with_what_it_is_given(services, tmp_path):
    """Values are filled in as Compose does it."""
    values = {
        "SECRET_KEY": token_urlsafe(50),
        "HOST": "clinic.example.org",
        "DATABASE_PASSWORD": "abc1",
    }
    values |= {"AWS_DEFAULT_REGION": "us-east-1"}
    given = {
        name: re.sub(r"\$\{(\w+)(?::[-?][^}]*)?\}", lambda found: values.get(found[1], ""), text)
        for name, text in services["app-1"]["environment"].items()
    }
    said = subprocess.run(
        [str(ROOT / ".venv" / "bin" / "python"), "manage.py", "check"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), **given},
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stderr
    assert "cms.E" not in said.stderr


def test_commands_are_those_of_the_project(services):
    for name in OURS:
        for command in re.findall(r"manage\.py,? (\w+)", str(services[name].get("command", ""))):
            assert any(ROOT.glob(f"*/management/commands/{command}.py")) or command in (
                "migrate",
                "collectstatic",
            )
    dockerfile = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    for source in re.findall(r"^COPY (\S+) (?:(\S+) )?", dockerfile, re.MULTILINE):
        assert all((ROOT / each).exists() for each in source if each)


@needs_nginx
def test_its_changes_to_nginx_conf_make_one_that_nginx_accepts(services, tmp_path):
    assert NGINX
    script = services["nginx"]["command"][-1].replace("$$", "$")
    sed = script[: script.index("exec nginx")]
    sed = sed.replace("/etc/nginx/polyclinic.conf", str(DEPLOY / "nginx.conf"))
    sed = sed.replace("/etc/nginx/conf.d/default.conf", f"{tmp_path}/polyclinic.conf")
    environment = {"HOST": "pages.example.org", "PATH": os.environ["PATH"]}
    subprocess.run(["sh", "-ec", sed], env=environment, check=True)
    text = (tmp_path / "polyclinic.conf").read_text(encoding="utf-8")
    assert text.count("server_name pages.example.org;") == 2
    assert "server app-1:8000 " in text
    assert "server app-2:8000 " in text
    assert "/etc/nginx/tls/site.pem;" in text
    # Names and paths of containers are not here.
    for there, here in (
        (r"app-[12]:8000", "127.0.0.1:9"),
        (r"/etc/nginx/tls/site", f"{tmp_path}/tls"),
        (r"/var/(?:cache|log)/nginx/", f"{tmp_path}/"),
        (r"listen 80;", f"listen 127.0.0.1:{free_port()};"),
        (r"listen 443 ", f"listen 127.0.0.1:{free_port()} "),
    ):
        text = re.sub(there, here, text)
    (tmp_path / "polyclinic.conf").write_text(text, encoding="utf-8")
    user = "user root;" if os.geteuid() == 0 else ""
    (tmp_path / "nginx.conf").write_text(MAIN.format(folder=tmp_path, user=user), encoding="utf-8")
    make_certificate(tmp_path)
    command = [NGINX, "-t", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")]
    judged = subprocess.run(command, capture_output=True, text=True, check=False)
    assert judged.returncode == 0, judged.stderr
