//! Where the house may send what happens: nowhere, unless its owner says so in the configuration.

use std::io::{Error as IoError, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::LazyLock;
use std::time::Duration;

use ureq::Agent;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};

use crate::AppError;

/// How long a target has to take what it is told.
const PATIENCE: Duration = Duration::from_secs(15);
/// The longest address.
const LONGEST: usize = 2000;

/// Where the house may send what happens.
pub struct Targets {
    hosts: Vec<String>,
    private: bool,
    /// Made when it is first needed: it reads the certificates that this machine trusts.
    agent: LazyLock<Agent, Box<dyn FnOnce() -> Agent + Send>>,
}

impl std::fmt::Debug for Targets {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Targets").field("hosts", &self.hosts).field("private", &self.private).finish()
    }
}

impl Default for Targets {
    fn default() -> Self {
        Self::new(Vec::new(), false)
    }
}

/// The host of an address.
pub(super) fn host(url: &str) -> Option<String> {
    url.parse::<Uri>().ok()?.host().map(str::to_lowercase)
}

impl Targets {
    /// These hosts; `private`: also where they are in private networks, and without TLS.
    #[must_use]
    pub fn new(hosts: Vec<String>, private: bool) -> Self {
        let hosts = hosts.into_iter().map(|host| host.to_lowercase()).collect();
        Self { hosts, private, agent: LazyLock::new(Box::new(move || agent(private))) }
    }

    /// Whether the owner allows an address.
    ///
    /// # Errors
    /// Where it is none, or not allowed; the reason does not repeat it.
    pub fn check(&self, url: &str) -> Result<(), AppError> {
        let bad = |reason: &str| Err(AppError::BadRequest { field: "url", reason: reason.to_owned() });
        let Ok(uri) = url.parse::<Uri>() else { return bad("is no address") };
        let (Some(host), Some(authority)) = (uri.host(), uri.authority()) else {
            return bad("is no address");
        };
        if url.len() > LONGEST || url.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return bad("is no address, or too long");
        }
        match uri.scheme_str() {
            Some("https") => {}
            Some("http") if self.private => {}
            Some("http") => return bad("write https: what is sent must not be read on the way"),
            _ => return bad("write https://…"),
        }
        if authority.as_str().contains('@') || url.contains('#') {
            return bad("leave out user, password and fragment: the signature says who sends");
        }
        if !self.hosts.iter().any(|allowed| allowed.eq_ignore_ascii_case(host)) {
            return bad(
                "the owner of this house does not allow that host: see webhooks.hosts in the configuration",
            );
        }
        Ok(())
    }

    /// Tells an address something and says why it did not take it. Waits for it: not for those who may not.
    pub(super) fn tell(&self, url: &str, headers: &[(&str, String)], body: &str) -> Result<(), Untold> {
        self.check(url).map_err(|error| Untold::Later(error.to_string()))?;
        let mut request = self.agent.post(url).header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let answer = request.send(body).map_err(|error| Untold::Later(failure(&error)))?;
        match answer.status().as_u16() {
            200..=299 => Ok(()),
            410 => Err(Untold::Gone),
            status @ 300..=399 => Err(Untold::Later(format!(
                "it answered {status}: redirects are not followed, write where it leads"
            ))),
            status => Err(Untold::Later(format!("it answered {status}"))),
        }
    }
}

/// Why something was not told.
#[derive(Debug)]
pub(super) enum Untold {
    /// It may be later.
    Later(String),
    /// It says that it never wants to be told again.
    Gone,
}

/// A failure without the address, which may carry a secret.
fn failure(error: &ureq::Error) -> String {
    match error {
        ureq::Error::HostNotFound => "its host is not found".to_owned(),
        ureq::Error::ConnectionFailed => "it cannot be reached".to_owned(),
        ureq::Error::Timeout(_) => format!("it did not answer within {} s", PATIENCE.as_secs()),
        ureq::Error::Io(error) if error.kind() == ErrorKind::PermissionDenied => {
            "its host is in a private network, which the owner of this house does not allow".to_owned()
        }
        ureq::Error::Io(error) => format!("it cannot be reached: {}", error.kind()),
        ureq::Error::Rustls(_) | ureq::Error::Tls(_) => {
            "it cannot be trusted: its certificate is none that this machine accepts".to_owned()
        }
        _ => "it did not answer as a web server does".to_owned(),
    }
}

fn agent(private: bool) -> Agent {
    let config = Agent::config_builder()
        .tls_config(lingjian_speech::models::trust())
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        // A proxy would look names up for us, and we could not see where they lead.
        .proxy(None)
        .user_agent(concat!("lingjian/", env!("CARGO_PKG_VERSION")))
        .timeout_global(Some(PATIENCE))
        .build();
    Agent::with_parts(
        config,
        DefaultConnector::default(),
        Checked { inner: DefaultResolver::default(), private },
    )
}

/// Looks names up and leaves out what lies in private networks: the connection goes to an address that was looked at.
#[derive(Debug)]
struct Checked {
    inner: DefaultResolver,
    private: bool,
}

impl Resolver for Checked {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let all = self.inner.resolve(uri, config, timeout)?;
        let mut some = self.empty();
        for address in all.iter().filter(|address| self.private || is_public(address.ip())) {
            some.push(*address);
        }
        if some.is_empty() {
            return Err(ureq::Error::Io(IoError::from(ErrorKind::PermissionDenied)));
        }
        Ok(some)
    }
}

/// Whether an address is one of the open network: none of this machine, of a house, of a provider's inside.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(four) => is_public_4(four),
        IpAddr::V6(six) => is_public_6(six),
    }
}

fn is_public_4(four: Ipv4Addr) -> bool {
    let [a, b, c, _] = four.octets();
    !(four.is_private()
        || four.is_loopback()
        || four.is_link_local()
        || four.is_documentation()
        || a == 0
        || a >= 224
        || (a == 100 && b & 0xC0 == 64)
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && b & 0xFE == 18))
}

fn is_public_6(six: Ipv6Addr) -> bool {
    let parts = six.segments();
    let four_in = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public_4(Ipv4Addr::new(a, b, c, d))
    };
    match parts {
        // IPv4 in another coat: mapped, translated (NAT64), 6to4.
        [0, 0, 0, 0, 0, 0xFFFF, high, low] | [0x64, 0xFF9B, 0, 0, 0, 0, high, low] => four_in(high, low),
        [0x2002, high, low, ..] => four_in(high, low),
        [0x2001, 0xDB8, ..] | [0x2001, 0, ..] => false,
        // Only this block is given out for the open network.
        [first, ..] => first & 0xE000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_networks_are_known_in_every_coat() {
        let inside = [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "198.18.0.1",
            "192.0.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "2002:7f00:1::",
            "::7f00:1",
            "2001:db8::1",
        ];
        for address in inside {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
        for address in
            ["1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "::ffff:8.8.8.8", "2002:808:808::"]
        {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn only_what_the_owner_names_is_allowed() {
        let targets = Targets::new(vec!["Hooks.example.org".to_owned()], false);
        targets.check("https://hooks.example.org/in?from=lingjian").unwrap();
        targets.check("https://hooks.example.org:8443/in").unwrap();
        for wrong in [
            "https://example.org/",
            "https://hooks.example.org.evil.net/",
            "https://evil.net/hooks.example.org",
            "http://hooks.example.org/",
            "https://user:secret@hooks.example.org/",
            "https://hooks.example.org@evil.net/",
            "ftp://hooks.example.org/",
            "file:///etc/passwd",
            "hooks.example.org",
            "https://hooks.example.org/#part",
            "",
        ] {
            let refused = targets.check(wrong).unwrap_err().to_string();
            assert!(!refused.contains("secret"), "{refused}");
        }
        assert!(
            Targets::default().check("https://hooks.example.org/").is_err(),
            "nothing, where nothing is said"
        );
    }

    /// The name is allowed, and leads into this machine: nothing is sent.
    #[test]
    fn a_name_that_leads_inside_is_not_followed() {
        let inside = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        inside.set_nonblocking(true).unwrap();
        let url = format!("https://localhost:{}/", inside.local_addr().unwrap().port());
        let targets = Targets::new(vec!["localhost".to_owned()], false);
        let Err(Untold::Later(reason)) = targets.tell(&url, &[], "{}") else { panic!("it was told") };
        assert!(reason.contains("private network"), "{reason}");
        assert_eq!(inside.accept().unwrap_err().kind(), ErrorKind::WouldBlock, "nobody knocked");
    }
}
