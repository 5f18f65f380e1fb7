//! Words for people, in both languages.

use std::fmt;

use serde::de::{self, MapAccess, Visitor, value::MapAccessDeserializer};
use serde::{Deserialize, Deserializer, Serialize};

/// Words for people in both languages; where one is missing the other stands in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Serialize)]
pub struct Wording {
    /// 中文.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Wording {
    /// Both.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }

    /// Whether nothing is said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.zh.trim().is_empty() && self.en.trim().is_empty()
    }
}

// Read by hand: one text alone stands for both.
impl<'de> Deserialize<'de> for Wording {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Both {
            zh: Option<String>,
            en: Option<String>,
        }
        struct Words;
        impl<'de> Visitor<'de> for Words {
            type Value = Wording;
            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a text, or `zh`, `en` or both")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Wording, E> {
                Ok(Wording::new(text, text))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Wording, A::Error> {
                let Both { zh, en } = Both::deserialize(MapAccessDeserializer::new(map))?;
                let either =
                    zh.clone().or_else(|| en.clone()).ok_or_else(|| de::Error::missing_field("zh"))?;
                Ok(Wording { zh: zh.unwrap_or_else(|| either.clone()), en: en.unwrap_or(either) })
            }
        }
        input.deserialize_any(Words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_language_stands_in_for_the_other() {
        let read = |text: &str| serde_json::from_str::<Wording>(text);
        assert_eq!(read(r#"{"zh":"是","en":"Yes"}"#).unwrap(), Wording::new("是", "Yes"));
        assert_eq!(read(r#"{"zh":"是"}"#).unwrap(), Wording::new("是", "是"));
        assert_eq!(read(r#""Yes""#).unwrap(), Wording::new("Yes", "Yes"));
        assert!(read("{}").is_err() && read(r#"{"de":"Ja"}"#).is_err() && read("3").is_err());
    }
}
