//! Number of store reads of the most frequent calls: each further read is a round trip for every caller.

use aws_cognito_srp::{SrpClient, TrackedDevice, UntrackedDevice, User};
use cabana_domain::Span;
use cabana_testkit::{Authenticator, TestApp, TestClient, Work};
use serde_json::{Value, json};

use crate::auth::{PASSWORD, sign_in, with_ada};
use crate::challenges::code;
use crate::sessions::claims;
use crate::srp;

const ADA: &str = "ada@example.org";

struct House {
    app: TestApp,
    client: TestClient,
    work: &'static Work,
}

impl House {
    /// The answer to a call that succeeds with this number of reads and lists of changes.
    async fn costs(&self, operation: &str, mut body: Value, asks: u64, writes: u64) -> Value {
        if body["AccessToken"].is_null() {
            body["ClientId"] = json!(self.client.id);
        }
        let before = self.work.now();
        let answer = self.app.ok(operation, body).await;
        let cost = self.work.since(&before);
        let count = |name: &str| cost.get(name).copied().unwrap_or_default();
        let [asked, written] =
            ["cabana_store_queries_total", "cabana_store_writes_total"].map(count);
        assert_eq!((asked, written), (asks, writes), "{operation}");
        // Let the next caller come at another time.
        self.app.advance(Span::seconds(1));
        answer
    }

    async fn respond(&self, challenge: &str, session: &Value, answers: Value, asks: u64) -> Value {
        let body = json!({ "ChallengeName": challenge, "Session": session, "ChallengeResponses": answers });
        self.costs("RespondToAuthChallenge", body, asks, 1).await
    }
}

#[tokio::test]
async fn the_calls_of_every_day_ask_the_store_as_often_as_they_must() {
    let (work, _guard) = Work::watch();
    let app = TestApp::new();
    let (pool, client) = with_ada(&app, Value::Null, json!({})).await;
    let token = json!({ "Enabled": true });
    let factors = json!({ "UserPoolId": pool, "MfaConfiguration": "OPTIONAL", "SoftwareTokenMfaConfiguration": token });
    app.ok("SetUserPoolMfaConfig", factors).await;
    let verified = json!([{ "Name": "email_verified", "Value": "true" }]);
    let verified = json!({ "UserPoolId": pool, "Username": ADA, "UserAttributes": verified });
    app.ok("AdminUpdateUserAttributes", verified).await;
    let house = House { app, client, work };
    let begin =
        |flow: &str, parameters: Value| json!({ "AuthFlow": flow, "AuthParameters": parameters });
    let password = begin(
        "USER_PASSWORD_AUTH",
        json!({ "USERNAME": ADA, "PASSWORD": PASSWORD }),
    );
    // Warm the cache.
    let mut first = password.clone();
    first["ClientId"] = json!(house.client.id);
    house.app.ok("InitiateAuth", first).await;

    // Reads: the user and their groups.
    let tokens = house.costs("InitiateAuth", password.clone(), 2, 1).await;
    let tokens = &tokens["AuthenticationResult"];
    // Reads: the user; then the user and their groups.
    let srp = SrpClient::new(User::new(&pool, ADA, PASSWORD), &house.client.id, None);
    let parameters = json!({ "USERNAME": ADA, "SRP_A": srp.get_auth_parameters().a });
    let begun = begin("USER_SRP_AUTH", parameters);
    let begun = house.costs("InitiateAuth", begun, 1, 0).await;
    let answers = srp::answers(&srp, &begun);
    house
        .respond("PASSWORD_VERIFIER", &Value::Null, answers, 2)
        .await;
    // Reads: the family, the user and their groups.
    let refresh = json!({ "REFRESH_TOKEN": tokens["RefreshToken"] });
    let refresh = begin("REFRESH_TOKEN_AUTH", refresh);
    house.costs("InitiateAuth", refresh, 3, 0).await;
    // Reads: the user and the family.
    let access = json!({ "AccessToken": tokens["AccessToken"] });
    house.costs("GetUser", access.clone(), 2, 0).await;
    // Reads: those, and the owners of the two names.
    let mut update = access.clone();
    update["UserAttributes"] = json!([{ "Name": "name", "Value": "Ada" }]);
    house.costs("UpdateUserAttributes", update, 4, 1).await;

    let seed = house.app.ok("AssociateSoftwareToken", access.clone()).await;
    let secret = seed["SecretCode"].as_str().unwrap();
    let mut shown = access.clone();
    shown["UserCode"] = json!(code(secret, &house.app));
    house.app.ok("VerifySoftwareToken", shown).await;
    let mut on = access;
    on["SoftwareTokenMfaSettings"] = token;
    house.app.ok("SetUserMFAPreference", on).await;
    house.app.advance(Span::minutes(1));
    // Reads: the user; then the user with the session's single-use marker, and their groups.
    let asked = house.costs("InitiateAuth", password, 1, 0).await;
    let answers = json!({ "USERNAME": ADA, "SOFTWARE_TOKEN_MFA_CODE": code(secret, &house.app) });
    house
        .respond("SOFTWARE_TOKEN_MFA", &asked["Session"], answers, 2)
        .await;

    // Reads: the owners of the two names, and the count of mails to the address.
    let bob = json!({ "Username": "bob@example.org", "Password": PASSWORD });
    house.costs("SignUp", bob, 3, 1).await;
    // Reads: the user, the counts of codes for them and for the address, and the answer to attempts.
    house
        .costs("ForgotPassword", json!({ "Username": ADA }), 4, 1)
        .await;
}

#[tokio::test]
async fn the_calls_on_a_remembered_device_ask_the_store_as_often_as_they_must() {
    let (work, _guard) = Work::watch();
    let app = TestApp::new();
    let tracking = json!({
        "UsernameAttributes": ["email"], "UsernameConfiguration": { "CaseSensitive": false },
        "DeviceConfiguration": { "ChallengeRequiredOnNewDevice": true },
    });
    let (pool, client) = with_ada(&app, tracking, json!({})).await;
    let house = House { app, client, work };
    let begin = |parameters: Value| json!({ "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": parameters });
    let password = json!({ "USERNAME": ADA, "PASSWORD": PASSWORD });
    let mut first = begin(password.clone());
    first["ClientId"] = json!(house.client.id);
    house.app.ok("InitiateAuth", first).await;

    // Reads: the user and their groups, as without devices.
    let tokens = house
        .costs("InitiateAuth", begin(password.clone()), 2, 1)
        .await;
    let tokens = &tokens["AuthenticationResult"];
    let text = |name: &str| tokens["NewDeviceMetadata"][name].as_str().unwrap();
    let (key, group) = (text("DeviceKey"), text("DeviceGroupKey"));
    let made = UntrackedDevice::new(&pool, group, key);
    let made = SrpClient::new(made, &house.client.id, None).get_password_verifier();
    let confirm = json!({
        "AccessToken": tokens["AccessToken"], "DeviceKey": key,
        "DeviceSecretVerifierConfig": { "PasswordVerifier": made.verifier, "Salt": made.salt },
    });
    // Reads: the user, the family and the device.
    house.costs("ConfirmDevice", confirm, 3, 1).await;
    let mut on_device = password;
    on_device["DEVICE_KEY"] = json!(key);
    // Reads: the user and the device. The session is kept for clients that do not send it back.
    let asked = house.costs("InitiateAuth", begin(on_device), 2, 1).await;
    let device = TrackedDevice::new(&pool, group, key, &made.password);
    let srp = SrpClient::new(device, &house.client.id, None);
    let answers =
        json!({ "USERNAME": ADA, "DEVICE_KEY": key, "SRP_A": srp.get_auth_parameters().a });
    let body = json!({
        "ChallengeName": "DEVICE_SRP_AUTH", "Session": asked["Session"], "ChallengeResponses": answers,
    });
    // Reads: the user with the session's single-use marker, and the device.
    let begun = house.costs("RespondToAuthChallenge", body, 2, 0).await;
    let mut answers = srp::device_answers(&srp, &begun);
    answers["DEVICE_KEY"] = json!(key);
    // Reads: those, and the groups.
    house
        .respond("DEVICE_PASSWORD_VERIFIER", &begun["Session"], answers, 3)
        .await;
    let refresh = json!({ "REFRESH_TOKEN": tokens["RefreshToken"], "DEVICE_KEY": key });
    let refresh = json!({ "AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": refresh });
    // Reads: the family, the user, the device and the groups.
    house.costs("InitiateAuth", refresh, 4, 0).await;
}

#[tokio::test]
async fn a_sign_in_with_a_passkey_asks_the_store_as_often_as_it_must() {
    let (work, _guard) = Work::watch();
    let app = TestApp::new();
    let flows = json!({ "ExplicitAuthFlows": ["ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH"] });
    let factors = json!({ "AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"] });
    let settings = json!({ "Policies": { "SignInPolicy": factors } });
    let (_, client) = with_ada(&app, settings, flows).await;
    let tokens = sign_in(&app, &client, ADA, PASSWORD).await.ok();
    let token = &tokens["AuthenticationResult"]["AccessToken"];
    let body = json!({ "AccessToken": token });
    let begun = app.ok("StartWebAuthnRegistration", body).await;
    let mut authenticator = Authenticator::at("http://localhost:9229");
    let credential = authenticator.create(&begun["CredentialCreationOptions"]);
    let body = json!({ "AccessToken": token, "Credential": credential });
    app.ok("CompleteWebAuthnRegistration", body).await;
    let house = House { app, client, work };
    let parameters = json!({ "USERNAME": ADA, "PREFERRED_CHALLENGE": "WEB_AUTHN" });
    let begin = json!({ "AuthFlow": "USER_AUTH", "AuthParameters": parameters });
    // Reads: the user with their passkeys.
    let asked = house.costs("InitiateAuth", begin, 1, 0).await;
    let options = asked["ChallengeParameters"]["CREDENTIAL_REQUEST_OPTIONS"].as_str();
    let options = serde_json::from_str(options.unwrap()).unwrap();
    authenticator.sign_count += 1;
    let user = claims(token)["sub"].as_str().unwrap().to_owned();
    let credential = authenticator.get(&options, &user).to_string();
    let answers = json!({ "USERNAME": ADA, "CREDENTIAL": credential });
    // Reads: the user with their passkeys and the session's single-use marker, and the groups.
    house
        .respond("WEB_AUTHN", &asked["Session"], answers, 2)
        .await;
}
