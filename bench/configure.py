"""Polyclinic's own settings, with Wagtail's APIs beside its own."""

from __future__ import annotations

import django
from django.conf import Settings, settings

from cms.settings import INSTALLED_APPS


def configure(*peers: str) -> None:
    """Sets Django up. Everything but the applications and addresses is as the site has it.

    peers: more applications, to be measured beside ours. The environment decides as always
    (DATABASE_URL, POLYCLINIC_ENV...): bench/servers.py.
    """
    settings.configure(
        Settings("cms.settings"),
        INSTALLED_APPS=["bench", *peers, "wagtail.api.v2", "wagtail.api.v3", *INSTALLED_APPS],
        ROOT_URLCONF="bench.urls",
    )
    django.setup()
