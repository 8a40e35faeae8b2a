"""The mechanisms of a department: everything that a reform can move, and nothing else."""

from sim.declare import Section, number, share

# Clauses of the essay, by row of docs/source.md; their values are assumed.
_C1, _C2, _C3, _C4, _C5, _C6, _C7, _C8 = (f"essay, C{row}; assumed value" for row in range(1, 9))


class Say(Section):
    """Who else is heard when a post is filled (民主选人)."""

    deputies: float = share("say of the head's deputies", zh="副职参与", source=_C1)
    staff: float = share("say of the staff", zh="职工参与", source=_C1)
    public: float = share("say of the public", zh="公众参与", source=_C1)


class Selection(Section):
    """Selection and appointment (选拔任用)."""

    merit: float = share("weight of performance in filling posts", zh="任人唯贤", source=_C1)
    virtue: float = share("weight of virtue against ability in esteem", zh="德才兼备", source=_C1)
    purchase: float = share("posts that are bought", zh="买官卖官", source=_C1)
    unchecked: float = share(
        "vacancies that the head fills alone, whatever merit and others say",
        zh="一把手专断",
        source=_C1,
    )
    adverse: float = share(
        "openly filled vacancies in which the worst candidate is put first",
        zh="逆淘汰",
        source="Pluchino, Rapisarda & Garofalo 2010; assumed value",
    )
    say: Say
    competence_transfer: float = share(
        "capability that survives a change of rank",
        zh="能力迁移",
        source="Pluchino et al. 2010; assumed value",
    )


class Posts(Section):
    """Post responsibility (岗位责任制)."""

    clarity: float = share("who answers for what is known", zh="职责明确", source=_C2)
    vacuum: float = share("tasks that fall between unclear posts", zh="管理真空", source=_C2)
    overlap: float = share("tasks that several posts or heads share", zh="职能交叉", source=_C2)
    heads: float = share("tasks under several heads at once", zh="多头管理", source=_C2)
    chain: float = share("handovers between posts that are closed", zh="责任链", source=_C2)
    targets: float = share("tasks under targets set in advance", zh="目标管理", source=_C2)
    authority: float = share("authority that goes with responsibility", zh="权责相称", source=_C2)
    coordination: float = number(
        "officers' time taken under full overlap", 0, 1, "share", zh="协调用时", source=_C2
    )


class Training(Section):
    """Capability (能力建设)."""

    courses: float = number("officers in a course", 0, 1, "share a month", zh="培训", source=_C3)
    course_time: float = share("time a course takes from its month", zh="培训用时")
    targeting: float = share(
        "courses given by need rather than to all alike", zh="按需施训", source=_C3
    )
    promise_first: float = share(
        "weight of those whose virtue is good but who are not yet able",
        zh="德好才弱优先",
        source=_C3,
    )
    young_first: float = share(
        "further weight of the young in who is sent", zh="年轻干部优先", source=_C3
    )
    tailored: float = share(
        "courses made for the category of the post", zh="分级分类培训", source=_C3
    )
    core: float = share(
        "courses in the core of public administration: law, planning, coordination",
        zh="公共管理核心课程",
        source=_C3,
    )
    exam: float = share(
        "courses whose failure counts as failing appraisal", zh="培训考核", source=_C3
    )
    grassroots: float = number(
        "months a newcomer spends at the grass roots", 0, 60, "months", zh="下基层", source=_C3
    )


class AppraisalWeights(Section):
    """How much each source counts; only ratios matter (考核权重)."""

    superior: float = number("weight of superiors", 0, 10, "weight", zh="上级考核", source=_C4)
    peers: float = number("weight of peers", 0, 10, "weight", zh="同级评议", source=_C4)
    record: float = number(
        "weight of the routine record", 0, 10, "weight", zh="日常工作记录", source=_C4
    )
    users: float = number("weight of those served", 0, 10, "weight", zh="服务对象评议", source=_C4)


class Stakes(Section):
    """What hangs on the result of an appraisal (结果挂钩)."""

    pay: float = number("pay that hangs on it", 0, 5, "utility", zh="与薪酬挂钩", source=_C4)
    development: float = share(
        "training that follows it: those found wanting are sent", zh="与培训挂钩", source=_C4
    )
    promotion: float = number(
        "promotion that hangs on it", 0, 5, "utility", zh="与晋升挂钩", source=_C4
    )


class Appraisal(Section):
    """Appraisal (考核)."""

    weights: AppraisalWeights
    routine: float = share(
        "weight of the whole year's record against the impression of its last months",
        zh="平时考核",
        source=_C4,
    )
    by_rank: float = share("comparison within one's own rank", zh="分级考核", source=_C4)
    by_category: float = share(
        "comparison within one's own category of post", zh="分类考核", source=_C4
    )
    answerable: float = share(
        "appraisers who answer for their appraisal", zh="考核责任制", source=_C4
    )
    record_audit: float = share("records checked against the work", zh="备忘审核", source=_C4)
    stakes: Stakes


class Accountability(Section):
    """Rewards, sanctions and back-tracing (奖惩与责任倒查)."""

    severity: float = number("weight of a sanction", 0, 5, "utility", zh="处分力度", source=_C5)
    tracing: float = share("incidents that are traced", zh="责任倒查", source=_C5)
    climb: float = share("chance that tracing goes one layer up", zh="层层追究", source=_C5)
    proportion: float = share(
        "light for light and heavy for heavy", zh="轻则轻罚，重则重罚", source=_C5
    )
    heads_first: float = share(
        "wrong decisions for which the head answers first", zh="一把手负主责", source=_C5
    )
    hearing: float = share("mistaken findings corrected by a hearing", zh="听证", source=_C5)
    review: float = share("unjust sanctions reversed on review", zh="复议", source=_C5)
    arbitration: float = share(
        "sanctions put to an outside body, which reverses the unjust and evens out the rest",
        zh="仲裁",
        source=_C5,
    )
    tolerance: float = share(
        "honest failures that are forgiven",
        zh="容错",
        source="General Office of the CPC Central Committee 2018; assumed value",
    )
    reward: float = share("rewards that follow a top grade", zh="奖励重用", source=_C5)
    retraining: float = share(
        "officers found less than competent who are retrained", zh="离岗培训", source=_C5
    )
    moving: float = share(
        "officers found less than competent who are moved to another post of their rank",
        zh="调整岗位",
        source=_C5,
    )
    demotion: float = share("officers not competent who are moved down", zh="降职", source=_C5)


class Coverage(Section):
    """How much of an officer's month each channel looks at (监督覆盖面)."""

    party: float = number("party supervision", 0, 1, "share a month", zh="党内监督", source=_C6)
    congress: float = number("people's congress", 0, 1, "share a month", zh="人大监督", source=_C6)
    consultative: float = number(
        "consultative conference", 0, 1, "share a month", zh="政协监督", source=_C6
    )
    parties: float = number("other parties", 0, 1, "share a month", zh="党派监督", source=_C6)
    administrative: float = number(
        "administrative supervision", 0, 1, "share a month", zh="行政监察", source=_C6
    )
    audit: float = number("audit", 0, 1, "share a month", zh="审计监督", source=_C6)
    courts: float = number("courts", 0, 1, "share a month", zh="司法监督", source=_C6)
    masses: float = number(
        "citizens' complaints that are looked into", 0, 1, "share", zh="群众监督", source=_C6
    )
    press: float = number("press", 0, 1, "share a month", zh="舆论监督", source=_C6)


class Supervision(Section):
    """Supervision (监督)."""

    coverage: Coverage
    openness: float = share("openness of the ways to complain", zh="投诉渠道", source=_C6)
    protection: float = share(
        "complainants without voice who are protected", zh="保护举报人", source=_C6
    )
    pledges: float = share("tasks under a public pledge", zh="公开承诺", source=_C6)
    counter_rating: float = share(
        "units whose counters are rated by their users, for everybody's appraisal",
        zh="窗口工作质量评议",
        source=_C6,
    )
    follow_power: float = share(
        "looks that go where posts command others", zh="监督跟着权力走", source=_C6
    )
    follow_money: float = share(
        "looks that go where much is at stake for the department", zh="审计跟着资金走", source=_C6
    )
    follow_service: float = share(
        "looks that go where failure harms those served", zh="评估跟着服务走", source=_C6
    )
    monitoring: float = share("approvals watched from end to end", zh="全程监察", source=_C6)
    tours: float = number(
        "coverage an inspection tour adds in its month",
        0,
        1,
        "share a month",
        zh="巡查",
        source=_C6,
    )
    publicity: float = share("cases that may be published", zh="公开曝光", source=_C6)


class Culture(Section):
    """Execution culture (执行力文化)."""

    honour: float = share("honour for those who act", zh="荣", source=_C7)
    shame: float = share("shame for those who only avoid fault", zh="耻", source=_C7)
    protect: float = share(
        "protection and promotion of those who dare to act", zh="保护重用", source=_C7
    )
    spread: float = number(
        "pull of the unit's and the superior department's norm",
        0,
        1,
        "share a month",
        zh="风气传播",
        source=_C7,
    )
    culture: float = share("shared norms of execution", zh="执行力文化", source=_C7)


class Leadership(Section):
    """Leadership (领导推动)."""

    planning: float = share("tasks whose execution leaders have planned", zh="善谋执行", source=_C8)
    drive: float = share("leaders' presence where the work is done", zh="一线意识", source=_C8)
    autonomy: float = share(
        "freedom to fit a directive to local need",
        zh="因地制宜",
        source="essay, B7; Rasul & Rogger 2018; assumed value",
    )
    meetings: float = share("officers' time taken by meetings", zh="开大会", source=_C8)


class Mechanisms(Section):
    """Everything a reform can move (机制)."""

    selection: Selection
    posts: Posts
    training: Training
    appraisal: Appraisal
    accountability: Accountability
    supervision: Supervision
    culture: Culture
    leadership: Leadership
