"""The public (公众): trust won and lost at the counter, complaint, silence, and return.

Trust is lost faster than it is won (Slovic 1993). The dissatisfied complain, or fall silent and
stop cooperating (Hirschman 1970; 断裂, source B10). Citizens trust the centre more than those they
meet (Li 2004). Their trust is credibility (公信力, source B2).

Citizens can differ in how much they need the service, and those who need it most can have the least
voice (Herd & Moynihan 2018). News of a case can reach some at once and others from neighbours, who
pass it on (Kasperson et al. 1988).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from sim.arithmetic import either
from sim.declare import Section, Spread, Unfollowed, alternative, count, group, number, share
from sim.machine.compiled import rule
from sim.machine.draws import decision
from sim.mechanisms.measuring import (
    CASES,
    MONTHS,
    PER_HUNDRED_YEARS,
    Measure,
    Sums,
    among,
    per,
)

if TYPE_CHECKING:
    from sim.mechanisms.typed import (
        AllSettings,
        Citizen,
        Conduct,
        Department,
        Departments,
        Mechanisms,
        Officer,
        Places,
        Tally,
        Visit,
    )

MEETING = decision(
    3,
    "a citizen's month: which officer, whether to complain, whether it is upheld, whether news "
    "reaches it at once",
)
PUBLIC = decision(13, "a citizen at the start: trust, trust in the centre, voice, need")


class Public(Section, section="public"):
    """Citizens: trust, complaint, silence (公信力)."""

    citizens: int = count("citizens served by each department", 1, 10_000_000, zh="服务群众数")
    trust: Spread = group("trust in the local department", zh="对地方的信任", source="assumed")
    trust_in_centre: Spread = group(
        "trust in the centre", zh="对中央的信任", source="Li 2004; assumed values"
    )
    voice: float = share(
        "citizens ready to complain", zh="发声", source="Hirschman 1970; assumed value"
    )
    complaint_rate: float = share(
        "monthly complaints of a wholly dissatisfied citizen through an open channel",
        zh="投诉率",
        source="Hirschman 1970; assumed value",
    )
    expectation: float = number(
        "delivery that fully satisfies",
        0.01,
        1,
        "share",
        zh="期望",
        source="Van Ryzin 2004; assumed value",
    )
    excess_harm: float = share(
        "experience lost per unit of work beyond what was asked: fees, fines, approvals",
        zh="过度执行的损害",
        source="essay, B3; assumed value",
    )
    gain: float = share(
        "trust gained per unit of good surprise", zh="信任增益", source="Slovic 1993; assumed value"
    )
    loss: float = share(
        "trust lost per unit of bad surprise", zh="信任损失", source="Slovic 1993; assumed value"
    )
    neighbour_pull: float = share("pull of neighbours' mean trust", zh="邻里影响")
    scandal: float = share(
        "local trust lost per published case and hundred officers", zh="曝光损失的信任"
    )
    centre_credit: float = share(
        "trust in the centre gained per published sanction and hundred officers",
        zh="处分增进对中央的信任",
        source="Li 2004; assumed value",
    )
    attribution: float = number(
        "pull of local trust on trust in the centre",
        0,
        1,
        "share a month",
        zh="地方影响对中央的信任",
        source="Li 2004; assumed value",
    )
    need_spread: float = share(
        "how far citizens' need of the service differs from its mean, either way",
        zh="需求差异",
        meaning_zh="群众对服务的需求与平均值相差的幅度（上下相同）",
        source="Herd & Moynihan 2018; assumed value",
        off=0.0,
    )
    need_silences: float = share(
        "voice that the neediest lack, and the least needy have beyond the mean",
        zh="弱势失声",
        meaning_zh="需求最大者缺少、需求最小者多出的发声比例",
        source="Brady, Verba & Schlozman 1995; Herd & Moynihan 2018; assumed value",
        off=0.0,
    )
    news_reach: float = share(
        "citizens who hear of a published case at once",
        zh="消息直达",
        meaning_zh="曝光案件后当即得知的群众比例",
        source="Kasperson et al. 1988; assumed value",
        off=1.0,
    )
    word_of_mouth: float = number(
        "part of what neighbours heard last month that a citizen hears from them",
        0,
        0.95,
        "share",
        zh="口耳相传",
        meaning_zh="群众从邻里得知其上月所闻的比例",
        source="Kasperson et al. 1988; assumed value",
        off=0.0,
    )
    exit_below: float = share(
        "trust below which a citizen withdraws in time",
        zh="断裂阈值",
        source="essay, B10; Hirschman 1970; assumed value",
    )
    return_above: float = share("trust above which a citizen comes back", zh="恢复阈值")
    exit_months: int = count(
        "months below before a citizen falls silent", 1, 600, "months", zh="断裂时长"
    )


class Reach(Section, section="reach"):
    """How far clauses reach."""

    pledge_hope: float = share(
        "how much more citizens expect under a pledge",
        zh="承诺提高的期望",
        source="essay, C6; assumed value",
    )


# Whether what citizens think of a department reaches its officers.
_FEEDBACK = ("on", "off")
_ON = _FEEDBACK.index("on")


class Structure(Section, section="structure"):
    """Whether officers meet the trust of their citizens."""

    trust_feedback: Literal["on", "off"] = alternative(
        "whether officers meet citizens' trust as it is, or for ever that of the start",
        _FEEDBACK,
        zh="信任反馈",
        source="assumed",
    )


class CitizenFields(Section, row="citizen"):
    """One of those a department serves (群众)."""

    department: int = count("department that serves this citizen", zh="服务部门")
    number_in_department: int = count("number among those the department serves", zh="群众序号")
    voice: int = count("1 if ready to complain", 0, 1, zh="发声", store="i2")
    silent: int = count("1 after falling silent", 0, 1, zh="断裂", store="i2")
    months_below: int = count(
        "months below the threshold of exit, running", unit="months", zh="低信任月数"
    )
    trust: float = share("trust in the local department", zh="对地方的信任")
    trust_before: float = share("trust in the local department last month", zh="上月信任")
    trust_in_centre: float = share("trust in the centre", zh="对中央的信任")
    need: float = number(
        "how much depends on the service for this citizen, 1 on average",
        0,
        2,
        "ratio",
        zh="需求",
    )
    news: float = number(
        "published cases this citizen hears of",
        0,
        None,
        "cases per hundred officers",
        zh="所闻案件",
    )
    news_before: float = number(
        "published cases heard of last month",
        0,
        None,
        "cases per hundred officers",
        zh="上月所闻案件",
    )


class VisitFields(Section, row="visit"):
    """A citizen's visit to the counter this month, while it lasts (办事)."""

    met: int = count("index of the officer met", zh="经办人")
    complains: int = count("1 if the citizen complains", 0, 1, zh="投诉")
    luck_met: float = share("the draw for the officer met", zh="随机数：经办人")
    luck_upheld: float = share("the draw for the complaint to be upheld", zh="随机数：投诉成立")
    luck_complains: float = share("the draw for a complaint", zh="随机数：投诉")
    luck_hears: float = share("the draw for hearing of a case at once", zh="随机数：得知")
    rumour: float = number(
        "what the two neighbours heard last month, mean",
        0,
        None,
        "cases per hundred officers",
        zh="邻里所闻",
    )
    neighbours: float = share("mean trust of the two neighbours last month", zh="邻里信任")
    delivered: float = share("what the officer met delivered", zh="执行结果")
    excess: float = share("work of that officer beyond what was asked", zh="过度执行")
    hides: float = share("shortfall that this officer keeps from citizens", zh="瞒下")
    experience: float = share("what the citizen experiences", zh="办事体验")


class OfficerFields(Section, row="officer"):
    """Complaints about an officer."""

    complaints: int = count("upheld complaints this year", zh="有效投诉")


class DepartmentFields(Section, row="department"):
    """Trust in a department, complaints, and news of cases."""

    filed: int = count("complaints filed this month", zh="投诉")
    heard: float = number(
        "complaints filed last month, now with the masses' channel",
        0,
        None,
        "complaints",
        zh="上月投诉",
    )
    news: float = number(
        "published cases its citizens and those below hear of",
        0,
        None,
        "cases per hundred officers",
        zh="见闻",
    )
    news_above: float = number(
        "published cases heard of from above", 0, None, "cases per hundred officers", zh="上级见闻"
    )
    news_of_sanctions: float = number(
        "published sanctions its citizens and those below hear of",
        0,
        None,
        "cases per hundred officers",
        zh="处分见闻",
    )
    news_of_sanctions_above: float = number(
        "published sanctions heard of from above",
        0,
        None,
        "cases per hundred officers",
        zh="上级处分见闻",
    )
    trust_below: float = share(
        "mean credibility of the departments below last month", zh="下级公信力"
    )
    willing_below: float = share(
        "mean cooperation in the departments below last month", zh="下级群众配合"
    )
    credibility: float = share("mean trust of its citizens", zh="公信力")
    willing: float = share(
        "mean trust counting the silent as zero: their cooperation", zh="群众配合"
    )


class TallySums(Section, row="tally"):
    """Trust, silence and complaints."""

    trust: float = number(
        "trust in the local department", 0, None, "citizens", zh="对地方的信任合计"
    )
    trust_in_centre: float = number(
        "trust in the centre", 0, None, "citizens", zh="对中央的信任合计"
    )
    silent: float = number("citizens fallen silent", 0, None, "citizens", zh="断裂人数")
    hidden: float = number("shortfall kept from citizens", 0, None, "citizens", zh="瞒下合计")
    missing: float = number(
        "shortfall at the counter, by citizens' need", 0, None, "citizens", zh="按需求计的不足"
    )
    unheard: float = number(
        "the part of it of those who would not complain", 0, None, "citizens", zh="无声的不足"
    )
    filed: float = number("complaints filed", 0, None, "cases", zh="投诉数")
    upheld: float = number("complaints upheld", 0, None, "cases", zh="有效投诉数")


# What the mean field, whose citizens are all alike, does not follow.
UNFOLLOWED = (
    Unfollowed(
        "citizens who begin with different trust",
        "群众起始信任的差异",
        {"public.trust.sd": 0.0},
    ),
    Unfollowed("citizens who withdraw one by one", "群众逐个断裂", {"public.exit_below": 0.0}),
    Unfollowed("news of cases", "案件曝光", {"public.scandal": 0.0}),
    Unfollowed("citizens who differ in need", "群众需求的差异", {"public.need_spread": 0.0}),
)

PER_HUNDRED = 100.0


@rule
def trust_after(trust: float, experience: float, gain: float, loss: float) -> float:
    """Trust after an experience in [0, 1]: part of the way there, further down than up.

    With experience good with probability q, rests at gain·q / (gain·q + loss·(1 − q)); Slovic
    (1993) on the asymmetry.
    """
    surprise = experience - trust
    return trust + (gain if surprise > 0.0 else loss) * surprise


@rule
def experience(visit: Visit, mechanisms: Mechanisms, settings: AllSettings) -> float:
    """What a citizen experiences at the counter, in [0, 1].

    Work beyond what was asked, for the department's good, spoils it (source B3). A public pledge
    makes citizens expect more (公开承诺).
    """
    expected = settings.expectation * (1.0 + settings.pledge_hope * mechanisms.pledges)
    found = min(1.0, visit.delivered / expected)
    return found * (1.0 - settings.excess_harm * visit.excess)


@rule
def trust_in_department(
    citizen: Citizen,
    visit: Visit,
    experienced: float,
    settings: AllSettings,
) -> float:
    """Trust after a month: an experience, the neighbours, and news of cases, which lowers it.

    An experience weighs as much as the citizen needs the service.
    """
    gain = min(1.0, settings.gain * citizen.need)
    loss = min(1.0, settings.loss * citizen.need)
    trust = trust_after(citizen.trust_before, experienced, gain, loss)
    trust += settings.neighbour_pull * (visit.neighbours - trust)
    return trust * (1.0 - min(1.0, settings.scandal * citizen.news))


@rule
def need(settings: AllSettings, u: float) -> float:
    """How much a citizen needs the service: evenly spread about 1."""
    return 1.0 + settings.need_spread * (2.0 * u - 1.0)


@rule
def chance_of_voice(settings: AllSettings, u: float) -> float:
    """Chance that a citizen is ready to complain; ``u`` is its place among citizens by need.

    Above 1 it is certain; the mean over citizens stays ``voice`` where it is nowhere above.
    """
    return settings.voice * (1.0 - settings.need_silences * (2.0 * u - 1.0))


@rule
def hears(visit: Visit, department: Department, settings: AllSettings) -> float:
    """Published cases a citizen hears of: at once or not, and from neighbours a month later."""
    at_once = either(visit.luck_hears < settings.news_reach, department.news, 0.0)
    return at_once + settings.word_of_mouth * visit.rumour


@rule
def trust_in_centre(
    citizen: Citizen, trust: float, department: Department, settings: AllSettings
) -> float:
    """Trust in the centre after a month.

    A published sanction speaks for the centre, bad service at home against it (Li 2004).
    """
    credit = min(1.0, settings.centre_credit * department.news_of_sanctions)
    centre = citizen.trust_in_centre
    centre += credit * (1.0 - centre)
    return centre + settings.attribution * (trust - centre)


@rule
def hear_news(department: Department) -> None:
    """Make last month's published cases known, here and, a month later, in the tier below."""
    per_case = PER_HUNDRED / float(department.officers)
    department.news = department.published * per_case + department.news_above
    department.news_of_sanctions = (
        department.published_sanctions * per_case + department.news_of_sanctions_above
    )


@rule
def withdraw_or_return(citizen: Citizen, settings: AllSettings) -> None:
    """Fall silent after months of low trust; come back only above a higher level (断裂, B10)."""
    if citizen.silent:
        if citizen.trust > settings.return_above:
            citizen.silent = 0
            citizen.months_below = 0
        return
    citizen.months_below = citizen.months_below + 1 if citizen.trust < settings.exit_below else 0
    if citizen.months_below >= settings.exit_months:
        citizen.silent = 1


@rule
def chance_of_complaint(
    citizen: Citizen,
    visit: Visit,
    experienced: float,
    mechanisms: Mechanisms,
    settings: AllSettings,
) -> float:
    """Chance that the citizen files a complaint (voice, Hirschman 1970).

    Those without voice do so as far as complainants are protected; the more depends on the service,
    the likelier. Nobody complains of a shortfall that is kept from them (瞒下, source B9), nor once
    silent.
    """
    ready = citizen.voice + (1 - citizen.voice) * mechanisms.protection
    known = (1.0 - experienced) * (1.0 - visit.hides)
    chance = ready * mechanisms.openness * settings.complaint_rate * known
    return min(1.0, chance * (1 - citizen.silent) * citizen.need)


@rule
def upheld(
    officer: Officer,
    conduct: Conduct,
    department: Department,
    settings: AllSettings,
    u: float,
) -> bool:
    """Whether a complaint is upheld: real misconduct, pinned on a person, not shielded."""
    return u < department.clarity * conduct.misconduct * (
        1.0 - settings.shield * officer.connection
    )


@rule
def officer_met(fronts: Places, department: Department, u: float) -> int:
    """Index of the front-line officer whom a citizen meets."""
    met = min(int(u * department.fronts), department.fronts - 1)
    return fronts[department.first_front + met]


@rule
def neighbours_of(index: int, department: Department) -> tuple[int, int]:
    """Indices of a citizen's two neighbours on a ring."""
    first = department.first_citizen
    last = first + department.citizens - 1
    return index - 1 if index > first else last, index + 1 if index < last else first


@rule
def meet_neighbours(visit: Visit, left: Citizen, right: Citizen) -> None:
    """Learn what a citizen's neighbours thought, and what cases they had heard of, last month."""
    visit.neighbours = 0.5 * (left.trust_before + right.trust_before)
    visit.rumour = 0.5 * (left.news_before + right.news_before)


@rule
def hear_complaint(
    officer: Officer,
    department: Department,
    conduct: Conduct,
    settings: AllSettings,
    tally: Tally,
    u: float,
) -> None:
    """File a complaint about an officer, and find out whether it is upheld."""
    department.filed += 1
    if upheld(officer, conduct, department, settings, u):
        officer.complaints += 1
        tally.upheld += 1.0


@rule
def hear_from_above(department: Department, departments: Departments) -> None:
    """Hear last month's news of cases from the department above."""
    above = department.parent
    department.news_above = departments[above].news if above >= 0 else 0.0
    department.news_of_sanctions_above = departments[above].news_of_sanctions if above >= 0 else 0.0


@rule
def meet_public_below(department: Department) -> None:
    """Meet the trust of those below, where a department serves nobody itself."""
    if department.citizens == 0 and department.children > 0:
        department.credibility = department.trust_below
        department.willing = department.willing_below


@rule
def met(now: float, at_start: float, settings: AllSettings) -> float:
    """What officers meet of their citizens: ``now``, or without feedback what was ``at_start``."""
    return either(settings.trust_feedback == _ON, now, at_start)


@rule
def observe_shortfall(citizen: Citizen, visit: Visit, tally: Tally) -> None:
    """Add what was missing at the counter, and whether anybody would speak of it."""
    missing = citizen.need * (1.0 - visit.experience)
    mute = 1 - citizen.voice * (1 - citizen.silent)
    tally.missing += missing
    tally.unheard += missing * mute


@rule
def observe_citizen(citizen: Citizen, tally: Tally) -> None:
    """Add one citizen's month."""
    tally.trust += citizen.trust
    tally.trust_in_centre += citizen.trust_in_centre
    tally.silent += float(citizen.silent)


# Share of silent citizens that counts as rupture.
RUPTURE = 0.1


def _rupture_month(sums: Sums) -> Any:
    reached = sums["silent_by_month"] >= RUPTURE
    return np.where(reached.any(axis=-1), reached.argmax(axis=-1), np.nan)


_TRUST = per("trust", "citizens")
MEASURES = (
    Measure(
        "hidden_shortfall",
        "Hidden from citizens",
        "瞒下",
        "share",
        "shortfall at the counter that is kept from citizens",
        per("hidden", "citizens"),
    ),
    Measure(
        "unheard",
        "Shortfall unheard",
        "无声的不满",
        "share",
        "shortfall at the counter, by need, of citizens without voice or fallen silent",
        per("unheard", "missing"),
        monthly=False,
    ),
    Measure(
        "credibility", "Credibility", "公信力", "share", "mean trust in local departments", _TRUST
    ),
    Measure(
        "trust_in_centre",
        "Trust in the centre",
        "对中央的信任",
        "share",
        "mean trust in the centre",
        per("trust_in_centre", "citizens"),
    ),
    Measure(
        "rupture_share",
        "Rupture",
        "断裂",
        "share",
        "citizens who no longer cooperate or complain",
        per("silent", "citizens"),
    ),
    Measure(
        "complaints",
        "Complaints",
        "投诉",
        CASES,
        "complaints filed by citizens",
        per("filed", times=PER_HUNDRED_YEARS),
    ),
    Measure(
        "upheld_complaints",
        "Upheld complaints",
        "有效投诉",
        CASES,
        "complaints upheld",
        per("upheld", times=PER_HUNDRED_YEARS),
    ),
    Measure(
        "rupture_month",
        "Month of rupture",
        "断裂月份",
        "month",
        "first month with a tenth of citizens silent",
        _rupture_month,
        monthly=False,
        reads=MONTHS,
    ),
    *among("credibility", "Credibility", "公信力", "credibility", _TRUST),
)
