//! The configuration file: TOML, every key optional. A key that is not known is an error that names the nearest one.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::ValueEnum;
use lingjian_app::uploads;
use toml::{Table, Value};

/// What a process does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum Role {
    /// Serves and works.
    #[default]
    All,
    /// Serves only.
    Web,
    /// Works only.
    Worker,
}

/// How logs are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
}

/// Settings, from the file and from the environment, which has the last word.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Config {
    /// Where the pages are served.
    pub(crate) listen: Option<String>,
    /// Database and recordings.
    pub(crate) data: Option<PathBuf>,
    /// Another database than the one in the data folder.
    pub(crate) database: Option<String>,
    pub(crate) role: Role,
    /// Packs; all that ship where none is named.
    pub(crate) rules: Vec<PathBuf>,
    /// Whether recordings are written down.
    pub(crate) speech: bool,
    pub(crate) model: Option<String>,
    pub(crate) models: Option<PathBuf>,
    pub(crate) log: LogFormat,
    pub(crate) level: Option<String>,
    pub(crate) doors: Doors,
}

/// Ways in and out of the house.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Doors {
    /// The largest file that may come in over the network.
    pub(crate) largest_mib: u64,
    /// After how many days without a byte an upload is cleared.
    pub(crate) days: u32,
    /// Hosts that may be told what happens.
    pub(crate) hosts: Vec<String>,
    /// Whether they may be in private networks.
    pub(crate) private_networks: bool,
}

impl Default for Doors {
    fn default() -> Self {
        Self {
            largest_mib: uploads::LARGEST >> 20,
            days: uploads::DAYS,
            hosts: Vec::new(),
            private_networks: false,
        }
    }
}

/// Every key there is, with a comment and its default: `serve --example-config` prints it.
pub(crate) const EXAMPLE: &str = r#"# Lingjian. Every line is optional; what stands here is the default.
# LINGJIAN_LISTEN, LINGJIAN_DATA, LINGJIAN_DATABASE, LINGJIAN_MODELS and LINGJIAN_LOG have the last word.

# Where pages and API are served. Put a proxy with TLS before it where others than this machine use it.
listen = "127.0.0.1:8480"

# The folder of database and recordings.
# data = "/var/lib/lingjian"

# PostgreSQL instead of the database in the data folder.
# database = "postgres://lingjian@localhost/lingjian"

# all, web or worker.
role = "all"

# Packs to judge by: names of packs that ship, folders or files. Empty: all that ship.
rules = []

[speech]
# Whether this process writes recordings down.
on = true
model = "whisper-base"
# The folder of the models: see `lingjian model --help`.
# models = "/var/lib/lingjian/models"

[uploads]
# The largest file that may come in over the network, in MiB. It needs as much room in the data folder twice, for a while.
largest_mib = 5120
# After how many days without a byte an upload is cleared.
days = 7

[webhooks]
# Hosts that may be told what happens. None: nothing is sent outside this house.
hosts = []
# Whether they may be in private networks, and be told without TLS.
private_networks = false

[log]
# text or json.
format = "text"
# error, warn, info, debug.
level = "info"
"#;

const KEYS: &[&str] = &[
    "listen",
    "data",
    "database",
    "role",
    "speech.on",
    "speech.model",
    "speech.models",
    "uploads.largest_mib",
    "uploads.days",
    "webhooks.hosts",
    "webhooks.private_networks",
    "log.format",
    "log.level",
];

impl Config {
    /// The file's settings, or the defaults where there is none; then the environment's.
    pub(crate) fn read(file: Option<&Path>) -> anyhow::Result<Self> {
        let mut config = match file {
            None => Self { speech: true, ..Self::default() },
            Some(file) => {
                let text = std::fs::read_to_string(file)
                    .with_context(|| format!("failed to read the configuration {}", file.display()))?;
                Self::parse(&text).with_context(|| file.display().to_string())?
            }
        };
        let named = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        config.listen = named("LINGJIAN_LISTEN").or(config.listen);
        config.data = named("LINGJIAN_DATA").map(PathBuf::from).or(config.data);
        config.database = named("LINGJIAN_DATABASE").or(config.database);
        config.models = named("LINGJIAN_MODELS").map(PathBuf::from).or(config.models);
        config.level = named("LINGJIAN_LOG").or(config.level);
        Ok(config)
    }

    fn parse(text: &str) -> anyhow::Result<Self> {
        let table: Table = text.parse().context("is no TOML")?;
        let mut flat = Vec::new();
        flatten("", &table, &mut flat);
        let mut config = Self { speech: true, ..Self::default() };
        for (key, value) in flat {
            let words = || match value {
                Value::String(text) => Ok(text.clone()),
                _ => bail!("{key}: write a text in quotes"),
            };
            let list = || {
                let texts = value.as_array().and_then(|texts| {
                    texts.iter().map(|text| text.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>()
                });
                texts.with_context(|| format!("{key}: write a list of texts in quotes"))
            };
            let flag = || value.as_bool().with_context(|| format!("{key}: write true or false"));
            let count = || {
                let count =
                    value.as_integer().and_then(|count| u32::try_from(count).ok()).filter(|count| *count > 0);
                count.with_context(|| format!("{key}: write a whole number from 1 on"))
            };
            match key.as_str() {
                "listen" => config.listen = Some(words()?),
                "data" => config.data = Some(words()?.into()),
                "database" => config.database = Some(words()?),
                "role" => {
                    let word = words()?;
                    config.role = Role::from_str(&word, false)
                        .map_err(|_| anyhow::anyhow!("role: {word:?} is none; write all, web or worker"))?;
                }
                "rules" => config.rules = list()?.into_iter().map(PathBuf::from).collect(),
                "speech.on" => config.speech = flag()?,
                "speech.model" => config.model = Some(words()?),
                "speech.models" => config.models = Some(words()?.into()),
                "log.format" => {
                    config.log = match words()?.as_str() {
                        "text" => LogFormat::Text,
                        "json" => LogFormat::Json,
                        other => bail!("log.format: {other:?} is none; write text or json"),
                    };
                }
                "uploads.largest_mib" => config.doors.largest_mib = count()?.into(),
                "uploads.days" => config.doors.days = count()?,
                "webhooks.hosts" => config.doors.hosts = list()?,
                "webhooks.private_networks" => config.doors.private_networks = flag()?,
                "log.level" => config.level = Some(words()?),
                unknown => {
                    let distance = |known: &&str| strsim::damerau_levenshtein(known, unknown);
                    let nearest = KEYS.iter().copied().min_by_key(distance).unwrap_or_default();
                    bail!("{unknown}: there is no such setting; did you mean {nearest}?");
                }
            }
        }
        Ok(config)
    }
}

fn flatten<'t>(prefix: &str, table: &'t Table, flat: &mut Vec<(String, &'t Value)>) {
    for (key, value) in table {
        let name = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
        match value {
            Value::Table(inner) => flatten(&name, inner, flat),
            value => flat.push((name, value)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_is_the_defaults() -> anyhow::Result<()> {
        let config = Config::parse(EXAMPLE)?;
        assert_eq!(config.listen.as_deref(), Some("127.0.0.1:8480"));
        assert!(config.speech);
        assert_eq!((config.role, config.log), (Role::All, LogFormat::Text));
        assert_eq!(config.doors, Doors::default());
        for key in KEYS {
            let last = key.rsplit('.').next().unwrap_or_default();
            assert!(EXAMPLE.contains(&format!("{last} = ")), "{key} stands in the example");
        }
        Ok(())
    }

    #[test]
    fn a_key_that_is_not_known_names_the_nearest() {
        let told = |text: &str| format!("{:#}", Config::parse(text).expect_err("wrong"));
        assert_eq!(told("lisen = \"x\""), "lisen: there is no such setting; did you mean listen?");
        assert_eq!(
            told("[speech]\nmodle = \"x\""),
            "speech.modle: there is no such setting; did you mean speech.model?"
        );
        assert!(told("role = \"boss\"").contains("all, web or worker"));
        assert!(told("listen = 80").contains("in quotes"));
        assert!(told("[uploads]\ndays = 0").contains("uploads.days: write a whole number"));
        assert!(told("[webhooks]\nhosts = \"x\"").contains("list of texts"));
        assert!(told("listen = ").contains("no TOML"));
    }
}
