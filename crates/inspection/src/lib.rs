#![doc = include_str!("../README.md")]

mod call;
mod canonical;
mod clue;
mod difference;
mod digest;
mod ear;
mod explain;
#[doc(hidden)]
pub mod fuzz;
mod gate;
mod hit;
mod judge;
mod live;
mod metrics;
mod pack;
mod pattern;
mod scan;
mod score;
mod selftest;
mod set;
mod syntax;
mod timing;
mod turn;

pub use canonical::canonical;
pub use difference::{Changed, Difference, FieldChange, difference};
pub use explain::explain;
pub use judge::judge;
pub use live::{FindingId, Live, Settling, Signal};
pub use pack::{
    Diagnostic, Edit, EditError, Grade, Outline, PackSource, PhraseList, Place, RawPack, RuleLine,
    SourceFile, edit, outline,
};
pub use selftest::{TestOutcome, run_tests, run_tests_of};
pub use set::{Loaded, RuleSet, join, load};
pub use syntax::{Pack, Per, Rule, Validity, Weighing};
