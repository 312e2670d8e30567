"""What a search looks through: one entry a page and language, while the page is public in it."""

from __future__ import annotations

from functools import cached_property
from typing import Any, NamedTuple

from django.db import models
from wagtail.search import index

from pages.folding import has_cut, indexed_words
from pages.models.edition import CurrentEdition


class Passage(NamedTuple):
    """A line of a page. block: the id of its block, or "" for the summary; status: of its
    translation; folded: its words, folded."""

    block: str
    lang: str
    status: str
    critical: bool
    text: str
    folded: str = ""


class SearchEntry(index.Indexed, models.Model):
    """The words of a current edition. It goes when that goes; pages.searching writes it.

    `key` is "<language>-<document id>": an engine outside the database knows the same page in the
    same language by the same key for ever, however often its rows are written anew.
    """

    key = models.CharField(max_length=50, primary_key=True)
    current = models.OneToOneField(
        CurrentEdition, on_delete=models.CASCADE, related_name="search_entry"
    )
    language = models.CharField(max_length=12)
    category = models.CharField(max_length=120, blank=True)
    body_region = models.CharField(max_length=120, blank=True)
    headings = models.TextField(help_text="The heading and other names, a line each.")
    topics = models.TextField(help_text="What the page is about, in few words.")
    passages: Any = models.JSONField(help_text="A Passage of each line of the page.")

    digest = models.CharField(
        max_length=64, default="", help_text="SHA-256 of what is said, before it is folded."
    )

    # The signals of modelsearch would write after each save; pages.searching does so in bulk.
    search_auto_update = False
    wagtail_reference_index_ignore = True
    # Each boost is a weight of PostgreSQL (A to C) and a field of OpenSearch. `title` is the name
    # that Wagtail's backends keep apart.
    search_fields = [
        index.SearchField("title", boost=2),
        index.SearchField("about", boost=1),
        index.SearchField("words", boost=0.5),
        index.FilterField("language"),
        index.FilterField("category"),
        index.FilterField("body_region"),
    ]

    class Meta:
        indexes = [models.Index(fields=["language", "category"], name="search_entry_by_category")]

    def __str__(self) -> str:
        return self.key

    # Kept: Wagtail's backends ask for each of these five times.

    @cached_property
    def title(self) -> str:
        return self._indexed(self.headings)

    @cached_property
    def about(self) -> str:
        # The headings again: a word of them and one of the page are found together, in one column.
        return self._indexed(f"{self.headings}\n{self.topics}")

    @cached_property
    def words(self) -> str:
        passages = [Passage(*each) for each in self.passages]
        folded = " ".join(each.folded for each in passages)
        if not has_cut(folded):
            return folded
        # Chinese and Korean are cut across spaces, and not across what else parts words.
        return self._indexed("\n".join(each.text for each in passages))

    def _indexed(self, text: str) -> str:
        return " ".join(indexed_words(text, self.language))


class SearchWord(models.Model):
    """A word that names a public treatment in a language: what a misspelt one may be meant for.

    Words outlive the pages that they came from until `rebuild_search`. They are offered only
    where they find something public.
    """

    language = models.CharField(max_length=12)
    word = models.CharField(max_length=40, help_text="Folded.")
    length = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["language", "length", "word"], name="search_word_once")
        ]

    def __str__(self) -> str:
        return f"{self.language} {self.word}"
