//! People at work on a running server, and how long they wait. `cargo xtask bench service` starts the server and runs this.
//!
//! Fifty people, each in a thread with a session of their own: they list, search and open conversations in turn, with filters, words
//! and ids that differ from person to person and from request to request. Told is the whole time of an answer as they see it.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a bench that cannot go on stops; it looks at the clock and tells by printing"
)]

use std::collections::BTreeMap;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use ureq::Agent;

const HELP: &str =
    "load ADDRESS --user NAME --people N --seconds S --pause-ms P; the password is in LINGJIAN_PASSWORD";

/// What is looked for: frequent and rare, short and long, Chinese and English, one that stands nowhere.
const WORDS: [&str; 16] = [
    "退款",
    "您好",
    "投诉",
    "请问",
    "工单",
    "录音",
    "不满意",
    "身份证",
    "稍等",
    "转接",
    "优惠",
    "第三方",
    "没有处理",
    "手续费",
    "感谢您的来电",
    "紫罗兰",
];
const FILTERS: [&str; 6] = [
    "",
    "sort=risk",
    "sort=oldest",
    "state=judged&max_compliance=80",
    "min_duration_ms=60000&sort=duration",
    "direction=inbound",
];

/// What a person asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Asked {
    List,
    Further,
    Search,
    Conversation,
}

impl Asked {
    const fn name(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Further => "further",
            Self::Search => "search",
            Self::Conversation => "conversation",
        }
    }
}

struct Plan {
    address: String,
    user: String,
    password: String,
    people: usize,
    span: Duration,
    pause: Duration,
}

fn main() {
    let plan = plan(std::env::args().skip(1));
    let ids = known(&plan);
    let start = Barrier::new(plan.people);
    let waits: Vec<(Asked, Duration)> = thread::scope(|scope| {
        let people: Vec<_> = (0..plan.people)
            .map(|person| {
                scope.spawn({
                    let (plan, ids, start) = (&plan, &ids, &start);
                    move || work(plan, ids, start, person)
                })
            })
            .collect();
        people.into_iter().flat_map(|person| person.join().unwrap()).collect()
    });
    println!("{}", told(waits, plan.span));
}

fn plan(mut words: impl Iterator<Item = String>) -> Plan {
    let mut plan = Plan {
        address: String::new(),
        user: "admin".to_owned(),
        password: std::env::var("LINGJIAN_PASSWORD").unwrap_or_default(),
        people: 50,
        span: Duration::from_secs(30),
        pause: Duration::from_secs(1),
    };
    while let Some(word) = words.next() {
        let mut number = || words.next().and_then(|word| word.parse().ok()).expect(HELP);
        match word.as_str() {
            "--people" => plan.people = usize::try_from(number()).unwrap(),
            "--seconds" => plan.span = Duration::from_secs(number()),
            "--pause-ms" => plan.pause = Duration::from_millis(number()),
            "--user" => plan.user = words.next().expect(HELP),
            // Cargo says this to every bench.
            "--bench" => {}
            _ => plan.address = word,
        }
    }
    assert!(!plan.address.is_empty(), "{HELP}");
    plan
}

/// Signs in; what is asked later carries the session.
fn signed_in(plan: &Plan) -> (Agent, String) {
    let agent: Agent = Agent::config_builder().timeout_global(Some(Duration::from_secs(60))).build().into();
    let asked = json!({ "name": plan.user, "password": plan.password }).to_string();
    let answer = agent
        .post(format!("{}/api/v1/session", plan.address))
        .header("content-type", "application/json")
        .send(asked)
        .unwrap();
    let cookie = answer.headers().get("set-cookie").unwrap().to_str().unwrap();
    let cookie = cookie.split(';').next().unwrap().to_owned();
    (agent, cookie)
}

fn ask(agent: &Agent, cookie: &str, address: &str) -> Vec<u8> {
    let mut answer =
        agent.get(address).header("cookie", cookie).header("accept-encoding", "identity").call().unwrap();
    answer.body_mut().with_config().limit(64 << 20).read_to_vec().unwrap()
}

/// Conversations all over the store, to be opened.
fn known(plan: &Plan) -> Vec<String> {
    let (agent, cookie) = signed_in(plan);
    let mut ids = Vec::new();
    for sort in ["newest", "oldest", "risk", "compliance", "experience", "duration"] {
        let page =
            ask(&agent, &cookie, &format!("{}/api/v1/conversations?limit=500&sort={sort}", plan.address));
        let page: Value = serde_json::from_slice(&page).unwrap();
        ids.extend(
            page["items"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()),
        );
    }
    ids
}

fn work(plan: &Plan, ids: &[String], start: &Barrier, person: usize) -> Vec<(Asked, Duration)> {
    let (agent, cookie) = signed_in(plan);
    let mut chance = Chance(person as u64 + 1);
    let mut waits = Vec::new();
    let mut next: Option<String> = None;
    start.wait();
    let begun = Instant::now();
    // Who pauses does not begin at a whistle with everybody else.
    rest(plan, &mut chance);
    while begun.elapsed() < plan.span {
        let base = format!("{}/api/v1/conversations", plan.address);
        let (asked, address) = match chance.below(4) {
            0 => (Asked::List, format!("{base}?limit=50&{}", FILTERS[chance.below(FILTERS.len())])),
            1 => match next.take() {
                Some(cursor) => (Asked::Further, format!("{base}?limit=50&cursor={cursor}")),
                None => (Asked::List, format!("{base}?limit=50")),
            },
            2 => (Asked::Search, format!("{base}?limit=50&q={}", encoded(WORDS[chance.below(WORDS.len())]))),
            _ => (Asked::Conversation, format!("{base}/{}", ids[chance.below(ids.len())])),
        };
        let asked_at = Instant::now();
        let answer = ask(&agent, &cookie, &address);
        waits.push((asked, asked_at.elapsed()));
        // A cursor goes on in the list that it came from: the plain one.
        if asked == Asked::Further || address.ends_with("limit=50") {
            let page: Value = serde_json::from_slice(&answer).unwrap();
            next = page["next"].as_str().map(str::to_owned);
        }
        rest(plan, &mut chance);
    }
    waits
}

/// A pause of any length up to twice the usual one.
fn rest(plan: &Plan, chance: &mut Chance) {
    if !plan.pause.is_zero() {
        let twice = u64::try_from(plan.pause.as_millis()).unwrap() * 2;
        thread::sleep(Duration::from_millis(chance.next() % twice));
    }
}

fn encoded(word: &str) -> String {
    word.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// One line of JSON: by what was asked how many, and the middle, the 99th of 100 and the longest wait in milliseconds.
fn told(waits: Vec<(Asked, Duration)>, span: Duration) -> Value {
    let mut by: BTreeMap<Asked, Vec<f64>> = BTreeMap::new();
    let all = waits.len();
    for (asked, wait) in waits {
        by.entry(asked).or_default().push(wait.as_secs_f64() * 1000.0);
    }
    let mut told = json!({ "requests_per_s": all as f64 / span.as_secs_f64() });
    for (asked, mut waits) in by {
        waits.sort_by(f64::total_cmp);
        let at = |share: f64| waits[((waits.len() - 1) as f64 * share).round() as usize];
        told[asked.name()] =
            json!({ "count": waits.len(), "p50": at(0.5), "p99": at(0.99), "most": at(1.0) });
    }
    told
}

/// Splitmix64: the same requests in every run.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }
}
