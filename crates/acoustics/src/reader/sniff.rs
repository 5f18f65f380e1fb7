//! What a file is, by its first bytes.

use std::io::SeekFrom;

use super::Container;
use super::source::{ReadSeekSend, length, read_full};
use crate::error::DecodeError;

/// Junk (half a frame, a tag) before the first MPEG or AAC frame is looked through this far.
const SEARCH: usize = 64 * 1024;

/// Names the container by content; leaves the source at its start.
pub(super) fn container(source: &mut dyn ReadSeekSend) -> Result<Container, DecodeError> {
    if length(source)? == 0 {
        return Err(DecodeError::Empty);
    }
    let mut head = vec![0; SEARCH];
    let count = read_full(source, &mut head)?;
    head.truncate(count);
    let mut found = by_magic(&head);
    if found.is_none() {
        // an ID3 tag may carry a picture of any size
        if let Some(tag) = id3_length(&head) {
            source.seek(SeekFrom::Start(tag))?;
            head.resize(SEARCH, 0);
            let count = read_full(source, &mut head)?;
            head.truncate(count);
            found = by_magic(&head);
        }
        found = found.or_else(|| by_frames(&head));
    }
    source.seek(SeekFrom::Start(0))?;
    found.ok_or_else(|| DecodeError::NotAudio(guess(&head)))
}

fn by_magic(head: &[u8]) -> Option<Container> {
    let form = head.get(8..12);
    match head.get(..4)? {
        b"RIFF" | b"RF64" if form == Some(b"WAVE") => Some(Container::Wav),
        b"fLaC" => Some(Container::Flac),
        b"OggS" => Some(Container::Ogg),
        _ if head.get(4..8) == Some(b"ftyp") => Some(Container::Mp4),
        _ => None,
    }
}

/// The length of a leading ID3v2 tag: ten bytes and what they state, seven bits a byte.
fn id3_length(head: &[u8]) -> Option<u64> {
    let header = head.get(..10)?;
    if !header.starts_with(b"ID3") {
        return None;
    }
    let size = header.get(6..10)?.iter().fold(0_u64, |size, &byte| size << 7 | u64::from(byte & 0x7F));
    Some(10 + size)
}

/// Two frames that follow each other and agree are no accident; one alone at the very end of a file will do too.
fn by_frames(head: &[u8]) -> Option<Container> {
    (0..head.len()).find_map(|at| {
        let rest = head.get(at..)?;
        let (container, size) = mp3_frame(rest).or_else(|| adts_frame(rest))?;
        let next = rest.get(size..)?;
        let follows = match container {
            Container::Mp3 => mp3_frame(next).is_some(),
            _ => adts_frame(next).is_some(),
        };
        (follows || (next.is_empty() && at == 0)).then_some(container)
    })
}

/// An MPEG audio layer III header and the length of its frame in bytes (ISO/IEC 11172-3, 13818-3).
fn mp3_frame(bytes: &[u8]) -> Option<(Container, usize)> {
    const V1: [usize; 15] = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
    const V2: [usize; 15] = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
    let &[sync, second, third, _] = bytes.first_chunk::<4>()?;
    if sync != 0xFF || second & 0xE0 != 0xE0 || second & 0x06 != 0x02 {
        return None;
    }
    let (bitrates, divisor, per_frame) = match second & 0x18 {
        0x18 => (V1, 1, 144),
        0x10 => (V2, 2, 72),
        0x00 => (V2, 4, 72),
        _ => return None,
    };
    let bitrate = *bitrates.get(usize::from(third >> 4)).filter(|&&rate| rate > 0)? * 1000;
    let rate = [44_100, 48_000, 32_000].get(usize::from(third >> 2 & 3))? / divisor;
    Some((Container::Mp3, per_frame * bitrate / rate + usize::from(third >> 1 & 1)))
}

/// An ADTS header and the length of its frame in bytes (ISO/IEC 13818-7).
fn adts_frame(bytes: &[u8]) -> Option<(Container, usize)> {
    let &[sync, second, third, fourth, fifth, sixth, _] = bytes.first_chunk::<7>()?;
    let length = usize::from(fourth & 3) << 11 | usize::from(fifth) << 3 | usize::from(sixth) >> 5;
    let valid = sync == 0xFF && second & 0xF6 == 0xF0 && third >> 2 & 0xF < 13 && length >= 7;
    valid.then_some((Container::Adts, length))
}

/// What people hand in instead of a recording.
fn guess(head: &[u8]) -> String {
    let known: [(&[u8], &str); 12] = [
        (b"RIFF", "a RIFF file that is no WAVE"),
        (b"RIFX", "a big-endian RIFX file"),
        (b"PK\x03\x04", "a ZIP archive or an Office file"),
        (b"\x1F\x8B", "a gzip archive"),
        (b"%PDF", "a PDF"),
        (b"<", "a web page or XML"),
        (b"{", "JSON"),
        (b"#!AMR", "an AMR recording"),
        (b"\x1A\x45\xDF\xA3", "a Matroska or WebM file"),
        (b"FORM", "an AIFF file"),
        (b"\x30\x26\xB2\x75", "a Windows Media file"),
        (b"\x89PNG", "a picture"),
    ];
    let named = known.iter().find(|(magic, _)| head.starts_with(magic)).map(|(_, name)| *name);
    let name = named.unwrap_or_else(|| {
        if head.iter().all(|&byte| byte == 0) {
            "nothing but zero bytes"
        } else if std::str::from_utf8(head).is_ok() {
            "text"
        } else {
            "an unknown format"
        }
    });
    format!("this is {name}")
}
