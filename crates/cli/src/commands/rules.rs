//! `lingjian rules check|test|explain`.

use std::path::PathBuf;

use anyhow::bail;
use clap::{Args, Subcommand};
use lingjian_inspection::{Diagnostic, Grade, TestOutcome};
use serde::Serialize;

use crate::failure::Outcome;
use crate::language::Lang;
use crate::output::Output;
use crate::packs;

/// What to do with rules.
#[derive(Debug, Subcommand)]
pub(crate) enum Arguments {
    /// Read rule packs and say what is wrong or doubtful, with file, line and column.
    Check(Check),
    /// Run the small dialogues that stand beside the rules.
    Test(Check),
    /// Say in words what a rule does.
    Explain(Explain),
}

/// Which packs, and how to answer.
#[derive(Debug, Args)]
pub(crate) struct Check {
    /// Folders or files of rules, or names of packs that ship; without any, all that ship.
    packs: Vec<PathBuf>,
    /// Only the rule of this id.
    #[arg(long, value_name = "ID")]
    rule: Option<String>,
    /// Answer in JSON.
    #[arg(long)]
    json: bool,
}

/// Which rule to explain.
#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// A folder or file of rules and the rule's id; or the id alone, of a rule that ships.
    #[arg(required = true, num_args = 1..=2, value_names = ["PACK", "RULE"])]
    what: Vec<String>,
    /// The language of the answer.
    #[arg(long, value_enum, default_value_t)]
    lang: Lang,
    /// Answer in JSON.
    #[arg(long)]
    json: bool,
}

/// Does it.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    match arguments {
        Arguments::Check(check) => self::check(check),
        Arguments::Test(check) => test(check),
        Arguments::Explain(explain) => self::explain(explain),
    }
}

#[derive(Serialize)]
struct Checked<'d> {
    packs: usize,
    rules: usize,
    errors: usize,
    warnings: usize,
    diagnostics: &'d [&'d Diagnostic],
}

fn check(arguments: &Check) -> anyhow::Result<Outcome> {
    let sources = packs::sources(&arguments.packs)?;
    let loaded = lingjian_inspection::load(&sources);
    let meant = |one: &&Diagnostic| arguments.rule.is_none() || one.rule == arguments.rule;
    let diagnostics: Vec<&Diagnostic> = loaded.diagnostics.iter().filter(meant).collect();
    let errors = diagnostics.iter().filter(|one| one.grade == Grade::Error).count();
    let warnings = diagnostics.len() - errors;
    let (packs, rules) = (loaded.set.packs().len(), loaded.set.rules().len());
    let mut out = Output::stdout();
    if arguments.json {
        out.json(&Checked { packs, rules, errors, warnings, diagnostics: &diagnostics })?;
        out.put("\n")?;
    } else {
        for diagnostic in diagnostics {
            out.put(packs::render(diagnostic, &sources))?;
            out.put("\n")?;
        }
        out.put(format!("{packs} packs, {rules} rules: {errors} errors, {warnings} warnings\n"))?;
    }
    out.finish()?;
    Ok(if errors > 0 { Outcome::Found } else { Outcome::Done })
}

#[derive(Serialize)]
struct Tested<'t> {
    passed: usize,
    failed: usize,
    tests: &'t [&'t TestOutcome],
    errors: &'t [&'t Diagnostic],
    without_tests: &'t [&'t str],
}

fn test(arguments: &Check) -> anyhow::Result<Outcome> {
    let sources = packs::sources(&arguments.packs)?;
    let loaded = lingjian_inspection::load(&sources);
    let errors: Vec<&Diagnostic> =
        loaded.diagnostics.iter().filter(|one| one.grade == Grade::Error).collect();
    let all = lingjian_inspection::run_tests(&loaded.set);
    let meant = |one: &&TestOutcome| arguments.rule.as_ref().is_none_or(|rule| one.rule == *rule);
    let tests: Vec<&TestOutcome> = all.iter().filter(meant).collect();
    let passed = tests.iter().filter(|one| one.failure.is_none()).count();
    let failed = tests.len() - passed;
    let untested = |id: &&str| !all.iter().any(|one| one.rule == *id);
    let without_tests: Vec<&str> = loaded.set.rules().map(|rule| rule.id.as_str()).filter(untested).collect();
    let mut out = Output::stdout();
    if arguments.json {
        out.json(&Tested { passed, failed, tests: &tests, errors: &errors, without_tests: &without_tests })?;
        out.put("\n")?;
    } else {
        for diagnostic in &errors {
            out.put(packs::render(diagnostic, &sources))?;
            out.put("\n")?;
        }
        for one in &tests {
            let Some(failure) = &one.failure else { continue };
            out.put(format!(
                "FAILED {}:{}: {} / {}: {}\n",
                one.file, one.place.line, one.rule, one.name, failure
            ))?;
        }
        if arguments.rule.is_none() && !without_tests.is_empty() {
            out.put(format!("rules without a test: {}\n", without_tests.join(", ")))?;
        }
        out.put(format!("{passed} passed, {failed} failed\n"))?;
    }
    out.finish()?;
    Ok(if failed > 0 || !errors.is_empty() { Outcome::Found } else { Outcome::Done })
}

#[derive(Serialize)]
struct Explained<'r> {
    rule: &'r str,
    pack: &'r str,
    version: &'r str,
    explanation: &'r str,
}

fn explain(arguments: &Explain) -> anyhow::Result<Outcome> {
    let (named, id) = match arguments.what.as_slice() {
        [pack, rule] => (vec![PathBuf::from(pack)], rule),
        [rule, ..] => (Vec::new(), rule),
        [] => bail!("name a rule"),
    };
    let sources = packs::sources(&named)?;
    let loaded = lingjian_inspection::load(&sources);
    let Some(rule) = loaded.set.rule(id) else {
        // A rule that is there and broken deserves its own diagnostic.
        let about: Vec<String> = loaded
            .diagnostics
            .iter()
            .filter(|one| one.rule.as_ref() == Some(id))
            .map(|one| packs::render(one, &sources))
            .collect();
        if about.is_empty() {
            let known: Vec<&str> = loaded.set.rules().map(|rule| rule.id.as_str()).collect();
            bail!("no rule is called “{}”; there are: {}", id.escape_debug(), known.join(", "));
        }
        bail!("the rule {id} is broken\n{}", about.join("\n"));
    };
    let explanation = lingjian_inspection::explain(&loaded.set, id, arguments.lang.language());
    let mut out = Output::stdout();
    if arguments.json {
        let Some(explanation) = explanation.as_deref() else { bail!("the rule {id} cannot be explained") };
        out.json(&Explained { rule: id, pack: &rule.pack, version: &rule.digest, explanation })?;
        out.put("\n")?;
    } else {
        out.put(explanation.unwrap_or_default().trim_end())?;
        out.put("\n")?;
    }
    out.finish()?;
    Ok(Outcome::Done)
}
