//! The language of the words that a command shows.

use clap::ValueEnum;
use lingjian_language::Language;

/// Chinese or English.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Default)]
pub(crate) enum Lang {
    /// 中文.
    #[default]
    Zh,
    /// English.
    En,
}

impl Lang {
    /// Its tag, as HTML and the transcripts write it.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::Zh => "zh",
            Self::En => "en",
        }
    }

    /// The language itself.
    pub(crate) fn language(self) -> Language {
        match self {
            Self::Zh => Language::Chinese,
            Self::En => Language::English,
        }
    }

    /// One of two wordings.
    pub(crate) fn pick<'w>(self, zh: &'w str, en: &'w str) -> &'w str {
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }
}

/// What is spoken in recordings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Default)]
pub(crate) enum Spoken {
    /// Mandarin.
    Zh,
    /// English.
    En,
    /// Listened for, recording by recording.
    #[default]
    Auto,
}

impl Spoken {
    /// The language, where it was said.
    pub(crate) fn language(self) -> Option<Language> {
        match self {
            Self::Zh => Some(Language::Chinese),
            Self::En => Some(Language::English),
            Self::Auto => None,
        }
    }
}
