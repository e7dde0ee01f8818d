//! Passkeys of users.

use cabana_domain::passkey::{Passkey, PasskeyDetail};
use cabana_domain::webauthn::PublicKey;
use cabana_domain::{PoolId, Sub};
use cabana_model::Blob;

use super::samples::{self, at, hash};
use super::{Refusal, apply, refused};
use crate::{BetweenSteps, Change, SharedStore};

pub async fn stories(store: &SharedStore) {
    let (pool, _) = samples::pool_with_client(store, "passkeys").await;
    passkeys_come_in_the_order_they_were_registered(store, &pool).await;
    an_id_is_unique_per_user_only(store, &pool).await;
    a_use_requires_the_sign_count_that_was_read(store, &pool).await;
    they_are_read_with_their_user_as_well(store, &pool).await;
    passkeys_go_one_by_one_and_with_their_user(store, &pool).await;
}

/// A passkey that was used; `number` makes its ID.
pub fn sample(pool: &PoolId, sub: &Sub, number: u8) -> Passkey {
    Passkey {
        pool: pool.clone(),
        sub: sub.clone(),
        id: vec![number, 0, 255],
        detail: PasskeyDetail {
            relying_party: "example.com".to_owned(),
            public_key: PublicKey::Rs256 {
                modulus: Blob(vec![7; 256]),
                exponent: Blob(vec![1, 0, 1]),
            },
            name: "a passkey with an ü".to_owned(),
            attachment: Some("cross-platform".to_owned()),
            transports: vec!["nfc".to_owned(), "usb".to_owned()],
            aaguid: [9; 16],
            backup_eligible: true,
        },
        sign_count: u32::MAX,
        created: at(i64::from(number)),
        last_used: Some(at(200)),
    }
}

fn insert(passkey: &Passkey) -> Change {
    Change::InsertPasskey(Box::new(passkey.clone()))
}

fn delete(passkey: &Passkey) -> Change {
    Change::DeletePasskey {
        pool: passkey.pool.clone(),
        sub: passkey.sub.clone(),
        id: passkey.id.clone(),
    }
}

async fn passkeys_come_in_the_order_they_were_registered(store: &SharedStore, pool: &PoolId) {
    let ann = samples::user(pool, "ann");
    apply(store, samples::insert(&ann)).await.unwrap();
    assert_eq!(store.passkeys(pool, &ann.sub).await.unwrap(), []);
    let mut first = sample(pool, &ann.sub, 3);
    let mut second = sample(pool, &ann.sub, 2);
    let third = sample(pool, &ann.sub, 5);
    // The longest ID there can be.
    first.id = vec![1; 1_023];
    (first.created, second.created) = (at(1), at(1));
    second.last_used = None;
    for passkey in [&third, &second, &first] {
        apply(store, insert(passkey)).await.unwrap();
    }
    let all = store.passkeys(pool, &ann.sub).await.unwrap();
    assert_eq!(all, [first, second, third]);
    let elsewhere = PoolId::new("us-east-1_nobody");
    assert_eq!(store.passkeys(&elsewhere, &ann.sub).await.unwrap(), []);
}

async fn they_are_read_with_their_user_as_well(store: &SharedStore, pool: &PoolId) {
    let (gil, hal) = (samples::user(pool, "gil"), samples::user(pool, "hal"));
    let list = [&gil, &hal].map(samples::insert).into();
    store.apply(list).await.unwrap();
    let mut own = [3, 2, 4].map(|it| sample(pool, &gil.sub, it));
    own[0].created = at(1);
    for passkey in [&own[2], &own[0], &own[1]] {
        apply(store, insert(passkey)).await.unwrap();
    }
    let by_name = async |name| store.user_with_passkeys(pool, name).await.unwrap();
    assert_eq!(by_name("gil").await, Some((gil.clone(), own.to_vec())));
    assert_eq!(by_name("hal").await, Some((hal.clone(), Vec::new())));
    assert_eq!(by_name("nobody").await, None);
    let spent = Change::Spend {
        what: "step",
        key: hash(71),
        expires: at(900),
    };
    apply(store, spent).await.unwrap();
    let nobody = Sub::new("nobody");
    for (marker, is_spent) in [(hash(71), true), (hash(72), false)] {
        for (sub, user, passkeys, with) in [
            (&gil.sub, Some(&gil), &own[..], true),
            (&gil.sub, Some(&gil), &[], false),
            (&hal.sub, Some(&hal), &[], true),
            (&nobody, None, &[], true),
        ] {
            let read = store.between_steps(pool, sub, &marker, with).await;
            let expected = BetweenSteps {
                is_spent,
                user: user.cloned(),
                passkeys: passkeys.to_vec(),
            };
            assert_eq!(read.unwrap(), expected);
        }
    }
    let elsewhere = PoolId::new("us-east-1_nobody");
    let free = hash(72);
    let read = store.between_steps(&elsewhere, &gil.sub, &free, true);
    assert_eq!(read.await.unwrap(), BetweenSteps::default());
}

async fn an_id_is_unique_per_user_only(store: &SharedStore, pool: &PoolId) {
    let ben = samples::user(pool, "ben");
    // Ann has one of this ID.
    let same = sample(pool, &ben.sub, 5);
    refused(apply(store, insert(&same)).await, Refusal::Gone);
    apply(store, samples::insert(&ben)).await.unwrap();
    apply(store, insert(&same)).await.unwrap();
    refused(
        apply(store, insert(&same)).await,
        Refusal::Conflict("passkey"),
    );
    let others = store.passkeys(pool, &samples::user(pool, "ann").sub).await;
    assert_eq!(others.unwrap().len(), 3);
    // Each is deleted by its own user.
    apply(store, delete(&same)).await.unwrap();
    assert_eq!(store.passkeys(pool, &ben.sub).await.unwrap(), []);
    let others = store.passkeys(pool, &samples::user(pool, "ann").sub).await;
    assert_eq!(others.unwrap().len(), 3);
    let other = samples::pool_with_client(store, "passkeys2").await.0;
    let namesake = samples::user(&other, "ann");
    let same = sample(&other, &namesake.sub, 5);
    let changes = vec![samples::insert(&namesake), insert(&same)];
    store.apply(changes).await.unwrap();
    assert_eq!(store.passkeys(&other, &namesake.sub).await.unwrap(), [same]);
}

async fn a_use_requires_the_sign_count_that_was_read(store: &SharedStore, pool: &PoolId) {
    let cleo = samples::user(pool, "cleo");
    let mut passkey = sample(pool, &cleo.sub, 10);
    passkey.sign_count = 0;
    let using = |from, to: &Passkey| Change::UsePasskey {
        from,
        to: Box::new(to.clone()),
    };
    apply(store, samples::insert(&cleo)).await.unwrap();
    refused(apply(store, using(0, &passkey)).await, Refusal::Gone);
    apply(store, insert(&passkey)).await.unwrap();
    passkey.last_used = Some(at(300));
    passkey.sign_count = u32::MAX;
    apply(store, using(0, &passkey)).await.unwrap();
    refused(apply(store, using(0, &passkey)).await, Refusal::Stale);
    let found = store.passkeys(pool, &cleo.sub).await.unwrap();
    assert_eq!(found, [passkey.clone()]);
    // Nobody uses another one's.
    passkey.sub = samples::user(pool, "ben").sub;
    refused(apply(store, using(u32::MAX, &passkey)).await, Refusal::Gone);
}

async fn passkeys_go_one_by_one_and_with_their_user(store: &SharedStore, pool: &PoolId) {
    let dora = samples::user(pool, "dora");
    let passkeys = [20, 21].map(|number| sample(pool, &dora.sub, number));
    let mut changes = vec![samples::insert(&dora)];
    changes.extend(passkeys.iter().map(insert));
    store.apply(changes).await.unwrap();
    let mut of_another = passkeys[0].clone();
    of_another.sub = samples::user(pool, "ben").sub;
    refused(apply(store, delete(&of_another)).await, Refusal::Gone);
    apply(store, delete(&passkeys[0])).await.unwrap();
    refused(apply(store, delete(&passkeys[0])).await, Refusal::Gone);
    let left = store.passkeys(pool, &dora.sub).await.unwrap();
    assert_eq!(left, [passkeys[1].clone()]);
    let gone = Change::DeleteUser {
        pool: pool.clone(),
        sub: dora.sub.clone(),
    };
    let changes = vec![gone, samples::insert(&dora)];
    store.apply(changes).await.unwrap();
    assert_eq!(store.passkeys(pool, &dora.sub).await.unwrap(), []);
    // Its ID is free again.
    apply(store, insert(&passkeys[1])).await.unwrap();
}
