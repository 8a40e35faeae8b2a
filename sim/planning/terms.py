"""Terms of planning in English and Chinese, for the glossary."""

TERMS = (
    ("package of reforms", "改革方案"),
    ("aim", "目标"),
    ("limit", "限制条件"),
    ("budget", "预算"),
    ("Pareto front", "帕累托前沿"),
    ("genetic search by non-dominated sorting (NSGA-II, NSGA-III)", "非支配排序遗传搜索"),
    ("common draws", "共同随机数"),
    ("fresh draws", "新的随机数"),
    ("optimiser's curse", "优化者的诅咒"),
    ("chance of being best", "最优机会"),
    ("regret", "遗憾值"),
    ("worst tenth", "最差十分之一"),
    ("share of draws within limits", "满足限制的抽样比例"),
    ("order of start", "启动顺序"),
    ("contribution (Shapley value)", "贡献（沙普利值）"),
    ("spread of execution between departments", "部门间执行率差异"),
)
