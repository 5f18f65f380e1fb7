//! Whether a card means what its numbers say.

use std::collections::BTreeSet;

use lingjian_language::{Folded, Likeness, nearest};
use lingjian_model::scorecard::{Counts, Item};
use lingjian_model::{Scorecard, Wording};

use super::{Notes, items, section_path};
use crate::diagnostic::{Kind, Path, meant};

/// Who fills in more than that listens less.
pub const MOST_ITEMS: usize = 25;
/// From here on two questions ask the same: Dice's coefficient over character pairs.
const ALIKE: f64 = 0.8;

pub(super) fn look(card: &Scorecard, rules: Option<&BTreeSet<String>>, notes: &mut Notes) {
    weights(card, notes);
    for (at, item) in items(card) {
        one(item, &at, notes);
        if let Some(rules) = rules {
            known(item, &at, rules, notes);
        }
    }
    alike(card, notes);
    let count = card.items().count();
    if count > MOST_ITEMS {
        let message = [format!("共有 {count} 项"), format!("{count} items")];
        let help = Wording::new(
            format!("不超过 {MOST_ITEMS} 项的计分卡才能边听边填：请合并或拆成几张"),
            format!(
                "a card is filled in while one listens: at most {MOST_ITEMS}; join some, or make several cards"
            ),
        );
        notes.warn(Kind::TooMany, Path::default().key("sections"), message, help);
    }
}

fn weighs(item: &Item) -> bool {
    item.counts == Counts::Weighed && item.points > 0.0
}

fn weights(card: &Scorecard, notes: &mut Notes) {
    let at = || Path::default().key("sections");
    let any = card.items().any(weighs);
    let counts = card.sections.iter().any(|section| section.weight > 0.0 && section.items.iter().any(weighs));
    if any && !counts {
        let message = ["没有任何一部分能计入总分", "no section counts for the total"].map(str::to_owned);
        let help = Wording::new("请给各部分写上 `weight`", "give the sections a `weight`");
        notes.error(Kind::NoTotal, at(), message, help);
        return;
    }
    for (number, section) in card.sections.iter().enumerate() {
        let (weight, holds) = (section.weight > 0.0, section.items.iter().any(weighs));
        if weight != holds {
            let message = if weight {
                [
                    "这一部分有权重，却没有计权重的评分项",
                    "this section has a weight, and no item that earns it",
                ]
            } else {
                [
                    "这一部分的评分项有分值，权重却是 0",
                    "items of this section have points, and its weight is 0",
                ]
            };
            let help =
                Wording::new("请改权重，或改各项的分值", "change its weight, or the points of its items");
            notes.warn(
                Kind::WeightInVain,
                section_path(number).key("weight"),
                message.map(str::to_owned),
                help,
            );
        }
    }
    let sum: f64 = card.sections.iter().map(|section| section.weight).sum();
    if any && (sum - 100.0).abs() > 0.005 {
        let sum = (sum * 100.0).round() / 100.0;
        let message = [format!("各部分权重之和是 {sum}"), format!("the sections' weights sum to {sum}")];
        let help = Wording::new(
            "请凑成 100，否则权重看起来不是它在总分中的份额",
            "let them sum to 100, or a weight is not the share that it looks like",
        );
        notes.warn(Kind::Weights, at(), message, help);
    }
}

fn one(item: &Item, at: &Path, notes: &mut Notes) {
    let fails = item.options.iter().any(lingjian_model::scorecard::ItemOption::fails);
    if item.fatal && !fails && !item.options.is_empty() {
        let message = ["这个致命项没有不合格的选项", "no option fails this fatal item"].map(str::to_owned);
        let help = Wording::new("请给一个选项写 `share: 0`", "give one option `share: 0`");
        notes.warn(Kind::FatalNeverFailed, at.key("fatal"), message, help);
    }
    if item.critical && item.points <= 0.0 {
        let message = ["这个关键项没有分值", "this critical item has no points"].map(str::to_owned);
        let help = Wording::new(
            "请写上 `points`，它才计入关键项得分",
            "give it `points`, for the critical sub-score",
        );
        notes.warn(Kind::CriticalInVain, at.key("critical"), message, help);
    }
    let shares: Vec<Option<f64>> = item.options.iter().map(|option| option.share).collect();
    let first = shares.first().copied().flatten();
    if item.points > 0.0 && first.is_some() && shares.iter().all(|share| *share == first) {
        let message = ["所有选项的得分都一样", "every answer earns the same"].map(str::to_owned);
        let help = Wording::new(
            "请给选项不同的 `share`，或去掉 `points`",
            "let `share` differ, or leave `points` out",
        );
        notes.warn(Kind::AllTheSame, at.key("options"), message, help);
    }
}

fn known(item: &Item, at: &Path, rules: &BTreeSet<String>, notes: &mut Notes) {
    for (number, prefill) in item.prefill.iter().enumerate() {
        for (index, rule) in prefill.rules.iter().enumerate().filter(|(_, rule)| !rules.contains(*rule)) {
            let message = [format!("没有规则 `{rule}`"), format!("there is no rule `{rule}`")];
            let near = nearest(rule, rules.iter().map(String::as_str));
            let help = match near {
                Some(near) => meant(rule, [near]),
                None => Wording::new("请先写这条规则，或去掉它", "write the rule first, or leave it out"),
            };
            notes.warn(Kind::UnknownRule, at.at("prefill", number).at("rules", index), message, help);
        }
    }
}

/// Two questions that ask the same, in either language.
fn alike(card: &Scorecard, notes: &mut Notes) {
    let likeness = |text: &str| Likeness::new(Folded::new(text).as_str());
    let titles: Vec<(Path, &Item, [Likeness; 2])> = items(card)
        .map(|(at, item)| (at, item, [likeness(&item.title.zh), likeness(&item.title.en)]))
        .collect();
    for (number, (at, item, words)) in titles.iter().enumerate() {
        let same = titles
            .iter()
            .take(number)
            .find(|(_, _, earlier)| words.iter().zip(earlier).any(|(one, other)| one.to(other) >= ALIKE));
        if let Some((_, earlier, _)) = same {
            let message = [
                format!("与 `{}` 问的几乎一样", earlier.id),
                format!("`{}` and `{}` ask almost the same", earlier.id, item.id),
            ];
            let help = Wording::new("请合并，或写清区别", "join them, or say how they differ");
            notes.warn(Kind::Alike, at.key("title"), message, help);
        }
    }
}
