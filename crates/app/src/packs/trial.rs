//! What rules would find that do not count yet: in one call, and in many that were judged.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use lingjian_inspection::{RuleSet, explain, judge};
use lingjian_language::mask::mask;
use lingjian_model::{
    Action, Conversation, ConversationId, Finding, Judgement, Permission, ProjectId, Scores, Turn,
};
use lingjian_store::{Filter, PackFile, Page, Sort, State};
use serde_json::json;

use super::source::check;
use crate::rules::spoken;
use crate::{Actor, AppError, House, Title};

/// Calls of a sample at most.
pub const LARGEST_SAMPLE: u64 = 500;
/// Calls that are read and judged at once.
const BATCH: usize = 50;
/// Calls that are shown for each rule.
const EXAMPLES: usize = 6;

/// A call, judged by the rules that count and by those that are being written.
#[derive(Debug, Clone)]
pub struct Tried {
    /// Which.
    pub id: ConversationId,
    /// What its source calls it.
    pub external_id: String,
    /// What was said, masked.
    pub turns: Vec<Turn>,
    /// Scores by the rules that count, and by those that are being written.
    pub scores: [Scores; 2],
    /// What either finds, in the order of place.
    pub findings: Vec<TriedFinding>,
    /// Why, in words: of each rule that found something.
    pub why: BTreeMap<String, String>,
}

/// A finding, and which of the rules have it.
#[derive(Debug, Clone)]
pub struct TriedFinding {
    /// As judgements hold it.
    pub finding: Finding,
    /// Its rule's name.
    pub title: Title,
    /// Whether the rules that count find it.
    pub before: bool,
    /// Whether those that are being written do.
    pub after: bool,
}

/// What rules that are being written would find in calls that were judged.
#[derive(Debug, Clone)]
pub struct Sample {
    /// How many calls were looked at.
    pub calls: u64,
    /// Mean scores by the rules that count, and by those that are being written; none where there was no call.
    pub scores: Option<[Scores; 2]>,
    /// What differs, by rule; the most first.
    pub rules: Vec<SampledRule>,
    /// How many calls would be judged again.
    pub all: u64,
    /// How long that would take this machine, if it does nothing else.
    pub all_ms: u64,
}

/// What becomes of a rule's findings.
#[derive(Debug, Clone)]
pub struct SampledRule {
    /// The rule.
    pub rule: String,
    /// Its name.
    pub title: Title,
    /// Findings that come.
    pub new: u64,
    /// Findings that go.
    pub gone: u64,
    /// Findings that stay.
    pub same: u64,
    /// Calls in which something comes.
    pub new_in: Vec<(ConversationId, String)>,
    /// Calls in which something goes.
    pub gone_in: Vec<(ConversationId, String)>,
}

/// What makes two findings the same.
type Place = (String, Option<usize>, Option<[usize; 2]>, Option<(u64, u64)>);

fn place(finding: &Finding) -> Place {
    let span = finding.span.map(|span| (span.start.0, span.end.0));
    (finding.rule.clone(), finding.turn, finding.chars, span)
}

impl House {
    /// Judges a call by the rules that count and by a pack that is being written. To look into it stands in the audit
    /// trail, as on its own page.
    ///
    /// # Errors
    /// Where they may not write rules or not read this call, or nothing was said in it.
    pub async fn try_pack(
        &self,
        actor: &Actor,
        pack: &str,
        files: &[PackFile],
        id: ConversationId,
        chinese: bool,
    ) -> Result<Tried, AppError> {
        actor.reach(Permission::RulesEdit)?;
        check(files)?;
        let kept = self.within_reach(actor, id, Permission::ConversationsRead).await?;
        self.note_view(actor, Action::ConversationRead, &id.to_string(), json!({ "rules": pack })).await?;
        let external_id = kept.listed.external_id.clone();
        let words = match kept.transcript {
            Some(version) => self.store().words(&kept, version).await?,
            None => None,
        };
        let words = words.filter(|words| !words.is_silent()).ok_or(AppError::NotFound { what: "words" })?;
        let (counting, loaded) = (self.rules().await?, self.load_with(pack, files).await?);
        let (before, after) = (Arc::clone(&counting.set), Arc::clone(&loaded.rules.set));
        let work = move || {
            let judged = judge_both(&before, &after, &words);
            (words, judged)
        };
        let done = tokio::task::spawn_blocking(work).await;
        let (words, judged) = done.map_err(|error| AppError::Internal(error.to_string()))?;
        let [before, after] = judged?;
        let mut why = BTreeMap::new();
        for rule in before.findings.iter().chain(&after.findings).map(|finding| &finding.rule) {
            let told = || {
                explain(&loaded.rules.set, rule, spoken(chinese))
                    .or_else(|| explain(&counting.set, rule, spoken(chinese)))
            };
            if !why.contains_key(rule) {
                why.extend(told().map(|text| (rule.clone(), text)));
            }
        }
        let title = |rule: &str| match loaded.rules.set.rule(rule) {
            Some(known) => Title::of(&known.title),
            None => counting.title(rule),
        };
        let scores = [before.scores, after.scores];
        let findings = both(before, after).into_iter().map(|(finding, before, after)| TriedFinding {
            title: title(&finding.rule),
            finding,
            before,
            after,
        });
        let findings = findings.collect();
        let masked = |turn: Turn| Turn { text: mask(&turn.text).text, words: Vec::new(), ..turn };
        let turns = words.turns.into_iter().map(masked).collect();
        Ok(Tried { id, external_id, turns, scores, findings, why })
    }

    /// Judges the last calls that were judged, of a project or of all, by the rules that count and by a pack that is being
    /// written.
    ///
    /// # Errors
    /// Where they may not write rules or read no calls.
    pub async fn sample_pack(
        &self,
        actor: &Actor,
        pack: &str,
        files: &[PackFile],
        project: Option<ProjectId>,
        calls: u64,
    ) -> Result<Sample, AppError> {
        actor.reach(Permission::RulesEdit)?;
        let reach = actor.reach(Permission::ConversationsRead)?;
        check(files)?;
        let (counting, loaded) = (self.rules().await?, self.load_with(pack, files).await?);
        let projects = project.into_iter().collect();
        let filter = Filter { states: vec![State::Judged], projects, ..Filter::default() };
        let page = Page { after: None, limit: calls.clamp(1, LARGEST_SAMPLE) };
        let listed = self.store().conversations(&filter, &reach, Sort::Newest, page).await?;
        self.note_view(actor, Action::RulesSample, pack, json!({ "calls": listed.len() })).await?;

        let (mut count, mut sums, mut judging_ms) = (0_u64, [[0.0; 3]; 2], 0_i64);
        let mut rules: BTreeMap<String, SampledRule> = BTreeMap::new();
        for some in listed.chunks(BATCH) {
            let mut calls = Vec::with_capacity(some.len());
            for row in some {
                let Some(kept) = self.store().conversation(row.id).await? else { continue };
                let Some(version) = kept.transcript else { continue };
                calls.extend(self.store().words(&kept, version).await?.map(|words| (row.id, words)));
            }
            let (before, after) = (Arc::clone(&counting.set), Arc::clone(&loaded.rules.set));
            let work = move || {
                let judged =
                    calls.into_iter().map(|(id, words)| (id, judge_both(&before, &after, &words), words.id));
                judged.collect::<Vec<_>>()
            };
            let began = self.edge().now();
            let done = tokio::task::spawn_blocking(work).await;
            judging_ms += self.edge().now() - began;
            for (id, judged, external_id) in done.map_err(|error| AppError::Internal(error.to_string()))? {
                let [before, after] = judged?;
                count += 1;
                for (sums, scores) in sums.iter_mut().zip([before.scores, after.scores]) {
                    sums[0] += scores.compliance;
                    sums[1] += scores.experience;
                    sums[2] += scores.risk;
                }
                let mut seen: BTreeSet<(String, bool)> = BTreeSet::new();
                for (finding, was, is) in both(before, after) {
                    let title = || match loaded.rules.set.rule(&finding.rule) {
                        Some(known) => Title::of(&known.title),
                        None => counting.title(&finding.rule),
                    };
                    let rule = rules
                        .entry(finding.rule.clone())
                        .or_insert_with(|| SampledRule::new(&finding.rule, title()));
                    let examples = match (was, is) {
                        (true, true) => {
                            rule.same += 1;
                            continue;
                        }
                        (false, _) => {
                            rule.new += 1;
                            &mut rule.new_in
                        }
                        (true, false) => {
                            rule.gone += 1;
                            &mut rule.gone_in
                        }
                    };
                    if examples.len() < EXAMPLES && seen.insert((finding.rule.clone(), was)) {
                        examples.push((id, external_id.clone()));
                    }
                }
            }
        }
        let of_pack = |rule: &str| {
            let known = loaded.rules.set.rule(rule).or_else(|| counting.set.rule(rule));
            known.is_some_and(|known| known.pack == pack)
        };
        let mut rules: Vec<SampledRule> = rules.into_values().collect();
        rules.retain(|one| one.new + one.gone > 0 || of_pack(&one.rule));
        rules.sort_by_key(|one| {
            (std::cmp::Reverse(one.new + one.gone), std::cmp::Reverse(one.same), one.rule.clone())
        });
        let mean = |[compliance, experience, risk]: [f64; 3]| {
            let n = count as f64;
            Scores { compliance: compliance / n, experience: experience / n, risk: risk / n }
        };
        let all = Filter { states: vec![State::Judged], ..Filter::default() };
        let all = self.store().count(&all, &lingjian_model::Reach::All).await?;
        // Both sets were asked; one will be.
        let each = if count == 0 { 0.0 } else { judging_ms as f64 / 2.0 / count as f64 };
        Ok(Sample {
            calls: count,
            scores: (count > 0).then(|| sums.map(mean)),
            rules,
            all,
            all_ms: (each * all as f64).ceil() as u64,
        })
    }
}

impl SampledRule {
    fn new(rule: &str, title: Title) -> Self {
        let (new_in, gone_in) = (Vec::new(), Vec::new());
        Self { rule: rule.to_owned(), title, new: 0, gone: 0, same: 0, new_in, gone_in }
    }
}

/// What both sets say of a call. A rule that is being written may be one that no call has met.
fn judge_both(before: &RuleSet, after: &RuleSet, words: &Conversation) -> Result<[Judgement; 2], AppError> {
    let judged = catch_unwind(AssertUnwindSafe(|| [judge(before, words), judge(after, words)]));
    judged.map_err(|_| AppError::Internal("a rule broke down on a call".to_owned()))
}

/// The findings of both, each with who has it.
fn both(before: Judgement, after: Judgement) -> Vec<(Finding, bool, bool)> {
    let mut known: BTreeMap<Place, (Finding, bool, bool)> = BTreeMap::new();
    for finding in before.findings {
        known.insert(place(&finding), (finding, true, false));
    }
    for finding in after.findings {
        let had = known.contains_key(&place(&finding));
        known.insert(place(&finding), (finding, had, true));
    }
    let mut all: Vec<_> = known.into_values().collect();
    all.sort_by_key(|(finding, ..)| {
        (finding.start().map(|at| at.0), finding.turn, finding.chars, finding.rule.clone())
    });
    all
}
