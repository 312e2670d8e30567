"""An approval can be taken back, and the log says by whom."""

from __future__ import annotations

import pytest

from pages.catalog.ledger import TargetLedger
from pages.catalog.segments import page_segments
from pages.languages import get_language
from pages.models import Target
from tests.factory import translate, treatment

pytestmark = pytest.mark.django_db


def test_a_reopened_target_waits_for_a_review_and_has_no_reviewer():
    page = treatment()
    translate(page, "es", only="summary")
    segment = page_segments(page).scalars["summary"]
    target = Target.objects.get(page=page, key=segment.key, language="es")
    ledger = TargetLedger(get_language("es"), [target])
    ledger.reopen(target, by="Dr. Vega")
    ledger.save()
    target.refresh_from_db()
    assert (target.state, target.reviewer, target.reviewed_at) == ("needs_review", "", None)
    assert target.author == "Ana"
    change = target.changes.latest("pk")
    assert (change.action, change.by, change.before["reviewer"]) == (
        "reopened",
        "Dr. Vega",
        "Dr. Luz",
    )
