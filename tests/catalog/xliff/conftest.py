"""The demo's units, for what must hold of every one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings

from pages.catalog.units import Unit, treatment_units
from pages.catalog.vocabulary import vocabulary_units
from pages.languages import target_languages
from pages.models import TreatmentPage


@pytest.fixture(scope="session")
def demo_units(
    django_db_setup, django_db_blocker, tmp_path_factory
) -> Mapping[str, Sequence[Unit]]:
    """Every unit of the demo, by language. Loading it takes ten seconds, and nothing stays.

    Its tests need the mark django_db.
    """
    files = tmp_path_factory.mktemp("demo")
    own_files = override_settings(VAR_DIR=files, MEDIA_ROOT=files / "media")
    with own_files, django_db_blocker.unblock(), transaction.atomic():
        call_command("load_demo", quiet=True, stdout=StringIO())
        pages = list(TreatmentPage.objects.order_by("pk"))
        units = {
            language.code: [*treatment_units(pages, language), *vocabulary_units(language)]
            for language in target_languages()
        }
        transaction.set_rollback(True)
    return units
