//! Folders: what lies there and what belongs together.

use std::fs;
use std::path::{Path, PathBuf};

use lingjian_intake::recordings::{Joined, Kind, Pattern, TranscriptKey, Vcon, join, kind_of, walk};
use lingjian_intake::records::{self, Mapping, TakenRecord};
use lingjian_intake::transcripts::{Options, open};

use crate::shared::real_data;

const WAV: &[u8] = b"RIFF\x24\0\0\0WAVEfmt ";

fn put(folder: &Path, name: &str, content: impl AsRef<[u8]>) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

fn names(folder: &Path, paths: impl IntoIterator<Item = PathBuf>) -> Vec<String> {
    paths.into_iter().map(|path| path.strip_prefix(folder).unwrap().display().to_string()).collect()
}

#[test]
fn files_are_what_they_hold_not_what_they_are_called() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    put(root, "b/2.mp3", WAV);
    put(root, "b/1.bin", b"\xFF\xFB\x90\x64");
    put(root, "b/empty.wav", b"");
    put(root, "a.json", b" {\"turns\":[]}");
    put(root, "a.vcon.json", b"{\"vcon\":\"0.0.1\"}");
    put(root, "empty.json", b"");
    put(root, "calls.csv", b"id,talk\n");
    put(root, "notes.txt", b"hello");
    put(root, ".hidden/x.wav", WAV);
    #[cfg(unix)]
    std::os::unix::fs::symlink(root, root.join("b/loop")).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(root.join("nowhere"), root.join("dangling.wav")).unwrap();
    let found = walk(&[root.to_owned(), root.join("a.json"), root.join("nowhere")]);
    let recordings = found.recordings.iter().map(|found| found.path.clone());
    assert_eq!(names(root, recordings), ["b/1.bin", "b/2.mp3", "b/empty.wav"]);
    assert_eq!(found.recordings[1].container.name(), "wav");
    assert_eq!(names(root, found.transcripts), ["a.json", "empty.json"]);
    assert_eq!(names(root, found.vcons), ["a.vcon.json"]);
    assert_eq!(names(root, found.tables), ["calls.csv"]);
    assert_eq!(found.hidden, 1);
    let said: Vec<_> = found
        .not_understood
        .iter()
        .map(|refusal| refusal.to_string().replace(&root.display().to_string(), ""))
        .collect();
    #[cfg(unix)]
    assert_eq!(
        said,
        [
            "/b/loop: is a link back to ",
            "/dangling.wav: failed to read: No such file or directory (os error 2)",
            "/notes.txt: is neither a recording nor a transcript nor a table",
            "/nowhere: failed to read: No such file or directory (os error 2)",
        ]
    );
}

fn shape(joined: &Joined) -> Vec<String> {
    let mark = |is: bool, letter: &'static str| if is { letter } else { "-" };
    let call = |call: &lingjian_intake::recordings::Call| {
        let parts = [
            mark(call.recording.is_some(), "s"),
            mark(call.transcript.is_some(), "t"),
            mark(call.record.is_some(), "r"),
            mark(call.vcon.is_some(), "v"),
        ];
        format!("{} {}", call.id, parts.concat())
    };
    joined.calls.iter().map(call).collect()
}

fn records_of(table: &str) -> Vec<TakenRecord> {
    let mapping = Mapping::parse("m.yaml".as_ref(), b"fields: {id: id, recording: file}").unwrap();
    let read = records::read_text("r.csv".as_ref(), table.as_bytes().to_vec(), &mapping);
    read.map(Result::unwrap).collect()
}

#[test]
fn what_belongs_together_meets_and_the_rest_stays_alone() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    for name in ["c-1", "c-2", "c-3", "c-4", "x/dup", "y/dup"] {
        put(root, &format!("{name}.wav"), WAV);
    }
    put(root, "c-1.json", r#"{"turns":[]}"#);
    put(root, "other.jsonl", "{\"id\":\"c-2\",\"turns\":[]}\n{\"id\":\"t-9\",\"turns\":[]}\n");
    put(root, "c-4.vcon.json", r#"{"vcon":"0.0.1","parties":[]}"#);
    put(root, "lone.vcon.json", r#"{"vcon":"0.0.1","parties":[]}"#);
    let found = walk(&[root.to_owned()]);
    let taken = found.transcripts.iter().flat_map(|path| open(path, Options::default())).map(Result::unwrap);
    let transcripts: Vec<_> = taken.map(|taken| TranscriptKey::from(&taken)).collect();
    let table = "id,file\nr-1,D:\\rec\\C-1.wav\nc-3,\nt-9,\nr-8,gone.wav\nr-5,dup.wav\nr-6,y/dup.wav\n";
    let vcons: Vec<_> = found.vcons.iter().map(|path| (path.clone(), Vcon::open(path).unwrap())).collect();
    let joined = join(found.recordings, &transcripts, &records_of(table), &vcons, None);
    assert_eq!(
        shape(&joined),
        [
            "c-1 str-",
            "c-2 st--",
            "c-3 s-r-",
            "c-4 s--v",
            "x/dup s---",
            "r-6 s-r-",
            "t-9 -tr-",
            "r-8 --r-",
            "r-5 --r-"
        ]
    );
    assert_eq!(
        joined.unclear[0].to_string(),
        "r.csv:6: recording: 2 recordings have the name that the record gives; give the folder too, or a file-name pattern with {id}"
    );
    assert_eq!(joined.lone_vcons, [1]);
}

#[test]
fn a_pattern_names_recordings() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    put(root, "20261101_1001_77.wav", WAV);
    put(root, "odd.wav", WAV);
    let found = walk(&[root.to_owned()]);
    let pattern = Pattern::parse("{date:8}_{agent}_{id}.wav").unwrap();
    let joined = join(found.recordings, &[], &records_of("id,file\n77,\n"), &[], Some(&pattern));
    assert_eq!(shape(&joined), ["77 s-r-", "odd s---"]);
    assert_eq!(joined.recordings[0].captures["agent"], "1001");
    assert_eq!(joined.recordings[1].named_well, Some(false));
}

#[test]
fn the_vcon_calls_are_read() {
    let Some(folder) = real_data("vcon/calls") else { return };
    let found = walk(&[folder]);
    assert_eq!((found.recordings.len(), found.vcons.len(), found.not_understood.len()), (10, 10, 0));
    let vcons: Vec<_> = found.vcons.iter().map(|path| (path.clone(), Vcon::open(path).unwrap())).collect();
    for (_, vcon) in &vcons {
        assert!(
            vcon.started_at.is_some() && vcon.duration.is_some() && vcon.attributes.contains_key("agent")
        );
        assert!(vcon.attributes.contains_key("direction"), "{:?}", vcon.attributes.keys());
    }
    println!(
        "read 10 vCon files, {} with a transcript",
        vcons.iter().filter(|(_, v)| v.transcript.is_some()).count()
    );
    let joined = join(found.recordings, &[], &[], &vcons, None);
    assert!(joined.calls.iter().all(|call| call.recording.is_some() && call.vcon.is_some()));
}

#[test]
fn the_ietf_vcons_are_read_or_refused() {
    let Some(folder) = real_data("vcon/ietf") else { return };
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "vcon") {
            assert_eq!(kind_of(&path).unwrap(), Kind::Vcon);
            // The working group's examples are sketches: some are no JSON.
            let said = Vcon::open(&path).map_or_else(|refusal| refusal.reason, |_| "read".to_owned());
            println!("{}: {said}", path.file_name().unwrap().to_string_lossy());
        }
    }
}
