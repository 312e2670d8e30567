"""Rows that are written in bulk are the rows that were meant, on either database."""

from __future__ import annotations

import pytest

from pages.catalog.bulk import insert_rows
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
    changes = [
        TargetChange(target=target, by=target.text[:100], action="stored", after={"t": target.text})
        for target in targets
    ]
    insert_rows(changes)
    assert all(row.pk for row in (*targets, *changes))
    for target, change in zip(targets, changes, strict=True):
        stored = Target.objects.get(pk=target.pk)
        assert (stored.source, stored.text, stored.failed_checks, stored.reviewed_at) == (
            target.text,
            target.text,
            [target.text, None, {"a": 1}],
            None,
        )
        assert stored.updated_at == target.updated_at
        logged = TargetChange.objects.get(pk=change.pk)
        assert (logged.target, logged.before, logged.after) == (stored, None, {"t": target.text})
    # The keys were taken from the sequence, so the next row has one of its own.
    assert Target.objects.create(page=page, language="es", key="next", source="", text="").pk


def test_nothing_is_nothing():
    insert_rows([])
