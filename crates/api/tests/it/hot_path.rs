//! Number of store reads of the most frequent calls: each further read is a round trip for every caller.

use aws_cognito_srp::{SrpClient, User};
use cabana_domain::Span;
use cabana_testkit::{TestApp, TestClient, Work};
use serde_json::{Value, json};

use crate::auth::{PASSWORD, with_ada};
use crate::challenges::code;

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
    let text = |name: &str| begun["ChallengeParameters"][name].as_str().unwrap();
    let [block, id, salt, b] = ["SECRET_BLOCK", "USER_ID_FOR_SRP", "SALT", "SRP_B"].map(text);
    let claim = srp.verify(block, id, salt, b).unwrap();
    let answers = json!({
        "USERNAME": id, "TIMESTAMP": claim.timestamp,
        "PASSWORD_CLAIM_SECRET_BLOCK": claim.password_claim_secret_block,
        "PASSWORD_CLAIM_SIGNATURE": claim.password_claim_signature,
    });
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
    // Reads: the user; then the session's single-use marker, the user and their groups.
    let asked = house.costs("InitiateAuth", password, 1, 0).await;
    let answers = json!({ "USERNAME": ADA, "SOFTWARE_TOKEN_MFA_CODE": code(secret, &house.app) });
    house
        .respond("SOFTWARE_TOKEN_MFA", &asked["Session"], answers, 3)
        .await;

    // Reads: the owners of the two names, and the count of mails to the address.
    let bob = json!({ "Username": "bob@example.org", "Password": PASSWORD });
    house.costs("SignUp", bob, 3, 1).await;
    // Reads: the user, the counts of codes for them and for the address, and the answer to attempts.
    house
        .costs("ForgotPassword", json!({ "Username": ADA }), 4, 1)
        .await;
}
