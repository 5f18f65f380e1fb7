//! A file comes in over the network, and the server dies over it.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;

use super::Place;
use super::service::{Process, ask, line, parts, sign_in, wait_until};

/// What a header of an answer says.
fn header<'h>(answer: &'h str, name: &str) -> &'h str {
    let mut lines = parts(answer).0.lines().filter_map(|line| line.split_once(": "));
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
    let signed = sign_in(&address, "admin", &password.expect("told once"));
    let tus = format!("{signed}Tus-Resumable: 1.0.0\r\n");
    let begun = ask(&address, "POST", "/api/v1/uploads", &format!("{tus}Upload-Length: {LENGTH}\r\n"), "");
    let upload = header(&begun, "location").to_owned();
    let bytes = |offset: usize| {
        format!("{tus}Content-Type: application/offset+octet-stream\r\nUpload-Offset: {offset}\r\n")
    };
    let mut stream = TcpStream::connect(&address).expect("listens");
    let headers = bytes(0);
    write!(stream, "PATCH {upload} HTTP/1.1\r\nHost: x\r\nContent-Length: {LENGTH}\r\n{headers}\r\n")
        .expect("takes");
    stream.write_all(&wav[..LENGTH - 1000]).expect("takes");
    // Confirmed piece by piece, while the request still goes on.
    let received = |address: &str| {
        let answer = ask(address, "GET", &upload, &signed, "");
        let shown: serde_json::Value = serde_json::from_str(parts(&answer).1).expect("JSON");
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
    let stands = ask(address, "HEAD", &upload, &tus, "");
    let offset: usize = header(&stands, "upload-offset").parse().expect("a number");
    assert!((8 << 20..LENGTH).contains(&offset), "{offset}");
    let sent = ask(address, "PATCH", &upload, &bytes(offset), &wav[offset..]);
    assert!(sent.starts_with("HTTP/1.1 204"), "{sent}");
    wait_until(60, "the file to be taken in", || received(address).1 == "taken");
    assert_eq!(server.terminate(), 0);
}
