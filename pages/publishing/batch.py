"""Many changes of shared vocabulary, one recompile of each page that uses it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import transaction

from pages.models import Dependency
from pages.publishing.editions import reconcile_pages, reconcile_using

_changed: ContextVar[set[tuple[str, int]] | None] = ContextVar("changed", default=None)


@contextmanager
def together(later: set[int] | None = None) -> Iterator[None]:
    """Inside, changed snippets and images are only noted; at the end, still in the same
    transaction, each page that uses any of them is recompiled once. later: takes the ids of these
    pages instead, for a caller that recompiles them, in every language, after more changes."""
    with transaction.atomic():
        token = _changed.set(set())
        try:
            yield
            changed = _changed.get() or set()
        finally:
            _changed.reset(token)
        pages: set[int] = set()
        for kind, object_id in changed:
            users = Dependency.objects.filter(kind=kind, object_id=object_id)
            pages.update(users.values_list("page_id", flat=True))
        if later is None:
            reconcile_pages(pages)
        else:
            later |= pages


def used_changed(kind: str, object_id: int) -> None:
    """A snippet or image has changed: recompile its pages now, or at the end of together()."""
    changed = _changed.get()
    if changed is None:
        reconcile_using(kind, object_id)
    else:
        changed.add((kind, object_id))
