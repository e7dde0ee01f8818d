//! Limits per address: connections (or, behind a trusted proxy, requests) and bytes of requests at once; and the limit
//! of all bytes together.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use cabana_api::limits::network;

use super::forwarded::{Origin, Proxy};
use super::under_way::UnderWay;

/// Most bytes of requests (heads and bodies) in progress at once.
const BYTES: usize = 256 * 1024 * 1024;
/// Of these, most bytes of one address.
const BYTES_OF_ONE: usize = BYTES / 8;
/// Bytes at the beginning of each request that are accepted even during a flood of large ones, and the limit of all
/// such beginnings beyond [`BYTES`]: more than 10,000 connections hold. One address gets as much as 256 connections
/// hold.
const BEGINNING: usize = 4 * 1024;
const BEGINNINGS: usize = 64 * 1024 * 1024;
const BEGINNINGS_OF_ONE: usize = 256 * BEGINNING;
/// Shortest idle time after which a connection can be closed to make room: a first or next request may be on its way.
const SETTLED: Duration = Duration::from_secs(1);
/// The limits enforced here, as named in metrics.
pub const LIMITS: [&str; 2] = ["connections", "bodies"];

/// Counts of each address, and of all together.
pub struct Shares {
    /// Most connections of one address, or requests through a proxy; 0 means no limit.
    most: usize,
    proxy: Proxy,
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    bytes: usize,
    /// By network; networks that hold nothing are not in it.
    by: HashMap<u128, Share>,
}

#[derive(Default)]
struct Share {
    connections: Vec<Arc<UnderWay>>,
    /// Requests that a proxy passes on.
    requests: usize,
    sent: Sum,
}

#[derive(Clone, Copy, Default)]
struct Sum {
    bytes: usize,
    /// Of these, the beginnings of requests.
    beginnings: usize,
}

impl Shares {
    /// Empty counts.
    pub fn new(most: usize, proxy: Proxy) -> Self {
        Self {
            most,
            proxy,
            held: Mutex::default(),
        }
    }

    /// Counts a connection. If its address is at the limit, the connection that has been idle for longest is closed, as
    /// browsers keep connections that they may never use again, and many people may share an address; `None` if none is
    /// idle. Connections from a proxy carry many people's requests and are not limited.
    pub(super) fn connection(self: &Arc<Self>, peer: IpAddr) -> Option<Connection> {
        let is_own = match self.proxy {
            Proxy::None => true,
            Proxy::Silent => !peer.to_canonical().is_loopback(),
            Proxy::Trusted => false,
        };
        let of = (is_own && self.most > 0).then(|| network(peer));
        let under_way = Arc::new(UnderWay::new());
        if let Some(of) = of {
            let mut held = self.held();
            let share = held.by.entry(of).or_default();
            if share.connections.len() >= self.most && !share.make_room() {
                return refused("connections");
            }
            share.connections.push(Arc::clone(&under_way));
        }
        Some(Connection {
            shares: Arc::clone(self),
            of,
            under_way,
        })
    }

    /// Counts a request that a proxy passes on; `None` if its address is at the limit.
    pub(super) fn request(self: &Arc<Self>, origin: &Origin) -> Option<Request> {
        let is_counted = self.proxy == Proxy::Trusted && origin.is_own && self.most > 0;
        let of = is_counted.then(|| network(origin.address));
        if let Some(of) = of {
            let mut held = self.held();
            let share = held.by.entry(of).or_default();
            if share.requests >= self.most {
                return refused("connections");
            }
            share.requests += 1;
        }
        Some(Request {
            shares: Arc::clone(self),
            of,
        })
    }

    /// A request of which no byte has been received yet.
    pub(super) fn sent(self: &Arc<Self>, origin: &Origin) -> Sent {
        Sent {
            shares: Arc::clone(self),
            of: origin.is_own.then(|| network(origin.address)),
            bytes: 0,
        }
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    /// Reduces an address's counts.
    fn give_back(&mut self, of: u128, take_off: impl FnOnce(&mut Share)) {
        if let Some(share) = self.by.get_mut(&of) {
            take_off(share);
            if share.connections.is_empty() && share.requests == 0 && share.sent.bytes == 0 {
                self.by.remove(&of);
            }
        }
    }
}

impl Share {
    /// Closes the connection that has been idle for longest and stops counting it; false if none is idle.
    fn make_room(&mut self) -> bool {
        let idle = self.connections.iter().enumerate();
        let idle = idle.filter_map(|(at, it)| Some((it.idle()?, at)));
        let longest = idle.max().filter(|(idle, _)| *idle >= SETTLED);
        longest.is_some_and(|(_, at)| {
            self.connections.swap_remove(at).give_way();
            true
        })
    }
}

fn refused<T>(limit: &'static str) -> Option<T> {
    metrics::counter!("cabana_refused_total", "limit" => limit).increment(1);
    None
}

/// A connection, counted until this is dropped or the connection makes room for another.
pub(super) struct Connection {
    shares: Arc<Shares>,
    of: Option<u128>,
    pub(super) under_way: Arc<UnderWay>,
}

impl Drop for Connection {
    fn drop(&mut self) {
        let Some(of) = self.of else { return };
        let is_other = |it: &Arc<UnderWay>| !Arc::ptr_eq(it, &self.under_way);
        let mut held = self.shares.held();
        held.give_back(of, |share| share.connections.retain(is_other));
    }
}

/// A request, counted until this is dropped.
pub(super) struct Request {
    shares: Arc<Shares>,
    of: Option<u128>,
}

impl Drop for Request {
    fn drop(&mut self) {
        let Some(of) = self.of else { return };
        let mut held = self.shares.held();
        held.give_back(of, |share| {
            share.requests = share.requests.saturating_sub(1);
        });
    }
}

/// The bytes of one request, counted until this is dropped.
pub(super) struct Sent {
    shares: Arc<Shares>,
    of: Option<u128>,
    bytes: usize,
}

impl Sent {
    /// Counts more bytes; `None` if the address or all together would exceed their limit.
    pub(super) fn grow(&mut self, bytes: usize) -> Option<()> {
        let mut held = self.shares.held();
        let all = held.bytes + bytes;
        let own = self.of.and_then(|of| held.by.get(&of));
        let mut own = own.map_or_else(Sum::default, |share| share.sent);
        own.bytes += bytes;
        own.beginnings += (self.bytes + bytes).min(BEGINNING) - self.bytes.min(BEGINNING);
        let begins = self.bytes + bytes <= BEGINNING && own.beginnings <= BEGINNINGS_OF_ONE;
        let most = if begins { BYTES + BEGINNINGS } else { BYTES };
        if all > most || own.bytes > BYTES_OF_ONE {
            return refused("bodies");
        }
        if let Some(of) = self.of {
            held.by.entry(of).or_default().sent = own;
        }
        held.bytes = all;
        self.bytes += bytes;
        Some(())
    }
}

impl Drop for Sent {
    fn drop(&mut self) {
        if self.bytes == 0 {
            return;
        }
        let mut held = self.shares.held();
        held.bytes = held.bytes.saturating_sub(self.bytes);
        let Some(of) = self.of else { return };
        held.give_back(of, |Share { sent, .. }| {
            let beginning = self.bytes.min(BEGINNING);
            sent.bytes = sent.bytes.saturating_sub(self.bytes);
            sent.beginnings = sent.beginnings.saturating_sub(beginning);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: [u8; 4] = [203, 0, 113, 7];

    fn origin(address: impl Into<IpAddr>) -> Origin {
        Origin {
            address: address.into(),
            is_own: true,
            https: Some(true),
        }
    }

    #[test]
    fn one_address_has_its_share_of_connections_and_gives_it_back() {
        let shares = Arc::new(Shares::new(2, Proxy::None));
        let held = [0, 1].map(|_| shares.connection(HERE.into()).unwrap());
        assert!(shares.connection(HERE.into()).is_none());
        assert!(shares.connection([203, 0, 113, 8].into()).is_some());
        drop(held);
        assert!(shares.held().by.is_empty());
        let v6 = |text: &str| shares.connection(text.parse().unwrap());
        let one_subscriber = [v6("2001:db8::1"), v6("2001:db8::2"), v6("2001:db8::3")];
        assert!(one_subscriber[2].is_none());
        let unlimited = Arc::new(Shares::new(0, Proxy::None));
        let many: Vec<_> = (0..1000)
            .map(|_| unlimited.connection(HERE.into()))
            .collect();
        assert!(many.iter().all(Option::is_some));
    }

    #[test]
    fn behind_a_proxy_that_names_addresses_their_requests_count_and_its_connections_do_not() {
        let shares = Arc::new(Shares::new(1, Proxy::Trusted));
        let connections = [0, 1, 2].map(|_| shares.connection([10, 0, 0, 1].into()));
        assert!(connections.iter().all(Option::is_some));
        let first = shares.request(&origin(HERE));
        assert!(first.is_some() && shares.request(&origin(HERE)).is_none());
        let nobody = Origin {
            is_own: false,
            ..origin(HERE)
        };
        assert!(shares.request(&nobody).is_some());
        let silent = Arc::new(Shares::new(1, Proxy::Silent));
        let connections = [0, 1].map(|_| silent.connection([127, 0, 0, 1].into()));
        assert!(connections.iter().all(Option::is_some));
        let direct = [0, 1].map(|_| silent.connection(HERE.into()));
        assert!(direct[1].is_none());
    }

    #[test]
    fn bodies_have_a_budget_for_each_address_and_for_all() {
        let shares = Arc::new(Shares::new(0, Proxy::None));
        let mut bodies = Vec::new();
        for last in 0..8 {
            let mut body = shares.sent(&origin([203, 0, 113, last]));
            body.grow(BYTES_OF_ONE).unwrap();
            assert!(body.grow(1).is_none());
            bodies.push(body);
        }
        let mut late = shares.sent(&origin([203, 0, 113, 99]));
        assert!(late.grow(BEGINNING + 1).is_none());
        bodies.pop();
        late.grow(BYTES_OF_ONE).unwrap();
        drop((bodies, late));
        let held = shares.held();
        assert!(held.bytes == 0 && held.by.is_empty());
    }

    #[test]
    fn a_flood_of_large_bodies_from_many_addresses_leaves_room_for_small_ones() {
        let shares = Arc::new(Shares::new(0, Proxy::None));
        let mut flood = Vec::new();
        for last in 0..8 {
            let mut body = shares.sent(&origin([203, 0, 113, last]));
            body.grow(BYTES_OF_ONE).unwrap();
            flood.push(body);
        }
        for last in 100..105 {
            let mut small = shares.sent(&origin([203, 0, 113, last]));
            small.grow(30).unwrap();
            small.grow(BEGINNING - 30).unwrap();
            assert!(small.grow(1).is_none());
            flood.push(small);
        }
        // Many small requests of one address use up nothing of the others' share.
        let many = || shares.sent(&origin([203, 0, 113, 200]));
        let held = std::iter::from_fn(|| {
            let mut body = many();
            body.grow(BEGINNING).map(|()| body)
        });
        let held: Vec<_> = held.take(1000).collect();
        assert_eq!(held.len(), 256);
        let mut other = shares.sent(&origin([203, 0, 113, 201]));
        other.grow(30).unwrap();
        drop((flood, held, other));
        let held = shares.held();
        assert!(held.bytes == 0 && held.by.is_empty());
    }
}
