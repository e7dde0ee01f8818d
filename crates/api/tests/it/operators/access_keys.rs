//! The API's access keys, as operators manage them.

use cabana_api::logic::operators::access_keys::{self, Listed};
use cabana_domain::keys::{AccessKey, ROOT_KEY_NAME};
use cabana_model::ErrorKind;
use cabana_store::Change;
use cabana_testkit::{TestApp, TestKey};
use serde_json::json;

use super::{cx, entries};

async fn lists_pools(app: &mut TestApp, key: &AccessKey) -> bool {
    app.key = Some(TestKey {
        id: key.id.clone(),
        secret: key.secret.expose().to_owned(),
    });
    let answer = app.call("ListUserPools", json!({ "MaxResults": 1 })).await;
    answer.status == 200
}

#[tokio::test]
async fn a_new_key_signs_calls_until_it_is_disabled_or_deleted() {
    let mut app = TestApp::signed().await;
    let key = access_keys::create(&cx(&app, false), " backups ")
        .await
        .unwrap();
    assert_eq!((key.id.len(), &key.id[..4]), (20, "AKIA"));
    assert_eq!(key.secret.len(), 40);
    assert_eq!(key.name, "backups");
    let other = access_keys::create(&cx(&app, false), "backups")
        .await
        .unwrap();
    assert!(other.id != key.id && other.secret != key.secret);
    assert!(lists_pools(&mut app, &key).await);
    for (enabled, works) in [(false, false), (true, true)] {
        access_keys::set_enabled(&cx(&app, false), &key.id, enabled)
            .await
            .unwrap();
        assert_eq!(lists_pools(&mut app, &key).await, works);
    }
    let listed = access_keys::list(&cx(&app, true)).await.unwrap();
    let shown = Listed {
        id: key.id.clone(),
        name: "backups".to_owned(),
        enabled: true,
        created: key.created,
        root: false,
    };
    assert!(listed.contains(&shown), "{listed:?}");
    access_keys::delete(&cx(&app, false), &key.id)
        .await
        .unwrap();
    assert!(!lists_pools(&mut app, &key).await);
    let again = access_keys::delete(&cx(&app, false), &key.id)
        .await
        .unwrap_err();
    assert_eq!(again.kind, ErrorKind::ResourceNotFoundException);

    let entries = entries(&app).await;
    let mut told: Vec<_> = entries
        .iter()
        .filter(|it| it.target.as_ref() == Some(&key.id))
        .map(|it| it.action.as_str())
        .collect();
    told.sort_unstable();
    assert_eq!(
        told,
        [
            "CreateAccessKey",
            "DeleteAccessKey",
            "DisableAccessKey",
            "EnableAccessKey"
        ]
    );
    let text = format!("{entries:?}");
    assert!(!text.contains(key.secret.expose()) && text.contains("olga"));
}

#[tokio::test]
async fn the_root_key_and_its_name_are_the_configurations() {
    let app = TestApp::new();
    let root = AccessKey {
        id: "CABANAROOT".to_owned(),
        secret: "secret".into(),
        enabled: true,
        name: ROOT_KEY_NAME.to_owned(),
        created: cx(&app, false).now(),
    };
    let insert = Change::InsertAccessKey(root.clone());
    app.api.store.apply(vec![insert]).await.unwrap();
    let cx = cx(&app, false);
    for outcome in [
        access_keys::delete(&cx, &root.id).await,
        access_keys::set_enabled(&cx, &root.id, false).await,
        access_keys::create(&cx, "Root").await.map(drop),
        access_keys::create(&cx, "  ").await.map(drop),
        access_keys::create(&cx, "a\nb").await.map(drop),
        access_keys::create(&cx, &"x".repeat(65)).await.map(drop),
    ] {
        let fault = outcome.unwrap_err();
        assert_eq!(fault.kind, ErrorKind::InvalidParameterException);
    }
    let listed = access_keys::list(&cx).await.unwrap();
    assert!(listed.len() == 1 && listed[0].root && listed[0].enabled);
    assert!(entries(&app).await.is_empty());
}

#[tokio::test]
async fn a_read_only_operator_changes_no_key() {
    let app = TestApp::new();
    let key = access_keys::create(&cx(&app, false), "ci").await.unwrap();
    let reader = cx(&app, true);
    for outcome in [
        access_keys::create(&reader, "mine").await.map(drop),
        access_keys::set_enabled(&reader, &key.id, false).await,
        access_keys::delete(&reader, &key.id).await,
    ] {
        let fault = outcome.unwrap_err();
        assert_eq!(fault.kind, ErrorKind::AccessDeniedException);
    }
    let listed = access_keys::list(&reader).await.unwrap();
    assert!(listed.len() == 1 && listed[0].enabled);
}
