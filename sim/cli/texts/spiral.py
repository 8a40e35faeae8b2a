"""Words of ``zhixing spiral``."""

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
