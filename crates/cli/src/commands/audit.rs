//! `lingjian audit verify`: whether the audit trail is whole.

use clap::{Args, Subcommand};
use serde_json::json;

use crate::failure::Outcome;
use crate::output::Output;
use crate::service::{Premises, block_on, open_house};

/// What to do with it.
#[derive(Debug, Subcommand)]
pub(crate) enum Arguments {
    /// Look for entries that were changed, removed or moved.
    Verify(Verify),
}

/// Which, and against what.
#[derive(Debug, Args)]
pub(crate) struct Verify {
    #[command(flatten)]
    premises: Premises,
    /// The head that an earlier run printed, kept elsewhere: then a trail that was cut off at its end shows too
    #[arg(long, value_name = "DIGEST")]
    head: Option<String>,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
}

/// Does it.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let Arguments::Verify(arguments) = arguments;
    let config = arguments.premises.config()?;
    let (verified, holds_head) = block_on(async {
        let house = open_house(&config).await?;
        let verified = house.store().verify_audit().await?;
        let holds_head = match &arguments.head {
            Some(head) => house.store().audit_has(head).await?,
            None => true,
        };
        Ok((verified, holds_head))
    })?;
    let (value, text, outcome) = match verified {
        Err(broken) => (
            json!({ "whole": false, "sequence": broken.sequence, "reason": broken.how }),
            format!("the trail is broken at entry {}: {}\n", broken.sequence, broken.how),
            Outcome::Found,
        ),
        Ok(verified) if !holds_head => (
            json!({ "whole": false, "entries": verified.entries, "reason": "the given head is not in it" }),
            "the trail is broken: the given head is not in it, so entries at its end are gone\n".to_owned(),
            Outcome::Found,
        ),
        Ok(verified) => (
            json!({ "whole": true, "entries": verified.entries, "head": verified.head }),
            format!("the trail is whole: {} entries, head {}\n", verified.entries, verified.head),
            Outcome::Done,
        ),
    };
    let mut out = Output::stdout();
    if arguments.json {
        out.json(&value)?;
        out.put("\n")?;
    } else {
        out.put(text)?;
    }
    out.finish()?;
    Ok(outcome)
}
