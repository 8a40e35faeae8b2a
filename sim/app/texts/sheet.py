"""Words of the worksheet of a lesson."""

TEXTS = {
    "en": {
        "sheet": "Worksheet",
        "name_field": "Name (stays in this browser)",
        "reason_field": "Why? (stays in this browser)",
        "your_prediction": "Prediction",
        "no_prediction": "No prediction was made.",
        "learned": "What did my prediction leave out? (stays in this browser)",
        "same_link": "Link to this result",
        "print": "Print",
        "finished": "finished",
        "next_lesson": "Next lesson: {title}",
    },
    "zh": {
        "sheet": "学习单",
        "name_field": "姓名（只保存在此浏览器中）",
        "reason_field": "理由（只保存在此浏览器中）",
        "your_prediction": "预测",
        "no_prediction": "没有作出预测。",
        "learned": "我的预测忽略了什么？（只保存在此浏览器中）",
        "same_link": "本结果的链接",
        "print": "打印",
        "finished": "已完成",
        "next_lesson": "下一课：{title}",
    },
}
