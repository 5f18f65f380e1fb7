//! Call records as systems write them, good and bad.

use lingjian_intake::records::{self, Mapping, Preview};
use rust_xlsxwriter::{Formula, Workbook};

const MAPPING: &str = "zone: Asia/Shanghai\nfields:\n  id: id\n  agent: 坐席\n  talk: talk\n";

fn mapping(text: &str) -> Mapping {
    Mapping::parse("m.yaml".as_ref(), text.as_bytes()).unwrap_or_else(|refusal| panic!("{refusal}"))
}

fn preview(name: &str, data: impl AsRef<[u8]>, text: &str) -> Preview {
    records::preview(records::read_text(name.as_ref(), data.as_ref().to_vec(), &mapping(text)), 100)
}

/// Ids that were taken, then what was refused.
fn said(preview: &Preview) -> Vec<String> {
    let ids = preview.first.iter().map(|record| record.id.clone());
    ids.chain(preview.refusals.iter().map(ToString::to_string)).collect()
}

const TABLE: &str = "id,坐席,talk\r\n1,张三,5\r\n\r\n,,\r\n2,\"李\n四\",6\r\n";

#[test]
fn every_encoding_is_found() {
    let (gb, _, _) = encoding_rs::GB18030.encode(TABLE);
    let wide = |bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
        "\u{feff}".encode_utf16().chain(TABLE.encode_utf16()).flat_map(bytes).collect()
    };
    let mark = format!("\u{feff}{TABLE}");
    for (name, data) in [
        ("utf-8", TABLE.as_bytes().to_vec()),
        ("utf-8 with a mark", mark.into_bytes()),
        ("gb18030", gb.to_vec()),
        ("utf-16le", wide(u16::to_le_bytes)),
        ("utf-16be", wide(u16::to_be_bytes)),
    ] {
        let preview = preview("a.csv", data, MAPPING);
        assert_eq!(said(&preview), ["1", "2"], "{name}");
        assert_eq!(preview.first[1].agent.as_deref(), Some("李\n四"), "{name}");
        assert_eq!(preview.blank, 1, "{name}");
    }
}

#[test]
fn an_encoding_can_be_forced_and_its_faults_are_refused() {
    let (gb, _, _) = encoding_rs::GB18030.encode(TABLE);
    let forced =
        preview("a.csv", &gb, &format!("file: {{encoding: utf-8}}\n{}", MAPPING.replace("坐席", "'#2'")));
    assert_eq!(
        said(&forced),
        [
            "a.csv:2: \u{fffd}\u{fffd}ϯ: has bytes that are not UTF-8; name the file's `encoding` in the mapping, or save it as UTF-8",
            "a.csv:5: \u{fffd}\u{fffd}ϯ: has bytes that are not UTF-8; name the file's `encoding` in the mapping, or save it as UTF-8",
        ]
    );
    // One bad byte costs one row.
    let preview = preview("a.csv", b"id,talk\n1,2\n\xff2,3\n3,4\n", "fields: {id: id, talk: talk}");
    assert_eq!(said(&preview)[..2], ["1", "3"]);
    assert_eq!(preview.refused, 1);
}

#[test]
fn a_quote_never_closed_is_found_where_it_opened() {
    let preview = preview("a.csv", "id,坐席,talk\n1,a,2\n2,\"b\nb\",\"3\n3,c,4\n4,d,5", MAPPING);
    assert_eq!(
        said(&preview),
        [
            "1",
            "a.csv:4: the quote opened in cell 3 is never closed; close it, or write a quote inside a text twice; \
             the rows from here on were not read"
        ]
    );
    let at_the_end = records::preview(
        records::read_text("a.csv".as_ref(), b"id,talk\n1,2\n\"".to_vec(), &mapping("fields: {id: id}")),
        9,
    );
    assert_eq!(
        said(&at_the_end)[1].split(';').next(),
        Some("a.csv:3: the quote opened in cell 1 is never closed")
    );
    let long = format!("id,talk\n1,2\n2,\"{}\n", "3,4\n".repeat(400_000));
    let too_long = records::preview(
        records::read_text("a.csv".as_ref(), long.into_bytes(), &mapping("fields: {id: id}")),
        9,
    );
    assert!(
        said(&too_long)[1]
            .starts_with("a.csv:3: the quote opened in cell 2 may never be closed: its row is longer")
    );
}

#[test]
fn bad_rows_are_refused_and_the_others_go_on() {
    let table = "id,坐席,talk\n1,a,2\n1,a,2\n1,b,2\n,c,3\n2,d\n3,e,4,,\n4,f,5,x\n5,g,many\n6,h,1e400\n7,i,99999999999\n8,j,1:30\n";
    let preview = preview("a.csv", table, MAPPING);
    assert_eq!((preview.taken, preview.repeated, preview.refused), (2, 1, 8));
    insta::assert_snapshot!(said(&preview).join("\n"));
}

#[test]
fn missing_columns_are_named_with_the_nearest() {
    let preview = preview("a.csv", "编号,坐席姓名,talk,talk\n1,a,2,3\n", MAPPING);
    insta::assert_snapshot!(said(&preview).join("\n"));
}

#[test]
fn empty_and_strange_files_are_refused() {
    assert_eq!(said(&preview("a.csv", "", MAPPING)), ["a.csv: is empty"]);
    assert_eq!(said(&preview("a.csv", "\n\n", MAPPING)), ["a.csv: is empty"]);
    assert_eq!(said(&preview("a.csv", "id,坐席,talk", MAPPING)), Vec::<String>::new());
    let folder = tempfile::tempdir().unwrap();
    for (content, reason) in [
        (&b"<html><table>"[..], "is a web page, whatever its name says"),
        (b"PK\x03\x04 broken", "failed to read the workbook: "),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "failed to read the workbook: "),
    ] {
        let path = folder.path().join("a.xls");
        std::fs::write(&path, content).unwrap();
        let preview = records::preview(records::open(&path, &mapping(MAPPING)), 9);
        assert!(preview.refusals[0].reason.starts_with(reason), "{}", preview.refusals[0]);
    }
}

#[test]
fn mistakes_in_a_mapping_are_pointed_at() {
    let said: Vec<_> = [
        "",
        "fields: 3",
        "zone: Asia/Shanghia\nfields: {id: a}",
        "feilds: {id: a}",
        "fields:\n  id: a\n  started_art: b",
        "fields:\n  agent: a",
        "fields:\n  id: a\n  id: b",
        "fields:\n  id: {}",
        "fields:\n  id: a\n  talk: {column: b, unit: hours}",
        "fields:\n  id: a\n  agent: {column: b, unit: ms}",
        "fields:\n  id: a\ntime: '%!'",
        "fields:\n  id: a\ntime: 'yyyy-mm-dd'",
        "fields:\n  id: a\nfile: {encoding: latin1}",
        "fields:\n  id: a\nfile: {header_rows: 9}",
        "fields:\n  id: a\nattributes: {agent: b}",
        "fields:\n  id: [a, {b: c}]",
        "fields: {id: a",
        "fields: &x {id: a}\nattributes: *x",
    ]
    .into_iter()
    .map(|text| Mapping::parse("m.yaml".as_ref(), text.as_bytes()).unwrap_err().to_string())
    .collect();
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn times_know_their_zone() {
    let text = "zone: Europe/Berlin\ntime: ['%d.%m.%Y %H:%M', iso]\nfields: {id: id, started_at: at}\n";
    let table = "id,at\n1,25.10.2026 02:30\n2,29.03.2026 02:30\n3,2026-07-01T10:00:00+08:00\n4,2026-07-01T10:00\n5,\n6,soon\n";
    let preview = preview("a.csv", table, text);
    let times: Vec<_> =
        preview.first.iter().map(|record| record.started_at.map(|at| at.to_string())).collect();
    let wanted = ["2026-10-25T00:30:00Z", "2026-07-01T02:00:00Z", "2026-07-01T08:00:00Z"];
    assert_eq!(times[..3], wanted.map(|time| Some(time.to_owned())));
    assert_eq!(times[3], None);
    insta::assert_snapshot!(said(&preview)[4..].join("\n"));
    let without = self::preview("a.csv", "id,at\n1,2026-07-01 10:00\n", "fields: {id: id, started_at: at}");
    assert_eq!(
        said(&without),
        [
            "a.csv:2: started_at (at): the time has no offset; name the mapping's `zone`, such as Asia/Shanghai"
        ]
    );
}

#[test]
fn a_workbook_is_read_as_it_looks() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("calls.xlsx");
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("通话").unwrap();
    for (column, header) in ["id", "坐席", "talk", "at"].into_iter().enumerate() {
        sheet.write(0, column as u16, header).unwrap();
    }
    // A telephone-like number as id, a formula with its result, a date that lost its format.
    sheet.write(1, 0, 13_900_000_000_f64).unwrap();
    sheet.write(1, 2, Formula::new("=1+2").set_result("3")).unwrap();
    sheet.write(1, 3, 46_327.375).unwrap();
    sheet.write(4, 0, "x").unwrap();
    sheet.write(4, 1, true).unwrap();
    // Far away: must not make a table of billions.
    sheet.write(1_048_575, 0, "last").unwrap();
    sheet.write(1_048_574, 16_383, "far").unwrap();
    book.save(&path).unwrap();
    let text = format!("{MAPPING}  started_at: at\n");
    let preview = records::preview(records::open(&path, &mapping(&text)), 9);
    let said: Vec<_> =
        said(&preview).iter().map(|line| line.replace(&folder.path().display().to_string(), "")).collect();
    assert_eq!(said, ["13900000000", "x", "last", "/calls.xlsx:1048575: has more than 1024 cells"]);
    assert_eq!(preview.first[0].talk.unwrap().0, 3000);
    assert_eq!(preview.first[0].started_at.unwrap().to_string(), "2026-11-01T01:00:00Z");
    let wrong = records::open(&path, &mapping(&format!("file: {{sheet: 通活}}\n{MAPPING}")))
        .next()
        .unwrap()
        .unwrap_err();
    assert_eq!(wrong.reason, "the workbook has no sheet `通活`");
}

#[test]
fn a_record_completes_a_conversation() {
    let text = "source: s\nfields: {id: id, agent: agent, talk: talk, customer: tel}\nattributes: {vip: {column: vip, type: flag}}\n";
    let preview = preview("a.csv", "id,agent,talk,tel,vip\n1,1001,5,,是\n", text);
    let cells = preview.first[0].cells();
    let cells: Vec<_> = cells.iter().map(|(name, text)| format!("{name}={text}")).collect();
    assert_eq!(cells, ["id=1", "source=s", "talk=5 s", "agent=1001", "vip=true"]);
    let mut conversation: lingjian_model::Conversation =
        serde_json::from_str(r#"{"id":"1","attributes":{"agent":"7"},"turns":[]}"#).unwrap();
    preview.first[0].complete(&mut conversation);
    assert_eq!(
        serde_json::to_string(&conversation).unwrap(),
        r#"{"id":"1","source":"s","attributes":{"agent":"7","talk_ms":5000.0,"vip":true},"turns":[]}"#
    );
}
