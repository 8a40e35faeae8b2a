"""Supervision (监督): misconduct that channels see is found, sanctioned and published (source C6).

Looks can go where power, money and service are. How well a conduct is seen in a department depends
on them and on the complaints of those served. Officers fear a conduct in proportion to how well the
channels detect it, against the conduct that they detect best. Therefore more of an eye that
overlooks image projects drives officers into image projects (Holmström & Milgrom 1991).

The rules are in this order: where looks go; how well a conduct is seen in a department; who is
caught, and what comes of it; how much of everybody's time complaints take. What the channels are is
in ``channels``, what officers fear in ``deterrence``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.arithmetic import either, exp, log
from sim.declare import Section, count, number, share
from sim.kinds import ADMINISTRATIVE, MASSES
from sim.machine.compiled import rule
from sim.machine.draws import decision, draw
from sim.mechanisms import target_inflation
from sim.mechanisms.channels import Coverage, acuity_for, coverage_of
from sim.mechanisms.directives import mean_interest
from sim.mechanisms.sanctions import proportionate, publish, sanction

if TYPE_CHECKING:
    from sim.mechanisms.typed import (
        AllSettings,
        Channels,
        Conduct,
        Department,
        Mechanisms,
        Officer,
        Outlook,
        Tally,
        World,
    )

OVERSIGHT = decision(4, "misconduct seen: which channel, publicity, spare, spare")
_C6 = "essay, C6; assumed value"


class Clauses(Section, section="mechanisms.supervision"):
    """Supervision (监督)."""

    coverage: Coverage
    openness: float = share(
        "openness of the ways to complain", zh="投诉渠道", source=_C6, intended={"complaints": 1}
    )
    protection: float = share(
        "complainants without voice who are protected",
        zh="保护举报人",
        source=_C6,
        intended={"complaints": 1},
    )
    pledges: float = share(
        "tasks under a public pledge", zh="公开承诺", source=_C6, intended={"complaints": 1}
    )
    counter_rating: float = share(
        "units whose counters are rated by their users, for everybody's appraisal",
        zh="窗口工作质量评议",
        source=_C6,
        intended={"validity": 1},
    )
    follow_power: float = share(
        "looks that go where posts command others",
        zh="监督跟着权力走",
        source=_C6,
        intended={"sanction_risk_below": -1},
    )
    follow_money: float = share(
        "looks that go where much is at stake for the department",
        zh="审计跟着资金走",
        source=_C6,
        intended={"selective": -1},
        inert="looks are few, and where they go changes hardly the risk that an officer perceives",
        inert_zh="检查很少，检查去向的改变几乎不影响公务员所感知的风险。",
    )
    follow_service: float = share(
        "looks that go where failure harms those served",
        zh="评估跟着服务走",
        source=_C6,
        intended={"incidents": -1},
        inert="the channels look at so little that moving looks between departments prevents "
        "hardly an incident",
        inert_zh="监督所及甚少，把力量在部门间移动几乎不能防止事故。",
    )
    monitoring: float = share(
        "approvals watched from end to end",
        zh="全程监察",
        source=_C6,
        intended={"non_compliance": -1},
    )
    tours: float = number(
        "coverage an inspection tour adds in its month",
        0,
        1,
        "share a month",
        zh="巡查",
        source=_C6,
        intended={"perceived_risk": 1},
    )
    publicity: float = share(
        "cases that may be published", zh="公开曝光", source=_C6, intended={"published_cases": 1}
    )


class OfficerFields(Section, row="officer"):
    """The month's draw of being seen."""

    luck_seen: float = share("the month's draw for being seen in misconduct", zh="随机数：被发现")


class ChoiceFields(Section, row="choice"):
    """What comes of a choice."""

    caught: int = count("1 if it brings a sanction", 0, 1, zh="查处", store="i1")


class DepartmentFields(Section, row="department"):
    """How much the channels look at a department, and what they would see."""

    watch: float = number(
        "how much the channels look here this month, 1 on average", 0, None, "ratio", zh="监督力度"
    )
    presence: float = share(
        "probability that looks this month see the conduct they see best", zh="监督在场"
    )


class OutlookFields(Section, row="outlook"):
    """How well a conduct is seen here, and how often it is found."""

    sight: float = number("how well all channels see it", 0, None, "share", zh="监督可见度")
    unseen: float = share("probability that no channel sees it in a month", zh="未被发现的概率")
    unseen_leading: float = share(
        "the same for a post that commands others", zh="领导职务未被发现的概率"
    )
    found: float = share(
        "probability that it is found to be somebody's misconduct in a month", zh="被查实的概率"
    )
    found_leading: float = share(
        "the same for a post that commands others", zh="领导职务被查实的概率"
    )


class TallySums(Section, row="tally"):
    """Misconduct seen."""

    detected: float = number(
        "officers caught in misconduct by supervision", 0, None, "cases", zh="监督发现数"
    )


# Where the looks go.


@rule
def watch(department: Department, mechanisms: Mechanisms, settings: AllSettings) -> float:
    """How much the channels look at a department this month; 1 is the mean over directives.

    Audit goes where money goes, assessment where services go (source C6). Looks that follow money
    are in proportion to what is at stake for the department in its directive; looks that follow
    service are in proportion to the harm that its failure does. Other looks go everywhere alike.
    """
    # Shares of looks that follow cannot add up to more than all looks.
    all_looks = max(1.0, mechanisms.follow_money + mechanisms.follow_service)
    share = 1.0
    interest = mean_interest(settings)
    if interest > 0.0:
        by_money = mechanisms.follow_money / all_looks
        share += by_money * (abs(department.interest) / interest - 1.0)
    if settings.harm_mean > 0.0:
        by_service = mechanisms.follow_service / all_looks
        share += by_service * (department.harm / settings.harm_mean - 1.0)
    return max(0.0, share)


@rule
def share_of_looks(leading: bool, department: Department, mechanisms: Mechanisms) -> float:
    """How much the channels look at one post of a department; 1 is the mean over its posts.

    Supervision goes where power goes (source C6). Looks that follow power go only to posts that
    command others (``leading``); the other looks go to all posts alike. Complaints come from the
    counter, so the masses' channel does not follow power.
    """
    if department.leading == 0:
        return 1.0
    power = float(department.officers) / float(department.leading) if leading else 0.0
    return 1.0 + mechanisms.follow_power * (power - 1.0)


# How well a conduct is seen in a department.


@rule
def masses_coverage(department: Department, mechanisms: Mechanisms) -> float:
    """Share of an officer's month that the masses' channel looks at, in [0, 1].

    It is the number of last month's complaints per front-line post, at most one, times the share
    of complaints that are looked into.
    """
    per_post = min(1.0, department.heard / max(1.0, float(department.fronts)))
    return mechanisms.coverage[MASSES] * per_post


@rule
def chance_unseen(unseen: float, watch: float) -> float:
    """Probability that no channel sees a conduct where they look ``watch`` times the mean.

    ``unseen`` is that probability at the mean. Looks are independent of each other, so twice as
    many looks overlook a conduct with the square of the probability.
    """
    if watch == 1.0:
        return unseen
    if unseen <= 0.0:
        return 0.0 if watch > 0.0 else 1.0
    return min(1.0, exp(watch * log(unseen)))


@rule
def see_conduct(
    k: int,
    conduct: Conduct,
    outlook: Outlook,
    channels: Channels,
    department: Department,
    mechanisms: Mechanisms,
    settings: AllSettings,
) -> None:
    """Work out how well conduct ``k`` is seen in a department this month, and how often found.

    It is found if it is seen, is misconduct, and can be attributed to somebody, which needs clear
    responsibilities; and unless the chain of command covers it up.
    """
    masses = masses_coverage(department, mechanisms)
    at_others = department.watch * share_of_looks(False, department, mechanisms)
    at_leaders = department.watch * share_of_looks(True, department, mechanisms)
    acuity = acuity_for(channels[MASSES], k, mechanisms, settings)
    uncomplained = 1.0 - masses * acuity
    outlook.unseen = chance_unseen(mechanisms.unseen[k], at_others) * uncomplained
    outlook.unseen_leading = chance_unseen(mechanisms.unseen[k], at_leaders) * uncomplained
    outlook.sight = department.watch * mechanisms.sight[k] + masses * acuity
    outlook.found = (1.0 - outlook.unseen) * conduct.misconduct * department.clarity
    outlook.found_leading = (1.0 - outlook.unseen_leading) * conduct.misconduct * department.clarity
    target_inflation.cover_up(k, outlook, department, mechanisms)


# Who is caught, and what comes of it.


@rule
def chance_caught(officer: Officer, outlook: Outlook, settings: AllSettings) -> float:
    """Probability of a sanction this month: conduct is found, and connections do not protect."""
    found = either(officer.subordinates > 0, outlook.found_leading, outlook.found)
    return found * (1.0 - settings.shield * officer.connection)


@rule
def caught(officer: Officer, outlook: Outlook, settings: AllSettings) -> bool:
    """Whether this month's conduct brings a sanction: drawn with ``chance_caught``."""
    return officer.luck_seen < chance_caught(officer, outlook, settings)


@rule
def covered_up(officer: Officer, outlook: Outlook, settings: AllSettings) -> int:
    """1 if this month's conduct would have brought a sanction but for those who cover it up."""
    found = chance_caught(officer, outlook, settings)
    unshielded = 1.0 - settings.shield * officer.connection
    return either(target_inflation.is_covered(officer, outlook, found, unshielded), 1, 0)


@rule
def seeing_channel(
    k: int,
    channels: Channels,
    outlook: Outlook,
    department: Department,
    mechanisms: Mechanisms,
    settings: AllSettings,
    month: int,
    u: float,
) -> int:
    """Number of the channel that saw conduct ``k``, drawn in proportion to coverage · acuity.

    ``u`` is the draw, in [0, 1]. What no channel saw was seen by monitoring, which is part of
    administrative supervision.
    """
    drawn = u * outlook.sight
    total = 0.0
    for c in range(len(channels)):
        if c == MASSES:
            coverage = masses_coverage(department, mechanisms)
        else:
            coverage = department.watch * coverage_of(c, mechanisms, settings, month)
        total += coverage * acuity_for(channels[c], k, mechanisms, settings)
        if drawn < total:
            return c
    return ADMINISTRATIVE


@rule
def take_up(
    world: World,
    officer: Officer,
    conduct: Conduct,
    outlook: Outlook,
    department: Department,
    mechanisms: Mechanisms,
    tally: Tally,
    month: int,
) -> None:
    """Sanction an officer caught in misconduct in proportion to it; perhaps publish the case."""
    settings = world.settings[0]
    weight = proportionate(conduct.misconduct, mechanisms, settings)
    sanction(officer, department, settings, weight)
    tally.detected += 1.0
    tally.sanctions += 1.0
    case = draw(
        world.seed,
        world.replicate,
        OVERSIGHT,
        month,
        officer.department,
        officer.number_in_department,
    )
    channel = seeing_channel(
        officer.conduct,
        world.channels,
        outlook,
        department,
        mechanisms,
        settings,
        month,
        case[0],
    )
    if case[1] < mechanisms.publicity * world.channels[channel].publicity:
        publish(department, True)
        tally.published += 1.0


# How much of everybody's time it takes.


@rule
def burden_of_complaints(
    department: Department, mechanisms: Mechanisms, channels: Channels
) -> float:
    """Share of everybody's time that answering complaints takes."""
    return masses_coverage(department, mechanisms) * channels[MASSES].burden
