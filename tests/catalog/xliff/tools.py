"""Files as other tools give them back."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from lxml import etree

from tests.judge import absent

INTEROP: Path = settings.BASE_DIR / "tests" / "interop"
N12 = "{urn:oasis:names:tc:xliff:document:1.2}"


def by_npm(data: bytes, name: str) -> bytes:
    """Read and written by npm's xliff or gettext-parser."""
    node = shutil.which("node")
    if node is None or not (INTEROP / "node_modules").exists():
        absent("node, and `npm ci` in tests/interop")
    command = [node, str(INTEROP / "rewrite.js"), name]
    return subprocess.run(command, input=data, capture_output=True, check=True).stdout


def by_translate_toolkit(data: bytes, name: str) -> bytes:
    """Every unit that has no target gets one, as somebody in Weblate would."""
    from translate.storage import xliff, xliff2

    file = {"xliff-1.2": xliff.Xliff1File, "xliff-2.0": xliff2.Xliff2File}[name].parsestring(data)
    for unit in file.units:
        if not unit.target and not unit.isheader():
            unit.target = f"{unit.source} (es)"
    return bytes(file)


OMEGAT = Path("/usr/share/omegat/OmegaT.jar")  # where Debian's package has it
PROJECT = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<omegat><project version="1.0">
{folders}
<source_lang>EN</source_lang><target_lang>{language}</target_lang>
<source_tok>org.omegat.tokenizer.DefaultTokenizer</source_tok>
<target_tok>org.omegat.tokenizer.DefaultTokenizer</target_tok>
<sentence_seg>false</sentence_seg>
<support_default_translations>true</support_default_translations>
<remove_tags>false</remove_tags>
</project></omegat>"""
FOLDERS = ("source", "target", "tm", "glossary", "dictionary")


def by_omegat(
    data: bytes,
    name: str,
    folder: Path,
    *,
    language: str = "ES",
    words: Callable[[str], str] = "{} (es)".format,
) -> bytes:
    """What a translator's OmegaT makes of the file, headless. words: what stands there, as
    OmegaT shows it -> the translation."""
    java = shutil.which("java")
    if java is None or not OMEGAT.exists():
        absent("OmegaT: apt install omegat")
    project = folder / "project"
    for child in (*FOLDERS, "omegat"):
        (project / child).mkdir(parents=True)
    folders = "".join(f"<{child}_dir>__DEFAULT__</{child}_dir>" for child in FOLDERS)
    folders += "<glossary_file>__DEFAULT__</glossary_file>"
    (project / "omegat.project").write_text(
        PROJECT.format(folders=folders, language=language), encoding="utf-8"
    )
    (project / "source" / name).write_bytes(data)
    memory = folder / "all.tmx"

    def run(*mode: str) -> None:
        command = [java, "-Djava.awt.headless=true", f"-Duser.home={folder}", "-jar", str(OMEGAT)]
        quiet = ("--disable-project-locking", "--no-team", f"--config-dir={folder / 'settings'}")
        subprocess.run(
            [*command, str(project), *mode, *quiet], check=True, capture_output=True, timeout=120
        )

    run(
        "--mode=console-createpseudotranslatetmx",
        f"--pseudotranslatetmx={memory}",
        "--pseudotranslatetype=equal",
    )
    # The name of a DTD that is not there stands at its head.
    root = etree.parse(memory, etree.XMLParser(load_dtd=False, no_network=True)).getroot()
    for segment in root.findall(f".//tuv[@lang='{language}']/seg"):
        segment.text = words(segment.text)
    saved = project / "omegat" / "project_save.tmx"
    saved.write_bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True))
    run("--mode=console-translate", "--tag-validation=abort")
    return (project / "target" / name).read_bytes()
