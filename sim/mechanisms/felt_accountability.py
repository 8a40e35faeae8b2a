"""Felt accountability (感知问责): what officers expect to answer for if something goes wrong.

Officers act on the account that they expect to give (Hall, Frink & Buckley 2017; Overman &
Schillemans 2022). Where omission is neglected, they fear error in acting alone (``back_tracing``).
Where it is weighed, they reckon with the rules by which oversight itself proceeds: how likely an
incident is under each conduct, whether it is traced, whom the finding lands on, whether a sanction
stands, and how grave it is. The front line fears its own incidents. Those above fear the cases that
climb to them. Where posts are unclear, everybody fears a finding that should have hit another.

What comes of acting is feared more than what comes of not acting (omission bias: Spranca, Minsk &
Baron 1991; Ritov & Baron 1990).

Expected cases are counted per unit of the incident rate, ``incident`` times the mean harm of a
directive: people do not weigh rare events in proportion to their frequency (Kahneman & Tversky
1979), so only the ratios of chances enter here, and ``fear`` carries the scale.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from sim.arithmetic import either
from sim.declare import Section, alternative, number, share
from sim.machine.compiled import rule
from sim.mechanisms.back_tracing import blame, chance_of_sanction, failure, finding
from sim.mechanisms.chain import last_officer, outlook_row
from sim.mechanisms.culture import exposed
from sim.mechanisms.sanctions import IS_INACTION, proportionate, unshielded

if TYPE_CHECKING:
    from sim.mechanisms.typed import (
        AllSettings,
        Conduct,
        Department,
        Departments,
        Mechanisms,
        Officer,
        Outlook,
        Places,
        World,
    )

_OMISSION = ("neglected", "weighed")
_WEIGHED = _OMISSION.index("weighed")


class Structure(Section, section="structure"):
    """What officers fear to answer for."""

    omission: Literal["neglected", "weighed"] = alternative(
        "whether what comes of not acting is feared, as oversight would find it, or only error in "
        "acting",
        _OMISSION,
        zh="不作为的后果",
        source="Spranca, Minsk & Baron 1991",
    )


class Settings(Section, section="behaviour"):
    """How officers weigh what they may have to answer for."""

    omission_weight: float = share(
        "weight of what comes of not acting, against what comes of acting",
        zh="不作为权重",
        meaning_zh="不作为的后果相对于作为的后果的权重",
        source="Spranca, Minsk & Baron 1991; Ritov & Baron 1990; assumed value",
        off=1.0,
    )
    post_loss: float = number(
        "gravity that the loss of one's post adds to a sanction",
        0,
        10,
        "gravity",
        zh="失去职位的分量",
        meaning_zh="失去现职使处分加重的分量",
        source="essay, C5; assumed value",
        off=0.0,
    )


class OfficerFields(Section, row="officer"):
    """What an officer expects of the incidents of others."""

    exposure: float = number(
        "gravity of findings expected from incidents of others, per unit of the incident rate",
        0,
        None,
        "gravity",
        zh="受牵连的预期",
        of_post=True,
    )


class DepartmentFields(Section, row="department"):
    """What officers of a department expect of back-tracing."""

    answerable: float = number(
        "gravity of findings that an officer at the front line expects per unit of own failure",
        0,
        None,
        "gravity",
        zh="一线担责预期",
    )
    felt_blame: float = number(
        "mean fear of blame last month", 0, None, "utility", zh="追责压力"
    )
    expected_referred: float = number(
        "cases expected to climb beyond its head, per unit of the incident rate",
        0,
        None,
        "cases",
        zh="预期上移案件",
    )
    expected_referred_harm: float = number(
        "sum of the harm of these cases", 0, None, "harm", zh="预期上移案件危害"
    )
    expected_received: float = number(
        "cases expected to climb here from below, per unit of the incident rate",
        0,
        None,
        "cases",
        zh="预期接收案件",
    )
    expected_received_harm: float = number(
        "sum of the harm of these cases", 0, None, "harm", zh="预期接收案件危害"
    )


class OutlookFields(Section, row="outlook"):
    """What may go wrong under a conduct here, as officers weigh it."""

    implicated: float = number(
        "fear per unit of gravity expected from incidents of others",
        0,
        None,
        "utility",
        zh="受牵连之忧",
    )
    failure_base: float = number(
        "expected failure of an officer without any ease", None, None, "share", zh="失误基数"
    )
    failure_slope: float = number(
        "change of expected failure per unit of ease", None, None, "share", zh="失误斜率"
    )


class ChoiceFields(Section, row="choice"):
    """What an officer answers for, and what reaches a post."""

    answerable: float = number(
        "gravity of findings expected per unit of own failure", 0, None, "gravity", zh="担责预期"
    )
    reaching: float = number(
        "cases of the department expected to reach the post", 0, None, "cases", zh="预期追及案件"
    )
    beside: float = number(
        "cases that reach subordinates who lead nobody", 0, None, "cases", zh="同级预期案件"
    )


@rule
def weighed(settings: AllSettings) -> bool:
    """Whether omission is weighed."""
    return settings.omission == _WEIGHED


# What a conduct means, whoever chooses it.


@rule
def weigh_failure(
    k: int,
    conduct: Conduct,
    outlook: Outlook,
    department: Department,
    mechanisms: Mechanisms,
    settings: AllSettings,
) -> None:
    """Work out what may go wrong under conduct ``k`` in this department, and how far it is feared.

    Failure is linear in ease. A sanction for inaction comes of not acting, whoever's the incident
    was. Protection of those who act takes part of the fear (保护重用).
    """
    if weighed(settings):
        stands = chance_of_sanction(conduct, mechanisms)
        omission = settings.omission_weight
        outlook.blame = settings.fear * stands * exposed(conduct, mechanisms, settings)
        outlook.implicated = outlook.blame * (omission if IS_INACTION[k] > 0.0 else 1.0)
        owned = (1.0 - department.unowned) * outlook.substance
        outlook.failure_base = failure(conduct, 0.0, 0.0, omission, settings)
        at_ease = failure(conduct, owned, 1.0, omission, settings)
        outlook.failure_slope = at_ease - outlook.failure_base
    else:
        outlook.blame = blame(conduct, mechanisms, settings)
        outlook.failure_base = settings.error_base
        outlook.failure_slope = -1.0
        outlook.implicated = 0.0


@rule
def answerable(officer: Officer, department: Department, settings: AllSettings) -> float:
    """Gravity of findings that an officer expects per unit of own failure; 1 where neglected.

    Incidents happen at the front line, so nobody else has any of its own.
    """
    own = either(officer.front == 1, department.answerable, 0.0) * unshielded(officer, settings)
    return either(weighed(settings), own, 1.0)


@rule
def felt_blame(officer: Officer, answerable: float, outlook: Outlook) -> float:
    """Fear of blame under one conduct, in utility: for one's own incidents, and for others'."""
    own = outlook.failure_base + outlook.failure_slope * officer.ease
    return outlook.blame * answerable * own + outlook.implicated * officer.exposure


# What officers expect of the incidents of others.


@rule
def severity_feared(
    gravity: float, leading: bool, mechanisms: Mechanisms, settings: AllSettings
) -> float:
    """Gravity of a sanction with what it may lead to at the year's end, at least ``gravity``.

    Each sanction takes an officer a part of the way to the grade “not competent”; then those who
    command others may be moved down, and everybody may be moved aside.
    """
    whole = settings.failing_gravity
    spoilt = 1.0 if gravity >= whole else gravity / whole
    down = mechanisms.demotion if leading else 0.0
    lost = down + (1.0 - down) * mechanisms.moving
    return gravity + settings.post_loss * spoilt * lost


@rule
def hear_of_cases(department: Department, departments: Departments, children: Places) -> None:
    """Expect what the departments below expected last month to climb beyond their heads."""
    department.expected_received = 0.0
    department.expected_received_harm = 0.0
    for c in range(department.first_child, department.first_child + department.children):
        below = departments[children[c]]
        department.expected_received += below.expected_referred
        department.expected_received_harm += below.expected_referred_harm


@rule
def chance_traced(department: Department, mechanisms: Mechanisms, settings: AllSettings) -> float:
    """Traced incidents per unit of failure and of the incident rate of a directive of mean harm."""
    if settings.harm_mean == 0.0:
        return 0.0
    return mechanisms.tracing * department.harm / settings.harm_mean


@rule
def share_of_heads(department: Department, mechanisms: Mechanisms, settings: AllSettings) -> float:
    """Share of traced incidents that begin with the head, where it is not the front line itself."""
    return settings.decision_share * mechanisms.heads_first if department.officers > 1 else 0.0


@rule
def foresee_cases(world: World, department: Department, mechanisms: Mechanisms) -> None:
    """Work out how many cases of the department's own are expected to reach each post.

    They come of last month's failure, under this month's rules: traced, begun with the head if a
    decision was wrong, and climbing layer by layer.
    """
    officers = world.officers
    choices = world.choices
    settings = world.settings[0]
    first = department.first_officer
    last = last_officer(department)
    traced = chance_traced(department, mechanisms, settings)
    for i in range(first, last):
        officer = officers[i]
        done = world.conducts[officer.conduct]
        failed = failure(done, officer.substance, officer.ease, 1.0, settings)
        choices[i - first].reaching = either(officer.front == 1, traced * failed, 0.0)
    at_head = share_of_heads(department, mechanisms, settings)
    decided = 0.0
    for i in range(last - 1, first - 1, -1):
        officer = officers[i]
        choice = choices[i - first]
        if officer.front == 1:
            decided += at_head * choice.reaching
            choice.reaching *= 1.0 - at_head
        reaching = 0.0
        beside = 0.0
        below = officer.first_subordinate
        for k in range(below, below + officer.subordinates):
            reaching += choices[k - first].reaching
            beside += choices[k - first].reaching if officers[k].subordinates == 0 else 0.0
        choice.reaching += mechanisms.climb * reaching
        choice.beside = beside
    choices[0].reaching += decided


@rule
def landing(
    world: World, i: int, department: Department, found: float, received: float
) -> tuple[float, float]:
    """Expected findings against officer ``i`` that come of others: of the department, and of those
    below.

    ``found`` is the chance that an inquiry finds the person in charge, ``received`` the number of
    cases from below. A finding that misses the person in charge lands on somebody below or, where
    nobody is below, on a colleague under the same superior (``back_tracing.blamed``).
    """
    first = department.first_officer
    officer = world.officers[i]
    choice = world.choices[i - first]
    leading = officer.subordinates > 0
    alone = 0.0 if leading else choice.reaching
    here = found * choice.reaching if leading else 0.0
    if i == first:
        return here + (1.0 - found) * alone, found * received if leading else received
    above = world.choices[officer.superior - first]
    group = world.officers[officer.superior].subordinates
    beside = (above.beside - alone) / float(group - 1) if group > 1 else alone
    missed = (1.0 - found) / float(group)
    here += (1.0 - found) * beside + missed * above.reaching
    return here, missed * received if officer.superior == first else 0.0


@rule
def foresee(world: World, department: Department, mechanisms: Mechanisms) -> None:
    """Work out what each officer has to expect of the incidents of others.

    An officer at the front line also answers for its own, as far as they are found to be its own.
    """
    settings = world.settings[0]
    first = department.first_officer
    foresee_cases(world, department, mechanisms)
    received = department.expected_received
    received_harm = department.expected_received_harm
    # Gravity of a case from the department itself, and of one from below.
    here = proportionate(department.harm, mechanisms, settings)
    below = proportionate(received_harm / received if received > 0.0 else 0.0, mechanisms, settings)
    found = finding(department, mechanisms)
    for i in range(first, last_officer(department)):
        officer = world.officers[i]
        leading = officer.subordinates > 0
        of_here, of_below = landing(world, i, department, found, received)
        feared = of_here * severity_feared(here, leading, mechanisms, settings)
        feared += of_below * severity_feared(below, leading, mechanisms, settings)
        officer.exposure = feared * unshielded(officer, settings)
    own = found * (1.0 - share_of_heads(department, mechanisms, settings))
    own *= chance_traced(department, mechanisms, settings)
    department.answerable = own * severity_feared(here, False, mechanisms, settings)
    head = world.choices[0].reaching
    department.expected_referred = mechanisms.climb * (head + received)
    department.expected_referred_harm = mechanisms.climb * (head * department.harm + received_harm)


# What a department feels.


@rule
def feel_blame(world: World, d: int, department: Department) -> None:
    """Work out how much blame officers felt this month, on average, under what they did."""
    settings = world.settings[0]
    row = outlook_row(world, d)
    total = 0.0
    for i in range(department.first_officer, last_officer(department)):
        officer = world.officers[i]
        outlook = world.outlooks[row, officer.conduct]
        total += felt_blame(officer, answerable(officer, department, settings), outlook)
    department.felt_blame = total / float(department.officers)
