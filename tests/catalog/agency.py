"""What agencies do with an exported file, with other people's tools: they read its units, fill
some in, and save it as their tool does."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from html import escape, unescape
from pathlib import Path
from urllib.parse import unquote

import openpyxl
import polib
from lxml import etree

N12 = "{urn:oasis:names:tc:xliff:document:1.2}"
N20 = "{urn:oasis:names:tc:xliff:document:2.0}"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_PREVIOUS = "[previous source] "


@dataclass(frozen=True, slots=True)
class Job:
    """One unit as the translator sees it. previous: the source that `target` translates, where
    the file says that it is an older one."""

    key: str
    source: str
    target: str
    previous: str = ""


Answer = Callable[[Job], str | None]
"""The translation of a unit; None: it is left as it is."""
_Cells = Sequence[tuple[Job, Callable[[str], None]]]


def jobs(path: Path) -> list[Job]:
    return [job for job, _ in _opened(path)[0]]


def fill(path: Path, answer: Answer) -> None:
    """Give the units their translations and mark these as finished, in the same file."""
    cells, save = _opened(path)
    for job, give in cells:
        if (words := answer(job)) is not None:
            give(words)
    save()


def _opened(path: Path) -> tuple[_Cells, Callable[[], None]]:
    match path.suffix:
        case ".po":
            return _po(path)
        case ".xlf":
            return _xliff(path)
        case ".csv":
            return _csv(path)
        case ".xlsx":
            return _xlsx(path)
    raise AssertionError(path)


def _po(path: Path) -> tuple[_Cells, Callable[[], None]]:
    file = polib.pofile(str(path), encoding="utf-8")

    def give(entry: polib.POEntry, words: str) -> None:
        entry.msgstr = _as_written(entry.msgctxt, words)
        entry.previous_msgid = None
        entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]

    def job(entry: polib.POEntry) -> Job:
        key, previous = entry.msgctxt, entry.previous_msgid or ""
        return Job(key, *(_as_read(key, text) for text in (entry.msgid, entry.msgstr, previous)))

    return [(job(entry), partial(give, entry)) for entry in file], file.save


def _xliff(path: Path) -> tuple[_Cells, Callable[[], None]]:
    tree = etree.parse(path)
    is_1_2 = tree.getroot().get("version") == "1.2"
    space, unit_tag = (N12, "trans-unit") if is_1_2 else (N20, "unit")

    def give(owner: etree._Element, words: str) -> None:
        target = owner.find(f"{space}target")
        if target is None:
            target = etree.SubElement(owner, f"{space}target")
        target.text = words
        stated = target if is_1_2 else owner
        for name in ("state-qualifier", "subState"):
            stated.attrib.pop(name, None)
        stated.set("state", "translated")

    cells = []
    for unit in tree.iter(f"{space}{unit_tag}"):
        owner = unit if is_1_2 else unit.find(f"{space}segment")
        notes = [note.text or "" for note in unit.iter(f"{space}note")]
        previous = [text for text in notes if text.startswith(_PREVIOUS)]
        source, target = owner.findtext(f"{space}source"), owner.find(f"{space}target")
        job = Job(
            unit.get("id"),
            source,
            "" if target is None or _is_copy(target, source) else target.text or "",
            previous[0].removeprefix(_PREVIOUS) if previous else "",
        )
        cells.append((job, partial(give, owner)))
    return cells, partial(tree.write, path, encoding="UTF-8", xml_declaration=True)


def _is_copy(target: etree._Element, source: str) -> bool:
    """Whether it is the source that somebody put there for OmegaT, which offers nothing else."""
    return target.get("state") == "needs-translation" and target.text == source


def _csv(path: Path) -> tuple[_Cells, Callable[[], None]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        head, *rows = list(csv.reader(stream))

    def save() -> None:
        with path.open("w", encoding="utf-8-sig", newline="") as stream:
            csv.writer(stream).writerows([head, *rows])

    def put(row: list[str], place: int, text: str) -> None:
        row[place] = text

    return [_row(head, row, partial(put, row)) for row in rows], save


def _xlsx(path: Path) -> tuple[_Cells, Callable[[], None]]:
    book = openpyxl.load_workbook(path)
    sheet = book.active
    head, *rows = [[cell.value or "" for cell in row] for row in sheet.iter_rows()]

    def put(row: int, place: int, text: str) -> None:
        sheet.cell(row, place + 1).value = text

    cells = [_row(head, row, partial(put, number)) for number, row in enumerate(rows, start=2)]
    return cells, partial(book.save, path)


def _row(
    head: Sequence[str], row: Sequence[str], put: Callable[[int, str], None]
) -> tuple[Job, Callable[[str], None]]:
    def place(name: str) -> int:
        return next(at for at, title in enumerate(head) if title.startswith(name))

    key = row[place("key")]
    names = ("source", "target", "previous source")

    def give(words: str) -> None:
        put(place("target"), _as_written(key, words))
        put(place("state"), "translated")

    return Job(key, *(_as_read(key, row[place(name)]) for name in names)), give


def _as_read(key: str, text: str) -> str:
    """Paragraphs are coded text, in which & and < are escaped; in XLIFF, XML does it."""
    return unescape(text) if "#" in key else text


def _as_written(key: str, words: str) -> str:
    return escape(words, quote=False) if "#" in key else words


# Zips and memories


def unpacked(archive: Path, folder: Path) -> Path:
    """The one file of the zip, as it lies in `folder`."""
    with zipfile.ZipFile(archive) as opened:
        (name,) = opened.namelist()
        return Path(opened.extract(name, folder))


def packed(path: Path, archive: Path) -> Path:
    """A zip of the file under its name alone: people send what lies in their folder."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.write(path, path.name)
    return archive


def memory(pairs: Mapping[str, str], code: str) -> bytes:
    """TMX 1.4 (https://www.gala-global.org/tmx-14b)."""
    root = etree.Element("tmx", version="1.4")
    etree.SubElement(
        root, "header", creationtool="agency", creationtoolversion="1", segtype="paragraph",
        adminlang="en", srclang="en", datatype="plaintext", **{"o-tmf": "agency"},
    )  # fmt: skip
    body = etree.SubElement(root, "body")
    for source, target in pairs.items():
        unit = etree.SubElement(body, "tu")
        for language, words in (("en", source), (code, target)):
            variant = etree.SubElement(unit, "tuv", {XML_LANG: language})
            etree.SubElement(variant, "seg").text = words
    out = io.BytesIO()
    etree.ElementTree(root).write(out, encoding="UTF-8", xml_declaration=True)
    return out.getvalue()


def keys_of(found: Iterable[Job]) -> set[str]:
    """Segment keys, without the page; XLIFF 2.0 writes them percent-encoded, with : for %."""
    return {unquote(job.key.replace(":", "%")).partition("/")[2] for job in found}
