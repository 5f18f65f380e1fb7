//! One JSON object: what was inspected by what, every call, what was refused, and the summary.

use std::sync::Arc;

use super::{Inspected, Record, Refused, Run, Sink, Summary};
use crate::output::Output;

/// Writes calls as they come, so that memory holds none of them.
pub(crate) struct Json {
    out: Output,
    calls: u64,
    refused: Vec<Refused>,
}

impl Json {
    pub(crate) fn new(mut out: Output, run: &Arc<Run>) -> anyhow::Result<Self> {
        out.put("{\"run\":")?;
        out.json(run.as_ref())?;
        out.put(",\n\"calls\":[")?;
        Ok(Self { out, calls: 0, refused: Vec::new() })
    }
}

impl Sink for Json {
    fn call(&mut self, call: &Inspected) -> anyhow::Result<()> {
        self.out.put(if self.calls == 0 { "\n" } else { ",\n" })?;
        self.calls += 1;
        self.out.json(&Record::of(call))
    }

    fn refused(&mut self, refused: &Refused) -> anyhow::Result<()> {
        self.refused.push(refused.clone());
        Ok(())
    }

    fn finish(mut self: Box<Self>, summary: &Summary) -> anyhow::Result<()> {
        self.out.put("],\n\"refused\":")?;
        self.out.json(&self.refused)?;
        self.out.put(",\n\"coverage\":")?;
        self.out.json(&summary.coverage)?;
        self.out.put(",\n\"summary\":")?;
        self.out.json(summary)?;
        self.out.put("}\n")?;
        self.out.finish()
    }
}
