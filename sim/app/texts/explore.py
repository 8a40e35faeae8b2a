"""Words of Explore."""

TEXTS = {
    "en": {
        "view": "Explore",
        "title": "What does a reform do to execution and to credibility?",
        "lead": "Pull a lever. The grey line is the same world without the reform, on the same "
        "draws of chance.",
        "levers": "Levers",
        "execution": "Execution: real, and as reported",
        "credibility": "Credibility",
        "conducts": "What officers do, last year",
        "line_reported": "{name}, reported",
        "effects": "What the reform changes, last year",
        "nothing": "No lever is pulled: the reform is the status quo.",
        "told_reports": "Reports say {reported} where {real} is done.",
    },
    "zh": {
        "view": "探索",
        "title": "一项改革怎样改变执行力与公信力？",
        "lead": "拉动一项举措。灰线是没有改革的同一情景，用同样的随机数。",
        "levers": "改革举措",
        "execution": "执行率：实际与上报",
        "credibility": "公信力",
        "conducts": "最后一年的执行方式",
        "line_reported": "{name}（上报）",
        "effects": "改革带来的变化（最后一年）",
        "nothing": "尚未拉动任何举措：改革与现状相同。",
        "told_reports": "上报{reported}，实际{real}。",
    },
}
