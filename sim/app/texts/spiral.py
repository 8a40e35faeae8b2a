"""Words of Spiral."""

TEXTS = {
    "en": {
        "view": "Spiral",
        "title": "Does lost trust take more trust with it?",
        "lead": "Cut everybody’s trust once, and see whether it recovers. The phase portrait shows "
        "runs of the same scenario from low and high starts, and where they come to rest.",
        "shock": "The shock",
        "cut": "Trust taken from everybody",
        "points": " points",
        "when": "In month",
        "levers": "Levers, from the first month",
        "response": "Credibility with and without the shock",
        "unshocked": "Without the shock",
        "shocked": "With the shock",
        "portrait": "Phase portrait, from five starts",
        "x": "credibility",
        "y": "execution",
        "from_start": "from {start}",
        "tips": "tipping point",
        "trust_still": "trust does not change",
        "norm_still": "norm does not change",
        "told_response": "The shock takes {taken} points of credibility. At the end of the run "
        "{left} points are missing; {judged}.",
        "comes_back": "most of the loss has recovered",
        "part": "part of the loss has recovered",
        "stays": "hardly any of the loss has recovered",
        "grows": "the loss has grown",
        "told_two": "The end of the run depends on the start: from the lowest start credibility "
        "ends at {low}, from the highest at {high}. Starts above the tipping point of {tip} "
        "recover, starts below it do not. Trust and norm start at the same value; with a better "
        "norm, less trust is enough.",
        "told_one": "The end of the run hardly depends on the start: from the lowest start "
        "credibility ends at {low}, from the highest at {high}. There is no tipping point.",
        "start": "Start of trust and norm",
        "end_credibility": "Credibility at the end",
        "end_execution": "Execution at the end",
        "computing": "Running from five starts …",
        "theory": "The thin dashed lines are computed for very many officers and citizens. On one, "
        "trust does not change; on the other, the norm among colleagues does not. Where they "
        "cross, the scenario can come to rest.",
    },
    "zh": {
        "view": "信任循环",
        "title": "失去的信任会带走更多信任吗？",
        "lead": "一次性削减所有人的信任，看它是否恢复。相图显示同一情景从低起点与高起点的运行，"
        "以及它们停在何处。",
        "shock": "冲击",
        "cut": "从每人信任中减去",
        "points": "个百分点",
        "when": "发生月份",
        "levers": "举措（自第一个月起）",
        "response": "有无冲击时的公信力",
        "unshocked": "无冲击",
        "shocked": "有冲击",
        "portrait": "相图（五个起点）",
        "x": "公信力",
        "y": "执行率",
        "from_start": "起点{start}",
        "tips": "临界点",
        "trust_still": "信任不变",
        "norm_still": "风气不变",
        "told_response": "冲击使公信力下降{taken}个百分点。"
        "运行结束时尚缺{left}个百分点；{judged}。",
        "comes_back": "大部分已恢复",
        "part": "恢复了一部分",
        "stays": "几乎没有恢复",
        "grows": "损失扩大了",
        "told_two": "结局取决于起点：从最低起点，公信力止于{low}；从最高起点，止于{high}。"
        "起点高于临界点{tip}的能恢复，低于它的不能。信任与风气从同一数值开始；风气更好时，较少的信任就够。",
        "told_one": "结局几乎不取决于起点：从最低起点，公信力止于{low}；从最高起点，止于{high}。"
        "没有临界点。",
        "start": "信任与风气的起点",
        "end_credibility": "终点公信力",
        "end_execution": "终点执行率",
        "computing": "正在从五个起点运行……",
        "theory": "细虚线按公务员与群众极多的情形算出：一条上信任不变，另一条上同事风气不变；"
        "在两线相交处，情景可以停住。",
    },
}
