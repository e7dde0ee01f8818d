//! Devices of users: listed newest first, deleted with their user, swept if they were never confirmed.

use cabana_domain::device::{Device, DeviceSecrets};
use cabana_domain::{PoolId, Sub};

use super::samples::{self, at};
use super::{Refusal, apply, behind, refused, start};
use crate::{Change, SharedStore};

pub async fn stories(store: &SharedStore) {
    let (pool, _) = samples::pool_with_client(store, "devices").await;
    a_device_is_written_and_read_whole(store, &pool).await;
    devices_page_newest_first_for_their_user_only(store, &pool).await;
    of_too_many_devices_the_least_used_go(store, &pool).await;
    devices_go_with_their_user(store, &pool).await;
}

async fn user(store: &SharedStore, pool: &PoolId, name: &str) -> Sub {
    let user = samples::user(pool, name);
    apply(store, samples::insert(&user)).await.unwrap();
    user.sub
}

fn insert(device: &Device) -> Change {
    Change::InsertDevice(Box::new(device.clone()))
}

fn update(device: &Device) -> Change {
    Change::UpdateDevice(Box::new(device.clone()))
}

fn delete(device: &Device) -> Change {
    Change::DeleteDevice {
        pool: device.pool.clone(),
        sub: device.sub.clone(),
        key: device.key.clone(),
    }
}

async fn read(store: &SharedStore, device: &Device) -> Option<Device> {
    let found = store.device(&device.pool, &device.sub, &device.key).await;
    found.unwrap()
}

async fn a_device_is_written_and_read_whole(store: &SharedStore, pool: &PoolId) {
    let sub = user(store, pool, "dora").await;
    let mut device = samples::device(pool, &sub, "us-east-1_1", 30);
    apply(store, insert(&device)).await.unwrap();
    assert_eq!(read(store, &device).await.as_ref(), Some(&device));
    refused(
        apply(store, insert(&device)).await,
        Refusal::Conflict("device"),
    );

    device.name = None;
    device.remembered = false;
    device.secrets = DeviceSecrets::default();
    device.last_ip = None;
    device.modified = at(40);
    device.authenticated = at(41);
    device.expires = Some(at(42));
    apply(store, update(&device)).await.unwrap();
    refused(apply(store, update(&device)).await, Refusal::Stale);
    device.version += 1;
    assert_eq!(read(store, &device).await.as_ref(), Some(&device));

    apply(store, delete(&device)).await.unwrap();
    assert_eq!(read(store, &device).await, None);
    refused(apply(store, delete(&device)).await, Refusal::Gone);
    refused(apply(store, update(&device)).await, Refusal::Gone);
    let of_nobody = samples::device(pool, &Sub::new("nobody"), "us-east-1_2", 30);
    refused(apply(store, insert(&of_nobody)).await, Refusal::Gone);
    let elsewhere = samples::device(&PoolId::new("us-east-1_none"), &sub, "us-east-1_2", 30);
    refused(apply(store, insert(&elsewhere)).await, Refusal::Gone);
}

async fn devices_page_newest_first_for_their_user_only(store: &SharedStore, pool: &PoolId) {
    let (sub, other) = (
        user(store, pool, "dirk").await,
        user(store, pool, "dana").await,
    );
    // Two of the same moment.
    for (key, second) in [("b", 50), ("a", 51), ("c", 50), ("d", 49)] {
        let device = samples::device(pool, &sub, &format!("us-east-1_{key}"), second);
        apply(store, insert(&device)).await.unwrap();
    }
    let same_key = samples::device(pool, &other, "us-east-1_a", 52);
    apply(store, insert(&same_key)).await.unwrap();
    let first = store.devices(pool, &sub, start(2)).await.unwrap();
    let second = store.devices(pool, &sub, behind(2, &first)).await.unwrap();
    assert!(second.next.is_none());
    let keys: Vec<_> = first
        .items
        .iter()
        .chain(&second.items)
        .map(|device| device.key.as_str())
        .collect();
    let expected = ["us-east-1_a", "us-east-1_c", "us-east-1_b", "us-east-1_d"];
    assert_eq!(keys, expected);
    let others = store.devices(pool, &other, start(2)).await.unwrap();
    assert_eq!(others.items, std::slice::from_ref(&same_key));
    let mine = read(store, &samples::device(pool, &sub, "us-east-1_a", 51)).await;
    assert_eq!(mine.unwrap().created, at(51));
    assert_eq!(read(store, &same_key).await, Some(same_key));
}

async fn of_too_many_devices_the_least_used_go(store: &SharedStore, pool: &PoolId) {
    let (sub, other) = (
        user(store, pool, "doug").await,
        user(store, pool, "dean").await,
    );
    for (key, second, remembered, expires) in [
        ("new", 10, false, None),
        ("old", 20, true, None),
        ("newer", 30, true, None),
        ("not_remembered", 40, false, None),
        ("unconfirmed", 5, false, Some(at(99))),
    ] {
        let mut device = samples::device(pool, &sub, key, second);
        (device.remembered, device.expires) = (remembered, expires);
        apply(store, insert(&device)).await.unwrap();
    }
    let others = samples::device(pool, &other, "others", 1);
    apply(store, insert(&others)).await.unwrap();
    for (most, expected) in [
        (4, "not_remembered newer old new unconfirmed"),
        (3, "newer old new unconfirmed"),
        (2, "newer new unconfirmed"),
    ] {
        let limit = Change::LimitDevices {
            pool: pool.clone(),
            sub: sub.clone(),
            but: "new".to_owned(),
            most,
        };
        apply(store, limit).await.unwrap();
        let left = store.devices(pool, &sub, start(60)).await.unwrap();
        let keys: Vec<_> = left.items.iter().map(|it| it.key.as_str()).collect();
        assert_eq!(keys.join(" "), expected, "{most}");
    }
    assert!(read(store, &others).await.is_some());
}

async fn devices_go_with_their_user(store: &SharedStore, pool: &PoolId) {
    let person = samples::user(pool, "dolf");
    apply(store, samples::insert(&person)).await.unwrap();
    let device = samples::device(pool, &person.sub, "us-east-1_1", 30);
    apply(store, insert(&device)).await.unwrap();
    let deletion = Change::DeleteUser {
        pool: pool.clone(),
        sub: person.sub.clone(),
    };
    apply(store, deletion).await.unwrap();
    assert_eq!(read(store, &device).await, None);
    // Nor does another user of the same `sub` find it.
    apply(store, samples::insert(&person)).await.unwrap();
    assert_eq!(read(store, &device).await, None);
}
