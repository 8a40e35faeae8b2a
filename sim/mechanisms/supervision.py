"""Supervision (监督): nine channels observe officers, deter and sanction misconduct (source C6).

A channel observes a part of an officer's month (its coverage). It uses several methods of
observation, which scenarios call eyes: inspection of papers, audit of accounts, judgement of those
served. Each eye detects each conduct with some probability (its acuity), so a channel overlooks
what its eyes overlook. Observations are independent of each other.

Officers fear a conduct in proportion to how well the channels detect it, against the conduct that
they detect best. Therefore more of an eye that overlooks image projects drives officers into image
projects (Holmström & Milgrom 1991). The certainty of being caught deters (Becker 1968; Nagin 2013),
and inspectors who are in the house deter at once (Sherman 1990). Severity deters as well (Becker
1968), but less than in proportion: Nagin (2013) finds far less support for it than for certainty.

The rules are in this order: how much a channel observes and how well it detects; how observations
are distributed; how well a conduct is detected in a department; what officers fear of that; who is
caught, and what comes of it; how much of everybody's time it takes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.arithmetic import either, exp, log
from sim.declare import Assembled, Section, count, each, number, share
from sim.kinds import ADMINISTRATIVE, CHANNELS, CONDUCTS, EYES, MASSES, PARTY
from sim.machine.compiled import rule
from sim.machine.draws import decision, draw
from sim.mechanisms import target_inflation
from sim.mechanisms.directives import mean_interest
from sim.mechanisms.measuring import Measure, per
from sim.mechanisms.sanctions import proportionate, publish, sanction

if TYPE_CHECKING:
    from sim.mechanisms.typed import (
        AllSettings,
        Channel,
        Channels,
        Conduct,
        Department,
        Mechanisms,
        Numbers,
        Officer,
        Outlook,
        Tally,
        World,
    )

OVERSIGHT = decision(4, "misconduct seen: which channel, publicity, spare, spare")
_C6 = "essay, C6; assumed value"


class Coverage(Section):
    """How much of an officer's month each channel looks at (监督覆盖面)."""

    party: float = number(
        "party supervision",
        0,
        1,
        "share a month",
        zh="党内监督",
        source=_C6,
        intended={"perceived_risk": 1},
    )
    congress: float = number(
        "people's congress",
        0,
        1,
        "share a month",
        zh="人大监督",
        source=_C6,
        intended={"perceived_risk": 1},
    )
    consultative: float = number(
        "consultative conference",
        0,
        1,
        "share a month",
        zh="政协监督",
        source=_C6,
        intended={"perceived_risk": 1},
    )
    parties: float = number(
        "other parties",
        0,
        1,
        "share a month",
        zh="党派监督",
        source=_C6,
        intended={"perceived_risk": 1},
    )
    administrative: float = number(
        "administrative supervision",
        0,
        1,
        "share a month",
        zh="监察监督",
        source=_C6,
        intended={"perceived_risk": 1},
    )
    audit: float = number(
        "audit", 0, 1, "share a month", zh="审计监督", source=_C6, intended={"perceived_risk": 1}
    )
    courts: float = number(
        "courts", 0, 1, "share a month", zh="司法监督", source=_C6, intended={"perceived_risk": 1}
    )
    masses: float = number(
        "citizens' complaints that are looked into",
        0,
        1,
        "share",
        zh="群众监督",
        source=_C6,
        intended={"perceived_risk": 1},
    )
    press: float = number(
        "press", 0, 1, "share a month", zh="舆论监督", source=_C6, intended={"perceived_risk": 1}
    )


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


class ChannelSettings(Section):
    """One channel of supervision: a mix of eyes, its publicity and its burden (监督渠道)."""

    inspection: float = share("part of paper inspection in what it does", zh="书面检查比重")
    audit: float = share("part of audit in what it does", zh="审计比重")
    served: float = share("part of those served in what it does", zh="服务对象比重")
    publicity: float = share("readiness to publish a case", zh="曝光")
    burden: float = number(
        "officers' time taken per unit of coverage", 0, 10, "ratio", zh="迎检负担"
    )


if TYPE_CHECKING:
    Eye = Assembled
    Eyes = Assembled
    ChannelTable = Assembled
else:
    Eye = each(
        "Eye",
        "How well one kind of look sees each conduct that can be misconduct (监督视角).",
        CONDUCTS.where(lambda conduct: conduct.misconduct),
        lambda conduct: share(
            f"probability of seeing {conduct.title.lower()} conduct",
            zh=f"识别{conduct.zh}",
            meaning_zh=f"识别{conduct.zh}的概率",
        ),
        module=__name__,
    )
    Eyes = each(
        "Eyes",
        "Kinds of look: at papers, at accounts, by those served, along an approval (监督视角).",
        EYES,
        Eye,
        module=__name__,
        section="eyes",
    )
    ChannelTable = each(
        "ChannelTable",
        "The nine channels of supervision (监督体系).",
        CHANNELS,
        ChannelSettings,
        module=__name__,
        section="channels",
    )


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


class Reach(Section, section="reach"):
    """How far clauses reach."""

    pledge_sight: float = number(
        "how much better those served see under a pledge",
        0,
        5,
        "ratio",
        zh="承诺增强的监督",
        source=_C6,
    )
    tour_every: int = count(
        "months between inspection tours", 1, 120, "months", zh="巡查周期", source=_C6
    )


class OfficerFields(Section, row="officer"):
    """What an officer believes of supervision, and the month's draw of being seen."""

    perceived_risk: float = share("perceived risk of being held to account", zh="问责预期")
    luck_seen: float = share("the month's draw for being seen in misconduct", zh="随机数：被发现")


class ChoiceFields(Section, row="choice"):
    """What is feared of a choice, and what comes of it."""

    felt_risk: float = share("risk of being held to account as felt this month", zh="感知风险")
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
    """How well a conduct is seen here, and what is to be feared for it."""

    threat: float = number("deterrence per unit of perceived risk", 0, None, "utility", zh="震慑")
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


class MechanismFields(Section, row="mechanisms"):
    """What follows from the settings of a month: how well all channels but the masses' see each
    conduct, and how far severity deters.
    """

    unseen: float = share(
        "probability that none of them sees a conduct in a month",
        zh="未被发现的概率",
        width=len(CONDUCTS),
    )
    sight: float = number(
        "sum of coverage times acuity for a conduct",
        0,
        None,
        "share",
        zh="监督可见度",
        width=len(CONDUCTS),
    )
    severity_felt: float = number(
        "severity as it deters", 0, None, "weight", zh="处分力度的震慑作用"
    )


class ChannelFields(Section, row="channel"):
    """One channel: its acuity for each conduct, computed from its mix of eyes."""

    acuity: float = share("acuity for each conduct", zh="识别力", width=len(CONDUCTS))
    served: float = share(
        "the part of it that comes from those served", zh="服务对象识别力", width=len(CONDUCTS)
    )
    publicity: float = share("readiness to publish a case", zh="曝光")
    burden: float = number(
        "officers' time taken per unit of coverage", 0, 10, "ratio", zh="迎检负担"
    )


class TallySums(Section, row="tally"):
    """Misconduct seen, and risk perceived."""

    perceived_risk: float = number("perceived risk", 0, None, "officers", zh="问责预期合计")
    detected: float = number(
        "officers caught in misconduct by supervision", 0, None, "cases", zh="监督发现数"
    )


# How much each channel looks, and how well it sees.


@rule
def coverage_of(c: int, mechanisms: Mechanisms, settings: AllSettings, month: int) -> float:
    """Share of an officer's month that channel ``c`` looks at, in [0, 1].

    In the month of an inspection tour (巡查) the party's channel looks at more.
    """
    coverage = mechanisms.coverage[c]
    if c == PARTY and month % settings.tour_every == settings.tour_every - 1:
        coverage = min(1.0, coverage + mechanisms.tours)
    return coverage


@rule
def acuity_for(channel: Channel, k: int, mechanisms: Mechanisms, settings: AllSettings) -> float:
    """Probability that a look of this channel sees conduct ``k``, in [0, 1].

    A public pledge tells those served what to look for, so they see better.
    """
    keener = settings.pledge_sight * mechanisms.pledges * channel.served[k]
    return min(1.0, channel.acuity[k] + keener)


@rule
def combine_channels(
    mechanisms: Mechanisms,
    channels: Channels,
    monitoring: Numbers,
    settings: AllSettings,
    month: int,
) -> None:
    """Work out how well all channels but the masses' together see each conduct in one month.

    The probability that none of them sees conduct k, ``mechanisms.unseen[k]``, is the product of
    1 − coverage · acuity over channels; ``mechanisms.sight[k]`` is the sum of coverage · acuity.
    Monitoring (全程监察) watches approvals from end to end, beside the channels; ``monitoring[k]``
    is its acuity for conduct k.
    """
    for k in range(len(mechanisms.unseen)):
        unseen = 1.0
        sight = 0.0
        inside = 0.0
        for c in range(len(channels)):
            if c != MASSES:
                coverage = coverage_of(c, mechanisms, settings, month)
                looks = coverage * acuity_for(channels[c], k, mechanisms, settings)
                unseen *= 1.0 - looks
                sight += looks
                inside += looks if target_inflation.is_inside(c) else 0.0
        mechanisms.inside[k] = inside
        watched = mechanisms.monitoring * monitoring[k]
        mechanisms.unseen[k] = unseen * (1.0 - watched)
        mechanisms.sight[k] = sight + watched
    mechanisms.severity_felt = severity_felt(mechanisms.severity, settings)


@rule
def severity_felt(severity: float, settings: AllSettings) -> float:
    """Severity of sanctions as it deters: less than in proportion where its elasticity is below 1.

    At a severity of 1 it is 1 whatever the elasticity, and sanctions without weight deter nobody.
    """
    if severity == 0.0 or settings.severity_elasticity == 1.0:
        return severity
    return exp(settings.severity_elasticity * log(severity))


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


# What officers fear of it.


@rule
def threat(
    conduct: Conduct, exposure: float, mechanisms: Mechanisms, settings: AllSettings
) -> float:
    """Utility that a conduct costs per unit of felt risk, at least 0.

    ``exposure`` is how well it is seen, divided by how well the conduct seen best is: in [0, 1].
    """
    return settings.deterrence * exposure * mechanisms.severity_felt * conduct.misconduct


@rule
def felt_presence(officer: Officer, department: Department, settings: AllSettings) -> float:
    """What inspectors in the house add to the risk that an officer has learned, in [0, 1].

    Where they would see more than was learned, felt risk closes a share of the gap at once.
    """
    return settings.alert * max(0.0, department.presence - officer.perceived_risk)


@rule
def felt_risk(officer: Officer, department: Department, settings: AllSettings) -> float:
    """Risk of being held to account that an officer feels this month, in [0, 1].

    It is the risk learned from sanctions, and what the presence of inspectors adds. So a crackdown
    deters while it lasts, before anybody is sanctioned (Sherman 1990; Nagin 2013 on the certainty
    of being caught).
    """
    return officer.perceived_risk + felt_presence(officer, department, settings)


@rule
def perceive_risk(
    officer: Officer, sanctioned: float, department: Department, settings: AllSettings
) -> None:
    """Keep part of what presence added, forget part of the whole, and learn from colleagues.

    A crackdown therefore deters for a while after it has ended (residual deterrence, Sherman 1990);
    but the presence of inspectors is no sanction, so not all of what it adds is kept.
    ``sanctioned`` is the share of the department's officers sanctioned this month.
    """
    kept = settings.residual * felt_presence(officer, department, settings)
    risk = (officer.perceived_risk + kept) * (1.0 - settings.forget) + settings.peer * sanctioned
    officer.perceived_risk = min(1.0, risk)


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
def with_inspections(
    taken: float,
    mechanisms: Mechanisms,
    channels: Channels,
    settings: AllSettings,
    month: int,
) -> float:
    """Share of everybody's time: ``taken`` and what all channels but the masses' take."""
    for c in range(len(channels)):
        if c != MASSES:
            taken += coverage_of(c, mechanisms, settings, month) * channels[c].burden
    return taken


@rule
def burden_of_complaints(
    department: Department, mechanisms: Mechanisms, channels: Channels
) -> float:
    """Share of everybody's time that answering complaints takes."""
    return masses_coverage(department, mechanisms) * channels[MASSES].burden


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
