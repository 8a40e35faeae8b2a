"""Felt accountability (感知问责): what officers expect to answer for if something goes wrong.

Officers act on the account that they expect to give (Hall, Frink & Buckley 2017; Overman &
Schillemans 2022). Where omission is neglected, they fear error in acting alone (``back_tracing``).
Where it is weighed, they reckon with the rules by which oversight itself proceeds: how likely an
incident is under each conduct, whether it is traced, whom the finding lands on, whether a sanction
stands, and how grave it is. The front line fears its own incidents. Those above fear the cases that
climb to them. Where posts are unclear, everybody fears a finding that should have hit another.

What comes of acting is feared more than what comes of not acting (omission bias). Those who judge a
harm hold it less against whoever let it happen than against whoever acted (Spranca, Minsk & Baron
1991; Ritov & Baron 1990). Officers are assumed to expect this of an inquiry, whoever's incident it
looks into: whoever did nothing has done nothing that can be held against them (不干不错). No study
cited here finds that officers expect it. It is made so that hard inspection can reduce initiative
(Wang 2022); that it does is no evidence for it.

Expected cases are counted per unit of the incident rate, ``incident`` times the mean harm of a
directive, and ``fear`` gives the scale. Rare events are overweighted (Kahneman & Tversky 1979);
that the incident rate itself does not count at all is an assumption.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from sim.arithmetic import either, exp
from sim.declare import Section, alternative, number, share
from sim.machine.column_sums import total
from sim.machine.compiled import rule
from sim.mechanisms.back_tracing import blame, chance_of_sanction, failure, finding, in_charge
from sim.mechanisms.chain import last_officer, outlook_row
from sim.mechanisms.culture import exposed
from sim.mechanisms.sanctions import IS_INACTION, proportionate, unshielded

if TYPE_CHECKING:
    from sim.mechanisms.typed import (
        AllSettings,
        Choice,
        Conduct,
        Department,
        Departments,
        Mechanisms,
        Officer,
        Outlook,
        Places,
        Rank,
        Ranks,
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


class DepartmentFields(Section, row="department"):
    """What officers of a department expect of tracing blame."""

    own_gravity: float = number(
        "gravity of findings that an officer at the front line expects per unit of own failure",
        0,
        None,
        "gravity",
        zh="一线担责预期",
    )
    felt_blame: float = number("mean fear of blame last month", 0, None, "utility", zh="追责压力")
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
    expected_handed_up: float = number(
        "cases expected last month to climb beyond its head, per unit of the incident rate",
        0,
        None,
        "cases",
        zh="上月预期上移案件",
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
    """What an officer has to expect of tracing blame, per unit of incident rate."""

    own_gravity: float = number(
        "gravity of findings expected per unit of own failure", 0, None, "gravity", zh="担责预期"
    )
    others_gravity: float = number(
        "gravity of findings expected from incidents of others",
        0,
        None,
        "gravity",
        zh="受牵连的预期",
    )
    failed: float = number(
        "traced incidents expected of the officer's own failure last month",
        0,
        None,
        "cases",
        zh="自身案件预期",
    )
    felt_blame: float = number("fear of blame this month", 0, None, "utility", zh="追责压力")


class RankFields(Section, row="rank"):
    """What posts of one rank in a department expect of tracing blame, per unit of incident rate.

    All numbers are of the posts of the rank together but the last.
    """

    posts: float = number("posts of the rank", 0, None, "posts", zh="职位数")
    own: float = number(
        "traced incidents of their own that do not begin with the head",
        0,
        None,
        "cases",
        zh="自身案件",
    )
    climbed: float = number(
        "cases that come from below, or begin with the head", 0, None, "cases", zh="上移案件"
    )
    received: float = number(
        "cases of departments below that reach the rank: those of departments in its charge, and "
        "those that climb to it",
        0,
        None,
        "cases",
        zh="接收案件",
    )
    others_gravity: float = number(
        "gravity of findings that a post expects from incidents of others",
        0,
        None,
        "gravity",
        zh="受牵连的预期",
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

    Failure is linear in ease. An inquiry into incidents of others is feared less by whoever did not
    act (不干不错). Protection of those who act takes part of the fear (保护重用).
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
def felt_blame(officer: Officer, choice: Choice, outlook: Outlook) -> float:
    """Fear of blame under one conduct, in utility: for one's own incidents, and for others'."""
    # In this order, so that all but one product is worked out once for all officers.
    without_ease = outlook.blame * outlook.failure_base
    own = without_ease + outlook.blame * outlook.failure_slope * officer.ease
    return choice.own_gravity * own + outlook.implicated * choice.others_gravity


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
    department.expected_handed_up = department.expected_referred
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
def count_cases(world: World, d: int, department: Department, mechanisms: Mechanisms) -> int:
    """Count the posts of each rank, and the cases of their own that they expect.

    Cases come of last month's failure, under this month's rules. Returns the number of ranks.
    """
    settings = world.settings[0]
    row = outlook_row(world, d)
    first = department.first_officer
    last = last_officer(department)
    for r in range(department.depth + 1):
        world.ranks[row, r].posts = 0.0
        world.ranks[row, r].own = 0.0
        world.ranks[row, r].received = 0.0
    for c in range(department.first_child, department.first_child + department.children):
        below = world.departments[world.children[c]]
        charge = world.officers[in_charge(below, world.officers)].rank
        world.ranks[row, charge].received += below.expected_handed_up
    traced = chance_traced(department, mechanisms, settings)
    for i in range(first, last):
        officer = world.officers[i]
        done = world.conducts.among(0, officer.conduct)
        failed = failure(done, officer.substance, officer.ease, 1.0, settings)
        world.choices[i - first].failed = either(officer.front == 1, traced * failed, 0.0)
    # Posts of one rank mostly stand side by side, so that they are added up before they are kept.
    here = 0
    posts = 0.0
    own = 0.0
    for i in range(first, last):
        rank = world.officers[i].rank
        if rank != here:
            world.ranks[row, here].posts += posts
            world.ranks[row, here].own += own
            here = rank
            posts = 0.0
            own = 0.0
        posts += 1.0
        own += world.choices[i - first].failed
    world.ranks[row, here].posts += posts
    world.ranks[row, here].own += own
    return department.depth + 1


@rule
def expect_findings(
    ranks: Ranks,
    row: int,
    number: int,
    department: Department,
    mechanisms: Mechanisms,
    settings: AllSettings,
) -> None:
    """Work out what a post of each of ``number`` ranks expects of the incidents of others.

    A traced incident begins with its officer or, if a decision was wrong, with the head, and climbs
    layer by layer. A finding that misses the person in charge lands on somebody below or, at the
    front line, on a colleague (``back_tracing.blamed``). All posts of a rank expect the same. A
    case of a department below begins with the post in charge of it.
    ``ranks`` holds in ``row`` the posts of each rank, all traced incidents of their own, and the
    cases received of departments in its charge.
    """
    at_head = share_of_heads(department, mechanisms, settings)
    received = department.expected_received
    harm = department.expected_received_harm / received if received > 0.0 else 0.0
    # Gravity of a case from the department itself, and of one from below.
    here = proportionate(department.harm, mechanisms, settings)
    below = proportionate(harm, mechanisms, settings)
    decided = 0.0
    climbing = 0.0
    taken_over = 0.0
    for r in range(number - 1, -1, -1):
        rank = ranks[row, r]
        rank.received += mechanisms.climb * taken_over
        taken_over = rank.received
        decided += at_head * rank.own
        rank.own *= 1.0 - at_head
        rank.climbed = mechanisms.climb * climbing
        climbing = rank.climbed + rank.own
    head = ranks[row, 0]
    head.climbed += decided
    department.expected_referred = mechanisms.climb * (climbing + decided + taken_over)
    reaching = taken_over / received if received > 0.0 else 0.0
    department.expected_referred_harm = mechanisms.climb * (
        (climbing + decided) * department.harm + department.expected_received_harm * reaching
    )
    here_leading = severity_feared(here, True, mechanisms, settings)
    here_lowest = severity_feared(here, False, mechanisms, settings)
    below_leading = severity_feared(below, True, mechanisms, settings)
    below_lowest = severity_feared(below, False, mechanisms, settings)
    found = finding(department, mechanisms)
    missed = 1.0 - found
    above = 0.0
    received_above = 0.0
    for r in range(number):
        rank = ranks[row, r]
        leading = r < number - 1
        landing = found * rank.climbed + missed * (rank.own + above)
        received_here = found * rank.received if leading else rank.received
        received_here += missed * received_above
        feared = landing * (here_leading if leading else here_lowest)
        feared += received_here * (below_leading if leading else below_lowest)
        rank.others_gravity = 0.0
        if rank.posts > 0.0 and landing + received_here > 0.0:
            cases = (landing + received_here) / rank.posts
            rank.others_gravity = feared / rank.posts * (1.0 - exp(-cases)) / cases
        above = rank.climbed
        received_above = rank.received
    own = found * (1.0 - at_head) * chance_traced(department, mechanisms, settings)
    department.own_gravity = (1.0 - exp(-own)) * here_lowest


@rule
def foresee(world: World, d: int, department: Department, mechanisms: Mechanisms) -> None:
    """Work out what the officers of a department have to expect of tracing blame this month."""
    number = count_cases(world, d, department, mechanisms)
    row = outlook_row(world, d)
    expect_findings(world.ranks, row, number, department, mechanisms, world.settings[0])


@rule
def expect_blame(
    officer: Officer, rank: Rank, choice: Choice, department: Department, settings: AllSettings
) -> None:
    """Note what an officer has to expect for own failure and for that of others.

    Incidents happen at the front line, so nobody else has any of its own.
    """
    spared = unshielded(officer, settings)
    choice.own_gravity = either(officer.front == 1, department.own_gravity, 0.0) * spared
    choice.others_gravity = rank.others_gravity * spared


@rule
def expect_blame_for_each(world: World, d: int, first: int, last: int) -> None:
    """Note what officers first…last − 1 expect of tracing blame; where omission is neglected, error
    in acting alone is feared, by everybody alike.
    """
    department = world.departments[d]
    settings = world.settings[0]
    head = department.first_officer
    row = outlook_row(world, d)
    if weighed(settings):
        for i in range(first, last):
            officer = world.officers[i]
            rank = world.ranks[row, officer.rank]
            expect_blame(officer, rank, world.choices[i - head], department, settings)
    else:
        for i in range(first, last):
            world.choices[i - head].own_gravity = 1.0
            world.choices[i - head].others_gravity = 0.0


# What a department feels.


@rule
def feel_blame(world: World, d: int, department: Department) -> None:
    """Work out how much blame officers felt this month, on average, under what they did."""
    row = outlook_row(world, d)
    first = department.first_officer
    last = last_officer(department)
    expect_blame_for_each(world, d, first, last)
    for i in range(first, last):
        officer = world.officers[i]
        choice = world.choices[i - first]
        outlook = world.outlooks.among(row, officer.conduct)
        choice.felt_blame = felt_blame(officer, choice, outlook)
    felt = total(world.choices["felt_blame"], 0, last - first)
    department.felt_blame = felt / float(department.officers)
