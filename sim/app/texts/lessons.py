"""Words of the lessons. Numbers in a debrief come from the runs on the screen."""

TEXTS = {
    "en": {
        "view": "Lessons",
        "title": "Six lessons",
        "lead": "Each lesson has a question, a prediction, an experiment and a debrief. Predict "
        "before you run: comparing your prediction with the result is how you learn.",
        "begin": "Begin",
        "for_teachers": "For teachers: plans for 50 and 90 minutes, questions and reading are in "
        "docs/teaching of the project.",
        "all": "All lessons",
        "step_question": "The question",
        "step_prediction": "Your prediction",
        "step_experiment": "The experiment",
        "step_debrief": "Debrief",
        "keep": "This is my prediction",
        "first_predict": "Make a prediction first; then the experiment opens.",
        "run": "Run the experiment",
        "running": "Running …",
        "predicted": "You predicted: “{answer}”. The runs show: “{truth}”.",
        "in_last_year": "{title} in the last year: {levels}.",
        "right": "Your prediction came true.",
        "wrong": "The result differs from your prediction. What did your prediction leave out?",
        "unusual": "These runs differ from what this lesson expects. Discuss what the chart shows.",
        "discuss": "To discuss",
        "explore_on": "Go on by yourself in Explore",
        "spiral_on": "Go on by yourself in Spiral",
        "arm_status_quo": "Status quo",
        "arm_low": "Starts with little trust",
        "arm_high": "Starts with much trust",
        "arm_supervision": "Supervision",
        "arm_culture": "Execution culture",
        "arm_appraisal": "Appraisal",
        "arm_blame": "Tracing blame",
        "arm_blame_culture": "Tracing blame with execution culture",
        "arm_storm": "Campaign of a year",
        "arm_quiet": "Lasting changes alone",
        "arm_lasting": "Campaign with lasting changes",
        "arm_control": "Supervision and tracing blame, at a tenth",
        "arm_spread": "All eight, at a twentieth",
        "arm_focus": "Three in full, capability at half",
        "arm_all": "All eight in full, over the budget",
        "arm_reported": "{arm}, reported",
        "vicious_circle_title": "The vicious circle",
        "vicious_circle_question": "Two districts have the same officers, rules and tasks. In one, "
        "citizens start with much trust and most officers do their work; in the other, with little "
        "of either. Nobody reforms anything for ten years.",
        "vicious_circle_ask": "How do they stand after ten years?",
        "vicious_circle_0": "They meet: time evens out the start",
        "vicious_circle_1": "The gap stays or grows: the start decides",
        "vicious_circle_2": "The low one overtakes the other",
        "vicious_circle_debrief": "The district with little trust ends at a credibility of {low}, "
        "the other at {high}; real execution ends at {low_execution} and {high_execution}. If few "
        "citizens help, tasks are harder, less is executed, and trust falls further. The same "
        "rules have two resting points, and a tipping point between them.",
        "vicious_circle_discuss": "Which step of the circle could a mayor break within a year? "
        "What would tell you that a real district is below the tipping point?",
        "hidden_inaction_title": "Hidden inaction",
        "hidden_inaction_question": "When a reform begins, more than one officer in five of this "
        "city neither refuses nor acts; without a reform their share grows. One reform lets "
        "supervisors check five times as much. Another builds a culture in which acting is "
        "honoured and honest failure is forgiven.",
        "hidden_inaction_ask": "Which leaves more officers who execute faithfully?",
        "hidden_inaction_0": "More supervision",
        "hidden_inaction_1": "The culture of execution",
        "hidden_inaction_2": "About the same",
        "hidden_inaction_debrief": "Without reform {idle} of officers are idle in the last year, "
        "and {faithful} are faithful. Under supervision {watched_idle} are idle, "
        "{watched_faithful} are faithful, and {watched_literal} do only what the wording asks: "
        "supervision deters the inaction that it can see, but some of those it moves stop at the "
        "wording. Under the culture {honoured_idle} are idle and {honoured_faithful} are faithful: "
        "honour, shame and colleagues who act move officers also where nobody checks. Execution "
        "is {execution} without reform, {watched_execution} under supervision and "
        "{honoured_execution} under the culture.",
        "hidden_inaction_discuss": "Who in your office would, if inspected, change from inaction "
        "to doing only what the wording asks? What would be needed for more?",
        "image_projects_title": "Image projects and reported success",
        "image_projects_question": "Here careers depend on what superiors see on a visit. Reported "
        "execution is far above real execution. One reform lets supervisors check five times as "
        "much. The other bases appraisal on ratings by those served and on checked records.",
        "image_projects_ask": "Which brings reports closer to what is really done?",
        "image_projects_0": "Appraisal by those served and a checked record",
        "image_projects_1": "More supervision",
        "image_projects_2": "About the same",
        "image_projects_debrief": "In the status quo {real} is executed and {reported} is "
        "reported; under supervision {watched_real} and {watched_reported}; under appraisal "
        "{appraised_real} and {appraised_reported}. Appraisal makes reports more honest. Real "
        "execution stays about as it was, as the solid lines show: what better rewards add, the "
        "time that ratings and checked records take uses up.",
        "image_projects_discuss": "Is a lower reported figure good news? For whom? What would a "
        "superior need to reward an honest low report?",
        "blame_and_daring_title": "Blame and daring",
        "blame_and_daring_question": "After an accident every incident is traced back layer by "
        "layer, and sanctions are heavier.",
        "blame_and_daring_ask": "What happens to execution?",
        "blame_and_daring_0": "It rises: people take care",
        "blame_and_daring_1": "It stays about the same, within a point",
        "blame_and_daring_2": "It falls: people avoid tasks that they could be blamed for",
        "blame_and_daring_debrief": "Execution goes from {before} to {blame}. More officers are "
        "faithful: {faithful} instead of {faithful_before}. But whoever fears blame for an error "
        "made in acting passes tasks on or does nothing: {unowned} of tasks have no owner instead "
        "of {unowned_before}, and {idle} of officers are idle instead of {idle_before}. And files "
        "and hearings take time: {time} instead of {time_before}. The losses exceed the gain; were "
        "no task passed on, execution would not fall. With a culture that honours acting and "
        "forgives honest failure, execution is {culture} without the tracing and {daring} with it: "
        "there fewer tasks are passed on, so tracing does less harm, but it adds nothing. All of "
        "this is for the values that ship; with other plausible strengths of the lever, execution "
        "can rise.",
        "blame_and_daring_discuss": "Which errors should be traced and which forgiven? Who decides "
        "that, and when?",
        "campaign_title": "A campaign and after",
        "campaign_question": "In a city where execution slides from year to year, supervision and "
        "tracing blame run at full strength for one year, the fourth. Then everything is as "
        "before.",
        "campaign_ask": "How much of what the campaign gains, against the same city without it, is "
        "left two years later?",
        "campaign_0": "Most of it, over three quarters: people have changed",
        "campaign_1": "A part of it",
        "campaign_2": "Hardly any, under a quarter",
        "campaign_debrief": "Compared with the same city without it, the campaign changes "
        "execution by {gain} points while it runs, and by {left} points two years later. A "
        "comparison of before and after would give another answer: {before} in the year before "
        "it, {after} two years later. But without the campaign the city declines as well, to "
        "{without}. The campaign delayed the decline and did not reverse it. Where leadership at "
        "the front line and a culture of execution came with the same campaign and stayed, "
        "execution was {lasting} two years later; with these two alone, without the campaign, "
        "{quiet}. What lasts is mostly theirs.",
        "campaign_discuss": "Who in your city could know what would have happened without the "
        "campaign? Why are campaigns so popular? How could the year be used so that more remains?",
        "budget_title": "Reform on a budget",
        "budget_question": "There is a budget for reform. Reforms, meetings and inspections "
        "together may take at most 2 points more of officers’ time than now, and cost at most 0.15 "
        "officer-months more per officer-year, money included. Three packages are within it: "
        "supervision and tracing blame, cut to a tenth "
        "of full strength; all eight levers, each at a twentieth; or three in full (post "
        "responsibility, execution culture, leadership) and capability at half.",
        "budget_ask": "Which brings most execution in ten years?",
        "budget_0": "Supervision and tracing blame, at a tenth",
        "budget_1": "All eight, at a twentieth",
        "budget_2": "Three in full, capability at half",
        "budget_debrief": "Execution and cost, in officer-months per officer-year: status quo "
        "{status_quo} at {status_quo_cost}; supervision and tracing blame at a tenth {control} at "
        "{control_cost}; all eight at a twentieth {spread} at {spread_cost}; three in full and "
        "capability at half {focus} at {focus_cost}. One owner for each task and fewer meetings "
        "give time back, and that pays for culture and courses. The budget ends at {budget}, "
        "and it binds: with capability in full the last package would bring a little more, and be "
        "over it. All eight in full bring less, {all}, and cost {all_cost}: they change officers’ "
        "time by {all_time} points, and appraisal, checks and files take it from the work. Whoever "
        "buys a little of everything gets a little of everything.",
        "budget_discuss": "Suppose the budget were twice as large: what would you add to the last "
        "package? Try it in Explore, and watch cost. What does the cost here leave out, and who "
        "bears it?",
    },
    "zh": {
        "view": "课程",
        "title": "六节课",
        "lead": "每节课有一个问题、一个预测、一次实验和一段讲评。先预测再运行：把预测与结果相比较，"
        "才能学到东西。",
        "begin": "开始",
        "for_teachers": "教师用：50分钟与90分钟的安排、讨论题与阅读，见项目的 docs/teaching/zh。",
        "all": "全部课程",
        "step_question": "问题",
        "step_prediction": "你的预测",
        "step_experiment": "实验",
        "step_debrief": "讲评",
        "keep": "这是我的预测",
        "first_predict": "请先预测，实验随后开放。",
        "run": "运行实验",
        "running": "运行中……",
        "predicted": "你的预测：“{answer}”。运行结果：“{truth}”。",
        "in_last_year": "最后一年{title}：{levels}。",
        "right": "预测正确。",
        "wrong": "结果不同。你的预测忽略了什么？",
        "unusual": "这次运行与本课预期不同；请讨论图中的结果。",
        "discuss": "讨论",
        "explore_on": "到“探索”中继续",
        "spiral_on": "到“信任循环”中继续",
        "arm_status_quo": "现状",
        "arm_low": "起初信任低",
        "arm_high": "起初信任高",
        "arm_supervision": "监督",
        "arm_culture": "执行力文化",
        "arm_appraisal": "考核",
        "arm_blame": "责任倒查",
        "arm_blame_culture": "责任倒查与执行力文化",
        "arm_storm": "一年的专项行动",
        "arm_quiet": "只有长效改变",
        "arm_lasting": "专项行动，并保留长效改变",
        "arm_control": "监督与责任倒查，十分之一力度",
        "arm_spread": "八项全部推行，二十分之一力度",
        "arm_focus": "三项全力推行，能力建设减半",
        "arm_all": "八项全部全力推行，超出预算",
        "arm_reported": "{arm}（上报）",
        "vicious_circle_title": "恶性循环",
        "vicious_circle_question": "两个区政府的公务员、规则与任务相同。一个区政府起初群众信任度高"
        "，多数公务员认真做事；另一个则信任度低，认真做事的少。十年间没有任何改革。",
        "vicious_circle_ask": "十年后二者如何？",
        "vicious_circle_0": "趋同：时间抹平起点",
        "vicious_circle_1": "差距保持或扩大：起点决定结局",
        "vicious_circle_2": "低的反超",
        "vicious_circle_debrief": "起初信任低的区政府，公信力最终为{low}，另一个为{high}；"
        "实际执行率为{low_execution}与"
        "{high_execution}。群众少有配合，任务就更难，落到实处的更少，信任再降。"
        "同样的规则有两种稳定状态，其间有临界点。",
        "vicious_circle_discuss": "区长在一年内能打破恶性循环的哪一环？"
        "凭什么判断一个真实的区政府已低于临界点？",
        "hidden_inaction_title": "隐形不作为",
        "hidden_inaction_question": "这座城市在改革开始时，五分之一以上的公务员既不拒绝也不行动；"
        "不改革则越来越多。"
        "一项改革使监督力度增至五倍；"
        "另一项建设以作为为荣、宽容诚实失误的文化。",
        "hidden_inaction_ask": "哪一项使忠实执行的人更多？",
        "hidden_inaction_0": "加强监督",
        "hidden_inaction_1": "执行力文化",
        "hidden_inaction_2": "大致相同",
        "hidden_inaction_debrief": "没有改革时，最后一年有{idle}隐形不作为，"
        "忠实执行的有{faithful}。加强监督后，隐形不作为的为{watched_idle}，忠实执行的有{watched_faithful}，"
        "机械执行的有{watched_literal}：监督能遏制它看得见的不作为，但其中一些人止步于机械执行。"
        "在执行力文化下，隐形不作为的为{honoured_idle}，忠实执行的有{honoured_faithful}："
        "以作为为荣、以不作为为耻，加上同事带动，在无人检查之处也起作用。没有改革时执行率为{execution}，"
        "加强监督后为{watched_execution}，在执行力文化下为{honoured_execution}。",
        "hidden_inaction_discuss": "在你的单位，谁会在检查下由不作为变为机械执行？"
        "要更进一步需要什么？",
        "image_projects_title": "形象工程与上报的成功",
        "image_projects_question": "这里的晋升取决于上级检查时所见，上报远高于实绩。"
        "一项改革使监督力度增至五倍；"
        "另一项让服务对象评议与经核查的记录在考核中算数。",
        "image_projects_ask": "哪一项使上报更接近实际？",
        "image_projects_0": "服务对象评议与经核查的记录",
        "image_projects_1": "加强监督",
        "image_projects_2": "大致相同",
        "image_projects_debrief": "现状下实际{real}、上报{reported}；加强监督后为{watched_real}与"
        "{watched_reported}；改革考核后为{appraised_real}与{appraised_reported}。考核使上报更诚实，"
        "但实际执行率大致不变：请看实线。激励改善带来的提高，被评议和核查记录所占的时间抵消了。",
        "image_projects_discuss": "上报数字下降是好消息吗？对谁是？"
        "上级需要什么才能奖励诚实的低数字？",
        "blame_and_daring_title": "问责与担当",
        "blame_and_daring_question": "一次事故之后，凡事层层倒查，处分加重。",
        "blame_and_daring_ask": "执行率会怎样？",
        "blame_and_daring_0": "上升：人人小心",
        "blame_and_daring_1": "大致不变，相差不到一个百分点",
        "blame_and_daring_2": "下降：人们回避可能被追责的任务",
        "blame_and_daring_debrief": "执行率由{before}变为{blame}。忠实执行者增多："
        "由{faithful_before}变为{faithful}。但怕因做事出错而被追责的人，或把任务推给别人，"
        "或不作为：无主任务由{unowned_before}变为{unowned}，隐形不作为者由{idle_before}变为{idle}；"
        "听证与材料又占用时间：由{time_before}变为{time}。得不偿失；若任务无从推诿，"
        "执行率就不会因倒查而下降。若有以作为为荣、宽容诚实失误的文化，"
        "不倒查时执行率为{culture}，同样倒查时为{daring}：在这种文化下，推诿较少，"
        "倒查造成的损失较小，但没有带来进一步提高。以上按随附取值得出；"
        "举措力度另取合理数值时，执行率可能上升。",
        "blame_and_daring_discuss": "哪些差错应倒查，哪些应宽容？由谁、在何时决定？",
        "campaign_title": "专项行动及其后",
        "campaign_question": "在一座执行率逐年下滑的城市，第四年监督与责任倒查全力推行一年，"
        "此后一切照旧。",
        "campaign_ask": "与没有专项行动的同一城市相比，专项行动的收获两年后还剩多少？",
        "campaign_0": "大部分（超过四分之三）：人已改变",
        "campaign_1": "一部分",
        "campaign_2": "几乎没有（不足四分之一）",
        "campaign_debrief": "与没有专项行动的同一城市相比，专项行动期间执行率的变化为{gain}个"
        "百分点，两年后为{left}个百分点。只看前后，会得出另一结论：此前一年{before}，两年后{after}。"
        "但若没有专项行动，这座城市同样会下滑，为{without}。专项行动延缓了下滑，却没有扭转方向。"
        "若领导推动与执行力文化随同样的专项行动而来并保留下来，两年后执行率为{lasting}；只有这两项、"
        "没有专项行动，则为{quiet}。留下来的主要是这两项的功劳。",
        "campaign_discuss": "在你的城市，谁能知道没有专项行动会怎样？专项行动为何受欢迎？"
        "专项行动的一年可用来做什么，以便多留下些什么？",
        "budget_title": "预算约束下的改革",
        "budget_question": "改革有预算：改革、会议、检查等占用公务员的时间，最多比现状多2个百分点；"
        "总成本（含经费）按每人每年计，最多增加0.15人月。三个方案都在预算之内："
        "监督与责任倒查，减至十分之一力度；八项举措全部推行，各二十分之一力度；"
        "或岗位责任制、执行力文化、领导推动三项全力推行，能力建设减半。",
        "budget_ask": "哪个方案十年后使执行率最高？",
        "budget_0": "监督与责任倒查，十分之一力度",
        "budget_1": "八项全部推行，二十分之一力度",
        "budget_2": "三项全力推行，能力建设减半",
        "budget_debrief": "执行率与成本（每人年所用人月）：现状{status_quo}，{status_quo_cost}；"
        "监督与责任倒查十分之一力度{control}，{control_cost}；八项各二十分之一力度{spread}，"
        "{spread_cost}；三项全力推行、能力建设减半{focus}，{focus_cost}。"
        "一事一责任人、少开会省下时间，文化建设与培训的开支由此抵补。预算上限为{budget}，而且确实有约束："
        "能力建设若也全力推行，第三个方案的执行率会略高一些，但会超出预算。"
        "八项全部全力推行，执行率反而较低，为{all}，成本{all_cost}：占用时间的变化为{all_time}个百分点，"
        "考核、检查和案卷占去了做事的时间。"
        "力量分散于八项，每项收效都有限。",
        "budget_discuss": "若预算加倍，你会给第三个方案再加些什么？请到“探索”中试试，同时留意成本。"
        "这里的成本遗漏了什么？由谁承担？",
    },
}
