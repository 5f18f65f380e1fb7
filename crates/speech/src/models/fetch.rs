//! Fetches a file over HTTP, going on where an earlier attempt stopped.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use ureq::Agent;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, TlsProvider, parse_pem};

use super::{ModelError, Part, shelf};

/// How often a download that breaks off is taken up again, as long as each attempt brings something.
const ATTEMPTS: usize = 8;
/// An index page is small; anything larger is none.
const MAX_PAGE: u64 = 8 << 20;

/// A client that trusts what the system trusts: its certificate store, and what `SSL_CERT_FILE`, `SSL_CERT_DIR`,
/// `PIP_CERT` or `REQUESTS_CA_BUNDLE` name (a company's own authority). It goes through the proxy that the
/// environment names.
pub(crate) fn client() -> Agent {
    Agent::config_builder()
        .tls_config(trust())
        .http_status_as_error(false)
        .user_agent(concat!("lingjian/", env!("CARGO_PKG_VERSION")))
        .timeout_connect(Some(Duration::from_secs(20)))
        .timeout_recv_response(Some(Duration::from_secs(60)))
        .timeout_per_read(Some(Duration::from_secs(60)))
        .build()
        .new_agent()
}

/// Whom this machine trusts, as [`client`] does: for all that asks others over TLS.
#[must_use]
pub fn trust() -> TlsConfig {
    TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .root_certs(RootCerts::Specific(Arc::new(trusted())))
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .build()
}

fn trusted() -> Vec<Certificate<'static>> {
    let mut trusted: Vec<_> = rustls_native_certs::load_native_certs()
        .certs
        .iter()
        .map(|certificate| Certificate::from_der(certificate).to_owned())
        .collect();
    for variable in ["PIP_CERT", "REQUESTS_CA_BUNDLE"] {
        let Some(bundle) = std::env::var_os(variable).and_then(|path| fs::read(path).ok()) else { continue };
        trusted.extend(parse_pem(&bundle).filter_map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Some(certificate),
            _ => None,
        }));
    }
    trusted
}

/// A page of text.
pub(crate) fn page(client: &Agent, url: &str) -> Result<String, String> {
    let mut answer = client.get(url).call().map_err(|error| format!("{url}: {error}"))?;
    if !answer.status().is_success() {
        return Err(format!("{url}: the server answered {}", answer.status()));
    }
    answer
        .body_mut()
        .with_config()
        .limit(MAX_PAGE)
        .read_to_string()
        .map_err(|error| format!("{url}: {error}"))
}

/// Where the bytes of a file are kept until all are there.
pub(crate) fn partial(folder: &Path, part: &Part) -> PathBuf {
    folder.join(format!("{}.part", part.file))
}

/// Brings `part` from `url` into `folder`, checked. What has come stays in `FILE.part` when it breaks off, and the
/// next attempt goes on from there.
///
/// The outer error is final (a wrong file, a full disk); the inner one says that this address did not deliver.
pub(crate) fn download(
    client: &Agent,
    url: &str,
    part: &Part,
    folder: &Path,
    progress: &mut dyn FnMut(u64),
) -> Result<Result<(), String>, ModelError> {
    let path = partial(folder, part);
    let mut complaint = String::new();
    for attempt in 0..ATTEMPTS {
        let before = length(&path);
        if before < part.bytes {
            if attempt > 0 {
                std::thread::sleep(Duration::from_millis(200 << attempt));
            }
            match append(client, url, part, &path, progress)? {
                Ok(()) => {}
                Err(reason) => complaint = reason,
            }
        }
        let now = length(&path);
        if now >= part.bytes {
            return accept(part, folder, &path).map(Ok);
        }
        if now <= before && attempt > 0 {
            break;
        }
    }
    Ok(Err(complaint))
}

fn length(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |file| file.len())
}

/// One request: what is still missing of the file, appended.
fn append(
    client: &Agent,
    url: &str,
    part: &Part,
    path: &Path,
    progress: &mut dyn FnMut(u64),
) -> Result<Result<(), String>, ModelError> {
    let mut have = length(path);
    let mut request = client.get(url);
    if have > 0 {
        request = request.header("Range", format!("bytes={have}-"));
    }
    let answer = match request.call() {
        Ok(answer) => answer,
        Err(error) => return Ok(Err(format!("{url}: {error}"))),
    };
    let mut options = OpenOptions::new();
    options.create(true);
    match answer.status().as_u16() {
        206 if resumes_at(&answer, have) => options.append(true),
        // The whole file, whatever was asked for.
        200 => {
            have = 0;
            options.write(true).truncate(true)
        }
        status => return Ok(Err(format!("{url}: the server answered {status}"))),
    };
    let mut file = options.open(path).map_err(ModelError::io("write", path))?;
    let mut body = answer.into_body().into_reader().take(part.bytes.saturating_sub(have) + 1);
    let mut buffer = vec![0; 1 << 16];
    loop {
        progress(have);
        let read = match body.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) => return Ok(Err(format!("{url}: it broke off after {have} bytes: {error}"))),
        };
        let bytes = buffer.get(..read).unwrap_or_default();
        file.write_all(bytes).map_err(ModelError::io("write", path))?;
        have += read as u64;
    }
    if have < part.bytes {
        return Ok(Err(format!("{url}: it ended after {have} of {} bytes", part.bytes)));
    }
    Ok(Ok(()))
}

/// Whether the server goes on exactly where we stopped: `Content-Range: bytes 100-199/200`.
fn resumes_at(answer: &ureq::http::Response<ureq::Body>, have: u64) -> bool {
    let range =
        answer.headers().get("Content-Range").and_then(|value| value.to_str().ok()).unwrap_or_default();
    range
        .strip_prefix("bytes ")
        .and_then(|range| range.split('-').next())
        .and_then(|start| start.trim().parse().ok())
        == Some(have)
}

/// Gives a file that is all there its name, if it is the right one; throws it away if it is not.
pub(crate) fn accept(part: &Part, folder: &Path, path: &Path) -> Result<(), ModelError> {
    let bytes = length(path);
    let sha256 = shelf::sha256_of(path)?;
    if bytes == part.bytes && sha256 == part.sha256 {
        let place = folder.join(part.file);
        File::open(path).and_then(|file| file.sync_all()).map_err(ModelError::io("write", path))?;
        return fs::rename(path, &place).map_err(ModelError::io("move into its place", &place));
    }
    fs::remove_file(path).map_err(ModelError::io("remove", path))?;
    let reason = if bytes == part.bytes {
        format!("its SHA-256 is {sha256} and {} is pinned", part.sha256)
    } else {
        format!("it has more than the {} bytes that are pinned", part.bytes)
    };
    Err(ModelError::Mismatch { file: part.file.to_owned(), reason })
}
