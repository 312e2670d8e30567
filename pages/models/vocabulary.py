"""Snippets: the short vocabulary that pages share, translated side by side in one form."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.validators import RegexValidator
from django.db import models, transaction
from django.utils.text import slugify

from pages.digest import text_digest
from pages.languages import Language, source_language, target_languages

# NANP and E.164 in one form: what tel: (RFC 3966) takes after the scheme.
PHONE = RegexValidator(
    r"^\+[1-9]\d{6,14}$",
    "%(value)s is not a phone number. Allowed: + and 7 to 15 digits, such as +12125550100.",
)


class VocabularyTerm(models.Model):
    """A snippet whose `translated` fields have one column a language.

    `source_digests[field][language]` is the digest of the source text that a translation was
    last saved against. A translation whose digest is another one is stale, because nothing
    matches, and is not served.
    """

    translated: ClassVar[tuple[str, ...]] = ()
    slug = models.SlugField(
        max_length=80, unique=True, help_text="What apps filter by. It should not change."
    )
    source_digests = models.JSONField(default=dict, editable=False)

    class Meta:
        abstract = True

    def text(self, field: str, language: Language) -> str | None:
        """The field in `language`, or None where it is missing or stale there."""
        value: str | None = getattr(self, f"{field}_{language.suffix}")
        if not value:
            return None
        if language == source_language() or self.is_current(field, language):
            return value
        return None

    def is_current(self, field: str, language: Language) -> bool:
        recorded = self.source_digests.get(field, {}).get(language.code)
        return bool(recorded == text_digest(self._source(field)))

    def stale_translations(self) -> list[tuple[str, Language]]:
        """(field, language) of every translation made from an older source text."""
        return [
            (field, language)
            for field in self.translated
            for language in target_languages()
            if getattr(self, f"{field}_{language.suffix}") and not self.is_current(field, language)
        ]

    def confirm_translations(self) -> None:
        """Somebody read them all beside the changed source and says that they still hold."""
        for field in self.translated:
            self.source_digests[field] = {
                language.code: text_digest(self._source(field))
                for language in target_languages()
                if getattr(self, f"{field}_{language.suffix}")
            }

    @transaction.atomic  # with the editions of the pages that use it
    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.slug:
            self.slug = slugify(self._source(self.translated[0]))[:80]
        self._record_digests()
        super().save(*args, **kwargs)

    def _record_digests(self) -> None:
        """A translation that changed in this save belongs to this save's source text."""
        stored = type(self)._base_manager.filter(pk=self.pk).first() if self.pk else None
        for field in self.translated:
            digest = text_digest(self._source(field))
            recorded = dict(self.source_digests.get(field, {}))
            for language in target_languages():
                column = f"{field}_{language.suffix}"
                value = getattr(self, column)
                if not value:
                    recorded.pop(language.code, None)
                elif stored is None or getattr(stored, column) != value:
                    recorded[language.code] = digest
            self.source_digests[field] = recorded

    def _source(self, field: str) -> str:
        return getattr(self, f"{field}_{source_language().suffix}") or ""

    def __str__(self) -> str:
        return self._source(self.translated[0]) or self.slug


class Category(VocabularyTerm):
    translated = ("name", "description")
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)

    class Meta:
        verbose_name_plural = "categories"
        ordering = ["slug"]


class BodyRegion(VocabularyTerm):
    translated = ("name",)
    name = models.CharField(max_length=120)

    class Meta:
        ordering = ["slug"]


class Practitioner(VocabularyTerm):
    """Who reviews content. Names are not translated; role and credentials are."""

    translated = ("role", "credentials")
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=160)
    credentials = models.CharField(max_length=250, blank=True)
    is_demo = models.BooleanField(
        default=False, help_text="Sample data: no qualified person stands behind this name."
    )

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.name


class Clinic(VocabularyTerm):
    translated = ("name", "opening_hours")
    name = models.CharField(max_length=160)
    opening_hours = models.TextField(blank=True)
    address = models.TextField(help_text="As on an envelope; the same in every language.")
    phone = models.CharField(max_length=16, validators=[PHONE])
    url = models.URLField(blank=True)

    class Meta:
        ordering = ["slug"]


class GlossaryTerm(VocabularyTerm):
    translated = ("term", "definition")
    term = models.CharField(max_length=120)
    definition = models.TextField(help_text="One or two plain sentences.")
    do_not_translate = models.BooleanField(
        default=False,
        help_text="It stays as it is in every language: a brand, a device.",
    )

    class Meta:
        ordering = ["slug"]
