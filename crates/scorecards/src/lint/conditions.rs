//! Items that are asked only sometimes: by what, and whether ever.

use std::collections::BTreeSet;

use lingjian_model::scorecard::{AskedWhen, Item};
use lingjian_model::{Scorecard, Wording};

use super::{Notes, items};
use crate::diagnostic::{Kind, Path, meant};

pub(super) fn look(card: &Scorecard, notes: &mut Notes) {
    let all: Vec<(Path, &Item)> = items(card).collect();
    let mut earlier: Vec<&Item> = Vec::new();
    let mut never: BTreeSet<&str> = BTreeSet::new();
    for (at, item) in &all {
        if let Some(when) = &item.asked_when {
            let at = at.key("asked_when");
            match earlier.iter().find(|other| other.id == when.item) {
                Some(other) if !options(when, other, &at, notes) => {}
                Some(other) if when.is.is_empty() || never.contains(other.id.as_str()) => {
                    never.insert(&item.id);
                    let message = [
                        format!("`{}` 永远不会被问到", item.id),
                        format!("`{}` can never be asked", item.id),
                    ];
                    let help = Wording::new(
                        "`is` 里至少写一个选项，并确认前一项会被问到",
                        "name at least one option in `is`, of an item that can be asked",
                    );
                    notes.warn(Kind::NeverAsked, at, message, help);
                }
                Some(_) => {}
                None => elsewhere(item, when, &all, &earlier, at.key("item"), notes),
            }
        }
        earlier.push(item);
    }
}

/// Whether all options that the condition names are options of the other item.
fn options(when: &AskedWhen, other: &Item, at: &Path, notes: &mut Notes) -> bool {
    let mut all_known = true;
    for (number, written) in when.is.iter().enumerate().filter(|(_, id)| other.option(id).is_none()) {
        all_known = false;
        let message = [
            format!("`{}` 没有选项 `{written}`", other.id),
            format!("`{}` has no option `{written}`", other.id),
        ];
        let help = meant(written, other.options.iter().map(|option| option.id.as_str()));
        notes.error(Kind::Unknown, at.at("is", number), message, help);
    }
    all_known
}

/// The condition names no item that stands before.
fn elsewhere(
    item: &Item,
    when: &AskedWhen,
    all: &[(Path, &Item)],
    earlier: &[&Item],
    at: Path,
    notes: &mut Notes,
) {
    let written = &when.item;
    let find = |id: &str| all.iter().map(|(_, item)| *item).find(|item| item.id == id);
    if find(written).is_none() {
        let message = [format!("没有评分项 `{written}`"), format!("there is no item `{written}`")];
        notes.error(Kind::Unknown, at, message, meant(written, earlier.iter().map(|item| item.id.as_str())));
        return;
    }
    // Follows the chain of conditions; it is no longer than the card.
    let next = |id: &&str| Some(find(id)?.asked_when.as_ref()?.item.as_str());
    let chain: Vec<&str> = std::iter::successors(Some(written.as_str()), next).take(all.len()).collect();
    if let Some(back) = chain.iter().position(|id| *id == item.id) {
        let way = [item.id.as_str()].iter().chain(&chain[..=back]).copied().collect::<Vec<_>>().join(" → ");
        let message = [format!("条件互相引用：{way}"), format!("the conditions run in a circle: {way}")];
        let help = Wording::new("请去掉其中一个条件", "take one of these conditions out");
        notes.error(Kind::Circle, at, message, help);
    } else {
        let message =
            [format!("`{written}` 在这一项之后才问"), format!("`{written}` is asked only after this item")];
        let help = Wording::new(format!("请把 `{written}` 移到前面"), format!("move `{written}` before it"));
        notes.error(Kind::Later, at, message, help);
    }
}
