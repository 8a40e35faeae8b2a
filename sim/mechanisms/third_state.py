"""The third state (第三种状态): neither at fault nor at work, and the five kinds of it (source B8).

An officer belongs to the first profile whose threshold is crossed; who crosses none is sound.
No rule uses a profile: it is computed from traits, and moves from year to year are counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.arithmetic import either
from sim.declare import Section, count, counts_by, number, share
from sim.kinds import (
    DRIFTLESS,
    EXHAUSTED,
    FIXER,
    OUTSIDE,
    PROFILES,
    SOUND,
    UNABLE,
    UNPRINCIPLED,
)
from sim.machine.compiled import rule
from sim.mechanisms.measuring import Measure, per

if TYPE_CHECKING:
    from sim.mechanisms.typed import AllSettings, Numbers, Officer, SumsByKind

_B8 = "essay, B8; assumed value"


class Thresholds(Section, section="profiles"):
    """Thresholds of the third state (第三种状态); who meets none of them is sound."""

    unprincipled_below: float = share(
        "responsibility of the unprincipled", zh="缺乏从政道德", source=_B8
    )
    driftless_below: float = share("ambition of the driftless", zh="事业心不强", source=_B8)
    unable_below: float = share("capability of the unable", zh="能力不适应", source=_B8)
    exhausted_above: float = share("inertia of the exhausted", zh="缺乏精神动力", source=_B8)
    fixer_above: float = share("connections of the fixers", zh="信奉潜规则", source=_B8)


class OfficerFields(Section, row="officer"):
    """The state an officer is in."""

    profile: int = count(
        "profile of the third state", 0, len(PROFILES) - 1, zh="状态类型", store="i1"
    )
    profile_before: int = count(
        f"profile at the end of last year; {OUTSIDE} for a newcomer",
        0,
        OUTSIDE,
        zh="上年状态类型",
        store="i1",
    )


TallySums = counts_by(PROFILES, "TallySums", module=__name__, row="tally")
LayerSums = counts_by(PROFILES, "LayerSums", module=__name__, row="layer")


class ProfileSums(Section, row="profile"):
    """Officers of one profile."""

    officers: float = number("officers of this profile", 0, None, "officers", zh="人数")


@rule
def profile_of(officer: Officer, settings: AllSettings) -> int:
    """The first profile of the third state that fits an officer, or sound."""
    # From the last to the first, so that the first that fits is what remains.
    profile = either(officer.connection > settings.fixer_above, FIXER, SOUND)
    profile = either(officer.inertia > settings.exhausted_above, EXHAUSTED, profile)
    profile = either(officer.capability < settings.unable_below, UNABLE, profile)
    profile = either(officer.ambition < settings.driftless_below, DRIFTLESS, profile)
    return either(officer.responsibility < settings.unprincipled_below, UNPRINCIPLED, profile)


@rule
def observe_profile(officer: Officer, sums: SumsByKind) -> None:
    """Count the officer under a profile, in the sums of a month or of a layer."""
    sums.profiles[officer.profile] += 1.0


@rule
def observe_move(officer: Officer, moves: Numbers) -> None:
    """Count the officer's way from last year's profile to this year's, or out of the service.

    ``moves`` has shape (7, 7): from a profile or from outside, to a profile or out.
    """
    now = OUTSIDE if officer.vacant else officer.profile
    moves[officer.profile_before, now] += 1.0
    officer.profile_before = officer.profile


MEASURES = tuple(
    Measure(name, kind.title, kind.zh, "share", f"officers who are {kind.said}", per(name))
    for name, kind in PROFILES.of.items()
)
