"""Words of the first minute."""

TEXTS = {
    "en": {
        "view": "First minute",
        "title": "You are Officer {number}",
        "invite": "New here? Take a minute: you are Officer {number}.",
        "begin": "Begin",
        "not_now": "Not now",
        "skip_all": "Skip",
        "onward": "Next",
        "back": "Back",
        "part": "{part} of {parts}",
        "act_title": "You act",
        "act": "It is month {month}. You serve citizens at the front line of a department in "
        "which every incident is traced. You do what was asked, faithfully.",
        "blamed_title": "You are blamed",
        "blamed": "Something goes wrong. It is traced back, and you are found responsible: you are "
        "sanctioned, although you did what was asked. The model counts this as an unjust sanction.",
        "stop_title": "Your colleagues pass tasks on",
        "stop": "Whoever fears blame passes a task on. In the year after, your {colleagues} "
        "colleagues at the front line leave {left} tasks without an owner, and nothing real comes "
        "of them. With the same luck, but nothing traced, they leave {untraced}.",
        "stop_bars": "Tasks without an owner in {months} months",
        "traced": "every incident traced",
        "not_traced": "nothing traced",
        "levers_title": "Now you hold the levers",
        "levers_table": "The same run with each lever",
        "levers_lead": "The same department, months and luck, every incident traced, and one more "
        "lever from month {first}. How many tasks do your colleagues leave without an owner in "
        "the same year, and are you blamed unjustly in month {month}?",
        "lever": "Lever",
        "none": "none",
        "unowned": "Tasks without an owner",
        "you_blamed": "You are blamed",
        "yes": "yes",
        "no": "no",
        "pull": "Open in Explore",
        "caveat": "This is one run of the model, chosen for the story: the first, by its number "
        "({seed}), in which you are blamed unjustly and your colleagues then leave more tasks than "
        "without tracing. One run is an example and no proof; Explore and the lessons compare "
        "many.",
        "watch_it": "See this run in Watch",
        "you": "You",
        "colleague": "Colleague {number}",
        "people": "You and your colleagues in month {month}",
        "waiting_story": "Looking for the run …",
    },
    "zh": {
        "view": "第一分钟",
        "title": "你是科员{number}",
        "invite": "初次来访？花一分钟：你是科员{number}。",
        "begin": "开始",
        "not_now": "以后再说",
        "skip_all": "跳过",
        "onward": "下一步",
        "back": "上一步",
        "part": "第{part}步，共{parts}步",
        "act_title": "你做事",
        "act": "第{month}个月。你在一个部门的一线为群众办事，这个部门凡事必倒查。"
        "你按要求忠实执行。",
        "blamed_title": "你被问责",
        "blamed": "出了事。层层倒查，责任落到你头上：你按要求做了，却受到处分。"
        "模型把它记为不当问责。",
        "stop_title": "你的同事开始推诿",
        "stop": "怕担责的人把任务推给别人。此后一年，你的{colleagues}名一线同事"
        "有{left}件任务无人负责，也就没有落实。随机因素相同而不倒查，则有{untraced}件。",
        "stop_bars": "{months}个月里无人负责的任务",
        "traced": "凡事倒查",
        "not_traced": "不倒查",
        "levers_title": "现在由你推动改革",
        "levers_table": "同一次运行中各项举措的结果",
        "levers_lead": "同一部门、同样的月份与随机因素，凡事倒查，另从第{first}个月起"
        "再采用一项举措。"
        "同一年里，同事有多少件任务无人负责？第{month}个月，你是否被不当问责？",
        "lever": "举措",
        "none": "无",
        "unowned": "无人负责的任务",
        "you_blamed": "你被问责",
        "yes": "是",
        "no": "否",
        "pull": "在“探索”中打开",
        "caveat": "这是为讲述而挑选的一次运行：按编号（{seed}）第一次出现“你被不当问责、"
        "同事此后又比不倒查时留下更多无主任务”。一次运行是例子，不是证明；"
        "“探索”与课程比较多次运行。",
        "watch_it": "在“观察”中查看这次运行",
        "you": "你",
        "colleague": "同事{number}",
        "people": "第{month}个月的你与同事",
        "waiting_story": "正在寻找这次运行……",
    },
}
