//! Scorecards (计分卡): forms by which people judge calls (C1). `docs/scorecards.md` says what each part means, with
//! formulas; the room `scorecards` works them out.

mod answer;
mod card;
mod scored;

pub use answer::{
    Answer, Answers, Choice, Hit, Moment, Origin, Remark, RemarkKind, Sheet, Source, Suggestion,
};
pub use card::{AskedWhen, CardVersion, Counts, Item, ItemOption, MetricName, Prefill, Scorecard, Section};
pub use scored::{CardStep, Cause, Figure, Scored, SectionScore};
