//! Opus packets into samples (RFC 6716; the Ogg header RFC 7845).

use opus_decoder::OpusMultistreamDecoder;

/// The clock of Opus time stamps and trims, whatever the output rate.
const CLOCK: u64 = 48_000;

/// Longest packet: 120 ms.
const MAX_PACKET: u64 = CLOCK * 120 / 1000;

/// Decodes the packets of one Opus stream.
pub(super) struct OpusPackets {
    decoder: OpusMultistreamDecoder,
    channels: usize,
    rate: u32,
    gain: f32,
    samples: Vec<f32>,
}

impl OpusPackets {
    /// Reads the identification header (`OpusHead`); the error says what is wrong with it.
    ///
    /// Telephone sound comes out at 16 kHz, as the header names the rate it was recorded at; all else at 48 kHz.
    pub(super) fn new(head: &[u8]) -> Result<Self, String> {
        let damaged = || "its Opus header (OpusHead) is damaged".to_owned();
        let &channels = head.get(9).ok_or_else(damaged)?;
        let recorded = head.get(12..16).and_then(|part| part.try_into().ok()).map_or(0, u32::from_le_bytes);
        let gain = head.get(16..18).and_then(|part| part.try_into().ok()).map_or(0, i16::from_le_bytes);
        let rate = if (1..=16_000).contains(&recorded) { 16_000 } else { 48_000 };
        let channels = usize::from(channels);
        let decoder = match head.get(18) {
            Some(0) if channels <= 2 => {
                let mapping = [0, 1];
                let coupled = channels.saturating_sub(1);
                OpusMultistreamDecoder::new(
                    rate,
                    channels,
                    1,
                    coupled,
                    mapping.get(..channels).unwrap_or(&[]),
                )
            }
            Some(_) => {
                let (&streams, &coupled) = head.get(19).zip(head.get(20)).ok_or_else(damaged)?;
                let mapping = head.get(21..21 + channels).ok_or_else(damaged)?;
                OpusMultistreamDecoder::new(
                    rate,
                    channels,
                    usize::from(streams),
                    usize::from(coupled),
                    mapping,
                )
            }
            None => return Err(damaged()),
        }
        .map_err(|_| damaged())?;
        let samples = vec![0.0; channels * (MAX_PACKET * u64::from(rate) / CLOCK) as usize];
        // Q7.8 decibels
        let gain = 10_f32.powf(f32::from(gain) / 256.0 / 20.0);
        Ok(Self { decoder, channels, rate, gain, samples })
    }

    /// The rate that comes out, in Hz.
    pub(super) fn rate(&self) -> u32 {
        self.rate
    }

    /// How many channels come out.
    pub(super) fn channels(&self) -> usize {
        self.channels
    }

    /// Frames of the output rate in so many ticks of the Opus clock.
    pub(super) fn frames(&self, ticks: u64) -> usize {
        (ticks.min(MAX_PACKET) * u64::from(self.rate) / CLOCK) as usize
    }

    /// Decodes one packet and cuts off what the container says is no sound, in ticks of the Opus clock.
    pub(super) fn decode(
        &mut self,
        packet: &[u8],
        trim_start: u64,
        trim_end: u64,
    ) -> Result<Vec<Vec<f32>>, ()> {
        let frames = self.decoder.decode_float(packet, &mut self.samples, false).map_err(|_| ())?;
        let end = frames.saturating_sub(self.frames(trim_end));
        let start = self.frames(trim_start).min(end);
        let row = |channel| {
            let samples = self.samples.iter().skip(start * self.channels + channel).step_by(self.channels);
            samples.take(end - start).map(|sample| sample * self.gain).collect()
        };
        Ok((0..self.channels).map(row).collect())
    }
}
