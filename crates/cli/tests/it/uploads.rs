//! A file comes in over the network, and the server dies over it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;

use super::Place;
use super::service::{Process, line, wait_until};

/// Asks over the network; the answer's head and body.
fn ask(address: &str, head: &str, body: &[u8]) -> (String, String) {
    let mut stream = TcpStream::connect(address).expect("listens");
    write!(stream, "{head}\r\nHost: x\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len())
        .expect("takes");
    stream.write_all(body).expect("takes");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("answers");
    let (head, body) = answer.split_once("\r\n\r\n").expect("an answer");
    (head.to_owned(), body.to_owned())
}

/// What a header of an answer says.
fn header<'h>(head: &'h str, name: &str) -> &'h str {
    let mut lines = head.lines().filter_map(|line| line.split_once(": "));
    lines.find(|(known, _)| known.eq_ignore_ascii_case(name)).expect("the header").1
}

/// Kill -9 in the middle of an upload: what was confirmed is there, it goes on behind it, and what was sent is taken in.
#[test]
fn an_upload_goes_on_after_the_server_died() {
    const LENGTH: usize = 24 << 20;
    let mut wav = b"RIFF".to_vec();
    wav.extend((LENGTH as u32 - 8).to_le_bytes());
    wav.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0data");
    wav.extend((LENGTH as u32 - 44).to_le_bytes());
    wav.resize(LENGTH, 0);
    let place = Place::new();
    let serve =
        ["serve", "--role", "web", "--data", "house", "--rules", "zh/outbound", "--listen", "127.0.0.1:0"];
    let mut server = Process::start(&place, &serve);
    let out = server.0.stdout.take().expect("piped");
    let mut lines = BufReader::new(out).lines().map_while(Result::ok);
    let password = lines.find_map(|line| line.rsplit_once("password ").map(|(_, word)| word.to_owned()));
    let address = lines.find_map(|line| line.strip_prefix("Lingjian serves at http://").map(str::to_owned));
    let address = address.expect("serves").trim_end_matches('/').to_owned();
    let credentials = format!(r#"{{"name":"admin","password":"{}"}}"#, password.expect("told once"));
    let sign_in = "POST /api/v1/session HTTP/1.1\r\nContent-Type: application/json";
    let (head, body) = ask(&address, sign_in, credentials.as_bytes());
    let cookie = header(&head, "set-cookie").split(';').next().expect("a cookie").to_owned();
    let session: serde_json::Value = serde_json::from_str(&body).expect("JSON");
    let signed = format!("Cookie: {cookie}\r\nX-CSRF-Token: {}", session["csrf"].as_str().expect("a token"));
    let tus = format!("{signed}\r\nTus-Resumable: 1.0.0");
    let begin = format!("POST /api/v1/uploads HTTP/1.1\r\n{tus}\r\nUpload-Length: {LENGTH}");
    let (head, _) = ask(&address, &begin, b"");
    let upload = header(&head, "location").to_owned();
    let bytes = |offset: usize| {
        format!(
            "PATCH {upload} HTTP/1.1\r\n{tus}\r\nContent-Type: application/offset+octet-stream\r\nUpload-Offset: {offset}"
        )
    };
    let mut stream = TcpStream::connect(&address).expect("listens");
    write!(stream, "{}\r\nHost: x\r\nContent-Length: {LENGTH}\r\n\r\n", bytes(0)).expect("takes");
    stream.write_all(&wav[..LENGTH - 1000]).expect("takes");
    // Confirmed piece by piece, while the request still goes on.
    let standing = format!("GET {upload} HTTP/1.1\r\n{signed}");
    let received = |address: &str| {
        let shown: serde_json::Value = serde_json::from_str(&ask(address, &standing, b"").1).expect("JSON");
        (
            shown["received"].as_u64().expect("a number") as usize,
            shown["state"].as_str().expect("a state").to_owned(),
        )
    };
    wait_until(60, "bytes to be confirmed", || received(&address).0 >= 8 << 20);
    server.kill();
    let mut server = Process::start(&place, &serve);
    let address = line(&mut server, "Lingjian serves at http://");
    let address = address.trim_end_matches('/');
    let (head, _) = ask(address, &format!("HEAD {upload} HTTP/1.1\r\n{tus}"), b"");
    let offset: usize = header(&head, "upload-offset").parse().expect("a number");
    assert!((8 << 20..LENGTH).contains(&offset), "{offset}");
    let (head, _) = ask(address, &bytes(offset), &wav[offset..]);
    assert!(head.starts_with("HTTP/1.1 204"), "{head}");
    wait_until(60, "the file to be taken in", || received(address).1 == "taken");
    assert_eq!(server.terminate(), 0);
}
