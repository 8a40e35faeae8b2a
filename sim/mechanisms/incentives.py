"""Incentives (激励): what appraisal is worth to an officer, and the effort that it earns.

Officers do what appraisal sees (Holmström & Milgrom 1991), for a career (Dewatripont, Jewitt &
Tirole 1999) or for pay.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.arithmetic import within
from sim.declare import Section, number
from sim.machine.compiled import rule
from sim.mechanisms import target_inflation
from sim.mechanisms.appraisal import relied_on
from sim.mechanisms.morale import morale

if TYPE_CHECKING:
    from sim.mechanisms.typed import AllSettings, Department, Mechanisms, Officer, Outlook

# Stands for a margin of zero where something is divided by it.
_LEAST_MARGIN = 1e-9


class Settings(Section, section="behaviour"):
    """What careers and pay are worth."""

    career: float = number(
        "weight of career concerns",
        0,
        10,
        "utility",
        zh="职业关注",
        source="Dewatripont, Jewitt & Tirole 1999; assumed value",
    )
    pay_pull: float = number(
        "weight of pay that hangs on appraisal",
        0,
        10,
        "utility",
        zh="绩效工资",
        source="Khan, Khwaja & Olken 2016; assumed value",
    )
    margin: float = number(
        "effort added within a conduct per unit of utility that doubled effort earns at appraisal",
        0,
        200,
        "1/utility",
        zh="边际努力",
        meaning_zh="同一执行方式下，努力加倍在考核中每多得一单位效用而增加的努力",
        source="Holmström & Milgrom 1991; Khan, Khwaja & Olken 2016; assumed value",
        off=0.0,
    )


class ChoiceFields(Section, row="choice"):
    """What hangs on appraisal this month."""

    worth_seen: float = number(
        "what full marks are worth for what superiors see",
        None,
        None,
        "utility",
        zh="所见考核满分的价值",
    )
    worth_told: float = number(
        "what full marks are worth for what superiors are told",
        None,
        None,
        "utility",
        zh="所报考核满分的价值",
    )


@rule
def stake(
    officer: Officer, department: Department, mechanisms: Mechanisms, settings: AllSettings
) -> float:
    """What full marks are worth to an officer this month, in utility.

    Career and pay: only the first takes ambition, and a belief that merit counts. The tournament
    moves prospects to those near a promotion. Where belief is below what is held fair, prospects
    speak against work, whether leaders look or not (正激励变为负激励, source C1).
    """
    prospects = (
        settings.career * officer.ambition * mechanisms.promotion * morale(officer, settings)
    ) * (1.0 + officer.contest)
    rewarded = max(0.0, prospects) + settings.pay_pull * mechanisms.pay
    return rewarded * department.attention * department.salience + min(0.0, prospects)


@rule
def at_stake(
    officer: Officer, department: Department, mechanisms: Mechanisms, settings: AllSettings
) -> tuple[float, float]:
    """What full marks are worth this month, in utility, for what superiors see and are told.

    Where superiors go by reports, what those who report really do counts for less.
    """
    full = stake(officer, department, mechanisms, settings)
    relied = relied_on(officer, mechanisms)
    return full * (1.0 - relied), full * relied


@rule
def worth_of_work(worth_seen: float, outlook: Outlook, department: Department) -> float:
    """What a perfect month of real work is worth at appraisal, in utility.

    ``worth_seen`` is what full marks are worth for what superiors see (``at_stake``). Only work
    that appraisal sees counts.
    """
    return worth_seen * target_inflation.against_target(outlook.seen_work, department)


@rule
def earned(work: float, substance: float) -> float:
    """What doubled effort in a conduct of this ``substance`` earns at appraisal, in utility.

    ``work`` is what a perfect month of real work is worth (``worth_of_work``). The fuller the
    month, the less is left to add: no effort makes more than a perfect month.
    """
    return work * substance * (1.0 - substance)


@rule
def answered(earnings: float, settings: AllSettings) -> float:
    """Earnings of doubled effort, as far as effort has room to answer: from none to double."""
    most = 1.0 / max(settings.margin, _LEAST_MARGIN)
    return within(earnings, -most, most)


@rule
def more_effort(earnings: float, settings: AllSettings) -> float:
    """Effort beyond the usual one of a conduct, −1 to 1, where doubled effort earns ``earnings``.

    Effort x beyond the usual one brings x times the earnings and costs x² / (2 · margin), so that
    the best is margin · earnings (Holmström & Milgrom 1991).
    """
    return settings.margin * answered(earnings, settings)


@rule
def gained(earnings: float, settings: AllSettings) -> float:
    """What the best effort within a conduct brings, less its cost, in utility."""
    cost_per_effort = 0.5 * answered(earnings, settings)
    return more_effort(earnings, settings) * (earnings - cost_per_effort)


@rule
def reward(
    worth_seen: float,
    worth_told: float,
    substance: float,
    outlook: Outlook,
    department: Department,
    settings: AllSettings,
) -> float:
    """What a conduct brings an officer at appraisal, in utility.

    ``worth_seen`` and ``worth_told`` are what full marks are worth (``at_stake``). Appraisal
    rewards what it sees, real work and show, and what those who report can make of reports; and the
    best effort within the conduct earns more than it costs.
    """
    work = worth_of_work(worth_seen, outlook, department)
    shown = worth_seen * outlook.seen_show + worth_told * outlook.report
    return work * substance + shown + gained(earned(work, substance), settings)
