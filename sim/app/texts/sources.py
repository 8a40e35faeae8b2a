"""Sources, units and ranges of settings in Chinese; citations of authors stay as they are."""

import re

UNITS_ZH = {
    "share": "比例",
    "share a month": "比例/月",
    "share a year": "比例/年",
    "utility": "效用",
    "1/utility": "1/效用",
    "1/share": "1/比例",
    "1/share²": "1/比例²",
    "1/log point": "1/对数单位",
    "months": "月",
    "full month": "满额工作月",
    "years": "年",
    "score": "分",
    "weight": "权重",
    "interest": "利益",
    "number": "个数",
    "units": "个政府",
    "departments": "个部门",
    "posts, each 1 to 1,000,000": "职位，各1至1,000,000",
    "ratio": "比率",
    "gravity": "处分轻重",
}
PARTS_ZH = {
    "assumed": "假设",
    "assumed value": "数值为假设",
    "assumed values": "数值为假设",
    "about .2 % in China (recalled)": "中国约为0.2%（凭记忆）",
    "Civil Servant Law of China 2005, 2018": "《中华人民共和国公务员法》（2005、2018）",
    "Civil Servant Law of China (2018)": "《中华人民共和国公务员法》（2018）",
    "Rules on the appraisal of civil servants, China 2007, 2020": "《公务员考核规定》（2007、2020）",
    "General Office of the CPC Central Committee 2018": "中共中央办公厅（2018）",
    "State Council of China 1978, No. 104": "国发〔1978〕104号",
    "Eaton & Kostka 2014 on leaders' turnover": "Eaton & Kostka 2014（论领导更替）",
    "against Brehm & Gates 1997": "与Brehm & Gates 1997的发现相反",
    "against Trevor, Gerhart & Boudreau 1997": "与Trevor, Gerhart & Boudreau 1997的发现相反",
    "Jiang 2018, on how ties begin": "Jiang 2018（论关系如何形成）",
    "Li, Liu, Weng & Zhou 2019, on tiers of government": "Li, Liu, Weng & Zhou 2019（论政府层级之间）",
    "Locke & Latham 1990, on the limit of ability alone": "Locke & Latham 1990（仅取能力上限）",
    "Sherman 1990 on crackdowns": "Sherman 1990（论严打）",
    "Nagin 2013 on certainty": "Nagin 2013（论查处的确定性）",
    "Nagin 2013 on severity": "Nagin 2013（论处罚的严厉程度）",
    "Fenizia 2022, after which the value was chosen": "Fenizia 2022（数值据此选定）",
    "Essay on administrative execution (2022)": "关于行政执行力的文章（2022）",
    "Essay on administrative execution (2022): closeness instead of merit (任人唯亲), posts bought and sold": "关于行政执行力的文章（2022）：任人唯亲，买官卖官",
    "Essay on administrative execution (2022): pledges, end-to-end monitoring, users rate the counter": "关于行政执行力的文章（2022）：公开承诺、全程监察、窗口评议",
    "Essay on administrative execution (2022): execution of a department and of an official": "关于行政执行力的文章（2022）：部门的执行力与公务员的执行力",
    "Essay on administrative execution (2022): departments make power their own (权力部门化)": "关于行政执行力的文章（2022）：权力部门化",
    "Essay on administrative execution (2022): inaction and lost credibility feed each other": "关于行政执行力的文章（2022）：不作为与公信力流失互为因果",
    "Essay on administrative execution (2022): Shenzhen's responsibility storm (责任风暴)": "关于行政执行力的文章（2022）：深圳的责任风暴",
    "Essay on administrative execution (2022): image projects (形象工程)": "关于行政执行力的文章（2022）：形象工程",
    "Zhou 2007: promotion tournaments among local leaders": "Zhou 2007：地方官员的晋升锦标赛",
    "Dunleavy 1991: bureau-shaping": "Dunleavy 1991：官僚塑造机构",
    "Shleifer & Vishny 1993: permits as a source of income": "Shleifer & Vishny 1993：许可成为收入来源",
    "Zhejiang Province 2016: “visit once at most” (最多跑一次)": "浙江省2016：“最多跑一次”",
    "Karplus & Wu 2023: more than half of an inspection's gain is gone after it ends": "Karplus & Wu 2023：督察结束后，收获过半消失",
    "Sherman 1990: deterrence decays during and after a crackdown": "Sherman 1990：严打期间与之后，震慑逐渐减弱",
    "Holmström & Milgrom 1991: effort goes where it is measured": "Holmström & Milgrom 1991：努力流向被衡量之处",
    "Zhu 2008: office-selling in China": "Zhu 2008：中国的卖官",
    "Invented for illustration: establishment/county_office.csv, no real office and no real person": "为说明而虚构：establishment/county_office.csv，并无此机构与人员",
}
_FITTED = re.compile(r"fitted, 90 % interval (\S+) to (\S+)")
_ESSAY = re.compile(r"essay, ((?:[A-D]\d+(?:, )?)+)")


def source_zh(source: str) -> str:
    """A source in Chinese: its parts one by one."""
    return "；".join(_part_zh(part) for part in source.split("; "))


def _part_zh(part: str) -> str:
    if fitted := _FITTED.fullmatch(part):
        return f"拟合，90%区间{fitted[1]}至{fitted[2]}"
    if essay := _ESSAY.fullmatch(part):
        return f"文章{essay[1].replace(', ', '、')}"
    return PARTS_ZH.get(part, part)


def bounds_zh(bounds: str) -> str:
    """A range in Chinese."""
    return "不限" if bounds == "any" else bounds.replace(" to ", "至")
