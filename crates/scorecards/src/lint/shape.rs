//! Ids, titles, bounds: what every card must have.

use std::collections::BTreeSet;

use lingjian_model::scorecard::Item;
use lingjian_model::{Scorecard, Wording};

use super::{Notes, section_path};
use crate::diagnostic::{Kind, Part, Path, meant};
use crate::score::LARGEST;

pub(super) fn look(card: &Scorecard, notes: &mut Notes) {
    let whole = Path::default();
    id(&card.id, &mut BTreeSet::new(), &whole, notes);
    title(&card.title, &whole, notes);
    bounds(card.fatal, 100.0, whole.key("fatal"), notes);
    if card.sections.is_empty() {
        empty(whole.key("sections"), ["这张计分卡没有评分部分", "this card has no sections"], notes);
    }
    let (mut sections, mut items) = (BTreeSet::new(), BTreeSet::new());
    for (number, section) in card.sections.iter().enumerate() {
        let at = section_path(number);
        id(&section.id, &mut sections, &at, notes);
        title(&section.title, &at, notes);
        bounds(section.weight, LARGEST, at.key("weight"), notes);
        if section.items.is_empty() {
            empty(at.key("items"), ["这一部分没有评分项", "this section has no items"], notes);
        }
        for (number, one) in section.items.iter().enumerate() {
            let at = at.at("items", number);
            id(&one.id, &mut items, &at, notes);
            item(one, &at, notes);
        }
    }
}

fn item(item: &Item, at: &Path, notes: &mut Notes) {
    title(&item.title, at, notes);
    bounds(item.points, LARGEST, at.key("points"), notes);
    if item.options.is_empty() {
        empty(at.key("options"), ["这一项没有选项", "this item has no options"], notes);
    }
    let weighs = item.points > 0.0 || item.fatal || item.critical;
    let mut options = BTreeSet::new();
    for (number, option) in item.options.iter().enumerate() {
        let at = at.at("options", number);
        id(&option.id, &mut options, &at, notes);
        title(&option.title, &at, notes);
        match option.share {
            Some(share) => bounds(share, 1.0, at.key("share"), notes),
            None if weighs => {
                let message = ["这个选项没有写得分比例", "this option does not say how much is earned"];
                let help = Wording::new("请加上 `share`，0 到 1", "add `share`, from 0 to 1");
                notes.error(Kind::NoShare, at, message.map(str::to_owned), help);
            }
            None => {}
        }
    }
    for (number, prefill) in item.prefill.iter().enumerate() {
        let at = at.at("prefill", number);
        if item.option(&prefill.option).is_none() {
            let written = &prefill.option;
            let message =
                [format!("这一项没有选项 `{written}`"), format!("this item has no option `{written}`")];
            let help = meant(written, item.options.iter().map(|option| option.id.as_str()));
            notes.error(Kind::Unknown, at.key("option"), message, help);
        }
        let bound = match (prefill.over, prefill.under) {
            (Some(bound), None) | (None, Some(bound)) => Some(bound),
            _ => None,
        };
        let by_rules = !prefill.rules.is_empty() && prefill.over.is_none() && prefill.under.is_none();
        let by_measure = prefill.rules.is_empty() && bound.is_some_and(f64::is_finite);
        if if prefill.measure.is_some() { !by_measure } else { !by_rules } {
            let message = ["这里没有说明由什么预填", "this does not say what suggests the option"];
            let help = Wording::new(
                "写 `rules: […]`，或写 `measure` 加上 `over`、`under` 中的一个",
                "write `rules: […]`, or `measure` with one of `over` and `under`",
            );
            notes.error(Kind::BadPrefill, at, message.map(str::to_owned), help);
        }
    }
}

fn id<'c>(written: &'c str, known: &mut BTreeSet<&'c str>, at: &Path, notes: &mut Notes) {
    let is_id = !written.is_empty()
        && written.len() <= 80
        && written.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !written.starts_with('-');
    if !is_id {
        let message = [format!("`{written}` 不能作为名称"), format!("`{written}` is no id")];
        let help = Wording::new(
            "名称用小写字母、数字和连字符，至多 80 个",
            "ids are lower case letters, digits and hyphens, at most 80",
        );
        notes.error(Kind::BadId, at.key("id"), message, help);
    } else if !known.insert(written) {
        let message = [format!("`{written}` 用了两次"), format!("`{written}` is used twice")];
        notes.error(Kind::Twice, at.key("id"), message, Wording::new("请改用另一个名称", "take another id"));
    }
}

fn title(title: &Wording, at: &Path, notes: &mut Notes) {
    if title.is_empty() {
        let message = ["标题是空的", "the title is empty"].map(str::to_owned);
        let help = Wording::new("请写上 zh、en 或两者", "write `zh`, `en` or both");
        notes.error(Kind::Untitled, at.key("title"), message, help);
    }
}

fn empty(at: Path, [zh, en]: [&str; 2], notes: &mut Notes) {
    let help =
        Wording::new("请至少写一个，或去掉上一层", "write at least one, or leave out what it stands in");
    notes.error(Kind::Empty, at, [zh.to_owned(), en.to_owned()], help);
}

fn bounds(value: f64, most: f64, at: Path, notes: &mut Notes) {
    if !(0.0..=most).contains(&value) {
        let message =
            [format!("{value} 不在 0 到 {most} 之间"), format!("{value} does not lie between 0 and {most}")];
        let help = match at.0.last() {
            Some(Part::Key(key)) if key == "share" => {
                Wording::new("全部做到是 1，没有做到是 0", "all well done is 1, not done is 0")
            }
            Some(Part::Key(key)) if key == "points" => Wording::new(
                "扣分项也写正数，并写 `counts: deducts`",
                "what is taken off is a positive number too, with `counts: deducts`",
            ),
            _ => Wording::new("请改成范围之内的数", "write a number between them"),
        };
        notes.error(Kind::OutOfBounds, at, message, help);
    }
}
