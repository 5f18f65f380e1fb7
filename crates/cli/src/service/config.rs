//! The configuration file: TOML, every key optional. A key that is not known is an error that names the nearest one.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::ValueEnum;
use jiff::tz::TimeZone;
use lingjian_app::openid::{Admits, Settings};
use lingjian_app::{Title, uploads};
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
    /// Whose days are counted where no project has its own.
    pub(crate) zone: Option<String>,
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
    /// Where browsers find this house.
    pub(crate) address: Option<String>,
    pub(crate) openid: OpenIdConfig,
}

/// Sign-in elsewhere, as the file has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OpenIdConfig {
    /// None: by password only.
    pub(crate) issuer: Option<String>,
    pub(crate) client: String,
    pub(crate) secret_file: Option<PathBuf>,
    pub(crate) scopes: Vec<String>,
    pub(crate) label: Title,
    pub(crate) admits: Admits,
}

impl Default for OpenIdConfig {
    fn default() -> Self {
        Self {
            issuer: None,
            client: "lingjian".to_owned(),
            secret_file: None,
            scopes: vec!["profile".to_owned()],
            label: Title { zh: "统一身份登录".to_owned(), en: "Single sign-on".to_owned() },
            admits: Admits::default(),
        }
    }
}

impl Doors {
    /// The provider, where there is one: its secret is read, and what is missing is named.
    pub(crate) fn openid(&self) -> anyhow::Result<Option<Settings>> {
        let OpenIdConfig { issuer, client, secret_file, scopes, label, admits } = self.openid.clone();
        let Some(issuer) = issuer else { return Ok(None) };
        let secure = |key: &str, address: &str| {
            let rest = ["http://127.0.0.1", "http://localhost", "http://[::1]"]
                .iter()
                .find_map(|here| address.strip_prefix(here));
            let here = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/']));
            if here || address.starts_with("https://") {
                Ok(())
            } else {
                bail!("{key}: write an address that begins with https://")
            }
        };
        secure("openid.issuer", &issuer)?;
        let address = self.address.clone().context(
            "address: write where browsers find this house, such as https://lingjian.example.com: \
             whoever signs in elsewhere is sent back there",
        )?;
        secure("address", &address)?;
        let secret = std::env::var("LINGJIAN_OPENID_SECRET").ok().filter(|secret| !secret.is_empty());
        let secret = match (secret, secret_file) {
            (Some(secret), _) => Some(secret),
            (None, Some(file)) => {
                let text = std::fs::read_to_string(&file)
                    .with_context(|| format!("openid.secret_file: failed to read {}", file.display()))?;
                Some(text.trim().to_owned())
            }
            (None, None) => None,
        };
        Ok(Some(Settings { issuer, client, secret, scopes, address, label, admits }))
    }
}

impl Default for Doors {
    fn default() -> Self {
        Self {
            largest_mib: uploads::LARGEST >> 20,
            days: uploads::DAYS,
            hosts: Vec::new(),
            private_networks: false,
            address: None,
            openid: OpenIdConfig::default(),
        }
    }
}

/// Every key there is, with a comment and its default: `serve --example-config` prints it.
pub(crate) const EXAMPLE: &str = r#"# Lingjian. Every line is optional; what stands here is the default.
# LINGJIAN_LISTEN, LINGJIAN_DATA, LINGJIAN_DATABASE, LINGJIAN_MODELS and LINGJIAN_LOG have the last word.

# Where pages and API are served. Put a proxy with TLS before it where others than this machine use it.
listen = "127.0.0.1:8480"

# Where browsers find it. Only needed where people sign in elsewhere.
# address = "https://lingjian.example.com"

# The folder of database and recordings.
# data = "/var/lib/lingjian"

# PostgreSQL instead of the database in the data folder.
# database = "postgres://lingjian@localhost/lingjian"

# all, web or worker.
role = "all"

# Whose days are counted where a project has no zone of its own, as IANA names it.
zone = "Asia/Shanghai"

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

[openid]
# Where the house's people sign in anyway (OpenID Connect); it must send browsers back to ADDRESS/api/v1/openid/callback.
# None: by password only.
# issuer = "https://login.example.com/realms/house"
# What the provider calls this house.
client = "lingjian"
# The file of the secret that goes with it; LINGJIAN_OPENID_SECRET has the last word. None: a public client.
# secret_file = "/etc/lingjian/openid-secret"
scopes = ["profile"]
# The words on its button.
label = "统一身份登录"
label_en = "Single sign-on"
# Whether an account belongs to whom the provider calls by its name. Only where people do not choose these names themselves.
join_by_name = false
# Whether whoever has no account gets one. It may do nothing until somebody gives it a post.
create_users = false

[log]
# text or json.
format = "text"
# error, warn, info, debug.
level = "info"
"#;

const KEYS: &[&str] = &[
    "listen",
    "address",
    "data",
    "database",
    "role",
    "zone",
    "speech.on",
    "speech.model",
    "speech.models",
    "uploads.largest_mib",
    "uploads.days",
    "webhooks.hosts",
    "webhooks.private_networks",
    "openid.issuer",
    "openid.client",
    "openid.secret_file",
    "openid.scopes",
    "openid.label",
    "openid.label_en",
    "openid.join_by_name",
    "openid.create_users",
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
                "zone" => {
                    let zone = words()?;
                    TimeZone::get(&zone).map_err(|_| {
                        anyhow::anyhow!("zone: nothing is called {zone:?}; write for example Asia/Shanghai")
                    })?;
                    config.zone = Some(zone);
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
                "address" => config.doors.address = Some(words()?),
                "openid.issuer" => config.doors.openid.issuer = Some(words()?),
                "openid.client" => config.doors.openid.client = words()?,
                "openid.secret_file" => config.doors.openid.secret_file = Some(words()?.into()),
                "openid.scopes" => config.doors.openid.scopes = list()?,
                "openid.label" => config.doors.openid.label.zh = words()?,
                "openid.label_en" => config.doors.openid.label.en = words()?,
                "openid.join_by_name" => config.doors.openid.admits.by_name = flag()?,
                "openid.create_users" => config.doors.openid.admits.newcomers = flag()?,
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
        assert_eq!(config.zone.as_deref(), Some(lingjian_app::store::ZONE));
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
    fn a_provider_lacks_nothing() -> anyhow::Result<()> {
        let settings = |text: &str| Config::parse(text)?.doors.openid();
        assert!(settings("")?.is_none());
        let told = |text: &str| format!("{:#}", settings(text).expect_err("wrong"));
        assert!(told("[openid]\nissuer = \"https://login.example.com\"").starts_with("address: "));
        let plain =
            "address = \"http://lingjian.example.com\"\n[openid]\nissuer = \"https://login.example.com\"";
        assert!(told(plain).starts_with("address: write an address that begins with https"));
        assert!(told("[openid]\nissuer = \"http://login.example.com\"").starts_with("openid.issuer: "));
        let whole =
            "address = \"https://lingjian.example.com/\"\n[openid]\nissuer = \"https://login.example.com\"";
        let whole = settings(whole)?.context("there is one")?;
        assert_eq!(whole.back(), "https://lingjian.example.com/api/v1/openid/callback");
        assert!(
            told(&format!(
                "{}\nsecret_file = \"/nowhere\"",
                "address = \"https://l.example.com\"\n[openid]\nissuer = \"https://login.example.com\""
            ))
            .contains("openid.secret_file")
        );
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
        assert!(told("zone = \"Mars/Olympus\"").contains("Asia/Shanghai"));
        assert!(told("listen = 80").contains("in quotes"));
        assert!(told("[uploads]\ndays = 0").contains("uploads.days: write a whole number"));
        assert!(told("[webhooks]\nhosts = \"x\"").contains("list of texts"));
        assert!(told("listen = ").contains("no TOML"));
    }
}
