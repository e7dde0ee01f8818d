//! Tracked sessions: listed, touched, limited, revoked.

use cabana_domain::code::BrowserSession;
use cabana_domain::session::Use;
use cabana_domain::tokens::TokenFamily;
use cabana_domain::{ClientId, PoolId, Sub, Time};
use cabana_model::SessionTypeType;

use super::samples::{self, at, hash};
use super::{Refusal, apply, behind, refused, start};
use crate::{Change, SharedStore};

use SessionTypeType::{Sso, Token};

struct Owner {
    pool: PoolId,
    client: ClientId,
    sub: Sub,
}

impl Owner {
    async fn new(store: &SharedStore, name: &str) -> Self {
        let (pool, client) = samples::pool_with_client(store, name).await;
        let user = samples::user(&pool, "ann");
        apply(store, samples::insert(&user)).await.unwrap();
        let sub = user.sub;
        Self { pool, client, sub }
    }

    /// A token session; it began at second `number` and was last used at second `active`.
    fn family(&self, number: u32, active: i64) -> TokenFamily {
        let mut family = samples::family(&self.pool, &self.client, &self.sub, number * 10);
        family.id = format!("family-{}-{number}", self.pool);
        family.issued = at(number.into());
        family.origin = None;
        let session = family.session.as_mut().unwrap();
        session.id = self.token(number);
        session.active = at(active);
        family
    }

    fn browser(&self, number: u32) -> BrowserSession {
        let mut browser = samples::browser_session(&self.pool, &self.sub, number);
        let session = browser.session.as_mut().unwrap();
        session.created = at(number.into());
        session.track.id = self.sso(number);
        browser
    }

    /// IDs are unique in the whole store.
    fn token(&self, number: u32) -> String {
        format!("tkn-{}-{number}", self.pool)
    }

    fn sso(&self, number: u32) -> String {
        format!("sso-{}-{number}", self.pool)
    }

    fn limit(&self, but: u32, most: u32) -> Change {
        Change::LimitSessions {
            pool: self.pool.clone(),
            sub: self.sub.clone(),
            but: self.token(but),
            most,
            now: at(50),
        }
    }

    fn revoke(&self, id: &str, kind: SessionTypeType, linked: bool) -> Change {
        Change::RevokeSession {
            pool: self.pool.clone(),
            sub: self.sub.clone(),
            id: id.to_owned(),
            kind,
            linked,
        }
    }

    async fn list(&self, store: &SharedStore) -> Vec<String> {
        self.list_at(store, at(0), at(50)).await
    }

    /// Reads pages of two.
    async fn list_at(&self, store: &SharedStore, since: Time, now: Time) -> Vec<String> {
        let mut found = Vec::new();
        let mut page = start(2);
        loop {
            let sessions = store.sessions(&self.pool, &self.sub, since, now, page);
            let sessions = sessions.await.unwrap();
            found.extend(sessions.items.iter().map(|it| it.track.id.clone()));
            if sessions.next.is_none() {
                return found;
            }
            page = behind(2, &sessions);
        }
    }
}

pub async fn stories(store: &SharedStore) {
    sessions_of_both_kinds_are_listed_newest_first(store).await;
    what_tracks_nothing_is_in_no_list(store).await;
    a_use_changes_time_and_address(store).await;
    the_least_recently_used_sessions_make_room(store).await;
    a_session_is_revoked_by_its_owner_only(store).await;
    a_linked_revocation_takes_what_came_from_it(store).await;
}

async fn sessions_of_both_kinds_are_listed_newest_first(store: &SharedStore) {
    let ann = Owner::new(store, "sessions_listed").await;
    let (family, browser) = (ann.family(2, 5), ann.browser(3));
    for family in [family.clone(), ann.family(1, 9), ann.family(4, 9)] {
        apply(store, Change::InsertFamily(family)).await.unwrap();
    }
    let change = Change::InsertBrowserSession(browser.clone());
    apply(store, change).await.unwrap();
    let all = [ann.token(4), ann.sso(3), ann.token(2), ann.token(1)];
    assert_eq!(ann.list(store).await, all);
    // Browser sessions began with the sign-in, at 14.
    assert_eq!(ann.list_at(store, at(3), at(50)).await, all[..2]);
    assert!(ann.list_at(store, at(0), at(100)).await.is_empty());

    let page = store.sessions(&ann.pool, &ann.sub, at(0), at(50), start(3));
    let [_, sso, tkn] = page.await.unwrap().items.try_into().unwrap();
    assert_eq!((sso.kind, tkn.kind), (Sso, Token));
    let track = browser.session.unwrap();
    assert_eq!((sso.track, sso.client), (track.track, track.client));
    assert_eq!((sso.created, sso.origin), (at(3), None));
    assert_eq!(Some(tkn.track), family.session);
    assert_eq!((tkn.client, tkn.created), (family.client, family.issued));

    let gone = Change::DeleteClient {
        pool: ann.pool.clone(),
        client: ann.client.clone(),
    };
    apply(store, gone).await.unwrap();
    assert_eq!(ann.list(store).await, [ann.sso(3)]);
}

async fn what_tracks_nothing_is_in_no_list(store: &SharedStore) {
    let ann = Owner::new(store, "sessions_untracked").await;
    let mut family = ann.family(1, 1);
    family.session = None;
    let mut browser = ann.browser(1);
    browser.hash = hash(701);
    browser.session = None;
    let mut other = browser.clone();
    other.hash = hash(702);
    let changes = vec![
        Change::InsertFamily(family.clone()),
        Change::InsertBrowserSession(browser.clone()),
        Change::InsertBrowserSession(other),
    ];
    store.apply(changes).await.unwrap();
    assert!(ann.list(store).await.is_empty());
    assert_eq!(store.family(&family.id).await.unwrap(), Some(family));
    let found = store.browser_session(&browser.hash).await.unwrap();
    assert_eq!(found, Some(browser));
}

async fn a_use_changes_time_and_address(store: &SharedStore) {
    let ann = Owner::new(store, "sessions_used").await;
    let mut family = ann.family(1, 1);
    let mut browser = ann.browser(711);
    let changes = vec![
        Change::InsertFamily(family.clone()),
        Change::InsertBrowserSession(browser.clone()),
    ];
    store.apply(changes).await.unwrap();
    let used = |id: String, second| Use {
        id,
        last_ip: None,
        at: at(second),
    };
    let touch = Change::TouchSession {
        pool: ann.pool.clone(),
        sub: ann.sub.clone(),
        used: used(ann.token(1), 30),
        origin: Some(ann.sso(711)),
    };
    apply(store, touch).await.unwrap();
    let (session, track) = (family.session.as_mut(), browser.session.as_mut());
    let (session, track) = (session.unwrap(), &mut track.unwrap().track);
    (session.active, session.last_ip) = (at(30), None);
    track.active = at(30);
    let found = store.browser_session(&browser.hash).await.unwrap();
    assert_eq!(found.as_ref(), Some(&browser));
    let touch = Change::TouchBrowserSession(used(ann.sso(712), 31));
    refused(apply(store, touch).await, Refusal::Gone);
    let touch = Change::TouchBrowserSession(used(ann.sso(711), 31));
    apply(store, touch).await.unwrap();
    let track = &mut browser.session.as_mut().unwrap().track;
    (track.active, track.last_ip) = (at(31), None);
    let found = store.browser_session(&browser.hash).await.unwrap();
    assert_eq!(found, Some(browser));
    let found = store.family(&family.id).await.unwrap();
    assert_eq!(found, Some(family));
}

async fn the_least_recently_used_sessions_make_room(store: &SharedStore) {
    let ann = Owner::new(store, "sessions_limited").await;
    let bob = Owner::new(store, "sessions_of_others").await;
    let mut expired = ann.family(6, 49);
    expired.expires = at(50);
    for family in [
        ann.family(1, 40),
        ann.family(2, 20),
        ann.family(3, 30),
        ann.family(4, 10),
        expired,
        bob.family(5, 1),
    ] {
        apply(store, Change::InsertFamily(family)).await.unwrap();
    }
    apply(store, ann.limit(4, 5)).await.unwrap();
    assert_eq!(
        ann.list(store).await,
        [ann.token(4), ann.token(3), ann.token(2), ann.token(1)]
    );
    apply(store, ann.limit(4, 3)).await.unwrap();
    assert_eq!(
        ann.list(store).await,
        [ann.token(4), ann.token(3), ann.token(1)]
    );
    let evicted = ann.family(2, 20).id;
    assert!(store.family(&evicted).await.unwrap().unwrap().revoked);
    apply(store, ann.limit(4, 1)).await.unwrap();
    assert_eq!(ann.list(store).await, [ann.token(4)]);
    assert_eq!(bob.list(store).await, [bob.token(5)]);
}

async fn a_session_is_revoked_by_its_owner_only(store: &SharedStore) {
    let ann = Owner::new(store, "sessions_revoked").await;
    let bob = Owner::new(store, "sessions_revoked_by_others").await;
    let eve = samples::user(&ann.pool, "eve");
    apply(store, samples::insert(&eve)).await.unwrap();
    let eve = Owner {
        sub: eve.sub,
        pool: ann.pool.clone(),
        client: ann.client.clone(),
    };
    let mut family = ann.family(1, 1);
    family.origin = Some(ann.sso(721));
    let code = AuthorizationCodeOf(&ann, 722).code();
    let changes = vec![
        Change::InsertFamily(family.clone()),
        Change::InsertBrowserSession(ann.browser(721)),
        Change::InsertAuthorizationCode(code.clone()),
    ];
    store.apply(changes).await.unwrap();
    for stranger in [&bob, &eve] {
        for linked in [false, true] {
            let revoke = stranger.revoke(&ann.token(1), Token, linked);
            refused(apply(store, revoke).await, Refusal::Gone);
            let revoke = stranger.revoke(&ann.sso(721), Sso, linked);
            refused(apply(store, revoke).await, Refusal::Gone);
        }
    }
    let sso = ann.browser(721);
    assert!(store.browser_session(&sso.hash).await.unwrap().is_some());
    let stored = store.authorization_code(&code.hash).await.unwrap();
    assert_eq!(stored, Some(code));
    assert_eq!(ann.list(store).await, [ann.sso(721), ann.token(1)]);

    let revoke = ann.revoke(&ann.token(1), Token, false);
    apply(store, revoke.clone()).await.unwrap();
    refused(apply(store, revoke).await, Refusal::Gone);
    assert!(store.family(&family.id).await.unwrap().unwrap().revoked);
    assert_eq!(ann.list(store).await, [ann.sso(721)]);
    let revoke = ann.revoke(&ann.sso(721), Sso, false);
    apply(store, revoke.clone()).await.unwrap();
    refused(apply(store, revoke).await, Refusal::Gone);
    assert_eq!(store.browser_session(&sso.hash).await.unwrap(), None);
}

struct AuthorizationCodeOf<'o>(&'o Owner, u32);

impl AuthorizationCodeOf<'_> {
    /// A code that came from the owner's browser session 721 or 731.
    fn code(&self) -> cabana_domain::code::AuthorizationCode {
        let Self(owner, number) = self;
        let mut code = samples::authorization_code(&owner.pool, &owner.client, *number);
        code.origin = Some(owner.sso(number / 10 * 10 + 1));
        code
    }
}

async fn a_linked_revocation_takes_what_came_from_it(store: &SharedStore) {
    let ann = Owner::new(store, "sessions_linked").await;
    let mut from_browser = [ann.family(1, 1), ann.family(2, 2)];
    for family in &mut from_browser {
        family.origin = Some(ann.sso(731));
    }
    // An implicit grant gives no session of its own.
    from_browser[1].session = None;
    let code = AuthorizationCodeOf(&ann, 732).code();
    let mut changes = vec![
        Change::InsertBrowserSession(ann.browser(731)),
        Change::InsertAuthorizationCode(code.clone()),
        Change::InsertFamily(ann.family(3, 3)),
    ];
    changes.extend(from_browser.clone().map(Change::InsertFamily));
    store.apply(changes).await.unwrap();
    let revoke = ann.revoke(&ann.sso(731), Sso, true);
    apply(store, revoke).await.unwrap();
    assert_eq!(ann.list(store).await, [ann.token(3)]);
    for family in &from_browser {
        assert!(store.family(&family.id).await.unwrap().unwrap().revoked);
    }
    assert_eq!(store.authorization_code(&code.hash).await.unwrap(), None);

    let mut family = ann.family(4, 4);
    family.origin = Some(ann.sso(741));
    let changes = vec![
        Change::InsertBrowserSession(ann.browser(741)),
        Change::InsertFamily(family),
    ];
    store.apply(changes).await.unwrap();
    let revoke = ann.revoke(&ann.token(4), Token, true);
    apply(store, revoke).await.unwrap();
    assert_eq!(ann.list(store).await, [ann.token(3)]);
}

/// Sign-ins at the same time leave as many sessions as there may be, and each its own.
pub async fn races(store: &SharedStore) {
    let ann = Owner::new(store, "sessions_raced").await;
    let sign_ins = (1..=12).map(|number| {
        let changes = vec![
            Change::InsertFamily(ann.family(number, number.into())),
            ann.limit(number, 3),
        ];
        let store = store.clone();
        tokio::spawn(async move { store.apply(changes).await })
    });
    for sign_in in sign_ins.collect::<Vec<_>>() {
        sign_in.await.unwrap().unwrap();
    }
    assert_eq!(ann.list(store).await.len(), 3);
}
