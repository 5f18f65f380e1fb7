//! Plain functions that take any bytes and must neither panic nor hang nor eat memory.

use std::io::Cursor;

use crate::{Reader, Resampler, VadSettings, VoiceActivity};

/// More blocks than this are not looked at.
const BLOCKS: usize = 200;

/// Opens anything as a recording and reads it; checks what every block promises.
///
/// # Panics
/// Where a promise is broken.
pub fn reader(data: &[u8]) {
    let Ok(mut reader) = Reader::open(Box::new(Cursor::new(data.to_vec())), None) else { return };
    let info = reader.info().clone();
    for _ in 0..BLOCKS {
        let Ok(Some(block)) = reader.next_block() else { break };
        assert_eq!(block.channels.len(), usize::from(info.channels), "channels are as announced");
        assert!(
            (1..=info.sample_rate as usize).contains(&block.frames()),
            "a block is no longer than a second"
        );
        assert!(block.channels.iter().all(|row| row.len() == block.frames()), "rows are equally long");
        assert!(block.channels.iter().flatten().all(|sample| sample.is_finite()), "samples are finite");
    }
    let _ = reader.warnings();
}

/// Takes bytes for samples and cuts them anyhow: the stretches lie in order within the sound.
///
/// # Panics
/// Where they do not.
pub fn voice_activity(data: &[u8]) {
    let samples: Vec<f32> = data.as_chunks::<4>().0.iter().map(|&raw| f32::from_le_bytes(raw)).collect();
    let samples: Vec<f32> = samples.into_iter().map(|x| if x.is_finite() { x } else { 0.0 }).collect();
    let Ok(mut resampler) = Resampler::new(8_000) else { return };
    let mut vad = VoiceActivity::new(VadSettings::default());
    let mut spans = Vec::new();
    for block in samples.chunks(usize::from(*data.first().unwrap_or(&1)).max(1)) {
        spans.extend(vad.push(&resampler.push(block)));
    }
    spans.extend(vad.push(&resampler.finish()));
    spans.extend(vad.finish());
    let length = samples.len() as u64 * 1000 / 8_000 + 1;
    assert!(spans.iter().all(|span| span.start < span.end && span.end.0 <= length), "within the sound");
    assert!(spans.is_sorted_by(|a, b| a.end <= b.start), "in order, apart from each other");
}
