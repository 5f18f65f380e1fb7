//! Is a recording what was agreed (录音标准, A1)? What breaks the standard is listed, not dropped.

use std::path::Path;

use lingjian_model::RecordingStandard;
use serde::Serialize;

use crate::recordings::{Container, Pattern, PatternError};

/// What is known of a recording: its container from its first bytes, the rest from its decoder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts<'f> {
    /// The file.
    pub path: &'f Path,
    /// How it is packed.
    pub container: Container,
    /// How many channels, once it could be decoded.
    pub channels: Option<u16>,
    /// Samples a second of each channel, once it could be decoded.
    pub sample_rate: Option<u32>,
}

/// One thing that is not as agreed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Breach {
    /// What: `format`, `channels`, `sample_rate`, `naming`.
    pub field: &'static str,
    /// As it is.
    pub found: String,
    /// As it was agreed.
    pub wanted: String,
}

/// A recording standard, its naming pattern read.
#[derive(Debug, Clone)]
pub struct Standard {
    agreed: RecordingStandard,
    naming: Option<Pattern>,
}

impl Standard {
    /// Reads the naming pattern of a standard.
    ///
    /// # Errors
    /// The pattern cannot be read.
    pub fn new(agreed: RecordingStandard) -> Result<Self, PatternError> {
        let naming = agreed.naming.as_deref().map(Pattern::parse).transpose()?;
        Ok(Self { agreed, naming })
    }

    /// How files are named, where that was agreed.
    #[must_use]
    pub fn naming(&self) -> Option<&Pattern> {
        self.naming.as_ref()
    }

    /// Everything that is not as agreed. What is not known yet is not checked.
    #[must_use]
    pub fn check(&self, facts: &Facts<'_>) -> Vec<Breach> {
        let mut breaches = Vec::new();
        let RecordingStandard { formats, channels, min_sample_rate, .. } = &self.agreed;
        let format = facts.container.name();
        if !formats.is_empty() && !formats.iter().any(|wanted| same_format(wanted, format)) {
            let wanted = formats.join(", ");
            breaches.push(Breach { field: "format", found: format.to_owned(), wanted });
        }
        if let Some((found, wanted)) = facts.channels.zip(*channels).filter(|(found, wanted)| found != wanted)
        {
            breaches.push(Breach { field: "channels", found: found.to_string(), wanted: wanted.to_string() });
        }
        if let Some((found, wanted)) =
            facts.sample_rate.zip(*min_sample_rate).filter(|(found, wanted)| found < wanted)
        {
            let wanted = format!("≥ {wanted} Hz");
            breaches.push(Breach { field: "sample_rate", found: format!("{found} Hz"), wanted });
        }
        let name = facts.path.file_name().unwrap_or_default().to_string_lossy();
        if let Some(naming) = self.naming.as_ref().filter(|naming| naming.captures(&name).is_none()) {
            breaches.push(Breach { field: "naming", found: name.into_owned(), wanted: naming.to_string() });
        }
        breaches
    }
}

/// Standards name a format as files end.
fn same_format(wanted: &str, found: &str) -> bool {
    let wanted = wanted.trim_start_matches('.').to_ascii_lowercase();
    let container = match wanted.as_str() {
        "wave" => "wav",
        "opus" | "oga" => "ogg",
        "mp4" => "m4a",
        other => other,
    };
    container == found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standard() -> Standard {
        let agreed = RecordingStandard {
            channels: Some(2),
            formats: vec!["WAV".to_owned(), "opus".to_owned()],
            min_sample_rate: Some(8000),
            naming: Some("{date:8}_{id}.wav".to_owned()),
            ..RecordingStandard::default()
        };
        Standard::new(agreed).unwrap()
    }

    #[test]
    fn what_is_agreed_breaks_nothing() {
        let facts = Facts {
            path: Path::new("x/20261101_7.wav"),
            container: Container::Ogg,
            channels: Some(2),
            sample_rate: Some(16_000),
        };
        assert_eq!(standard().check(&facts), []);
    }

    #[test]
    fn every_breach_is_listed() {
        let facts = Facts {
            path: Path::new("x/7.mp3"),
            container: Container::Mp3,
            channels: Some(1),
            sample_rate: Some(6000),
        };
        let breaches = standard().check(&facts);
        let said: Vec<_> =
            breaches.iter().map(|b| format!("{}: {} / {}", b.field, b.found, b.wanted)).collect();
        assert_eq!(
            said,
            [
                "format: mp3 / WAV, opus",
                "channels: 1 / 2",
                "sample_rate: 6000 Hz / ≥ 8000 Hz",
                "naming: 7.mp3 / {date:8}_{id}.wav"
            ]
        );
        let unknown = Facts { channels: None, sample_rate: None, ..facts };
        assert_eq!(standard().check(&unknown).len(), 2);
    }
}
