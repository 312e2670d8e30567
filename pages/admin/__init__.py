"""Wagtail wiring: vocabulary forms, the glossary in Draftail, previews. Hooks register here."""
