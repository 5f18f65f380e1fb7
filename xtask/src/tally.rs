//! Counting tests from what their runners print.

/// Tests that passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

impl Tally {
    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }

    /// What one line of output says about tests: nothing, unless it is a summary of nextest, of rustdoc, of
    /// vitest, or of our own `rules test`.
    ///
    /// nextest: `     Summary [   0.009s] 3/4 tests run: 2 passed (1 slow), 1 failed, 1 timed out, 0 skipped`
    /// rustdoc: `test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s`
    /// vitest: `      Tests  1 failed | 11 passed | 2 skipped (14)`; what is expected to fail it counts apart, as do we not
    /// rules test: `41 passed, 0 failed`
    pub(crate) fn of_line(line: &str) -> Self {
        let line = without_colour(line);
        let line = line.trim_end();
        // nextest indents its summary, and the output of failed tests, which is not to be counted again.
        let counts = if let Some(summary) = line.trim_start().strip_prefix("Summary [") {
            summary.split_once(" run: ").map(|(_, counts)| counts)
        } else if let Some(result) = line.strip_prefix("test result: ") {
            result.split_once(". ").map(|(_, counts)| counts)
        } else if let Some(counts) = line.strip_prefix("      Tests  ") {
            Some(counts)
        } else {
            is_plain(line).then_some(line)
        };
        let mut tally = Self::default();
        for part in counts.unwrap_or_default().split([',', ';', '|']) {
            let mut words = part.split_whitespace();
            let Some(Ok(count)) = words.next().map(str::parse::<u64>) else { continue };
            match words.next() {
                Some("passed") => tally.passed += count,
                // "exec failed" (would not start) and "timed out" are failures too.
                Some("failed" | "exec" | "timed") => tally.failed += count,
                _ => {}
            }
        }
        tally
    }
}

/// Exactly `N passed, N failed`.
fn is_plain(line: &str) -> bool {
    let words: Vec<&str> = line.split(' ').collect();
    let is_number = |word: &str| word.parse::<u64>().is_ok();
    matches!(words.as_slice(), [passed, "passed,", failed, "failed"] if is_number(passed) && is_number(failed))
}

/// The line without terminal colours (`ESC [ … m`).
fn without_colour(line: &str) -> String {
    let mut pieces = line.split('\u{1b}');
    let mut plain = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        plain.push_str(piece.split_once('m').map_or("", |(_, rest)| rest));
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, passed: u64, failed: u64) {
        assert_eq!(Tally::of_line(line), Tally { passed, failed }, "{line}");
    }

    #[test]
    fn nextest_summaries() {
        check("     Summary [   0.009s] 3 tests run: 3 passed, 0 skipped", 3, 0);
        check("     Summary [   1.2s] 1 test run: 1 passed (1 slow), 40 skipped", 1, 0);
        check(
            "     Summary [  60.1s] 9/12 tests run: 5 passed (1 flaky, 2 leaky), 2 failed, 1 exec failed, 1 timed out, 0 skipped",
            5,
            4,
        );
        check(
            "\u{1b}[32;1m     Summary\u{1b}[0m [   0.0s] \u{1b}[1m2\u{1b}[0m tests run: \u{1b}[1m2\u{1b}[0m \u{1b}[32;1mpassed\u{1b}[0m, \u{1b}[1m0\u{1b}[0m \u{1b}[33;1mskipped\u{1b}[0m",
            2,
            0,
        );
        check("     Summary [   0.000s] 0 tests run: 0 passed, 0 skipped", 0, 0);
    }

    #[test]
    fn doc_test_summaries() {
        check(
            "test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s",
            2,
            0,
        );
        check("test result: FAILED. 2 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out", 2, 3);
    }

    #[test]
    fn vitest_summaries() {
        check("      Tests  12 passed (12)", 12, 0);
        check("      Tests  1 failed | 11 passed (12)", 11, 1);
        check("      Tests  1 failed | 3 passed | 1 expected fail | 2 skipped | 4 todo (11)", 3, 1);
        check("      Tests  2 failed (2)", 0, 2);
        check(
            "\u{1b}[2m      Tests \u{1b}[22m \u{1b}[1m\u{1b}[31m1 failed\u{1b}[39m\u{1b}[22m\u{1b}[2m | \u{1b}[22m\u{1b}[1m\u{1b}[32m2 passed\u{1b}[39m\u{1b}[22m\u{1b}[2m | \u{1b}[22m\u{1b}[33m1 skipped\u{1b}[39m\u{1b}[90m (4)\u{1b}[39m",
            2,
            1,
        );
        // Files are no tests, and a file that does not load fails its stage.
        check(" Test Files  1 failed | 2 passed (3)", 0, 0);
        check("      Tests  no tests", 0, 0);
    }

    #[test]
    fn the_plain_line() {
        check("41 passed, 2 failed", 41, 2);
        check("rules: 41 passed, 2 failed", 0, 0);
        check("41 passed, 2 failed later", 0, 0);
    }

    #[test]
    fn other_lines_count_nothing() {
        check("        PASS [   0.003s] lingjian-model time::tests::order", 0, 0);
        check("    test result: FAILED. 0 passed; 1 failed; 0 ignored", 0, 0);
        check("    10 passed, 3 failed", 0, 0);
        check("          Tests  10 passed (10)", 0, 0);
        check("the summary said: 7 passed, 7 failed", 0, 0);
        check("", 0, 0);
    }
}
