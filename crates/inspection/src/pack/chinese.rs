//! What is wrong with a pack, in Chinese: each sentence by its shape, its names kept.

use super::Diagnostic;

/// Sentences, `{}` where names and values stand.
const SENTENCES: &[(&str, &str)] = &[
    ("a condition says one thing, not {}", "一个条件只说一件事，这里同时写了 {}"),
    ("put them into `all: [ … ]` or `any: [ … ]`", "请放进 `all: [ … ]` 或 `any: [ … ]`"),
    ("{} is no operator", "没有 {} 这个算子"),
    ("did you mean {}?", "是不是想写 {}？"),
    ("a condition without an operator", "条件里没有算子"),
    ("one of: {}", "可以写：{}"),
    ("{} must be a list of conditions, not {}", "{} 应当是条件的列表，而不是{}"),
    ("{} uses itself: {}", "{} 引用了自己：{}"),
    ("no condition is named {}", "没有名为 {} 的条件"),
    ("name it under `conditions:` in this pack", "请在本规则包的 `conditions:` 下命名"),
    ("`count: every` cannot stand beside an `anchor`", "`count: every` 不能与 `anchor` 同时使用"),
    ("{} asks for nobody's words, so it has no `role`", "{} 不涉及谁说的话，因此没有 `role`"),
    ("{} asks whose", "{} 需要说明是谁"),
    ("add `role: agent` or `role: customer`", "请加上 `role: agent` 或 `role: customer`"),
    ("a sequence has 2 to 20 steps, not {}", "`sequence` 应有 2 至 20 步，这里是 {} 步"),
    ("`within` of a sequence is turns or time", "`sequence` 的 `within` 用话轮数或时间"),
    ("`look_back` is 1 to 200 turns", "`look_back` 为 1 至 200 个话轮"),
    ("`in_a_row` and `look_back` say two different things", "`in_a_row` 与 `look_back` 含义不同，只能写一个"),
    (
        "{} needs one of `over`, `total_over` and `share_over`",
        "{} 需要 `over`、`total_over`、`share_over` 中的一个",
    ),
    ("{} over nothing is always true", "{} 的界限为零，总会成立"),
    ("{} needs either `over` or `under`", "{} 需要 `over` 或 `under` 中的一个"),
    (
        "`scope` needs one of first, last, turns, time and percent",
        "`scope` 需要 first、last、turns、time、percent 中的一个",
    ),
    ("{} is a range of two: [from, to]", "{} 是两个值的范围：[起, 止]"),
    ("a scope of no turns holds nothing", "零个话轮的范围里什么也没有"),
    ("a scope is turns, time or a share of the call", "范围用话轮数、时间或通话的百分比"),
    ("the range ends before it begins", "范围的终点在起点之前"),
    (
        "{} needs one of after, before, around and same_turn",
        "{} 需要 after、before、around、same_turn 中的一个",
    ),
    ("within the same turn, `within` is chars", "同一话轮内，`within` 用字数"),
    ("`within` is turns, time or chars here", "这里的 `within` 用话轮数、时间或字数"),
    ("`count` needs `at_least`, `at_most` or both", "`count` 需要 `at_least`、`at_most` 或两者"),
    ("{} and less at most can never be", "{} 却大于上限，永远不会成立"),
    (
        "a turn is `[time] role: text`, the time as 0:05, 0:05-0:09, +3 or !+1",
        "话轮写作 `[时间] 角色: 内容`，时间如 0:05、0:05-0:09、+3 或 !+1",
    ),
    ("a test's call needs at least one turn", "测试的通话至少要有一个话轮"),
    ("a turn without `role:`", "话轮缺少 `角色:`"),
    ("{} is no role", "没有 {} 这个角色"),
    ("a turn that ends before it begins", "话轮的终点在起点之前"),
    ("{} is not a number of seconds", "{} 不是秒数"),
    ("{} is not a time", "{} 不是时间"),
    ("{} must be a mapping (`key: value`), not {}", "{} 应当是映射（`键: 值`），而不是{}"),
    ("{} is given twice", "{} 写了两次"),
    ("{} needs {}", "{} 需要 {}"),
    ("{} has no {}", "{} 没有 {} 这一项"),
    ("known here: {}", "这里可以写：{}"),
    ("{} must be a single value, not {}", "{} 应当是单个值，而不是{}"),
    ("{} is empty", "{} 是空的"),
    ("{} must be a list, not {}", "{} 应当是列表，而不是{}"),
    ("{} must lie between {} and {}, not {}", "{} 应在 {} 与 {} 之间，而不是 {}"),
    ("{} must be a number, not {}", "{} 应当是数字，而不是 {}"),
    ("{} must be a whole number from {} to {}, not {}", "{} 应当是 {} 到 {} 的整数，而不是 {}"),
    ("{} must be true or false, not {}", "{} 应当是 true 或 false，而不是 {}"),
    ("{} cannot be {}", "{} 不能是 {}"),
    ("{} is not a measure: {}", "{} 不是带单位的量：{}"),
    (
        "write a number with its unit: 800ms, 15s, 2m, 1h (at most a day), 3 turns, 12 chars, 5 words, 20%",
        "请写数字加单位：800ms、15s、2m、1h（不超过一天）、3 turns、12 chars、5 words、20%",
    ),
    ("{} must be a length of time", "{} 应当是一段时间"),
    ("for example 15s, 800ms, 2m", "例如 15s、800ms、2m"),
    (
        "`phrase` is a list, or `any`, or `all`, or `at_least` with `of`",
        "`phrase` 是列表，或 `any`、`all`，或 `at_least` 加 `of`",
    ),
    (
        "{} never matches: punctuation is dropped before anything is compared",
        "{} 永远不会匹配：比较之前标点都会去掉",
    ),
    ("leave it out", "请去掉它"),
    (
        "this pattern matches empty text, so it would match everywhere",
        "这个模式能匹配空文本，因此处处都会匹配",
    ),
    ("not a pattern that can be used: {}", "这个模式无法使用：{}"),
    ("`within` is chars, words, turns or time", "`within` 用字数、词数、话轮数或时间"),
    ("{} takes in itself", "{} 包含了自己"),
    ("no phrase list is named {}", "没有名为 {} 的短语表"),
    ("name it under `phrases:` in this pack", "请在本规则包的 `phrases:` 下命名"),
    ("a phrase has at most {} characters", "一条短语最多 {} 个字"),
    ("write (a|b) for one of these, (a|) for a or nothing", "(甲|乙) 表示其中之一，(甲|) 表示甲或没有"),
    ("nothing is left of {} without its punctuation", "{} 去掉标点之后什么也不剩"),
    ("a `)` without its `(`", "`)` 没有对应的 `(`"),
    ("a `(` that is never closed", "`(` 没有闭合"),
    ("{} cannot be compared by its sound", "{} 不能按读音比较"),
    (
        "`~` takes phrases of two Chinese characters or more, and nothing else in them",
        "`~` 只用于两个字以上、全是汉字的短语",
    ),
    ("stands for more than {} phrases", "展开后超过 {} 条短语"),
    ("{} is no name", "{} 不能作为名称"),
    ("lower case letters, digits and hyphens", "名称用小写字母、数字和连字符"),
    ("names are lower case letters, digits and hyphens", "名称用小写字母、数字和连字符"),
    ("no file of this pack has a `pack:` head", "本规则包的文件里没有 `pack:` 头"),
    ("name its id, title and language", "请写明它的 id、title 和 language"),
    ("{} needs `zh`, `en` or both", "{} 需要 `zh`、`en` 或两者"),
    ("{} is not a day", "{} 不是日期"),
    ("write it as 2026-01-31", "请写成 2026-01-31"),
    ("valid from {} to {} is never valid", "从 {} 到 {} 永远不在有效期内"),
    ("`at_most` counts hits", "`at_most` 限制的是命中次数"),
    ("add `per: hit`", "请加上 `per: hit`"),
    ("{} points make {} better for a finding that is not `info`", "{} 分会让{}变好，而这条规则不是 `info`"),
    ("compliance and experience fall with −, risk rises with +", "合规与体验用负数扣分，风险用正数加分"),
    ("nothing of this file was read", "这个文件没有读入任何内容"),
    ("this file is empty", "这个文件是空的"),
    ("remove it, or write rules into it", "请删除它，或写入规则"),
    ("another file of this pack has its head already", "本规则包的另一个文件已经有 `pack:` 头"),
    ("{} must be a mapping from names", "{} 应当是以名称为键的映射"),
    ("another {} of this pack is named {}", "本规则包里已有名为 {1} 的{0}"),
    ("not readable as YAML: {}", "无法按 YAML 读取：{}"),
    (
        "aliases (*name) are not read in packs; use `$name` or `use: name`",
        "规则包不读 YAML 别名（*name）；请用 `$name` 或 `use: name`",
    ),
    (
        "anchors (&name) are not read in packs; use `phrases` or `conditions`",
        "规则包不读 YAML 锚点（&name）；请用 `phrases` 或 `conditions`",
    ),
    ("a pack file is one YAML document", "一个规则文件只能是一个 YAML 文档"),
    ("nested deeper than {} levels", "嵌套超过 {} 层"),
    ("more than {} values in one file", "一个文件里超过 {} 个值"),
    ("a key must be a word", "键应当是一个词"),
    ("a pack {} is loaded already", "规则包 {} 已经载入"),
    ("give each pack its own id, and name each once", "每个规则包用自己的 id，且只列一次"),
    ("another rule is named {}, in {}", "{1} 里已有名为 {0} 的规则"),
    ("ids are unique over all packs that are loaded together", "一起载入的所有规则包里，规则 id 不能重复"),
    ("rule {} requires {}, which in the end requires it", "规则 {} 依赖 {}，而后者最终又依赖它"),
    ("rule {} requires {}, which is switched off", "规则 {} 依赖 {}，而后者已停用"),
    ("rule {} requires {}, which is not there", "规则 {} 依赖 {}，而后者不存在"),
    ("it is longer than {} characters", "它超过 {} 个字符"),
    ("use a phrase list, or several patterns", "请改用短语表，或拆成几个模式"),
    ("it would grow beyond one megabyte of states", "它展开后超过一兆字节的状态"),
    ("make the counts in {…} smaller", "请减小 {…} 里的次数"),
    ("look-around is not supported", "不支持环视断言"),
    ("use `unless`, or an exception", "请用 `unless` 或 `except`"),
    ("see the regex syntax in docs/rules.md", "正则语法见 docs/rules.md"),
    ("expected {}, found {}", "应当{}，实际命中 {} 次"),
    (
        "expected {}, but the rule could not be judged: a party is missing, or words are",
        "应当{}，但无法评判：缺少一方，或没有文字",
    ),
    ("the pack calls itself {}, and is {}", "规则包自称 {}，而它是 {}"),
    ("write `id: {}`; for another pack begin a new one", "请写 `id: {}`；要另做一个规则包，请新建"),
];

/// What stands in the gaps, where it is a word of ours and no name.
const WORDS: &[(&str, &str)] = &[
    ("nothing", "空"),
    ("a single value", "单个值"),
    ("a list", "列表"),
    ("a mapping", "映射"),
    ("a condition", "条件"),
    ("a pack file", "规则文件"),
    ("a rule", "规则"),
    ("a test", "测试"),
    ("a turn", "话轮"),
    ("a phrase", "短语"),
    ("a phrase list", "短语表"),
    ("phrase list", "短语表"),
    ("condition", "条件"),
    ("a pattern", "模式"),
    ("a range", "范围"),
    ("a day", "日期"),
    ("a tag", "标签"),
    ("a value", "值"),
    ("a list of values", "值的列表"),
    ("an attribute", "属性"),
    ("an exception", "例外"),
    ("the first turn", "起始话轮"),
    ("the last turn", "终止话轮"),
    ("a finding", "命中"),
    ("no finding", "没有命中"),
    ("compliance", "合规"),
    ("experience", "体验"),
    ("risk", "风险"),
];

impl Diagnostic {
    /// The same in Chinese. A sentence that is not known stays as it is.
    #[must_use]
    pub fn in_chinese(&self) -> Self {
        Self { message: told(&self.message), help: self.help.as_deref().map(told), ..self.clone() }
    }
}

pub(crate) fn told(text: &str) -> String {
    // Of several shapes that fit, the one that says most.
    let fits =
        SENTENCES.iter().filter_map(|(english, chinese)| Some((english, chinese, gaps(english, text)?)));
    match fits.max_by_key(|(english, ..)| english.len()) {
        Some((_, chinese, gaps)) => filled(chinese, &gaps),
        None => text.to_owned(),
    }
}

/// What stands in the gaps of a sentence, where the text has its shape.
fn gaps<'t>(sentence: &str, text: &'t str) -> Option<Vec<&'t str>> {
    let mut parts = sentence.split("{}");
    let mut rest = text.strip_prefix(parts.next()?)?;
    let parts: Vec<&str> = parts.collect();
    let mut gaps = Vec::with_capacity(parts.len());
    for (at, part) in parts.iter().enumerate() {
        let last = at + 1 == parts.len();
        let (gap, after) = match (last, part.is_empty()) {
            (true, _) => (rest.strip_suffix(part)?, ""),
            (false, _) => rest.split_once(part)?,
        };
        if gap.is_empty() {
            return None;
        }
        gaps.push(gap);
        rest = after;
    }
    rest.is_empty().then_some(gaps)
}

fn filled(sentence: &str, gaps: &[&str]) -> String {
    let word = |gap: &str| {
        let known = WORDS.iter().find(|(english, _)| *english == gap);
        let of = gap.strip_prefix("a condition with ").map(|what| format!("含 {what} 的条件"));
        known.map(|(_, chinese)| (*chinese).to_owned()).or(of).unwrap_or_else(|| gap.to_owned())
    };
    let mut text = sentence.to_owned();
    for (at, gap) in gaps.iter().enumerate() {
        let numbered = format!("{{{at}}}");
        if text.contains(&numbered) {
            text = text.replace(&numbered, &word(gap));
        } else {
            text = text.replacen("{}", &word(gap), 1);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_known_by_its_shape() {
        let cases = [
            ("`points` must lie between -100 and 100, not 300", "`points` 应在 -100 与 100 之间，而不是 300"),
            ("a rule has no `severty`", "规则 没有 `severty` 这一项"),
            ("did you mean `severity`?", "是不是想写 `severity`？"),
            ("another condition of this pack is named `a`", "本规则包里已有名为 `a` 的条件"),
            ("a condition with `phrase` has no `rle`", "含 `phrase` 的条件 没有 `rle` 这一项"),
            ("rule `a` requires `b`, which is switched off", "规则 `a` 依赖 `b`，而后者已停用"),
            ("`(` has a strange fault", "`(` has a strange fault"),
        ];
        for (english, chinese) in cases {
            assert_eq!(told(english), chinese);
        }
    }

    /// No two sentences in which the same gap would be asked for twice, and every gap is used.
    #[test]
    fn every_gap_is_filled() {
        for (english, chinese) in SENTENCES {
            let gaps = vec!["某某"; english.matches("{}").count()];
            let said = filled(chinese, &gaps);
            assert_eq!(said.matches("某某").count(), gaps.len(), "{english}");
            assert!(!said.contains("{}") && !said.contains("{0}"), "{english}");
        }
    }
}
