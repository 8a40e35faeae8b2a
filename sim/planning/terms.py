"""Terms of planning, in English and Chinese."""

TERMS = (
    ("package of reforms", "改革组合"),
    ("intensity of a lever", "举措力度"),
    ("aim", "目标"),
    ("limit", "限制"),
    ("budget that binds", "起约束作用的预算"),
    ("Pareto front", "帕累托前沿"),
    ("non-dominated sorting genetic algorithm (NSGA-II)", "非支配排序遗传算法"),
    ("fresh draws", "新的抽样"),
    ("optimiser's curse", "择优的乐观偏差"),
    ("chance of being best", "最好的可能性"),
    ("regret", "遗憾（与最好者之差）"),
    ("worst tenth", "最差的一成"),
    ("shadow price", "影子价格"),
    ("Shapley value", "沙普利值"),
    ("order of reforms", "改革顺序"),
    ("spread of execution between departments", "各部门执行率之差异"),
)
