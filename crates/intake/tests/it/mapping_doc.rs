//! The examples of `docs/mapping.md`, as they stand there.

use std::path::{Path, PathBuf};

use lingjian_intake::records::{self, Mapping, Preview};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

struct Block {
    info: String,
    text: String,
}

fn blocks() -> Vec<Block> {
    let path = Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("../../docs/mapping.md");
    let text = std::fs::read_to_string(path).unwrap();
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for line in text.lines() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some(info), None) => open = Some(Block { info: info.to_owned(), text: String::new() }),
            (None, Some(block)) => block.text.push_str(&format!("{line}\n")),
            (None, None) => {}
        }
    }
    assert!(open.is_none());
    blocks
}

fn block(what: &str, name: &str) -> Block {
    let wanted = format!("{what}={name}");
    let found = blocks().into_iter().find(|block| block.info.split(' ').any(|word| word == wanted));
    found.unwrap_or_else(|| panic!("docs/mapping.md has no block {wanted}"))
}

fn check(name: &str, file: &str, write: impl FnOnce(&Block, &PathBuf)) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(file);
    write(&block("table", name), &path);
    let mapping = Mapping::parse("mapping.yaml".as_ref(), block("mapping", name).text.as_bytes()).unwrap();
    let preview: Preview = records::preview(records::open(&path, &mapping), 100);
    assert_eq!(serde_json::to_string_pretty(&preview.first).unwrap(), block("records", name).text.trim_end());
    let place = format!("{}/", folder.path().display());
    let refused: Vec<_> =
        preview.refusals.iter().map(|refusal| refusal.to_string().replace(&place, "")).collect();
    assert_eq!(refused.join("\n"), block("refused", name).text.trim_end());
}

#[test]
fn the_switch_in_gb18030() {
    check("pbx", "pbx.csv", |block, path| {
        assert!(block.info.contains("encoding=gb18030"));
        let (data, _, lost) = encoding_rs::GB18030.encode(&block.text);
        assert!(!lost && std::str::from_utf8(&data).is_err());
        std::fs::write(path, data).unwrap();
    });
}

#[test]
fn the_diallers_tsv() {
    check("dialler", "dialler.tsv", |block, path| std::fs::write(path, &block.text).unwrap());
}

#[test]
fn the_sheet_with_a_merged_header() {
    check("sheet", "sheet.xlsx", |block, path| {
        let rows: Vec<Vec<&str>> =
            block.text.lines().map(|line| line.split('|').map(str::trim).collect()).collect();
        let mut book = Workbook::new();
        book.add_worksheet().set_name("汇总").unwrap();
        let sheet = book.add_worksheet().set_name("明细").unwrap();
        let date = Format::new().set_num_format("yyyy-mm-dd hh:mm:ss");
        let time = Format::new().set_num_format("hh:mm:ss");
        for (row, cells) in rows.iter().enumerate() {
            for (column, text) in cells.iter().enumerate() {
                let (at, across) = (row as u32, column as u16);
                let right = cells[column + 1..].iter().take_while(|cell| **cell == "<").count();
                let below =
                    rows[row + 1..].iter().take_while(|cells| cells.get(column) == Some(&"^")).count();
                if matches!(*text, "<" | "^" | "") {
                    continue;
                }
                if right + below > 0 {
                    let (last_row, last_column) = (at + below as u32, across + right as u16);
                    sheet.merge_range(at, across, last_row, last_column, text, &Format::new()).unwrap();
                } else if let Some(text) = text.strip_prefix("date:") {
                    sheet
                        .write_with_format(at, across, ExcelDateTime::parse_from_str(text).unwrap(), &date)
                        .unwrap();
                } else if let Some(text) = text.strip_prefix("time:") {
                    sheet
                        .write_with_format(at, across, ExcelDateTime::parse_from_str(text).unwrap(), &time)
                        .unwrap();
                } else if let Ok(number) = text.parse::<f64>() {
                    sheet.write(at, across, number).unwrap();
                } else {
                    sheet.write(at, across, *text).unwrap();
                }
            }
        }
        book.save(path).unwrap();
    });
}
