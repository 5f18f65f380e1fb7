//! Reads a project file (`--project FILE`): YAML with [`Project`]'s fields, every mistake with its place.

use std::path::Path;

use lingjian_model::{BusinessCategory, Direction, Project, RecordingStandard};
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::{Error, StrDeserializer};

use crate::Refusal;
use crate::recordings::Pattern;
use crate::yaml::{Node, Reader, under};

const PROJECT: &[&str] = &["name", "category", "direction", "client", "recording"];
const RECORDING: &[&str] =
    &["channels", "formats", "min_sample_rate", "naming", "announcement", "retention_days"];

/// The categories of S0, as files write them.
const CATEGORIES: &[&str] = &[
    "database-building",
    "database-cleansing",
    "customer-information",
    "order-processing",
    "lead-mining",
    "event-invitation",
    "customer-value-added",
    "retention",
    "customer-service",
    "greeting",
    "market-research",
    "satisfaction-survey",
    "performance-survey",
    "mystery-shopping",
    "brand-awareness",
    "customer-segmentation",
    "technical-service",
];

/// Reads a project file.
///
/// # Errors
/// The first mistake, with line, column and the nearest known name.
pub fn open(path: &Path) -> Result<Project, Refusal> {
    let reader = Reader { path };
    project(reader, &reader.file()?)
}

/// Reads a project from bytes; `path` names them in errors.
///
/// # Errors
/// As [`open`].
pub fn parse(path: &Path, data: &[u8]) -> Result<Project, Refusal> {
    let reader = Reader { path };
    project(reader, &reader.bytes(data)?)
}

fn project(reader: Reader<'_>, root: &Node) -> Result<Project, Refusal> {
    let (mut name, mut category, mut direction, mut client) = (None, None, None, None);
    let mut recording = RecordingStandard::default();
    for entry in reader.entries(root, "", PROJECT)? {
        let (field, value) = (entry.name.as_str(), &entry.value);
        match field {
            "name" => name = Some(reader.text(value, field)?.to_owned()),
            "category" => category = Some(self::category(reader.text(value, field)?)),
            "client" => client = Some(reader.text(value, field)?.to_owned()),
            "direction" => {
                direction = match reader.text(value, field)? {
                    "inbound" => Some(Direction::Inbound),
                    "outbound" => Some(Direction::Outbound),
                    "both" => None,
                    _ => {
                        let refusal = reader.wrong(value.at, field, "unknown direction");
                        return Err(refusal.advise("known: inbound, outbound, both"));
                    }
                }
            }
            _ => recording = standard(reader, value)?,
        }
    }
    let missing = |name: &str| reader.wrong(root.at, name, "is missing");
    let name = name.ok_or_else(|| missing("name"))?;
    let category = category.ok_or_else(|| {
        missing("category").advise("such as customer-service; centres may write names of their own")
    })?;
    Ok(Project { name, category, direction, client, recording })
}

/// One of S0's, else the centre's own.
fn category(text: &str) -> BusinessCategory {
    let known = CATEGORIES.contains(&text).then(|| {
        let text: StrDeserializer<'_, Error> = text.into_deserializer();
        BusinessCategory::deserialize(text).ok()
    });
    known.flatten().unwrap_or_else(|| BusinessCategory::Other(text.to_owned()))
}

fn standard(reader: Reader<'_>, node: &Node) -> Result<RecordingStandard, Refusal> {
    let mut standard = RecordingStandard::default();
    for entry in reader.entries(node, "recording", RECORDING)? {
        let (field, value) = (under("recording", &entry.name), &entry.value);
        match entry.name.as_str() {
            "channels" => standard.channels = u16::try_from(reader.count(value, &field, 1..=64)?).ok(),
            "formats" => {
                standard.formats =
                    reader.texts(value, &field)?.into_iter().map(|(name, _)| name.to_owned()).collect();
            }
            "min_sample_rate" => {
                standard.min_sample_rate = Some(reader.count(value, &field, 1000..=384_000)?)
            }
            "naming" => {
                let text = reader.text(value, &field)?;
                Pattern::parse(text).map_err(|error| reader.wrong(value.at, &field, error.to_string()))?;
                standard.naming = Some(text.to_owned());
            }
            "announcement" => standard.announcement = Some(reader.text(value, &field)?.to_owned()),
            _ => standard.retention_days = Some(reader.count(value, &field, 1..=36_500)?),
        }
    }
    Ok(standard)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "name: 一号项目\ncategory: customer-service\ndirection: inbound\nrecording:\n  channels: 2\n  formats: [wav, mp3]\n  min_sample_rate: 8000\n  naming: \"{date}_{id}.wav\"\n  retention_days: 180\n";

    fn refused(text: &str) -> String {
        parse(Path::new("p.yaml"), text.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn a_project_is_read() {
        let project = parse(Path::new("p.yaml"), GOOD.as_bytes()).unwrap();
        assert_eq!(project.name, "一号项目");
        assert_eq!(project.category, BusinessCategory::CustomerService);
        assert_eq!(project.recording.formats, ["wav", "mp3"]);
        assert_eq!(project.recording.retention_days, Some(180));
        for name in CATEGORIES {
            assert!(!matches!(category(name), BusinessCategory::Other(_)), "{name}");
        }
        assert_eq!(category("quiz"), BusinessCategory::Other("quiz".to_owned()));
    }

    #[test]
    fn mistakes_are_pointed_at() {
        let said = [
            "",
            "name: [",
            "- a",
            "name: a",
            "name: a\nname: b",
            "nmae: a",
            "name:\ncategory: x",
            "name: a\ncategory: x\ndirection: up",
            "name: a\ncategory: x\nrecording:\n  chanels: 2",
            "name: a\ncategory: x\nrecording:\n  channels: two",
            "name: a\ncategory: x\nrecording:\n  naming: \"{id\"",
            "name: &a a\ncategory: *a",
            "name: a\n---\nname: b",
        ]
        .map(refused)
        .join("\n");
        insta::assert_snapshot!(said);
    }
}
