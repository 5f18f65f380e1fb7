//! The tests that packs keep beside their rules.

use serde::Serialize;

use crate::judge::judge;
use crate::pack::chinese::told;
use crate::pack::{Expected, Place};
use crate::set::RuleSet;
use crate::syntax::Rule;

/// What became of one test of a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TestOutcome {
    /// The rule it belongs to.
    pub rule: String,
    /// Its name.
    pub name: String,
    /// The file it stands in.
    pub file: String,
    /// Where.
    #[serde(flatten)]
    pub place: Place,
    /// What was wrong; nothing where it passed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
}

impl TestOutcome {
    /// The same with what was wrong in Chinese.
    #[must_use]
    pub fn in_chinese(&self) -> Self {
        Self { failure: self.failure.as_deref().map(told), ..self.clone() }
    }
}

/// Runs every test of every rule: the dialogue is judged by the whole set, and the rule's own findings are counted.
#[must_use]
pub fn run_tests(set: &RuleSet) -> Vec<TestOutcome> {
    run(set, &|_| true)
}

/// Runs the tests of one pack's rules, each judged by the whole set.
#[must_use]
pub fn run_tests_of(set: &RuleSet, pack: &str) -> Vec<TestOutcome> {
    run(set, &|rule| rule.pack == pack)
}

fn run(set: &RuleSet, wanted: &dyn Fn(&Rule) -> bool) -> Vec<TestOutcome> {
    let mut outcomes = Vec::new();
    for judged in set.rules.iter().filter(|judged| wanted(&judged.rule)) {
        for test in judged.tests.iter() {
            let judgement = judge(set, &test.call);
            let hits = judgement.findings.iter().filter(|finding| finding.rule == judged.rule.id).count();
            let unjudged = judgement.unjudged.iter().find(|one| one.rule == judged.rule.id);
            let right = match test.hits {
                Expected::Some => hits > 0,
                Expected::None => hits == 0,
                Expected::Exactly(count) => hits == count,
            };
            let expected = match test.hits {
                Expected::Some => "a finding".to_owned(),
                Expected::None => "no finding".to_owned(),
                Expected::Exactly(count) => format!("{count} findings"),
            };
            let failure = (!right).then(|| match unjudged {
                Some(_) => format!(
                    "expected {expected}, but the rule could not be judged: a party is missing, or words are"
                ),
                None => format!("expected {expected}, found {hits}"),
            });
            outcomes.push(TestOutcome {
                rule: judged.rule.id.clone(),
                name: test.name.clone(),
                file: judged.file.clone(),
                place: test.place,
                failure,
            });
        }
    }
    outcomes
}
