"""Words of Spiral."""

TEXTS = {
    "en": {
        "view": "Spiral",
        "title": "Does a loss of trust cause further loss?",
        "lead": "Cut everybody’s trust once, and see whether it recovers. The phase portrait shows "
        "runs of the same scenario from low and high starts of trust and of the norm among "
        "colleagues, and where they come to rest.",
        "shock": "The shock",
        "cut": "Trust taken from everybody",
        "points": " points",
        "when": "In month",
        "levers": "Levers",
        "response": "Credibility with and without the shock",
        "unshocked": "Without the shock",
        "shocked": "With the shock",
        "portrait": "Trust and the norm among colleagues, from five starts",
        "x": "credibility",
        "y": "norm among colleagues",
        "from_start": "from {start}",
        "after_shock": "after the shock",
        "tips": "tipping line",
        "tips_here": "tipping point at this norm: {tip}",
        "told_response": "The shock takes {taken} points of credibility in month {month}. At the "
        "end of the run {left} points are missing; {judged}.",
        "comes_back": "most of the loss has recovered",
        "part": "part of the loss has recovered",
        "stays": "hardly any of the loss has recovered",
        "grows": "the loss has grown",
        "where_none": "There is no tipping point here: lost trust comes back, given time.",
        "where_above_back": "It leaves trust at {after} and the norm among colleagues at {norm}. "
        "At this norm the tipping point is {tip}: trust stays above it, so it recovers.",
        "where_below_stays": "It leaves trust at {after} and the norm among colleagues at {norm}. "
        "At this norm the tipping point is {tip}: trust falls below it, so it does not recover.",
        "where_above_stays": "It leaves trust at {after} and the norm among colleagues at {norm}. "
        "At this norm the tipping point is {tip}: trust is still above it, but the rest of the run "
        "is too short to recover.",
        "where_below_back": "It leaves trust at {after}, below the tipping point of {tip} for "
        "starts at a norm of {norm}. It recovers all the same: that line is for the first month, "
        "and officers have changed since.",
        "told_two": "The end of the run depends on the start: left of the dashed tipping line runs "
        "end at a credibility near {low}, right of it near {high}. If trust and norm start equal, "
        "the tipping point is {tip}.",
        "less_trust": "The better the norm among colleagues, the less trust is needed to recover.",
        "told_one": "The end of the run hardly depends on the start: from the lowest start "
        "credibility ends at {low}, from the highest at {high}. There is no tipping point.",
        "start": "Start of trust and norm",
        "end_credibility": "Credibility at the end",
        "end_execution": "Execution at the end",
        "end_norm": "Norm at the end",
        "computing": "Running from five starts …",
        "how_to_read": "Hollow marks: starts, and where the shock leaves trust and norm. Full "
        "marks: the last year. A shock cuts trust alone, so it moves to the left. "
        "Means of a few runs.",
    },
    "zh": {
        "view": "信任循环",
        "title": "信任一旦流失，会不会越失越多？",
        "lead": "一次性削减所有人的信任，看它是否恢复。相图显示同一情景中信任与同事风气从低起点与"
        "高起点开始的运行，以及它们停在何处。",
        "shock": "冲击",
        "cut": "从每人信任中减去",
        "points": "个百分点",
        "when": "发生月份",
        "levers": "改革举措",
        "response": "有无冲击时的公信力",
        "unshocked": "无冲击",
        "shocked": "有冲击",
        "portrait": "信任与同事风气（五个起点）",
        "x": "公信力",
        "y": "同事风气",
        "from_start": "起点{start}",
        "after_shock": "冲击之后",
        "tips": "临界线",
        "tips_here": "此风气下的临界点：{tip}",
        "told_response": "第{month}个月的冲击使公信力下降{taken}个百分点。"
        "运行结束时尚缺{left}个百分点；{judged}。",
        "comes_back": "大部分已恢复",
        "part": "恢复了一部分",
        "stays": "几乎没有恢复",
        "grows": "损失扩大了",
        "where_none": "这里没有临界点：失去的信任总会恢复，只是需要时间。",
        "where_above_back": "冲击后信任为{after}，同事风气为{norm}。此风气下的临界点为{tip}："
        "信任仍在其上，因此恢复。",
        "where_below_stays": "冲击后信任为{after}，同事风气为{norm}。此风气下的临界点为{tip}："
        "信任跌到其下，因此不能恢复。",
        "where_above_stays": "冲击后信任为{after}，同事风气为{norm}。此风气下的临界点为{tip}："
        "信任仍在其上，但余下的时间不足以恢复。",
        "where_below_back": "冲击后信任为{after}，低于风气{norm}时起点的临界点{tip}，却仍恢复了："
        "临界线针对第一个月，而公务员此后已有变化。",
        "told_two": "结局取决于起点：虚线（临界线）以左的运行，公信力最终在{low}附近，"
        "以右的在{high}附近。信任与风气起点相同时，临界点为{tip}。",
        "less_trust": "同事风气越好，恢复所需的信任越低。",
        "told_one": "结局几乎不取决于起点：从最低起点，公信力最终为{low}；从最高起点，为{high}。"
        "没有临界点。",
        "start": "信任与风气的起点",
        "end_credibility": "终点公信力",
        "end_execution": "终点执行率",
        "end_norm": "终点风气",
        "computing": "正在从五个起点运行……",
        "how_to_read": "空心：起点，以及冲击后信任与风气所在之处。实心：最后一年。"
        "冲击只削减信任，因此向左移动。均为数次运行的均值。",
    },
}
