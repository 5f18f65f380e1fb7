//! What the service needs: its database, its folder, the clock, an address. Nothing is changed or made.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream, ToSocketAddrs as _};
use std::path::Path;
use std::time::Duration;

use lingjian_app::Edge;
use lingjian_app::openid::OpenId;
use lingjian_app::store::{AuditFilter, Store, room_at};

use super::Finding;
use crate::commands::serve::LISTEN;
use crate::service::{Config, data_folder, store_address};

/// Room for recordings below which one should act.
const LITTLE: u64 = 2 << 30;
/// How long the service may take to answer.
const SOON: Duration = Duration::from_secs(5);
/// Milliseconds by which clocks may differ.
const APART: i64 = 60_000;

/// Looks at all of it.
pub(super) async fn look(config: &Config) -> anyhow::Result<Vec<Finding>> {
    let folder = data_folder(config)?;
    let mut findings = vec![room(&folder)];
    match Store::look(&store_address(config)?).await {
        Ok(Some(store)) => {
            findings.extend(database(&store).await);
            store.close().await;
        }
        Ok(None) => findings.push(Finding::new(
            "database",
            "the service",
            Ok("there is none yet; the first start makes it".to_owned()),
        )),
        Err(error) => findings.push(Finding::new("database", "the service", Err(error.to_string()))),
    }
    findings.push(address(config));
    findings.extend(provider(config));
    Ok(findings)
}

/// Whether people can sign in where the settings say.
fn provider(config: &Config) -> Option<Finding> {
    let found = match config.doors.openid() {
        Ok(settings) => {
            let settings = settings?;
            let told =
                format!("{} answers; it must send browsers back to {}", settings.issuer, settings.back());
            OpenId::new(settings).answers().map(|()| told)
        }
        Err(wrong) => Err(format!("{wrong:#}")),
    };
    Some(Finding::new("sign-in elsewhere", "the pages", found))
}

/// Whether recordings can be written, and how many more.
fn room(folder: &Path) -> Finding {
    let (what, needed_for, place) = ("data folder", "recordings", folder.display());
    if !folder.exists() {
        return Finding::new(
            what,
            needed_for,
            Ok(format!("{place} is not there yet; the first start makes it")),
        );
    }
    let found = tempfile::tempfile_in(folder)
        .map_err(|error| {
            format!("{place} cannot be written: {error}; give it to the user that the service runs as")
        })
        .and_then(|_| match room_at(folder) {
            Some(room) if room < LITTLE => {
                Err(format!("{place} has only {} MiB left; make room", room >> 20))
            }
            Some(room) => Ok(format!("{place}, {} GiB left", room >> 30)),
            None => Ok(place.to_string()),
        });
    Finding::new(what, needed_for, found)
}

/// At which step it stands, what it knows of the time, and where its audit trail ends.
async fn database(store: &Store) -> Vec<Finding> {
    let schema = match store.schema().await {
        Err(error) => Err(error.to_string()),
        Ok((None, _)) => Ok("is empty; the first start makes its tables".to_owned()),
        Ok((Some(at), Some(to))) if at > to => {
            Err(format!("is at the step {at}, which this version does not know: install the later version"))
        }
        Ok((Some(at), to)) if to.as_ref() != Some(&at) => {
            let to = to.unwrap_or_default();
            Ok(format!("is at the step {at}; the next start brings it to {to}"))
        }
        Ok((Some(at), _)) => Ok(format!("answers, at the step {at}")),
    };
    let mut findings = vec![Finding::new("database", "the service", schema)];
    // A trail that is not there yet is no finding.
    if let Ok(last) = store.audited(&AuditFilter::default(), 1).await
        && let Some(last) = last.first()
    {
        let head = format!("{} entries, head {}", last.sequence, last.digest);
        findings.push(Finding::new("audit trail", "who did what", Ok(head)));
        let behind = last.at - Edge::of_the_machine().now();
        let clock = if behind > APART {
            Err(format!("is {} s behind the last entry of the audit trail; set it by NTP", behind / 1000))
        } else {
            Ok("is behind nothing that was written".to_owned())
        };
        findings.push(Finding::new("clock", "times of all that is kept", clock));
    }
    findings
}

/// Whether pages can be served at the address, or are.
fn address(config: &Config) -> Finding {
    let listen = config.listen.as_deref().unwrap_or(LISTEN);
    let found = match TcpListener::bind(listen) {
        Ok(_) => Ok(format!("{listen} is free")),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => match ask(listen) {
            Ok(()) => Ok(format!("the service answers at {listen}")),
            Err(reason) => Err(format!("{listen} is taken, and not by a service that is ready: {reason}")),
        },
        Err(error) => Err(format!("{listen} cannot be listened at: {error}")),
    };
    Finding::new("address", "pages and API", found)
}

/// Whether the service answers that it is ready.
pub(super) fn ready(config: &Config) -> Finding {
    let listen = config.listen.as_deref().unwrap_or(LISTEN);
    let found = ask(listen).map(|()| format!("the service at {listen} is ready"));
    Finding::new("service", "pages and API", found.map_err(|reason| format!("{listen}: {reason}")))
}

fn ask(listen: &str) -> Result<(), String> {
    let told = |error: std::io::Error| error.to_string();
    let mut address = listen.to_socket_addrs().map_err(told)?.next().ok_or("is no address")?;
    if address.ip().is_unspecified() {
        let here =
            if address.is_ipv4() { [127, 0, 0, 1].into() } else { std::net::Ipv6Addr::LOCALHOST.into() };
        address = SocketAddr::new(here, address.port());
    }
    let mut stream = TcpStream::connect_timeout(&address, SOON).map_err(told)?;
    stream.set_read_timeout(Some(SOON)).map_err(told)?;
    let request = format!("GET /ready HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).map_err(told)?;
    let mut answer = String::new();
    stream.take(4096).read_to_string(&mut answer).map_err(told)?;
    let status = answer.split_whitespace().nth(1).unwrap_or("nothing");
    if status == "200" { Ok(()) } else { Err(format!("answered {status}, not ready")) }
}
