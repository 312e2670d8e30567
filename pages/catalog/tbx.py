"""The glossary as TBX, for the term bases of other people's tools.

Version 3 is TBX-Basic in the DCA style (ISO 30042:2019, urn:iso:std:iso:30042:ed-2); version 2 is
what Weblate, OmegaT and translate-toolkit read (ISO 30042:2008). Same state, same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lxml import etree

from pages.languages import Language, source_language
from pages.models import GlossaryTerm

_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_TITLE = "Polyclinic glossary"
_UNTRANSLATED = "Do not translate: it stays as it is in every language."


@dataclass(frozen=True, slots=True)
class _Dialect:
    """What the two versions call the same things. attributes: of the root."""

    namespace: str | None
    root: str
    attributes: dict[str, str]
    header: str
    concept: str
    language: str
    term: str
    doctype: str | None

    def element(self, parent: etree._Element, name: str, **attributes: str) -> etree._Element:
        return etree.SubElement(parent, self.name(name), attributes)

    def name(self, name: str) -> str:
        return f"{{{self.namespace}}}{name}" if self.namespace else name


DIALECTS = {
    3: _Dialect(
        namespace="urn:iso:std:iso:30042:ed-2",
        root="tbx",
        attributes={"type": "TBX-Basic", "style": "dca"},
        header="tbxHeader",
        concept="conceptEntry",
        language="langSec",
        term="termSec",
        doctype=None,
    ),
    2: _Dialect(
        namespace=None,
        root="martif",
        attributes={"type": "TBX-Basic"},
        header="martifHeader",
        concept="termEntry",
        language="langSet",
        term="tig",
        doctype='<!DOCTYPE martif SYSTEM "TBXBasiccoreStructV02.dtd">',
    ),
}


def write_tbx(languages: Iterable[Language], version: int = 3) -> tuple[bytes, int]:
    """(the file, how many terms). Translations made for an older term are left out."""
    dialect, wanted = DIALECTS[version], (source_language(), *languages)
    namespaces = {None: dialect.namespace} if dialect.namespace else None
    root = etree.Element(dialect.name(dialect.root), dialect.attributes, nsmap=namespaces)
    root.set(_LANG, _tag(source_language()))
    description = dialect.element(dialect.element(root, dialect.header), "fileDesc")
    title = dialect.element(dialect.element(description, "titleStmt"), "title")
    source = dialect.element(dialect.element(description, "sourceDesc"), "p")
    title.text, source.text = _TITLE, "The terms and definitions of a clinic."
    body = dialect.element(dialect.element(root, "text"), "body")
    terms = list(GlossaryTerm.objects.order_by("slug"))
    for term in terms:
        _write_term(dialect, body, term, wanted)
    etree.indent(root, "  ")
    data = etree.tostring(
        root, xml_declaration=True, encoding="UTF-8", pretty_print=True, doctype=dialect.doctype
    )
    return data, len(terms)


def _write_term(
    dialect: _Dialect, body: etree._Element, term: GlossaryTerm, languages: Sequence[Language]
) -> None:
    concept = dialect.element(body, dialect.concept, id=f"term-{term.slug}")
    if term.do_not_translate:
        dialect.element(concept, "note").text = _UNTRANSLATED
    for language in languages:
        name = term.text("term", language)
        if name is None:
            continue
        section = dialect.element(concept, dialect.language)
        section.set(_LANG, _tag(language))
        if definition := term.text("definition", language):
            group = dialect.element(section, "descripGrp")
            dialect.element(group, "descrip", type="definition").text = definition
        dialect.element(dialect.element(section, dialect.term), "term").text = name


def _tag(language: Language) -> str:
    """BCP 47 as people write it: zh-Hans."""
    return language.locale.replace("_", "-")
