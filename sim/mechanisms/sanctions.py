"""Sanctions (处分): their effects on officers, deserved or not, and what citizens learn of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.declare import Section, count, number, share
from sim.kinds import CONDUCTS, listed
from sim.machine.compiled import rule
from sim.mechanisms.measuring import (
    CASES,
    LAYERS,
    PER_HUNDRED_YEARS,
    Measure,
    Sums,
    per,
    ratio,
    ratio_of,
)

if TYPE_CHECKING:
    from sim.mechanisms.typed import (
        AllSettings,
        Department,
        Mechanisms,
        Officer,
        Tally,
        WorkSums,
    )

# Layers of the chain that count as the lowest.
LOWEST = 2


_FORMALISM = CONDUCTS.where(lambda conduct: conduct.formalism)
_INACTION = CONDUCTS.where(lambda conduct: conduct.inaction)
_DERELICTION = CONDUCTS.where(lambda conduct: conduct.dereliction)
# 1 where a sanction of a conduct is such a case, 0 elsewhere.
_IS_FORMALISM, IS_INACTION = CONDUCTS.marks(_FORMALISM), CONDUCTS.marks(_INACTION)
_IS_DERELICTION = CONDUCTS.marks(_DERELICTION)
_THE_FORMALIST = listed((f"the {kind.said}" for kind in _FORMALISM.of.values()), "and")
_THE_INACTIVE = listed((f"the {kind.said}" for kind in _INACTION.of.values()), "and")
_THE_DERELICT = listed((f"the {kind.said}" for kind in _DERELICTION.of.values()), "and")


class Settings(Section, section="behaviour"):
    """What a sanction teaches, and what keeps one away."""

    shield: float = share(
        "protection that full connection gives", zh="关系保护", source="essay, B8; assumed value"
    )
    own: float = share(
        "rise of perceived risk on one's own sanction",
        zh="受处分的警示",
        source="Anwar & Loughran 2011; assumed value",
    )
    injustice: float = share("responsibility lost by an unjust sanction", zh="问责失当")


class Reach(Section, section="reach"):
    """How far clauses reach."""

    even_gravity: float = share(
        "harm on which disproportionate sanctions are based",
        zh="一律处分的轻重",
        source="essay, C5; assumed value",
    )


class OfficerFields(Section, row="officer"):
    """Sanctions of an officer."""

    sanctioned: int = count("sanctions this month", zh="本月处分", of_post=True)
    wronged: int = count("unjust sanctions this month", zh="本月不当问责", of_post=True)
    sanctions: int = count("sanctions this year", zh="处分")
    gravity: float = number("gravity of the year's sanctions", 0, None, "gravity", zh="情节轻重")


class DepartmentFields(Section, row="department"):
    """Sanctions and cases of a department."""

    sanctions: int = count("sanctions of the month", zh="处分")
    published: int = count("cases published this month", zh="曝光")
    published_sanctions: int = count("published cases that ended in sanction", zh="曝光处分")


class TallySums(Section, row="tally"):
    """Sanctions and published cases."""

    sanctions: float = number("sanctions", 0, None, "cases", zh="处分数")
    unjust_sanctions: float = number(
        "sanctions of officers who were not culpable", 0, None, "cases", zh="不当问责数"
    )
    cases_of_form: float = number(
        f"sanctions of {_THE_FORMALIST}",
        0,
        None,
        "cases",
        zh="形式主义、官僚主义案件",
    )
    cases_of_inaction: float = number(
        f"sanctions of {_THE_INACTIVE}", 0, None, "cases", zh="不作为案件"
    )
    published: float = number("cases published", 0, None, "cases", zh="曝光数")
    cases_of_dereliction: float = number(
        f"sanctions of {_THE_DERELICT}", 0, None, "cases", zh="失职案件"
    )
    year_of_sanctions: float = number(
        "sanctions of the year, at its end", 0, None, "cases", zh="年度处分数"
    )
    year_of_gravity: float = number(
        "gravity of the year's sanctions, at its end", 0, None, "gravity", zh="年度处分轻重合计"
    )


class LayerSums(Section, row="layer"):
    """Sanctions by layer."""

    sanctions: float = number("sanctions", 0, None, "cases", zh="处分数")
    unjust_sanctions: float = number(
        "sanctions of officers who were not culpable", 0, None, "cases", zh="不当问责数"
    )


class ProfileSums(Section, row="profile"):
    """Sanctions by profile of the third state."""

    sanctions: float = number("sanctions", 0, None, "cases", zh="处分数")
    unjust_sanctions: float = number(
        "sanctions of officers who were not culpable", 0, None, "cases", zh="不当问责数"
    )


@rule
def unshielded(officer: Officer, settings: AllSettings) -> float:
    """Chance that connections do not keep a sanction away."""
    return 1.0 - settings.shield * officer.connection


@rule
def shielded(officer: Officer, settings: AllSettings, u: float) -> bool:
    """Whether connections keep a sanction away (source B8: trusts hidden rules)."""
    return u < settings.shield * officer.connection


@rule
def proportionate(harm: float, mechanisms: Mechanisms, settings: AllSettings) -> float:
    """Gravity of a sanction for ``harm``: light for light, heavy for heavy, or all alike.

    Arbitration evens out what was out of proportion (source C5, 仲裁).
    """
    proportion = mechanisms.proportion + mechanisms.arbitration * (1.0 - mechanisms.proportion)
    uneven = proportion * (harm - settings.even_gravity)
    return mechanisms.severity * (settings.even_gravity + uneven)


@rule
def sanction(
    officer: Officer, department: Department, settings: AllSettings, gravity: float
) -> None:
    """Record a sanction: the officer now knows that the risk is real (Anwar & Loughran 2011)."""
    officer.sanctions += 1
    officer.sanctioned += 1
    officer.gravity += gravity
    officer.perceived_risk += settings.own * (1.0 - officer.perceived_risk)
    department.sanctions += 1


@rule
def sanction_unjustly(
    officer: Officer, department: Department, settings: AllSettings, gravity: float
) -> None:
    """Sanction one who was not culpable: it also costs responsibility."""
    sanction(officer, department, settings, gravity)
    officer.wronged += 1
    officer.responsibility *= 1.0 - settings.injustice


@rule
def publish(department: Department, sanctioned: bool) -> None:
    """Make a case public; citizens hear of it next month."""
    department.published += 1
    if sanctioned:
        department.published_sanctions += 1


@rule
def sanctioned_share(department: Department) -> float:
    """Share of the department's officers sanctioned this month."""
    return department.sanctions / float(department.officers)


@rule
def observe_cases(officer: Officer, tally: Tally) -> None:
    """Count an officer's sanctions among cases of inaction, of dereliction, and of formalism."""
    sanctioned = float(officer.sanctioned)
    tally.cases_of_dereliction += sanctioned * _IS_DERELICTION[officer.conduct]
    tally.cases_of_inaction += sanctioned * IS_INACTION[officer.conduct]
    tally.cases_of_form += sanctioned * _IS_FORMALISM[officer.conduct]


@rule
def observe_gravity(officer: Officer, tally: Tally) -> None:
    """Add the sanctions of an officer's year and their gravity; called at the end of a year."""
    tally.year_of_sanctions += float(officer.sanctions)
    tally.year_of_gravity += officer.gravity


@rule
def observe_sanctions(officer: Officer, sums: WorkSums) -> None:
    """Add an officer's sanctions to the sums of a layer, or of a profile."""
    sums.sanctions += float(officer.sanctioned)
    sums.unjust_sanctions += float(officer.wronged)


def _below_and_all(sums: Sums, field: str) -> tuple[Any, Any]:
    """Sum of a field of layers over the lowest two, and over all."""
    layers = sums["layers"]
    *runs, _, _ = layers["officers"].shape
    values = layers[field].reshape(*runs, -1)
    there = layers["officers"].reshape(*runs, -1) > 0
    from_below = there[..., ::-1].cumsum(axis=-1)[..., ::-1]
    lowest = there & (from_below <= LOWEST)
    return (values * lowest).sum(axis=-1), values.sum(axis=-1)


def _risk_below(sums: Sums) -> Any:
    below, everybody = _below_and_all(sums, "sanctions")
    officers_below, officers = _below_and_all(sums, "officers")
    return below * (officers - officers_below), (everybody - below) * officers_below


MEASURES = (
    Measure(
        "sanctions",
        "Sanctions",
        "处分",
        CASES,
        "sanctions of any cause",
        per("sanctions", times=PER_HUNDRED_YEARS),
    ),
    Measure(
        "unjust_sanctions",
        "Unjust sanctions",
        "不当问责",
        CASES,
        "sanctions of officers who were not culpable",
        per("unjust_sanctions", times=PER_HUNDRED_YEARS),
    ),
    Measure(
        "inaction_cases",
        "Inaction among cases",
        "不作为案件占比",
        "share",
        f"sanctions of {_THE_INACTIVE} among those of {_THE_FORMALIST}",
        per("cases_of_inaction", "cases_of_form"),
        monthly=False,
    ),
    Measure(
        "blame_below",
        "Blame on the lowest two layers",
        "问责下移",
        "share",
        "sanctions that land on the lowest two layers",
        lambda sums: ratio(*_below_and_all(sums, "sanctions")),
        monthly=False,
        reads=LAYERS,
    ),
    ratio_of(
        "sanction_risk_below",
        "Relative risk of sanction below",
        "基层问责相对风险",
        "ratio",
        "sanctions an officer in the lowest two layers, over those an officer in the layers above",
        _risk_below,
        reads=LAYERS,
    ),
    ratio_of(
        "dereliction_cases",
        "Dereliction among cases",
        "不担当、不作为、乱作为、假作为案件占比",
        "share",
        f"sanctions of {_THE_DERELICT} among those of {_THE_FORMALIST}",
        lambda sums: (sums["cases_of_dereliction"], sums["cases_of_form"]),
    ),
    Measure(
        "sanction_gravity",
        "Gravity of sanctions",
        "处分轻重",
        "gravity",
        "mean gravity of the year's sanctions",
        per("year_of_gravity", "year_of_sanctions"),
        monthly=False,
    ),
    Measure(
        "published_cases",
        "Published cases",
        "曝光案件",
        CASES,
        "cases published, whatever their end",
        per("published", times=PER_HUNDRED_YEARS),
        monthly=False,
    ),
)
