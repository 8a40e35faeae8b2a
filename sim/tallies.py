"""Sums of a month, from which measures are read."""

from sim.declare import Section, number


class TallyRecord(Section):
    """Sums of one month over the departments of one group, for measures (月度合计)."""

    officers: float = number("posts held", 0, None, "officers", zh="在岗人数")
    fronts: float = number("front-line posts", 0, None, "officers", zh="一线岗位数")
    citizens: float = number("citizens", 0, None, "citizens", zh="群众数")
    faithful: float = number("officers faithful", 0, None, "officers", zh="忠实执行人数")
    literal: float = number("officers literal", 0, None, "officers", zh="照本宣科人数")
    selective: float = number("officers selective", 0, None, "officers", zh="选择性执行人数")
    symbolic: float = number("officers symbolic", 0, None, "officers", zh="形象工程人数")
    idle: float = number("officers idle", 0, None, "officers", zh="隐形不作为人数")
    delivered: float = number(
        "content delivered by the front line", 0, None, "officers", zh="执行结果合计"
    )
    reported: float = number(
        "delivery as reported by heads, per front-line post", 0, None, "officers", zh="上报结果合计"
    )
    substance: float = number("real work", 0, None, "officers", zh="实绩合计")
    show: float = number("work shown", 0, None, "officers", zh="表面政绩合计")
    reporting: float = number(
        "front-line posts that reports at the top speak of",
        0,
        None,
        "officers",
        zh="上报所涉一线岗位数",
    )
    early: float = number(
        "front-line substance in the first third of directives",
        0,
        None,
        "officers",
        zh="政策前期实绩",
    )
    early_fronts: float = number(
        "front-line posts in the first third", 0, None, "officers", zh="政策前期一线岗位数"
    )
    late: float = number(
        "front-line substance in the last third of directives",
        0,
        None,
        "officers",
        zh="政策后期实绩",
    )
    late_fronts: float = number(
        "front-line posts in the last third", 0, None, "officers", zh="政策后期一线岗位数"
    )
    trust: float = number(
        "trust in the local department", 0, None, "citizens", zh="对地方的信任合计"
    )
    trust_in_centre: float = number(
        "trust in the centre", 0, None, "citizens", zh="对中央的信任合计"
    )
    silent: float = number("citizens fallen silent", 0, None, "citizens", zh="断裂人数")
    excess: float = number(
        "work beyond what was asked, at the front line", 0, None, "officers", zh="过度执行合计"
    )
    hidden: float = number("shortfall kept from citizens", 0, None, "citizens", zh="瞒下合计")
    burden: float = number("time taken", 0, None, "officers", zh="负担合计")
    levers_cost: float = number("outside cost of levers", 0, None, "officers", zh="改革外部成本")
    sound: float = number(
        "officers with no profile of the third state", 0, None, "officers", zh="状态良好人数"
    )
    unprincipled: float = number(
        "officers unprincipled", 0, None, "officers", zh="缺乏从政道德人数"
    )
    driftless: float = number("officers driftless", 0, None, "officers", zh="事业心不强人数")
    unable: float = number("officers unable", 0, None, "officers", zh="能力不适应人数")
    exhausted: float = number("officers exhausted", 0, None, "officers", zh="缺乏精神动力人数")
    fixer: float = number("officers who are fixers", 0, None, "officers", zh="信奉潜规则人数")
    capability: float = number("capability", 0, None, "officers", zh="能力合计")
    responsibility: float = number("responsibility", 0, None, "officers", zh="责任心合计")
    inertia: float = number("inertia", 0, None, "officers", zh="惰性合计")
    connection: float = number("connection", 0, None, "officers", zh="关系合计")
    merit_belief: float = number("belief in merit", 0, None, "officers", zh="公平预期合计")
    perceived_risk: float = number("perceived risk", 0, None, "officers", zh="问责预期合计")
    norm: float = number("norm, per officer", 0, None, "officers", zh="风气合计")
    validity: float = number(
        "validity of appraisal, per officer", 0, None, "officers", zh="考核效度合计"
    )
    incidents: float = number("incidents", 0, None, "cases", zh="事故数")
    detected: float = number(
        "officers caught in misconduct by supervision", 0, None, "cases", zh="监督发现数"
    )
    sanctions: float = number("sanctions", 0, None, "cases", zh="处分数")
    unjust_sanctions: float = number(
        "sanctions of officers who were not culpable", 0, None, "cases", zh="不当问责数"
    )
    cases_of_form: float = number(
        "sanctions of the literal, the symbolic and the idle",
        0,
        None,
        "cases",
        zh="形式主义、官僚主义案件",
    )
    cases_of_inaction: float = number("sanctions of the idle", 0, None, "cases", zh="不作为案件")
    reversed_sanctions: float = number(
        "unjust sanctions reversed by review or arbitration", 0, None, "cases", zh="复议撤销数"
    )
    filed: float = number("complaints filed", 0, None, "cases", zh="投诉数")
    upheld: float = number("complaints upheld", 0, None, "cases", zh="有效投诉数")
    published: float = number("cases published", 0, None, "cases", zh="曝光数")
    top: float = number("officers graded top", 0, None, "officers", zh="优秀人数")
    competent: float = number("officers graded competent", 0, None, "officers", zh="称职人数")
    basically_competent: float = number(
        "officers graded basically competent", 0, None, "officers", zh="基本称职人数"
    )
    not_competent: float = number(
        "officers graded not competent", 0, None, "officers", zh="不称职人数"
    )
    promotions: float = number("promotions", 0, None, "officers", zh="晋升人数")
    demotions: float = number("demotions", 0, None, "officers", zh="降职人数")
    dismissals: float = number("dismissals", 0, None, "officers", zh="辞退人数")
    retirements: float = number("retirements", 0, None, "officers", zh="退休人数")
    resignations: float = number("resignations", 0, None, "officers", zh="辞职人数")
    transfers: float = number(
        "leaders moved to another government", 0, None, "officers", zh="交流任职人数"
    )
    arrivals: float = number(
        "leaders who came from another government", 0, None, "officers", zh="交流到任人数"
    )
    moved: float = number(
        "officers moved to another post of their rank", 0, None, "officers", zh="调岗人数"
    )
    recruits: float = number("newcomers", 0, None, "officers", zh="新录用人数")
    retrained: float = number(
        "officers sent back to training", 0, None, "officers", zh="离岗培训人数"
    )


class LayerRecord(Section):
    """Sums of one month over the officers of one layer of the chain of command (层级合计)."""

    officers: float = number("posts held", 0, None, "officers", zh="在岗人数")
    content: float = number(
        "content passed on, or delivered at the front line", 0, None, "officers", zh="政策内容合计"
    )
    report: float = number("reports", 0, None, "officers", zh="上报合计")
    substance: float = number("real work", 0, None, "officers", zh="实绩合计")
    show: float = number("work shown", 0, None, "officers", zh="表面政绩合计")
    engaged: float = number("engagement", 0, None, "officers", zh="投入合计")
    sanctions: float = number("sanctions", 0, None, "cases", zh="处分数")
    unjust_sanctions: float = number(
        "sanctions of officers who were not culpable", 0, None, "cases", zh="不当问责数"
    )
    faithful: float = number("officers faithful", 0, None, "officers", zh="忠实执行人数")
    literal: float = number("officers literal", 0, None, "officers", zh="照本宣科人数")
    selective: float = number("officers selective", 0, None, "officers", zh="选择性执行人数")
    symbolic: float = number("officers symbolic", 0, None, "officers", zh="形象工程人数")
    idle: float = number("officers idle", 0, None, "officers", zh="隐形不作为人数")
    sound: float = number(
        "officers with no profile of the third state", 0, None, "officers", zh="状态良好人数"
    )
    unprincipled: float = number(
        "officers unprincipled", 0, None, "officers", zh="缺乏从政道德人数"
    )
    driftless: float = number("officers driftless", 0, None, "officers", zh="事业心不强人数")
    unable: float = number("officers unable", 0, None, "officers", zh="能力不适应人数")
    exhausted: float = number("officers exhausted", 0, None, "officers", zh="缺乏精神动力人数")
    fixer: float = number("officers who are fixers", 0, None, "officers", zh="信奉潜规则人数")


class ProfileRecord(Section):
    """Sums of one month over the officers of one profile of the third state (状态合计)."""

    officers: float = number("officers of this profile", 0, None, "officers", zh="人数")
    substance: float = number("real work", 0, None, "officers", zh="实绩合计")
    show: float = number("work shown", 0, None, "officers", zh="表面政绩合计")
    engaged: float = number("engagement", 0, None, "officers", zh="投入合计")
    sanctions: float = number("sanctions", 0, None, "cases", zh="处分数")
    unjust_sanctions: float = number(
        "sanctions of officers who were not culpable", 0, None, "cases", zh="不当问责数"
    )
