"""Words of Spiral."""

TEXTS = {
    "en": {
        "view": "Spiral",
        "title": "Does lost trust take more trust with it?",
        "lead": "Cut everybody’s trust once, and see whether it comes back. Beside it, runs of "
        "the same world from low and high starts show where they come to rest.",
        "shock": "The shock",
        "cut": "Trust taken from everybody",
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
        "trust_still": "trust stands still",
        "norm_still": "norm stands still",
        "told_response": "The shock takes {taken} points of credibility. At the end of the run "
        "{left} points are missing; {judged}.",
        "comes_back": "most of it has come back",
        "part": "part of it has come back",
        "stays": "hardly anything has come back",
        "grows": "the loss has grown",
        "told_two": "The start still shows at the end of the run: from the lowest start "
        "credibility ends at {low}, from the highest at {high}. The tipping point, which parts "
        "starts that recover from those that do not, is {tip}.",
        "told_one": "The start hardly shows at the end of the run: from the lowest start "
        "credibility ends at {low}, from the highest at {high}. Nothing tips.",
        "start": "Start of trust and norm",
        "end_credibility": "Credibility at the end",
        "end_execution": "Execution at the end",
        "computing": "Runs from five starts are on their way …",
        "theory": "Thin dashed lines, for very many officers and citizens: on one, trust does not "
        "move; on the other, the norm among colleagues does not. Where they cross, a world can "
        "rest.",
    },
    "zh": {
        "view": "循环",
        "title": "失去的信任会带走更多信任吗？",
        "lead": "一次性削减所有人的信任，看它是否恢复。相图从低到高的起点运行同一情景，"
        "看停在何处。",
        "shock": "冲击",
        "cut": "从每人信任中减去",
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
        "told_response": "冲击减去公信力{taken}个百分点。运行结束时尚缺{left}个百分点；{judged}。",
        "comes_back": "大部分已恢复",
        "part": "恢复了一部分",
        "stays": "几乎没有恢复",
        "grows": "损失扩大了",
        "told_two": "运行结束时仍看得出起点：最低起点的公信力止于{low}，最高起点的止于{high}。"
        "临界点（能恢复与不能恢复的起点之分界）为{tip}。",
        "told_one": "运行结束时几乎看不出起点：最低起点的公信力止于{low}，最高起点的止于{high}。"
        "没有临界点。",
        "start": "信任与风气的起点",
        "end_credibility": "终点公信力",
        "end_execution": "终点执行率",
        "computing": "五个起点的运行正在进行……",
        "theory": "细虚线（公务员与群众极多时）：一条上信任不变，另一条上同事风气不变；"
        "两线相交处，一个情景可以停住。",
    },
}
