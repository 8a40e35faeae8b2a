"""Words of the tables that commands print, in English and Chinese."""

TABLES = {
    "en": {
        "na": "n/a",
        "no_interval": "no interval",
        "percent": "{number} %",
        "all_levers": "All together",
        "share": "% points",
        "per 100 officer-years": "per 100 o.-y.",
        "full:share": "share",
        "full:per 100 officer-years": "per 100 officer-years",
        "ratio": "ratio",
        "gravity": "gravity",
        "cases a month": "cases a month",
        "officer-months per officer-year": "officer-months per officer-year",
        "month": "month",
        "months": "months",
        "layer from the top": "layer from the top",
        "one": "{number} replicate",
        "many": "{number} replicates",
        "over_draws": "{runs} over {draws} draws of the posterior",
        "basis": "{runs} on common draws, seed {seed}; mean of the last {observed} of {months} "
        "months.",
        "rows": "First row: levels. Other rows: difference from the first, share of {of} with the "
        "same sign, {interval}.",
        "of_replicates": "replicates",
        "of_draws": "draws",
        "interval": "95 % interval",
        "range_of_draws": "the range of 95 % of draws",
        "over_all": "Over all draws",
        "raises": "raises\nexecution",
        "first": "does\nmost",
        "rank": "rank,\n95 %",
        "driver": "goes most\nwith",
        "correlation": "rank\ncorr.",
        "to": "{low} to {high}",
        "holds": "What holds in at least 95 % of draws:",
        "holds_within": "What holds in at least 95 % of draws, with levers drawn and as they ship:",
        "doubt_on": "Execution, points",
        "doubt_chance": "chance\nalone",
        "doubt_behaviour": "and doubt about\nbehaviour",
        "doubt_levers": "and doubt about\nlevers",
        "officer_months": "burden, officer-\nmonths a year",
        "for_officer_month": "points for one\nofficer-month",
        "nothing_taken": "–",
        "doubt_key": "Chance alone: settings as they ship, 95 % interval of the mean over "
        "replicates. Doubt: the range of 95 % of draws. Burden: time and outside cost beyond the "
        "first row, in officer-months for each officer and year. Points for one officer-month: "
        "effect on execution divided by burden; “–” where the burden is not clearly above 0.",
        "no_lever_doubt": "There are no draws of what these levers do, so their values are taken "
        "as given.",
        "dose": "{lever}: {doses}.",
        "campaign": "{title} ended in month {end}: {gain} points of execution at its end, "
        "{later} a year later{left}.",
        "left": " ({share} % left; 95 % {low} to {high})",
        "part_of": "{levers} (a part of {title})",
        "starts": "begins when {condition}",
        "stops": "ends when {condition}",
        "fired": "{title}, reform {number}, {lever} ({conditions}): began in {began} of "
        "{replicates} replicates, first in month {begins} on average; in force for {months} months "
        "of a run on average.",
        "never_fired": "{title}, reform {number}, {lever} ({conditions}): was never in force in "
        "{replicates} replicates; its condition was not met within its months.",
        "measure": "Measure",
        "mean": "Mean",
        "unit": "Unit",
        "about": "{title}: {story}",
        "with_levers": "{title}: {levers}",
        "plus": " + ",
        "told_apart": "{title} ({name})",
        "files": "Figure {picture}; table, runs and provenance are in the same folder.",
        "picture": "Picture {picture}",
        "separate": ", ",
        "clause": "Clause, alone",
        "in_lever": "adds to lever:",
        "own_measure": "Its own measure:\nalone / adds",
        "of_lever": "{lever}: {names}",
        "clauses_between": "; ",
        "whole": "whole lever",
        "burden": "burden alone",
        "against": "against what was argued",
        "others only": "moves others only",
        "dead": "dead",
        "clauses_counted": "Of {number} clauses, {kept} move a measure of their own as was argued; "
        "{notable}, alone, move execution, credibility or the reported rate by .3 points or more.",
        "clauses_against": "Against what was argued ({number}): {names}.",
        "clauses_others only": "Move only measures that are not their own ({number}): {names}.",
        "clauses_dead": "Dead, no measure moved beyond chance ({number}): {names}.",
        "clause_inert": "{name}, in the shipped scenario: {why}.",
        "clauses_key": "Clauses alone, at full value, without burden and cost of their lever; "
        "difference from the status quo ({levels}). “Adds”: the whole lever less the lever without "
        "the clause. ↑ ↓: direction argued beforehand.\n* Beyond chance: {told}.",
        "told_by_tests": "p below 5 % in a paired t test, adjusted by Holm over all clauses; "
        "brackets: 95 % interval, not adjusted",
        "told_by_draws": "the range of 95 % of draws excludes zero; brackets: that range",
    },
    "zh": {
        "na": "无数值",
        "no_interval": "无区间",
        "percent": "{number}%",
        "all_levers": "全部合用",
        "share": "百分点",
        "per 100 officer-years": "每百人年",
        "full:share": "比例",
        "full:per 100 officer-years": "每百人年",
        "ratio": "比",
        "gravity": "轻重",
        "cases a month": "每月件数",
        "officer-months per officer-year": "每人年所用人月",
        "month": "月",
        "months": "个月",
        "layer from the top": "自上而下第几层",
        "one": "{number}次重复",
        "many": "{number}次重复",
        "over_draws": "后验{draws}次抽样上的{runs}",
        "basis": "共同随机数下{runs}，种子{seed}；{months}个月中最后{observed}个月的均值。",
        "rows": "首行：水平。以下各行：与首行之差、符号一致的{of}所占比例、{interval}。",
        "of_replicates": "重复",
        "of_draws": "抽样",
        "interval": "95%区间",
        "range_of_draws": "95%的抽样所在范围",
        "over_all": "全部抽样",
        "raises": "提高\n执行率",
        "first": "作用\n最大",
        "rank": "名次\n（95%）",
        "driver": "最相关的\n设定",
        "correlation": "等级\n相关",
        "to": "{low}至{high}",
        "holds": "在至少95%的抽样中成立：",
        "holds_within": "无论举措的取值随机抽取还是取随附值，在至少95%的抽样中成立：",
        "doubt_on": "执行率（百分点）",
        "doubt_chance": "仅偶然",
        "doubt_behaviour": "加行为的\n不确定性",
        "doubt_levers": "加举措的\n不确定性",
        "officer_months": "负担\n（人月/人年）",
        "for_officer_month": "每人月\n百分点",
        "nothing_taken": "–",
        "doubt_key": "仅偶然：设定取随附值，重复均值的95%区间。不确定性：95%的抽样所在范围。"
        "负担：比首行多占的时间与外部成本，以每人每年的人月计。每人月百分点："
        "对执行率的影响除以负担；"
        "负担的区间不全在零以上时记作“–”。",
        "no_lever_doubt": "没有这些举措效力的抽样，因此其数值按给定值计。",
        "dose": "{lever}：{doses}。",
        "campaign": "{title}结束于第{end}个月：结束时执行率{gain}个百分点，一年后{later}{left}。",
        "left": "（余{share}%；95%区间{low}至{high}）",
        "part_of": "{levers}（属于{title}）",
        "starts": "{condition}时启动",
        "stops": "{condition}时停止",
        "fired": "{title}，改革{number}，{lever}（{conditions}）：{replicates}次重复中有{began}次"
        "启动，平均首次启动于第{begins}个月；平均每次运行施行{months}个月。",
        "never_fired": "{title}，改革{number}，{lever}（{conditions}）：{replicates}次重复中"
        "从未施行，其条件在限定月份内未曾满足。",
        "measure": "指标",
        "mean": "均值",
        "unit": "单位",
        "about": "{title}：{story}",
        "with_levers": "{title}：{levers}",
        "plus": "＋",
        "told_apart": "{title}（{name}）",
        "files": "图：{picture}；数据表、各次运行与来源说明在同一文件夹。",
        "picture": "图：{picture}",
        "separate": "、",
        "clause": "条款（单独）",
        "in_lever": "在举措中增加：",
        "own_measure": "条款自身指标：\n单独 / 增加",
        "of_lever": "{lever}：{names}",
        "clauses_between": "；",
        "whole": "整项举措",
        "burden": "仅负担",
        "against": "与预期相反",
        "others only": "只影响其他指标",
        "dead": "无作用",
        "clauses_counted": "{number}个条款中，{kept}个按预期影响其自身指标；"
        "{notable}个单独使执行率、公信力或上报执行率变动0.3个百分点以上。",
        "clauses_against": "与预期相反（{number}）：{names}。",
        "clauses_others only": "只影响其他指标（{number}）：{names}。",
        "clauses_dead": "无作用，没有指标的变化超出偶然（{number}）：{names}。",
        "clause_inert": "{name}，在随附情景中：{why}",
        "clauses_key": "各条款单独取全力推行时的值，不计其举措的负担与成本；"
        "与现状（{levels}）之差。"
        "“增加”：整项举措减去缺此条款的举措。↑↓：事先论证的方向。\n*超出偶然：{told}。",
        "told_by_tests": "配对t检验p值小于5%，按霍尔姆法对全部条款校正；括号：95%区间，未校正",
        "told_by_draws": "95%的抽样所在范围不含零；括号：该范围",
    },
}

SPIRAL = {
    "en": {
        "spiral_title": "{title}: the spiral of trust and execution",
        "regime": "Regime",
        "amplifying": "amplifying",
        "absorbing": "absorbing",
        "near the edge": "near the edge",
        "gain_after": "Spiral gain after {months} months",
        "left_after": "Share of a cut left after {months} months",
        "half_life": "Half-life of a cut",
        "over_months": "over {months} months",
        "months": "{months} months",
        "rest_from": "Rest from a start of {start}",
        "width": "Hysteresis width",
        "tipping": "Tipping credibility",
        "no_tipping": "none: starts do not rest apart",
        "mean_field": "mean field",
        "Mean_field": "Mean field",
        "no_mean_field": "only for one tier of up to six ranks, without triggers and series",
        "mean_field_rests": "Mean field rests at",
        "resting_point": "credibility {credibility}, execution {execution} ({kind}{public})",
        "stable": "stable",
        "unstable": "unstable",
        "silent": ", public silent",
        "mean_field_tips": "Mean field tips at",
        "nowhere": "nowhere",
        "always": "; {number} of {replicates} recover from any start",
        "never": "; {number} of {replicates} from none",
        "lever_alone": "Lever, alone and from the start",
        "lowest_start": "Lowest start that recovers",
        "moved_by": "moved by",
        "circle": "There is a vicious circle: runs that begin below a trust and a norm of {tip} "
        "(below a trust of {at_norm} at a norm of {norm}, of {at_other} at a norm of {other_norm}) "
        "end near a credibility of {low} instead of {high}",
        "no_circle": "There is no vicious circle: runs from starts of {start} and {high_start} end "
        "at credibilities of {low} and {high}.",
        "broken": "; the lever that breaks it with the least strength is “{lever}”, which at "
        "{strength} of its full strength brings a start of {start} to a credibility of {reached}.",
        "unbroken": "; no lever alone brings a start of {start} halfway to the upper rest.",
        "not_sought": ".",
        "gain_at_tipping": "Spiral gain at the tipping point after {months} months",
        "tips_at_norm": "Tipping trust at a norm of {norm}",
        "lasting_loss": "Smallest loss of trust that lasts, at the upper rest (norm {norm})",
        "no_loss_lasts": "none: the norm brings trust back",
        "departments_from": "Departments, from a start of {start}",
        "departments_rest": "{share} rest high; of 100 in a year {falls} fall and {returns} return",
        "lever_at_rest": "Lever, alone",
        "breaks_from": "Breaks the circle from",
        "effect_on_execution": "Effect on execution at rest",
        "through_trust": "through trust",
        "does_not_break": "–",
        "not_told": "–",
        "left_out": "Left out by the mean field",
        "rest_without": "Upper rest of runs without it",
        "tips_without": "Tipping point without it",
        "map_differs": "Chance in small numbers is left out too. Mean field less runs: lower rest "
        "{rest_from_low}, upper rest {rest_from_high}, tipping point {tipping}, gain at rest "
        "{gain}, gain at the tipping point {gain_at_tipping}.",
        "over_behaviour": "behaviour",
        "over_levers": "behaviour and levers",
        "circle_in_draws": "With doubt about {what}, {number} of {draws} draws ({share}) have a "
        "vicious circle; it begins below a trust and a norm of {tip} (range of 95 % of these "
        "draws: {low} to {high}).",
        "circle_in_one_draw": "With doubt about {what}, one of {draws} draws has a vicious circle; "
        "it begins below a trust and a norm of {tip}.",
        "circle_in_no_draw": "With doubt about {what}, none of {draws} draws has a vicious circle.",
        "in_draws": "Draws with a vicious circle",
        "begins_in_draws": "Begins below, in these",
        "drawn_basis": "Chance alone: settings as they are, 95 % interval of the mean. Doubt: mean "
        "and range of 95 % of {draws} draws, {replicates} replicates of each.",
        "spiral_basis": "Gain: officers are made to see trust lower than it is; the gain is the "
        "share of that difference by which trust then really falls.\n"
        "A cut of {cut} of trust in month {month}; starts of trust and norm; runs of {months} "
        "months; {replicates} replicates on common draws, seed {seed}; 95 % intervals.\n"
        "The gain at the tipping point, tipping trust by norm, the loss that lasts, departments, "
        "what breaks the circle, what runs through trust and what the mean field leaves out: runs "
        "of {few} replicates.",
    },
    "zh": {
        "spiral_title": "{title}：信任循环",
        "regime": "状态",
        "amplifying": "放大",
        "absorbing": "吸收",
        "near the edge": "临界附近",
        "gain_after": "{months}个月后的循环增益",
        "left_after": "{months}个月后信任下降所余",
        "half_life": "信任下降的半衰期",
        "over_months": "超过{months}个月",
        "months": "{months}个月",
        "rest_from": "起点{start}的停驻值",
        "width": "滞后宽度",
        "tipping": "临界公信力",
        "no_tipping": "无：各起点停在同一处",
        "mean_field": "平均场",
        "Mean_field": "平均场",
        "no_mean_field": "仅限一个层级、至多六个职级，且无触发条件与逐月设定",
        "mean_field_rests": "平均场停驻于",
        "resting_point": "公信力{credibility}，执行率{execution}（{kind}{public}）",
        "stable": "稳定",
        "unstable": "不稳定",
        "silent": "，公众沉默",
        "mean_field_tips": "平均场临界起点",
        "nowhere": "无",
        "always": "；{replicates}次中{number}次从任何起点都能恢复",
        "never": "；{replicates}次中{number}次从任何起点都不能恢复",
        "lever_alone": "举措（单独，自始实施）",
        "lowest_start": "能恢复的最低起点",
        "moved_by": "移动",
        "circle": "存在恶性循环：信任与风气起点低于{tip}的运行（风气为{norm}时信任低于{at_norm}，"
        "为{other_norm}时低于{at_other}），公信力停在{low}附近，而不是{high}",
        "no_circle": "不存在恶性循环：起点{start}与{high_start}的运行，"
        "公信力分别停在{low}与{high}。",
        "broken": "；所需力度最小的举措是“{lever}”，"
        "力度用到全力推行的{strength}，起点{start}的公信力即可升到{reached}。",
        "unbroken": "；没有哪项举措能单独使起点{start}升过一半。",
        "not_sought": "。",
        "gain_at_tipping": "临界起点处{months}个月后的循环增益",
        "tips_at_norm": "风气为{norm}时的临界信任",
        "lasting_loss": "上方停驻点（风气{norm}）不能恢复的最小信任损失",
        "no_loss_lasts": "无：风气使信任恢复",
        "departments_from": "各部门，起点{start}",
        "departments_rest": "{share}停在高处；每百个部门每年有{falls}个下落、{returns}个回升",
        "lever_at_rest": "举措（单独）",
        "breaks_from": "打破循环所需力度",
        "effect_on_execution": "停驻时对执行率的影响",
        "through_trust": "经由信任",
        "does_not_break": "–",
        "not_told": "–",
        "left_out": "平均场未含",
        "rest_without": "去掉后的上方停驻值",
        "tips_without": "去掉后的临界起点",
        "map_differs": "平均场也不含小数目下的偶然。平均场减运行：下方停驻{rest_from_low}，"
        "上方停驻{rest_from_high}，临界起点{tipping}，停驻处增益{gain}，"
        "临界处增益{gain_at_tipping}。",
        "over_behaviour": "行为",
        "over_levers": "行为与举措",
        "circle_in_draws": "计入{what}的不确定性，{draws}个抽样中有{number}个（{share}）存在"
        "恶性循环，始于信任与风气低于{tip}（这些抽样的95%在{low}至{high}之间）。",
        "circle_in_one_draw": "计入{what}的不确定性，{draws}个抽样中有一个存在恶性循环，"
        "始于信任与风气低于{tip}。",
        "circle_in_no_draw": "计入{what}的不确定性，{draws}个抽样中没有一个存在恶性循环。",
        "in_draws": "存在恶性循环的抽样",
        "begins_in_draws": "其中始于低于",
        "drawn_basis": "仅偶然：设定不变，均值的95%区间。不确定性：{draws}个抽样的均值与95%"
        "所在范围，每个抽样{replicates}次重复。",
        "spiral_basis": "增益：公务人员所感到的信任低于实际信任时，实际信任随之下降的比例。\n"
        "第{month}个月信任下降{cut}；起点为信任与风气；运行{months}个月；"
        "共同随机数下{replicates}次重复，种子{seed}；95%区间。\n"
        "临界处增益、各风气下的临界信任、不能恢复的损失、各部门、打破循环的举措、经由信任的部分、"
        "平均场未含者：运行{few}次重复。",
    },
}

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
DISCOVERY = {
    "en": {
        "sentence": "{text}.",
        "also": "Also: {text}.",
        "evidence": "Of held-back {kind} in that box it holds for {density}, of all for {base} "
        "(p {p}); the box contains {coverage} of those for which it holds.",
        "no_evidence": "Of held-back {kind} in the best box it holds for {density}, of all for "
        "{base}; chance alone would do as much (p {p}).",
        "no_box": "No limits of factors set such cases apart beyond chance.",
        "other_finds": "By {method}: {text}.",
        "other_finds_nothing": "By {method}, no box stands.",
        "method": "Method",
        "box": "Box",
        "quasi_p": "quasi-p",
        "coverage_short": "cover-\nage",
        "density_short": "den-\nsity",
        "held_coverage": "held back:\ncoverage",
        "held_density": "\ndensity",
        "p_short": "\np",
        "discovered": "{cases} {kind}; the condition holds, in the mean over replicates, for "
        "{base}. Boxes were sought in two thirds of them and tested on the other {held}, by "
        "Fisher's exact test at {level}; ✗: did not stand.",
        "misjudged": "With {replicates} replicates each, about {wrong} are on the wrong side by "
        "chance.",
        "misjudged_draws": "With {replicates} runs of each draw, about {wrong} are on the wrong "
        "side by chance.",
        "left_out": "Left out, since a measure has no value there: {number}.",
        "same_draws": "All share the same draws of chance, so the test tells of other settings, "
        "not of other draws.",
        "discovered_files": "Picture {picture}; discover.json, discover.csv and the trajectory "
        "are in the same folder.",
    },
    "zh": {
        "sentence": "{text}。",
        "also": "另有：{text}。",
        "evidence": "留出的{kind}中，此范围内有{density}成立，全部中有{base}（p {p}）；"
        "此范围包含成立者的{coverage}。",
        "no_evidence": "留出的{kind}中，最好的范围内有{density}成立，全部中有{base}；"
        "单凭偶然亦可如此（p {p}）。",
        "no_box": "没有哪些因素的界限能在偶然之外把此类情形分开。",
        "other_finds": "{method}：{text}。",
        "other_finds_nothing": "{method}未找到经得起检验的范围。",
        "method": "方法",
        "box": "设定范围",
        "quasi_p": "准p值",
        "coverage_short": "覆盖率",
        "density_short": "密度",
        "held_coverage": "留出：\n覆盖率",
        "held_density": "\n密度",
        "p_short": "\np",
        "discovered": "{kind}共计{cases}；就重复均值而言，其中{base}满足条件。在三分之二中寻找，"
        "在其余{held}之中以Fisher精确检验（水平{level}）检验；✗：未通过。",
        "misjudged": "各重复{replicates}次，约有{wrong}因偶然落在错误一侧。",
        "misjudged_draws": "每次抽样运行{replicates}次，约有{wrong}因偶然落在错误一侧。",
        "left_out": "因指标无数值而略去：{number}。",
        "same_draws": "各情形使用相同的随机数，故检验所说的是其他设定，而非其他随机数。",
        "discovered_files": "图{picture}；discover.json、discover.csv与剥离轨迹在同一文件夹。",
    },
}

# Words of ``worth``.
WORTH = {
    "en": {
        "sentence": "{text}.",
        "everything_between": "Knowing everything before choosing would be worth between {low} and "
        "{high}.",
        "everything_up_to": "Knowing everything before choosing would be worth at most {high}, "
        "chance included.",
        "option": "Option",
        "expected": "expected",
        "best_in": "best in\nof draws",
        "parameter": "Setting",
        "worth": "worth\nknowing",
        "error": "standard\nerror",
        "changes": "choice\nchanges",
        "more": "… and {number} more in worth.csv",
        "worth_basis": "{parameters} settings are in doubt, in {draws} draws. A value counts as "
        "zero unless it is above {floor}, which no setting reaches in 95 % of shuffles of the "
        "draws. Knowing a setting also tells of those that go with it.",
        "worth_how": "Bar: expected gain from choosing after the setting is known; line: one "
        "standard error to either side; dashed: what chance gives the largest of all in 5 % of "
        "shuffles; grey: counts as zero.",
        "worth_files": "Picture {picture}; worth.json and worth.csv are in the same folder.",
    },
    "zh": {
        "sentence": "{text}。",
        "everything_between": "选择之前确知一切，价值在{low}与{high}之间。",
        "everything_up_to": "选择之前确知一切，价值至多{high}（含偶然）。",
        "option": "选项",
        "expected": "预期",
        "best_in": "最好的\n抽样",
        "parameter": "设定",
        "worth": "信息\n价值",
        "error": "标准误",
        "changes": "改变\n选择",
        "more": "……另有{number}项，见worth.csv",
        "worth_basis": "共{parameters}项设定不确定，{draws}次抽样。价值不高于{floor}者作零计："
        "在95%的随机重排中没有设定达到此值。确知一项，也就知道与其相关的其他各项的一部分。",
        "worth_how": "条：确知该项之后再选择的预期所得；线：左右各一个标准误；"
        "虚线：5%的随机重排中最大者所达之值；灰：作零计。",
        "worth_files": "图{picture}；worth.json与worth.csv在同一文件夹。",
    },
}
