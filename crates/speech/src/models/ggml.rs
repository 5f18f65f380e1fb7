//! The ggml file that whisper.cpp reads: writes it from a CTranslate2 model, and checks that one is whole.
//!
//! ```text
//! i32 magic, 11 × i32 sizes, i32 filters, i32 bins, filters × bins × f32,
//! i32 tokens, tokens × (i32 length, bytes), tensors until the end of the file
//! tensor: i32 rank, i32 length of the name, i32 type, rank × i32 size (fastest first), name, data
//! ```

use std::io::{Read, Seek, Write};

use half::f16;

use super::ct2::{Array, Ct2};
use super::{ImportError, mel};

const MAGIC: u32 = 0x6767_6d6c;
/// Weights that share one scale.
const BLOCK: usize = 32;
/// ggml's numbers for how a tensor is stored.
const F32: i32 = 0;
const F16: i32 = 1;
const Q8_0: i32 = 8;
/// `GGML_FTYPE_MOSTLY_Q8_0`, under the second version of ggml's quantisation.
const FILE_TYPE: i32 = 2 * 1000 + 7;
/// Width of an attention head in every Whisper.
const HEAD: usize = 64;

/// How a tensor is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Biases, norms and positions: small, and the engine wants them exact.
    Exact,
    /// Convolutions.
    Half,
    /// The matrices that all the time is spent in.
    Quantised,
}

struct Writer<'a, W> {
    out: W,
    written: u64,
    total: u64,
    progress: &'a mut dyn FnMut(u64, u64),
}

/// Writes `model` in ggml's form, its matrices quantised to 8 bits in blocks of 32 with one scale each (`q8_0`: a
/// third less time than half precision and the same words). `progress` is told tensors done and to do.
pub(crate) fn convert<R: Read + Seek, W: Write>(
    model: &mut Ct2<R>,
    tokens: &[Vec<u8>],
    out: W,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<(), ImportError> {
    let convolution = model.array("encoder/conv1/weight")?;
    let &[width, mels, 3] = convolution.shape.as_slice() else {
        return Err(ImportError::damaged(format!(
            "the first convolution has the shape {:?}",
            convolution.shape
        )));
    };
    let sound_positions = model.array("encoder/position_encodings/encodings")?;
    let text_positions = model.array("decoder/position_encodings/encodings")?;
    let embeddings = model.weight("decoder/embeddings")?;
    let rows = |array: &Array| array.shape.first().copied().unwrap_or(0);
    let (encoder, decoder) = (model.layers("encoder"), model.layers("decoder"));
    if width == 0 || !width.is_multiple_of(HEAD) || mels == 0 || encoder == 0 || decoder == 0 {
        return Err(ImportError::damaged(format!(
            "its sizes are no Whisper's: width {width}, {mels} mel filters, {encoder} and {decoder} layers"
        )));
    }
    if tokens.len() > rows(&embeddings) {
        return Err(ImportError::damaged(format!(
            "tokenizer.json has {} tokens and the model {}: they do not belong together",
            tokens.len(),
            rows(&embeddings)
        )));
    }

    let total = (11 + 15 * encoder + 24 * decoder) as u64;
    let mut writer = Writer { out, written: 0, total, progress };
    writer.sizes(&[
        rows(&embeddings),
        rows(&sound_positions),
        width,
        width / HEAD,
        encoder,
        rows(&text_positions),
        width,
        width / HEAD,
        decoder,
        mels,
    ])?;
    writer.filters(mels)?;
    writer.vocabulary(tokens)?;

    writer.tensor("encoder.positional_embedding", &sound_positions, Kind::Exact)?;
    writer.tensor("encoder.conv1.weight", &convolution, Kind::Half)?;
    writer.column("encoder.conv1.bias", model.array("encoder/conv1/bias")?)?;
    writer.tensor("encoder.conv2.weight", &model.array("encoder/conv2/weight")?, Kind::Half)?;
    writer.column("encoder.conv2.bias", model.array("encoder/conv2/bias")?)?;
    for layer in 0..encoder {
        writer.block(model, "encoder", layer, width)?;
    }
    writer.norm(model, "encoder.ln_post", "encoder/layer_norm")?;
    writer.tensor("decoder.positional_embedding", &text_positions, Kind::Exact)?;
    writer.tensor("decoder.token_embedding.weight", &embeddings, Kind::Quantised)?;
    for layer in 0..decoder {
        writer.block(model, "decoder", layer, width)?;
    }
    writer.norm(model, "decoder.ln", "decoder/layer_norm")?;
    writer.out.flush().map_err(ImportError::writing)
}

impl<W: Write> Writer<'_, W> {
    fn bytes(&mut self, bytes: &[u8]) -> Result<(), ImportError> {
        self.out.write_all(bytes).map_err(ImportError::writing)
    }

    fn number(&mut self, number: usize) -> Result<(), ImportError> {
        let number =
            i32::try_from(number).map_err(|_| ImportError::damaged(format!("a size of {number}")))?;
        self.bytes(&number.to_le_bytes())
    }

    fn sizes(&mut self, sizes: &[usize]) -> Result<(), ImportError> {
        self.bytes(&MAGIC.to_le_bytes())?;
        for size in sizes {
            self.number(*size)?;
        }
        self.bytes(&FILE_TYPE.to_le_bytes())
    }

    fn filters(&mut self, count: usize) -> Result<(), ImportError> {
        self.number(count)?;
        self.number(mel::BINS)?;
        self.exact(&mel::filters(count))
    }

    fn vocabulary(&mut self, tokens: &[Vec<u8>]) -> Result<(), ImportError> {
        self.number(tokens.len())?;
        for token in tokens {
            self.number(token.len())?;
            self.bytes(token)?;
        }
        Ok(())
    }

    fn tensor(&mut self, name: &str, array: &Array, kind: Kind) -> Result<(), ImportError> {
        // ggml wants whole blocks in a row; a narrower matrix stays in half precision.
        let fits = array.shape.last().is_some_and(|row| row.is_multiple_of(BLOCK));
        let kind = if kind == Kind::Quantised && !fits { Kind::Half } else { kind };
        self.number(array.shape.len())?;
        self.number(name.len())?;
        let stored = match kind {
            Kind::Exact => F32,
            Kind::Half => F16,
            Kind::Quantised => Q8_0,
        };
        self.bytes(&stored.to_le_bytes())?;
        for size in array.shape.iter().rev() {
            self.number(*size)?;
        }
        self.bytes(name.as_bytes())?;
        match kind {
            Kind::Exact => self.exact(&array.values)?,
            Kind::Half => {
                let bytes: Vec<u8> =
                    array.values.iter().flat_map(|value| f16::from_f32(*value).to_le_bytes()).collect();
                self.bytes(&bytes)?;
            }
            Kind::Quantised => self.bytes(&quantise(&array.values))?,
        }
        self.written += 1;
        (self.progress)(self.written, self.total);
        Ok(())
    }

    fn exact(&mut self, values: &[f32]) -> Result<(), ImportError> {
        let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        self.bytes(&bytes)
    }

    /// A convolution's bias stands upright, so that it can be added to every column.
    fn column(&mut self, name: &str, mut bias: Array) -> Result<(), ImportError> {
        bias.shape.push(1);
        self.tensor(name, &bias, Kind::Exact)
    }

    fn norm<R: Read + Seek>(
        &mut self,
        model: &mut Ct2<R>,
        name: &str,
        source: &str,
    ) -> Result<(), ImportError> {
        self.tensor(&format!("{name}.weight"), &model.array(&format!("{source}/gamma"))?, Kind::Exact)?;
        self.tensor(&format!("{name}.bias"), &model.array(&format!("{source}/beta"))?, Kind::Exact)
    }

    fn linear<R: Read + Seek>(
        &mut self,
        model: &mut Ct2<R>,
        name: &str,
        source: &str,
    ) -> Result<(), ImportError> {
        self.tensor(&format!("{name}.weight"), &model.weight(source)?, Kind::Quantised)?;
        self.tensor(&format!("{name}.bias"), &model.array(&format!("{source}/bias"))?, Kind::Exact)
    }

    /// Writes a matrix that stacks several, `width` rows each, as those. Keys have no bias in Whisper (CTranslate2
    /// stores zeros).
    fn stacked<R: Read + Seek>(
        &mut self,
        model: &mut Ct2<R>,
        name: &str,
        source: &str,
        parts: &[&str],
        width: usize,
    ) -> Result<(), ImportError> {
        let weight = model.weight(source)?;
        let bias = model.array(&format!("{source}/bias"))?;
        if weight.shape != [parts.len() * width, width] || bias.shape != [parts.len() * width] {
            return Err(ImportError::damaged(format!("“{source}” has the shape {:?}", weight.shape)));
        }
        let rows = weight.values.chunks(width * width).zip(bias.values.chunks(width));
        for (part, (weight, bias)) in parts.iter().zip(rows) {
            let weight = Array { shape: vec![width, width], values: weight.to_vec() };
            self.tensor(&format!("{name}.{part}.weight"), &weight, Kind::Quantised)?;
            if *part != "key" {
                let bias = Array { shape: vec![width], values: bias.to_vec() };
                self.tensor(&format!("{name}.{part}.bias"), &bias, Kind::Exact)?;
            }
        }
        Ok(())
    }

    fn block<R: Read + Seek>(
        &mut self,
        model: &mut Ct2<R>,
        part: &str,
        layer: usize,
        width: usize,
    ) -> Result<(), ImportError> {
        let name = format!("{part}.blocks.{layer}");
        let source = format!("{part}/layer_{layer}");
        self.norm(model, &format!("{name}.attn_ln"), &format!("{source}/self_attention/layer_norm"))?;
        let attention = format!("{source}/self_attention");
        self.stacked(
            model,
            &format!("{name}.attn"),
            &format!("{attention}/linear_0"),
            &["query", "key", "value"],
            width,
        )?;
        self.linear(model, &format!("{name}.attn.out"), &format!("{attention}/linear_1"))?;
        if part == "decoder" {
            let (name, attention) = (format!("{name}.cross_attn"), format!("{source}/attention"));
            self.norm(model, &format!("{name}_ln"), &format!("{attention}/layer_norm"))?;
            self.linear(model, &format!("{name}.query"), &format!("{attention}/linear_0"))?;
            self.stacked(model, &name, &format!("{attention}/linear_1"), &["key", "value"], width)?;
            self.linear(model, &format!("{name}.out"), &format!("{attention}/linear_2"))?;
        }
        self.norm(model, &format!("{name}.mlp_ln"), &format!("{source}/ffn/layer_norm"))?;
        self.linear(model, &format!("{name}.mlp.0"), &format!("{source}/ffn/linear_0"))?;
        self.linear(model, &format!("{name}.mlp.2"), &format!("{source}/ffn/linear_1"))
    }
}

/// ggml's `q8_0`: of every 32 numbers the largest divided by 127 in half precision, then each number divided by
/// that, rounded.
fn quantise(values: &[f32]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(values.len() / BLOCK * (BLOCK + 2));
    for block in values.chunks(BLOCK) {
        let largest = block.iter().fold(0.0f32, |largest, value| largest.max(value.abs()));
        let scale = largest / 127.0;
        let inverse = if scale > 0.0 { 1.0 / scale } else { 0.0 };
        bytes.extend(f16::from_f32(scale).to_le_bytes());
        bytes.extend(block.iter().flat_map(|value| ((value * inverse).round() as i8).to_le_bytes()));
    }
    bytes
}

/// Walks through a ggml Whisper file and checks that it is whole: sizes in reason, every tensor present to its last
/// byte. whisper.cpp itself reads a file that is cut off as if the rest were zeros.
pub(crate) fn check<R: Read + Seek>(mut input: R) -> Result<(), ImportError> {
    let length = input.seek(std::io::SeekFrom::End(0)).map_err(ImportError::reading)?;
    input.seek(std::io::SeekFrom::Start(0)).map_err(ImportError::reading)?;
    let mut file = Walk { input, at: 0, length };
    if file.number()? as u32 != MAGIC {
        return Err(ImportError::damaged("it is no ggml file".to_owned()));
    }
    let mut sizes = [0; 11];
    for size in &mut sizes {
        *size = file.size()?;
    }
    let [_, _, _, _, encoder, _, _, _, decoder, mels, _] = sizes;
    if sizes.iter().take(10).any(|size| *size == 0 || *size > 1_000_000) || encoder > 100 || decoder > 100 {
        return Err(ImportError::damaged(format!("its sizes are no Whisper's: {sizes:?}")));
    }
    let (filters, bins) = (file.size()?, file.size()?);
    if filters != mels {
        return Err(ImportError::damaged(format!("it has {filters} mel filters and needs {mels}")));
    }
    file.skip((filters * bins * 4) as u64)?;
    for _ in 0..file.size()? {
        let size = file.size()?;
        file.skip(size as u64)?;
    }
    let mut tensors = 0;
    while file.at < file.length {
        let (rank, name, stored) = (file.size()?, file.size()?, file.number()?);
        if rank > 4 || name > 200 {
            return Err(ImportError::damaged(format!("no tensor stands at byte {}", file.at)));
        }
        let mut numbers = 1u64;
        for _ in 0..rank {
            numbers = numbers.saturating_mul(file.size()? as u64);
        }
        file.skip(name as u64)?;
        let (block, bytes) = stored_as(stored).ok_or_else(|| {
            ImportError::damaged(format!("a tensor is stored in ggml type {stored}, which is unknown here"))
        })?;
        file.skip((numbers / block).saturating_mul(bytes))?;
        tensors += 1;
    }
    let expected = 11 + 15 * encoder + 24 * decoder;
    if tensors == expected {
        Ok(())
    } else {
        Err(ImportError::damaged(format!("it has {tensors} tensors of {expected}")))
    }
}

/// Numbers in a block and bytes they take, of the ggml types that Whisper files are made in.
const fn stored_as(kind: i32) -> Option<(u64, u64)> {
    match kind {
        0 => Some((1, 4)),
        1 => Some((1, 2)),
        2 => Some((32, 18)),
        3 => Some((32, 20)),
        6 => Some((32, 22)),
        7 => Some((32, 24)),
        8 => Some((32, 34)),
        _ => None,
    }
}

struct Walk<R> {
    input: R,
    at: u64,
    length: u64,
}

impl<R: Read + Seek> Walk<R> {
    fn number(&mut self) -> Result<i32, ImportError> {
        let mut bytes = [0; 4];
        self.need(4)?;
        self.input.read_exact(&mut bytes).map_err(ImportError::reading)?;
        self.at += 4;
        Ok(i32::from_le_bytes(bytes))
    }

    fn size(&mut self) -> Result<usize, ImportError> {
        let number = self.number()?;
        usize::try_from(number)
            .ok()
            .filter(|size| *size < 1 << 28)
            .ok_or_else(|| ImportError::damaged(format!("a size of {number} before byte {}", self.at)))
    }

    fn skip(&mut self, bytes: u64) -> Result<(), ImportError> {
        self.need(bytes)?;
        let step = i64::try_from(bytes).map_err(|_| ImportError::damaged(format!("a length of {bytes}")))?;
        self.input.seek_relative(step).map_err(ImportError::reading)?;
        self.at += bytes;
        Ok(())
    }

    fn need(&self, bytes: u64) -> Result<(), ImportError> {
        if self.at.saturating_add(bytes) > self.length {
            return Err(ImportError::damaged(format!(
                "it is cut off: {} bytes, and more should stand at byte {}",
                self.length, self.at
            )));
        }
        Ok(())
    }
}
