"""The public (公众): trust won and lost at the counter, complaint, silence, and return.

Trust is lost faster than it is won (Slovic 1993). The dissatisfied complain, or fall silent and
stop cooperating (Hirschman 1970; 断裂, source B10). Citizens trust the centre more than those they
meet (Li 2004). Their trust is credibility (公信力, source B2).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from sim.arithmetic import either, towards
from sim.declare import Section, Spread, Unfollowed, alternative, count, group, number, share
from sim.machine.compiled import rule
from sim.machine.draws import decision
from sim.mechanisms import news
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


class Settings(Section, section="public"):
    """Citizens: trust, complaint, silence."""

    citizens: int = count("citizens served by each department", 1, 10_000_000, zh="服务群众数")
    trust: Spread = group("trust in the local department", zh="对地方的信任", source="assumed")
    trust_in_centre: Spread = group(
        "trust in the centre", zh="对中央的信任", source="Li 2004; assumed values"
    )
    voice: float = share(
        "citizens ready to complain", zh="发声", source="Hirschman 1970; assumed value"
    )
    complaint_rate: float = number(
        "monthly complaints of a wholly dissatisfied citizen through an open channel",
        0,
        1,
        "share a month",
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
    centre_credit: float = share(
        "trust in the centre gained per published sanction for each hundred officers",
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


class VisitFields(Section, row="visit"):
    """A citizen's visit to the counter this month, while it lasts (办事)."""

    met: int = count("index of the officer met", zh="经办人")
    complains: int = count("1 if the citizen complains", 0, 1, zh="投诉")
    luck_met: float = share("the draw for the officer met", zh="随机数：经办人")
    luck_upheld: float = share("the draw for the complaint to be upheld", zh="随机数：投诉成立")
    luck_complains: float = share("the draw for a complaint", zh="随机数：投诉")
    neighbours: float = share("mean trust of the two neighbours last month", zh="邻里信任")
    delivered: float = share("what the officer met delivered", zh="执行结果")
    excess: float = share("work of that officer beyond what was asked", zh="过度执行")
    hides: float = share("shortfall that this officer keeps from citizens", zh="瞒下")
    experience: float = share("what the citizen experiences", zh="办事体验")
    willing: float = share("trust of a citizen who is not silent, else 0", zh="群众配合")
    looks_up: float = share(
        "how far such a citizen trusts the centre more than the department", zh="越级信任"
    )


class OfficerFields(Section, row="officer"):
    """Complaints about an officer."""

    complaints: int = count("upheld complaints this year", zh="有效投诉")


class DepartmentFields(Section, row="department"):
    """Trust in a department, and complaints."""

    filed: int = count("complaints filed this month", zh="投诉")
    heard: float = number(
        "complaints filed last month, now with the masses' channel",
        0,
        None,
        "complaints",
        zh="上月投诉",
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
)


@rule
def trust_after(trust: float, experience: float, gain: float, loss: float) -> float:
    """Trust after an experience in [0, 1]: part of the way there, further down than up.

    With experience good with probability q, rests at gain·q / (gain·q + loss·(1 − q)); Slovic
    (1993) on the asymmetry.
    """
    return towards(trust, experience, either(experience > trust, gain, loss))


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
    trust = towards(trust, visit.neighbours, settings.neighbour_pull)
    return trust * news.trust_left(citizen, settings)


@rule
def trust_in_centre(
    citizen: Citizen,
    visit: Visit,
    trust: float,
    department: Department,
    settings: AllSettings,
) -> float:
    """Trust in the centre after a month.

    A published sanction speaks for the centre with those whom the publication reaches. Bad
    service at home speaks against it (Li 2004).
    """
    credit = min(1.0, settings.centre_credit * news.of_sanctions(visit, department, settings))
    centre = towards(citizen.trust_in_centre, 1.0, credit)
    return towards(centre, trust, settings.attribution)


@rule
def withdraw_or_return(citizen: Citizen, settings: AllSettings) -> None:
    """Fall silent after months of low trust; come back only above a higher level (断裂, B10)."""
    silent = citizen.silent == 1
    back = citizen.trust > settings.return_above
    below = either(citizen.trust < settings.exit_below, citizen.months_below + 1, 0)
    out = either(below >= settings.exit_months, 1, 0)
    citizen.months_below = either(silent, either(back, 0, citizen.months_below), below)
    citizen.silent = either(silent, either(back, 0, 1), out)


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
    visit.rumour = news.rumour(left, right)


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
def meet_public_below(department: Department) -> None:
    """Meet the trust of those below, where a department serves nobody itself."""
    if department.citizens == 0 and department.children > 0:
        department.credibility = department.trust_below
        department.willing = department.willing_below


@rule
def met(now: float, at_start: float, settings: AllSettings) -> float:
    """What officers meet of their citizens: ``now``, or without feedback what was ``at_start``."""
    return either(settings.trust_feedback == _ON, now, at_start)


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
        "Citizens who have given up",
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
        "Month when a tenth have given up",
        "断裂月份",
        "month",
        "first month with a tenth of citizens silent",
        _rupture_month,
        monthly=False,
        reads=MONTHS,
    ),
    *among("credibility", "Credibility", "公信力", "credibility", _TRUST),
)
