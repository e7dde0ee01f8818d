//! Remembered devices: tracked by sign-ins, confirmed, listed; in place of a second factor.

mod attacks;
mod life;
mod mixed;
mod refreshing;
mod signing_in;
mod trust;

use std::net::IpAddr;
use std::sync::Arc;

use aws_cognito_srp::{SrpClient, TrackedDevice, UntrackedDevice, User};
use cabana_api::Peer;
use cabana_domain::Span;
use cabana_testkit::{Answer, TestApp, TestClient};
use serde_json::{Value, json};

use crate::auth::{PASSWORD, with_ada};
use crate::challenges::code;
use crate::srp::device_answers;

const ADA: &str = "ada@example.org";
/// Remembers every device, and asks no second factor on it.
fn always() -> Value {
    json!({ "ChallengeRequiredOnNewDevice": true, "DeviceOnlyRememberedOnUserPrompt": false })
}

/// A device as an app keeps it.
#[derive(Clone)]
struct Kept {
    key: String,
    group: String,
    secret: String,
}

/// Ada, in a pool that tracks devices.
struct Ada {
    app: Arc<TestApp>,
    pool: String,
    client: TestClient,
    /// The key of her authenticator app.
    totp: Option<String>,
}

impl Ada {
    async fn new(configuration: Value) -> Self {
        Self::with(TestApp::new(), configuration).await
    }

    async fn with(app: TestApp, configuration: Value) -> Self {
        let (pool, client) = with_ada(&app, Value::Null, json!({})).await;
        let ada = Self {
            app: Arc::new(app),
            pool,
            client,
            totp: None,
        };
        ada.configure(configuration).await;
        ada
    }

    /// The same with an authenticator app as her second factor.
    async fn with_totp(configuration: Value) -> Self {
        let mut ada = Self::new(configuration).await;
        ada.set_up_totp().await;
        ada
    }

    /// The same in a pool that takes a code by mail as first factor, too, by a client that allows the choice.
    async fn choosing() -> Self {
        let mut ada = Self::new(always()).await;
        let factors = json!({ "AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"] });
        let update = json!({
            "UserPoolId": ada.pool, "AutoVerifiedAttributes": ["email"], "DeviceConfiguration": always(),
            "Policies": { "SignInPolicy": factors },
        });
        ada.app.ok("UpdateUserPool", update).await;
        let flows = json!({ "ExplicitAuthFlows": [
            "ALLOW_USER_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH",
        ] });
        ada.client = ada.app.client(&ada.pool, flows).await;
        let address = json!({ "UserPoolId": ada.pool, "Username": ADA, "UserAttributes": [
            { "Name": "email", "Value": ADA }, { "Name": "email_verified", "Value": "true" },
        ] });
        ada.app.ok("AdminUpdateUserAttributes", address).await;
        ada
    }

    async fn configure(&self, configuration: Value) {
        let mut update = json!({ "UserPoolId": self.pool, "AutoVerifiedAttributes": ["email"] });
        if !configuration.is_null() {
            update["DeviceConfiguration"] = configuration;
        }
        self.app.ok("UpdateUserPool", update).await;
    }

    async fn set_up_totp(&mut self) {
        let on = json!({ "Enabled": true });
        let factors = json!({
            "UserPoolId": self.pool, "MfaConfiguration": "OPTIONAL", "SoftwareTokenMfaConfiguration": on,
        });
        self.app.ok("SetUserPoolMfaConfig", factors).await;
        let access = self.password(None).await.ok()["AuthenticationResult"]["AccessToken"].clone();
        let named = json!({ "AccessToken": access });
        let seed = self.app.ok("AssociateSoftwareToken", named).await;
        let secret = seed["SecretCode"].as_str().unwrap().to_owned();
        let shown = json!({ "AccessToken": access, "UserCode": code(&secret, &self.app) });
        self.app.ok("VerifySoftwareToken", shown).await;
        let wanted = json!({ "AccessToken": access, "SoftwareTokenMfaSettings": on });
        self.app.ok("SetUserMFAPreference", wanted).await;
        self.app.advance(Span::minutes(1));
        self.totp = Some(secret);
    }

    /// Starts a sign-in with the password.
    async fn password(&self, device: Option<&str>) -> Answer {
        self.password_of(ADA, device).await
    }

    async fn password_of(&self, name: &str, device: Option<&str>) -> Answer {
        let mut parameters = json!({ "USERNAME": name, "PASSWORD": PASSWORD });
        if let Some(key) = device {
            parameters["DEVICE_KEY"] = json!(key);
        }
        let body = json!({
            "ClientId": self.client.id, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": parameters,
        });
        self.app.call("InitiateAuth", body).await
    }

    /// Begins a sign-in by choice.
    async fn choose(&self, name: &str, more: Value) -> Answer {
        let mut parameters = json!({ "USERNAME": name });
        let members = parameters.as_object_mut().unwrap();
        members.extend(more.as_object().unwrap().clone());
        let body = json!({
            "ClientId": self.client.id, "AuthFlow": "USER_AUTH", "AuthParameters": parameters,
        });
        self.app.call("InitiateAuth", body).await
    }

    fn srp(&self, password: &str) -> SrpClient<User> {
        let user = User::new(&self.pool, ADA, password);
        SrpClient::new(user, &self.client.id, None)
    }

    async fn respond(&self, challenge: &str, session: &Value, mut answers: Value) -> Answer {
        if answers["USERNAME"].is_null() {
            answers["USERNAME"] = json!(ADA);
        }
        let body = json!({
            "ClientId": self.client.id, "ChallengeName": challenge, "Session": session,
            "ChallengeResponses": answers,
        });
        self.app.call("RespondToAuthChallenge", body).await
    }

    /// Answers SOFTWARE_TOKEN_MFA.
    async fn totp(&self, session: &Value, device: Option<&str>) -> Answer {
        let secret = self.totp.as_deref().unwrap();
        let mut answers = json!({ "SOFTWARE_TOKEN_MFA_CODE": code(secret, &self.app) });
        if let Some(key) = device {
            answers["DEVICE_KEY"] = json!(key);
        }
        let answer = self.respond("SOFTWARE_TOKEN_MFA", session, answers).await;
        self.app.advance(Span::seconds(30));
        answer
    }

    /// Signs in with every factor, and names no device.
    async fn signed_in(&self) -> Value {
        let mut body = self.password(None).await.ok();
        if body["ChallengeName"] == "SOFTWARE_TOKEN_MFA" {
            body = self.totp(&body["Session"], None).await.ok();
        }
        body["AuthenticationResult"].clone()
    }

    /// Confirms the new device of a sign-in; returns it with the answer.
    async fn confirm(&self, tokens: &Value) -> (Kept, Value) {
        let (kept, body) = self.confirmation(tokens);
        let answer = self.app.ok("ConfirmDevice", body).await;
        (kept, answer)
    }

    /// The request that confirms the new device of a sign-in.
    fn confirmation(&self, tokens: &Value) -> (Kept, Value) {
        let text = |name: &str| {
            let value = &tokens["NewDeviceMetadata"][name];
            value.as_str().unwrap().to_owned()
        };
        let (key, group) = (text("DeviceKey"), text("DeviceGroupKey"));
        let device = UntrackedDevice::new(&self.pool, &group, &key);
        let made = SrpClient::new(device, &self.client.id, None).get_password_verifier();
        let body = json!({
            "AccessToken": tokens["AccessToken"], "DeviceKey": key, "DeviceName": "Ada's laptop",
            "DeviceSecretVerifierConfig": { "PasswordVerifier": made.verifier, "Salt": made.salt },
        });
        let secret = made.password;
        (Kept { key, group, secret }, body)
    }

    /// Signs in with every factor on a new device, and confirms that.
    async fn remembered(&self) -> (Kept, Value) {
        let tokens = self.signed_in().await;
        let (kept, _) = self.confirm(&tokens).await;
        (kept, tokens)
    }

    /// DEVICE_SRP_AUTH, and the claim for DEVICE_PASSWORD_VERIFIER if it is accepted.
    async fn begin(&self, kept: &Kept, session: &Value) -> Result<(Value, Value), Answer> {
        let device = TrackedDevice::new(&self.pool, &kept.group, &kept.key, &kept.secret);
        let srp = SrpClient::new(device, &self.client.id, None);
        let answers = json!({ "DEVICE_KEY": kept.key, "SRP_A": srp.get_auth_parameters().a });
        let begun = self.respond("DEVICE_SRP_AUTH", session, answers).await;
        if begun.status != 200 {
            return Err(begun);
        }
        let begun = begun.ok();
        let mut claim = device_answers(&srp, &begun);
        claim["DEVICE_KEY"] = json!(kept.key);
        Ok((begun["Session"].clone(), claim))
    }

    async fn claim(&self, session: &Value, claim: &Value) -> Answer {
        self.respond("DEVICE_PASSWORD_VERIFIER", session, claim.clone())
            .await
    }

    /// Both steps of a device's proof.
    async fn prove(&self, kept: &Kept, session: &Value) -> Answer {
        match self.begin(kept, session).await {
            Ok((session, claim)) => self.claim(&session, &claim).await,
            Err(refused) => refused,
        }
    }

    async fn status(&self, access: &Value, key: &str, status: &str) -> Answer {
        let body =
            json!({ "AccessToken": access, "DeviceKey": key, "DeviceRememberedStatus": status });
        self.app.call("UpdateDeviceStatus", body).await
    }

    async fn listed(&self) -> Vec<Value> {
        let body = json!({ "UserPoolId": self.pool, "Username": ADA });
        let listed = self.app.ok("AdminListDevices", body).await;
        listed["Devices"].as_array().unwrap().clone()
    }

    /// Sends an operation from an address.
    async fn call_from(&self, address: [u8; 4], operation: &str, body: Value) -> Answer {
        let mut request = self.app.request(operation, &body);
        request.extensions_mut().insert(Peer(IpAddr::from(address)));
        self.app.send(request).await
    }
}
