//! Tables for the terminal that know how wide 汉字 are, and how shares are written and read.

use comfy_table::{CellAlignment, LineStyle, Table, TableStyle};

/// One line under the head, none elsewhere.
const STYLE: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// A table. The columns in `numbers` stand right.
pub(crate) fn grid(head: &[&str], numbers: &[usize], rows: Vec<Vec<String>>) -> String {
    let mut grid = Table::new();
    grid.load_style(STYLE).set_header(head.iter().copied());
    for column in numbers {
        if let Some(column) = grid.column_mut(*column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    grid.add_rows(rows);
    format!("{grid}\n")
}

/// Without what could command a terminal.
pub(crate) fn printable(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { '\u{FFFD}' } else { letter }).collect()
}

/// A share for people. What is little is not nothing.
pub(crate) fn percent(share: f64) -> String {
    if 0.0 < share && share < 0.0005 {
        return "< 0.1 %".to_owned();
    }
    format!("{:.1} %", share * 100.0)
}

/// Reads a share: `0.05`, `5%` and `1/20` are the same.
pub(crate) fn share(text: &str) -> Result<f64, String> {
    let text = text.trim();
    let number = |text: &str| text.trim().parse::<f64>().ok();
    let read = match (text.strip_suffix(['%', '％']), text.split_once('/')) {
        (Some(percent), _) => number(percent).map(|percent| percent / 100.0),
        (None, Some((of, all))) => number(of).zip(number(all)).map(|(of, all)| of / all),
        (None, None) => number(text),
    };
    match read {
        Some(share) if (0.0..=1.0).contains(&share) => Ok(share),
        _ => Err("expected a share from 0 to 1, such as 0.05, 5% or 1/20".to_owned()),
    }
}

/// Reads a share that is neither 0 nor 1.
pub(crate) fn inner_share(text: &str) -> Result<f64, String> {
    let between = |share: &f64| 0.0 < *share && *share < 1.0;
    share(text)
        .ok()
        .filter(between)
        .ok_or_else(|| "expected a share above 0 and below 1, such as 0.95 or 95%".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_read_as_people_write_them() {
        for text in ["0.05", "5%", "5 ％", "1/20", " .05 "] {
            assert_eq!(share(text), Ok(0.05), "{text}");
        }
        for text in ["5", "-1%", "101%", "1/0", "NaN", "half", "", "%"] {
            assert!(share(text).is_err(), "{text}");
        }
        assert!(inner_share("95%").is_ok() && inner_share("1").is_err() && inner_share("0").is_err());
    }
}
