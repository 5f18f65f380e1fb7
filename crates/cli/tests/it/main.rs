//! The binary as people and scripts use it.
#![expect(clippy::expect_used, reason = "helpers of tests may fail as tests do")]

mod agreement;
#[cfg(target_os = "linux")]
mod bad_days;
mod contract;
mod html;
mod inspect;
mod mask;
mod operation;
mod others;
mod publishing;
mod rules;
mod sample;
mod service;
mod uploads;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// What a run left.
struct Ran {
    code: i32,
    out: String,
    err: String,
}

impl Ran {
    /// Every line as JSON.
    fn lines(&self) -> Vec<serde_json::Value> {
        self.out.lines().map(|line| serde_json::from_str(line).expect(line)).collect()
    }
}

/// A folder of its own, in which commands are run.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().expect("inside")).expect("a folder");
        std::fs::write(&path, text).expect("a file");
        path
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path().join(name)).expect(name)
    }

    fn lingjian<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Ran {
        let Output { status, stdout, stderr } = Command::new(env!("CARGO_BIN_EXE_lingjian"))
            .args(arguments)
            .current_dir(self.path())
            .env("LINGJIAN_MODELS", self.path().join("no-models"))
            .output()
            .expect("runs");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        Ran { code: status.code().expect("ends by itself"), out: text(stdout), err: text(stderr) }
    }
}

/// A pack that needs no other: one rule of each score.
const PACK: &str = r#"
pack:
  id: test-pack
  title: { zh: 测试规则, en: Test rules }
rules:
  - id: forbidden-words
    title: { zh: 服务忌语, en: Forbidden words }
    about: { zh: 坐席说了不该说的话。, en: The agent said what must not be said. }
    severity: major
    dimension: compliance
    points: -10
    role: agent
    when: { phrase: [不知道, 关我什么事] }
    tests:
      - name: says it
        hits: true
        call: |
          agent: 这个我不知道。
      - name: does not
        hits: false
        call: |
          agent: 我帮您查一下。
  - id: complaint
    title: { zh: 客户投诉, en: Complaint }
    severity: major
    dimension: risk
    points: 25
    role: customer
    when: { phrase: [投诉, complain*] }
  - id: long-silence
    title: { zh: 长时间静音, en: Long silence }
    severity: minor
    dimension: experience
    points: -8
    per: hit
    when: { silence: { over: 10s } }
"#;

/// A call with one finding of every rule.
fn call(id: &str, agent: &str) -> String {
    serde_json::json!({
        "id": id, "language": "zh-CN", "started_at": "2026-11-02T09:30:00+08:00",
        "attributes": { "agent": agent, "project": "手机售后", "direction": "inbound" },
        "turns": [
            { "role": "agent", "start_ms": 0, "end_ms": 2300, "text": "您好，请问有什么可以帮您？" },
            { "role": "customer", "start_ms": 2500, "end_ms": 5000, "text": "我要投诉你们。" },
            { "role": "agent", "start_ms": 20000, "end_ms": 22000, "text": "这个我不知道。" },
        ]
    })
    .to_string()
}
