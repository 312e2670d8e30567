"""Glossary terms in rich text: `<a linktype="glossary" id="7">joint</a>`, 7 a primary key.

The shape is that of Wagtail's own links to pages and documents, so that its rewriter, its
reference index and its editor treat a term as one more kind of link.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse_lazy
from django.utils.html import format_html
from draftjs_exporter import DOM
from wagtail import hooks
from wagtail.admin.rich_text.converters.html_to_contentstate import LinkElementHandler
from wagtail.admin.rich_text.editors.draftail.features import EntityFeature
from wagtail.rich_text import LinkHandler
from wagtail.rich_text.feature_registry import FeatureRegistry

from pages.languages import source_language
from pages.models import GlossaryTerm
from pages.richtext import GLOSSARY_LINKTYPE

FEATURE = "glossary-term"
ENTITY = "GLOSSARY"

Attributes = dict[str, str]


class GlossaryLinkHandler(LinkHandler):
    """Database HTML to HTML, where something other than our own compile shows rich text."""

    identifier = GLOSSARY_LINKTYPE

    @staticmethod
    def get_model() -> type[GlossaryTerm]:
        return GlossaryTerm

    @classmethod
    def expand_db_attributes(cls, attrs: Attributes) -> str:
        return cls.expand_db_attributes_many([attrs])[0]

    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[Attributes]) -> list[str]:
        """An opening tag each; a term that was deleted leaves its words without a mark."""
        return [
            format_html('<a data-glossary="{}">', term.slug) if term else "<a>"
            for term in cls.get_many(attrs_list)
        ]

    @classmethod
    def extract_references(
        cls, attrs: Attributes
    ) -> Iterator[tuple[type[GlossaryTerm], str, str, str]]:
        """(model, primary key, model path, content path): what usage counts are made of."""
        if attrs.get("id"):
            yield GlossaryTerm, attrs["id"], "", ""


class GlossaryElementHandler(LinkElementHandler):
    """Database HTML to Draftail: the entity's data, with what its tooltip shows."""

    def get_attribute_data(self, attrs: Attributes) -> dict[str, Any]:
        key = attrs.get("id", "")
        term = GlossaryTerm.objects.filter(pk=key).first() if key.isdecimal() else None
        if term is None:
            # The key stays, so that opening and saving a page loses nothing.
            return {"id": key, "string": None}
        return entity_data(term)


def entity_data(term: GlossaryTerm) -> dict[str, Any]:
    return {
        "id": str(term.pk),
        "string": str(term),
        "definition": term.text("definition", source_language()) or "",
    }


def glossary_entity(props: dict[str, Any]) -> Any:
    """Draftail to database HTML. `props` is draftjs_exporter's: entity data and children."""
    return DOM.create_element(
        "a", {"linktype": GLOSSARY_LINKTYPE, "id": props.get("id")}, props["children"]
    )


@hooks.register("register_rich_text_features")
def register_glossary_feature(features: FeatureRegistry) -> None:
    features.register_link_type(GlossaryLinkHandler)
    features.register_editor_plugin(
        "draftail",
        FEATURE,
        EntityFeature(
            {
                "type": ENTITY,
                "icon": "openquote",
                "description": "Glossary term",
                "attributes": ["id", "string", "definition"],
                "allowlist": {"id": r"^\d+$"},
                "chooserUrls": {
                    "glossaryTermChooser": reverse_lazy(
                        "wagtailsnippetchoosers_pages_glossaryterm:choose"
                    )
                },
            },
            js=["wagtailadmin/js/chooser-modal.js", "pages/glossary.js"],
        ),
    )
    features.register_converter_rule(
        "contentstate",
        FEATURE,
        {
            "from_database_format": {
                f'a[linktype="{GLOSSARY_LINKTYPE}"]': GlossaryElementHandler(ENTITY)
            },
            "to_database_format": {"entity_decorators": {ENTITY: glossary_entity}},
        },
    )
