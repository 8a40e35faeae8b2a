"""Deterrence (震慑): officers learn, feel and forget the risk of being held to account (source C6).

The certainty of being caught deters (Becker 1968; Nagin 2013), and inspectors who are in the house
deter at once (Sherman 1990). Severity deters as well (Becker 1968), but less than in proportion:
Nagin (2013) finds far less support for it than for certainty.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.arithmetic import exp, log, towards
from sim.declare import Section, number, share
from sim.machine.compiled import rule
from sim.mechanisms.measuring import Measure, per

if TYPE_CHECKING:
    from sim.mechanisms.typed import AllSettings, Conduct, Department, Mechanisms, Officer


class Settings(Section, section="behaviour"):
    """How the risk of being held to account is felt, learned and forgotten."""

    deterrence: float = number(
        "weight of the risk of being held to account",
        0,
        20,
        "utility",
        zh="震慑",
        source="Becker 1968; Nagin 2013 on certainty; assumed value",
    )
    severity_elasticity: float = share(
        "rise of threat, in per cent, where severity rises by one per cent",
        zh="处分力度的震慑弹性",
        meaning_zh="处分力度每提高百分之一，震慑提高的百分比",
        source="Nagin 2013 on severity; assumed value",
        off=1.0,
    )
    peer: float = number(
        "rise of perceived risk per share of the department's officers sanctioned",
        0,
        10,
        "ratio",
        zh="同事受处分的警示",
        source="Stafford & Warr 1993; assumed value",
    )
    alert: float = share(
        "share of the gap to current detection risk that felt risk closes at once",
        zh="临场震慑",
        source="Sherman 1990 on crackdowns; assumed value",
    )
    forget: float = number("perceived risk forgotten", 0, 1, "share a month", zh="警示淡忘")
    residual: float = share(
        "share of what the presence of inspectors adds to felt risk that is kept as learned",
        zh="临场震慑留存",
        meaning_zh="监督在场所增加的感知风险中留存为经验的比例",
        source="Sherman 1990; Karplus & Wu 2023; assumed value",
        off=1.0,
    )


class OfficerFields(Section, row="officer"):
    """What an officer believes of supervision."""

    perceived_risk: float = share("perceived risk of being held to account", zh="问责预期")


class ChoiceFields(Section, row="choice"):
    """What is feared of a choice."""

    felt_risk: float = share("risk of being held to account as felt this month", zh="感知风险")


class OutlookFields(Section, row="outlook"):
    """What is to be feared for a conduct."""

    threat: float = number("deterrence per unit of perceived risk", 0, None, "utility", zh="震慑")


class MechanismFields(Section, row="mechanisms"):
    """What follows from the settings of a month: how far severity deters."""

    severity_felt: float = number(
        "severity as it deters", 0, None, "weight", zh="处分力度的震慑作用"
    )


class TallySums(Section, row="tally"):
    """Risk perceived."""

    perceived_risk: float = number("perceived risk", 0, None, "officers", zh="问责预期合计")


@rule
def severity_felt(severity: float, settings: AllSettings) -> float:
    """Severity of sanctions as it deters: less than in proportion where its elasticity is below 1.

    At a severity of 1 it is 1 whatever the elasticity, and sanctions without weight deter nobody.
    """
    if severity == 0.0 or settings.severity_elasticity == 1.0:
        return severity
    return exp(settings.severity_elasticity * log(severity))


@rule
def threat(
    conduct: Conduct, exposure: float, mechanisms: Mechanisms, settings: AllSettings
) -> float:
    """Utility that a conduct costs per unit of felt risk, at least 0.

    ``exposure`` is how well it is seen, divided by how well the conduct seen best is: in [0, 1].
    """
    return settings.deterrence * exposure * mechanisms.severity_felt * conduct.misconduct


@rule
def risk_in_sight(officer: Officer, department: Department) -> float:
    """Risk that an officer has learned, or that inspectors in the house stand for if it is more."""
    return max(department.presence, officer.perceived_risk)


@rule
def felt_risk(officer: Officer, department: Department, settings: AllSettings) -> float:
    """Risk of being held to account that an officer feels this month, in [0, 1].

    Where inspectors would see more than was learned from sanctions, felt risk closes a share of the
    gap at once. So a crackdown deters while it lasts, before anybody is sanctioned (Sherman 1990;
    Nagin 2013 on the certainty of being caught).
    """
    return towards(officer.perceived_risk, risk_in_sight(officer, department), settings.alert)


@rule
def perceive_risk(
    officer: Officer, sanctioned: float, department: Department, settings: AllSettings
) -> None:
    """Keep part of what presence added, forget part of the whole, and learn from colleagues.

    A crackdown therefore deters for a while after it has ended (residual deterrence, Sherman 1990);
    but the presence of inspectors is no sanction, so not all of what it adds is kept.
    ``sanctioned`` is the share of the department's officers sanctioned this month.
    """
    in_sight = risk_in_sight(officer, department)
    kept = towards(officer.perceived_risk, in_sight, settings.residual * settings.alert)
    risk = kept * (1.0 - settings.forget) + settings.peer * sanctioned
    officer.perceived_risk = min(1.0, risk)


MEASURES = (
    Measure(
        "perceived_risk",
        "Perceived risk",
        "问责预期",
        "share",
        "mean perceived risk of being held to account",
        per("perceived_risk"),
    ),
)
