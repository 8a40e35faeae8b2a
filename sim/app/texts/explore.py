"""Words of Explore."""

TEXTS = {
    "en": {
        "view": "Explore",
        "title": "What does a reform do to execution and to credibility?",
        "lead": "Move a lever. The grey line is the status quo: the same scenario without any "
        "reform, with the same luck.",
        "levers": "Levers",
        "execution": "Execution: real, and as reported",
        "credibility": "Credibility",
        "conducts": "What officers do, last year",
        "line_reported": "{name}, reported",
        "effects": "What the reform changes, last year",
        "nothing": "No lever is used yet, so the reform is the same as the status quo.",
        "told_reports": "Reported execution is {reported}, real execution {real}.",
    },
    "zh": {
        "view": "探索",
        "title": "一项改革怎样改变执行力与公信力？",
        "lead": "加大一项举措的力度。灰线是现状：没有任何改革的同一情景，机遇相同。",
        "levers": "改革举措",
        "execution": "执行率：实际与上报",
        "credibility": "公信力",
        "conducts": "最后一年的执行方式",
        "line_reported": "{name}（上报）",
        "effects": "改革带来的变化（最后一年）",
        "nothing": "尚未采用任何举措，因此改革与现状相同。",
        "told_reports": "上报的执行率为{reported}，实际为{real}。",
    },
}
