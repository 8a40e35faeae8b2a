"""What the reading of a table of posts says, in English as the program does, and in Chinese.

Messages with a third text are said otherwise on the page, where a table has no scenario file beside
it. ``{at}`` is a row, ``{column}`` a column that is known, ``{near}`` a hint at a near name.
"""

_NO_STATING = "use a share from 0 to 1 or per cent; other scales can be stated in a scenario file"
_NO_STATING_ZH = "请填0至1的小数或百分比；其他量表须在情景文件中说明"
_ENCODING = "; save it as UTF-8, or state “encoding” below [organisation.posts]"
_LARGER = "; save a larger table as Parquet"

# Messages of errors: as they are said, in Chinese, and in English on the page if otherwise there.
ERRORS: tuple[tuple[str, ...], ...] = (
    # The file.
    (
        "a workbook of the old kind (.xls), or one with a password; save it as XLSX",
        "这是旧式工作簿（.xls）或带密码的工作簿；请另存为XLSX",
    ),
    (f"{{number}} bytes; expected at most {{most}}{_LARGER}", "{number}字节；最多{most}字节",
     "{number} bytes; expected at most {most}"),
    (f"{{number}} bytes unpacked; expected at most {{most}}{_LARGER}",
     "解压后{number}字节；最多{most}字节", "{number} bytes unpacked; expected at most {most}"),
    ("not a table: the file is empty", "不是表格：文件是空的"),
    (f"more than {{most}} rows{_LARGER}", "超过{most}行", "more than {most} rows"),
    (f"more than {{most}} rows in a sheet{_LARGER}", "工作表超过{most}行",
     "more than {most} rows in a sheet"),
    ("{number} rows; expected at most {most}", "共{number}行；最多{most}行"),
    ("not a table: a byte of zero in {at}; save it as UTF-8 anew",
     "不是表格：{at}含有零字节；请重新另存为UTF-8"),
    ("not a table: more than {most} characters in {at}", "不是表格：{at}超过{most}个字符"),
    ("not a table: more than {most} columns in a row", "不是表格：有一行超过{most}列"),
    ("not a table: more than {most} columns", "不是表格：超过{most}列"),
    ("not a table: no workbook ({what})", "不是表格：工作簿已损坏（{what}）"),
    ("not a table: a workbook without sheets", "不是表格：工作簿里没有工作表"),
    ("not a table: sheet “{name}” is broken ({what})", "不是表格：工作表“{name}”已损坏（{what}）"),
    ("not a table: broken {encoding}", "不是表格：{encoding}编码已损坏"),
    (f"not a table: no text in {{names}}{_ENCODING}",
     "不是表格：用{names}都读不成文字；请另存为UTF-8",
     "not a table: no text in {names}; save it as UTF-8"),
    (f"may be {{one}} or {{other}}{_ENCODING}", "编码可能是{one}或{other}；请另存为UTF-8",
     "may be {one} or {other}; save it as UTF-8"),
    (f"{{at}}: not text in {{encoding}}, as the rows above{_ENCODING}",
     "{at}：不同于以上各行，不是{encoding}文字；请另存为UTF-8",
     "{at}: not text in {encoding}, as the rows above; save it as UTF-8"),
    (
        "{at}: {number} cells, the headings {most}; put a cell that holds the separator between "
        "quotes",
        "{at}：有{number}格，而表头有{most}格；单元格内含分隔符时须加引号",
    ),
    ("not a table: {what}", "不是表格：{what}"),
    # Headings and names.
    ("column “{name}” holds {kind}; expected text or numbers",
     "“{name}”列的类型是{kind}；应为文字或数字"),
    ("column “{name}” occurs twice", "“{name}”列出现两次"),
    ("{at}: column “{name}” occurs twice", "{at}：“{name}”列出现两次"),
    ("{at}: columns “{one}” and “{other}” both mean {column}; rename one of them",
     "{at}：“{one}”与“{other}”两列都指{column}；请改其中一列的名称"),
    ("columns “{one}” and “{other}” both mean {column}; rename one of them",
     "“{one}”与“{other}”两列都指{column}；请改其中一列的名称"),
    ("{at}: column “{column}” ({zh}) is missing{near}", "{at}：缺少“{column}”列{near}"),
    ("{at}: column “{column}” is missing{near}", "{at}：缺少“{column}”列{near}"),
    ("column “{column}” ({zh}) is missing{near}", "缺少“{column}”列{near}"),
    ("column “{column}” is missing{near}", "缺少“{column}”列{near}"),
    ("no posts; expected one row for each post", "没有岗位；应为每个岗位一行"),
    ("{at}: “{column}” is empty", "{at}：“{column}”为空"),
    ("{at}: post “{name}” is already in {before}", "{at}：岗位“{name}”在{before}已出现"),
    ("{at}: “{column}” has {number} characters; expected at most {most}",
     "{at}：“{column}”有{number}个字符；最多{most}个"),
    ("{at}: “{column}” holds a character that cannot be seen", "{at}：“{column}”含有不可见字符"),
    # Numbers and ranks.
    ("{at}: “{column}” is not a number: “{text}”", "{at}：“{column}”不是数字：“{text}”"),
    ("{at}: “{column}”: “{text}” can be read in two ways; write {one} or {other}",
     "{at}：“{column}”：“{text}”有两种读法；请写{one}或{other}"),
    (
        "{at}: “{column}” is {number}; expected {low} to {high}; state another scale below "
        "[organisation.posts], as in scale.{name} = [1, 5]",
        f"{{at}}：“{{column}}”是{{number}}；应为{{low}}至{{high}}；{_NO_STATING_ZH}",
        f"{{at}}: “{{column}}” is {{number}}; expected {{low}} to {{high}}; {_NO_STATING}",
    ),
    (
        "{at} and {more} more: “{column}” is {number} to {most}; expected {low} to {high}; state "
        "another scale below [organisation.posts], as in scale.{name} = [1, 5]",
        f"{{at}}及另外{{more}}行：“{{column}}”是{{number}}至{{most}}；应为{{low}}至{{high}}；{_NO_STATING_ZH}",
        f"{{at}} and {{more}} more: “{{column}}” is {{number}} to {{most}}; expected {{low}} to "
        f"{{high}}; {_NO_STATING}",
    ),
    ("{at}: “{column}” is {number}; expected {low} to {high}",
     "{at}：“{column}”是{number}；应为{low}至{high}"),
    ("{at}: “rank” is not given; leave the column out, or fill all of it",
     "{at}：未填“职级”；请填全此列，或删去此列"),
    (
        "{at}: “rank” is not a number, and no rank that is known: “{text}”{near}; state the names "
        'below [organisation.posts], as in ranks = ["chief", "clerk"]',
        "{at}：“职级”既不是数字，也不是已知职级：“{text}”{near}；可删去此列，职级便按上下级关系确定",
        "{at}: “rank” is not a number, and no rank that is known: “{text}”{near}; without the "
        "column, ranks follow from who answers to whom",
    ),
    ("{at}: “rank” is the number “{text}”, but in {before} the name “{name}”; write all alike",
     "{at}：“职级”是数字“{text}”，而{before}是名称“{name}”；写法应一致"),
    (
        "{at}: “rank” is not below that of its superior; without the column, ranks follow from who "
        "answers to whom",
        "{at}：“职级”不低于其上级；删去此列，职级便按上下级关系确定",
    ),
    # Who answers to whom.
    (
        "{at}: superior “{name}” of post “{post}” is not a post of the table; put the second of "
        "two superiors into the column “second_superior” (第二上级)",
        "{at}：岗位“{post}”的上级“{name}”不是表中的岗位；两个上级中的第二个请填入“第二上级”列",
    ),
    ("{at}: superior “{name}” of post “{post}” is not a post of the table{near}",
     "{at}：岗位“{post}”的上级“{name}”不是表中的岗位{near}"),
    ("{at}: “second_superior” of “{post}” is itself", "{at}：“{post}”的“第二上级”是它自己"),
    ("{at}: “second_superior” of “{post}” is its superior already",
     "{at}：“{post}”的“第二上级”已是其上级"),
    ("{at}: posts answer to each other in a cycle: {names}",
     "{at}：岗位互为上级，成了循环：{names}"),
    (
        "{at}: department “{name}” has two heads, “{one}” ({before}) and “{other}”; one must "
        "answer to the other, or name it in the column “co_head” (共同首长)",
        "{at}：部门“{name}”有两个首长：“{one}”（{before}）与“{other}”；其中一个须以另一个为上级，"
        "或在“共同首长”列中填写另一个",
    ),
    ("{at}: “co_head” is “{name}”; expected another post of “{department}”{near}",
     "{at}：“共同首长”是“{name}”；应为“{department}”的另一岗位{near}"),
    ("{at}: “co_head” is “{name}”, so “superior” must be empty or that of “{other}”",
     "{at}：“共同首长”是“{name}”，所以“上级”应留空，或与“{other}”的上级相同"),
    ("{at}: “co_head” is “{name}”, who is no head", "{at}：“共同首长”是“{name}”，但它不是首长"),
    ("{number} tiers; expected at most {most}", "共{number}个层级；最多{most}个"),
    ("{number} ranks; expected at most {most}", "共{number}级职级；最多{most}级"),
    ("and {number} more", "另有{number}处"),
)  # fmt: skip

# What was read and assumed, and warnings.
READINGS: tuple[tuple[str, ...], ...] = (
    ("{kind}, sheet “{sheet}”, {rows} rows, headings in {at}",
     "{kind}，工作表“{sheet}”，{rows}行，表头在{at}"),
    ("{kind}, {encoding}, separated by {separator}, {rows} rows, headings in {at}",
     "{kind}，{encoding}编码，以{separator}分隔，{rows}行，表头在{at}"),
    ("{kind}, {rows} rows, headings of the file", "{kind}，{rows}行，表头在文件内"),
    ("the encoding is {encoding}", "编码为{encoding}"),
    ("the first of {number} sheets holds the posts", "{number}个工作表中，岗位在第一个"),
    ("row 1 is above the headings", "第1行在表头之上"),
    ("rows 1 to {number} are above the headings", "第1至{number}行在表头之上"),
    ("{number} more names likewise", "另有{number}个名称同样处理"),
    ("ranks by name are levels, the highest first", "职级名称按由高到低的级别读取"),
    ("“{one}” is “{other}”", "“{one}”即“{other}”"),
    ("“{one}” in {number} cells is a value not known", "{number}格中的“{one}”视为未知"),
    ("“{one}” in {number} cell is a value not known", "{number}格中的“{one}”视为未知"),
    ("column “{name}” is not read{near}", "“{name}”列未读取{near}"),
)  # fmt: skip

# Signs between cells.
SEPARATORS_ZH = {
    "commas": "逗号",
    "semicolons": "分号",
    "tabs": "制表符",
    "bars": "竖线",
    "Chinese commas": "中文逗号",
}
