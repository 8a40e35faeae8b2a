"""What a world is made of: every setting of a scenario with unit, range, meaning and source.

Values live in ``scenarios/*.toml``; nothing here has a default, so no number hides in code.
``assumed`` in a source says that no measurement stands behind the shipped value.
"""

from typing import ClassVar

from pydantic import Field

from sim.declare import Section, count, group, number, share

CONDUCTS = ("faithful", "literal", "selective", "symbolic", "idle")
CHANNELS = (
    "party",
    "congress",
    "consultative",
    "parties",
    "administrative",
    "audit",
    "courts",
    "masses",
    "press",
)
PROFILES = ("sound", "unprincipled", "driftless", "unable", "exhausted", "fixer")
APPRAISERS = ("superior", "peers", "record", "users")


class Spread(Section):
    """A share that differs between people or directives: normal, held inside [0, 1]."""

    named_in_record: ClassVar[bool] = True

    mean: float = share("mean")
    sd: float = number("standard deviation", 0, 1, "share")


class Clock(Section):
    """How long a run lasts and which part of it is measured."""

    months: int = count("length of a run", 1, 1200, "months", zh="月数")
    reform_starts: int = count(
        "month in which levers begin unless a reform names its own", 0, 1200, "months"
    )
    observed: int = count("last months of a run over which a summary is taken", 1, 1200, "months")


class Directives(Section):
    """Policies on their way down a line (政策)."""

    difficulty: Spread = group(
        "how hard a directive is to carry out", zh="难度", source="Matland 1995; assumed values"
    )
    interest_low: float = number(
        "least a directive serves its department", -1, 1, "interest", zh="部门利益"
    )
    interest_high: float = number("most a directive serves its department", -1, 1, "interest")
    specificity: Spread = group(
        "how much of a directive needs local adaptation",
        zh="因地制宜程度",
        source="essay, B4, B7; assumed values",
    )
    harm: Spread = group("harm done if a directive fails", zh="危害", source="assumed")
    life: int = count("months until a directive is replaced", 1, 600, "months", zh="政策周期")


class Traits(Section):
    """Those who hold or apply for posts, before anything shapes them."""

    capability: Spread = group(
        "ability to do what a post needs", zh="能力", source="essay, B8; assumed values"
    )
    responsibility: Spread = group(
        "sense of responsibility", zh="责任心", source="essay, B8; assumed values"
    )
    inertia: Spread = group(
        "pull of what one did last month", zh="惰性", source="essay, B8; assumed values"
    )
    ambition: Spread = group("ambition", zh="事业心", source="essay, B8; assumed values")
    connection: Spread = group("connections", zh="关系", source="essay, B8; assumed values")
    merit_belief: Spread = group("belief that merit is rewarded", zh="公平预期", source="assumed")


class Careers(Section):
    """Entry, exit and time in post."""

    retirement_age: int = count(
        "age of retirement",
        40,
        80,
        "years",
        zh="退休年龄",
        source="State Council of China 1978, No. 104",
    )
    entry_age: int = count("age of a newcomer", 18, 40, "years")
    age_mean: float = number("mean age at the start", 20, 70, "years")
    age_sd: float = number("standard deviation of age at the start", 0, 20, "years")
    resignation: float = number(
        "officers who resign", 0, 1, "share a year", source="about .2 % in China (recalled)"
    )
    transfer: float = number(
        "officers above the front line who move to another government",
        0,
        1,
        "share a year",
        zh="交流任职",
        source="Eaton & Kostka 2014 on leaders' turnover; assumed value",
    )
    longest_in_post: int = count("longest time in post at the start", 0, 600, "months")
    time_in_rank: int = count("months in post before promotion", 0, 240, "months")


class Behaviour(Section):
    """How officers choose, and how beliefs, norms and traits move (执行行为)."""

    precision: float = number(
        "precision of choice (logit)", 0, 50, "1/utility", source="McFadden 1974; assumed value"
    )
    duty: float = number(
        "weight of public service motivation",
        0,
        10,
        "utility",
        zh="责任心",
        source="Perry & Wise 1990; assumed value",
    )
    career: float = number(
        "weight of career concerns",
        0,
        10,
        "utility",
        zh="事业心",
        source="Dewatripont, Jewitt & Tirole 1999; assumed value",
    )
    effort: float = number(
        "cost of a month's full effort", 0, 10, "utility", source="Downs 1967; assumed value"
    )
    rent: float = number(
        "weight of what a directive yields to the department",
        0,
        10,
        "utility",
        zh="部门利益",
        source="Dunleavy 1991; assumed value",
    )
    autonomy_rent: float = share(
        "part of the rent that needs autonomy to be taken",
        source="Rasul & Rogger 2018; assumed value",
    )
    deterrence: float = number(
        "weight of the risk of being held to account",
        0,
        20,
        "utility",
        zh="震慑",
        source="Becker 1968; Nagin 2013; assumed value",
    )
    fear: float = number(
        "weight of being blamed for an error made in acting",
        0,
        20,
        "utility",
        zh="避责",
        source="Weaver 1986; Hood 2011; assumed value",
    )
    error_base: float = number(
        "ease at which acting would be free of error", 1, 2, "share", source="assumed"
    )
    appeal_relief: float = share("fear that a sure appeal takes away")
    conformity: float = number(
        "pull of the department's norm",
        0,
        10,
        "utility",
        zh="从众",
        source="Brock & Durlauf 2001; assumed value",
    )
    culture_pull: float = number("further pull of the norm under full culture", 0, 10, "utility")
    example: float = number(
        "weight of the superior's example",
        0,
        10,
        "utility",
        zh="率先垂范",
        source="Brehm & Gates 1997; assumed value",
    )
    habit: float = number(
        "weight of last month's conduct",
        0,
        10,
        "utility",
        zh="惯性",
        source="Simon 1947; assumed value",
    )
    cooperation: float = number(
        "difficulty added where citizens do not cooperate",
        0,
        5,
        "share",
        zh="群众配合",
        source="Hirschman 1970; assumed value",
    )
    slope: float = number("steepness of ease in capability less demand", 0, 50, "1/share")
    authority_need: float = share("ease lost by an officer without any authority")
    overlap_blur: float = share("clarity lost under full overlap of posts")
    fade: float = number(
        "time in which attention to a directive falls to 37 %",
        0.1,
        240,
        "months",
        zh="虎头蛇尾",
        source="Downs 1972; assumed value",
    )
    incident: float = share("monthly probability of an incident per unit of harm and failure")
    shield: float = share("protection that full connection gives", zh="关系保护")
    own: float = share(
        "rise of perceived risk on one's own sanction",
        source="Anwar & Loughran 2011; assumed value",
    )
    peer: float = number(
        "rise of perceived risk per share of colleagues sanctioned", 0, 10, "share"
    )
    forget: float = number("perceived risk forgotten", 0, 1, "share a month")
    norm_speed: float = number("speed at which a norm follows conduct", 0, 1, "share a month")
    drift: float = number(
        "speed at which responsibility moves",
        0,
        1,
        "share a month",
        source="Moynihan & Pandey 2007; assumed value",
    )
    plasticity: float = share(
        "part of responsibility that surroundings shape, the rest is disposition"
    )
    respect: float = share(
        "weight of credibility, against the norm, in shaping responsibility", zh="公信力"
    )
    culture_lift: float = number("responsibility gained under full culture", 0, 1, "share a month")
    injustice: float = share("responsibility lost by an unjust sanction", zh="问责失当")
    inertia_growth: float = number("inertia gained in one post", 0, 1, "share a month", zh="惰性")
    inertia_relief: float = share("inertia lost when moved to another post")
    course_relief: float = share("inertia lost in a course")
    practice: float = number("capability gained by real work", 0, 1, "share a month")
    course_gain: float = share("capability gained in a course")
    decay: float = number("capability lost", 0, 1, "share a month")
    posting_gain: float = share("capability gained in a year at the grass roots", zh="下基层锻炼")
    merit_learning: float = share("speed of belief in merit per promotion seen")


class Reach(Section):
    """How far particular clauses of a mechanism reach at full strength."""

    crossed_orders: float = share("content lost under several heads at once")
    target_hold: float = share("attention to a directive that targets keep from fading")
    plan_relief: float = share("difficulty that full planning takes away")
    honour_weight: float = number("weight of honour", 0, 10, "utility", zh="荣")
    shame_weight: float = number("weight of shame", 0, 10, "utility", zh="耻")
    protect_weight: float = share("fear that full protection takes from those who act")
    protect_bonus: float = number("standing that a year's real work adds under protection", 0, 5, "score")
    candour: float = share("favour and error that answering for it takes from an appraisal")
    decision_share: float = share("incidents that come from a decision, not its execution", zh="决策失误")
    even_gravity: float = share("harm on which disproportionate sanctions are based")
    pledge_sight: float = number("how much better those served see under a pledge", 0, 5, "ratio")
    pledge_hope: float = share("how much more citizens expect under a pledge")
    young_age: int = count("age below which an officer is young", 18, 60, "years")
    pass_mark: float = share("capability needed to pass an exam")
    tour_every: int = count("months between inspection tours", 1, 120, "months", zh="巡查周期")


class Profiles(Section):
    """Thresholds of the third state (第三种状态); who meets none of them is sound."""

    unprincipled_below: float = share("responsibility of the unprincipled", zh="缺乏从政道德", source="essay, B8; assumed value")
    driftless_below: float = share("ambition of the driftless", zh="事业心不强", source="essay, B8; assumed value")
    unable_below: float = share("capability of the unable", zh="能力不适应", source="essay, B8; assumed value")
    exhausted_above: float = share("inertia of the exhausted", zh="缺乏精神动力", source="essay, B8; assumed value")
    fixer_above: float = share("connections of the fixers", zh="信奉潜规则", source="essay, B8; assumed value")


class Conduct(Section):
    """One way to deal with a directive, and what comes of it."""

    available: bool = Field(
        description="whether officers may choose it", json_schema_extra={"store": "i4"}
    )
    effort: float = number("effort", 0, 2, "full month")
    show: float = share("what it shows to those above")
    misconduct: float = share("how far it is misconduct")
    error: float = share("exposure to error in acting")
    engagement: float = share("engagement that colleagues see")
    passes: float = share("content handed down")
    passes_local: float = share("content lost per unit of specificity when handed down")
    substance: float = share("substance per unit of ease")
    substance_interest: float = number(
        "substance added per unit of the department's interest", -1, 1, "share"
    )
    local_loss: float = share("substance lost per unit of specificity")
    local_autonomy: float = share("part of that loss which full autonomy avoids")
    rent: float = number("rent per unit of interest of either sign", 0, 5, "share")
    avoidance: float = number("relief per unit of adverse interest", 0, 5, "share")


class Conducts(Section):
    """The five conducts."""

    faithful: Conduct
    literal: Conduct
    selective: Conduct
    symbolic: Conduct
    idle: Conduct


class Eye(Section):
    """How well one kind of look sees each conduct that is misconduct."""

    literal: float = share("probability of seeing literal conduct")
    selective: float = share("probability of seeing selective conduct")
    symbolic: float = share("probability of seeing symbolic conduct")
    idle: float = share("probability of seeing idle conduct")


class Eyes(Section):
    """Kinds of look: at papers, at accounts, by those served, and along an approval."""

    inspection: Eye
    audit: Eye
    served: Eye
    monitoring: Eye


class Channel(Section):
    """One channel of supervision: a mix of eyes, its publicity and its burden."""

    inspection: float = share("part of paper inspection in what it does")
    audit: float = share("part of audit in what it does")
    served: float = share("part of those served in what it does")
    publicity: float = share("readiness to publish a case", zh="曝光")
    burden: float = number("officers' time taken per unit of coverage", 0, 10, "share")


class Channels(Section):
    """The nine channels of supervision (监督体系)."""

    party: Channel
    congress: Channel
    consultative: Channel
    parties: Channel
    administrative: Channel
    audit: Channel
    courts: Channel
    masses: Channel
    press: Channel


class Appraiser(Section):
    """What one source of appraisal looks at."""

    substance: float = share("weight of work done")
    show: float = share("weight of work shown")
    connection: float = share("weight of closeness")
    noise: float = number("standard deviation of its error", 0, 1, "score")


class Appraisers(Section):
    """Four sources of appraisal (考核主体)."""

    superior: Appraiser
    peers: Appraiser
    record: Appraiser
    users: Appraiser


class Grading(Section):
    """From scores to the four annual grades and what they bring (考核等次)."""

    top_share: float = share(
        "cap on the top grade", zh="优秀比例", source="Civil Servant Law of China; 15–20 %"
    )
    basic_below: float = number(
        "score below which an officer is no more than basically competent", 0, 1, "score"
    )
    failing_below: float = number("score below which an officer is not competent", 0, 1, "score")
    failing_gravity: float = number(
        "gravity of a year's sanctions that makes an officer not competent", 0, 10, "gravity"
    )
    complaints_bar: int = count(
        "upheld complaints in a year that bar “competent”",
        1,
        1000,
        zh="有效投诉",
        source="essay, C5",
    )
    dismissal_years: int = count(
        "years not competent, running, that end in dismissal",
        1,
        10,
        "years",
        source="Civil Servant Law of China",
    )


class Reporting(Section):
    """How reports travel upwards (欺上瞒下)."""

    gloss: float = share("part of what is missing that a layer of full show adds to a report")


class Start(Section):
    """The state of affairs in which a run begins, beside traits and trust."""

    norm_at_start: float = share(
        "norm of every department, and officers faithful, in the first month"
    )


class Public(Section):
    """Citizens: trust, complaint, silence (公信力)."""

    citizens: int = count("citizens served by each department", 1, 10_000_000, zh="群众")
    trust: Spread = group("trust in the local department", zh="对地方的信任", source="assumed")
    trust_in_centre: Spread = group(
        "trust in the centre", zh="对中央的信任", source="Li 2004; assumed values"
    )
    voice: float = share(
        "citizens ready to complain", zh="发声", source="Hirschman 1970; assumed value"
    )
    complaint_rate: float = share(
        "monthly complaints of a wholly dissatisfied citizen through an open channel"
    )
    expectation: float = number("delivery that fully satisfies", 0.01, 1, "share", zh="期望")
    gain: float = share(
        "trust gained per unit of good surprise", source="Slovic 1993; assumed value"
    )
    loss: float = share("trust lost per unit of bad surprise", source="Slovic 1993; assumed value")
    neighbour_pull: float = share("pull of neighbours' mean trust")
    scandal: float = share("local trust lost per published case and hundred officers")
    centre_credit: float = share(
        "trust in the centre gained per published sanction and hundred officers",
        source="Li 2004; assumed value",
    )
    attribution: float = number(
        "pull of local trust on trust in the centre",
        0,
        1,
        "share a month",
        source="Li 2004; assumed value",
    )
    exit_below: float = share("trust below which a citizen withdraws in time", zh="断裂")
    return_above: float = share("trust above which a citizen comes back")
    exit_months: int = count("months below before a citizen falls silent", 1, 600, "months")
