//! Reads a CTranslate2 model file: a list of named arrays. Little-endian throughout.
//!
//! ```text
//! u32 version, text specification, u32 revision, u32 count, count × variable, u32 aliases, aliases × (text, text)
//! variable: text name, u8 rank, rank × u32 size, u8 type, u32 bytes, data
//! text: u16 length, bytes closed by a zero
//! ```

use std::collections::BTreeMap;
use std::io::{Read, Seek, SeekFrom};

use half::{bf16, f16};

use super::ImportError;

/// No real model has more; a damaged file may claim any number.
const MAX_VARIABLES: u32 = 100_000;
const MAX_RANK: u8 = 4;

/// How an array's numbers are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stored {
    F32,
    I8,
    F16,
    Bf16,
    /// Of no use for weights; small settings are stored so.
    Other,
}

impl Stored {
    const fn bytes(self) -> u64 {
        match self {
            Self::F32 => 4,
            Self::F16 | Self::Bf16 => 2,
            Self::I8 | Self::Other => 1,
        }
    }
}

/// Where an array lies in the file.
#[derive(Debug, Clone)]
struct Variable {
    shape: Vec<usize>,
    stored: Stored,
    offset: u64,
    bytes: u64,
}

/// An array of weights, in row-major order.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Array {
    /// Its sizes, the slowest first.
    pub shape: Vec<usize>,
    /// Its numbers.
    pub values: Vec<f32>,
}

/// A CTranslate2 model, its arrays read one at a time.
#[derive(Debug)]
pub(crate) struct Ct2<R> {
    input: R,
    variables: BTreeMap<String, Variable>,
    aliases: BTreeMap<String, String>,
}

impl<R: Read + Seek> Ct2<R> {
    /// Reads the list of arrays and checks that the file holds them all.
    pub(crate) fn open(mut input: R) -> Result<Self, ImportError> {
        let length = input.seek(SeekFrom::End(0)).map_err(ImportError::reading)?;
        input.seek(SeekFrom::Start(0)).map_err(ImportError::reading)?;
        let mut head = Head { input: &mut input, at: 0, length };
        let version = head.u32("the version")?;
        if !(4..=6).contains(&version) {
            return Err(ImportError::damaged(format!(
                "it is no CTranslate2 model this version reads: file version {version}, known are 4 to 6"
            )));
        }
        let specification = head.text("the model's kind")?;
        if specification != "WhisperSpec" {
            return Err(ImportError::damaged(format!(
                "it holds a model of kind “{}”, not Whisper",
                specification.escape_default().to_string().chars().take(60).collect::<String>()
            )));
        }
        head.u32("the revision")?;
        let count = head.u32("the number of arrays")?;
        if count > MAX_VARIABLES {
            return Err(ImportError::damaged(format!("it claims {count} arrays")));
        }
        let mut variables = BTreeMap::new();
        for _ in 0..count {
            let (name, variable) = head.variable()?;
            variables.insert(name, variable);
        }
        let mut aliases = BTreeMap::new();
        let count = head.u32("the number of aliases")?;
        if count > MAX_VARIABLES {
            return Err(ImportError::damaged(format!("it claims {count} aliases")));
        }
        for _ in 0..count {
            let alias = head.text("an alias")?;
            let name = head.text("an alias")?;
            aliases.insert(alias, name);
        }
        Ok(Self { input, variables, aliases })
    }

    /// How many layers the encoder or the decoder has: `part/layer_0`, `part/layer_1`, …
    pub(crate) fn layers(&self, part: &str) -> usize {
        (0..)
            .take_while(|layer| {
                let prefix = format!("{part}/layer_{layer}/");
                self.variables
                    .range(prefix.clone()..)
                    .next()
                    .is_some_and(|(name, _)| name.starts_with(&prefix))
            })
            .count()
    }

    /// The array of that name.
    pub(crate) fn array(&mut self, name: &str) -> Result<Array, ImportError> {
        let name = self.aliases.get(name).map_or(name, String::as_str);
        let variable = self
            .variables
            .get(name)
            .cloned()
            .ok_or_else(|| ImportError::damaged(format!("the array “{name}” is missing")))?;
        let size = usize::try_from(variable.bytes)
            .map_err(|_| ImportError::damaged(format!("“{name}” is too large")))?;
        let mut bytes = vec![0; size];
        self.input.seek(SeekFrom::Start(variable.offset)).map_err(ImportError::reading)?;
        self.input.read_exact(&mut bytes).map_err(ImportError::reading)?;
        let values = match variable.stored {
            Stored::F32 => bytes.as_chunks().0.iter().map(|four| f32::from_le_bytes(*four)).collect(),
            Stored::F16 => bytes.as_chunks().0.iter().map(|two| f16::from_le_bytes(*two).to_f32()).collect(),
            Stored::Bf16 => {
                bytes.as_chunks().0.iter().map(|two| bf16::from_le_bytes(*two).to_f32()).collect()
            }
            Stored::I8 => bytes.iter().map(|byte| f32::from(i8::from_le_bytes([*byte]))).collect(),
            Stored::Other => {
                return Err(ImportError::damaged(format!(
                    "“{name}” is stored in a number type this version does not read"
                )));
            }
        };
        Ok(Array { shape: variable.shape, values })
    }

    /// The weight matrix `layer/weight`; one stored in 8 bits is multiplied out with the scales of its rows.
    pub(crate) fn weight(&mut self, layer: &str) -> Result<Array, ImportError> {
        let name = format!("{layer}/weight");
        let mut weight = self.array(&name)?;
        let actual = self.aliases.get(&name).cloned().unwrap_or(name);
        if self.variables.get(&actual).is_some_and(|variable| variable.stored == Stored::I8) {
            let scales = self.array(&format!("{actual}_scale"))?;
            let rows = weight.shape.first().copied().unwrap_or(0);
            if rows == 0 || scales.values.len() != rows || weight.values.len() % rows != 0 {
                return Err(ImportError::damaged(format!(
                    "“{actual}” has {rows} rows and {} scales",
                    scales.values.len()
                )));
            }
            let columns = weight.values.len() / rows;
            for (row, scale) in weight.values.chunks_mut(columns.max(1)).zip(&scales.values) {
                row.iter_mut().for_each(|value| *value /= scale);
            }
        }
        Ok(weight)
    }
}

/// The file up to where it has been read.
struct Head<'a, R> {
    input: &'a mut R,
    at: u64,
    length: u64,
}

impl<R: Read + Seek> Head<'_, R> {
    fn bytes<const N: usize>(&mut self, what: &str) -> Result<[u8; N], ImportError> {
        let mut bytes = [0; N];
        self.input.read_exact(&mut bytes).map_err(|error| self.cut_off(error, what))?;
        self.at += N as u64;
        Ok(bytes)
    }

    fn cut_off(&self, error: std::io::Error, what: &str) -> ImportError {
        if error.kind() == std::io::ErrorKind::UnexpectedEof {
            ImportError::damaged(format!("it ends at byte {} where {what} should stand", self.at))
        } else {
            ImportError::reading(error)
        }
    }

    fn u32(&mut self, what: &str) -> Result<u32, ImportError> {
        self.bytes(what).map(u32::from_le_bytes)
    }

    fn text(&mut self, what: &str) -> Result<String, ImportError> {
        let length = u16::from_le_bytes(self.bytes(what)?);
        let mut bytes = vec![0; usize::from(length)];
        self.input.read_exact(&mut bytes).map_err(|error| self.cut_off(error, what))?;
        self.at += u64::from(length);
        while bytes.last() == Some(&0) {
            bytes.pop();
        }
        String::from_utf8(bytes)
            .map_err(|_| ImportError::damaged(format!("{what} before byte {} is no text", self.at)))
    }

    fn variable(&mut self) -> Result<(String, Variable), ImportError> {
        let name = self.text("the name of an array")?;
        let [rank] = self.bytes("a rank")?;
        if rank > MAX_RANK {
            return Err(ImportError::damaged(format!(
                "an array before byte {} has {rank} dimensions",
                self.at
            )));
        }
        let mut shape = Vec::with_capacity(usize::from(rank));
        for _ in 0..rank {
            shape.push(self.u32("a size")? as usize);
        }
        let [kind] = self.bytes("a number type")?;
        let stored = match kind {
            0 => Stored::F32,
            1 => Stored::I8,
            4 => Stored::F16,
            5 => Stored::Bf16,
            _ => Stored::Other,
        };
        let bytes = u64::from(self.u32("a length")?);
        let expected =
            shape.iter().try_fold(stored.bytes(), |product, size| product.checked_mul(*size as u64));
        if stored != Stored::Other && expected != Some(bytes) {
            return Err(ImportError::damaged(format!(
                "an array before byte {} has a shape that its length denies",
                self.at
            )));
        }
        let offset = self.at;
        let end = offset.saturating_add(bytes);
        if end > self.length {
            return Err(ImportError::damaged(format!(
                "it is cut off: {} bytes, and an array lies up to byte {end}",
                self.length
            )));
        }
        self.input.seek(SeekFrom::Start(end)).map_err(ImportError::reading)?;
        self.at = end;
        Ok((name, Variable { shape, stored, offset, bytes }))
    }
}
