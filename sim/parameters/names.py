"""What conducts, channels, eyes, profiles and appraisers are called, in English and Chinese."""

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
CATEGORIES = ("leading", "staff", "counter")

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
CATEGORIES_ZH = {"leading": "领导职务", "staff": "综合管理", "counter": "窗口一线"}
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
