//! Identity providers, and whom their people are.

use std::collections::{BTreeMap, BTreeSet};

use cabana_domain::keys::SamlKey;
use cabana_domain::provider::{
    Identity, IdentityKey, IdentityProvider, ProviderSettings, ProviderSummary,
};
use cabana_domain::{PoolId, Sub};
use cabana_model::IdentityProviderTypeType;

use super::race::at_once;
use super::samples::{self, at};
use super::{Refusal, apply, behind, refused, start};
use crate::{Change, SharedStore, StoreError};

pub async fn stories(store: &SharedStore) {
    let (pool, _) = samples::pool_with_client(store, "providers").await;
    a_provider_is_written_and_read_whole(store, &pool).await;
    providers_page_by_name(store, &pool).await;
    an_identifier_belongs_to_one_provider(store, &pool).await;
    a_pool_has_one_saml_key(store, &pool).await;
    a_key_leads_to_one_user(store, &pool).await;
    identities_go_with_their_user_and_not_with_their_provider(store, &pool).await;
}

pub async fn races(store: &SharedStore) {
    let (pool, _) = samples::pool_with_client(store, "provider races").await;
    of_many_first_sign_ins_one_makes_the_user(store, &pool).await;
}

/// A provider with everything set; its identifiers are made from its name.
pub fn sample(pool: &PoolId, name: &str) -> IdentityProvider {
    let map = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
        let pairs = pairs.iter();
        pairs.map(|(k, v)| ((*k).into(), (*v).into())).collect()
    };
    IdentityProvider {
        pool: pool.clone(),
        name: name.to_owned(),
        version: 1,
        kind: IdentityProviderTypeType::Oidc,
        identifiers: vec![format!("z.{name}.example"), format!("{name}.example")],
        settings: ProviderSettings {
            details: map(&[("client_id", "c"), ("client_secret", "a secret with an ü")]),
            attribute_mapping: map(&[("email", "email"), ("username", "sub")]),
            acr_mapping: map(&[("Level1", "urn:low")]),
            linked_by: BTreeSet::from(["email".to_owned()]),
        },
        created: at(40),
        modified: at(41),
    }
}

/// The identity of a user at the provider `MyOIDC`.
pub fn identity(pool: &PoolId, sub: &Sub, value: &str) -> Identity {
    Identity {
        pool: pool.clone(),
        key: IdentityKey::subject("MyOIDC", value),
        sub: sub.clone(),
        created: at(42),
    }
}

/// The key pair of a pool.
pub fn saml_key(pool: &PoolId) -> SamlKey {
    SamlKey {
        pool: pool.clone(),
        pkcs8: vec![7, 0, 8],
        certificate: vec![0, 9, 255],
        created: at(43),
    }
}

async fn a_pool_has_one_saml_key(store: &SharedStore, pool: &PoolId) {
    assert_eq!(store.saml_key(pool).await.unwrap(), None);
    let key = saml_key(pool);
    let insert = |key: &SamlKey| Change::InsertSamlKey(Box::new(key.clone()));
    apply(store, insert(&key)).await.unwrap();
    let mut other = key.clone();
    other.pkcs8.push(1);
    refused(
        apply(store, insert(&other)).await,
        Refusal::Conflict("saml_key"),
    );
    assert_eq!(store.saml_key(pool).await.unwrap(), Some(key));
    let nowhere = saml_key(&PoolId::new("us-east-1_nowhere"));
    refused(apply(store, insert(&nowhere)).await, Refusal::Gone);
    assert_eq!(store.saml_key(&nowhere.pool).await.unwrap(), None);
}

fn insert(provider: &IdentityProvider) -> Change {
    Change::InsertIdentityProvider(Box::new(provider.clone()))
}

fn update(provider: &IdentityProvider) -> Change {
    Change::UpdateIdentityProvider(Box::new(provider.clone()))
}

fn delete(provider: &IdentityProvider) -> Change {
    Change::DeleteIdentityProvider {
        pool: provider.pool.clone(),
        name: provider.name.clone(),
    }
}

fn link(identity: &Identity) -> Change {
    Change::InsertIdentity(Box::new(identity.clone()))
}

fn unlink(identity: &Identity) -> Change {
    Change::DeleteIdentity {
        pool: identity.pool.clone(),
        sub: identity.sub.clone(),
        key: identity.key.clone(),
    }
}

async fn read(store: &SharedStore, provider: &IdentityProvider) -> Option<IdentityProvider> {
    let (pool, name) = (&provider.pool, &provider.name);
    let found = store.identity_provider(pool, name).await.unwrap();
    found.map(|it| (*it).clone())
}

async fn a_provider_is_written_and_read_whole(store: &SharedStore, pool: &PoolId) {
    let mut provider = sample(pool, "Whole");
    apply(store, insert(&provider)).await.unwrap();
    assert_eq!(read(store, &provider).await.as_ref(), Some(&provider));
    refused(
        apply(store, insert(&provider)).await,
        Refusal::Conflict("identity_provider"),
    );
    provider.identifiers = vec!["other.example".to_owned()];
    provider.settings = ProviderSettings::default();
    provider.modified = at(50);
    apply(store, update(&provider)).await.unwrap();
    refused(apply(store, update(&provider)).await, Refusal::Stale);
    provider.version += 1;
    assert_eq!(read(store, &provider).await.as_ref(), Some(&provider));
    apply(store, delete(&provider)).await.unwrap();
    assert_eq!(read(store, &provider).await, None);
    refused(apply(store, delete(&provider)).await, Refusal::Gone);
    refused(apply(store, update(&provider)).await, Refusal::Gone);
    let elsewhere = sample(&PoolId::new("us-east-1_none"), "Whole");
    refused(apply(store, insert(&elsewhere)).await, Refusal::Gone);
}

async fn providers_page_by_name(store: &SharedStore, pool: &PoolId) {
    for name in ["ccc", "aaa", "Bbb"] {
        apply(store, insert(&sample(pool, name))).await.unwrap();
    }
    let first = store.identity_providers(pool, start(2)).await.unwrap();
    let next = behind(2, &first);
    let second = store.identity_providers(pool, next).await.unwrap();
    let all: Vec<_> = first.items.into_iter().chain(second.items).collect();
    let expected = ["Bbb", "aaa", "ccc"].map(|name| ProviderSummary::from(sample(pool, name)));
    assert_eq!(all, expected);
    for name in ["ccc", "aaa", "Bbb"] {
        apply(store, delete(&sample(pool, name))).await.unwrap();
    }
}

async fn an_identifier_belongs_to_one_provider(store: &SharedStore, pool: &PoolId) {
    let (mut one, mut two) = (sample(pool, "one"), sample(pool, "two"));
    apply(store, insert(&one)).await.unwrap();
    two.identifiers = one.identifiers.clone();
    let taken = Refusal::Conflict("idp_identifier");
    refused(apply(store, insert(&two)).await, taken);
    assert_eq!(read(store, &two).await, None);
    two.identifiers = vec!["free.example".to_owned()];
    apply(store, insert(&two)).await.unwrap();
    let found = async |identifier: &str| {
        let found = store
            .identity_provider_by_identifier(pool, identifier)
            .await;
        found.unwrap().map(|it| it.name)
    };
    assert_eq!(found("one.example").await.as_deref(), Some("one"));
    assert_eq!(found("free.example").await.as_deref(), Some("two"));
    assert_eq!(found("nobody.example").await, None);
    one.identifiers.push("free.example".to_owned());
    refused(apply(store, update(&one)).await, taken);
    two.identifiers.clear();
    apply(store, update(&two)).await.unwrap();
    assert_eq!(found("free.example").await, None);
    apply(store, update(&one)).await.unwrap();
    assert_eq!(found("free.example").await.as_deref(), Some("one"));
    apply(store, delete(&one)).await.unwrap();
    assert_eq!(found("one.example").await, None);
    let (other, _) = samples::pool_with_client(store, "providers2").await;
    for provider in [sample(pool, "three"), sample(&other, "three")] {
        apply(store, insert(&provider)).await.unwrap();
    }
}

async fn a_key_leads_to_one_user(store: &SharedStore, pool: &PoolId) {
    let (ann, ben) = (samples::user(pool, "ann"), samples::user(pool, "ben"));
    let hers = identity(pool, &ann.sub, "Ann");
    refused(apply(store, link(&hers)).await, Refusal::Gone);
    for user in [&ann, &ben] {
        apply(store, samples::insert(user)).await.unwrap();
    }
    apply(store, link(&hers)).await.unwrap();
    let taken = identity(pool, &ben.sub, "Ann");
    refused(
        apply(store, link(&taken)).await,
        Refusal::Conflict("identity"),
    );
    // Another case, another attribute, another provider and another pool are other keys; so is a long value.
    let mut others = vec![identity(pool, &ben.sub, "ann"), taken.clone(), taken];
    others[1].key.attribute = "email".to_owned();
    others[2].key.provider = "myoidc".to_owned();
    others.push(identity(pool, &ben.sub, &"A".repeat(5_000)));
    for other in &others {
        apply(store, link(other)).await.unwrap();
    }
    let found = async |key: &IdentityKey| store.user_by_identity(pool, key).await.unwrap();
    assert_eq!(found(&hers.key).await.as_ref(), Some(&ann));
    for other in &others {
        assert_eq!(found(&other.key).await.as_ref(), Some(&ben));
    }
    assert_eq!(found(&IdentityKey::subject("MyOIDC", "Ben")).await, None);
    let elsewhere = PoolId::new("us-east-1_none");
    let found = store.user_by_identity(&elsewhere, &hers.key).await.unwrap();
    assert_eq!(found, None);
    let mut of_another = hers.clone();
    of_another.sub = ben.sub.clone();
    refused(apply(store, unlink(&of_another)).await, Refusal::Gone);
    apply(store, unlink(&hers)).await.unwrap();
    refused(apply(store, unlink(&hers)).await, Refusal::Gone);
}

async fn identities_go_with_their_user_and_not_with_their_provider(
    store: &SharedStore,
    pool: &PoolId,
) {
    let cleo = samples::user(pool, "cleo");
    let hers = identity(pool, &cleo.sub, "Cleo");
    let provider = sample(pool, "MyOIDC");
    let changes = vec![insert(&provider), samples::insert(&cleo), link(&hers)];
    store.apply(changes).await.unwrap();
    apply(store, delete(&provider)).await.unwrap();
    let found = store.user_by_identity(pool, &hers.key).await.unwrap();
    assert_eq!(found.as_ref(), Some(&cleo));
    let gone = Change::DeleteUser {
        pool: pool.clone(),
        sub: cleo.sub.clone(),
    };
    store
        .apply(vec![gone, samples::insert(&cleo)])
        .await
        .unwrap();
    let found = store.user_by_identity(pool, &hers.key).await.unwrap();
    assert_eq!(found, None);
}

async fn of_many_first_sign_ins_one_makes_the_user(store: &SharedStore, pool: &PoolId) {
    let outcomes = at_once(store, |caller| {
        let user = samples::user(pool, &format!("first{caller}"));
        let identity = identity(pool, &user.sub, "the same person");
        vec![samples::insert(&user), link(&identity)]
    })
    .await;
    let lost = |it: &&crate::Result<()>| matches!(it, Err(StoreError::Conflict("identity")));
    assert_eq!(outcomes.iter().filter(|it| it.is_ok()).count(), 1);
    assert_eq!(outcomes.iter().filter(lost).count(), outcomes.len() - 1);
    assert_eq!(store.count_users(pool).await.unwrap(), 1);
}
