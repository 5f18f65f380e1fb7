//! Files that come in over the network: tus, spoken literally.

use std::convert::Infallible;
use std::task::Poll;

use axum::body::{Body, Bytes};
use axum::http::{Method, Request, StatusCode};
use futures::stream;
use lingjian_model::Post;
use serde_json::{Value, json};

use crate::house::{Answer, Client, LARGEST_UPLOAD, Server, empty_house, filled, wait_ms};

/// Eight days: whatever nobody goes on with is cleared by then.
const EIGHT_DAYS: i64 = 8 * 24 * 3_600_000;

/// Base64, for metadata and checksums.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let bits =
            three.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for digit in 0..4 {
            let at = (bits >> (18 - 6 * digit) & 63) as usize;
            out.push(if digit <= three.len() { char::from(DIGITS[at]) } else { '=' });
        }
    }
    out
}

/// A second of silence, as a switch records it.
fn silence(marked: u8) -> Vec<u8> {
    let samples = vec![marked; 16_000];
    let mut wav = b"RIFF".to_vec();
    wav.extend((36 + samples.len() as u32).to_le_bytes());
    wav.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0data");
    wav.extend((samples.len() as u32).to_le_bytes());
    wav.extend(samples);
    wav
}

struct Sender<'s> {
    server: &'s Server,
    client: Client,
}

impl Sender<'_> {
    async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Body) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header("Tus-Resumable", "1.0.0");
        request =
            request.header("Cookie", format!("lingjian_session={}", self.client.cookie.as_ref().unwrap()));
        request = request.header("X-CSRF-Token", self.client.csrf.as_ref().unwrap());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = self.server.send(request.body(body).unwrap()).await;
        assert_eq!(answer.headers["tus-resumable"], "1.0.0");
        answer
    }

    async fn begin(&self, length: u64, told: &[(&str, &str)]) -> Answer {
        let told: Vec<String> =
            told.iter().map(|(key, value)| format!("{key} {}", base64(value.as_bytes()))).collect();
        let headers = [("Upload-Length", length.to_string()), ("Upload-Metadata", told.join(","))];
        let headers: Vec<(&str, &str)> =
            headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.send(Method::POST, "/api/v1/uploads", &headers, Body::empty()).await
    }

    /// Begins what must begin; where its bytes go.
    async fn begun(&self, length: u64, told: &[(&str, &str)]) -> String {
        let begun = self.begin(length, told).await;
        assert_eq!(begun.status, StatusCode::CREATED, "{}", begun.text());
        assert!(begun.headers["upload-expires"].to_str().unwrap().ends_with(" GMT"));
        begun.headers["location"].to_str().unwrap().to_owned()
    }

    async fn patch(&self, place: &str, offset: u64, sum: Option<&str>, body: Body) -> Answer {
        let offset = offset.to_string();
        let mut headers =
            vec![("Upload-Offset", offset.as_str()), ("Content-Type", "application/offset+octet-stream")];
        headers.extend(sum.map(|sum| ("Upload-Checksum", sum)));
        self.send(Method::PATCH, place, &headers, body).await
    }

    async fn offset(&self, place: &str) -> u64 {
        let answer = self.send(Method::HEAD, place, &[], Body::empty()).await;
        assert_eq!(
            (answer.status, answer.headers["cache-control"].to_str().unwrap()),
            (StatusCode::OK, "no-store")
        );
        answer.headers["upload-offset"].to_str().unwrap().parse().unwrap()
    }

    /// Sends a file in one piece and has it taken in; what became of it.
    async fn sent(&self, bytes: &[u8], told: &[(&str, &str)]) -> Value {
        let place = self.begun(bytes.len() as u64, told).await;
        let answer = self.patch(&place, 0, None, Body::from(bytes.to_vec())).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text());
        self.server.house.take_uploads().await.unwrap();
        self.server.get(&self.client, &place).await.json()
    }
}

/// Some bytes, and then the connection breaks.
fn broken_off(bytes: &[u8]) -> Body {
    let some = Ok(Bytes::copy_from_slice(bytes));
    Body::from_stream(stream::iter([some, Err(std::io::Error::other("the line went dead"))]))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_comes_in_pieces_and_goes_the_way_of_all_recordings() {
    let server = empty_house().await;
    let sender = Sender { server: &server, client: server.admin().await };
    let offered = sender.send(Method::OPTIONS, "/api/v1/uploads", &[], Body::empty()).await;
    assert_eq!(offered.headers["tus-version"], "1.0.0");
    assert_eq!(offered.headers["tus-max-size"].to_str().unwrap(), LARGEST_UPLOAD.to_string());

    let wav = silence(0);
    let told = [
        ("filename", "../7_001.wav"),
        ("source", "pbx"),
        ("project", "售后"),
        ("started_at", "2026-11-01T09:00:00+08:00"),
    ];
    let place = sender.begun(wav.len() as u64, &told).await;
    assert_eq!(sender.offset(&place).await, 0);
    // Broken off: what has come stays.
    let broken = sender.patch(&place, 0, None, broken_off(&wav[..5000])).await;
    assert_eq!(broken.status, StatusCode::BAD_REQUEST);
    assert_eq!(sender.offset(&place).await, 5000);
    // Whoever does not know where it stands is told.
    let elsewhere = sender.patch(&place, 0, None, Body::from(wav.clone())).await;
    assert_eq!((elsewhere.status, elsewhere.code().as_str()), (StatusCode::CONFLICT, "conflict"));
    // A wrong checksum takes nothing, a right one all.
    let sum = format!("sha1 {}", base64(&[7; 20]));
    let wrong = sender.patch(&place, 5000, Some(&sum), Body::from(wav[5000..9000].to_vec())).await;
    assert_eq!((wrong.status.as_u16(), wrong.code().as_str()), (460, "checksum"));
    assert_eq!(sender.offset(&place).await, 5000);
    // What is broken off under a checksum counts for nothing: it cannot be known to be right.
    sender.patch(&place, 5000, Some(&sum), broken_off(&wav[5000..6000])).await;
    assert_eq!(sender.offset(&place).await, 5000);
    let too_much = sender.patch(&place, 5000, None, Body::from(vec![0; wav.len()])).await;
    assert_eq!(too_much.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(sender.offset(&place).await, 5000);
    let rest = sender.patch(&place, 5000, None, Body::from(wav[5000..].to_vec())).await;
    assert_eq!(rest.status, StatusCode::NO_CONTENT);
    assert_eq!(sender.offset(&place).await, wav.len() as u64);

    assert_eq!(server.get(&sender.client, &place).await.json()["state"], "received");
    assert_eq!(server.house.take_uploads().await.unwrap(), 1);
    let shown = server.get(&sender.client, &place).await.json();
    assert_eq!((shown["state"].as_str(), shown["name"].as_str()), (Some("taken"), Some("7_001.wav")));
    assert_eq!((&shown["outcome"]["new"], &shown["outcome"]["refused"]), (&1.into(), &0.into()));
    let id = shown["outcome"]["conversation"].as_str().unwrap();
    let call = server.get(&sender.client, &format!("/api/v1/conversations/{id}")).await.json();
    assert_eq!(
        (call["source"].as_str(), call["external_id"].as_str()),
        (Some("pbx"), Some("7_001")),
        "{call}"
    );
    let sound = server.get(&sender.client, &format!("/api/v1/conversations/{id}/recording")).await;
    assert!(sound.body == wav, "what is heard is what was sent");
    // The bytes are where recordings are, and no more in the spool.
    assert_eq!(std::fs::read_dir(server.folder.path().join("uploads")).unwrap().count(), 0);
    // The same again is known.
    assert_eq!(sender.sent(&wav, &told).await["outcome"]["same"], 1);
    // It stands in the audit trail, without the file's name.
    let trail = server.get(&sender.client, "/api/v1/audit?action=upload.take").await.text();
    assert!(trail.contains("upload.take") && !trail.contains("7_001"), "{trail}");
}

/// A recording that is not as its project agreed is taken all the same, and the conversation lists what is not.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_agreed_of_recordings_is_looked_at() {
    let server = empty_house().await;
    let sender = Sender { server: &server, client: server.admin().await };
    let agreed =
        json!({ "channels": 2, "formats": ["mp3"], "min_sample_rate": 16000, "naming": "{agent}_{id}" });
    let project = json!({ "name": "售后", "zone": "Asia/Shanghai", "recording": agreed });
    let made = server.post(&sender.client, "/api/v1/projects", project).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    for (project, breaches) in [
        (
            "售后",
            json!([
                { "field": "format", "found": "wav", "wanted": "mp3" },
                { "field": "channels", "found": "1", "wanted": "2" },
                { "field": "sample_rate", "found": "8000 Hz", "wanted": "≥ 16000 Hz" },
                { "field": "naming", "found": "7.wav", "wanted": "{agent}_{id}" },
            ]),
        ),
        ("另一个", json!([])),
    ] {
        let told = [("filename", "7.wav"), ("source", project), ("project", project)];
        let shown = sender.sent(&silence(0), &told).await;
        assert_eq!(shown["outcome"]["new"], 1, "{shown}");
        let id = shown["outcome"]["conversation"].as_str().unwrap();
        let call = server.get(&sender.client, &format!("/api/v1/conversations/{id}")).await.json();
        assert_eq!(call["recording"]["breaches"], breaches, "{project}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn transcripts_come_in_and_what_is_wrong_is_told_with_its_place() {
    let server = empty_house().await;
    let sender = Sender { server: &server, client: server.admin().await };
    let lines = "{\"id\":\"t-1\",\"turns\":[{\"role\":\"agent\",\"start_ms\":0,\"end_ms\":900,\"text\":\"您好\"}]}\n\
                 {\"id\":\"t-2\",\"turns\":[{\"role\":\"boss\",\"start_ms\":0,\"end_ms\":900,\"text\":\"13800138000\"}]}\n";
    let became = sender.sent(lines.as_bytes(), &[("filename", "calls.jsonl"), ("project", "售后")]).await;
    assert_eq!(
        (&became["outcome"]["new"], &became["outcome"]["refused"]),
        (&1.into(), &1.into()),
        "{became}"
    );
    let refusal = &became["outcome"]["refusals"][0];
    assert_eq!(refusal["line"], 2);
    assert!(!refusal.to_string().contains("138"), "what was said is not repeated: {refusal}");
    for (bytes, name, reason) in [
        (&b"caller,agent\n1,2\n"[..], "calls.csv", "table"),
        (b"%PDF-1.4", "calls.pdf", "neither"),
        (b"RIFF\x04\0\0\0WAVE", "noise.wav", ""),
        (b"<svg onload='alert(1)'/>", "logo.svg", "neither"),
    ] {
        let became = sender.sent(bytes, &[("filename", name)]).await;
        assert_eq!(became["state"], "refused", "{name}");
        let told = became["outcome"]["refusals"][0]["reason"].as_str().unwrap();
        assert!(told.contains(reason) && !told.contains('/'), "{name}: {told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_puts_calls_where_they_may_not() {
    let server = filled(empty_house().await).await;
    let places = server.house.store().places().await.unwrap();
    let (mine, other) = (places.projects[0].name.as_str(), places.projects[1].name.as_str());
    let supervisor =
        Sender { server: &server, client: server.somebody("sp", &[Post::Supervisor], None).await };
    for told in [vec![("filename", "a.wav")], vec![("project", other)], vec![("project", "no such")]] {
        let refused = supervisor.begin(100, &told).await;
        assert_eq!(
            (refused.status, refused.json()["field"].as_str()),
            (StatusCode::BAD_REQUEST, Some("project"))
        );
    }
    let inspector = Sender { server: &server, client: server.somebody("qi", &[Post::Inspector], None).await };
    assert_eq!(inspector.begin(100, &[("project", mine)]).await.code(), "forbidden");
    // A call that is known in another project is not completed from here, and a transcript does not slip into one.
    let rows = server.get(&server.admin().await, "/api/v1/conversations?limit=500").await.json();
    let foreign =
        rows["items"].as_array().unwrap().iter().find(|row| row["project"]["name"] == other).unwrap();
    let (source, id) = (foreign["source"].as_str().unwrap(), foreign["external_id"].as_str().unwrap());
    let became = supervisor.sent(&silence(1), &[("project", mine), ("source", source), ("id", id)]).await;
    assert_eq!((&became["state"], &became["outcome"]["refused"]), (&"refused".into(), &1.into()), "{became}");
    let slip = format!(
        "{{\"id\":\"slip\",\"attributes\":{{\"project\":\"{other}\"}},\"turns\":[{{\"role\":\"agent\",\"start_ms\":0,\"end_ms\":900,\"text\":\"您好\"}}]}}"
    );
    let became = supervisor.sent(slip.as_bytes(), &[("filename", "slip.json"), ("project", mine)]).await;
    assert_eq!(became["state"], "refused", "{became}");
    assert_eq!(supervisor.sent(&silence(2), &[("project", mine), ("id", "new")]).await["outcome"]["new"], 1);
    // Another's upload is none.
    let place = supervisor.begun(10, &[("project", mine)]).await;
    let admin = Sender { server: &server, client: server.admin().await };
    for method in [Method::HEAD, Method::DELETE, Method::PATCH] {
        let headers = [("Upload-Offset", "0"), ("Content-Type", "application/offset+octet-stream")];
        let answer = admin.send(method.clone(), &place, &headers, Body::from("0123456789")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{method}");
    }
    assert_eq!(
        server.get(&admin.client, "/api/v1/uploads").await.json()["items"].as_array().unwrap().len(),
        0
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_upload_is_refused_before_a_byte_comes() {
    let server = empty_house().await;
    let sender = Sender { server: &server, client: server.admin().await };
    assert_eq!(sender.begin(LARGEST_UPLOAD + 1, &[]).await.code(), "too_large");
    assert_eq!(sender.begin(0, &[]).await.code(), "bad_request");
    for (key, value) in
        [("direction", "sideways"), ("started_at", "yesterday"), ("secret", "x"), ("id", "a\nb")]
    {
        assert_eq!(sender.begin(1, &[(key, value)]).await.code(), "bad_request", "{key}");
    }
    let place = sender.begun(10, &[]).await;
    for length in ["-1", "+1", "1.5", "99999999999999999999999", ""] {
        let answer =
            sender.send(Method::POST, "/api/v1/uploads", &[("Upload-Length", length)], Body::empty()).await;
        assert_eq!(answer.code(), "bad_request", "{length:?}");
    }
    let headers = [("Upload-Offset", "0"), ("Content-Type", "text/plain")];
    let wrong = sender.send(Method::PATCH, &place, &headers, Body::from("x")).await;
    assert_eq!((wrong.status, wrong.code().as_str()), (StatusCode::UNSUPPORTED_MEDIA_TYPE, "media_type"));
    let wrong = sender.patch(&place, 0, Some("md5 AAAA"), Body::from("x")).await;
    assert_eq!(wrong.code(), "bad_request");
    // Another version of tus.
    let answer = server.post(&sender.client, "/api/v1/uploads", serde_json::json!({})).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::PRECONDITION_FAILED, "version"));
    assert_eq!(answer.headers["tus-version"], "1.0.0");
    // Nothing of it stays.
    assert_eq!(sender.send(Method::DELETE, &place, &[], Body::empty()).await.status, StatusCode::NO_CONTENT);
    assert_eq!(sender.send(Method::HEAD, &place, &[], Body::empty()).await.status, StatusCode::NOT_FOUND);
}

/// Five gibibytes broken off beyond four go on from there. The disk holds a hole, and the machine a piece at a time.
#[tokio::test(flavor = "multi_thread")]
async fn five_gibibytes_go_on_from_where_they_were() {
    const FAR: u64 = (4 << 30) + 77;
    let server = empty_house().await;
    let sender = Sender { server: &server, client: server.admin().await };
    let place = sender.begun(LARGEST_UPLOAD, &[("filename", "day.wav")]).await;
    let id = lingjian_model::ImportId(place.rsplit('/').next().unwrap().parse().unwrap());
    // What an hour of sending would have left.
    let file = server.folder.path().join("uploads").join(id.0.simple().to_string());
    std::fs::File::create(&file).unwrap().set_len(FAR).unwrap();
    assert!(server.house.store().note_upload(id, 0, FAR as i64, 0).await.unwrap());
    assert_eq!(sender.offset(&place).await, FAR);
    let many = stream::iter((0..40).map(|_| Ok::<_, Infallible>(Bytes::from(vec![7; 1 << 20]))));
    let answer = sender.patch(&place, FAR, None, Body::from_stream(many)).await;
    assert_eq!(answer.headers["upload-offset"].to_str().unwrap(), (FAR + (40 << 20)).to_string());
    sender.patch(&place, FAR + (40 << 20), None, broken_off(&[8; 999])).await;
    assert_eq!(sender.offset(&place).await, FAR + (40 << 20) + 999);
    // A disk that lost what it had confirmed is believed.
    std::fs::File::options().write(true).open(&file).unwrap().set_len(FAR).unwrap();
    assert_eq!(sender.offset(&place).await, FAR);
    // Nobody goes on for days: it is cleared. What is younger stays.
    let young = sender.begun(10, &[]).await;
    wait_ms(EIGHT_DAYS);
    let sender = Sender { server: &server, client: server.admin().await };
    sender.patch(&young, 0, None, Body::from("01")).await;
    server.house.clear_uploads().await.unwrap();
    let client = server.admin().await;
    assert_eq!(server.get(&client, &place).await.status, StatusCode::NOT_FOUND);
    assert!(!file.exists());
    assert_eq!(server.get(&client, &young).await.json()["received"], 2);
}

/// A connection that nobody closes does not keep whoever goes on waiting.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_goes_on_does_not_wait_for_a_dead_line() {
    let server = empty_house().await;
    let sender = Sender { server: &server, client: server.admin().await };
    let place = sender.begun(8, &[]).await;
    // Four bytes, then silence. Whoever asks for more has written them down.
    let (asked, is_asked) = tokio::sync::oneshot::channel();
    let (mut bytes, mut asked) = (Some(Bytes::from_static(b"0123")), Some(asked));
    let dead = stream::poll_fn(move |_| match bytes.take() {
        Some(bytes) => Poll::Ready(Some(Ok::<_, Infallible>(bytes))),
        None => {
            if let Some(asked) = asked.take() {
                asked.send(()).unwrap();
            }
            Poll::Pending
        }
    });
    let old = sender.patch(&place, 0, None, Body::from_stream(dead));
    let new = async {
        is_asked.await.unwrap();
        assert_eq!(sender.offset(&place).await, 4, "the old connection confirms what it has and lets go");
        sender.patch(&place, 4, None, Body::from("4567")).await
    };
    let (old, new) = tokio::join!(old, new);
    assert_eq!((old.status, new.status), (StatusCode::BAD_REQUEST, StatusCode::NO_CONTENT));
}

/// No room on the disk is no fault of whoever sends, and what was confirmed stays.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_told_as_such() {
    let server = empty_house().await;
    let sender = Sender { server: &server, client: server.admin().await };
    let place = sender.begun(10, &[]).await;
    let id = place.rsplit('/').next().unwrap().replace('-', "");
    std::os::unix::fs::symlink("/dev/full", server.folder.path().join("uploads").join(id)).unwrap();
    let answer = sender.patch(&place, 0, None, Body::from("0123456789")).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::INSUFFICIENT_STORAGE, "cannot_write"));
    assert_eq!(sender.offset(&place).await, 0);
}
