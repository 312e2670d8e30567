"""Settings refuse bad values by name, and production refuses unsafe ones."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import get_language_info

from cms.checks import check_mail, check_production_settings, refuse_unsafe_production
from cms.environment import read_choice, read_integer, read_list, read_matching, read_url

ROOT = Path(__file__).resolve().parent.parent
GOOD_KEY = "a-key-for-tests-that-is-long-enough-to-pass-0123456789"


@pytest.fixture
def production(settings, monkeypatch) -> None:
    """Settings that a clinic could serve with; a test spoils one."""
    settings.PRODUCTION = True
    settings.DEBUG = False
    settings.SECRET_KEY = GOOD_KEY
    settings.ALLOWED_HOSTS = ["clinic.example.org"]
    settings.BASE_URL = "https://clinic.example.org"
    monkeypatch.setenv("PROXY_COUNT", "1")


def found() -> list[str | None]:
    return [error.id for error in check_production_settings(None)]


def test_good_production_settings_pass(production):
    assert found() == []
    refuse_unsafe_production()


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("SECRET_KEY", "development-only-key-refused-in-production", "cms.E001"),
        ("SECRET_KEY", "short", "cms.E002"),
        ("SECRET_KEY", "ab" * 40, "cms.E002"),
        ("DEBUG", True, "cms.E003"),
        ("ALLOWED_HOSTS", [], "cms.E004"),
        ("ALLOWED_HOSTS", ["clinic.example.org", "*"], "cms.E004"),
        ("BASE_URL", "http://clinic.example.org", "cms.E005"),
        ("BASE_URL", "https://other.example.org", "cms.E007"),
        ("WEBHOOK_ALLOW_PRIVATE", True, "cms.E008"),
    ],
)
def test_production_refuses_an_unsafe_setting(production, settings, name, value, error):
    setattr(settings, name, value)
    assert found() == [error]


def test_production_refuses_an_unknown_number_of_proxies(production, monkeypatch):
    monkeypatch.delenv("PROXY_COUNT")
    assert found() == ["cms.E006"]


def test_every_error_says_what_to_do(production, settings, monkeypatch):
    settings.SECRET_KEY, settings.ALLOWED_HOSTS, settings.DEBUG = "short", ["*"], True
    settings.BASE_URL = "http://clinic.example.org"
    monkeypatch.delenv("PROXY_COUNT")
    errors = check_production_settings(None)
    assert len(errors) == 5
    assert all(error.hint for error in errors)


def test_development_is_not_held_to_it(settings):
    settings.SECRET_KEY = "short"
    assert found() == []


def test_a_web_server_does_not_start_with_unsafe_settings():
    # A web server loads cms.wsgi and runs no system checks of its own.
    environment = {**os.environ, "POLYCLINIC_ENV": "production"}
    for name in ("SECRET_KEY", "ALLOWED_HOSTS", "BASE_URL", "PROXY_COUNT"):
        environment.pop(name, None)
    loaded = subprocess.run(
        [sys.executable, "-c", "import cms.wsgi"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert loaded.returncode != 0
    for error in ("cms.E001", "cms.E004", "cms.E005", "cms.E006"):
        assert error in loaded.stderr


def test_a_choice_names_what_is_allowed(monkeypatch):
    monkeypatch.setenv("POLICY", "sometimes")
    with pytest.raises(ImproperlyConfigured, match=r"POLICY='sometimes'.*Allowed: never, always"):
        read_choice("POLICY", allowed=("never", "always"), default="never")


@pytest.mark.parametrize("value", ["-1", "1.5", "many", "", "٣"])
def test_a_number_is_digits(monkeypatch, value):
    monkeypatch.setenv("PROXY_COUNT", value)
    with pytest.raises(ImproperlyConfigured, match="PROXY_COUNT"):
        read_integer("PROXY_COUNT", default=0)


@pytest.mark.parametrize("value", ["clinic.example.org", "https://clinic.example.org/", "ftp://a"])
def test_a_base_url_is_an_origin_without_a_slash(monkeypatch, value):
    monkeypatch.setenv("BASE_URL", value)
    with pytest.raises(ImproperlyConfigured, match="BASE_URL"):
        read_url("BASE_URL", default="")


@pytest.mark.parametrize("value", ["mailto:me", "https://a.example.org/x y", "https://a\nBcc: b"])
def test_an_address_that_no_header_may_hold_is_refused(monkeypatch, value):
    monkeypatch.setenv("EMAIL_UNSUBSCRIBE_URL", value)
    with pytest.raises(ImproperlyConfigured, match=r"EMAIL_UNSUBSCRIBE_URL=.* an https address"):
        read_matching(
            "EMAIL_UNSUBSCRIBE_URL", pattern=r"https://[!-~]+", allowed="an https address"
        )


def test_a_list_ignores_blanks(monkeypatch):
    monkeypatch.setenv("ALLOWED_HOSTS", " a.example.org, ,b.example.org,")
    assert read_list("ALLOWED_HOSTS") == ["a.example.org", "b.example.org"]


def test_haitian_creole_is_known_to_django():
    assert get_language_info("ht")["name_local"] == "Kreyòl ayisyen"
    assert get_language_info("ht")["bidi"] is False


def test_no_mail_is_promised_where_production_has_no_mail_server():
    script = "from cms import settings; print(settings.WAGTAIL_PASSWORD_RESET_ENABLED)"
    environment = {**os.environ, "POLYCLINIC_ENV": "production"}
    environment.pop("EMAIL_HOST", None)
    assert _print(script, environment) == "False"
    assert _print(script, {**environment, "EMAIL_HOST": "mail.example.org"}) == "True"


def test_production_without_a_mail_server_warns_and_starts(production, settings):
    settings.MAIL_HOST = ""
    (warning,) = check_mail(None)
    assert (warning.id, bool(warning.hint)) == ("cms.W001", True)
    assert found() == []
    settings.MAIL_HOST = "mail.example.org"
    assert check_mail(None) == []


def _print(script: str, environment: dict[str, str]) -> str:
    return subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()


def environment_variables() -> set[str]:
    """Every name that cms/settings.py reads from the environment."""
    names = set()
    for node in ast.walk(ast.parse((ROOT / "cms/settings.py").read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            reader = ast.unparse(node.func)
            if reader.startswith("read_") or reader in ("os.environ.get", "os.getenv"):
                names.add(node.args[0].value)
    return names


def test_every_environment_variable_has_its_heading_in_the_reference():
    reference = (ROOT / "docs/reference/settings.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^### `(\w+)`", reference, flags=re.MULTILINE))
    assert "SECRET_KEY" in environment_variables()
    assert environment_variables() == documented


def test_every_error_of_production_is_in_the_reference():
    reference = (ROOT / "docs/reference/settings.md").read_text(encoding="utf-8")
    raised = set(re.findall(r"cms\.E\d+", (ROOT / "cms/checks.py").read_text(encoding="utf-8")))
    assert raised
    assert raised <= set(re.findall(r"cms\.E\d+", reference))
