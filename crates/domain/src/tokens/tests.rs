use proptest::prelude::*;

use super::*;
use crate::flow::{Authentication, Methods};

const GRACE: i64 = 60;

fn family() -> TokenFamily {
    TokenFamily {
        id: "family".to_owned(),
        pool: PoolId::new("us-east-1_a"),
        client: ClientId::new("client"),
        sub: Sub::new("sub"),
        scopes: Vec::new(),
        source: TokenSource::Api,
        resource: None,
        event_id: "event".to_owned(),
        authentication: Authentication {
            at: Time::from_seconds(0),
            methods: Methods::default(),
            device: None,
            provider: None,
            app: None,
            vouched: None,
        },
        level_asked: false,
        claims: None,
        issued: Time::from_seconds(0),
        expires: Time::from_seconds(1_000_000),
        refresh_hash: Some(hash(0)),
        earlier: Vec::new(),
        revoked: false,
        session: None,
        origin: None,
    }
}

fn hash(number: usize) -> [u8; 32] {
    let mut hash = [0; 32];
    hash[..8].copy_from_slice(&number.to_be_bytes());
    hash
}

proptest! {
    /// Compares a family's memory with a full record: the time of each token's first use.
    #[test]
    fn a_first_use_is_never_theft_nor_a_repeated_one_within_the_grace_period_and_any_later_one_is(
        history in prop::collection::vec((0..40_usize, 0..50_i64), 1..60),
    ) {
        let mut family = family();
        let mut first_uses: Vec<Option<i64>> = vec![None];
        let mut now = 0;
        for (pick, passed) in history {
            now += passed;
            let token = pick % first_uses.len();
            let expected = match first_uses[token] {
                None => Use::First,
                Some(at) if now < at + GRACE => Use::Repeated,
                Some(_) => Use::Stolen,
            };
            let at = Time::from_seconds(now);
            prop_assert_eq!(family.judge(&hash(token), at), expected, "token {} at {}", token, now);
            if expected == Use::Stolen {
                continue;
            }
            let new = first_uses.len();
            family.rotate(&hash(token), hash(new), at, Span::seconds(GRACE));
            first_uses[token].get_or_insert(now);
            first_uses.push(None);
            prop_assert!(family.earlier.len() <= MOST_EARLIER);
            prop_assert!(!family.earlier.is_empty());
        }
    }
}

#[test]
fn a_family_remembers_so_many_tokens_and_no_more() {
    let mut family = family();
    let now = Time::from_seconds(1);
    for new in 1..=1_000 {
        family.rotate(&hash(0), hash(new), now, Span::seconds(GRACE));
    }
    assert_eq!(family.earlier.len(), MOST_EARLIER);
    assert_eq!(family.judge(&hash(0), now), Use::Repeated);
    assert_eq!(family.judge(&hash(1_000), now), Use::First);
    assert_eq!(family.judge(&hash(950), now), Use::First);
    assert_eq!(family.judge(&hash(1), now), Use::Stolen);
}

#[test]
fn without_a_grace_period_a_second_use_is_theft_at_once() {
    let mut family = family();
    let now = Time::from_seconds(1);
    family.rotate(&hash(0), hash(1), now, Span::seconds(0));
    assert_eq!(family.judge(&hash(0), now), Use::Stolen);
    assert_eq!(family.judge(&hash(1), now), Use::First);
}
