"""The state: one record per officer, department and citizen, and the settings rules read.

Each field is declared once; the dtypes used by both loops come from these declarations.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.declare import Section, leaves, record_type
from sim.mechanisms import Mechanisms
from sim.parameters import (
    CATEGORIES,
    CHANNELS,
    CONDUCTS,
    PROFILES,
    Appraiser,
    Behaviour,
    Careers,
    Conduct,
    Directives,
    Grading,
    Profiles,
    Public,
    Reach,
    Reporting,
    Start,
    Traits,
)
from sim.records import (
    CitizenRecord,
    DepartmentRecord,
    LeverEffects,
    OfficerRecord,
    OutlookRecord,
)
from sim.tallies import LayerRecord, ProfileRecord, TallyRecord

FAITHFUL, LITERAL, SELECTIVE, SYMBOLIC, IDLE = range(len(CONDUCTS))
SOUND, UNPRINCIPLED, DRIFTLESS, UNABLE, EXHAUSTED, FIXER = range(len(PROFILES))
# Stands for a newcomer before the first year's end, and for those who left after the last.
OUTSIDE = len(PROFILES)
LEADING, STAFF, COUNTER = range(len(CATEGORIES))
PARTY = CHANNELS.index("party")
ADMINISTRATIVE = CHANNELS.index("administrative")
MASSES = CHANNELS.index("masses")
# The four annual grades, from best to worst.
TOP, COMPETENT, BASIC, FAILING = range(4)
GRADES = ("top", "competent", "basically_competent", "not_competent")
GRADES_ZH = {
    "top": "优秀",
    "competent": "称职",
    "basically_competent": "基本称职",
    "not_competent": "不称职",
}


def record(fields: np.dtype[Any]) -> np.dtype[Any]:
    """Let plain Python read fields of a row by attribute, as compiled rules do."""
    return np.dtype((np.record, fields))


def _grouped(section: type[Section]) -> np.dtype[Any]:
    """Sums in the same order, where those by conduct and by profile are arrays of numbers."""
    fields: list[Any] = []
    groups = {CONDUCTS[0]: ("conducts", CONDUCTS), PROFILES[0]: ("profiles", PROFILES)}
    names = [name for name, _ in leaves(section)]
    while names:
        group, members = groups.get(names[0], (names[0], names[:1]))
        if tuple(names[: len(members)]) != tuple(members):
            raise TypeError(f"{section.__name__}: {', '.join(members)} do not follow each other")
        fields.append((group, "f8", (len(members),)) if group != names[0] else (group, "f8"))
        names = names[len(members) :]
    return np.dtype(fields, align=True)


OFFICER = record(record_type(OfficerRecord))
DEPARTMENT = record(record_type(DepartmentRecord))
OUTLOOK = record(record_type(OutlookRecord))
TALLY = record(record_type(TallyRecord))
PART_TALLY = record(_grouped(TallyRecord))
LAYER = record(record_type(LayerRecord))
PART_LAYER = record(_grouped(LayerRecord))
PROFILE = record(record_type(ProfileRecord))
CITIZEN = record(record_type(CitizenRecord))
CONDUCT = record(record_type(Conduct))
SETTINGS = record(
    record_type(
        Behaviour, Directives, Traits, Careers, Grading, Reporting, Public, Start, Reach, Profiles
    )
)


def _with_derived() -> np.dtype[Any]:
    """Mechanism settings of one group in one month, and what is computed from them once."""
    settings = record_type(Mechanisms, LeverEffects)
    names = [name for name in settings.names or () if name not in CHANNELS]
    return np.dtype(
        [
            *((name, settings[name].str[1:]) for name in names),
            ("coverage", "f8", (len(CHANNELS),)),
            # How well all channels but the masses' see each conduct: chance to miss it, and sum.
            ("unseen", "f8", (len(CONDUCTS),)),
            ("sight", "f8", (len(CONDUCTS),)),
            # Appraisal as its sources add up.
            ("view_substance", "f8"),
            ("view_show", "f8"),
            ("view_connection", "f8"),
            ("view_noise", "f8"),
            # Time that everything but the masses' channel takes.
            ("time_taken", "f8"),
        ],
        align=True,
    )


MECHANISMS = record(_with_derived())
CHANNEL = record(
    np.dtype(
        [
            ("acuity", "f8", (len(CONDUCTS),)),
            # The part of acuity that comes from those served.
            ("served", "f8", (len(CONDUCTS),)),
            ("publicity", "f8"),
            ("burden", "f8"),
        ],
        align=True,
    )
)
APPRAISER = record(record_type(Appraiser))

Records = NDArray[Any]


class Sums(NamedTuple):
    """Sums of months, and of the month under way in each part of the government.

    The same memory as the records of ``World``, as plain numbers in two dimensions: months (or
    parts), and whatever is summed. That is all that adding up needs to know.
    """

    tallies: NDArray[np.float64]
    layers: NDArray[np.float64]
    profiles: NDArray[np.float64]
    part_tallies: NDArray[np.float64]
    part_layers: NDArray[np.float64]
    part_profiles: NDArray[np.float64]


def sums_of(*tables: Records) -> Sums:
    """Tables of records of numbers, seen as plain numbers in two dimensions."""
    return Sums(*(table.view(np.float64).reshape(len(table), -1) for table in tables))


class World(NamedTuple):
    """All that a run reads and writes; the same for both loops.

    Shapes: officers (n,), departments (d,), citizens (c,), outlooks (d, 5), or (1, 5)
    in a large world, fronts (front-line
    posts,), children (departments with one above,), monitoring (5,), mechanisms (months, groups),
    conducts (5,), channels (9,), settings (1,), tallies (months, groups),
    layers (months, tiers, ranks), profiles (months, 6), moves (years, from 7, to 7); the sums of
    the month under way, part by part, have the number of parts in place of months or years.
    """

    officers: Records
    departments: Records
    citizens: Records
    outlooks: Records
    fronts: NDArray[np.int32]
    children: NDArray[np.int32]
    monitoring: NDArray[np.float64]
    mechanisms: Records
    conducts: Records
    channels: Records
    settings: Records
    tallies: Records
    layers: Records
    profiles: Records
    moves: NDArray[np.float64]
    part_tallies: Records
    part_layers: Records
    part_profiles: Records
    part_moves: NDArray[np.float64]
    sums: Sums
    bench: Records
    seed: int
    replicate: int

    def copied(self) -> "World":
        """Another world in the same state, which shares nothing with this one."""
        parts = self._asdict()
        for name, part in parts.items():
            if isinstance(part, np.ndarray):
                parts[name] = part.copy()
        parts["sums"] = sums_of(*(parts[name] for name in Sums._fields))
        return World(**parts)
