//! ListUsers: every filter, page by page.

use cabana_domain::PoolId;
use cabana_domain::filter::{MatchOp, SearchField, UserFilter};
use cabana_domain::user::User;
use cabana_model::UserStatusType;

use super::samples;
use crate::{Page, SharedStore};

/// User name, e-mail, phone number, preferred user name, status, enabled.
type Person = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    UserStatusType,
    bool,
);

const PEOPLE: [Person; 6] = [
    (
        "Ann",
        "ann@example.com",
        "+4911",
        "Änne",
        UserStatusType::Confirmed,
        true,
    ),
    (
        "anna",
        "Anna@Example.com",
        "+4912",
        "annie",
        UserStatusType::Confirmed,
        false,
    ),
    (
        "bob",
        "bob@example.org",
        "+49",
        "Bobby",
        UserStatusType::Unconfirmed,
        true,
    ),
    (
        "bo\u{10FFFF}",
        "anno@x.org",
        "+5",
        "",
        UserStatusType::Unconfirmed,
        true,
    ),
    (
        "carl",
        "",
        "",
        "ännchen",
        UserStatusType::ForceChangePassword,
        false,
    ),
    (
        "dora",
        "ann@example.com",
        "+4911",
        "dora",
        UserStatusType::ResetRequired,
        true,
    ),
];

pub async fn stories(store: &SharedStore) {
    let (pool, _) = samples::pool_with_client(store, "search").await;
    for person in PEOPLE {
        store
            .apply(vec![samples::insert(&user(&pool, person))])
            .await
            .unwrap();
    }
    // A user who matches every filter, in another pool.
    let (elsewhere, _) = samples::pool_with_client(store, "search2").await;
    store
        .apply(vec![samples::insert(&user(&elsewhere, PEOPLE[0]))])
        .await
        .unwrap();
    everybody_is_listed_oldest_first(store, &pool).await;
    filters_find_whom_they_should(store, &pool).await;
    an_update_moves_a_user_in_the_searches(store, &pool).await;
}

fn user(pool: &PoolId, (name, email, phone, preferred, status, enabled): Person) -> User {
    let mut user = samples::user(pool, name);
    user.attributes.clear();
    for (attribute, value) in [
        ("email", email),
        ("phone_number", phone),
        ("preferred_username", preferred),
        ("name", preferred),
        ("given_name", email),
        ("family_name", phone),
    ] {
        if !value.is_empty() {
            user.attributes
                .insert(attribute.to_owned(), value.to_owned());
        }
    }
    user.status = status;
    user.enabled = enabled;
    user
}

/// Reads all pages, one user at a time and many at a time: both must agree.
async fn found(store: &SharedStore, pool: &PoolId, filter: Option<&UserFilter>) -> Vec<String> {
    let mut names = Vec::new();
    let mut after = None;
    loop {
        let page = store
            .users(pool, filter, Page { limit: 1, after })
            .await
            .unwrap();
        names.extend(page.items.into_iter().map(|user| user.username));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let whole = store
        .users(
            pool,
            filter,
            Page {
                limit: 60,
                after: None,
            },
        )
        .await
        .unwrap();
    assert!(whole.next.is_none());
    let at_once: Vec<String> = whole.items.into_iter().map(|user| user.username).collect();
    assert_eq!(names, at_once, "{filter:?}");
    names
}

async fn matching(
    store: &SharedStore,
    pool: &PoolId,
    field: SearchField,
    op: MatchOp,
    value: &str,
) -> Vec<String> {
    let filter = UserFilter {
        field,
        op,
        value: value.to_owned(),
    };
    let mut names = found(store, pool, Some(&filter)).await;
    names.sort();
    names
}

async fn everybody_is_listed_oldest_first(store: &SharedStore, pool: &PoolId) {
    assert_eq!(
        found(store, pool, None).await,
        PEOPLE.map(|person| person.0)
    );
    let nobody = PoolId::new("us-east-1_nobody");
    assert!(found(store, &nobody, None).await.is_empty());
}

async fn filters_find_whom_they_should(store: &SharedStore, pool: &PoolId) {
    use MatchOp::{Equal, Prefix};
    use SearchField as F;
    let cases: &[(F, MatchOp, &str, &[&str])] = &[
        (F::Username, Equal, "anna", &["anna"]),
        (F::Username, Equal, "ann", &[]),
        (F::Username, Prefix, "an", &["anna"]),
        (F::Username, Prefix, "bo", &["bob", "bo\u{10FFFF}"]),
        (F::Username, Prefix, "bo\u{10FFFF}", &["bo\u{10FFFF}"]),
        (F::Email, Equal, "ANN@example.com", &["Ann", "dora"]),
        (
            F::Email,
            Prefix,
            "ann",
            &["Ann", "anna", "bo\u{10FFFF}", "dora"],
        ),
        (F::Email, Prefix, "ann@", &["Ann", "dora"]),
        (
            F::Email,
            Prefix,
            "",
            &["Ann", "anna", "bob", "bo\u{10FFFF}", "dora"],
        ),
        (F::Email, Equal, "", &[]),
        (F::PhoneNumber, Equal, "+49", &["bob"]),
        (
            F::PhoneNumber,
            Prefix,
            "+49",
            &["Ann", "anna", "bob", "dora"],
        ),
        (F::PreferredUsername, Equal, "ÄNNE", &["Ann"]),
        (F::PreferredUsername, Prefix, "Änn", &["Ann", "carl"]),
        (F::Name, Prefix, "ann", &["anna"]),
        (F::Name, Equal, "bobby", &["bob"]),
        (F::GivenName, Equal, "bob@example.org", &["bob"]),
        (F::GivenName, Prefix, "bob", &["bob"]),
        (F::FamilyName, Equal, "+5", &["bo\u{10FFFF}"]),
        (F::FamilyName, Prefix, "+491", &["Ann", "anna", "dora"]),
        (F::UserStatus, Equal, "confirmed", &["Ann", "anna"]),
        (F::UserStatus, Prefix, "UNCONF", &["bob", "bo\u{10FFFF}"]),
        (
            F::UserStatus,
            Prefix,
            "",
            &["Ann", "anna", "bob", "bo\u{10FFFF}", "carl", "dora"],
        ),
        (F::Status, Equal, "Disabled", &["anna", "carl"]),
        (F::Status, Equal, "disabled", &[]),
        (
            F::Status,
            Prefix,
            "En",
            &["Ann", "bob", "bo\u{10FFFF}", "dora"],
        ),
        (F::Sub, Equal, "sub-of-bob", &["bob"]),
        (F::Sub, Prefix, "sub-of-ann", &["anna"]),
        (F::Email, Equal, "a\0b", &[]),
        (F::Email, Prefix, "a\0b", &[]),
    ];
    for (field, op, value, expected) in cases {
        let names = matching(store, pool, *field, *op, value).await;
        let mut expected = expected.to_vec();
        expected.sort_unstable();
        assert_eq!(names, expected, "{field:?} {op:?} {value:?}");
    }
}

async fn an_update_moves_a_user_in_the_searches(store: &SharedStore, pool: &PoolId) {
    let sub = cabana_domain::Sub::new("sub-of-dora");
    let mut dora = store.user(pool, &sub).await.unwrap().unwrap();
    dora.attributes
        .insert("email".to_owned(), "Dora@example.com".to_owned());
    dora.attributes.remove("phone_number");
    dora.status = UserStatusType::Confirmed;
    dora.enabled = false;
    let change = crate::Change::UpdateUser {
        user: Box::new(dora),
        names: None,
    };
    store.apply(vec![change]).await.unwrap();
    use MatchOp::Equal;
    use SearchField as F;
    assert_eq!(
        matching(store, pool, F::Email, Equal, "ann@example.com").await,
        ["Ann"]
    );
    assert_eq!(
        matching(store, pool, F::Email, Equal, "dora@example.com").await,
        ["dora"]
    );
    assert_eq!(
        matching(store, pool, F::PhoneNumber, Equal, "+4911").await,
        ["Ann"]
    );
    assert_eq!(
        matching(store, pool, F::Status, Equal, "Disabled").await,
        ["anna", "carl", "dora"]
    );
    assert!(
        matching(store, pool, F::UserStatus, Equal, "RESET_REQUIRED")
            .await
            .is_empty()
    );
}
