//! Names without an account: what their passkeys tell.

use std::collections::BTreeSet;

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use cabana_domain::Span;
use cabana_testkit::{Authenticator, Work};
use serde_json::{Value, json};

use super::signing_in::wrong;
use super::{ADA, Ada, Asked, ORIGIN, token};

#[tokio::test]
async fn names_without_an_account_have_passkeys_too_and_none_is_right() {
    let (work, _guard) = Work::watch();
    let ada = Ada::with(&Authenticator::at(ORIGIN)).await;
    let preferred = json!({ "PREFERRED_CHALLENGE": "WEB_AUTHN" });
    let begin = async |name: &str| {
        let before = work.now();
        let answer = ada.begin(name, preferred.clone()).await.ok();
        (answer, work.since(&before))
    };
    let (known, cost) = begin(ADA).await;
    const NAMES: usize = 100;
    let (mut seen, mut kinds) = (Vec::new(), BTreeSet::new());
    for number in 0..NAMES {
        let name = format!("nobody-{number}@example.net");
        ada.app.advance(Span::seconds(1));
        let (answer, spent) = begin(&name).await;
        if answer["ChallengeName"] != "WEB_AUTHN" {
            continue;
        }
        assert_eq!(spent, cost);
        let asked = Asked::of(answer.clone());
        let listed = |asked: &Asked| asked.options["allowCredentials"].clone();
        assert_eq!(
            listed(&asked),
            listed(&Asked::of(begin(&name).await.0)),
            "stable for a name"
        );
        let id = listed(&asked)[0]["id"].as_str().unwrap().to_owned();
        let mut shape: Vec<_> = answer.as_object().unwrap().keys().collect();
        shape.sort();
        assert!(known.as_object().unwrap().keys().eq(shape.into_iter()));
        // Answers with the listed ID cost what they cost for a user.
        let respond = async |name: &str, asked: &Asked, id: &str| {
            let mut credential = Authenticator::at(ORIGIN).get(&asked.options, "x");
            credential["id"] = json!(id);
            credential["rawId"] = json!(id);
            credential["response"]["userHandle"] = json!(null);
            let answers = json!({ "USERNAME": name, "CREDENTIAL": credential.to_string() });
            let body = json!({
                "ClientId": ada.client.id, "ChallengeName": "WEB_AUTHN", "Session": asked.session,
                "ChallengeResponses": answers,
            });
            let before = work.now();
            wrong(&ada.app.call("RespondToAuthChallenge", body).await);
            work.since(&before)
        };
        if seen.is_empty() {
            let mine = Asked::of(known.clone());
            let own = listed(&mine)[0]["id"].as_str().unwrap().to_owned();
            let known = [
                respond(ADA, &mine, &own).await,
                respond(ADA, &mine, &own).await,
            ];
            let unknown = [
                respond(&name, &asked, &id).await,
                respond(&name, &asked, &id).await,
            ];
            assert_eq!(known, unknown);
        }
        for listed in listed(&asked).as_array().unwrap() {
            let id = BASE64_URL_SAFE_NO_PAD.decode(listed["id"].as_str().unwrap());
            kinds.insert((id.unwrap().len(), listed["transports"].to_string()));
        }
        seen.push(listed(&asked).as_array().unwrap().len());
    }
    // One or more, of phones and of security keys.
    assert!(
        seen.contains(&1) && seen.iter().any(|&it| it > 1),
        "{seen:?}"
    );
    let has = |length, transport: &str| {
        let mut kinds = kinds.iter();
        kinds.any(|(bytes, transports)| *bytes == length && transports.contains(transport))
    };
    assert!(has(64, "usb") && has(16, "internal"), "{kinds:?}");
    let share = seen.len() * 100 / NAMES;
    assert!((10..45).contains(&share), "{share}");
}

#[tokio::test]
async fn whoever_registers_a_listed_id_does_not_learn_whether_somebody_has_it() {
    let ada = Ada::new().await;
    let mut hers = Authenticator::at(ORIGIN);
    ada.register(&hers).await;
    let hide = json!({ "ExplicitAuthFlows": ["ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH"],
        "PreventUserExistenceErrors": "ENABLED" });
    let client = ada.app.client(&ada.pool, hide).await;
    let listed = async |name: &str| {
        let parameters = json!({ "USERNAME": name, "PREFERRED_CHALLENGE": "WEB_AUTHN" });
        let body =
            json!({ "AuthFlow": "USER_AUTH", "ClientId": client.id, "AuthParameters": parameters });
        let mut answer = ada.app.ok("InitiateAuth", body).await;
        let options = answer["ChallengeParameters"]["CREDENTIAL_REQUEST_OPTIONS"].take();
        let options: Value = serde_json::from_str(options.as_str()?).unwrap();
        let id = options["allowCredentials"][0]["id"].as_str().unwrap();
        Some(BASE64_URL_SAFE_NO_PAD.decode(id).unwrap())
    };
    let of_user = listed(ADA).await.unwrap();
    assert_eq!(of_user, hers.id);
    let mut of_nobody = None;
    for number in 0.. {
        of_nobody = listed(&format!("nobody-{number}@example.net")).await;
        if of_nobody.is_some() {
            break;
        }
        ada.app.advance(Span::seconds(1));
    }
    let bob = ada.bob().await;
    for id in [of_user, of_nobody.unwrap()] {
        let mut copy = Authenticator::at(ORIGIN);
        copy.id = id;
        bob.register(&copy).await;
    }
    assert_eq!(bob.ids().await.len(), 2);
    // Each still signs in as themselves only: Bob's key is not Ada's, whatever its ID.
    let mut copy = Authenticator::at(ORIGIN);
    copy.id = hers.id.clone();
    let asked = bob.ask().await;
    copy.sign_count += 1;
    let answer = bob.enter(&asked, &copy.get(&asked.options, "")).await;
    assert_eq!(answer.kind(), "NotAuthorizedException");
    let ada = Ada {
        token: token(&bob.app, &bob.client).await,
        ..bob
    };
    ada.sign_in(&mut hers).await.ok();
}
