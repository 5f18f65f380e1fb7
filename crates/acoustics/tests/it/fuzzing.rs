//! Random bytes and spoilt recordings through the fuzz targets.

use lingjian_acoustics::fuzz;
use proptest::prelude::*;

use crate::reading::SOUNDS;
use crate::wave::Wave;

fn good() -> Vec<Vec<u8>> {
    let mut files: Vec<Vec<u8>> = SOUNDS.iter().map(|(_, bytes)| bytes.to_vec()).collect();
    let mut short = Wave::default();
    short.data.truncate(1_000);
    files.push(short.bytes());
    files.push(Wave { tag: 3, bits: 32, channels: 3, extensible: true, ..short }.bytes());
    files
}

/// Overwritten, cut out, doubled or cut off pieces.
fn spoil(mut bytes: Vec<u8>, faults: &[(usize, u8, u8)]) -> Vec<u8> {
    for &(place, kind, value) in faults {
        if bytes.is_empty() {
            break;
        }
        // half of the faults hit the header
        let at = if value % 2 == 0 { place % bytes.len() } else { place % bytes.len().min(128) };
        let end = (at + 1 + usize::from(value) / 8).min(bytes.len());
        match kind % 5 {
            0 => bytes[at] ^= value,
            1 => bytes[at..end].fill(value),
            2 => drop(bytes.drain(at..end)),
            3 => drop(bytes.splice(at..at, bytes[at..end].to_vec()).count()),
            _ => bytes.truncate(at),
        }
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes(data in prop::collection::vec(any::<u8>(), 0..2_000)) {
        fuzz::reader(&data);
    }

    #[test]
    fn any_bytes_behind_a_magic(
        magic in prop::sample::select(vec![&b"RIFF\x40\0\0\0WAVEfmt "[..], b"fLaC", b"OggS", b"ID3\x04", b"\0\0\0\x18ftyp", b"\xFF\xFB\x90\x64", b"\xFF\xF1\x50\x80"]),
        data in prop::collection::vec(any::<u8>(), 0..1_000),
    ) {
        fuzz::reader(&[magic, &data].concat());
    }

    #[test]
    fn spoilt_recordings(
        file in 0_usize..9,
        faults in prop::collection::vec((any::<usize>(), any::<u8>(), any::<u8>()), 1..8),
    ) {
        fuzz::reader(&spoil(good().swap_remove(file), &faults));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(30))]
    #[test]
    fn any_samples(data in prop::collection::vec(any::<u8>(), 0..60_000)) {
        fuzz::voice_activity(&data);
    }
}
