//! Devices of users.

use cabana_domain::device::{Device, DeviceSecrets, DeviceVerifier, WaitingSignIn};
use cabana_domain::{PoolId, Sub};
use cabana_model::Blob;

use super::at;

/// A confirmed device, made at that second.
pub fn device(pool: &PoolId, sub: &Sub, key: &str, second: i64) -> Device {
    Device {
        pool: pool.clone(),
        sub: sub.clone(),
        key: key.to_owned(),
        version: 1,
        group: "-v7w9UcY6".to_owned(),
        name: Some("Änn's phone".to_owned()),
        remembered: true,
        secrets: DeviceSecrets {
            verifier: Some(DeviceVerifier {
                salt: Blob(vec![5; 16]),
                value: Blob(vec![6; 384]),
            }),
            waiting: Some(WaitingSignIn {
                session: "session".to_owned(),
                source_ip: Some("2001:db8::7".parse().unwrap()),
            }),
            passed: Some(Blob(vec![7; 32])),
        },
        last_ip: Some([192, 0, 2, 7].into()),
        created: at(second),
        modified: at(second + 1),
        authenticated: at(second + 2),
        expires: None,
    }
}
