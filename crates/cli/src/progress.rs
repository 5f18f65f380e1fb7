//! Progress bars: on standard error, and only where a person looks at it.

use std::io::{IsTerminal as _, stderr};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar that counts things.
pub(crate) fn counting(total: u64, what: &'static str) -> ProgressBar {
    bar(Some(total), what, "{msg} {wide_bar} {human_pos}/{human_len} {eta}")
}

/// A bar that counts bytes.
pub(crate) fn bytes(total: u64, what: &'static str) -> ProgressBar {
    bar(Some(total), what, "{msg} {wide_bar} {binary_bytes}/{binary_total_bytes} {eta}")
}

/// A sign that something goes on, without an end in sight.
pub(crate) fn waiting(what: &'static str) -> ProgressBar {
    let bar = bar(None, what, "{spinner} {msg} {human_pos}");
    if !bar.is_hidden() {
        bar.enable_steady_tick(Duration::from_millis(120));
    }
    bar
}

fn bar(total: Option<u64>, what: &'static str, template: &str) -> ProgressBar {
    let target =
        if stderr().is_terminal() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let bar = ProgressBar::with_draw_target(total, target).with_message(what);
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style.progress_chars("━╾─")),
        Err(_) => bar,
    }
}
