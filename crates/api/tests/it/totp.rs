//! Codes from an authenticator app: each is valid once, and only for its purpose.

use std::sync::Arc;

use cabana_api::logic::sign_in::{self, Outcome};
use cabana_api::ports::Clock;
use cabana_api::{Caller, Cx, RequestInfo};
use cabana_domain::Span;
use cabana_model::{ChallengeNameType, Secret};
use cabana_testkit::{TestApp, TestClient};
use serde_json::{Value, json};

use crate::auth::{PASSWORD, respond, with_ada};
use crate::challenges::code;
use crate::sessions::claims;

const ADA: &str = "ada@example.org";

/// Ada, with an authenticator app as her second factor.
struct Ada {
    app: Arc<TestApp>,
    pool: String,
    client: TestClient,
    secret: String,
}

impl Ada {
    async fn new() -> Self {
        let app = Arc::new(TestApp::new());
        let levels =
            json!({ "AcrConfiguration": { "Level1": { "AcrValue": "urn:cognito:loa:1" } } });
        let (pool, client) = with_ada(&app, levels, json!({})).await;
        let token = json!({ "Enabled": true });
        let factors = json!({ "UserPoolId": pool, "MfaConfiguration": "OPTIONAL", "SoftwareTokenMfaConfiguration": token });
        app.ok("SetUserPoolMfaConfig", factors).await;
        let tokens = crate::auth::sign_in(&app, &client, ADA, PASSWORD)
            .await
            .ok();
        let access = tokens["AuthenticationResult"]["AccessToken"].clone();
        let named = json!({ "AccessToken": access });
        let seed = app.ok("AssociateSoftwareToken", named).await;
        let secret = seed["SecretCode"].as_str().unwrap().to_owned();
        let shown = json!({ "AccessToken": access, "UserCode": code(&secret, &app) });
        app.ok("VerifySoftwareToken", shown).await;
        let wanted = json!({ "AccessToken": access, "SoftwareTokenMfaSettings": token });
        app.ok("SetUserMFAPreference", wanted).await;
        app.advance(Span::seconds(60));
        Self {
            app,
            pool,
            client,
            secret,
        }
    }

    /// The session of a sign-in that awaits a code.
    async fn session(&self) -> Value {
        let asked = crate::auth::sign_in(&self.app, &self.client, ADA, PASSWORD)
            .await
            .ok();
        assert_eq!(asked["ChallengeName"], "SOFTWARE_TOKEN_MFA");
        asked["Session"].clone()
    }

    async fn answer(&self, session: &Value) -> cabana_testkit::Answer {
        self.answer_with(session, &code(&self.secret, &self.app))
            .await
    }

    async fn answer_with(&self, session: &Value, code: &str) -> cabana_testkit::Answer {
        let answers = json!({ "USERNAME": ADA, "SOFTWARE_TOKEN_MFA_CODE": code });
        respond(
            &self.app,
            &self.client,
            "SOFTWARE_TOKEN_MFA",
            session,
            answers,
        )
        .await
    }
}

#[tokio::test]
async fn a_code_and_a_session_are_each_good_once() {
    let ada = Ada::new().await;
    let (one, other) = (ada.session().await, ada.session().await);
    let tokens = ada.answer(&one).await.ok();
    let id = claims(&tokens["AuthenticationResult"]["IdToken"]);
    assert_eq!(id["amr"], json!(["pwd", "otp", "mfa"]));
    assert_eq!(id["acr"], "urn:cognito:loa:4");
    ada.answer(&other).await.refused(
        "ExpiredCodeException",
        "Your software token has already been used once.",
    );
    ada.answer(&one).await.refused(
        "NotAuthorizedException",
        "Invalid session for the user, session can only be used once.",
    );
    ada.app.advance(Span::seconds(60));
    ada.answer(&one).await.refused(
        "NotAuthorizedException",
        "Invalid session for the user, session can only be used once.",
    );
    ada.answer(&other).await.ok();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_race_costs_nobody_a_code() {
    let ada = Ada::new().await;
    let session = ada.session().await;
    let wrong = ada.answer_with(&session, "000000").await;
    assert_eq!(wrong.kind(), "CodeMismatchException");
    // A right code resets the failure, so it writes the user, as all of these do.
    let change = |number: usize| {
        let body = json!({
            "UserPoolId": ada.pool, "Username": ADA,
            "UserAttributes": [{ "Name": "name", "Value": number.to_string() }],
        });
        let (api, request) = (
            ada.app.api.clone(),
            ada.app.request("AdminUpdateUserAttributes", &body),
        );
        tokio::spawn(async move { api.handle(request).await.status().as_u16() })
    };
    let others: Vec<_> = (0..4).map(change).collect();
    ada.answer(&session).await.ok();
    for other in others {
        assert_eq!(other.await.unwrap(), 200);
    }
}

#[tokio::test]
async fn what_is_left_out_of_a_factors_settings_is_false() {
    let ada = Ada::new().await;
    let factors = async || {
        let named = json!({ "UserPoolId": ada.pool, "Username": ADA });
        let shown = ada.app.ok("AdminGetUser", named).await;
        (
            shown["UserMFASettingList"].clone(),
            shown["PreferredMfaSetting"].clone(),
        )
    };
    let set = async |settings: Value| {
        let body = json!({
            "UserPoolId": ada.pool, "Username": ADA, "SoftwareTokenMfaSettings": settings,
        });
        ada.app.call("AdminSetUserMFAPreference", body).await
    };
    let name = json!("SOFTWARE_TOKEN_MFA");
    let on = json!([name]);
    set(json!({ "Enabled": true, "PreferredMfa": true }))
        .await
        .ok();
    assert_eq!(factors().await, (on.clone(), name.clone()));
    set(json!({ "Enabled": true })).await.ok();
    assert_eq!(factors().await, (on.clone(), Value::Null));
    set(json!({ "PreferredMfa": true })).await.refused(
        "InvalidParameterException",
        "An MFA method that is not enabled can not be preferred.",
    );
    assert_eq!(factors().await, (on.clone(), Value::Null));
    // An omitted factor stays as it is.
    let other = json!({ "UserPoolId": ada.pool, "Username": ADA, "EmailMfaSettings": {} });
    ada.app.ok("AdminSetUserMFAPreference", other).await;
    assert_eq!(factors().await, (on, Value::Null));
    set(json!({})).await.ok();
    assert_eq!(factors().await, (Value::Null, Value::Null));
}

#[tokio::test]
async fn the_factors_of_a_user_are_told_to_them_and_to_administrators() {
    let ada = Ada::new().await;
    let (pool, app) = (&ada.pool, &ada.app);
    let named = json!({ "UserPoolId": pool, "Username": ADA });
    let told = app.ok("AdminGetUserAuthFactors", named.clone()).await;
    let name = told["Username"].clone();
    let one = json!({
        "Username": name,
        "ConfiguredUserAuthFactors": ["PASSWORD"],
        "UserMFASettingList": ["SOFTWARE_TOKEN_MFA"],
    });
    assert_eq!(told, one);
    let tokens = ada.answer(&ada.session().await).await.ok();
    let access = json!({ "AccessToken": tokens["AuthenticationResult"]["AccessToken"] });
    assert_eq!(app.ok("GetUserAuthFactors", access.clone()).await, one);

    let preferred = json!({
        "UserPoolId": pool, "Username": ADA,
        "SoftwareTokenMfaSettings": { "Enabled": true, "PreferredMfa": true },
    });
    app.ok("AdminSetUserMFAPreference", preferred).await;
    let told = app.ok("GetUserAuthFactors", access.clone()).await;
    assert_eq!(told["PreferredMfaSetting"], "SOFTWARE_TOKEN_MFA");

    app.ok("AdminDeleteSoftwareToken", named.clone()).await;
    let told = app.ok("AdminGetUserAuthFactors", named).await;
    let none = json!({ "Username": name, "ConfiguredUserAuthFactors": ["PASSWORD"] });
    assert_eq!(told, none);
    let nobody = json!({ "UserPoolId": pool, "Username": "nobody@example.org" });
    let refused = app.call("AdminGetUserAuthFactors", nobody).await;
    refused.refused("UserNotFoundException", "User does not exist.");
}

#[tokio::test]
async fn a_server_answers_for_its_user_in_the_pool_of_the_client_only() {
    let ada = Ada::new().await;
    let begin = json!({
        "UserPoolId": ada.pool, "ClientId": ada.client.id, "AuthFlow": "ADMIN_USER_PASSWORD_AUTH",
        "AuthParameters": { "USERNAME": ADA, "PASSWORD": PASSWORD },
    });
    let asked = ada.app.ok("AdminInitiateAuth", begin).await;
    assert_eq!(asked["ChallengeName"], "SOFTWARE_TOKEN_MFA");
    let answer = |pool: &str, code: &str| {
        json!({
            "UserPoolId": pool, "ClientId": ada.client.id, "ChallengeName": "SOFTWARE_TOKEN_MFA",
            "Session": asked["Session"],
            "ChallengeResponses": { "USERNAME": ADA, "SOFTWARE_TOKEN_MFA_CODE": code },
        })
    };
    let respond = async |body: Value| ada.app.call("AdminRespondToAuthChallenge", body).await;
    let right = code(&ada.secret, &ada.app);
    let other = ada.app.pool(Value::Null).await;
    let foreign = respond(answer(&other, &right)).await;
    assert_eq!(foreign.kind(), "ResourceNotFoundException");
    let wrong = respond(answer(&ada.pool, "000000")).await;
    assert_eq!(wrong.kind(), "CodeMismatchException");
    let tokens = respond(answer(&ada.pool, &right)).await.ok();
    let access = claims(&tokens["AuthenticationResult"]["AccessToken"]);
    assert_eq!(access["client_id"], json!(ada.client.id));
    let again = respond(answer(&ada.pool, &right)).await;
    assert_eq!(again.kind(), "NotAuthorizedException");
}

#[tokio::test]
async fn a_code_is_good_once_also_where_its_session_is_nearly_over() {
    let ada = Ada::new().await;
    let session = ada.session().await;
    ada.app.advance(Span::seconds(179));
    let shown = code(&ada.secret, &ada.app);
    ada.answer_with(&session, &shown).await.ok();
    ada.app.advance(Span::seconds(10));
    let store = &ada.app.api.store;
    let sweep = cabana_store::Sweep {
        now: ada.app.clock.now(),
        events_kept: Span::days(30),
        limit: 1_000,
    };
    store.sweep(sweep).await.unwrap();
    let session = ada.session().await;
    ada.answer_with(&session, &shown).await.refused(
        "ExpiredCodeException",
        "Your software token has already been used once.",
    );
}

/// Otherwise each of many concurrent attempts would be judged as the first.
#[tokio::test]
async fn a_right_code_does_not_count_that_was_judged_before_a_wrong_one_was_counted() {
    let ada = Ada::new().await;
    let session = ada.session().await;
    let request = RequestInfo {
        id: "one of many".to_owned(),
        source_ip: None,
        user_agent: None,
        sdk_agent: None,
        page_host: None,
        reads_only: false,
    };
    let cx = Cx::new(&ada.app.api, Caller::Anonymous, request);
    let (client, pool) = cx.client(&ada.client.id).await.unwrap();
    let answers = [
        ("USERNAME", ADA.to_owned()),
        ("SOFTWARE_TOKEN_MFA_CODE", code(&ada.secret, &ada.app)),
    ];
    let answers = answers.map(|(name, value)| (name.to_owned(), Secret::from(value)));
    let answer = sign_in::Answer {
        challenge: ChallengeNameType::SoftwareTokenMfa,
        session: session.as_str().unwrap(),
        responses: &sign_in::answers_of(Some(answers.into())),
    };
    let judged = sign_in::answer(&cx, &client, &pool, &answer).await;
    let Ok(Outcome::SignedIn(right)) = judged else {
        panic!("the code was right");
    };
    let wrong = ada.answer_with(&session, "000000").await;
    assert_eq!(wrong.kind(), "CodeMismatchException");
    let late = sign_in::finish(&cx, *right, []).await.unwrap_err();
    assert!(late.lost_race());
}
