"""Words of ``zhixing worth``."""

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
