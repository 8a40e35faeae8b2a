"""The state: one record per officer, department and citizen, and the settings rules read.

Each field is declared once; the dtypes used by both loops come from these declarations.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.declare import Section, count, number, record_type, share
from sim.mechanisms import Mechanisms
from sim.parameters import (
    CHANNELS,
    CONDUCTS,
    Appraiser,
    Behaviour,
    Careers,
    Conduct,
    Directives,
    Grading,
    Profiles,
    Public,
    Reach,
    Reporting,
    Start,
    Traits,
)

FAITHFUL, LITERAL, SELECTIVE, SYMBOLIC, IDLE = range(len(CONDUCTS))
PARTY = CHANNELS.index("party")
ADMINISTRATIVE = CHANNELS.index("administrative")
MASSES = CHANNELS.index("masses")
# The four annual grades, from best to worst.
TOP, COMPETENT, BASIC, FAILING = range(4)
GRADES = ("top", "competent", "basically_competent", "not_competent")


class OfficerRecord(Section):
    """A post and the officer who holds it (公务员). Posts stay; holders come and go."""

    department: int = count("department the post belongs to", zh="部门")
    number_in_department: int = count("number of the post in its department, head first")
    rank: int = count("rank, 0 for the head", zh="职级")
    layer: int = count("depth below the top: tiers and ranks", zh="层级")
    front: int = count("1 at the front line, where citizens are met", 0, 1, zh="一线")
    superior: int = count("index of the superior's post; −1 above the top", -1, zh="上级")
    first_subordinate: int = count("index of the first subordinate")
    subordinates: int = count("number of direct subordinates", zh="下级")
    age: int = count("age", unit="months", zh="年龄")
    time_in_post: int = count("time in this post", unit="months", zh="任职时间")
    conduct: int = count("this month's conduct", 0, 4, zh="执行方式")
    previous_conduct: int = count("last month's conduct", 0, 4)
    grade: int = count("last annual grade, 0 the top", 0, 3, zh="考核等次")
    failing_years: int = count("years graded not competent, running", unit="years")
    complaints: int = count("upheld complaints this year", zh="有效投诉")
    sanctions: int = count("sanctions this year", zh="处分")
    sanctioned: int = count("sanctions this month")
    wronged: int = count("unjust sanctions this month")
    vacant: int = count("1 while the post is vacant", 0, 1, zh="空缺")
    capability: float = share("ability to do what the post needs", zh="能力")
    responsibility: float = share("sense of responsibility", zh="责任心")
    disposition: float = share("responsibility brought into the service", zh="品德")
    inertia: float = share("pull of last month's conduct", zh="惰性")
    ambition: float = share("ambition", zh="事业心")
    connection: float = share("connections", zh="关系")
    perceived_risk: float = share("perceived risk of being held to account", zh="问责预期")
    merit_belief: float = share("belief that merit is rewarded", zh="公平预期")
    ease: float = share("how much of a perfect month the officer could deliver", zh="胜任程度")
    luck_choice: float = share("the month's draw for the choice of conduct")
    luck_owned: float = share("the month's draw for whether anybody owns the task")
    luck_incident: float = share("the month's draw for an incident")
    luck_seen: float = share("the month's draw for being seen in misconduct")
    content: float = share("content of the directive passed on", zh="政策内容")
    substance: float = share("real work of the month", zh="实绩")
    show: float = share("work shown in the month", zh="表面政绩")
    delivered: float = share("content delivered to citizens, at the front line", zh="执行结果")
    report: float = share("what is reported upwards", zh="上报")
    work: float = number("real work of the year so far", 0, 12, "months", zh="平时实绩")
    displayed: float = number("work shown in the year so far", 0, 12, "months")
    recent_work: float = number("real work of the last months of the year", 0, 12, "months")
    recent_show: float = number("work shown in the last months of the year", 0, 12, "months")
    gravity: float = number("gravity of the year's sanctions", 0, None, "gravity", zh="情节轻重")
    performance: float = number("score of the last appraisal", None, None, "score", zh="考核得分")
    execution_rate: float = share("real work, mean of the last full year", zh="个人执行力")


class DepartmentRecord(Section):
    """One line of work in one unit of government, with its directive and its public (部门)."""

    tier: int = count("tier, 0 at the top", zh="层级")
    line: int = count("line of work", zh="条线")
    parent: int = count("department of its line one tier up; −1 at the top", -1, zh="上级部门")
    first_child: int = count("where the departments below begin in the list of those below")
    children: int = count("departments of its line one tier down")
    first_in_unit: int = count("index of the first department of its unit")
    unit_size: int = count("departments of its unit")
    fronts_below: int = count("front-line posts under it, through all tiers")
    referred: int = count("cases this month that climb beyond its head")
    received: int = count("cases that climbed here from below last month")
    group: int = count("which row of mechanism settings is in force here")
    first_officer: int = count("index of its head")
    officers: int = count("number of its posts", zh="编制")
    first_front: int = count("where its front line begins in the list of front-line posts")
    fronts: int = count("number of its front-line posts", zh="一线")
    first_citizen: int = count("index of its first citizen")
    citizens: int = count("number of citizens it serves", zh="服务对象")
    directive_age: int = count("age of its directive", unit="months")
    sanctions: int = count("sanctions of the month", zh="处分")
    published: int = count("cases published this month", zh="曝光")
    published_sanctions: int = count("published cases that ended in sanction")
    filed: int = count("complaints filed this month", zh="投诉")
    heard: int = count("complaints filed last month, now with the masses' channel")
    difficulty: float = share("difficulty of its directive", zh="难度")
    interest: float = number("how far the directive serves it", -1, 1, "interest", zh="部门利益")
    specificity: float = share("how much local adaptation the directive needs", zh="因地制宜程度")
    harm: float = share("harm if the directive fails", zh="危害")
    referred_harm: float = number("sum of the harm of cases that climb further", 0, None, "harm")
    received_harm: float = number("sum of the harm of cases from below", 0, None, "harm")
    norm_around: float = share("mean norm of its unit last month")
    norm_above: float = share("norm of the department above last month")
    trust_below: float = share("mean credibility of the departments below last month")
    willing_below: float = share("mean cooperation in the departments below last month")
    reports_below: float = share("mean report of the departments below last month", zh="下级上报")
    norm: float = share("what is usual here: slow mean of engagement", zh="风气")
    credibility: float = share("mean trust of its citizens", zh="公信力")
    willing: float = share("mean trust counting the silent as zero: their cooperation")
    attention: float = share("what is left of the directive's first urgency", zh="注意力")
    salience: float = number("how much appraisal weighs this month", 0, None, "ratio")
    demand: float = number("difficulty with what missing cooperation adds", 0, None, "share")
    burden: float = share("share of everybody's time that is taken", zh="负担")
    clarity: float = share("what can be pinned on a person", zh="职责明确")
    validity: float = share("how far appraisal measures substance", zh="考核效度")


class OutlookRecord(Section):
    """What one conduct means in one department this month, whoever chooses it."""

    substance: float = number("substance per unit of ease", -1, 2, "share")
    show: float = share("work shown")
    passes: float = share("content handed down")
    cost: float = number("cost of effort", 0, None, "utility")
    rent: float = number("rent for an officer without responsibility", 0, None, "utility")
    threat: float = number("deterrence per unit of perceived risk", 0, None, "utility")
    blame: float = number("fear per unit of likely error", 0, None, "utility")
    belonging: float = number("pull of norm, honour and shame", None, None, "utility")
    engagement: float = share("engagement that others see")
    sight: float = number("how well all channels see it", 0, None, "share")
    unseen: float = share("probability that no channel sees it in a month")
    weight: float = number("weight in the choice being made", None, None, "utility")


class TallyRecord(Section):
    """Sums of one month over the departments of one group; measures are read off these."""

    officers: float = number("posts held", 0, None, "officers")
    fronts: float = number("front-line posts", 0, None, "officers")
    citizens: float = number("citizens", 0, None, "citizens")
    faithful: float = number("officers faithful", 0, None, "officers")
    literal: float = number("officers literal", 0, None, "officers")
    selective: float = number("officers selective", 0, None, "officers")
    symbolic: float = number("officers symbolic", 0, None, "officers")
    idle: float = number("officers idle", 0, None, "officers")
    delivered: float = number("content delivered by the front line", 0, None, "officers")
    reported: float = number(
        "delivery as reported by heads, per front-line post", 0, None, "officers"
    )
    substance: float = number("real work", 0, None, "officers")
    show: float = number("work shown", 0, None, "officers")
    reporting: float = number("front-line posts that reports at the top speak of", 0, None, "officers")
    early: float = number(
        "front-line substance in the first third of directives", 0, None, "officers"
    )
    early_fronts: float = number("front-line posts in the first third", 0, None, "officers")
    late: float = number(
        "front-line substance in the last third of directives", 0, None, "officers"
    )
    late_fronts: float = number("front-line posts in the last third", 0, None, "officers")
    trust: float = number("trust in the local department", 0, None, "citizens")
    trust_in_centre: float = number("trust in the centre", 0, None, "citizens")
    silent: float = number("citizens fallen silent", 0, None, "citizens")
    burden: float = number("time taken", 0, None, "officers")
    levers_cost: float = number("outside cost of levers", 0, None, "officers")
    sound: float = number("officers with no profile of the third state", 0, None, "officers")
    unprincipled: float = number("officers unprincipled", 0, None, "officers")
    driftless: float = number("officers driftless", 0, None, "officers")
    unable: float = number("officers unable", 0, None, "officers")
    exhausted: float = number("officers exhausted", 0, None, "officers")
    fixer: float = number("officers who are fixers", 0, None, "officers")
    capability: float = number("capability", 0, None, "officers")
    responsibility: float = number("responsibility", 0, None, "officers")
    inertia: float = number("inertia", 0, None, "officers")
    connection: float = number("connection", 0, None, "officers")
    merit_belief: float = number("belief in merit", 0, None, "officers")
    perceived_risk: float = number("perceived risk", 0, None, "officers")
    norm: float = number("norm, per officer", 0, None, "officers")
    validity: float = number("validity of appraisal, per officer", 0, None, "officers")
    incidents: float = number("incidents", 0, None, "cases")
    detected: float = number("officers caught in misconduct by supervision", 0, None, "cases")
    sanctions: float = number("sanctions", 0, None, "cases")
    unjust_sanctions: float = number(
        "sanctions of officers who were not culpable", 0, None, "cases"
    )
    reversed_sanctions: float = number("unjust sanctions reversed on appeal", 0, None, "cases")
    filed: float = number("complaints filed", 0, None, "cases")
    upheld: float = number("complaints upheld", 0, None, "cases")
    published: float = number("cases published", 0, None, "cases")
    top: float = number("officers graded top", 0, None, "officers")
    competent: float = number("officers graded competent", 0, None, "officers")
    basically_competent: float = number("officers graded basically competent", 0, None, "officers")
    not_competent: float = number("officers graded not competent", 0, None, "officers")
    promotions: float = number("promotions", 0, None, "officers")
    demotions: float = number("demotions", 0, None, "officers")
    dismissals: float = number("dismissals", 0, None, "officers")
    retirements: float = number("retirements", 0, None, "officers")
    resignations: float = number("resignations", 0, None, "officers")
    transfers: float = number("leaders moved to another government", 0, None, "officers")
    recruits: float = number("newcomers", 0, None, "officers")
    retrained: float = number("officers sent back to training", 0, None, "officers")


class LayerRecord(Section):
    """Sums of one month over the officers of one layer of the chain of command."""

    officers: float = number("posts held", 0, None, "officers")
    content: float = number("content passed on, or delivered at the front line", 0, None, "officers")
    report: float = number("reports", 0, None, "officers")
    substance: float = number("real work", 0, None, "officers")
    show: float = number("work shown", 0, None, "officers")
    engaged: float = number("engagement", 0, None, "officers")
    sanctions: float = number("sanctions", 0, None, "cases")
    unjust_sanctions: float = number("sanctions of officers who were not culpable", 0, None, "cases")


class CitizenRecord(Section):
    """One of those a department serves (群众)."""

    department: int = count("department that serves this citizen")
    number_in_department: int = count("number among those the department serves")
    voice: int = count("1 if ready to complain", 0, 1, zh="发声")
    silent: int = count("1 after falling silent", 0, 1, zh="断裂")
    months_below: int = count("months below the threshold of exit, running", unit="months")
    trust: float = share("trust in the local department", zh="对地方的信任")
    trust_before: float = share("trust in the local department last month")
    trust_in_centre: float = share("trust in the centre", zh="对中央的信任")


class LeverEffects(Section):
    """What levers add beside the settings they move."""

    lever_burden: float = share("time that levers take beside what their settings take")
    lever_cost: float = number("outside cost of levers", 0, None, "officer-months per officer-year")


def _record(fields: np.dtype[Any]) -> np.dtype[Any]:
    """Let plain Python read fields of a row by attribute, as compiled rules do."""
    return np.dtype((np.record, fields))


OFFICER = _record(record_type(OfficerRecord))
DEPARTMENT = _record(record_type(DepartmentRecord))
OUTLOOK = _record(record_type(OutlookRecord))
TALLY = _record(record_type(TallyRecord))
LAYER = _record(record_type(LayerRecord))
CITIZEN = _record(record_type(CitizenRecord))
CONDUCT = _record(record_type(Conduct))
SETTINGS = _record(
    record_type(Behaviour, Directives, Traits, Careers, Grading, Reporting, Public, Start,
        Reach, Profiles)
)


def _with_derived() -> np.dtype[Any]:
    """Mechanism settings of one group in one month, and what is computed from them once."""
    settings = record_type(Mechanisms, LeverEffects)
    names = [name for name in settings.names or () if name not in CHANNELS]
    return np.dtype(
        [
            *((name, settings[name].str[1:]) for name in names),
            ("coverage", "f8", (len(CHANNELS),)),
            # How well all channels but the masses' see each conduct: chance to miss it, and sum.
            ("unseen", "f8", (len(CONDUCTS),)),
            ("sight", "f8", (len(CONDUCTS),)),
            # Appraisal as its sources add up.
            ("view_substance", "f8"),
            ("view_show", "f8"),
            ("view_connection", "f8"),
            ("view_noise", "f8"),
            # Time that everything but the masses' channel takes.
            ("time_taken", "f8"),
        ],
        align=True,
    )


MECHANISMS = _record(_with_derived())
CHANNEL = _record(
    np.dtype(
        [
            ("acuity", "f8", (len(CONDUCTS),)),
            # The part of acuity that comes from those served.
            ("served", "f8", (len(CONDUCTS),)),
            ("publicity", "f8"),
            ("burden", "f8"),
        ],
        align=True,
    )
)
APPRAISER = _record(record_type(Appraiser))

Records = NDArray[Any]


class World(NamedTuple):
    """All that a run reads and writes; the same for both loops.

    Shapes: officers (n,), departments (d,), citizens (c,), outlooks (d, 5), fronts (front-line
    posts,), children (departments with one above,), monitoring (5,), mechanisms (months, groups),
    conducts (5,), channels (9,), settings (1,), tallies (months, groups), layers (months, layers).
    """

    officers: Records
    departments: Records
    citizens: Records
    outlooks: Records
    fronts: NDArray[np.int32]
    children: NDArray[np.int32]
    monitoring: NDArray[np.float64]
    mechanisms: Records
    conducts: Records
    channels: Records
    settings: Records
    tallies: Records
    layers: Records
    seed: int
    replicate: int
