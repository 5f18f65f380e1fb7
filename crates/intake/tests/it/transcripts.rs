//! Native transcripts, JSON Lines and speaker turns.

use std::fmt::Write as _;

use lingjian_intake::transcripts::{Item, MOST_TURNS, Note, Options, open};
use lingjian_model::{AttributeValue, Conversation, Millis, Role, Span};

use crate::shared::{read, real_data};

const CALL: &str = r#"{"id":"c-1","source":"pbx-a","language":"zh-CN","started_at":"2026-11-01T09:00:00+08:00",
 "duration_ms":61200,"attributes":{"agent":"1001","vip":true,"amount":12.5,"note":null},
 "turns":[{"role":"agent","start_ms":0,"end_ms":2300,"text":"您好，很高兴为您服务",
           "words":[{"text":"您好","start_ms":0,"end_ms":420,"confidence":0.98}]},
          {"role":"customer","start_ms":2100.4,"end_ms":4000,"text":"我要退款","words":null}],
 "sound":{"speech":[{"role":"customer","start_ms":2100,"end_ms":4000},{"role":"agent","start_ms":0,"end_ms":2300}]},
 "provenance":{"engine":"e 1","model":"m","model_sha256":"00"}}"#;

fn one(name: &str, content: impl AsRef<[u8]>) -> Item {
    let mut items = read(name, content);
    assert_eq!(items.len(), 1, "{items:?}");
    items.remove(0)
}

fn taken(content: &str) -> Conversation {
    one("calls/a.json", content).unwrap().conversation
}

fn refused(content: impl AsRef<[u8]>) -> String {
    one("a.json", content).unwrap_err().to_string()
}

fn turn(fields: &str) -> String {
    format!("{{\"turns\":[\n  {{{fields}}}]}}")
}

#[test]
fn a_native_transcript_is_taken_whole() {
    let call = taken(CALL);
    assert_eq!(call.id, "c-1");
    assert_eq!(call.attribute("agent"), Some("1001"));
    assert_eq!(call.attributes["amount"], AttributeValue::Number(12.5));
    assert_eq!(call.attributes.len(), 3, "null is no attribute");
    assert_eq!(call.turns[1].span, Span::new(2100, 4000));
    assert_eq!(call.turns[0].words[0].confidence, Some(0.98));
    assert_eq!(call.sound.as_ref().unwrap().speech[0].role, Role::Agent, "speech is sorted");
    // The reader and the vocabulary's own (de)serialisation agree.
    let compact = serde_json::to_string(&call).unwrap();
    assert_eq!(taken(&compact), call);
    assert_eq!(serde_json::from_str::<Conversation>(&compact).unwrap(), call);
    assert_eq!(taken(&format!("\u{feff}\n\n{compact}\n\n")), call);
    assert_eq!(taken(&serde_json::to_string_pretty(&call).unwrap()), call);
}

#[test]
fn a_conversation_without_a_name_takes_its_files() {
    assert_eq!(taken(r#"{"turns":[]}"#).id, "a");
    assert_eq!(taken(r#"{"id":null,"turns":[]}"#).id, "a");
    assert_eq!(taken(r#"{"id":42,"turns":[]}"#).id, "42");
    let lines = read("b.jsonl", "{\"turns\":[]}\n\n{\"turns\":[]}\n");
    let ids: Vec<_> = lines.into_iter().map(|item| item.unwrap().conversation.id).collect();
    assert_eq!(ids, ["b-1", "b-3"]);
}

#[test]
fn every_mistake_is_pointed_at() {
    let times = r#""start_ms":5,"end_ms":9"#;
    let mut said = String::new();
    for (what, content) in [
        ("unknown role", turn(&format!(r#""role":"agnet",{times},"text":"x""#))),
        ("role of another kind", turn(&format!(r#""role":"张三",{times},"text":"x""#))),
        ("end before start", turn(r#""role":"agent","start_ms":9,"end_ms":5,"text":"x""#)),
        ("negative", turn(r#""role":"agent","start_ms":-1,"end_ms":5,"text":"x""#)),
        ("nan", turn(r#""role":"agent","start_ms":NaN,"end_ms":5,"text":"x""#)),
        ("infinite", turn(r#""role":"agent","start_ms":0,"end_ms":Infinity,"text":"x""#)),
        ("beyond floats", turn(r#""role":"agent","start_ms":0,"end_ms":1e999,"text":"x""#)),
        ("since 1970", turn(r#""role":"agent","start_ms":0,"end_ms":1761958800000,"text":"x""#)),
        ("time as text", turn(r#""role":"agent","start_ms":"0","end_ms":5,"text":"x""#)),
        ("typo", turn(r#""role":"agent","strat_ms":0,"end_ms":5,"text":"x""#)),
        ("no text", turn(&format!(r#""role":"agent",{times}"#))),
        ("confidence", turn(&format!(r#""role":"agent",{times},"text":"x","role_confidence":1.5"#))),
        (
            "a word",
            turn(&format!(
                r#""role":"agent",{times},"text":"x","words":[{{"text":"x","start_ms":3,"end_ms":2}}]"#
            )),
        ),
        ("no turns", r#"{"id":"x","turn":[]}"#.to_owned()),
        ("turns of another kind", r#"{"turns":{}}"#.to_owned()),
        ("no offset", r#"{"turns":[],"started_at":"2026-11-01 09:00"}"#.to_owned()),
        ("nested attribute", r#"{"turns":[],"attributes":{"a":{"b":1}}}"#.to_owned()),
        ("empty id", r#"{"turns":[],"id":" "}"#.to_owned()),
        ("cut off", CALL[..CALL.len() - 40].to_owned()),
        ("a comma too many", r#"{"turns":[],}"#.to_owned()),
        ("two objects", "{\"turns\":[]}  {\"turns\":[]}".to_owned()),
        ("no object", "7".to_owned()),
        ("half a surrogate", turn(&format!(r#""role":"agent",{times},"text":"\ud800""#))),
        ("a bare control", turn(&format!("\"role\":\"agent\",{times},\"text\":\"\u{1}\""))),
        ("deep", format!("{{\"turns\":[],\"x\":{}", "[".repeat(100_000))),
        ("empty", String::new()),
        ("blank", " \n\u{feff}\n".to_owned()),
    ] {
        writeln!(said, "{what}: {}", refused(&content)).unwrap();
    }
    writeln!(said, "gb18030: {}", refused(b"{\"id\":\"x\",\n\"turns\":[{\"role\":\"\xd7\xf8\xcf\xaf\"}]}"))
        .unwrap();
    writeln!(said, "utf-16: {}", refused(b"\xff\xfe{\0")).unwrap();
    insta::assert_snapshot!(said);
}

#[test]
fn a_bad_line_does_not_stop_the_others() {
    let good = |id: &str| format!("{{\"id\":\"{id}\",\"turns\":[]}}\n");
    let text = format!(
        "{}{}\n{}{}\n{}",
        good("1"),
        "{\"turns\":[{\"role\":3}]}",
        good("2"),
        "{{{",
        good("3").trim()
    );
    // With and without a name that says it is lines.
    for name in ["a.jsonl", "a.json"] {
        let said: Vec<_> = read(name, &text)
            .into_iter()
            .map(|item| item.map_or_else(|refusal| refusal.to_string(), |taken| taken.conversation.id))
            .collect();
        assert_eq!(
            said,
            [
                "1".to_owned(),
                format!("{name}:2:19: turns[0].role: expected a text, found a number"),
                "2".to_owned(),
                format!("{name}:4:2: is no JSON: key must be a string"),
                "3".to_owned()
            ]
        );
    }
}

#[test]
fn what_can_be_put_right_is_put_right_and_said() {
    let said = r#""role":"agent","text":"x""#;
    let content = format!(
        r#"{{"duration_ms":10,"mood":1,"turns":[{{{said},"start_ms":20,"end_ms":30}},{{{said},"start_ms":5,"end_ms":9,"speakr":1}},
        {{"role":"agent","text":" ","start_ms":1,"end_ms":2}}]}}"#
    );
    let taken = one("a.json", content).unwrap();
    let starts: Vec<_> = taken.conversation.turns.iter().map(|turn| turn.span.start.0).collect();
    assert_eq!(starts, [5, 20]);
    assert_eq!(
        taken.notes,
        [
            Note::EmptyTurns { count: 1 },
            Note::SortedTurns { count: 1 },
            Note::DurationShort { told: Millis(10), last: Millis(30) },
            Note::UnknownField { field: "mood".into(), count: 1, meant: None },
            Note::UnknownField { field: "turns[].speakr".into(), count: 1, meant: None },
        ]
    );
    assert_eq!(taken.conversation.length(), Millis(30));
}

#[test]
fn the_same_twice_is_noted_and_two_under_one_name_are_refused() {
    let line = |text: &str| {
        format!(r#"{{"id":"a","turns":[{{"role":"agent","start_ms":0,"end_ms":1,"text":"{text}"}}]}}"#) + "\n"
    };
    let items = read("a.jsonl", line("one") + &line("one") + &line("two"));
    assert!(items[0].as_ref().unwrap().repeats.is_none());
    assert_eq!(items[1].as_ref().unwrap().repeats.as_ref().unwrap().to_string(), "a.jsonl:1");
    assert_eq!(
        items[2].as_ref().unwrap_err().to_string(),
        "a.jsonl:3: id: another conversation with the id \"a\" stands in a.jsonl:1; \
         give each conversation of a source its own id"
    );
}

#[test]
fn a_million_turns_are_too_many() {
    let turns = vec![r#"{"role":"agent","start_ms":0,"end_ms":1,"text":"x"}"#; 1_000_000].join(",");
    let refusal = one("a.json", format!("{{\"turns\":[{turns}]}}")).unwrap_err();
    assert_eq!(refusal.field.as_deref(), Some(format!("turns[{MOST_TURNS}]").as_str()));
    assert_eq!(refusal.reason, format!("more than {MOST_TURNS} turns"));
}

#[test]
fn a_line_without_end_is_refused_and_the_next_is_read() {
    let long = format!("{{\"turns\":[],\"x\":\"{}\"}}\n{{\"turns\":[]}}\n", "x".repeat(70 << 20));
    let items = read("a.jsonl", long);
    assert_eq!(items.len(), 2);
    assert!(
        items[0]
            .as_ref()
            .unwrap_err()
            .to_string()
            .starts_with("a.jsonl:1: one conversation takes more than 64 MiB")
    );
    assert_eq!(items[1].as_ref().unwrap().conversation.id, "a-2");
}

#[test]
fn speaker_turns_are_taken_in_seconds_and_milliseconds() {
    let content = r#"[{"speaker":"Agent","text":"Hello","stime":0,"etime":1.25},
        {"speaker":"客户","text":"你好","start_ms":1100,"end_ms":2000},{"speaker":"坐席","text":"","stime":3,"etime":4}]"#;
    let taken = one("b/call.json", content).unwrap();
    assert_eq!(taken.conversation.id, "call");
    assert_eq!(taken.conversation.turns[0].span, Span::new(0, 1250));
    assert_eq!(taken.conversation.turns[1].role, Role::Customer);
    assert_eq!(taken.conversation.turns[1].span, Span::new(1100, 2000));
    assert_eq!(taken.notes, [Note::EmptyTurns { count: 1 }]);
    assert_eq!(refused("[]"), "a.json:1:1: the list has no turns");
    assert_eq!(
        refused(r#"[{"id":"c-1","turns":[]}]"#),
        "a.json:1:8: [0].turns: this is a conversation, and a list holds the turns of one; write one conversation a \
         line (JSON Lines), or one a file"
    );
    assert_eq!(
        refused(r#"[{"speaker":"Bob","text":"x","stime":0,"etime":1}]"#),
        "a.json:1:13: [0].speaker: unknown speaker \"Bob\"; a speaker is Agent, Customer, 坐席, 客户, … or a role's name"
    );
}

#[test]
fn a_missing_file_is_a_refusal() {
    let items: Vec<_> = open("no/such.json".as_ref(), Options::default()).collect();
    assert!(items[0].as_ref().unwrap_err().to_string().starts_with("no/such.json: failed to read: "));
}

#[test]
fn the_collection_calls_are_read() {
    let Some(folder) = real_data("collection-calls") else { return };
    let (mut calls, mut refusals) = (0, Vec::new());
    for entry in std::fs::read_dir(folder).unwrap() {
        for item in open(&entry.unwrap().path(), Options::default()) {
            match item {
                Ok(taken) => {
                    assert!(!taken.conversation.turns.is_empty());
                    calls += 1;
                }
                Err(refusal) => refusals.push(refusal.reason),
            }
        }
    }
    println!("read {calls} collection calls");
    assert_eq!(calls, 99);
    assert_eq!(refusals, ["the list has no turns"]);
}
