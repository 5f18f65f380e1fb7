//! Writes a rehearsed centre into a folder: `rehearse FOLDER [CALLS] [SEED] [open|sealed]`.

use std::io::Write as _;
use std::path::Path;

use lingjian_rehearsal::{Centre, Layout, Plan, Wordings, write_folder};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let folder = arguments.first().ok_or("name a folder to write to")?;
    let calls = arguments.get(1).map_or(Ok(1_000), |calls| calls.parse())?;
    let seed = arguments.get(2).map_or(Ok(1), |seed| seed.parse())?;
    let wordings =
        if arguments.get(3).is_some_and(|set| set == "sealed") { Wordings::Sealed } else { Wordings::Open };
    let centre = Centre::new(&Plan { seed, calls, wordings, ..Plan::default() })?;
    let written = write_folder(centre.offered(), Path::new(folder), Layout::Lines)?;
    writeln!(std::io::stdout(), "{} calls and {} rows without a call", written.answered, written.unanswered)?;
    Ok(())
}
