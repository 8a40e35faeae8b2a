"""Numbers, scales and ranks in the cells of a table of posts."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from sim.calendar import MONTHS_A_YEAR
from sim.errors import MOST_TOLD, BadInput, Problems, nearest

# What tables write where a value is not known.
NOT_GIVEN = frozenset(
    (
        "",
        "-",
        "--",
        "–",
        "—",
        "——",
        "/",
        ".",
        "n/a",
        "na",
        "#n/a",
        "nan",
        "null",
        "none",
        "无",
        "缺",
        "不详",
    )
)
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?")
_COMMA = re.compile(r"([+-]?)(\d*),(\d+)")
_HUNDRED = 100.0
# Digits between the commas of thousands.
_THOUSANDS = 3
_LONGEST = 60
# Units that a number may carry, and months or years that one is.
_UNITS = {
    "age": {"": 1.0, "岁": 1.0, "周岁": 1.0, "years": 1.0, "year": 1.0, "y": 1.0},
    "time_in_post": {
        **dict.fromkeys(("", "个月", "月", "months", "month", "m"), 1.0),
        **dict.fromkeys(("年", "years", "year", "y"), MONTHS_A_YEAR),
    },
}
_WITH_UNIT = re.compile(r"(.*?[\d.])\s*([^\W\d_]*)")
# Levels of rank of China's civil service, the highest first: leading posts, and the grades that
# go with each. Source: Civil Servant Law (公务员法, 2018), articles 18 and 19, and the rules on
# posts and grades (公务员职务与职级并行规定, 2019), article 8. 股级 is in use but not in the law.
RANKS = (
    ("国家级正职", "正国级", "正国"),
    ("国家级副职", "副国级", "副国"),
    ("省部级正职", "正部级", "正省级", "正部", "正省", "省部级正"),
    ("省部级副职", "副部级", "副省级", "副部", "副省", "省部级副"),
    ("厅局级正职", "正厅级", "正局级", "正厅", "正司级", "正司", "厅局级正", "一级巡视员"),
    ("厅局级副职", "副厅级", "副局级", "副厅", "副司级", "副司", "厅局级副", "二级巡视员"),
    ("县处级正职", "正处级", "正县级", "正处", "正县", "县处级正", "一级调研员", "二级调研员"),
    ("县处级副职", "副处级", "副县级", "副处", "副县", "县处级副", "三级调研员", "四级调研员"),
    ("乡科级正职", "正科级", "正乡级", "正科", "乡科级正", "一级主任科员", "二级主任科员"),
    ("乡科级副职", "副科级", "副乡级", "副科", "乡科级副", "三级主任科员", "四级主任科员"),
    ("股级", "正股级", "正股", "股所级"),
    ("副股级", "副股"),
    ("科员", "一级科员", "科员级"),
    ("办事员", "二级科员", "办事员级"),
)
_LEVEL = {name: level for level, names in enumerate(RANKS) for name in names}
Scale = tuple[float, float] | Mapping[str, float]


def plain(text: str) -> str:
    """A cell with usual widths and signs, without spaces and unseen marks at its ends."""
    return unicodedata.normalize("NFKC", text).strip().strip("\ufeff\u200b").replace("−", "-")


def is_given(text: str | None) -> bool:
    """Whether a cell holds a value, not a mark for one that is missing."""
    return text is not None and plain(text).casefold() not in NOT_GIVEN


def number(text: str, units: Mapping[str, float] | None = None) -> float:
    """The number in a cell: with a decimal point or comma, per cent, or one of some units.

    Raises BadInput, without the place, where it is none, or may be read in two ways.
    """
    written = plain(text)
    shown = f"“{text[:_LONGEST]}”"
    folded = written.casefold().replace("\u00a0", " ").replace("'", "")
    times = 1.0
    if folded.endswith("%"):
        folded, times = folded[:-1].strip(), 1.0 / _HUNDRED
    elif units:
        with_unit = _WITH_UNIT.fullmatch(folded)
        if with_unit and with_unit[2] in units:
            folded, times = with_unit[1], units[with_unit[2]]
    comma = _COMMA.fullmatch(folded)
    if comma:
        if len(comma[3]) == _THOUSANDS and comma[2].strip("0"):
            whole, part = f"{comma[2]}{comma[3]}", f"{comma[2]}.{comma[3]}"
            raise BadInput(f"{shown} can be read in two ways; write {whole} or {part}")
        folded = f"{comma[1]}{comma[2] or '0'}.{comma[3]}"
    if len(folded) > _LONGEST or not _NUMBER.fullmatch(folded):
        raise BadInput(f"is not a number: {shown}")
    # Division keeps the digits of a whole number of per cent.
    return float(folded) / _HUNDRED if times == 1.0 / _HUNDRED else float(folded) * times


def numbers(
    column: str,
    cells: Sequence[str | None],
    scale: Scale | None,
    heading: str,
    at: Callable[[int], str],
    problems: Problems,
) -> NDArray[np.float64]:
    """The numbers of a column, (posts,), NaN where not given, or where something is wrong.

    A ``scale`` turns what is written into 0 to 1. What is wrong is added to ``problems``.
    """
    units = _UNITS.get(column)
    in_years = column == "time_in_post" and re.search(r"[(（].*(?:年|year).*[)）]", heading)
    found = np.full(len(cells), np.nan)
    for i, text in enumerate(cells):
        if text is None or (not is_given(text) and not _is_label(text, scale)):
            continue
        try:
            if scale is not None:
                found[i] = _on_scale(text, scale)
                continue
            found[i] = number(text, units)
        except BadInput as error:
            between = " " if str(error).startswith("is not") else ": "
            problems.append(f"{at(i)}: “{column}”{between}{error}")
        if in_years:
            found[i] *= MONTHS_A_YEAR
    return found


def _is_label(text: str, scale: Scale | None) -> bool:
    return isinstance(scale, Mapping) and plain(text) in scale


def _on_scale(text: str, scale: Scale) -> float:
    """The value from 0 to 1 of what is written on a scale: linear between its ends, or by label."""
    if isinstance(scale, Mapping):
        labels = {plain(label): value for label, value in scale.items()}
        label = plain(text)
        if label not in labels:
            # A data frame writes 4 as 4.0.
            label = re.sub(r"\.0+$", "", label)
        if label not in labels:
            raise BadInput(f"is not on its scale: “{text[:_LONGEST]}”{nearest(label, labels)}")
        return labels[label]
    low, high = scale
    value = number(text)
    if not min(low, high) <= value <= max(low, high):
        raise BadInput(f"is not on its scale: {value:g}; expected {low:g} to {high:g}")
    return (value - low) / (high - low)


def ranks(
    cells: Sequence[str | None],
    stated: Sequence[str],
    at: Callable[[int], str],
    problems: Problems,
) -> tuple[NDArray[np.float64], bool]:
    """The levels of ranks, lower numbers higher; (posts,). Also whether they were given by name.

    ``stated`` are the names of ranks in this table, the highest first; else numbers, or those of
    the civil service of China. What is wrong is added to ``problems``.
    """
    levels = {plain(name): level for level, name in enumerate(stated)} if stated else _LEVEL
    found = np.full(len(cells), np.nan)
    by_name = [False] * len(cells)
    for i, text in enumerate(cells):
        if text is None or not is_given(text):
            problems.append(
                f"{at(i)}: “rank” is not given; leave the column out, or fill all of it"
            )
            continue
        name = re.sub(r"[(\[].*?[)\]]", "", plain(text)).replace(" ", "")
        level = levels.get(name, levels.get(name.removesuffix("级"), levels.get(f"{name}级")))
        if level is not None:
            found[i], by_name[i] = level, True
            continue
        try:
            if stated:
                raise BadInput("")
            found[i] = number(text)
        except BadInput:
            # Looking for the nearest takes time, and only the first messages are told.
            near = nearest(name, levels) if len(problems) < MOST_TOLD else ""
            problems.append(
                f"{at(i)}: “rank” is not a number, and no rank that is known: “{text[:_LONGEST]}”"
                f"{near}; state the names below [organisation.posts], as in "
                'ranks = ["chief", "clerk"]'
            )
    numbered = ~np.isnan(found) & ~np.array(by_name)
    if any(by_name) and numbered.any():
        i, j = by_name.index(True), int(numbered.argmax())
        problems.append(
            f"{at(j)}: “rank” is the number “{cells[j]}”, but in {at(i)} the name “{cells[i]}”; "
            "write all alike"
        )
    return found, any(by_name)
