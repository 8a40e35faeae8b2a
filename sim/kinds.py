"""The kinds that the model tells apart, each named once: conducts, channels, profiles, grades.

Everything that shows a kind (tables, figures, the teaching page) takes its names, letter, colour
and hatch from here. Colours are those of Okabe & Ito (2008), which the colour-blind can tell apart.
"""

from collections.abc import Iterable
from typing import NamedTuple, Self

# Okabe & Ito (2008).
BLACK = "#000000"
ORANGE = "#E69F00"
SKY = "#56B4E9"
GREEN = "#009E73"
YELLOW = "#F0E442"
BLUE = "#0072B2"
VERMILION = "#D55E00"
PURPLE = "#CC79A7"
# For text that stands back.
GREY = "#4D4D4D"


class Kind(NamedTuple):
    """One kind: its name in files, in English and in Chinese, and how pictures show it."""

    name: str
    title: str
    zh: str
    letter: str = ""
    letter_zh: str = ""
    colour: str = BLACK
    hatch: str = ""
    # What is said of those who are of this kind, after “officers”.
    said: str = ""


class Kinds(tuple[str, ...]):
    """The names of some kinds, in their order; ``kinds.of[name]`` tells the rest of one."""

    of: dict[str, Kind]

    def __new__(cls, kinds: Iterable[Kind]) -> Self:
        """Take the kinds in the order in which the state counts them."""
        found = {kind.name: kind for kind in kinds}
        self = super().__new__(cls, found)
        self.of = found
        return self

    def __getnewargs__(self) -> tuple[list[Kind]]:
        """Travel to other processes as the kinds themselves."""
        return (list(self.of.values()),)


CONDUCTS = Kinds(
    (
        Kind("faithful", "Faithful", "忠实执行", "F", "忠", GREEN, "", "faithful"),
        Kind("literal", "Literal", "照本宣科", "L", "照", SKY, "////", "literal"),
        Kind("selective", "Selective", "选择性执行", "S", "选", YELLOW, "", "selective"),
        Kind("symbolic", "Symbolic", "形象工程", "Y", "形", ORANGE, "....", "symbolic"),
        Kind("idle", "Idle", "隐形不作为", "I", "隐", VERMILION, "", "idle"),
    )
)
PROFILES = Kinds(
    (
        Kind("sound", "Sound", "状态良好", "S", "好", GREEN, "", "in none of the third states"),
        Kind(
            "unprincipled",
            "Unprincipled",
            "缺乏从政道德",
            "M",
            "德",
            VERMILION,
            "",
            "without public morals",
        ),
        Kind("driftless", "Driftless", "事业心不强", "D", "志", SKY, "", "without drive"),
        Kind(
            "unable", "Unable", "能力不适应", "A", "能", ORANGE, "", "without the ability they need"
        ),
        Kind(
            "exhausted",
            "Exhausted",
            "缺乏精神动力",
            "E",
            "满",
            PURPLE,
            "",
            "content with small gains",
        ),
        Kind(
            "fixer",
            "Fixers",
            "信奉潜规则",
            "H",
            "规",
            GREY,
            "",
            "believers in hidden rules and connections",
        ),
    )
)
CHANNELS = Kinds(
    (
        Kind("party", "Party supervision", "党内监督"),
        Kind("congress", "People's congress", "人大监督"),
        Kind("consultative", "Consultative conference", "政协监督"),
        Kind("parties", "Other parties", "党派监督"),
        Kind("administrative", "Administrative supervision", "行政监察"),
        Kind("audit", "Audit", "审计监督"),
        Kind("courts", "Courts", "司法监督"),
        Kind("masses", "Citizens' complaints", "群众监督"),
        Kind("press", "Press", "舆论监督"),
    )
)
EYES = Kinds(
    (
        Kind("inspection", "Inspection of papers", "书面检查"),
        Kind("audit", "Audit of accounts", "审计"),
        Kind("served", "Judgement of those served", "服务对象评议"),
        Kind("monitoring", "End-to-end monitoring", "全程监察"),
    )
)
CATEGORIES = Kinds(
    (
        Kind("leading", "Leading posts", "领导职务"),
        Kind("staff", "General staff", "综合管理"),
        Kind("counter", "Front line", "窗口一线"),
    )
)
APPRAISERS = Kinds(
    (
        Kind("superior", "Superiors", "上级"),
        Kind("peers", "Peers", "同级"),
        Kind("record", "Routine record", "日常工作记录"),
        Kind("users", "Those served", "服务对象"),
    )
)
# The four annual grades, from best to worst.
GRADES = Kinds(
    (
        Kind("top", "Graded top", "优秀"),
        Kind("competent", "Graded competent", "称职"),
        Kind("basically_competent", "Graded basically competent", "基本称职"),
        Kind("not_competent", "Graded not competent", "不称职"),
    )
)

# Places of kinds that rules name.
FAITHFUL, LITERAL, SELECTIVE, SYMBOLIC, IDLE = range(len(CONDUCTS))
SOUND, UNPRINCIPLED, DRIFTLESS, UNABLE, EXHAUSTED, FIXER = range(len(PROFILES))
# Stands for a newcomer before the first year's end, and for those who left after the last.
OUTSIDE = len(PROFILES)
LEADING, STAFF, COUNTER = range(len(CATEGORIES))
PARTY = CHANNELS.index("party")
ADMINISTRATIVE = CHANNELS.index("administrative")
MASSES = CHANNELS.index("masses")
RECORD = APPRAISERS.index("record")
TOP, COMPETENT, BASIC, FAILING = range(len(GRADES))
