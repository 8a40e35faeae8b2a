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
from sim.mechanisms.appraisal import as_reported
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

    stake: float = number("what full marks are worth", None, None, "utility", zh="考核满分的价值")


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
def worth_of_work(full: float, relied: float, outlook: Outlook, department: Department) -> float:
    """What a perfect month of real work is worth at appraisal, in utility.

    ``full`` is what full marks are worth (``stake``). Only work that appraisal sees counts. Where
    superiors go by reports, as far as ``relied``, the work of those who report counts for less.
    """
    return target_inflation.against_target(full * (1.0 - relied) * outlook.seen_work, department)


@rule
def added(substance: float) -> float:
    """Real work that doubled effort adds to the usual ``substance`` of a conduct, both in [0, 1].

    The fuller the month, the less is left to add: no effort makes more than a perfect month.
    """
    return substance * (1.0 - substance)


@rule
def earned(work: float, substance: float) -> float:
    """What doubled effort in a conduct of this ``substance`` earns at appraisal, in utility.

    ``work`` is what a perfect month of real work is worth (``worth_of_work``).
    """
    return work * added(substance)


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
    full: float,
    relied: float,
    substance: float,
    outlook: Outlook,
    department: Department,
    settings: AllSettings,
) -> float:
    """What a conduct brings an officer at appraisal, in utility.

    ``full`` is what full marks are worth (``stake``), and ``relied`` how far superiors go by the
    officer's report. Appraisal rewards what it sees, real work and show, and what those who report
    can make of reports; and the best effort within the conduct earns more than it costs.
    """
    work = worth_of_work(full, relied, outlook, department)
    shown = as_reported(relied, outlook.seen_show, outlook.report)
    return work * substance + full * shown + gained(earned(work, substance), settings)
