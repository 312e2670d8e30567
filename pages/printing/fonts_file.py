"""Fontconfig's file for the worker: the fonts of the project, and none of the machine."""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import escape

FONTS = Path(__file__).parent / "fonts"

_FILE = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir></fontconfig>
"""


def fonts_file(var: Path) -> Path:
    """The file, made below `var` where it is not there yet."""
    folder = var / "print"
    folder.mkdir(parents=True, exist_ok=True)
    made = folder / "fonts.conf"
    text = _FILE.format(fonts=escape(str(FONTS)), cache=escape(str(folder / "font-cache")))
    if not made.exists() or made.read_text(encoding="utf-8") != text:
        made.write_text(text, encoding="utf-8")
    return made
