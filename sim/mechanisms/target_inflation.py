"""Target inflation (层层加码): targets grow on the way down, and levels cover for each other.

Whoever hands a target down asks for more than it was asked, to be safe and to stand out, and the
more the more promotion hangs on it. Li, Liu, Weng & Zhou (2019) find that targets grow from one
tier of government to the next; that they grow from rank to rank as well is assumed. Hard goals also
raise effort, up to the limit of ability (Locke & Latham 1990); only the limit is in the model.
Beyond what can be met, work alone falls short: the same real work counts for less, and what is
shown fills the gap. Superiors who are judged by the same target then accept show as work and keep
inspectors of their own chain away from those below (共谋, Zhou 2010), most when they are appraised
themselves. Auditors, courts, citizens and the press are outside the chain and cannot be kept away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.arithmetic import either
from sim.declare import Section, number, share
from sim.kinds import ADMINISTRATIVE, CONDUCTS, PARTY
from sim.machine.compiled import rule
from sim.mechanisms.measuring import CASES, PER_HUNDRED_YEARS, Measure, per

if TYPE_CHECKING:
    from sim.mechanisms.typed import (
        AllSettings,
        Department,
        Departments,
        Mechanisms,
        Officer,
        Outlook,
        Tally,
    )


class Settings(Section, section="behaviour"):
    """How much more each layer asks, how much can be met, and how far levels collude."""

    inflation: float = number(
        "growth of a target in each layer that hands it down, per unit of promotion that hangs on "
        "appraisal",
        0,
        1,
        "ratio",
        zh="层层加码",
        meaning_zh="与考核挂钩的晋升每一单位，目标每经一层下达时增加的比例",
        source="Li, Liu, Weng & Zhou 2019, on tiers of government; assumed value",
        off=0.0,
    )
    target_slack: float = number(
        "growth of a target that can still be met by work",
        0,
        10,
        "ratio",
        zh="可承受的加码",
        meaning_zh="通过实干仍可完成的目标增幅",
        source="Locke & Latham 1990, on the limit of ability alone; assumed value",
        off=0.0,
    )
    collusion: float = share(
        "show taken for work, and misconduct covered, where none of a target can be met",
        zh="上下共谋",
        meaning_zh="目标完全无法完成时，以表面政绩充作实绩及掩盖失职的程度",
        source="Zhou 2010; assumed value",
        off=0.0,
    )


class DepartmentFields(Section, row="department"):
    """What is asked of a department."""

    asked_above: float = number(
        "target that the department above hands down, over that at the top",
        1,
        None,
        "ratio",
        zh="上级下达目标",
    )
    asked: float = number(
        "target that its head is given, over that at the top", 1, None, "ratio", zh="下达目标"
    )
    target: float = number(
        "target at its last rank, over that at the top", 1, None, "ratio", zh="层层加码后的目标"
    )
    beyond: float = share("part of its target that work cannot meet", zh="无法完成的目标份额")
    collusion: float = share(
        "how far its superiors cover for those below this month", zh="共谋程度"
    )


class OutlookFields(Section, row="outlook"):
    """Misconduct that the chain of command covers up."""

    covered: float = share(
        "probability that it is seen from within the chain and covered up", zh="被包庇的概率"
    )
    covered_leading: float = share(
        "the same for a post that commands others", zh="领导职务被包庇的概率"
    )


class MechanismFields(Section, row="mechanisms"):
    """What is seen from within the chain of command."""

    inside: float = number(
        "sum of coverage times acuity for a conduct, of the chain's own channels",
        0,
        None,
        "share",
        zh="内部监督可见度",
        width=len(CONDUCTS),
    )


class TallySums(Section, row="tally"):
    """Targets, and what is covered up."""

    target: float = number(
        "target at the front line over that at the top", 0, None, "officers", zh="加码目标合计"
    )
    covered_up: float = number(
        "misconduct seen from within the chain and covered up", 0, None, "cases", zh="包庇数"
    )


@rule
def grown(target: float, layers: int, mechanisms: Mechanisms, settings: AllSettings) -> float:
    """A target after so many layers have handed it down."""
    growth = 1.0 + settings.inflation * mechanisms.promotion
    for _ in range(layers):
        target *= growth
    return target


@rule
def hear_target(
    department: Department,
    departments: Departments,
    mechanisms: Mechanisms,
    settings: AllSettings,
) -> None:
    """Hear what the department above was asked last month, and what it makes of that."""
    department.asked_above = 1.0
    if department.parent >= 0:
        above = departments[department.parent].asked
        department.asked_above = grown(max(1.0, above), 1, mechanisms, settings)


@rule
def set_target(department: Department, mechanisms: Mechanisms, settings: AllSettings) -> None:
    """Hand the target down from rank to rank; see what of it work cannot meet.

    Up to ``target_slack`` above that of the top it can be met; the share above cannot. Superiors
    cover for those below as far as that, and as appraisal weighs on themselves this month.
    """
    department.asked = max(1.0, department.asked_above)
    department.target = grown(department.asked, department.depth, mechanisms, settings)
    met = 1.0 + settings.target_slack
    department.beyond = max(0.0, 1.0 - met / department.target)
    covering = settings.collusion * department.beyond * department.salience
    department.collusion = min(1.0, covering)


@rule
def counts_as_work(validity: float, department: Department) -> float:
    """Validity of appraisal where superiors take show for work, in [0, 1]."""
    return validity * (1.0 - department.collusion)


@rule
def against_target(substance: float, department: Department) -> float:
    """Real work as it counts against a target, part of which no work can meet, in [0, 1]."""
    return substance * (1.0 - department.beyond)


@rule
def is_inside(channel: int) -> bool:
    """Whether a channel belongs to the chain of command: party and administrative supervision."""
    return channel in (PARTY, ADMINISTRATIVE)


@rule
def cover_up(k: int, outlook: Outlook, department: Department, mechanisms: Mechanisms) -> None:
    """Compute what is covered up of what the chain's own inspectors would find of conduct ``k``.

    Their part in what is found equals their part in all looks.
    """
    part = 0.0
    if department.collusion > 0.0 and outlook.sight > 0.0:
        within = department.watch * mechanisms.inside[k]
        part = department.collusion * min(1.0, within / outlook.sight)
    outlook.covered = part * outlook.found
    outlook.covered_leading = part * outlook.found_leading
    outlook.found -= outlook.covered
    outlook.found_leading -= outlook.covered_leading


@rule
def is_covered(officer: Officer, outlook: Outlook, found: float, unshielded: float) -> bool:
    """Whether misconduct that was seen this month is covered up.

    ``found`` is the chance that it is sanctioned instead.
    """
    covered = either(officer.subordinates > 0, outlook.covered_leading, outlook.covered)
    luck = officer.luck_seen
    return (found <= luck) & (luck < found + covered * unshielded)


@rule
def observe_target(department: Department, tally: Tally) -> None:
    """Add the target of a department's front line, once for each of its posts."""
    tally.target += department.target * float(department.fronts)


MEASURES = (
    Measure(
        "target_inflation",
        "Target at the front line",
        "层层加码后的目标",
        "ratio",
        "target at the front line over that at the top",
        per("target", "fronts"),
    ),
    Measure(
        "covered_up",
        "Cases covered up",
        "包庇",
        CASES,
        "misconduct seen from within the chain and covered up",
        per("covered_up", times=PER_HUNDRED_YEARS),
    ),
)
