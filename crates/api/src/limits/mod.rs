//! Rate limits: requests per second of a user, an address, or a client.
//!
//! Counted in this process only: two nodes allow twice as much. Calls signed with an access key are counted only by
//! category, if that is switched on to behave like Amazon's quotas.

mod category;
mod table;
mod user;

use std::hash::Hash;
use std::net::IpAddr;

use cabana_domain::{ClientId, PoolId, Sub, Time};
use cabana_model::Operation;

use crate::dispatch::row;

pub use category::Category;
pub(crate) use user::{count_named, reads, uses_password};

use table::{Rate, Table};

/// Seconds of unused requests that a caller may save up.
const BURST: u32 = 5;
/// Requests over a category's quota are refused within the second, as with Amazon.
const CATEGORY_BURST: u32 = 1;

/// Requests per second; 0 means unlimited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rates {
    /// Reads, and as many writes, of one user.
    pub per_user: u32,
    /// Public operations, OAuth endpoints and sign-in pages, per address (IPv6: per /64).
    pub per_address: u32,
    /// The ones among these that work on a password.
    pub passwords_per_address: u32,
    /// Requests of one confidential client to the token and revocation endpoints, and GetClientToken.
    pub per_client: u32,
    /// Mails, or texts, per hour to one unverified address or number, and twice as many to a verified one; counted in
    /// the store (`logic::messages::destinations`).
    pub messages_per_destination: u32,
    /// Whether Amazon's quotas by category of operation apply.
    pub categories: bool,
}

impl Rates {
    /// No limits.
    pub const OFF: Self = Self {
        per_user: 0,
        per_address: 0,
        passwords_per_address: 0,
        per_client: 0,
        messages_per_destination: 0,
        categories: false,
    };
    /// For production.
    pub const USUAL: Self = Self {
        per_user: 10,
        per_address: 300,
        passwords_per_address: 20,
        per_client: 300,
        messages_per_destination: 10,
        categories: false,
    };
    /// For the emulator, whose whole load comes from one address: a test suite. Its messages leave the machine only
    /// if a sender was set up.
    pub const EMULATOR: Self = Self {
        per_address: 0,
        passwords_per_address: 0,
        messages_per_destination: 0,
        ..Self::USUAL
    };
}

/// The subject of a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Limit {
    UserReads,
    UserWrites,
    Address,
    Passwords,
    Client,
    Category(Category),
    /// Messages to one address or number, per hour.
    Destination,
}

impl Limit {
    /// All names, the categories as one.
    pub const NAMES: [&str; 7] = [
        "user_reads",
        "user_writes",
        "address",
        "passwords",
        "client",
        "category",
        "destination",
    ];

    /// The name in metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::UserReads => "user_reads",
            Self::UserWrites => "user_writes",
            Self::Address => "address",
            Self::Passwords => "passwords",
            Self::Client => "client",
            Self::Category(_) => "category",
            Self::Destination => "destination",
        }
    }
}

/// The user that a request is counted for. Names and `sub`s are counted separately, so that a caller cannot use up a
/// user's limit by sending their `sub` as a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Who<'a> {
    /// A user who has presented a token, or continues a sign-in.
    User(&'a Sub),
    /// A name in the form in which names are compared, with or without an account.
    Name(&'a str),
}

/// A caller exceeded a rate limit. A request one second later may succeed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooOften(pub Limit);

/// Rate limits and their counters.
pub struct Limits {
    pub rates: Rates,
    table: Table,
}

impl Limits {
    /// Counters without any requests yet.
    pub fn new(rates: Rates) -> Self {
        Self {
            rates,
            table: Table::new(),
        }
    }

    /// Counts one more request of an address.
    ///
    /// # Errors
    /// If that exceeds the limit.
    pub fn address(&self, address: IpAddr, now: Time) -> Result<(), TooOften> {
        let rate = self.rates.per_address;
        self.take(Limit::Address, rate, BURST, network(address), now)
    }

    /// Counts one more use of a password by an address.
    ///
    /// # Errors
    /// If that exceeds the limit.
    pub fn password(&self, address: IpAddr, now: Time) -> Result<(), TooOften> {
        let rate = self.rates.passwords_per_address;
        self.take(Limit::Passwords, rate, BURST, network(address), now)
    }

    /// Counts one more request of an authenticated client. A client that is only named must not count: anonymous
    /// callers could use up an app's limit.
    ///
    /// # Errors
    /// If that exceeds the limit.
    pub fn client(&self, client: &ClientId, now: Time) -> Result<(), TooOften> {
        let rate = self.rates.per_client;
        self.take(Limit::Client, rate, BURST, client.as_str(), now)
    }

    /// Counts one more read of a user.
    ///
    /// # Errors
    /// If that exceeds the limit.
    pub fn user_read(&self, pool: &PoolId, who: Who<'_>, now: Time) -> Result<(), TooOften> {
        self.user(Limit::UserReads, pool, who, now)
    }

    /// Counts one more write of a user.
    ///
    /// # Errors
    /// If that exceeds the limit.
    pub fn user_write(&self, pool: &PoolId, who: Who<'_>, now: Time) -> Result<(), TooOften> {
        self.user(Limit::UserWrites, pool, who, now)
    }

    /// Counts one more operation of a category, whoever calls it.
    ///
    /// # Errors
    /// If that exceeds the quota.
    pub fn category(&self, category: Category, now: Time) -> Result<(), TooOften> {
        if !self.rates.categories {
            return Ok(());
        }
        let limit = Limit::Category(category);
        self.take(limit, category.quota(), CATEGORY_BURST, (), now)
    }

    /// Counts one more call of an operation in its category. Answers to challenges beyond three per sign-in count as
    /// sign-ins.
    ///
    /// # Errors
    /// If that exceeds the quota.
    pub fn operation(&self, operation: Operation, now: Time) -> Result<(), TooOften> {
        match row(operation).category {
            Category::ChallengeAnswer => self
                .category(Category::ChallengeAnswer, now)
                .or_else(|_| self.category(Category::UserAuthentication, now)),
            category => self.category(category, now),
        }
    }

    /// Number of counters that are in use.
    pub fn tracked(&self, now: Time) -> usize {
        self.table.in_use(now.micros())
    }

    fn user(&self, limit: Limit, pool: &PoolId, who: Who<'_>, now: Time) -> Result<(), TooOften> {
        let rate = self.rates.per_user;
        self.take(limit, rate, BURST, (pool.as_str(), who), now)
    }

    fn take(
        &self,
        limit: Limit,
        rate: u32,
        burst: u32,
        who: impl Hash,
        now: Time,
    ) -> Result<(), TooOften> {
        let rate = match rate {
            0 => return Ok(()),
            rate => Rate::per_second(rate, burst),
        };
        if self.table.take(&(limit, who), rate, now.micros()) {
            return Ok(());
        }
        metrics::counter!("cabana_refused_total", "limit" => limit.name()).increment(1);
        Err(TooOften(limit))
    }
}

/// The network of one subscriber: an IPv4 address, or the /64 of an IPv6 one.
pub fn network(address: IpAddr) -> u128 {
    match address.to_canonical() {
        IpAddr::V4(address) => u128::from(address.to_bits()),
        IpAddr::V6(address) => address.to_bits() >> 64 << 64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_is_one_ipv4_address_or_one_ipv6_network() {
        let network = |text: &str| super::network(text.parse().unwrap());
        assert_eq!(network("203.0.113.7"), network("::ffff:203.0.113.7"));
        assert_ne!(network("203.0.113.7"), network("203.0.113.8"));
        assert_eq!(network("2001:db8::1"), network("2001:db8::ffff:2"));
        assert_ne!(network("2001:db8::1"), network("2001:db8:0:1::1"));
    }

    #[test]
    fn zero_is_no_limit() {
        let limits = Limits::new(Rates::OFF);
        let now = Time::from_seconds(1);
        for _ in 0..100_000 {
            limits.address([127, 0, 0, 1].into(), now).unwrap();
        }
        assert_eq!(limits.tracked(now), 0);
    }

    #[test]
    fn reads_and_writes_are_counted_apart() {
        let limits = Limits::new(Rates::USUAL);
        let (pool, now) = (PoolId::new("us-east-1_a"), Time::from_seconds(1));
        let ada = Who::Name("ada");
        for _ in 0..50 {
            limits.user_read(&pool, ada, now).unwrap();
        }
        let refused = limits.user_read(&pool, ada, now);
        assert_eq!(refused, Err(TooOften(Limit::UserReads)));
        limits.user_write(&pool, ada, now).unwrap();
        limits
            .user_read(&PoolId::new("us-east-1_b"), ada, now)
            .unwrap();
    }

    #[test]
    fn answers_to_challenges_have_three_times_the_quota_and_what_is_over_counts_as_signing_in() {
        let rates = Rates {
            categories: true,
            ..Rates::OFF
        };
        let (limits, now) = (Limits::new(rates), Time::from_seconds(1));
        let answered = |_: &u32| {
            limits
                .operation(Operation::RespondToAuthChallenge, now)
                .is_ok()
        };
        assert_eq!((0..1000).take_while(answered).count(), 3 * 120 + 120);
        let begun = limits.operation(Operation::InitiateAuth, now);
        let over = Limit::Category(Category::UserAuthentication);
        assert_eq!(begun, Err(TooOften(over)));
        limits.operation(Operation::SignUp, now).unwrap();
    }
}
