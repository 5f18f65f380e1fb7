//! What recorders, disks and people do to recordings.

use std::io::Cursor;

use lingjian_acoustics::{DecodeError, Reader, Warning};
use lingjian_model::Millis;

use crate::reading::SOUNDS;
use crate::wave::{Wave, chunk, read};

fn error(bytes: &[u8]) -> String {
    match read(bytes, "wav") {
        Ok(sound) => panic!("this should not be readable: {:?}", sound.said()),
        Err(error) => error.to_string(),
    }
}

#[test]
fn what_is_no_recording_is_told() {
    assert!(matches!(read(b"", "wav"), Err(DecodeError::Empty)));
    assert!(error(b"<!DOCTYPE html><p>404").contains("a web page"));
    assert!(error("通话记录，一行又一行".as_bytes()).contains("text"));
    assert!(error(&[0; 5000]).contains("zero bytes"));
    assert!(error(b"PK\x03\x04 and so on").contains("ZIP"));
    assert!(error(b"RIFF\x04\0\0\0AVI ").contains("no WAVE"));
    assert!(error(b"RIFF\x04\0\0\0WAVE").contains("no format"));
}

#[test]
fn impossible_headers_are_told() {
    let said = |wave: Wave| error(&wave.bytes());
    assert!(said(Wave { channels: 0, ..Wave::default() }).contains("0 channels"));
    assert!(said(Wave { channels: 5000, ..Wave::default() }).contains("5000 channels"));
    assert!(said(Wave { rate: 0, ..Wave::default() }).contains("0 Hz"));
    assert!(said(Wave { rate: 3_000_000_000, ..Wave::default() }).contains("3000000000 Hz"));
    assert!(said(Wave { bits: 7_000, ..Wave::default() }).contains("7000 bits"));
    assert!(said(Wave { bits: 0, ..Wave::default() }).contains("0 bits"));
    assert!(said(Wave { tag: 0x31, ..Wave::default() }).contains("WAV with GSM 06.10"));
    assert!(error(&Wave::default().bytes()[..40]).contains("no sound"));
}

#[test]
fn a_truncated_wav_gives_what_it_has() {
    let whole = Wave::default().bytes();
    for cut in [1, 2, 5_001] {
        let sound = read(&whole[..whole.len() - cut], "wav").unwrap();
        assert_eq!(sound.channels[0].len(), (16_000 - cut) / 2);
    }
    let sound = read(&whole[..whole.len() - 8_000], "wav").unwrap();
    let (after, stated) = (Millis(500), Some(Millis(1000)));
    assert_eq!(sound.warnings, [Warning::Truncated { after, stated }]);
    assert_eq!(sound.said(), ["ends after 0.500 s where it should last 1.000 s: truncated or damaged"]);
}

#[test]
fn a_header_that_lies_about_its_length_is_not_believed() {
    for stated in [0, 0xFFFF_FFFF, 0x7FFF_FFFF, 0xFFFF_F000, 0x8000_0000, 4_000] {
        let sound = read(&Wave { stated: Some(stated), ..Wave::default() }.bytes(), "wav").unwrap();
        assert_eq!(sound.channels[0].len(), 8_000, "{stated}");
        assert_eq!(sound.warnings, [Warning::LengthIgnored], "{stated}");
        assert_eq!(sound.reader.info().duration, Some(Millis(1000)), "{stated}");
    }
}

#[test]
fn chunks_around_the_sound_are_not_sound() {
    let before = [chunk(b"JUNK", &[7; 28]), chunk(b"LIST", b"INFOISFT\x05\0\0\0Lavf\0\0")].concat();
    let after = chunk(b"LIST", b"INFOICMT\x04\0\0\0call");
    for data in [vec![], Wave::default().data, vec![1; 161]] {
        let mut wave =
            Wave { before: before.clone(), after: after.clone(), data, bits: 8, ..Wave::default() };
        if wave.data.len() % 2 == 1 {
            wave.after.insert(0, 0);
        }
        let sound = read(&wave.bytes(), "wav").unwrap();
        assert_eq!(sound.channels[0].len(), wave.data.len());
        let empty = if wave.data.is_empty() { vec![Warning::NoSamples] } else { vec![] };
        assert_eq!(sound.warnings, empty);
    }
}

#[test]
fn an_odd_byte_at_the_end_is_left_out() {
    let mut wave = Wave { channels: 2, ..Wave::default() };
    wave.data.push(9);
    let sound = read(&wave.bytes(), "wav").unwrap();
    assert_eq!(sound.channels.iter().map(Vec::len).collect::<Vec<_>>(), [4_000, 4_000]);
    assert_eq!(sound.warnings, [Warning::LengthIgnored]);
}

#[test]
fn samples_that_are_no_number_become_silence() {
    let values = [0.5, f32::NAN, f32::INFINITY, -0.5, f32::NEG_INFINITY, 1.5];
    let mut data: Vec<u8> = [0.0_f32; 800].iter().flat_map(|x| x.to_le_bytes()).collect();
    data.extend(values.iter().flat_map(|x| x.to_le_bytes()));
    let sound = read(&Wave { tag: 3, bits: 32, data, ..Wave::default() }.bytes(), "wav").unwrap();
    assert_eq!(sound.channels[0][800..], [0.5, 0.0, 0.0, -0.5, 0.0, 1.5]);
    assert_eq!(sound.warnings, [Warning::BadSamples { replaced: 3, first: Millis(100) }]);
}

#[test]
fn content_decides_and_a_wrong_name_is_a_warning() {
    for (extension, bytes) in SOUNDS {
        let sound = read(bytes, "WAV").unwrap();
        assert!(
            matches!(&sound.warnings[..], [Warning::Mislabelled { extension, .. }] if extension == "wav")
        );
        assert!(!sound.channels[0].is_empty());
        assert_eq!(read(bytes, &extension.to_uppercase()).unwrap().warnings, []);
    }
    let sound = read(&Wave::default().bytes(), "mp3").unwrap();
    assert_eq!(sound.said(), ["named .mp3, but is WAV; read as WAV"]);
}

#[test]
fn truncated_compressed_files_say_so_or_say_why_not() {
    for (extension, bytes) in SOUNDS {
        let most = &bytes[..bytes.len() * 3 / 4];
        match read(most, extension) {
            Ok(sound) => {
                let length = sound.reader.position().0;
                assert!((100..1_600).contains(&length), "{extension}: {length} ms");
                // a bare stream of MP3 or AAC frames states no length that could be missed
                let told = sound.warnings.iter().any(|warning| matches!(warning, Warning::Truncated { .. }));
                assert!(told || extension == "aac", "{extension}: {:?}", sound.warnings);
            }
            Err(error) => {
                assert_eq!(extension, "m4a", "{error}");
                assert!(error.to_string().contains("M4A"), "{error}");
            }
        }
    }
}

#[test]
fn a_damaged_middle_loses_only_itself() {
    for (extension, bytes) in SOUNDS {
        let whole = read(bytes, extension).unwrap().reader.position().0;
        let mut bytes = bytes.to_vec();
        let middle = bytes.len() * 3 / 4;
        bytes[middle..middle + 40].fill(0x5A);
        let sound = read(&bytes, extension).unwrap();
        let length = sound.reader.position().0;
        assert!((whole - 50..=whole + 50).contains(&length), "{extension}: {length} of {whole} ms");
    }
}

#[test]
fn a_failing_disk_is_not_a_broken_recording() {
    struct Failing(Cursor<Vec<u8>>);
    impl std::io::Read for Failing {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            if self.0.position() > 4_000 {
                return Err(std::io::Error::other("the disk is gone"));
            }
            let few = buffer.len().min(500);
            self.0.read(&mut buffer[..few])
        }
    }
    impl std::io::Seek for Failing {
        fn seek(&mut self, to: std::io::SeekFrom) -> std::io::Result<u64> {
            self.0.seek(to)
        }
    }
    for bytes in [Wave::default().bytes(), SOUNDS[0].1.to_vec()] {
        let source = Box::new(Failing(Cursor::new(bytes)));
        let result = Reader::open(source, None).and_then(|mut reader| {
            while reader.next_block()?.is_some() {}
            Ok(())
        });
        assert!(matches!(result, Err(DecodeError::Io(_))), "{result:?}");
    }
}
