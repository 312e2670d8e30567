"""Whether a target is written in the letters of its language.

Names, brands and short words may keep the source's letters; most of a text may not. Letters of
a third script are a slip of the keyboard, or a text for another language.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from functools import lru_cache

from pages.catalog.checks.lexicon import lexicon
from pages.catalog.checks.words import without_addresses

# Blocks of Unicode's Scripts.txt, as far as the languages of the world's clinics need them.
_BLOCKS = {
    "Latin": "A-Za-zªºÀ-ÖØ-öø-\u024f\u1e00-\u1eff",
    "Cyrillic": "\u0400-\u052f",
    "Greek": "\u0370-\u03ff\u1f00-\u1fff",
    "Hebrew": "\u0590-\u05ff\ufb1d-\ufb4f",
    "Arabic": "\u0620-\u065f\u066e-\u06ef\u06fa-\u06ff\u0750-\u077f\u08a0-\u08ff"
    "\ufb50-\ufdff\ufe70-\ufefc",
    "Devanagari": "\u0904-\u0963\u0971-\u097f",
    "Bengali": "\u0980-\u09e3\u09f0-\u09f1\u09fc",
    "Gurmukhi": "\u0a01-\u0a5e\u0a70-\u0a75",
    "Gujarati": "\u0a81-\u0ae3",
    "Tamil": "\u0b82-\u0bd7",
    "Thai": "\u0e01-\u0e3a\u0e40-\u0e4e",
    "Armenian": "\u0530-\u058f",
    "Georgian": "\u10a0-\u10ff",
    "Ethiopic": "\u1200-\u135f",
    "Hangul": "\u1100-\u11ff\u3130-\u318f\uac00-\ud7af",
    "Kana": "\u3041-\u30ff",
    "Han": "\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0002fa1f",
}
_WORDS = re.compile("|".join(f"(?P<{name}>[{block}]+)" for name, block in _BLOCKS.items()))
_ALSO = {"Hangul": {"Han"}, "Han": {"Kana"}}


def _letters_foreign_to(script: str) -> re.Pattern[str]:
    foreign = _BLOCKS.keys() - {script} - _ALSO.get(script, set())
    return re.compile(f"[{''.join(_BLOCKS[name] for name in foreign)}]")


# Most texts have none, and then there is nothing to count.
_FOREIGN = {script: _letters_foreign_to(script) for script in _BLOCKS}
# What GB 2312 has and Big5 has not, and is no simplification: characters of chemistry and medicine
# (酶, 肽, 喹), which both write alike, and rare ones. OpenCC's table from Simplified to Traditional
# (https://github.com/BYVoid/OpenCC) leaves them as they are.
_WRITTEN_ALIKE = frozenset(
    "丨丬丶丿亠亻仫伲倮傈冂冖冫凇凼刂劐勐勹卟卩厶吖吡吣吲呋咔咣咴哌哐哚唣唿啉喹嗪嗬嗵嘞嘣嘭噍噔"
    "噻噼嚯坂垡垧埝埯塄塬墒墚夂宀尜岙岜峁崾嵛嵴巛幞幺廴彐彡忄憷扌揞揸擀攴攵敫晗桊桕榀榘檫毪氵氽"
    "沲浜溻漤灬炻烀煅煊煳煺熘犏犟犭狍猸猹珉珏甙畲疃疒痃癀癍癔癯着睃砘砹砼硇碹磙礴礻筢筻箢篼罱耠"
    "耥耱肀肟肷肼肽胩胬脎脒脲腈腙腚膪臁舭舾艹芪苄苊苘苷茚莜萘萜葜蒈蒽蔸藁蝰蝽螋蟮衤踺軎辶郄酞酰"
    "酶醌鐾阝鞴骶骺鬏黢鼗齄"
)
_FEW = 3  # words that may be a name


def wrong_script(source: str, target: str, language: str) -> str:
    """The script that the target should not be in, or ""."""
    known = lexicon(language)
    if not known.script:
        return ""
    if known.script == "Han" and _is_other_chinese(target, language):
        return "Simplified Chinese" if language == "zh-hant" else "Traditional Chinese"
    bare = without_addresses(target)
    if not _FOREIGN[known.script].search(bare):
        return ""
    kept = _words(source)
    own, foreign = 0, Counter[str]()
    words: dict[str, list[str]] = defaultdict(list)
    for found in _WORDS.finditer(bare):
        script, word = str(found.lastgroup), found.group()
        if script == known.script or script in _ALSO.get(known.script, ()):
            own += len(word)
        elif word.casefold() not in kept or word.islower():
            foreign[script] += len(word)
            words[script].append(word)
    for script, letters in foreign.items():
        if script == "Latin":
            if letters > own and _is_text(words[script], alone=own == 0):
                return script
        elif script != "Greek" and any(
            len(word) > 1 and word.casefold() not in kept for word in words[script]
        ):
            return script
    return ""


def _is_text(words: list[str], *, alone: bool) -> bool:
    """More than a name; where nothing stands beside them, words without a capital are enough."""
    return len(words) > _FEW or (alone and any(w.islower() and len(w) > _FEW for w in words))


@lru_cache(maxsize=4096)
def _words(text: str) -> frozenset[str]:
    return frozenset(found.group().casefold() for found in _WORDS.finditer(text))


def _is_other_chinese(text: str, language: str) -> bool:
    """Traditional for Simplified, or the other way round: what only the other's classic
    character set (GB 2312, Big5) holds, in more than one character of twenty."""
    own, other = ("big5", "gb2312") if language == "zh-hant" else ("gb2312", "big5")
    characters = [character for character in text if "\u4e00" <= character <= "\u9fff"]
    only_other = sum(
        not _encodes(character, own)
        and _encodes(character, other)
        and character not in _WRITTEN_ALIKE
        for character in characters
    )
    return only_other > 1 and only_other * 20 > len(characters)


@lru_cache(maxsize=16384)
def _encodes(character: str, charset: str) -> bool:
    try:
        character.encode(charset)
    except UnicodeEncodeError:
        return False
    return True
