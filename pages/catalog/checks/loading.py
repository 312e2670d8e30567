"""The one part of the checks that reads the database: before them, once."""

from __future__ import annotations

from pages.catalog.checks.context import CheckContext
from pages.catalog.checks.glossary import Glossary, Term
from pages.catalog.checks.lexicon import lexicon
from pages.languages import Language, source_language
from pages.models import GlossaryTerm


def load_context(language: Language) -> CheckContext:
    """The glossary of a language, in one query. Once for a file, a page or a request."""
    lexicon(language.code)  # compiled now, not while somebody types
    return CheckContext(
        Glossary.of(
            Term(
                term.text("term", source_language()) or "",
                term.text("term", language) or "",
                term.do_not_translate,
            )
            for term in GlossaryTerm.objects.order_by("slug")
        )
    )
