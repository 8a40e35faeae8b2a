"""What the reading of a table of posts says, in the language of the page."""

import re
from collections.abc import Iterable
from functools import cache

from sim.app.texts.table_messages import ERRORS, READINGS, SEPARATORS_ZH
from sim.app.words import CHINESE
from sim.world.headings import CHINESE as COLUMNS_ZH

_PLACE = re.compile(r"\{(\w+)\}")
_ROW = re.compile(r"row ([\d,]+)")
_LIKE = re.compile(r"; did you mean “(.*)”\?")
_KNOWN = re.compile(r"; known: (.*)")
_NEAR = "(?:; did you mean “.*”\\?|; known: .*)?"
# What stands in a place, by its name; anything else is text.
_FORMS = {"at": r"row [\d,]+", "before": r"row [\d,]+", "near": _NEAR, "number": r"[-\d.,e+]+"}


def _pattern(said: str) -> re.Pattern[str]:
    """A message with its places, as an expression that finds them."""
    parts, end = [], 0
    for place in _PLACE.finditer(said):
        parts.append(re.escape(said[end : place.start()]))
        name = place[1]
        parts.append(f"(?P<{name}>{_FORMS.get(name, '.*?')})")
        end = place.end()
    return re.compile("".join(parts) + re.escape(said[end:]), re.DOTALL)


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str, str], ...]:
    """Each message as an expression, in English on the page, and in Chinese."""
    return tuple(
        (_pattern(said), other[0] if other else said, chinese)
        for said, chinese, *other in (*ERRORS, *READINGS)
    )


def in_words(text: str, lang: str) -> str:
    """A message of the reading in a language; as it is if the page has no other words for it."""
    for pattern, english, chinese in _patterns():
        found = pattern.fullmatch(text)
        if found is not None and lang == CHINESE:
            facts = {name: _chinese(name, fact) for name, fact in found.groupdict().items()}
            return chinese.format(**facts)
        if found is not None:
            return english.format(**found.groupdict())
    return text


def each_in_words(texts: Iterable[str], lang: str) -> list[str]:
    """Messages in a language; those that are several in one are told one by one."""
    parts = (one for text in texts for one in re.split(r"; (?=“[^”]*” in \d+ cells? is)", text))
    return [in_words(one, lang) for one in parts]


def column(name: str, lang: str) -> str:
    """A column that is understood, in a language."""
    return COLUMNS_ZH.get(name, name) if lang == CHINESE else name


def _chinese(name: str, fact: str) -> str:
    if name == "column":
        return COLUMNS_ZH.get(fact, fact)
    if name in ("at", "before"):
        return _ROW.sub(r"第\1行", fact)
    if name == "separator":
        return SEPARATORS_ZH.get(fact, fact)
    if name == "near":
        like, known = _LIKE.fullmatch(fact), _KNOWN.fullmatch(fact)
        if like:
            return f"；是否指“{COLUMNS_ZH.get(like[1], like[1])}”？"
        return f"；可用：{known[1]}" if known else ""
    return fact
