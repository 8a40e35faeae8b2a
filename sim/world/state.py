"""The state of a run: tables of officers, departments, citizens, settings and monthly sums.

The fields of each kind of row are declared by the mechanisms they belong to; here they are
assembled into columns. Tables of settings and of sums are stored by rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from sim import mechanisms
from sim.declare import Section, fields, leaves, merged, stored_as
from sim.kinds import CHANNELS, CONDUCTS, PROFILES
from sim.machine.frames import Frame, Plain, Table, Whole
from sim.machine.rows import Kind
from sim.world.sections import Mechanisms, settings

Declared = tuple[str, str, int, bool]

# The declared fields of each kind of row as one section, for the tables in the documentation.
OfficerRecord = merged(
    "OfficerRecord",
    "A post and the officer who holds it (公务员). Posts stay; holders come and go.",
    mechanisms.rows("officer"),
    module=__name__,
)
DepartmentRecord = merged(
    "DepartmentRecord",
    "One line of work in one unit of government, with its directive and its public (部门).",
    mechanisms.rows("department"),
    module=__name__,
)
CitizenRecord = merged(
    "CitizenRecord",
    "One of those a department serves (群众).",
    mechanisms.rows("citizen"),
    module=__name__,
)
OutlookRecord = merged(
    "OutlookRecord",
    "What one conduct means in one department this month, whoever chooses it (执行方式得失).",
    mechanisms.rows("outlook"),
    module=__name__,
)
RankRecord = merged(
    "RankRecord",
    "What posts of one rank in one department have to expect this month (同级职位).",
    mechanisms.rows("rank"),
    module=__name__,
)
LeverEffects = merged(
    "LeverEffects",
    "What levers add beside the settings they move (改革负担与成本).",
    mechanisms.rows("lever"),
    module=__name__,
)
TallyRecord = merged(
    "TallyRecord",
    "Sums of one month over the departments of one group, for measures (月度合计).",
    mechanisms.rows("tally"),
    module=__name__,
)
LayerRecord = merged(
    "LayerRecord",
    "Sums of one month over the officers of one layer of the chain of command (层级合计).",
    mechanisms.rows("layer"),
    module=__name__,
)
ProfileRecord = merged(
    "ProfileRecord",
    "Sums of one month over the officers of one profile of the third state (状态合计).",
    mechanisms.rows("profile"),
    module=__name__,
)


def _grouped(section: type[Section]) -> Iterator[Declared]:
    """Sums in order; those by conduct form one array field, and so do those by profile."""
    groups: dict[str, tuple[str, tuple[str, ...]]] = {
        CONDUCTS[0]: ("conducts", CONDUCTS),
        PROFILES[0]: ("profiles", PROFILES),
    }
    names = [name for name, _ in leaves(section)]
    while names:
        group, members = groups.get(names[0], (names[0], tuple(names[:1])))
        if tuple(names[: len(members)]) != tuple(members):
            raise TypeError(f"{section.__name__}: {', '.join(members)} do not follow each other")
        yield group, "f8", len(members) if group != names[0] else 0, True
        names = names[len(members) :]


def _month_of_settings() -> Iterator[Declared]:
    """Fields of the mechanism settings of one group and month, and of values computed from them."""
    for section in (Mechanisms, LeverEffects):
        for name, field in leaves(section):
            if name not in CHANNELS:
                yield name, stored_as(field), 0, True
    yield "coverage", "f8", len(CHANNELS), True
    yield from fields(*mechanisms.rows("mechanisms"))


OFFICER = Kind("officer", fields(OfficerRecord), columns=True)
DEPARTMENT = Kind("department", fields(DepartmentRecord), columns=False)
CITIZEN = Kind("citizen", fields(CitizenRecord), columns=True)
CHOICE = Kind("choice", fields(*mechanisms.rows("choice")), columns=True)
VISIT = Kind("visit", fields(*mechanisms.rows("visit")), columns=True)
OUTLOOK = Kind("outlook", fields(OutlookRecord), columns=False, few=len(CONDUCTS))
RANK = Kind("rank", fields(RankRecord), columns=False)
CONDUCT = Kind("conduct", fields(*mechanisms.rows("conduct")), columns=False, few=len(CONDUCTS))
CHANNEL = Kind("channel", fields(*mechanisms.rows("channel")), columns=False)
APPRAISER = Kind("appraiser", fields(*mechanisms.rows("appraiser")), columns=False)
SETTINGS = Kind("settings", fields(*settings().values()), columns=False)
MECHANISMS = Kind("mechanisms", _month_of_settings(), columns=False)
TALLY = Kind("tally", fields(TallyRecord), columns=False)
PART_TALLY = Kind("part_tally", _grouped(TallyRecord), columns=False)
LAYER = Kind("layer", fields(LayerRecord), columns=False)
PART_LAYER = Kind("part_layer", _grouped(LayerRecord), columns=False)
PROFILE = Kind("profile", fields(ProfileRecord), columns=False)


class World(Frame):
    """The whole state of a run: everything that rules read and write.

    Shapes: officers (n,), departments (d,), citizens (c,); choices (posts of the largest
    department,) and visits (citizens of the largest department,), used by one department at a time;
    outlooks (d, conducts) and ranks (d, ranks), or a single row of each in a large government;
    fronts (front-line posts,), children (departments with one above,); mechanisms (months, groups);
    conducts, channels; settings (1,); tallies (months, groups), layers (months, tiers, ranks),
    profiles (months, profiles), moves (years, profiles + 1, profiles + 1), own (months, two for
    each measure of one's own). Sums of the current
    month have the number of parts in place of months or years.
    """

    # Tables of rows; their fields for type checkers are in ``sim.mechanisms.typed``.
    officers: Any
    departments: Any
    citizens: Any
    choices: Any
    visits: Any
    outlooks: Any
    ranks: Any
    fronts: Any
    children: Any
    mechanisms: Any
    conducts: Any
    channels: Any
    settings: Any
    tallies: Any
    layers: Any
    profiles: Any
    moves: Any
    part_tallies: Any
    part_layers: Any
    part_profiles: Any
    part_moves: Any
    own: Any
    seed: int
    replicate: int

    members: ClassVar[dict[str, Any]] = {
        "officers": Table(OFFICER),
        "departments": Table(DEPARTMENT),
        "citizens": Table(CITIZEN),
        "choices": Table(CHOICE),
        "visits": Table(VISIT),
        "outlooks": Table(OUTLOOK, 2),
        "ranks": Table(RANK, 2),
        "fronts": Plain("i4"),
        "children": Plain("i4"),
        "mechanisms": Table(MECHANISMS, 2),
        "conducts": Table(CONDUCT),
        "channels": Table(CHANNEL),
        "settings": Table(SETTINGS),
        "tallies": Table(TALLY, 2),
        "layers": Table(LAYER, 3),
        "profiles": Table(PROFILE, 2),
        "moves": Plain("f8", 3),
        "part_tallies": Table(PART_TALLY, 2),
        "part_layers": Table(PART_LAYER, 3),
        "part_profiles": Table(PROFILE, 2),
        "part_moves": Plain("f8", 3),
        "own": Plain("f8", 2),
        "seed": Whole(),
        "replicate": Whole(),
    }
