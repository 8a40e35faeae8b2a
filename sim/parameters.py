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

# Clauses of the essay, by row of docs/source.md; their values are assumed.
_C2, _C3, _C4, _C5, _C6, _C7, _C8 = (f"essay, C{row}; assumed value" for row in range(2, 9))

# What they are called in Chinese.
CONDUCTS_ZH = {
    "faithful": "忠实执行",
    "literal": "照本宣科",
    "selective": "选择性执行",
    "symbolic": "形象工程",
    "idle": "隐形不作为",
}
CHANNELS_ZH = {
    "party": "党内监督",
    "congress": "人大监督",
    "consultative": "政协监督",
    "parties": "党派监督",
    "administrative": "行政监察",
    "audit": "审计监督",
    "courts": "司法监督",
    "masses": "群众监督",
    "press": "舆论监督",
}
PROFILES_ZH = {
    "sound": "状态良好",
    "unprincipled": "缺乏从政道德",
    "driftless": "事业心不强",
    "unable": "能力不适应",
    "exhausted": "缺乏精神动力",
    "fixer": "信奉潜规则",
}
APPRAISERS_ZH = {
    "superior": "上级",
    "peers": "同级",
    "record": "日常工作记录",
    "users": "服务对象",
}
EYES_ZH = {
    "inspection": "书面检查",
    "audit": "审计",
    "served": "服务对象评议",
    "monitoring": "全程监察",
}


class Spread(Section):
    """A share that differs between people or directives: normal, held inside [0, 1] (分布)."""

    named_in_record: ClassVar[bool] = True

    mean: float = share("mean", zh="均值")
    sd: float = number("standard deviation", 0, 1, "share", zh="标准差")


class Clock(Section):
    """How long a run lasts and which part of it is measured (时间)."""

    months: int = count("length of a run", 1, 1200, "months", zh="月数")
    reform_starts: int = count(
        "month in which levers begin unless a reform names its own",
        0,
        1200,
        "months",
        zh="改革起始月",
    )
    observed: int = count(
        "last months of a run over which a summary is taken", 1, 1200, "months", zh="观测月数"
    )


class Directives(Section):
    """Policies on their way down a line (政策)."""

    difficulty: Spread = group(
        "how hard a directive is to carry out", zh="难度", source="Matland 1995; assumed values"
    )
    interest_low: float = number(
        "least a directive serves its department",
        -1,
        1,
        "interest",
        zh="部门利益下限",
        source="essay, B3; assumed value",
    )
    interest_high: float = number(
        "most a directive serves its department",
        -1,
        1,
        "interest",
        zh="部门利益上限",
        source="essay, B3; assumed value",
    )
    specificity: Spread = group(
        "how much of a directive needs local adaptation",
        zh="因地制宜程度",
        source="essay, B4, B7; assumed values",
    )
    harm: Spread = group("harm done if a directive fails", zh="危害", source="assumed")
    life: int = count("months until a directive is replaced", 1, 600, "months", zh="政策周期")


class Traits(Section):
    """Those who hold or apply for posts, before anything shapes them (个人特质)."""

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
    """Entry, exit and time in post (进出与任期)."""

    retirement_age: int = count(
        "age of retirement",
        40,
        80,
        "years",
        zh="退休年龄",
        source="State Council of China 1978, No. 104",
    )
    entry_age: int = count("age of a newcomer", 18, 40, "years", zh="录用年龄")
    age_mean: float = number("mean age at the start", 20, 70, "years", zh="初始平均年龄")
    age_sd: float = number(
        "standard deviation of age at the start", 0, 20, "years", zh="初始年龄标准差"
    )
    resignation: float = number(
        "officers who resign",
        0,
        1,
        "share a year",
        zh="辞职率",
        source="about .2 % in China (recalled)",
    )
    transfer: float = number(
        "officers above the front line who move to another government",
        0,
        1,
        "share a year",
        zh="交流任职",
        source="Eaton & Kostka 2014 on leaders' turnover; assumed value",
    )
    longest_in_post: int = count(
        "longest time in post at the start", 0, 600, "months", zh="初始最长任职时间"
    )
    time_in_rank: int = count(
        "months in post before promotion", 0, 240, "months", zh="最低任职年限"
    )


class Behaviour(Section):
    """How officers choose, and how beliefs, norms and traits move (执行行为)."""

    precision: float = number(
        "precision of choice (logit)",
        0,
        50,
        "1/utility",
        zh="选择精度",
        source="McFadden 1974; assumed value",
    )
    duty: float = number(
        "weight of public service motivation",
        0,
        10,
        "utility",
        zh="公共服务动机",
        source="Perry & Wise 1990; assumed value",
    )
    career: float = number(
        "weight of career concerns",
        0,
        10,
        "utility",
        zh="职业关注",
        source="Dewatripont, Jewitt & Tirole 1999; assumed value",
    )
    effort: float = number(
        "cost of a month's full effort",
        0,
        10,
        "utility",
        zh="努力成本",
        source="Downs 1967; assumed value",
    )
    rent: float = number(
        "weight of what a directive yields to the department",
        0,
        10,
        "utility",
        zh="部门利益权重",
        source="Dunleavy 1991; assumed value",
    )
    autonomy_rent: float = share(
        "part of the rent that needs autonomy to be taken",
        zh="依赖自主权的利益份额",
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
        "ease at which acting would be free of error",
        1,
        2,
        "share",
        zh="零差错胜任度",
        source="assumed",
    )
    appeal_relief: float = share(
        "fear that a sure appeal takes away", zh="复议减轻的顾虑", source=_C5
    )
    conformity: float = number(
        "pull of the department's norm",
        0,
        10,
        "utility",
        zh="从众",
        source="Brock & Durlauf 2001; assumed value",
    )
    culture_pull: float = number(
        "further pull of the norm under full culture", 0, 10, "utility", zh="文化感召", source=_C7
    )
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
    slope: float = number(
        "steepness of ease in capability less demand", 0, 50, "1/share", zh="胜任曲线斜率"
    )
    authority_need: float = share(
        "ease lost by an officer without any authority", zh="权限依赖", source=_C2
    )
    overlap_blur: float = share(
        "clarity lost under full overlap of posts", zh="交叉致责任不清", source=_C2
    )
    fade: float = number(
        "time in which attention to a directive falls to 37 %",
        0.1,
        240,
        "months",
        zh="虎头蛇尾",
        source="Downs 1972; assumed value",
    )
    incident: float = share(
        "monthly probability of an incident per unit of harm and failure", zh="事故率"
    )
    shield: float = share(
        "protection that full connection gives", zh="关系保护", source="essay, B8; assumed value"
    )
    own: float = share(
        "rise of perceived risk on one's own sanction",
        zh="受处分的警示",
        source="Anwar & Loughran 2011; assumed value",
    )
    peer: float = number(
        "rise of perceived risk per share of colleagues sanctioned",
        0,
        10,
        "share",
        zh="同事受处分的警示",
        source="Stafford & Warr 1993; assumed value",
    )
    forget: float = number("perceived risk forgotten", 0, 1, "share a month", zh="警示淡忘")
    norm_speed: float = number(
        "speed at which a norm follows conduct", 0, 1, "share a month", zh="风气变化速度"
    )
    drift: float = number(
        "speed at which responsibility moves",
        0,
        1,
        "share a month",
        zh="责任心变化速度",
        source="Moynihan & Pandey 2007; assumed value",
    )
    plasticity: float = share(
        "part of responsibility that surroundings shape, the rest is disposition",
        zh="责任心可塑性",
        source="Perry & Wise 1990; Moynihan & Pandey 2007; assumed value",
    )
    respect: float = share(
        "weight of credibility, against the norm, in shaping responsibility",
        zh="公信力的影响",
        source="essay, B2; assumed value",
    )
    culture_lift: float = number(
        "responsibility gained under full culture",
        0,
        1,
        "share a month",
        zh="文化提升责任心",
        source=_C7,
    )
    injustice: float = share("responsibility lost by an unjust sanction", zh="问责失当")
    inertia_growth: float = number(
        "inertia gained in one post", 0, 1, "share a month", zh="惰性增长"
    )
    inertia_relief: float = share("inertia lost when moved to another post", zh="换岗减惰")
    course_relief: float = share("inertia lost in a course", zh="培训减惰")
    practice: float = number(
        "capability gained by real work",
        0,
        1,
        "share a month",
        zh="干中学",
        source="Arrow 1962; assumed value",
    )
    course_gain: float = share("capability gained in a course", zh="培训增能", source=_C3)
    decay: float = number("capability lost", 0, 1, "share a month", zh="能力衰减")
    posting_gain: float = share(
        "capability gained in a year at the grass roots", zh="下基层锻炼", source=_C3
    )
    merit_learning: float = share(
        "speed of belief in merit per promotion seen", zh="公平预期更新速度"
    )


class Reach(Section):
    """How far particular clauses of a mechanism reach at full strength (作用幅度)."""

    crossed_orders: float = share(
        "content lost under several heads at once", zh="政出多门的损耗", source=_C2
    )
    target_hold: float = share(
        "attention to a directive that targets keep from fading", zh="目标保持的注意力", source=_C2
    )
    plan_relief: float = share(
        "difficulty that full planning takes away", zh="谋划减难", source=_C8
    )
    honour_weight: float = number(
        "weight of honour",
        0,
        10,
        "utility",
        zh="荣誉感权重",
        source="essay, C7; Akerlof & Kranton 2005; assumed value",
    )
    shame_weight: float = number(
        "weight of shame",
        0,
        10,
        "utility",
        zh="羞耻感权重",
        source="essay, C7; Akerlof & Kranton 2005; assumed value",
    )
    protect_weight: float = share(
        "fear that full protection takes from those who act", zh="保护减轻的顾虑", source=_C7
    )
    protect_bonus: float = number(
        "standing that a year's real work adds under protection",
        0,
        5,
        "score",
        zh="重用加分",
        source=_C7,
    )
    candour: float = share(
        "favour and error that answering for it takes from an appraisal",
        zh="考核责任制的纠偏",
        source=_C4,
    )
    decision_share: float = share(
        "incidents that come from a decision, not its execution", zh="决策失误", source=_C5
    )
    even_gravity: float = share(
        "harm on which disproportionate sanctions are based", zh="一律处分的轻重", source=_C5
    )
    pledge_sight: float = number(
        "how much better those served see under a pledge",
        0,
        5,
        "ratio",
        zh="承诺增强的监督",
        source=_C6,
    )
    pledge_hope: float = share(
        "how much more citizens expect under a pledge", zh="承诺提高的期望", source=_C6
    )
    young_age: int = count(
        "age below which an officer is young", 18, 60, "years", zh="年轻干部年龄界限", source=_C3
    )
    pass_mark: float = share("capability needed to pass an exam", zh="培训合格线", source=_C3)
    tour_every: int = count(
        "months between inspection tours", 1, 120, "months", zh="巡查周期", source=_C6
    )


class Profiles(Section):
    """Thresholds of the third state (第三种状态); who meets none of them is sound."""

    unprincipled_below: float = share(
        "responsibility of the unprincipled", zh="缺乏从政道德", source="essay, B8; assumed value"
    )
    driftless_below: float = share(
        "ambition of the driftless", zh="事业心不强", source="essay, B8; assumed value"
    )
    unable_below: float = share(
        "capability of the unable", zh="能力不适应", source="essay, B8; assumed value"
    )
    exhausted_above: float = share(
        "inertia of the exhausted", zh="缺乏精神动力", source="essay, B8; assumed value"
    )
    fixer_above: float = share(
        "connections of the fixers", zh="信奉潜规则", source="essay, B8; assumed value"
    )


class Conduct(Section):
    """One way to deal with a directive, and what comes of it (执行方式)."""

    available: bool = Field(
        description="whether officers may choose it",
        json_schema_extra={"store": "i4", "zh": "可选"},
    )
    effort: float = number("effort", 0, 2, "full month", zh="努力")
    show: float = share("what it shows to those above", zh="表面政绩")
    misconduct: float = share("how far it is misconduct", zh="失职程度")
    error: float = share("exposure to error in acting", zh="出错风险")
    engagement: float = share("engagement that colleagues see", zh="投入程度")
    passes: float = share("content handed down", zh="传达比例", source="Downs 1967; assumed values")
    passes_local: float = share(
        "content lost per unit of specificity when handed down", zh="传达中的地方损失"
    )
    substance: float = share("substance per unit of ease", zh="实绩")
    substance_interest: float = number(
        "substance added per unit of the department's interest",
        -1,
        1,
        "share",
        zh="部门利益对实绩的影响",
        source="essay, B3; assumed values",
    )
    local_loss: float = share(
        "substance lost per unit of specificity",
        zh="因地制宜损失",
        source="essay, B4, B7; assumed values",
    )
    local_autonomy: float = share(
        "part of that loss which full autonomy avoids",
        zh="自主权挽回的损失",
        source="essay, B7; assumed values",
    )
    rent: float = number(
        "rent per unit of interest of either sign",
        0,
        5,
        "share",
        zh="利益所得",
        source="essay, B3; assumed values",
    )
    avoidance: float = number(
        "relief per unit of adverse interest",
        0,
        5,
        "share",
        zh="规避所得",
        source="essay, B3; assumed values",
    )


class Conducts(Section):
    """The five conducts (执行方式)."""

    faithful: Conduct
    literal: Conduct
    selective: Conduct
    symbolic: Conduct
    idle: Conduct


class Eye(Section):
    """How well one kind of look sees each conduct that is misconduct (监督视角)."""

    literal: float = share("probability of seeing literal conduct", zh="识别照本宣科")
    selective: float = share("probability of seeing selective conduct", zh="识别选择性执行")
    symbolic: float = share("probability of seeing symbolic conduct", zh="识别形象工程")
    idle: float = share("probability of seeing idle conduct", zh="识别隐形不作为")


class Eyes(Section):
    """Kinds of look: at papers, at accounts, by those served, along an approval (监督视角)."""

    inspection: Eye
    audit: Eye
    served: Eye
    monitoring: Eye


class Channel(Section):
    """One channel of supervision: a mix of eyes, its publicity and its burden (监督渠道)."""

    inspection: float = share("part of paper inspection in what it does", zh="书面检查比重")
    audit: float = share("part of audit in what it does", zh="审计比重")
    served: float = share("part of those served in what it does", zh="服务对象比重")
    publicity: float = share("readiness to publish a case", zh="曝光")
    burden: float = number(
        "officers' time taken per unit of coverage", 0, 10, "share", zh="迎检负担"
    )


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
    """What one source of appraisal looks at (考核主体)."""

    substance: float = share("weight of work done", zh="看重实绩")
    show: float = share("weight of work shown", zh="看重表面")
    connection: float = share("weight of closeness", zh="看重关系")
    noise: float = number("standard deviation of its error", 0, 1, "score", zh="评价误差")


class Appraisers(Section):
    """Four sources of appraisal (考核主体)."""

    superior: Appraiser
    peers: Appraiser
    record: Appraiser
    users: Appraiser


class Grading(Section):
    """From scores to the four annual grades and what they bring (考核等次)."""

    top_share: float = share(
        "cap on the top grade",
        zh="优秀比例",
        source="Rules on the appraisal of civil servants, China 2007, 2020",
    )
    basic_below: float = number(
        "score below which an officer is no more than basically competent",
        0,
        1,
        "score",
        zh="称职线",
    )
    failing_below: float = number(
        "score below which an officer is not competent", 0, 1, "score", zh="基本称职线"
    )
    failing_gravity: float = number(
        "gravity of a year's sanctions that makes an officer not competent",
        0,
        10,
        "gravity",
        zh="不称职的处分轻重",
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
        zh="连续不称职辞退年数",
        source="Civil Servant Law of China 2005, 2018",
    )


class Reporting(Section):
    """How reports travel upwards (欺上瞒下)."""

    gloss: float = share(
        "part of what is missing that a layer of full show adds to a report",
        zh="层层粉饰",
        source="Tullock 1965; Downs 1967; assumed value",
    )


class Start(Section):
    """The state of affairs in which a run begins, beside traits and trust (初始状态)."""

    norm_at_start: float = share(
        "norm of every department, and officers faithful, in the first month", zh="初始风气"
    )


class Public(Section):
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
    exit_below: float = share(
        "trust below which a citizen withdraws in time",
        zh="断裂阈值",
        source="essay, B10; Hirschman 1970; assumed value",
    )
    return_above: float = share("trust above which a citizen comes back", zh="恢复阈值")
    exit_months: int = count(
        "months below before a citizen falls silent", 1, 600, "months", zh="断裂时长"
    )
