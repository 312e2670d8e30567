"""Rows that are written in bulk are the rows that were meant, on either database."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from pages.bulk import append_values, insert_rows
from pages.models import Target, TargetChange
from tests import factory

pytestmark = pytest.mark.django_db

NASTY = (
    r"\N",
    r"back\slash \t \x41",
    "a tab\tand a\nline, a \r\n return",
    '"quoted", {braces}, NULL',
    "\u2067عربي\u2069 中文 👩🏽 e\u0301",
    "",
)


def test_texts_dates_and_json_come_back_as_they_were():
    page = factory.treatment()
    targets = [
        Target(
            page=page,
            language="es",
            key=f"k{n}",
            text_digest="d",
            source=text,
            text=text,
            state="needs_review",
            origin="human",
            failed_checks=[text, None, {"a": 1}],
        )
        for n, text in enumerate(NASTY)
    ]
    insert_rows(targets)
    changes = [(target.pk, target.text[:100], "stored", {"t": target.text}) for target in targets]
    append_values(TargetChange, ("target_id", "by", "action", "after"), changes)
    assert all(row.pk for row in targets)
    for target in targets:
        stored = Target.objects.get(pk=target.pk)
        assert (stored.source, stored.text, stored.failed_checks, stored.reviewed_at) == (
            target.text,
            target.text,
            [target.text, None, {"a": 1}],
            None,
        )
        assert stored.updated_at == target.updated_at
        logged = TargetChange.objects.get(target=target, before__isnull=True)
        assert (logged.by, logged.after) == (target.text[:100], {"t": target.text})
        assert timezone.now() - logged.at < timedelta(minutes=1)
    # The keys were taken from the sequence, so the next row has one of its own.
    assert Target.objects.create(page=page, language="es", key="next", source="", text="").pk


def test_nothing_is_nothing():
    insert_rows([])
    append_values(TargetChange, ("target_id",), [])
