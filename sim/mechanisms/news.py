"""News of cases (案件见闻): how published cases become known, and what they cost in trust.

A case can reach some citizens at once and others from neighbours, who pass it on (Kasperson et al.
1988). It is heard where it happened and, a month later, in the tier below.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.arithmetic import either
from sim.declare import Section, Unfollowed, number, share
from sim.machine.compiled import rule

if TYPE_CHECKING:
    from sim.mechanisms.typed import AllSettings, Citizen, Department, Departments, Visit


class Settings(Section, section="public"):
    """How news spreads, and how far it is held against a department."""

    scandal: float = share(
        "local trust lost per published case for each hundred officers", zh="曝光损失的信任"
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


class CitizenFields(Section, row="citizen"):
    """Cases that one citizen hears of."""

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
    """What is heard this month, at once and from neighbours."""

    luck_hears: float = share("the draw for hearing of a case at once", zh="随机数：得知")
    rumour: float = number(
        "what the two neighbours heard last month, mean",
        0,
        None,
        "cases per hundred officers",
        zh="邻里所闻",
    )


class DepartmentFields(Section, row="department"):
    """Published cases that are known in a department."""

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


# What the mean field does not follow.
UNFOLLOWED = (Unfollowed("news of cases", "案件曝光", {"public.scandal": 0.0}),)

PER_HUNDRED = 100.0


@rule
def hear_news(department: Department) -> None:
    """Make last month's published cases known, here and, a month later, in the tier below."""
    per_case = PER_HUNDRED / float(department.officers)
    department.news = department.published * per_case + department.news_above
    department.news_of_sanctions = (
        department.published_sanctions * per_case + department.news_of_sanctions_above
    )


@rule
def hear_from_above(department: Department, departments: Departments) -> None:
    """Hear last month's news of cases from the department above."""
    above = department.parent
    department.news_above = departments[above].news if above >= 0 else 0.0
    department.news_of_sanctions_above = departments[above].news_of_sanctions if above >= 0 else 0.0


@rule
def rumour(left: Citizen, right: Citizen) -> float:
    """What a citizen's two neighbours had heard of cases last month, mean."""
    return 0.5 * (left.news_before + right.news_before)


@rule
def hears(visit: Visit, department: Department, settings: AllSettings) -> float:
    """Published cases a citizen hears of: at once or not, and from neighbours a month later."""
    at_once = either(visit.luck_hears < settings.news_reach, department.news, 0.0)
    return at_once + settings.word_of_mouth * visit.rumour


@rule
def of_sanctions(visit: Visit, department: Department, settings: AllSettings) -> float:
    """Published sanctions that a citizen hears of: those that the publication reaches at once.

    Neighbours tell the case, and not who mended it.
    """
    return either(visit.luck_hears < settings.news_reach, department.news_of_sanctions, 0.0)


@rule
def trust_left(citizen: Citizen, settings: AllSettings) -> float:
    """Share of trust in the department that is left after the cases a citizen has heard of."""
    return 1.0 - min(1.0, settings.scandal * citizen.news)
