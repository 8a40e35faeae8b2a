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
        "less_than_one": "Surprising: “{lever}” alone changes execution by {one} points, all "
        "{number} levers together by {all}.",
        "less_time": "Together they take {all} of officers’ time, it alone {one}; that time is "
        "missing from the work.",
        "less_overlap": "They change the same things, so their effects do not add up.",
        "no_effect": "“{lever}” alone makes no clear difference to execution or credibility in the "
        "last year.",
        "no_effect_over": "It ended in month {end}, and its effect has faded since.",
        "no_effect_late": "It starts in month {first}, too late to be at full strength by then.",
        "no_effect_weak": "It is used at {percent} of its full strength.",
        "no_effect_time": "What it brings is lost again through the time it takes: {after} of "
        "officers’ time instead of {before}.",
        "no_effect_reports": "It changes what is reported more than what is done.",
        "no_effect_here": "What it changes hardly limits officers here; “What and when” lists it.",
        "told_reports": "Reported execution is {reported}, real execution {real}.",
    },
    "zh": {
        "view": "探索",
        "title": "一项改革怎样改变执行力与公信力？",
        "lead": "加大一项举措的力度。灰线是现状：没有任何改革的同一情景，随机因素相同。",
        "levers": "改革举措",
        "execution": "执行率：实际与上报",
        "credibility": "公信力",
        "conducts": "最后一年的执行方式",
        "line_reported": "{name}（上报）",
        "effects": "改革带来的变化（最后一年）",
        "nothing": "尚未采用任何举措，因此改革与现状相同。",
        "less_than_one": "出人意料：单独采用“{lever}”，执行率变化{one}个百分点；{number}项举措"
        "合用，变化{all}个百分点。",
        "less_time": "合用时占公务员时间的{all}，单独采用时占{one}；这些时间从工作中减去。",
        "less_overlap": "它们改变的是同样的东西，效果不能相加。",
        "no_effect": "单独采用“{lever}”，最后一年的执行率与公信力无明显差异。",
        "no_effect_over": "它在第{end}个月结束，效果此后已消退。",
        "no_effect_late": "它从第{first}个月开始，到那时还来不及全力推行。",
        "no_effect_weak": "它只用到全力推行的{percent}。",
        "no_effect_time": "所得又被它占用的时间抵消：占公务员时间的{after}，原为{before}。",
        "no_effect_reports": "它改变上报多于改变实际。",
        "no_effect_here": "它所改变的在这里几乎不是瓶颈；见“内容与时间”。",
        "told_reports": "上报的执行率为{reported}，实际为{real}。",
    },
}
