//! The tree read through serde: every mistake comes with its place and field, and a word that is not known with the
//! nearest that is.

use std::fmt;

use lingjian_model::Wording;
use serde::de::value::StrDeserializer;
use serde::de::{
    self, DeserializeSeed, Deserializer, Expected, IntoDeserializer, MapAccess, SeqAccess, Unexpected,
    Visitor,
};
use serde::forward_to_deserialize_any;

use super::yaml::{Entry, Node, Value};
use crate::diagnostic::{Diagnostic, Grade, Kind, Path, Place, meant};

/// What is wrong. The innermost reader that sees it says where.
#[derive(Debug)]
pub(super) struct Wrong(Box<Told>);

#[derive(Debug)]
struct Told {
    place: Option<(Place, Path)>,
    kind: Kind,
    message: Wording,
    help: Wording,
}

impl Wrong {
    fn new(kind: Kind, message: Wording, help: Wording) -> Self {
        Self(Box::new(Told { place: None, kind, message, help }))
    }

    fn at(mut self, place: Place, path: &Path) -> Self {
        self.0.place.get_or_insert_with(|| (place, path.clone()));
        self
    }

    pub(super) fn into_diagnostic(self, whole: Place) -> Diagnostic {
        let Told { place, kind, message, help } = *self.0;
        let (place, field) = place.unwrap_or((whole, Path::default()));
        let mut one = Diagnostic::new(Grade::Error, kind, field, message, help);
        one.place = Some(place);
        one
    }

    fn value(unexpected: &Wording, expected: &dyn Expected) -> Self {
        let message =
            Wording::new(format!("不能是{}", unexpected.zh), format!("cannot be {}", unexpected.en));
        Self::new(Kind::WrongValue, message, wanted(&expected.to_string()))
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0.message.en)
    }
}

impl std::error::Error for Wrong {}

impl de::Error for Wrong {
    fn custom<T: fmt::Display>(message: T) -> Self {
        let message = message.to_string();
        let help = Wording::new("请改正这里", "put this right");
        Self::new(Kind::WrongValue, Wording::new(message.clone(), message), help)
    }

    fn invalid_type(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::value(&told(unexpected), expected)
    }

    fn invalid_value(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::value(&told(unexpected), expected)
    }

    fn unknown_field(field: &str, known: &'static [&'static str]) -> Self {
        let message = Wording::new(format!("没有 `{field}` 这一项"), format!("there is no `{field}` here"));
        Self::new(Kind::UnknownKey, message, meant(field, known.iter().copied()))
    }

    fn unknown_variant(variant: &str, known: &'static [&'static str]) -> Self {
        let message = Wording::new(format!("不能是 `{variant}`"), format!("cannot be `{variant}`"));
        Self::new(Kind::WrongValue, message, meant(variant, known.iter().copied()))
    }

    fn missing_field(field: &'static str) -> Self {
        let message = Wording::new(format!("缺少 `{field}`"), format!("`{field}` is missing"));
        let help = Wording::new(format!("请在这里加上 `{field}: …`"), format!("add `{field}: …` here"));
        Self::new(Kind::MissingKey, message, help)
    }
}

fn quoted(text: &str) -> Wording {
    Wording::new(format!(" `{text}`"), format!("`{text}`"))
}

/// What was found, in the words of the file and not of the program.
fn told(unexpected: Unexpected<'_>) -> Wording {
    match unexpected {
        Unexpected::Str(text) => quoted(text),
        Unexpected::Seq => Wording::new("列表", "a list"),
        Unexpected::Map => Wording::new("映射", "a mapping"),
        Unexpected::Unit => Wording::new("空的", "empty"),
        other => quoted(&other.to_string()),
    }
}

/// What should stand there.
fn wanted(expected: &str) -> Wording {
    match expected {
        "a string" => Wording::new("请写一段文字", "write a text"),
        "f64" | "a number" => Wording::new("请写一个数字", "write a number"),
        "a boolean" => Wording::new("请写 true 或 false", "write true or false"),
        "a sequence" => Wording::new("请写一个列表（`- …`）", "write a list (`- …`)"),
        "a word" => Wording::new("请写一个词", "write a word"),
        other if other.starts_with("struct") => Wording::new("请写 `键: 值`", "write `key: value`"),
        other => Wording::new(format!("应当是：{other}"), format!("write {other}")),
    }
}

/// Reads a node.
#[derive(Clone)]
pub(super) struct Reader<'n> {
    node: &'n Node,
    path: Path,
}

impl<'n> Reader<'n> {
    pub(super) fn new(node: &'n Node) -> Self {
        Self { node, path: Path::default() }
    }

    fn done<T>(&self, result: Result<T, Wrong>) -> Result<T, Wrong> {
        result.map_err(|wrong| wrong.at(self.node.place, &self.path))
    }

    fn scalar(&self) -> Option<&'n str> {
        match &self.node.value {
            Value::Scalar(text) => Some(text),
            _ => None,
        }
    }
}

impl<'de> Deserializer<'de> for Reader<'de> {
    type Error = Wrong;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        let result = match &self.node.value {
            Value::Empty => visitor.visit_unit(),
            Value::Scalar(text) => visitor.visit_borrowed_str(text),
            Value::List(items) => {
                visitor.visit_seq(Items { items: items.iter().enumerate(), path: &self.path })
            }
            Value::Map(entries) => {
                visitor.visit_map(Entries { entries: entries.iter(), value: None, path: &self.path })
            }
        };
        self.done(result)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        let Some(text) = self.scalar() else { return self.deserialize_any(visitor) };
        let result = match text.parse::<f64>() {
            Ok(number) if number.is_finite() => visitor.visit_f64(number),
            _ => Err(Wrong::value(&quoted(text), &"a number")),
        };
        self.done(result)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        let Some(text) = self.scalar() else { return self.deserialize_any(visitor) };
        let result = match text {
            "true" | "yes" => visitor.visit_bool(true),
            "false" | "no" => visitor.visit_bool(false),
            _ => Err(Wrong::value(&quoted(text), &"a boolean")),
        };
        self.done(result)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match self.node.value {
            Value::Empty => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        let result = match self.scalar() {
            Some(text) => {
                let word: StrDeserializer<'_, Wrong> = text.into_deserializer();
                word.deserialize_enum(name, variants, visitor)
            }
            None => {
                Err(Wrong::value(&Wording::new("列表、映射或空的", "a list, a mapping or empty"), &"a word"))
            }
        };
        self.done(result)
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 char str string bytes byte_buf unit unit_struct newtype_struct
        seq tuple tuple_struct map struct identifier ignored_any
    }
}

struct Items<'n, 'p> {
    items: std::iter::Enumerate<std::slice::Iter<'n, Node>>,
    path: &'p Path,
}

impl<'de> SeqAccess<'de> for Items<'de, '_> {
    type Error = Wrong;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Wrong> {
        let Some((index, node)) = self.items.next() else { return Ok(None) };
        seed.deserialize(Reader { node, path: self.path.index(index) }).map(Some)
    }
}

struct Entries<'n, 'p> {
    entries: std::slice::Iter<'n, Entry>,
    value: Option<&'n Entry>,
    path: &'p Path,
}

impl<'de> MapAccess<'de> for Entries<'de, '_> {
    type Error = Wrong;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Wrong> {
        let Some(entry) = self.entries.next() else { return Ok(None) };
        self.value = Some(entry);
        let key: StrDeserializer<'_, Wrong> = entry.key.as_str().into_deserializer();
        let key = seed.deserialize(key).map_err(|wrong| wrong.at(entry.place, &self.path.key(&entry.key)));
        key.map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Wrong> {
        match self.value.take() {
            Some(entry) => seed.deserialize(Reader { node: &entry.node, path: self.path.key(&entry.key) }),
            None => Err(Wrong::value(&Wording::new("空的", "empty"), &"a word")),
        }
    }
}
