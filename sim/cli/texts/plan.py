"""Words of ``zhixing plan``."""

PLAN = {
    "en": {
        "execution_spread": "Spread of execution between departments",
        "plan_course": "over the course",
        "plan_end": "at the end",
        "plan_worst_year": "in the worst year",
        "plan_when": "{measure} {when}",
        "plan_share": "%",
        "points": "points",
        "plan_most": "most {measure}",
        "plan_least": "least {measure}",
        "plan_and": "; ",
        "plan_between": "; ",
        "plan_then": ", then ",
        "plan_at_most": "at most",
        "plan_at_least": "at least",
        "plan_than_status_quo": "the status quo {shift}",
        "plan_limit": "{measure} {way} {number} {unit}",
        "plan_title": "Plan for {scenario}: {aims}",
        "plan_limits": "Within: {limits}",
        "plan_no_limits": "Without limits.",
        "plan_no_reform": "no reform",
        "plan_nothing": "No package found does better than the status quo: use none.",
        "plan_use": "Use",
        "plan_stays": "the end",
        "plan_lever": "  {lever} at {intensity} of full strength, from month {start} to {until}",
        "plan_gives": "It brings {measure} from {before} to {after} {unit}: {change}.",
        "plan_sure_draws": "How sure: it is better than the status quo in {better} of {draws} "
        "draws of the posterior. Among the {kept} kept and the status quo it is the best{of} with "
        "a chance of {best}. In no draw does it lack more than {regret} {unit} of the best of "
        "them. It keeps to every limit in {within} of draws.",
        "plan_sure_chance": "How sure: it is better than the status quo in {better} of runs. Among "
        "the {kept} kept and the status quo it is the best{of} with a chance of {best}. It keeps "
        "to every limit with a chance of {within}. Doubt about parameters is left out; "
        "--posterior adds it.",
        "plan_in_main": " in the main aim",
        "plan_taken": "{measure} {after} {unit} (status quo {before})",
        "plan_takes": "It takes: {taken}.",
        "plan_order": "When: begun one after another, {stage} months apart, the best of {tried} "
        "orders is {order}. That changes the main aim by {at_once} against all at once, and by "
        "{reverse} against the reverse order.",
        "plan_why": "Why: of the change, {parts} {unit} ({how}).",
        "plan_exactly": "exact Shapley values",
        "plan_by_leaving_out": "what is lost without each",
        "plan_clause": "The clause that carries most is {clause} of {lever}: it adds {lost}.",
        "plan_more": "A budget larger by {share} would change the main aim by {gain}, with {uses}.",
        "plan_no_more": "A budget larger by {share} would buy nothing better that was found.",
        "plan_never_binds": "This limit never binds, since no package tried breaks it: {limit}.",
        "plan_not_bound": "This limit does not bind: without it the best package found is the "
        "same: {limit}.",
        "plan_package": "Package",
        "plan_best": "best with\na chance of",
        "plan_regret": "greatest\nregret",
        "plan_within": "within\nlimits",
        "more_budget": "Larger budget",
        "plan_difference": "Difference of packages",
        "plan_of_levers": "Contribution of levers",
        "plan_of_clauses": "What clauses add",
        "plan_key_draws": "Means of {runs} runs of each on {draws} draws of the posterior that the "
        "search of {tried} packages has not seen, seed {seed}; in brackets the range of 95 % of "
        "draws. Chance and regret are of the main aim.",
        "plan_files": "All measures: plan.json and plan.csv in {folder}.",
        "plan_without_value": "{measure} has no value in {number} of the {runs} runs reported; the "
        "mean of the others stands for it there.",
        "plan_key_front": "* No other package kept is better in every aim.",
        "plan_key_chance": "Means of {runs} runs of each on draws that the search of {tried} "
        "packages has not seen, seed {seed}; in brackets the 95 % interval. Chance and regret are "
        "of the main aim.",
    },
    "zh": {
        "execution_spread": "部门间执行率差异",
        "plan_course": "全程",
        "plan_end": "期末",
        "plan_worst_year": "最差一年",
        "plan_when": "{measure}（{when}）",
        "plan_share": "%",
        "points": "百分点",
        "plan_most": "{measure}最高",
        "plan_least": "{measure}最低",
        "plan_and": "；",
        "plan_between": "；",
        "plan_then": "→",
        "plan_at_most": "不超过",
        "plan_at_least": "不低于",
        "plan_than_status_quo": "现状{shift}",
        "plan_limit": "{measure}{way}{number}{unit}",
        "plan_title": "{scenario}的方案：{aims}",
        "plan_limits": "限制：{limits}",
        "plan_no_limits": "没有限制。",
        "plan_no_reform": "不改革",
        "plan_nothing": "所找到的方案都不优于现状：不采用任何举措。",
        "plan_use": "采用",
        "plan_stays": "结束",
        "plan_lever": "  {lever}，力度{intensity}，第{start}个月至{until}",
        "plan_gives": "结果：{measure}由{before}变为{after}{unit}：{change}。",
        "plan_sure_draws": "把握：后验{draws}次抽样中，{better}优于现状。"
        "在保留的{kept}个方案与现状中，"
        "它{of}为最优的机会是{best}。任何抽样中与其中最优者之差不超过{regret}{unit}。"
        "{within}的抽样满足全部限制。",
        "plan_sure_chance": "把握：{better}的运行优于现状。在保留的{kept}个方案与现状中，"
        "它{of}为最优的机会是{best}，"
        "满足全部限制的机会是{within}。未计参数的不确定性；--posterior可加入。",
        "plan_in_main": "在主要目标上",
        "plan_taken": "{measure}{after}{unit}（现状{before}）",
        "plan_takes": "代价：{taken}。",
        "plan_order": "顺序：每隔{stage}个月先后启动，{tried}种顺序中最好的是{order}。"
        "与同时启动相比，主要目标变动{at_once}；与相反顺序相比，变动{reverse}。",
        "plan_why": "原因：变动中，{parts}{unit}（{how}）。",
        "plan_exactly": "精确的沙普利值",
        "plan_by_leaving_out": "去掉各项后的损失",
        "plan_clause": "作用最大的条款是{lever}的{clause}：它增加{lost}。",
        "plan_more": "预算增加{share}，主要目标变动{gain}，方案为{uses}。",
        "plan_no_more": "预算增加{share}，没有找到更好的方案。",
        "plan_never_binds": "此限制从不起作用，所试方案都满足：{limit}。",
        "plan_not_bound": "此限制不起作用，没有它时最优方案不变：{limit}。",
        "plan_package": "方案",
        "plan_best": "最优\n机会",
        "plan_regret": "最大\n遗憾",
        "plan_within": "满足\n限制",
        "more_budget": "更多预算",
        "plan_difference": "方案之差",
        "plan_of_levers": "各举措的贡献",
        "plan_of_clauses": "各条款的增加",
        "plan_key_draws": "每个方案{runs}次运行的均值，"
        "用搜索（{tried}个方案）未用过的后验{draws}次抽样，种子{seed}；"
        "括号：95%的抽样所在范围。最优机会与遗憾按主要目标计。",
        "plan_files": "全部指标：{folder}中的plan.json与plan.csv。",
        "plan_without_value": "所报告的{runs}次运行中，{number}次没有{measure}的数值，"
        "以其余运行的均值代替。",
        "plan_key_front": "*保留的方案中没有各项目标都更好的。",
        "plan_key_chance": "每个方案{runs}次运行的均值，用搜索（{tried}个方案）未用过的随机数，"
        "种子{seed}；"
        "括号：95%区间。最优机会与遗憾按主要目标计。",
    },
}

# Words of ``discover``.
