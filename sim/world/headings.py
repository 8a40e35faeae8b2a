"""Columns of a table of posts, and the headings by which each is known, English and Chinese.

A heading is compared without capitals, spaces, signs, widths of characters, and without a remark in
brackets, such as a unit. Chinese terms are those of the declarations (``zh``), with usual others.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sim.errors import BadInput, closest
from sim.mechanisms.recruitment import Traits

NEEDED = ("post", "superior", "department")
TRAITS = ("capability", "responsibility", "inertia", "ambition", "connection", "merit_belief")
TIES = ("second_superior", "co_head")
TITLES = ("title", "title_zh")
# Every column that is understood, in the order of the template.
COLUMNS = (*NEEDED, "rank", *TITLES, *TRAITS, "age", "time_in_post", *TIES)


def _term(trait: str) -> str:
    declared: Any = Traits.model_fields[trait].json_schema_extra
    return str(declared["zh"])


CHINESE = {
    "post": "岗位",
    "superior": "上级",
    "department": "部门",
    "rank": "职级",
    "title": "岗位名称",
    "title_zh": "中文名称",
    "age": "年龄",
    "time_in_post": "任现职月数",
    "second_superior": "第二上级",
    "co_head": "共同首长",
    **{name: _term(name) for name in TRAITS},
}
# Columns that identify a post where its name stands in a column of its own.
_NUMBERS = (
    "post id, post code, post number, post no, position id, position number, position code, id, "
    "code, staff number, employee id, 岗位编号, 岗位代码, 岗位序列号, 职位编号, 职位代码, 编号, 代码, 工号"
)
_NAMES = (
    "post name, position, position name, position title, job, job title, function, role, 岗位名称, "
    "职位, 职位名称, 职务, 职务名称, 现任职务"
)
_OTHERS = {
    "superior": "reports to, supervisor, manager, boss, answers to, head, superior post, line manager, "
    "直接上级, 上级岗位, 上级职位, 上级领导, 直接领导, 直属上级, 直接主管, 主管领导, 汇报对象, 上级编号, 上级岗位编号, 分管领导",
    "department": "unit, division, section, office, bureau, dept, department name, organisation unit, "
    "科室, 处室, 股室, 部门名称, 单位, 所在部门, 所在科室, 所属部门, 所属科室, 内设机构, 所在单位, 科室名称",
    "rank": "grade, level, rank level, 级别, 行政级别, 职务层次, 职务级别, 层级, 职别",
    "title": "display name",
    "title_zh": "title zh, chinese title, 中文岗位名称",
    "capability": "ability, competence, skill, skills, 工作能力, 业务能力, 能力水平, 能力评分",
    "responsibility": "sense of responsibility, duty, conscientiousness, 责任感, 责任意识, 担当",
    "inertia": "habit, 惯性",
    "ambition": "career motivation, 进取心, 上进心",
    "connection": "connections, ties, guanxi, 人脉, 关系网",
    "merit_belief": "belief in merit, belief that merit is rewarded, fairness, 公平感, 公平感知, 公平信念",
    "age": "age in years, years of age, 岁数, 周岁",
    "time_in_post": "months in post, tenure, time in position, tenure in post, 任职月数, 任职时间, "
    "任现职时间, 在岗月数, 任现岗位时间, 在岗时间, 任职时长",
    "second_superior": "second supervisor, dotted line, dotted line superior, other superior, 另一上级, "
    "双重领导, 条线上级, 业务上级, 业务指导上级, 条条上级",
    "co_head": "shares head with, second head, joint head, 并列首长, 党政正职, 并列正职, 共同负责人",
}
_REMARK = re.compile(r"[(\[【〔].*?[)\]】〕]")
_BETWEEN = re.compile(r"[\W_]+")


# Signs of headings as they are written in Taiwan and Hong Kong, and on the mainland.
_SIMPLIFIED = str.maketrans(
    "崗職級門單處務領導責業關係預齡現數編號稱員雙條線並標構屬機歲績與",
    "岗职级门单处务领导责业关系预龄现数编号称员双条线并标构属机岁绩与",
)


def plain(heading: str) -> str:
    """A heading as it is compared: without remarks, capitals, signs, spaces and widths."""
    text = unicodedata.normalize("NFKC", heading).casefold().translate(_SIMPLIFIED)
    return _BETWEEN.sub("", _REMARK.sub("", text)) or _BETWEEN.sub("", text)


def _listed(names: str) -> list[str]:
    return [plain(name) for name in names.split(",")]


_NUMBERED, _NAMED = frozenset(_listed(_NUMBERS)), frozenset(_listed(_NAMES))
_KNOWN = {
    **{heading: "post" for heading in (*_NUMBERED, *_NAMED)},
    **{heading: column for column, names in _OTHERS.items() for heading in _listed(names)},
    **{plain(term): column for column, term in CHINESE.items() if column != "title"},
    **{plain(column): column for column in COLUMNS},
}
# Kinds of headings by how surely they mean their column: its own name, its Chinese term, others.
_OWN = {plain(column): column for column in COLUMNS}
_TERMS = {plain(term): column for column, term in CHINESE.items() if column != "title"}
_SURE = {**_OWN, **_TERMS}
# A heading so short is taken for a misspelt one only where it is hardly different.
_SHORT = 4


class Headings(NamedTuple):
    """Which column of a file is which, and what is not understood."""

    # Place of each column that is understood, by its name here.
    places: dict[str, int]
    # Headings that are not understood, each with the known one most like it, or nothing.
    ignored: dict[str, str]
    # Warnings on headings that look like misspelt ones.
    misspelt: tuple[str, ...]


def count_known(headings: Sequence[str]) -> int:
    """How many columns a row of headings would name."""
    return len({_KNOWN[one] for one in map(plain, headings) if one in _KNOWN})


def match(headings: Sequence[str], stated: Mapping[str, str], at: str) -> Headings:
    """Find the columns of a table by its headings; ``stated`` gives columns of headings of its own.

    Raises BadInput that begins with ``at`` where one is missing, or two headings mean the same.
    """
    for heading, column in stated.items():
        if column not in COLUMNS:
            known = ", ".join(COLUMNS)
            raise BadInput(f"{at}columns: no column “{column}”; known: {known}")
        if heading not in headings:
            raise BadInput(f"{at}columns: no heading “{heading[:60]}” in the table")
    found: dict[str, list[int]] = {}
    for place, heading in enumerate(headings):
        column_of = stated.get(heading) or _KNOWN.get(plain(heading))
        if column_of is not None:
            found.setdefault(column_of, []).append(place)
    _part_numbers_and_names(found, headings, stated)
    places = {
        column: _one_of(column, those, headings, stated, at) for column, those in found.items()
    }
    for needed in NEEDED:
        if needed not in places:
            chinese = not "".join(headings).isascii()
            also = f" ({CHINESE[needed]})" if chinese else ""
            raise BadInput(f"{at}column “{needed}”{also} is missing{_like(needed, headings)}")
    left = [headings[place] for place in range(len(headings)) if place not in places.values()]
    ignored = {heading: nearest_known(heading) for heading in left if heading}
    free = {name: near for name, near in ignored.items() if near and _column_of(near) not in places}
    misspelt = tuple(
        f"column “{name[:60]}” is not read; did you mean “{near}”?"
        for name, near in free.items()
        if _hardly_different(name, near)
    )
    return Headings(places, ignored, misspelt)


def _part_numbers_and_names(
    found: dict[str, list[int]], headings: Sequence[str], stated: Mapping[str, str]
) -> None:
    """Where posts have a number and a name, the number tells them apart and the name is a title."""
    posts = found.get("post", [])
    if any(headings[place] in stated for place in posts):
        return
    called = [place for place in posts if plain(headings[place]) == plain(CHINESE["title"])]
    if len(posts) == 2 and called and any(plain(headings[place]) in _SURE for place in posts):
        found["post"] = [place for place in posts if place not in called]
        found.setdefault("title", called)
        return
    numbered = [place for place in posts if plain(headings[place]) in _NUMBERED]
    named = [place for place in posts if plain(headings[place]) not in _NUMBERED]
    if len(numbered) == 1 and len(named) == 1:
        own = plain(headings[named[0]]) in _SURE
        if own and plain(headings[numbered[0]]) in {plain("id"), plain("code"), plain("编号")}:
            # A number of the row or the person beside the post itself.
            found["post"] = named
            return
        found["post"] = numbered
        found.setdefault("title", named)


def _one_of(
    column: str, places: list[int], headings: Sequence[str], stated: Mapping[str, str], at: str
) -> int:
    """The place of the heading that most surely means a column."""
    for sure in (
        lambda heading: heading in stated,
        lambda heading: plain(heading) in _OWN,
        lambda heading: plain(heading) in _TERMS,
        lambda heading: True,
    ):
        those = [place for place in places if sure(headings[place])]
        if len(those) == 1:
            return those[0]
        if those and headings[those[0]] == headings[those[1]]:
            raise BadInput(f"{at}column “{headings[those[0]]}” occurs twice")
        if those:
            both = " and ".join(f"“{headings[place]}”" for place in those[:2])
            raise BadInput(f"{at}columns {both} both mean {column}; rename one of them")
    raise AssertionError("a column has a place")


def _column_of(heading: str) -> str:
    return _KNOWN[plain(heading)]


def nearest_known(heading: str) -> str:
    """The known heading most like one that is not understood; empty where none is."""
    return closest(heading.strip().casefold(), [*COLUMNS, *CHINESE.values()])


def _hardly_different(heading: str, near: str) -> bool:
    """Whether a heading is likelier a misspelt one than one of its own."""
    one, other = plain(heading), plain(near)
    if min(len(one), len(other)) < _SHORT:
        # Chinese terms are short: one sign in three may differ, as in 责任性 for 责任心.
        return len(one) == len(other) > 2 and sum(map(str.__ne__, one, other)) == 1
    return bool(closest(one, [other])) and abs(len(one) - len(other)) <= 2


def _like(column: str, headings: Sequence[str]) -> str:
    near = closest(column, headings) or closest(CHINESE[column], headings)
    return f"; did you mean “{near[:60]}”?" if near else ""
