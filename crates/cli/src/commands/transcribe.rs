//! `lingjian transcribe`: recordings → native transcripts.

use std::path::PathBuf;

use anyhow::bail;
use clap::{Args, ValueEnum};
use lingjian_model::{Conversation, Millis};

use crate::commands::inspect::SpeechArguments;
use crate::failure::{Outcome, complain};
use crate::output::Output;
use crate::progress;

/// Which recordings, and how to write them down.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Recordings: WAV, MP3, FLAC, Ogg Opus, M4A.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    speech: SpeechArguments,
    /// json: one native transcript a file, one a line; text: to be read.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// The same as --format json.
    #[arg(long, conflicts_with = "format")]
    json: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    #[default]
    Json,
    Text,
}

/// Does it.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let voice = arguments.speech.voice()?;
    voice.check()?;
    let mut out = Output::stdout();
    let mut refused = 0;
    for path in &arguments.files {
        let bar = progress::counting(0, "seconds heard");
        let heard = voice.transcribe(path, arguments.speech.channels.as_ref(), &mut |step| {
            bar.set_length(step.total.unwrap_or(step.done).0 / 1000);
            bar.set_position(step.done.0 / 1000);
        });
        bar.finish_and_clear();
        match heard {
            Ok(heard) => {
                for warning in &heard.warnings {
                    complain(&format!("{}: {warning}", path.display()));
                }
                match arguments.format {
                    Format::Json => {
                        out.json(&heard.conversation)?;
                        out.put("\n")?;
                    }
                    Format::Text => out.put(text(&heard.conversation, arguments.files.len() > 1))?,
                }
            }
            Err(error) => {
                refused += 1;
                complain(&format!("{}: {error:#}", path.display()));
            }
        }
    }
    out.finish()?;
    if refused > 0 {
        bail!("{refused} of {} recordings could not be written down", arguments.files.len());
    }
    Ok(Outcome::Done)
}

fn text(conversation: &Conversation, named: bool) -> String {
    let mut text = if named { format!("# {}\n", conversation.id) } else { String::new() };
    for turn in &conversation.turns {
        let Millis(start) = turn.span.start;
        let (minutes, seconds) = (start / 60_000, start % 60_000 / 1000);
        text.push_str(&format!("{minutes}:{seconds:02} {}: {}\n", turn.role, turn.text));
    }
    text
}
