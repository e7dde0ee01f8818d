//! The addresses that a call may go to, if its URL comes from settings rather than from the operator.
//!
//! What counts is the address that a connection is made to: a URL is judged by its host if that is an address, in
//! whatever notation, and else by what its name resolves to, in the look-up whose result the connection uses. So a name
//! that resolves to something else the next time gains nothing.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use crate::config::Mode;

/// Metadata services of clouds, which give out the machine's own credentials, outside the ranges below.
const METADATA: [IpAddr; 6] = [
    IpAddr::V4(Ipv4Addr::new(168, 63, 129, 16)),
    IpAddr::V4(Ipv4Addr::new(100, 100, 100, 200)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)),
    IpAddr::V6(Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xc1, 0, 0, 0, 0, 0xa9fe, 0xa9fe)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0x42, 0, 0, 0, 0, 0, 0x42)),
];

/// The rules of this server.
#[derive(Clone, Copy, Debug)]
pub struct Guard {
    loopback: bool,
    private: bool,
    /// Whether HTTP without TLS may be spoken on this machine.
    plain: bool,
}

/// The reason why a call is not made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Forbidden {
    #[error("the address is not https")]
    Scheme,
    #[error("the address names no host")]
    Host,
    #[error("the address contains credentials")]
    Credentials,
    #[error("{0} is in a private network (see --allow-private-network)")]
    Private(String),
    #[error("{0} is an address that this server never calls")]
    Never(String),
}

/// What an address is to a caller from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Realm {
    Public,
    Private,
    Loopback,
    /// Link-local, a cloud's own service, not a single machine, or not assigned.
    Never,
}

impl Guard {
    /// The rules: an emulator calls its own machine, and a server what the operator has allowed.
    pub fn new(mode: Mode, allow_private_network: bool) -> Self {
        let dev = mode == Mode::Dev;
        Self {
            loopback: dev || allow_private_network,
            private: allow_private_network,
            plain: dev,
        }
    }

    /// Judges a URL before anything is looked up.
    ///
    /// # Errors
    /// If it is none that the server may call.
    pub fn judge(&self, url: &Url) -> Result<(), Forbidden> {
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Forbidden::Credentials);
        }
        let address = match url.host() {
            None => return Err(Forbidden::Host),
            Some(Host::Domain(_)) => None,
            Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
        };
        match url.scheme() {
            "https" => {}
            "http" if self.plain && is_this_machine(url, address) => {}
            _ => return Err(Forbidden::Scheme),
        }
        match address {
            Some(address) => self.admit(address, &address.to_string()),
            None => Ok(()),
        }
    }

    /// Judges an address that a connection would be made to. `name` is what led to it.
    ///
    /// # Errors
    /// If no connection may be made.
    pub fn admit(&self, address: IpAddr, name: &str) -> Result<(), Forbidden> {
        let allowed = match realm(address) {
            Realm::Public => true,
            Realm::Private => self.private,
            Realm::Loopback => self.loopback,
            Realm::Never => return Err(Forbidden::Never(name.to_owned())),
        };
        match allowed {
            true => Ok(()),
            false => Err(Forbidden::Private(name.to_owned())),
        }
    }
}

/// Whether a host is this machine by its name or address. A name that only resolves to it is not enough for HTTP.
fn is_this_machine(url: &Url, address: Option<IpAddr>) -> bool {
    match address {
        Some(address) => realm(address) == Realm::Loopback,
        None => url
            .host_str()
            .is_some_and(|name| name == "localhost" || name.ends_with(".localhost")),
    }
}

fn realm(address: IpAddr) -> Realm {
    if METADATA.contains(&address) {
        return Realm::Never;
    }
    match address {
        IpAddr::V4(address) => realm_of_v4(address),
        IpAddr::V6(address) => realm_of_v6(address),
    }
}

fn realm_of_v4(address: Ipv4Addr) -> Realm {
    match address.octets() {
        [127, ..] => Realm::Loopback,
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] | [100, 64..=127, ..] => Realm::Private,
        // "This" network, link-local, protocol assignments, documentation, 6to4 relays, benchmarks, multicast, reserved.
        [0, ..]
        | [169, 254, ..]
        | [192, 0, 0, _]
        | [192, 0, 2, _]
        | [192, 88, 99, _]
        | [198, 18..=19, ..]
        | [198, 51, 100, _]
        | [203, 0, 113, _]
        | [224..=255, ..] => Realm::Never,
        _ => Realm::Public,
    }
}

fn realm_of_v6(address: Ipv6Addr) -> Realm {
    let within = |high: u16, low: u16| {
        let [a, b] = [high, low].map(u16::to_be_bytes);
        realm(IpAddr::V4(Ipv4Addr::new(a[0], a[1], b[0], b[1])))
    };
    match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 1] => Realm::Loopback,
        // An IPv4 address in another form: mapped, translated, compatible, 6to4.
        [0, 0, 0, 0, 0, 0xffff, high, low]
        | [0, 0, 0, 0, 0xffff, 0, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low]
        | [0x2002, high, low, ..] => within(high, low),
        [0, 0, 0, 0, 0, 0, high, low] if high != 0 => within(high, low),
        [0xfc00..=0xfdff, ..] => Realm::Private,
        // Global unicast, except for tunnels and documentation.
        [0x2001, 0..=0x1ff, ..] | [0x2001, 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => Realm::Never,
        [0x2000..=0x3fff, ..] => Realm::Public,
        _ => Realm::Never,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERVER: fn(bool) -> Guard = |private| Guard::new(Mode::Serve, private);

    fn judged(guard: Guard, url: &str) -> Result<(), Forbidden> {
        guard.judge(&Url::parse(url).unwrap())
    }

    #[test]
    fn no_notation_of_an_inner_address_is_called() {
        for host in [
            "127.0.0.1",
            "127.1",
            "2130706433",
            "0x7f000001",
            "0177.0.0.1",
            "0x7f.1",
            "10.0.0.1",
            "172.16.0.1",
            "192.168.1.1",
            "3232235777",
            "100.64.0.1",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "[::127.0.0.1]",
            "[::ffff:0:10.0.0.1]",
            "[64:ff9b::127.0.0.1]",
            "[2002:7f00:1::]",
            "[fd00::1]",
        ] {
            let url = format!("https://{host}/");
            let refused = judged(SERVER(false), &url).unwrap_err();
            assert!(
                matches!(refused, Forbidden::Private(_)),
                "{host}: {refused}"
            );
            assert_eq!(judged(SERVER(true), &url), Ok(()), "{host}");
        }
    }

    #[test]
    fn the_link_the_clouds_services_and_what_is_no_machine_are_never_called() {
        for host in [
            "169.254.169.254",
            "2852039166",
            "0xA9FEA9FE",
            "0251.0376.0251.0376",
            "[::ffff:169.254.169.254]",
            "[::ffff:a9fe:a9fe]",
            "[64:ff9b::169.254.169.254]",
            "[2002:a9fe:a9fe::1]",
            "[fe80::1]",
            "[fec0::1]",
            "[fd00:ec2::254]",
            "[fd20:ce::254]",
            "[fd00:c1::a9fe:a9fe]",
            "[fd00:42::42]",
            "168.63.129.16",
            "100.100.100.200",
            "0.0.0.0",
            "0",
            "[::]",
            "255.255.255.255",
            "224.0.0.1",
            "[ff02::1]",
            "198.18.0.1",
            "192.0.2.1",
            "[2001:db8::1]",
            "[2001::1]",
            "[100::1]",
        ] {
            for guard in [SERVER(false), SERVER(true), Guard::new(Mode::Dev, true)] {
                let refused = judged(guard, &format!("https://{host}/")).unwrap_err();
                assert!(matches!(refused, Forbidden::Never(_)), "{host}: {refused}");
            }
        }
    }

    #[test]
    fn public_addresses_are_called_by_https_only() {
        for host in [
            "93.184.216.34",
            "[2606:2800:220:1::1]",
            "idp.example",
            "172.32.0.1",
        ] {
            assert_eq!(
                judged(SERVER(false), &format!("https://{host}/")),
                Ok(()),
                "{host}"
            );
            let plain = judged(SERVER(true), &format!("http://{host}/"));
            assert_eq!(plain, Err(Forbidden::Scheme), "{host}");
        }
        let plain = judged(SERVER(true), "http://localhost/");
        assert_eq!(plain, Err(Forbidden::Scheme));
        for url in [
            "ftp://idp.example/",
            "file:///etc/passwd",
            "gopher://127.0.0.1/",
        ] {
            assert!(judged(SERVER(true), url).is_err(), "{url}");
        }
        let named = judged(SERVER(true), "https://user:secret@idp.example/");
        assert_eq!(named, Err(Forbidden::Credentials));
    }

    #[test]
    fn an_emulator_speaks_http_to_its_own_machine_and_to_nothing_else() {
        let dev = Guard::new(Mode::Dev, false);
        for url in [
            "http://localhost:8080/",
            "http://127.0.0.1/",
            "http://[::1]/",
            "https://127.0.0.2/",
        ] {
            assert_eq!(judged(dev, url), Ok(()), "{url}");
        }
        for url in [
            "http://idp.example/",
            "http://10.0.0.1/",
            "http://169.254.169.254/",
        ] {
            assert_eq!(judged(dev, url), Err(Forbidden::Scheme), "{url}");
        }
        assert!(judged(dev, "https://10.0.0.1/").is_err());
    }
}
