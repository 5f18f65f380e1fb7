//! A table for the terminal: the figures first, then the calls, those that need ears first.

use std::sync::Arc;

use lingjian_model::{Dimension, Severity};

use super::{Inspected, Refused, Run, Sink, Stage, Summary};
use crate::grid::{grid, printable};
use crate::language::Lang;
use crate::output::Output;

/// Rules and groups shown; the other formats hold all of them.
const SHOWN: usize = 15;
/// Calls shown, the worst ones.
const CALLS_SHOWN: usize = 50;
/// Refusals shown.
const REFUSED_SHOWN: usize = 50;

/// One line of the list of calls.
struct Line {
    rank: (Severity, i64, i64),
    cells: [String; 7],
}

/// Gathers lines and writes at the end.
pub(crate) struct Table {
    out: Output,
    run: Arc<Run>,
    lang: Lang,
    lines: Vec<Line>,
    refused: Vec<String>,
}

impl Table {
    pub(crate) fn new(out: Output, run: Arc<Run>, lang: Lang) -> Self {
        Self { out, run, lang, lines: Vec::new(), refused: Vec::new() }
    }

    fn titles(&self, call: &Inspected) -> String {
        let mut rules: Vec<(&str, Severity, usize)> = Vec::new();
        for finding in &call.judgement.findings {
            match rules.iter_mut().find(|(rule, ..)| *rule == finding.rule) {
                Some((_, _, count)) => *count += 1,
                None => rules.push((&finding.rule, finding.severity, 1)),
            }
        }
        // Info, praise among it, comes last.
        rules.sort_by_key(|(_, severity, _)| std::cmp::Reverse(*severity));
        let more = rules.len().saturating_sub(3);
        let mut shown: Vec<String> = rules
            .into_iter()
            .take(3)
            .map(|(rule, _, count)| {
                let title = self
                    .run
                    .rule(rule, None)
                    .map_or(rule, |index| self.run.rules[index].title.get(self.lang));
                if count > 1 { format!("{title} ×{count}") } else { title.to_owned() }
            })
            .collect();
        if more > 0 {
            shown.push(format!("+{more}"));
        }
        shown.join(self.lang.pick("、", ", "))
    }

    fn section(
        &mut self,
        title: &str,
        head: &[&str],
        numbers: &[usize],
        rows: Vec<Vec<String>>,
    ) -> anyhow::Result<()> {
        self.out.put(format!("\n{title}\n{}", grid(head, numbers, rows)))
    }

    fn rules(&mut self, title: &str, summary: &Summary, praise: bool) -> anyhow::Result<()> {
        let lang = self.lang;
        let rows = summary.rules.iter().filter(|count| count.praise == praise).take(SHOWN).map(|count| {
            let rule = &self.run.rules[count.index];
            vec![
                rule.title.get(lang).to_owned(),
                severity_name(lang, rule.severity).to_owned(),
                dimension_name(lang, rule.dimension).to_owned(),
                count.calls.to_string(),
                format!("{:.1} %", count.share * 100.0),
                count.hits.to_string(),
                rule.id.clone(),
            ]
        });
        let rows: Vec<_> = rows.collect();
        if rows.is_empty() {
            return Ok(());
        }
        let head = lang.pick("规则|程度|维度|通数|占比|次数|编号", "rule|severity|score|calls|share|hits|id");
        self.section(title, &head.split('|').collect::<Vec<_>>(), &[3, 4, 5], rows)
    }

    fn groups(&mut self, summary: &Summary) -> anyhow::Result<()> {
        let lang = self.lang;
        for grouping in &summary.groups {
            let title = group_title(lang, grouping.attribute);
            let mut groups: Vec<_> = grouping.groups.iter().collect();
            groups.sort_by(|one, other| one.compliance.mean.total_cmp(&other.compliance.mean));
            let mean = |score: &super::Distribution| match score.margin {
                Some(margin) => format!("{:.1} ±{margin:.1}", score.mean),
                None => format!("{:.1}", score.mean),
            };
            let rows = groups.iter().take(SHOWN).map(|group| {
                let top = group.top_rule.as_deref().unwrap_or_default();
                let top = self.run.rule(top, None).map_or(top, |index| self.run.rules[index].title.get(lang));
                vec![
                    printable(&group.name),
                    format!("{}{}", group.calls, if group.few { " *" } else { "" }),
                    mean(&group.compliance),
                    mean(&group.experience),
                    mean(&group.risk),
                    format!("{:.2}", group.findings_per_call),
                    top.to_owned(),
                ]
            });
            let rows = rows.collect();
            let head = lang.pick(
                "通数|合规|体验|风险|每通问题|最常见",
                "calls|compliance|experience|risk|per call|most often",
            );
            let head: Vec<&str> = std::iter::once(title).chain(head.split('|')).collect();
            let title = lang.pick("均值 ± 95% 区间，* 通数太少", "mean ± 95 % interval, * few calls");
            self.section(title, &head, &[1, 2, 3, 4, 5], rows)?;
        }
        Ok(())
    }
}

impl Sink for Table {
    fn call(&mut self, call: &Inspected) -> anyhow::Result<()> {
        let scores = &call.judgement.scores;
        let worst =
            call.judgement.findings.iter().map(|finding| finding.severity).max().unwrap_or(Severity::Info);
        let agent = call.conversation.attributes.get("agent").map(ToString::to_string).unwrap_or_default();
        let [compliance, experience, risk] = Dimension::ALL.map(|dimension| scores.get(dimension));
        let cells = [
            printable(&call.conversation.id),
            printable(&agent),
            clock(call.judgement.metrics.duration_ms),
            format!("{compliance:.1}"),
            format!("{experience:.1}"),
            format!("{risk:.1}"),
            self.titles(call),
        ];
        let tenths = |score: f64| (score * 10.0) as i64;
        let rank = (worst, tenths(risk), -tenths(compliance));
        self.lines.push(Line { rank, cells });
        Ok(())
    }

    fn refused(&mut self, refused: &Refused) -> anyhow::Result<()> {
        let mut line = printable(&refused.file);
        for number in [refused.line, refused.column.map(u64::from)].into_iter().flatten() {
            line.push_str(&format!(":{number}"));
        }
        let stage = match refused.stage {
            Stage::Read => self.lang.pick("读取", "read"),
            Stage::Transcribe => self.lang.pick("转写", "transcribe"),
            Stage::Judge => self.lang.pick("评判", "judge"),
        };
        let field = refused.field.as_ref().map(|field| format!("{field}: ")).unwrap_or_default();
        let advice = refused.advice.as_ref().map(|advice| format!("; {advice}")).unwrap_or_default();
        self.refused.push(format!("  [{stage}] {line}: {field}{}{advice}\n", refused.reason));
        Ok(())
    }

    fn finish(mut self: Box<Self>, summary: &Summary) -> anyhow::Result<()> {
        let lang = self.lang;
        let coverage = summary.coverage;
        let packs: Vec<&str> = self.run.packs.iter().map(|pack| pack.title.get(lang)).collect();
        let packs = packs.join(lang.pick("、", ", "));
        self.out.put(format!("{} · {packs}\n", self.run.build))?;
        let counts = match lang {
            Lang::Zh => format!(
                "已评判 {} 通（文本 {}，转写 {}），共 {}；拒绝 {}，无适用规则 {}，重复 {}\n",
                coverage.judged,
                coverage.transcripts,
                coverage.transcribed,
                clock(summary.judged_ms),
                coverage.refused,
                coverage.without_rules,
                coverage.repeated
            ),
            Lang::En => format!(
                "{} calls judged ({} transcripts, {} written down), {} in all; {} refused, {} without rules, {} repeated\n",
                coverage.judged,
                coverage.transcripts,
                coverage.transcribed,
                clock(summary.judged_ms),
                coverage.refused,
                coverage.without_rules,
                coverage.repeated
            ),
        };
        self.out.put(counts)?;
        for dimension in Dimension::ALL {
            let score = summary.score(dimension);
            let margin = score.margin.map(|margin| format!(" ±{margin:.1}")).unwrap_or_default();
            let bars = sparkline(&score.histogram);
            self.out.put(format!(
                "  {} {:>6.1}{margin:<7} 0 {bars} 100\n",
                dimension_name(lang, dimension),
                score.mean
            ))?;
        }

        self.rules(lang.pick("问题排行", "findings"), summary, false)?;
        self.rules(lang.pick("做得好的", "done well"), summary, true)?;
        self.groups(summary)?;

        let mut lines = std::mem::take(&mut self.lines);
        // The sort is stable: equals stay in the order of the input.
        lines.sort_by_key(|line| std::cmp::Reverse(line.rank));
        let all = lines.len();
        let rows: Vec<Vec<String>> =
            lines.into_iter().take(CALLS_SHOWN).map(|line| line.cells.into()).collect();
        if all > 0 {
            let title = match lang {
                Lang::Zh => format!("通话（最需要听的 {} 通，共 {all} 通）", rows.len()),
                Lang::En => format!("calls (the {} of {all} that most need ears)", rows.len()),
            };
            let head = lang.pick(
                "通话|坐席|时长|合规|体验|风险|问题",
                "call|agent|length|compliance|experience|risk|findings",
            );
            self.section(&title, &head.split('|').collect::<Vec<_>>(), &[2, 3, 4, 5], rows)?;
        }
        if !self.refused.is_empty() {
            let more = self.refused.len().saturating_sub(REFUSED_SHOWN);
            self.out.put(lang.pick("\n拒绝\n", "\nrefused\n"))?;
            for line in self.refused.iter().take(REFUSED_SHOWN) {
                self.out.put(line)?;
            }
            if more > 0 {
                self.out.put(format!("  … +{more}\n"))?;
            }
        }
        self.out.finish()
    }
}

fn group_title(lang: Lang, attribute: &str) -> &str {
    match attribute {
        "agent" => lang.pick("坐席", "agent"),
        "team" => lang.pick("班组", "team"),
        "project" => lang.pick("项目", "project"),
        "queue" => lang.pick("队列", "queue"),
        other => other,
    }
}

fn severity_name(lang: Lang, severity: Severity) -> &'static str {
    match severity {
        Severity::Info => lang.pick("提示", "info"),
        Severity::Minor => lang.pick("轻微", "minor"),
        Severity::Major => lang.pick("严重", "major"),
        Severity::Fatal => lang.pick("致命", "fatal"),
    }
}

fn dimension_name(lang: Lang, dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::Compliance => lang.pick("合规", "compliance"),
        Dimension::Experience => lang.pick("体验", "experience"),
        Dimension::Risk => lang.pick("风险", "risk"),
    }
}

/// `m:ss`, with hours where there are any.
fn clock(ms: u64) -> String {
    let seconds = (ms + 500) / 1000;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

fn sparkline(bins: &[u64]) -> String {
    const BARS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let most = bins.iter().copied().max().unwrap_or(0).max(1);
    bins.iter().map(|count| BARS[(count * 8).div_ceil(most) as usize]).collect()
}
