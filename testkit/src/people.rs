//! Users in every status.

use cabana_api::logic::clients::secret_hash;
use serde_json::{Map, Value, json};

use crate::{TestApp, TestClient};

impl TestApp {
    /// Creates a user in each state and returns their names: UNCONFIRMED, FORCE_CHANGE_PASSWORD, RESET_REQUIRED,
    /// disabled, CONFIRMED. `name` makes the name of each; all but the second have an address, and `password`.
    pub async fn in_every_state(
        &self,
        pool: &str,
        client: &TestClient,
        password: &str,
        name: impl Fn(&str) -> String,
    ) -> [String; 5] {
        let states = ["unconfirmed", "invited", "reset", "off", "confirmed"];
        let names = states.map(name);
        let [unconfirmed, invited, reset, off, confirmed] = &names;
        let hash = client.secret.as_deref();
        let hash = hash.map(|it| secret_hash::compute(it, unconfirmed, &client.id));
        let body = json!({ "ClientId": client.id, "Username": unconfirmed, "Password": password,
            "SecretHash": hash, "UserAttributes": address(unconfirmed, json!({})) });
        self.ok("SignUp", body).await;
        let admin = async |operation: &str, mut body: Value, name: &str| {
            body["UserPoolId"] = json!(pool);
            body["Username"] = json!(name);
            self.ok(operation, body).await
        };
        let body = json!({ "MessageAction": "SUPPRESS" });
        admin("AdminCreateUser", body, invited).await;
        for user in [reset, off, confirmed] {
            let attributes = address(user, json!({ "email_verified": "true" }));
            let body = json!({ "MessageAction": "SUPPRESS", "UserAttributes": attributes });
            admin("AdminCreateUser", body, user).await;
            let body = json!({ "Password": password, "Permanent": true });
            admin("AdminSetUserPassword", body, user).await;
        }
        admin("AdminResetUserPassword", json!({}), reset).await;
        admin("AdminDisableUser", json!({}), off).await;
        names
    }
}

/// Attributes with an address, unless the name is one.
fn address(name: &str, attributes: Value) -> Value {
    let mut attributes = attributes.as_object().cloned().unwrap_or_else(Map::new);
    if !name.contains('@') {
        attributes.insert("email".to_owned(), json!(format!("{name}@example.com")));
    }
    let pair = |(name, value)| json!({ "Name": name, "Value": value });
    attributes.into_iter().map(pair).collect()
}
