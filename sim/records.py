"""What is kept of each officer, department and citizen, and of what a conduct means where."""

from sim.declare import Section, count, number, share


class OfficerRecord(Section):
    """A post and the officer who holds it (公务员). Posts stay; holders come and go.

    256 bytes, four lines of a processor's cache: the last holds what is only asked for at the end
    of a year.
    """

    capability: float = share("ability to do what the post needs", zh="能力")
    responsibility: float = share("sense of responsibility", zh="责任心")
    disposition: float = share("responsibility brought into the service", zh="品德")
    inertia: float = share("pull of last month's conduct", zh="惰性")
    ambition: float = share("ambition", zh="事业心")
    connection: float = share("connections", zh="关系")
    perceived_risk: float = share("perceived risk of being held to account", zh="问责预期")
    merit_belief: float = share("belief that merit is rewarded", zh="公平预期")
    ease: float = share("how much of a perfect month the officer could deliver", zh="胜任程度")
    luck_incident: float = share("the month's draw for an incident", zh="随机数：事故")
    luck_seen: float = share("the month's draw for being seen in misconduct", zh="随机数：被发现")
    content: float = share("content of the directive passed on", zh="政策内容")
    substance: float = share("real work of the month", zh="实绩")
    show: float = share("work shown in the month", zh="表面政绩")
    delivered: float = share("content delivered to citizens, at the front line", zh="执行结果")
    report: float = share("what is reported upwards", zh="上报")
    work: float = number("real work of the year so far", 0, 12, "months", zh="年度实绩")
    displayed: float = number("work shown in the year so far", 0, 12, "months", zh="年度表面政绩")
    courses: float = number("courses taken this year", 0, 12, "months", zh="本年培训")
    department: int = count("department the post belongs to", zh="部门")
    number_in_department: int = count(
        "number of the post in its department, head first", zh="岗位序号"
    )
    superior: int = count("index of the superior's post; −1 above the top", -1, zh="上级")
    first_subordinate: int = count("index of the first subordinate", zh="首位下级")
    subordinates: int = count("number of direct subordinates", zh="下级")
    sanctioned: int = count("sanctions this month", zh="本月处分")
    wronged: int = count("unjust sanctions this month", zh="本月不当问责")
    age: int = count("age", unit="months", zh="年龄", store="i2")
    time_in_post: int = count("time in this post", unit="months", zh="任职时间", store="i2")
    rank: int = count("rank, 0 for the head", zh="职级", store="i1")
    front: int = count("1 at the front line, where citizens are met", 0, 1, zh="一线", store="i1")
    category: int = count("category of the post", 0, 2, zh="职位类别", store="i1")
    conduct: int = count("this month's conduct", 0, 4, zh="执行方式", store="i1")
    previous_conduct: int = count("last month's conduct", 0, 4, zh="上月执行方式", store="i1")
    owned: int = count("1 if somebody owns the month's task", 0, 1, zh="有责任人", store="i1")
    grade: int = count("last annual grade, 0 the top", 0, 3, zh="考核等次", store="i1")
    profile: int = count("profile of the third state", 0, 5, zh="状态类型", store="i1")
    vacant: int = count("1 while the post is vacant", 0, 1, zh="空缺", store="i1")
    profile_before: int = count(
        "profile at the end of last year; 6 for a newcomer", 0, 6, zh="上年状态类型", store="i1"
    )
    failed_exam: int = count("1 after failing an exam this year", 0, 1, zh="培训不合格", store="i1")
    moved: int = count("1 after a move down or aside this year", 0, 1, zh="本年调整", store="i1")
    failing_years: int = count(
        "years graded not competent, running", unit="years", zh="连续不称职年数"
    )
    complaints: int = count("upheld complaints this year", zh="有效投诉", store="i8")
    sanctions: int = count("sanctions this year", zh="处分", store="i8")
    recent_work: float = number(
        "real work of the last months of the year", 0, 12, "months", zh="年末实绩"
    )
    recent_show: float = number(
        "work shown in the last months of the year", 0, 12, "months", zh="年末表面政绩"
    )
    gravity: float = number("gravity of the year's sanctions", 0, None, "gravity", zh="情节轻重")
    performance: float = number("score of the last appraisal", None, None, "score", zh="考核得分")
    execution_rate: float = share("real work, mean of the last full year", zh="个人执行力")


class DepartmentRecord(Section):
    """One line of work in one unit of government, with its directive and its public (部门)."""

    tier: int = count("tier, 0 at the top", zh="层级")
    line: int = count("line of work", zh="条线")
    parent: int = count("department of its line one tier up; −1 at the top", -1, zh="上级部门")
    first_child: int = count(
        "where the departments below begin in the list of those below", zh="首个下级部门"
    )
    children: int = count("departments of its line one tier down", zh="下级部门数")
    first_in_unit: int = count("index of the first department of its unit", zh="同级政府首个部门")
    unit_size: int = count("departments of its unit", zh="同级政府部门数")
    leading: int = count("number of its posts that command others", zh="领导职数")
    fronts_below: int = count("front-line posts under it, through all tiers", zh="所辖一线岗位")
    referred: int = count("cases this month that climb beyond its head", zh="上移案件")
    received: int = count("cases that climbed here from below last month", zh="接收案件")
    group: int = count("which row of mechanism settings is in force here", zh="机制分组")
    first_officer: int = count("index of its head", zh="部门首长序号")
    officers: int = count("number of its posts", zh="编制")
    first_front: int = count(
        "where its front line begins in the list of front-line posts", zh="首个一线岗位"
    )
    fronts: int = count("number of its front-line posts", zh="一线")
    first_citizen: int = count("index of its first citizen", zh="首位群众")
    citizens: int = count("number of citizens it serves", zh="服务对象")
    directive_age: int = count("age of its directive", unit="months", zh="政策已执行月数")
    sanctions: int = count("sanctions of the month", zh="处分")
    published: int = count("cases published this month", zh="曝光")
    published_sanctions: int = count("published cases that ended in sanction", zh="曝光处分")
    filed: int = count("complaints filed this month", zh="投诉")
    part: int = count("part of the government whose sums it adds to", zh="统计分块")
    heard: float = number(
        "complaints filed last month, now with the masses' channel",
        0,
        None,
        "complaints",
        zh="上月投诉",
    )
    difficulty: float = share("difficulty of its directive", zh="难度")
    interest: float = number("how far the directive serves it", -1, 1, "interest", zh="部门利益")
    specificity: float = share("how much local adaptation the directive needs", zh="因地制宜程度")
    harm: float = share("harm if the directive fails", zh="危害")
    referred_harm: float = number(
        "sum of the harm of cases that climb further", 0, None, "harm", zh="上移案件危害"
    )
    received_harm: float = number(
        "sum of the harm of cases from below", 0, None, "harm", zh="接收案件危害"
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
    norm_around: float = share("mean norm of its unit last month", zh="同级风气")
    norm_above: float = share("norm of the department above last month", zh="上级风气")
    trust_below: float = share(
        "mean credibility of the departments below last month", zh="下级公信力"
    )
    willing_below: float = share(
        "mean cooperation in the departments below last month", zh="下级群众配合"
    )
    reports_below: float = share("mean report of the departments below last month", zh="下级上报")
    norm: float = share("what is usual here: slow mean of engagement", zh="风气")
    credibility: float = share("mean trust of its citizens", zh="公信力")
    willing: float = share(
        "mean trust counting the silent as zero: their cooperation", zh="群众配合"
    )
    need: float = number("mean need of a course", 0, None, "ratio", zh="培训需求")
    watch: float = number(
        "how much the channels look here this month, 1 on average", 0, None, "ratio", zh="监督力度"
    )
    presence: float = share(
        "probability that looks this month see the conduct they see best", zh="监督在场"
    )
    attention: float = share("what is left of the directive's first urgency", zh="注意力")
    salience: float = number(
        "how much appraisal weighs this month", 0, None, "ratio", zh="考核关注度"
    )
    demand: float = number(
        "difficulty with what missing cooperation adds", 0, None, "share", zh="任务要求"
    )
    burden: float = share("share of everybody's time that is taken", zh="负担")
    clarity: float = share("what can be pinned on a person", zh="职责明确")
    validity: float = share("how far appraisal measures substance", zh="考核效度")


class OutlookRecord(Section):
    """What one conduct means in one department this month, whoever chooses it (执行方式得失)."""

    substance: float = share("substance per unit of ease", zh="实绩")
    show: float = share("work shown", zh="表面政绩")
    passes: float = share("content handed down", zh="传达比例")
    excess: float = share("work beyond what was asked", zh="过度执行")
    hides: float = share("shortfall that is kept from citizens", zh="瞒下")
    cost: float = number("cost of effort", 0, None, "utility", zh="努力成本")
    rent: float = number(
        "rent for an officer without responsibility", 0, None, "utility", zh="部门利益"
    )
    threat: float = number("deterrence per unit of perceived risk", 0, None, "utility", zh="震慑")
    blame: float = number("fear per unit of likely error", 0, None, "utility", zh="避责")
    belonging: float = number("pull of norm, honour and shame", None, None, "utility", zh="归属感")
    engagement: float = share("engagement that others see", zh="投入程度")
    sight: float = number("how well all channels see it", 0, None, "share", zh="监督可见度")
    unseen: float = share("probability that no channel sees it in a month", zh="未被发现的概率")
    unseen_leading: float = share(
        "the same for a post that commands others", zh="领导职务未被发现的概率"
    )


class CitizenRecord(Section):
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


class LeverEffects(Section):
    """What levers add beside the settings they move (改革负担与成本)."""

    lever_burden: float = share(
        "time that levers take beside what their settings take", zh="改革负担"
    )
    lever_cost: float = number(
        "outside cost of levers", 0, None, "officer-months per officer-year", zh="改革外部成本"
    )
