//! Token families.

use super::samples::{self, at, hash};
use super::{Refusal, apply, refused};
use crate::{Change, SharedStore};
use cabana_domain::flow::Methods;

pub async fn stories(store: &SharedStore) {
    let (pool, client) = samples::pool_with_client(store, "tokens").await;
    let user = samples::user(&pool, "ann");
    apply(store, samples::insert(&user)).await.unwrap();
    let family = samples::family(&pool, &client, &user.sub, 51);
    a_family_rotates_from_the_token_it_holds(store, family.clone()).await;
    a_revoked_family_does_not_rotate(store, family).await;
}

async fn a_family_rotates_from_the_token_it_holds(
    store: &SharedStore,
    family: cabana_domain::tokens::TokenFamily,
) {
    assert_eq!(store.family(&family.id).await.unwrap(), None);
    apply(store, Change::InsertFamily(family.clone()))
        .await
        .unwrap();
    refused(
        apply(store, Change::InsertFamily(family.clone())).await,
        Refusal::Conflict("family"),
    );
    assert_eq!(
        store.family(&family.id).await.unwrap().as_ref(),
        Some(&family)
    );
    let mut to = family.clone();
    to.refresh_hash = Some(hash(61));
    to.earlier.remove(0);
    let session = to.session.as_mut().unwrap();
    (session.active, session.last_ip) = (at(21), None);
    let rotated = to.clone();
    // The record of the sign-in stays as it was written, whatever this program understands of it.
    to.resource = None;
    to.expires = at(200);
    to.origin = None;
    to.authentication.methods = Methods::default();
    let rotate = |from, to: &cabana_domain::tokens::TokenFamily| Change::RotateFamily {
        from: hash(from),
        to: to.clone(),
    };
    refused(apply(store, rotate(60, &to)).await, Refusal::Stale);
    apply(store, rotate(51, &to)).await.unwrap();
    refused(apply(store, rotate(51, &to)).await, Refusal::Stale);
    assert_eq!(store.family(&family.id).await.unwrap(), Some(rotated));
}

async fn a_revoked_family_does_not_rotate(
    store: &SharedStore,
    mut family: cabana_domain::tokens::TokenFamily,
) {
    family.id = "family-to-revoke".to_owned();
    family.session = Some(samples::track("tkn-to-revoke".to_owned()));
    apply(store, Change::InsertFamily(family.clone()))
        .await
        .unwrap();
    for id in [&family.id, &family.id, "nobody"] {
        apply(store, Change::RevokeFamily { id: id.to_string() })
            .await
            .unwrap();
    }
    let rotate = Change::RotateFamily {
        from: hash(51),
        to: family.clone(),
    };
    refused(apply(store, rotate).await, Refusal::Stale);
    family.revoked = true;
    assert_eq!(
        store.family(&family.id).await.unwrap().as_ref(),
        Some(&family)
    );

    // An implicit grant has no refresh token.
    family.id = "family-implicit".to_owned();
    family.refresh_hash = None;
    family.session = None;
    family.earlier = Vec::new();
    apply(store, Change::InsertFamily(family.clone()))
        .await
        .unwrap();
    assert_eq!(store.family(&family.id).await.unwrap(), Some(family));
}
