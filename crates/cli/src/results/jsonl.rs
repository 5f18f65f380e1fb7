//! JSON Lines: one object a call, in the order of the input; what was refused stands as `{"refused":{…}}`.

use serde::Serialize;

use super::{Inspected, Record, Refused, Sink, Summary};
use crate::output::Output;

/// Writes one line a call.
pub(crate) struct JsonLines {
    out: Output,
}

#[derive(Serialize)]
struct RefusedLine<'r> {
    refused: &'r Refused,
}

impl JsonLines {
    pub(crate) fn new(out: Output) -> Self {
        Self { out }
    }
}

impl Sink for JsonLines {
    fn call(&mut self, call: &Inspected) -> anyhow::Result<()> {
        self.out.json(&Record::of(call))?;
        self.out.put("\n")
    }

    fn refused(&mut self, refused: &Refused) -> anyhow::Result<()> {
        self.out.json(&RefusedLine { refused })?;
        self.out.put("\n")
    }

    fn finish(self: Box<Self>, _summary: &Summary) -> anyhow::Result<()> {
        self.out.finish()
    }
}
