"""Makes the fonts of this folder anew from the npm packages @expo-google-fonts/*.

    npm install --ignore-scripts @expo-google-fonts/noto-sans@0.4.2 \\
        @expo-google-fonts/ibm-plex-sans-arabic@0.4.2 @expo-google-fonts/noto-nastaliq-urdu@0.4.2 \\
        @expo-google-fonts/noto-sans-bengali@0.4.4 @expo-google-fonts/noto-sans-sc@0.4.3 \\
        @expo-google-fonts/noto-sans-kr@0.4.3
    .venv/bin/python pages/printing/fonts/make_fonts.py node_modules/@expo-google-fonts

The large ones keep the characters of a national standard: GB 2312 for Chinese (levels 1 and 2),
KS X 1001 for Korean, and for Noto Sans the Latin, Greek and Cyrillic letters. IBM Plex is whole:
"Plex" is a reserved name, and a font that was changed may not bear it (OFL, section 3).
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

from fontTools import subset

HERE = Path(__file__).parent
WEIGHTS = ("400Regular", "700Bold")
# Punctuation, arrows, mathematical signs, boxes; the rest of what prose of any language uses.
SIGNS = {*range(0x20, 0x7F), *range(0xA0, 0x100), *range(0x2000, 0x2070), *range(0x2190, 0x2200)}
SIGNS |= {*range(0x2200, 0x2270), *range(0x25A0, 0x2600), 0x20AC, 0x2116, 0x2122, 0xFFFD}


def national(encoding: str) -> set[int]:
    """The characters of a 94 by 94 national standard, by its EUC encoding."""
    found: set[int] = set()
    for row in range(0xA1, 0xFF):
        for cell in range(0xA1, 0xFF):
            found.update(map(ord, bytes([row, cell]).decode(encoding, errors="ignore")))
    return found


LETTERS = {*range(0x100, 0x250), *range(0x2B0, 0x530), *range(0x1E00, 0x2000)}
# Package, name of the file, characters (None: the whole font, byte for byte).
FONTS: tuple[tuple[str, str, set[int] | None], ...] = (
    ("noto-sans", "NotoSans", SIGNS | LETTERS),
    ("ibm-plex-sans-arabic", "IBMPlexSansArabic", None),
    ("noto-nastaliq-urdu", "NotoNastaliqUrdu", None),
    ("noto-sans-bengali", "NotoSansBengali", None),
    ("noto-sans-sc", "NotoSansSC", SIGNS | national("gb2312")),
    ("noto-sans-kr", "NotoSansKR", SIGNS | national("euc_kr")),
)


def main(packages: Path) -> None:
    for package, name, characters in FONTS:
        shutil.copyfile(packages / package / "LICENSE_FONT", HERE / f"{name}-LICENSE.txt")
        for weight in WEIGHTS:
            font = packages / package / weight / f"{name}_{weight}.ttf"
            made = HERE / f"{name}-{weight.removeprefix('400').removeprefix('700')}.ttf"
            if characters is None:
                shutil.copyfile(font, made)
            else:
                keep(characters, font, made)
            print(f"{made.name}: {made.stat().st_size // 1024} KB")


def keep(characters: Iterable[int], font: Path, made: Path) -> None:
    options = subset.Options(layout_features=["*"], name_IDs=["*"], hinting=False)
    options.notdef_outline = True
    loaded = subset.load_font(str(font), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(loaded)
    loaded["head"].modified = loaded["head"].created  # the same bytes on every day
    subset.save_font(loaded, str(made), options)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
