//! Opus packets into samples (RFC 6716; the Ogg header RFC 7845).

use ropus::OpusMSDecoder;

/// The clock of Opus time stamps and trims, whatever the output rate, in Hz.
pub(super) const CLOCK: u64 = 48_000;

/// Longest packet, 120 ms, in ticks of the clock.
const MAX_PACKET: u64 = CLOCK * 120 / 1000;

/// The identification header (`OpusHead`), and the decoder it asks for.
pub(super) struct OpusPackets {
    decoder: OpusMSDecoder,
    channels: usize,
    rate: u32,
    gain: f32,
    pre_skip: u64,
    /// Frames still to be dropped at the start: the encoder's own delay.
    skip: usize,
    samples: Vec<i16>,
}

impl OpusPackets {
    /// Reads the header; the error says what is wrong with it.
    ///
    /// Telephone sound (recorded at 16 kHz or less by its header) comes out at 16 kHz, all else at 48 kHz.
    pub(super) fn new(head: &[u8]) -> Result<Self, String> {
        let damaged = || "its Opus header (OpusHead) is damaged".to_owned();
        let &[_, channels, skip_low, skip_high, r0, r1, r2, r3, gain_low, gain_high, family] =
            head.get(8..).and_then(|rest| rest.first_chunk::<11>()).ok_or_else(damaged)?;
        let rate: u32 =
            if (1..=16_000).contains(&u32::from_le_bytes([r0, r1, r2, r3])) { 16_000 } else { 48_000 };
        let (streams, coupled, mapping) = match family {
            0 if channels <= 2 => (1, channels.saturating_sub(1), vec![0, 1]),
            _ => {
                let (&streams, &coupled) = head.get(19).zip(head.get(20)).ok_or_else(damaged)?;
                (streams, coupled, head.get(21..).unwrap_or_default().to_vec())
            }
        };
        let channels = usize::from(channels);
        let mapping = mapping.get(..channels).ok_or_else(damaged)?;
        let (wide, streams, coupled) = (channels as i32, i32::from(streams), i32::from(coupled));
        let decoder =
            OpusMSDecoder::new(rate as i32, wide, streams, coupled, mapping).map_err(|_| damaged())?;
        let pre_skip = u64::from(u16::from_le_bytes([skip_low, skip_high]));
        let frames = |ticks: u64| (ticks * u64::from(rate) / CLOCK) as usize;
        Ok(Self {
            decoder,
            channels,
            rate,
            // Q7.8 decibels
            gain: 10_f32.powf(f32::from(i16::from_le_bytes([gain_low, gain_high])) / 256.0 / 20.0),
            pre_skip,
            skip: frames(pre_skip),
            samples: vec![0; channels * frames(MAX_PACKET)],
        })
    }

    /// The rate that comes out, in Hz.
    pub(super) fn rate(&self) -> u32 {
        self.rate
    }

    /// How many channels come out.
    pub(super) fn channels(&self) -> usize {
        self.channels
    }

    /// Ticks at the start that are no sound.
    pub(super) fn pre_skip(&self) -> u64 {
        self.pre_skip
    }

    /// Frames that come out for so many ticks, of one packet at most.
    fn frames(&self, ticks: u64) -> usize {
        (ticks.min(MAX_PACKET) * u64::from(self.rate) / CLOCK) as usize
    }

    /// Decodes one packet into rows; `trim_end` ticks at its end are no sound.
    pub(super) fn decode(&mut self, packet: &[u8], trim_end: u64) -> Result<Vec<Vec<f32>>, ()> {
        if packet.is_empty() {
            return Err(());
        }
        let length = i32::try_from(packet.len()).map_err(|_| ())?;
        let most = self.frames(MAX_PACKET) as i32;
        let frames =
            self.decoder.decode(Some(packet), length, &mut self.samples, most, false).map_err(|_| ())?;
        let frames = usize::try_from(frames).map_err(|_| ())?;
        let end = frames.saturating_sub(self.frames(trim_end));
        let start = self.skip.min(end);
        self.skip -= start;
        let row = |channel| {
            let samples = self.samples.iter().skip(start * self.channels + channel).step_by(self.channels);
            samples.take(end - start).map(|&sample| f32::from(sample) / 32_768.0 * self.gain).collect()
        };
        Ok((0..self.channels).map(row).collect())
    }
}
