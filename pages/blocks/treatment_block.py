"""What all blocks of a treatment page share: an aspect, whether it is critical, one method."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, TypedDict

from wagtail import blocks

from pages.blocks.context import BlockContext
from pages.blocks.fields import term
from pages.blocks.labels import BLOCK_TITLES
from pages.document.nodes import Block, Direction, Translation
from pages.document.vocabulary import Aspect

# A block's stored JSON. Its values are typed by the block that reads them.
Raw = Mapping[str, Any]


class Head(TypedDict):
    id: str
    aspect: Aspect
    critical: bool
    lang: str
    dir: Direction
    translation: Translation
    label: str


class TreatmentBlock(blocks.StructBlock):
    """A meaning-bearing block. Subclasses set `aspect` and write `to_node`."""

    aspect: ClassVar[Aspect]
    # True: critical whatever the editor says. A block that keeps somebody from harm is not
    # left to a checkbox.
    always_critical: ClassVar[bool] = False

    class Meta:
        preview_template = "pages/blocks/preview.html"

    def __init__(self, local_blocks: Any = None, **options: Any) -> None:
        super().__init__(local_blocks or self._settings(), **options)

    def _settings(self) -> list[tuple[str, blocks.Block]]:
        aspect = term(
            Aspect,
            default=self.aspect.value,
            help_text="Which question of the patient it answers. Apps may ask for one alone.",
        )
        if self.always_critical:
            return [("aspect", aspect)]
        critical = blocks.BooleanBlock(
            required=False,
            help_text="A wrong or outdated translation of this could hurt. It is then served "
            "only from reviewed translations.",
        )
        return [("aspect", aspect), ("critical", critical)]

    def get_form_layout(self) -> blocks.BlockGroup:
        """The words first; aspect and critical behind the block's settings button."""
        settings = [name for name, _ in self._settings()]
        words = [name for name in self.child_blocks if name not in settings]
        return blocks.BlockGroup(children=words, settings=settings)

    def is_critical(self, raw: Raw) -> bool:
        return self.always_critical or bool(raw.get("critical"))

    def aspect_of(self, raw: Raw) -> Aspect:
        return Aspect(raw.get("aspect") or self.aspect)

    def title(self, raw: Raw, context: BlockContext) -> str:
        """The block's title in its language."""
        from_field = raw.get("heading") or raw.get("title")
        if from_field:
            return context.text(from_field)
        return context.word(self.default_title(raw))

    def default_title(self, raw: Raw) -> str:
        """The English interface word that titles the block when its editor gave none."""
        return BLOCK_TITLES[self.name]

    def head(self, raw: Raw, context: BlockContext) -> Head:
        return {
            "id": context.id,
            "aspect": context.aspect,
            "critical": context.critical,
            "lang": context.language.code,
            "dir": context.language.dir,
            "translation": context.translation,
            "label": self.title(raw, context),
        }

    @abstractmethod
    def to_node(self, raw: Raw, context: BlockContext) -> Block:
        """The frozen node of this block's stored JSON, already in the context's language."""


def items(raw: Raw, name: str) -> list[Any]:
    """The values of a ListBlock's stored JSON."""
    return [item["value"] for item in raw.get(name) or ()]


def optional(value: Any) -> Any:
    """None for what an editor left empty."""
    return value or None
