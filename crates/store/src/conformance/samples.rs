//! Sample values, with every member filled that can be.

mod devices;
mod events;
mod messages;

use std::collections::BTreeMap;

use cabana_domain::asked_claims::AskedClaims;
use cabana_domain::audit::AuditEntry;
use cabana_domain::client::{Client, ClientSecret};
use cabana_domain::code::{AuthorizationCode, BrowserSession, Code, CodePurpose, Counter};
use cabana_domain::domain_name::Domain;
use cabana_domain::draft::Draft;
use cabana_domain::factor::{Factor, MfaPreference};
use cabana_domain::flow::{Authentication, Method, Methods, Vouched};
use cabana_domain::group::Group;
use cabana_domain::guesses::FactorGuesses;
use cabana_domain::keys::{KeyUse, SigningKey};
use cabana_domain::lockout::Lockout;
use cabana_domain::passkey::PendingPasskey;
use cabana_domain::pool::{MfaSettings, Pool};
use cabana_domain::resource_server::{ResourceServer, Scope};
use cabana_domain::session::{BrowserTrack, SessionSettings, Track};
use cabana_domain::tokens::{EarlierToken, TokenFamily, TokenSource};
use cabana_domain::user::{LoginName, NameKind, Password, User, UserSecrets};
use cabana_domain::{ClientId, PoolId, Sub, Time};
use cabana_model::{
    Blob, CustomDomainConfigType, UserPoolClientType, UserPoolType, UserStatusType,
};

use crate::{Change, SharedStore};

pub use devices::device;
pub use events::event;
pub use messages::{delivery, message};

/// A moment; successive numbers are a second apart.
pub fn at(second: i64) -> Time {
    Time::from_micros(1_700_000_000_123_456 + second * 1_000_000)
}

fn authenticated(second: i64) -> Authentication {
    Authentication {
        at: at(second),
        methods: Methods(vec![Method::Pwd, Method::Otp]),
        device: Some("us-east-1_00ff".to_owned()),
        provider: Some("MyOIDC".to_owned()),
        app: Some(Blob(vec![1, 2, 3])),
        vouched: Some(Vouched {
            level: 3,
            methods: Methods(vec![Method::Hwk]),
        }),
    }
}

/// A hash that differs for each number.
pub fn hash(number: u32) -> [u8; 32] {
    let mut hash = [0xA5; 32];
    hash[..4].copy_from_slice(&number.to_be_bytes());
    hash
}

pub fn pool(name: &str) -> Pool {
    Pool {
        id: PoolId::new(format!("us-east-1_{name}")),
        version: 1,
        settings: UserPoolType {
            name: Some(format!("pool {name} with an ü")),
            user_pool_tags: Some(BTreeMap::from([("team".to_owned(), "a".to_owned())])),
            ..UserPoolType::default()
        },
        mfa: MfaSettings {
            software_token: true,
            ..MfaSettings::default()
        },
        kept_issuer: None,
        sessions: SessionSettings {
            tracks: true,
            most: 3,
            longest_sso: 90,
        },
        created: at(1),
        modified: at(2),
    }
}

pub fn signing_key(pool: &PoolId, usage: KeyUse, number: u8) -> SigningKey {
    SigningKey {
        pool: pool.clone(),
        kid: format!("key{number}="),
        usage,
        pkcs8: vec![number, 0, 255],
        modulus: vec![0, number],
        exponent: vec![1, 0, 1],
        created: at(number.into()),
    }
}

/// Creates a pool with a client.
pub async fn pool_with_client(store: &SharedStore, name: &str) -> (PoolId, ClientId) {
    let pool = pool(name);
    let client = client(&pool.id, name);
    let ids = (pool.id.clone(), client.id.clone());
    let keys = vec![
        signing_key(&pool.id, KeyUse::IdToken, 1),
        signing_key(&pool.id, KeyUse::AccessToken, 2),
    ];
    let changes = vec![
        Change::InsertPool {
            pool: Box::new(pool),
            keys,
        },
        Change::InsertClient(Box::new(client)),
    ];
    store.apply(changes).await.unwrap();
    ids
}

pub fn client(pool: &PoolId, name: &str) -> Client {
    Client {
        id: ClientId::new(format!("client{name}")),
        pool: pool.clone(),
        version: 1,
        settings: UserPoolClientType {
            client_name: Some(format!("client {name}")),
            ..UserPoolClientType::default()
        },
        secrets: vec![ClientSecret {
            id: format!("client{name}--1"),
            value: "a secret".into(),
            created: at(3),
        }],
        sso_minutes: Some(90),
        created: at(3),
        modified: at(4),
    }
}

pub fn custom_domain(pool: &PoolId, name: &str) -> Domain {
    Domain {
        name: name.to_owned(),
        pool: pool.clone(),
        version: 1,
        managed_login_version: 2,
        custom: Some(CustomDomainConfigType {
            certificate_arn: "arn:aws:acm:us-east-1:000000000000:certificate/1".to_owned(),
            ..CustomDomainConfigType::default()
        }),
        created: at(5),
    }
}

pub fn resource_server(pool: &PoolId, identifier: &str) -> ResourceServer {
    let scope = |name: &str| Scope {
        name: name.to_owned(),
        description: format!("may {name}"),
    };
    ResourceServer {
        pool: pool.clone(),
        identifier: identifier.to_owned(),
        version: 1,
        name: "an API".to_owned(),
        scopes: vec![scope("write"), scope("read")],
    }
}

/// A user with every member set; `name` makes the user name, the sub and the addresses.
pub fn user(pool: &PoolId, name: &str) -> User {
    let attributes = [
        ("email", format!("{name}@Example.com")),
        ("email_verified", "true".to_owned()),
        ("name", format!("{name} Ärmel")),
        ("custom:nul", "a\0b".to_owned()),
    ];
    User {
        pool: pool.clone(),
        sub: Sub::new(format!("sub-of-{name}")),
        version: 1,
        username: name.to_owned(),
        status: UserStatusType::Confirmed,
        enabled: true,
        attributes: attributes
            .map(|(key, value)| (key.to_owned(), value))
            .into(),
        pending: BTreeMap::from([("email".to_owned(), "new@example.com".to_owned())]),
        mfa: MfaPreference {
            enabled: vec![Factor::Totp, Factor::Sms],
            preferred: Some(Factor::Totp),
            passkey: true,
        },
        lockout: Lockout {
            failures: 2,
            last_failure: at(6),
        },
        factor_guesses: FactorGuesses {
            lockout: Lockout {
                failures: 1,
                last_failure: at(5),
            },
            wrong: vec![at(4), at(5)],
        },
        secrets: UserSecrets {
            password: Password::Srp {
                salt: Blob(vec![1; 16]),
                verifier: Blob(vec![2; 384]),
            },
            history: vec![Password::Argon2("$argon2id$".to_owned()), Password::None],
            totp: Some(Blob(vec![3; 20])),
            pending_totp: Some(Blob(vec![4; 20])),
            recovery_codes: vec![None, Some("$argon2id$code".to_owned())],
            pending_passkey: Some(PendingPasskey {
                challenge: Blob(vec![5; 16]),
                client: ClientId::new("client"),
                expires: at(10),
            }),
        },
        temporary_password_expires: Some(at(7)),
        tokens_not_before: at(0),
        created: at(8),
        modified: at(9),
    }
}

/// The login name of a kind.
pub fn login_name(kind: NameKind, key: &str) -> LoginName {
    LoginName {
        kind,
        key: key.to_owned(),
    }
}

/// A user with their user name as the only login name.
pub fn insert(user: &User) -> Change {
    let names = vec![login_name(NameKind::Username, &user.username)];
    Change::InsertUser {
        user: Box::new(user.clone()),
        names,
    }
}

pub fn group(pool: &PoolId, name: &str, precedence: Option<i32>) -> Group {
    Group {
        pool: pool.clone(),
        name: name.to_owned(),
        version: 1,
        description: Some("some people".to_owned()),
        role_arn: Some("arn:aws:iam::000000000000:role/a".to_owned()),
        precedence,
        created: at(10),
        modified: at(11),
    }
}

pub fn code(pool: &PoolId, sub: &Sub, purpose: CodePurpose, number: u32) -> Code {
    Code {
        pool: pool.clone(),
        sub: sub.clone(),
        purpose,
        hash: hash(number),
        attribute: "email".to_owned(),
        destination: "ann@example.com".to_owned(),
        guesses: 0,
        created: at(12),
        expires: at(100),
    }
}

/// Claims for odd numbers.
fn asked_claims(number: u32) -> Option<AskedClaims> {
    (number % 2 == 1).then(|| AskedClaims {
        id_token: vec!["email".to_owned()],
        userinfo: vec!["name".to_owned(), "custom:ü".to_owned()],
    })
}

pub fn authorization_code(pool: &PoolId, client: &ClientId, number: u32) -> AuthorizationCode {
    AuthorizationCode {
        hash: hash(number),
        pool: pool.clone(),
        client: client.clone(),
        sub: Sub::new("sub-of-ann"),
        redirect_uri: "https://app.example.com/callback".to_owned(),
        scopes: vec!["openid".to_owned(), "email".to_owned()],
        code_challenge: Some("challenge".to_owned()),
        nonce: Some("nonce".to_owned()),
        resource: Some("https://api.example.com".to_owned()),
        authentication: authenticated(13),
        level_asked: number % 2 == 1,
        claims: asked_claims(number),
        origin: Some(format!("sso-of-{number}")),
        expires: at(100),
    }
}

pub fn browser_session(pool: &PoolId, sub: &Sub, number: u32) -> BrowserSession {
    BrowserSession {
        hash: hash(number),
        pool: pool.clone(),
        sub: sub.clone(),
        authentication: authenticated(14),
        expires: at(100),
        session: Some(BrowserTrack {
            track: track(format!("sso-{pool}-{number}")),
            client: ClientId::new("client"),
            created: at(14),
        }),
    }
}

pub fn counter(count: u32) -> Counter {
    Counter {
        count,
        since: at(15),
        last: at(16),
        expires: at(100),
    }
}

/// The first version of a draft with the hash of `number`.
pub fn draft(number: u32) -> Draft {
    Draft {
        hash: hash(number),
        version: 1,
        content: r#"{"name":"änn"}"#.into(),
        expires: at(100),
    }
}

/// A family whose refresh token has the hash of `number`.
pub fn family(pool: &PoolId, client: &ClientId, sub: &Sub, number: u32) -> TokenFamily {
    TokenFamily {
        id: format!("family-{number}"),
        pool: pool.clone(),
        client: client.clone(),
        sub: sub.clone(),
        scopes: vec!["openid".to_owned()],
        source: TokenSource::OAuth,
        resource: Some("https://api.example.com".to_owned()),
        event_id: "event".to_owned(),
        authentication: authenticated(17),
        level_asked: number % 2 == 1,
        claims: asked_claims(number),
        issued: at(18),
        expires: at(100),
        refresh_hash: Some(hash(number)),
        earlier: vec![
            EarlierToken {
                hash: hash(number + 1),
                good_until: Some(at(19)),
            },
            EarlierToken {
                hash: hash(number + 2),
                good_until: None,
            },
        ],
        revoked: false,
        session: Some(track(format!("tkn-{pool}-{number}"))),
        origin: Some(format!("sso-{pool}-{number}")),
    }
}

/// The record of a session.
pub fn track(id: String) -> Track {
    Track {
        id,
        device: "Firefox on Linux".to_owned(),
        last_ip: Some([192, 0, 2, 8].into()),
        active: at(20),
    }
}

pub fn audit_entry(id: &str, pool: Option<&PoolId>, second: i64) -> AuditEntry {
    AuditEntry {
        id: id.to_owned(),
        at: at(second),
        operator: "olga".to_owned(),
        source_ip: Some([192, 0, 2, 7].into()),
        action: "AdminDisableUser".to_owned(),
        pool: pool.cloned(),
        target: Some("änn".to_owned()),
        detail: Some(r#"{"Username":"***"}"#.to_owned()),
    }
}
