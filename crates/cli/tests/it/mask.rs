//! `lingjian mask`.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, Command, Stdio};

use super::Ran;

fn start(arguments: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_lingjian"))
        .arg("mask")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("starts")
}

fn mask(arguments: &[&str], input: &[u8]) -> Ran {
    let mut child = start(arguments);
    child.stdin.take().expect("piped").write_all(input).expect("read by the command");
    let output = child.wait_with_output().expect("ends");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    Ran { code: output.status.code().expect("by itself"), out: text(output.stdout), err: text(output.stderr) }
}

#[test]
fn lines_come_out_masked_and_otherwise_as_they_went_in() {
    let ran = mask(&[], "手机13912345678\r\n\n订单20261122090000123456\n邮箱zw@example.com".as_bytes());
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(ran.out, "手机139****5678\r\n\n订单20261122090000123456\n邮箱z*@example.com");
    assert_eq!(ran.err, "");
    assert_eq!(mask(&[], b"").out, "");
}

#[test]
fn json_says_what_was_masked_and_where() {
    let ran = mask(&["--json"], "13912345678\n您好\r\n身份证11010519491231002X，010-82345678".as_bytes());
    assert_eq!(ran.code, 0, "{}", ran.err);
    let lines: Vec<&str> = ran.out.lines().collect();
    assert_eq!(
        lines,
        [
            r#"{"text":"139****5678","found":[{"kind":"phone","start":0,"end":11}]}"#,
            r#"{"text":"您好","found":[]}"#,
            r#"{"text":"身份证1****************X，010-******78","found":[{"kind":"identity_card","start":3,"end":21},{"kind":"landline","start":22,"end":34}]}"#,
        ]
    );
}

#[test]
fn lines_that_are_not_utf_8_are_named_and_masked_all_the_same() {
    let ran = mask(&[], b"fine\n\xb5\xe7\xbb\xb0 13912345678\nfine 13912345678\n");
    assert_eq!(ran.code, 2);
    assert!(
        ran.out.starts_with("fine\n") && ran.out.ends_with(" 139****5678\nfine 139****5678\n"),
        "{}",
        ran.out
    );
    assert!(ran.err.contains("line 2:") && !ran.err.contains("line 3:"), "{}", ran.err);
    assert!(ran.err.contains("1 of 3") && !ran.err.contains("139"), "{}", ran.err);
}

#[test]
fn answers_while_more_is_to_come() {
    let mut child = start(&[]);
    let mut input = child.stdin.take().expect("piped");
    input.write_all("13912345678\n".as_bytes()).expect("read by the command");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("piped")).read_line(&mut line).expect("an answer");
    assert_eq!(line, "139****5678\n");
    drop(input);
    assert!(child.wait().expect("ends").success());
}

#[test]
fn a_closed_pipe_is_no_fault() {
    let mut child = start(&[]);
    drop(child.stdout.take());
    let mut input = child.stdin.take().expect("piped");
    // The command may be gone before all is written.
    let _ = input.write_all("13912345678\n".repeat(50_000).as_bytes());
    drop(input);
    let mut said = String::new();
    child.stderr.take().expect("piped").read_to_string(&mut said).expect("text");
    assert!(child.wait().expect("ends").success());
    assert_eq!(said, "");
}
