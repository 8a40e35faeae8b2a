"""Recruitment (录用): who enters the service, and what is drawn of them.

Of two applicants the better is taken as far as merit counts, so that the gain from merit is bounded
by the spread among applicants. Newcomers mean to act faithfully (Perry & Wise 1990).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.arithmetic import within
from sim.calendar import MONTHS_A_YEAR
from sim.declare import Section, Spread, Unfollowed, count, group, number, share
from sim.distributions import normal, normal_share
from sim.kinds import COMPETENT, FAITHFUL, IDLE, OUTSIDE
from sim.machine.compiled import rule
from sim.machine.draws import AT_START, DRAWS, LAYER, decision, draw
from sim.mechanisms.measuring import Measure, per, yearly
from sim.mechanisms.patronage import UNTIED

if TYPE_CHECKING:
    from sim.mechanisms.typed import AllSettings, Mechanisms, Officer

ENTRY = decision(10, "whoever enters a post: capability, responsibility, inertia, ambition")
ENTRY_TIES = decision(11, "whoever enters a post: connection, age, belief in merit, spare")
TASTE = decision(19, "whoever enters a post: taste for each conduct, four at a time")
RIVAL = decision(12, "a rival applicant: capability, responsibility, whether merit counts, spare")
START = decision(14, "an officer at the start or from elsewhere: age, time in post, conduct, spare")
_B8 = "essay, B8; assumed values"


class Traits(Section, section="traits"):
    """Those who hold or apply for posts, before anything shapes them (个人特质)."""

    capability: Spread = group("ability to do what a post needs", zh="能力", source=_B8)
    responsibility: Spread = group("sense of responsibility", zh="责任心", source=_B8)
    inertia: Spread = group("pull of what one did last month", zh="惰性", source=_B8)
    ambition: Spread = group("ambition", zh="事业心", source=_B8)
    connection: Spread = group("connections", zh="关系", source=_B8)
    merit_belief: Spread = group("belief that merit is rewarded", zh="公平预期", source="assumed")


class Settings(Section, section="behaviour"):
    """What the grass roots teach."""

    posting_gain: float = share(
        "capability gained in a year at the grass roots",
        zh="下基层锻炼",
        source="essay, C3; assumed value",
    )


class OfficerFields(Section, row="officer"):
    """What an officer brings along."""

    disposition: float = share("responsibility brought into the service", zh="品德")
    ambition: float = share("ambition", zh="事业心")
    connection: float = share("connections", zh="关系")
    merit_belief: float = share("belief that merit is rewarded", zh="公平预期")
    person: int = count(
        "number of the person, which goes along to other posts; no later person has it",
        zh="人员编号",
        store="i8",
    )


class TallySums(Section, row="tally"):
    """Newcomers, and what all bring along."""

    connection: float = number("connection", 0, None, "officers", zh="关系合计")
    merit_belief: float = number("belief in merit", 0, None, "officers", zh="公平预期合计")
    recruits: float = number("newcomers", 0, None, "officers", zh="新录用人数")
    arrivals: float = number(
        "leaders who came from another government", 0, None, "officers", zh="交流到任人数"
    )


# What the mean field, whose officers are all alike, does not follow.
UNFOLLOWED = (
    Unfollowed(
        "differences between officers",
        "公务人员之间的差异",
        {f"traits.{name}.sd": 0.0 for name in Traits.model_fields},
    ),
)


@rule
def drawn_above(u: float, mean: float, sd: float, lift: float) -> float:
    """Return a trait, in [0, 1], of people who are ``lift`` standard deviations above ``mean``."""
    return normal_share(u, mean + lift * sd, sd)


@rule
def acquire_taste(
    officer: Officer, settings: AllSettings, seed: int, replicate: int, month: int
) -> None:
    """Draw the lasting taste of a person for each conduct (mixed logit; Revelt & Train 1998)."""
    who = officer.number_in_department
    for k in range(len(officer.taste)):
        deeper = LAYER * (k // DRAWS)
        u = draw(seed, replicate, TASTE + deeper, month, officer.department, who)
        officer.taste[k] = settings.taste * normal(u[k % DRAWS])


@rule
def arrive(
    officer: Officer, settings: AllSettings, seed: int, replicate: int, month: int, lift: float
) -> None:
    """Fill a post with a person drawn from those who apply; month ``AT_START`` before the first.

    They are ``lift`` standard deviations more able and responsible than ``traits`` have it.
    """
    who = officer.number_in_department
    u = draw(seed, replicate, ENTRY, month, officer.department, who)
    v = draw(seed, replicate, ENTRY_TIES, month, officer.department, who)
    officer.capability = drawn_above(u[0], settings.capability_mean, settings.capability_sd, lift)
    officer.responsibility = drawn_above(
        u[1], settings.responsibility_mean, settings.responsibility_sd, lift
    )
    officer.inertia = normal_share(u[2], settings.inertia_mean, settings.inertia_sd)
    officer.ambition = normal_share(u[3], settings.ambition_mean, settings.ambition_sd)
    officer.connection = normal_share(v[0], settings.connection_mean, settings.connection_sd)
    officer.merit_belief = normal_share(v[2], settings.merit_belief_mean, settings.merit_belief_sd)
    if settings.taste > 0.0:
        acquire_taste(officer, settings, seed, replicate, month)
    officer.patron = UNTIED
    officer.disposition = officer.responsibility
    officer.perceived_risk = 0.0
    officer.time_in_post = 0
    officer.failing_years = 0
    officer.grade = COMPETENT
    officer.profile_before = OUTSIDE
    officer.aspiration = settings.aspiration_at_entry
    officer.courses = 0.0
    officer.failed_exam = 0
    officer.moved = 0
    officer.vacant = 0
    officer.performance = 0.0
    officer.execution_rate = 0.0
    officer.gravity = 0.0
    officer.work = 0.0
    officer.displayed = 0.0
    officer.complaints = 0
    officer.sanctions = 0


@rule
def age(mean: float, sd: float, settings: AllSettings, u: float) -> int:
    """Draw an age in months, between the youngest and a year before retirement."""
    years = within(
        mean + sd * normal(u),
        float(settings.youngest),
        float(settings.retirement_age) - 1.0,
    )
    return int(years * MONTHS_A_YEAR)


@rule
def have_served(
    officer: Officer, settings: AllSettings, seed: int, replicate: int, month: int
) -> None:
    """Make a person just arrived one who has served for years: of any age, acting as is usual."""
    who = officer.number_in_department
    u = draw(seed, replicate, START, month, officer.department, who)
    officer.age = age(settings.age_mean, settings.age_sd, settings, u[0])
    served = officer.age - settings.youngest * MONTHS_A_YEAR
    officer.time_in_post = int(u[1] * min(served, settings.longest_in_post))
    officer.conduct = FAITHFUL if u[2] < settings.norm_at_start else IDLE
    officer.previous_conduct = officer.conduct


@rule
def be_there_at_start(officer: Officer, settings: AllSettings, seed: int, replicate: int) -> None:
    """Fill a post in the first month."""
    arrive(officer, settings, seed, replicate, AT_START, 0.0)
    have_served(officer, settings, seed, replicate, AT_START)


@rule
def come_from_elsewhere(
    officer: Officer, settings: AllSettings, seed: int, replicate: int, month: int
) -> None:
    """Fill a post with an officer of another government, new to this one (交流任职)."""
    arrive(officer, settings, seed, replicate, month, 0.0)
    have_served(officer, settings, seed, replicate, month)
    officer.time_in_post = 0


@rule
def esteem(capability: float, responsibility: float, mechanisms: Mechanisms) -> float:
    """What a person is worth to those who weigh ability and virtue (德才兼备, source C1)."""
    return (1.0 - mechanisms.virtue) * capability + mechanisms.virtue * responsibility


@rule
def recruit(
    officer: Officer,
    mechanisms: Mechanisms,
    settings: AllSettings,
    seed: int,
    replicate: int,
    month: int,
    attraction: float,
) -> None:
    """Take on the better of two applicants as far as merit counts; post them to the grass roots.

    Better means ability and virtue, weighed as in esteem (德才兼备, source C1). Months at the grass
    roots add to capability (source C3). Newcomers mean to act faithfully (Perry & Wise 1990). The
    more attractive office is, in log points of pay, the better are those who apply.
    """
    lift = settings.applicants * attraction
    arrive(officer, settings, seed, replicate, month, lift)
    who = officer.number_in_department
    v = draw(seed, replicate, RIVAL, month, officer.department, who)
    capability = drawn_above(v[0], settings.capability_mean, settings.capability_sd, lift)
    responsibility = drawn_above(
        v[1], settings.responsibility_mean, settings.responsibility_sd, lift
    )
    better = esteem(capability, responsibility, mechanisms) > esteem(
        officer.capability, officer.responsibility, mechanisms
    )
    if v[2] < mechanisms.merit and better:
        officer.capability = capability
        officer.responsibility = responsibility
        officer.disposition = responsibility
    years = mechanisms.grassroots / float(MONTHS_A_YEAR)
    posting = min(1.0, settings.posting_gain * years)
    officer.capability += posting * (1.0 - officer.capability)
    w = draw(seed, replicate, ENTRY_TIES, month, officer.department, who)
    officer.age = age(settings.entry_age, settings.entry_age_sd, settings, w[1])
    officer.conduct = FAITHFUL
    officer.previous_conduct = FAITHFUL


MEASURES = (
    Measure("connection", "Connection", "关系", "share", "mean connection", per("connection")),
    Measure(
        "merit_belief",
        "Belief in merit",
        "公平预期",
        "share",
        "mean belief that merit is rewarded",
        per("merit_belief"),
    ),
    yearly("arrivals", "Arrivals", "交流到任", "leaders who came from another government"),
    yearly("recruits", "Newcomers", "新录用", "officers taken on"),
)
