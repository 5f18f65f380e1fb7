//! Who judged the same calls is compared: with each other, with one who is taken to be right, with the machine.

use axum::http::{Method, StatusCode};
use lingjian_model::Post;
use serde_json::{Value, json};

use crate::evaluations::best;
use crate::house::{Client, Server, filled, house, house_with};

const AGREEMENT: &str = "/api/v1/agreement";
const EVALUATIONS: &str = "/api/v1/evaluations";

impl Server {
    /// Judges a call with these answers in the place of the best, and submits.
    pub(crate) async fn rated(&self, client: &Client, call: &Value, otherwise: &[(&str, &str)]) -> Value {
        let told = json!({ "conversation": call, "card": "care", "mode": "recorded" });
        let begun = self.post(client, EVALUATIONS, told).await.json();
        let mut sheet = best(&begun);
        for (item, option) in otherwise {
            let choice = match *option {
                "not_applicable" => json!("not_applicable"),
                option => json!({ "option": option }),
            };
            sheet["answers"][*item]["choice"] = choice;
        }
        let path = format!("{EVALUATIONS}/{}", begun["id"].as_str().unwrap());
        let filled = self.marked(client, Method::PUT, &format!("{path}/sheet"), 1, sheet).await;
        assert_eq!(filled.status, StatusCode::OK, "{}", filled.text());
        let done = self.marked(client, Method::POST, &format!("{path}/submit"), 2, json!({})).await;
        assert_eq!(done.status, StatusCode::OK, "{}", done.text());
        done.json()
    }

    async fn compared(&self, client: &Client, query: &str) -> Value {
        let answer = self.get(client, &format!("{AGREEMENT}?{query}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        answer.json()
    }
}

fn item<'c>(compared: &'c Value, id: &str) -> &'c Value {
    compared["items"].as_array().unwrap().iter().find(|item| item["id"] == id).unwrap()
}

pub(crate) async fn judged_calls(server: &Server, admin: &Client, many: usize) -> Vec<Value> {
    let all = server.get(admin, "/api/v1/conversations?limit=100&state=judged").await.json();
    all["items"].as_array().unwrap().iter().take(many).map(|row| row["id"].clone()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_compared_with_each_other_and_with_the_machine() {
    let server = filled(house_with("zh/standard").await).await;
    let admin = server.admin().await;
    let one = server.somebody("one", &[Post::QualityManager], None).await;
    let two = server.somebody("two", &[Post::QualityManager], None).await;
    let calls = judged_calls(&server, &admin, 5).await;
    let none = server.compared(&admin, "card=care").await;
    assert_eq!((&none["calls"], &none["total"], &none["weeks"]), (&json!(0), &Value::Null, &json!([])));
    assert!(!none["items"].as_array().unwrap().is_empty(), "what there is to compare is named");

    let mut evaluations = Vec::new();
    for (at, call) in calls.iter().enumerate() {
        let first: &[(&str, &str)] = if at == 1 { &[("opening", "partly")] } else { &[] };
        evaluations.push(server.rated(&one, call, first).await);
        let second: &[(&str, &str)] = match at {
            0 => &[("opening", "not"), ("closing", "not_applicable")],
            1 => &[("opening", "partly")],
            // One call is heard by one only.
            4 => continue,
            _ => &[],
        };
        evaluations.push(server.rated(&two, call, second).await);
    }
    let found = server.compared(&admin, "card=care").await;
    assert_eq!((found["calls"].as_u64(), found["evaluations"].as_u64()), (Some(4), Some(9)));
    assert_eq!((found["more"].as_bool(), found["inspectors"].as_array().unwrap().len()), (Some(false), 2));
    let opening = item(&found, "opening");
    assert_eq!(opening["people"]["percent"], 0.75);
    // By hand: of eight ratings five are done, two partly, one not; of four pairs one differs. Krippendorff's alpha:
    // 1 - (7 × 2) / (5·2 + 5·1 + 2·1 + the same the other way round).
    let alpha = opening["people"]["krippendorff_alpha"]["nominal"].as_f64().unwrap();
    assert!((alpha - (1.0 - 7.0 * 2.0 / 34.0)).abs() < 1e-9, "{alpha}");
    assert_eq!(opening["graded"]["scale"], "ordinal");
    let closing = item(&found, "closing");
    assert_eq!(closing["people"]["percent"], 0.75, "whether it applies is an answer too");
    assert_eq!(closing["graded"]["units"], 3, "graded are those who found that it applies");
    assert_eq!(item(&found, "words")["people"]["percent"], 1.0);
    assert!(item(&found, "words")["people"]["cohen_kappa"].is_null(), "nothing was told apart");
    let lenient = |found: &Value, name: &str| {
        let inspectors = found["inspectors"].as_array().unwrap().iter();
        let id = inspectors.clone().find(|one| one["name"] == name).unwrap()["id"].clone();
        let rater = found["total"]["per_rater"].as_array().unwrap().iter().find(|one| one["rater"] == id);
        (id, rater.cloned())
    };
    let (id, rater) = lenient(&found, "one");
    assert!(rater.unwrap()["leniency"]["value"].as_f64().unwrap() > 0.0, "gave more on the same calls");
    let weeks = found["weeks"].as_array().unwrap();
    assert_eq!((weeks.len(), weeks[0]["calls"].as_u64()), (1, Some(4)));
    assert!(weeks[0]["alike"].as_f64().unwrap() > 0.9);

    // What became of suggestions, counted by hand from the evaluations.
    for of in ["opening", "closing", "attitude"] {
        let known = item(&none, of);
        assert!(known["machine"].is_null(), "nothing was asked yet");
        let machine = &item(&found, of)["machine"];
        let count =
            |origin: &str| evaluations.iter().filter(|one| one["answers"][of]["origin"] == origin).count();
        let of_machine = |what: &str| usize::try_from(machine[what].as_u64().unwrap()).unwrap();
        assert_eq!(of_machine("confirmed"), count("confirmed"), "{of}");
        assert_eq!(of_machine("changed"), count("changed"), "{of}");
        assert_eq!(of_machine("missed") + of_machine("quiet"), count("own"), "{of}");
        assert_eq!(machine["agreement"]["units"], 9, "{of}");
    }

    // Beside one who is taken to be right; who judged nothing of it cannot be.
    let beside = server.compared(&admin, &format!("card=care&reference={}", id.as_str().unwrap())).await;
    assert_eq!(lenient(&beside, "one").1, None, "who is right is not compared with themselves");
    assert_eq!(lenient(&beside, "two").1.unwrap()["against"], "reference");
    let nobody = server.get(&admin, &format!("{AGREEMENT}?card=care&reference={}", uuid::Uuid::nil())).await;
    assert_eq!(
        (nobody.status, nobody.json()["field"].as_str()),
        (StatusCode::BAD_REQUEST, Some("reference"))
    );
    for (query, status) in [
        ("card=none", StatusCode::NOT_FOUND),
        ("", StatusCode::BAD_REQUEST),
        ("card=care&from=yesterday", StatusCode::BAD_REQUEST),
        ("card=care&draw=00000000-0000-0000-0000-000000000001", StatusCode::NOT_FOUND),
    ] {
        assert_eq!(server.get(&admin, &format!("{AGREEMENT}?{query}")).await.status, status, "{query}");
    }
    let later = server.compared(&admin, "card=care&from=2031-01-01").await;
    assert_eq!(later["evaluations"], 0);
}

/// Two who are to judge a call judge it each on their own: neither sees what the other said before they are done.
#[tokio::test(flavor = "multi_thread")]
async fn who_has_yet_to_judge_a_call_does_not_see_what_others_said() {
    let server = house().await;
    let admin = server.admin().await;
    let one = server.somebody("one", &[Post::QualityManager], None).await;
    let two = server.somebody("two", &[Post::QualityManager], None).await;
    let calls = judged_calls(&server, &admin, 100).await;
    let first = server.get(&admin, &format!("/api/v1/conversations/{}", calls[0].as_str().unwrap())).await;
    let project = first.json()["project"]["id"].clone();
    let able =
        server.get(&admin, &format!("/api/v1/draws/inspectors?project={}", project.as_str().unwrap())).await;
    let able = able.json();
    let able: Vec<&Value> = able["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|who| who["name"] != "管理员")
        .map(|who| &who["id"])
        .collect();
    let plan = json!({ "project": project, "from": "2026-11-01", "to": "2026-12-01", "strata": "none", "count": 2, "card": "care",
        "inspectors": able, "listeners": 2, "reason": "校准" });
    let draw = server.post(&admin, "/api/v1/draws", plan).await;
    assert_eq!(draw.status, StatusCode::CREATED, "{}", draw.text());
    let draw = draw.json();
    let call = &draw["items"][0]["conversation"]["id"];
    let list = format!("{EVALUATIONS}?conversation={}", call.as_str().unwrap());
    let seen =
        async |client: &Client| server.get(client, &list).await.json()["items"].as_array().unwrap().len();

    let theirs = server.rated(&one, call, &[("opening", "not")]).await;
    let path = format!("{EVALUATIONS}/{}", theirs["id"].as_str().unwrap());
    assert_eq!((seen(&one).await, seen(&admin).await, seen(&two).await), (1, 1, 0), "drawn, not begun");
    assert_eq!(server.get(&two, &path).await.status, StatusCode::NOT_FOUND);
    // Who judges of their own accord is no other.
    let told = json!({ "conversation": call, "card": "care", "mode": "recorded" });
    let draft = server.post(&admin, EVALUATIONS, told).await.json();
    assert_eq!((seen(&admin).await, server.get(&admin, &path).await.status), (1, StatusCode::NOT_FOUND));
    let draft = format!("{EVALUATIONS}/{}", draft["id"].as_str().unwrap());
    server.marked(&admin, Method::DELETE, &draft, 1, json!({})).await;
    assert_eq!(server.get(&admin, &path).await.status, StatusCode::OK);

    server.rated(&two, call, &[]).await;
    assert_eq!((seen(&two).await, server.get(&two, &path).await.status), (2, StatusCode::OK), "done");
    let of_draw = server.compared(&admin, &format!("card=care&draw={}", draw["id"].as_str().unwrap())).await;
    assert_eq!((of_draw["calls"].as_u64(), of_draw["evaluations"].as_u64()), (Some(1), Some(2)));
    // The draw's own calls only.
    let other = calls
        .iter()
        .find(|id| draw["items"].as_array().unwrap().iter().all(|item| item["conversation"]["id"] != **id));
    for client in [&one, &two] {
        server.rated(client, other.unwrap(), &[]).await;
    }
    let of_draw = server.compared(&admin, &format!("card=care&draw={}", draw["id"].as_str().unwrap())).await;
    assert_eq!(of_draw["calls"], 1);
    assert_eq!(server.compared(&admin, "card=care").await["calls"], 2);
}
