"""How officers choose and learn, and how far clauses of a mechanism reach."""

from sim.declare import Section, count, number, share

# Clauses of the essay, by row of docs/source.md.
_C2 = "essay, C2; assumed value"
_C3 = "essay, C3; assumed value"
_C4 = "essay, C4; assumed value"
_C5 = "essay, C5; assumed value"
_C6 = "essay, C6; assumed value"
_C7 = "essay, C7; assumed value"
_C8 = "essay, C8; assumed value"


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
    pay_pull: float = number(
        "weight of pay that hangs on appraisal",
        0,
        10,
        "utility",
        zh="绩效工资",
        source="Khan, Khwaja & Olken 2016; assumed value",
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
    alert: float = share(
        "part of the way to what inspectors in the house would see that felt risk moves at once",
        zh="临场震慑",
        source="Sherman 1990 on crackdowns; assumed value",
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
    course_gain: float = share(
        "capability gained in a course made for the post", zh="培训增能", source=_C3
    )
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
    course_misfit: float = share(
        "gain lost where a course is not made for the category of the post",
        zh="培训错位",
        source=_C3,
    )
    core_transfer: float = share(
        "capability otherwise lost on a change of rank that a year of core courses saves",
        zh="核心课程增强的通用能力",
        source=_C3,
    )
    post_fit: float = share(
        "most that capability rises or falls by luck in a post of another rank",
        zh="岗位契合度",
        source="Pluchino, Rapisarda & Garofalo 2010; assumed value",
    )
    rating_weight: float = number(
        "weight that users gain in appraisal where they rate the counter",
        0,
        10,
        "weight",
        zh="窗口评议权重",
        source=_C6,
    )
    reward_bonus: float = number(
        "standing that a rewarded top grade adds", 0, 5, "score", zh="奖励加分", source=_C5
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
