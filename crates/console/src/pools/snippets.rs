//! Code that signs in through a pool, with the pool's values filled in.

use cabana_model::{ExplicitAuthFlowsType as Flow, OAuthFlowType, UserPoolClientType};
use serde_json::json;

/// A piece of code to paste.
pub struct Snippet {
    pub id: &'static str,
    pub title: &'static str,
    pub about: &'static str,
    pub code: String,
}

/// Addresses of a pool.
pub struct Place<'a> {
    pub public_url: &'a str,
    /// The same over TLS.
    pub secure_url: &'a str,
    pub region: &'a str,
    pub pool: &'a str,
}

/// Snippets that this client can use.
pub fn of(place: &Place<'_>, client: &UserPoolClientType) -> Vec<Snippet> {
    let mut snippets = Vec::new();
    let allows = |grant| {
        client
            .allowed_oauth_flows
            .iter()
            .flatten()
            .any(|it| *it == grant)
    };
    if allows(OAuthFlowType::Code) {
        snippets.push(openid_client(place, client));
    }
    if allows(OAuthFlowType::ClientCredentials) {
        snippets.push(client_credentials(place, client));
    }
    // Amplify runs in the browser, which cannot keep a secret.
    let signs_in = client
        .explicit_auth_flows
        .iter()
        .flatten()
        .any(|flow| matches!(flow, Flow::AllowUserSrpAuth | Flow::AllowUserPasswordAuth));
    if client.client_secret.is_none() && signs_in {
        snippets.push(amplify(place, client));
    }
    snippets.push(boto3(place));
    snippets
}

/// A string literal that is valid in JavaScript and in Python.
fn quoted(text: &str) -> String {
    json!(text).to_string()
}

fn id(client: &UserPoolClientType) -> String {
    let id = client.client_id.as_ref().map(|it| it.expose());
    quoted(id.unwrap_or_default())
}

/// The client secret as a string literal, if there is one.
fn secret(client: &UserPoolClientType) -> Option<String> {
    client.client_secret.as_ref().map(|it| quoted(it.expose()))
}

fn scopes(client: &UserPoolClientType) -> String {
    let scopes = client.allowed_oauth_scopes.as_deref().unwrap_or_default();
    scopes.join(" ")
}

fn openid_client(place: &Place<'_>, client: &UserPoolClientType) -> Snippet {
    let callback = client.callback_urls.iter().flatten().next();
    let proof = match secret(client) {
        Some(secret) => format!("{},\n  {secret}", id(client)),
        None => format!("{},\n  undefined,\n  client.None()", id(client)),
    };
    let discovery = format!(
        "{}/{}/.well-known/openid-configuration",
        place.secure_url, place.pool
    );
    let code = format!(
        "import * as client from \"openid-client\";\n\n\
         const config = await client.discovery(\n  new URL({}),\n  {proof},\n);\n\
         const verifier = client.randomPKCECodeVerifier();\n\
         const state = client.randomState();\n\
         const signIn = client.buildAuthorizationUrl(config, {{\n  redirect_uri: {},\n  scope: {},\n  state,\n  \
         code_challenge: await client.calculatePKCECodeChallenge(verifier),\n  code_challenge_method: \"S256\",\n}});\n\
         // Send the browser to signIn. When it is back at the callback:\n\
         // const tokens = await client.authorizationCodeGrant(config, callbackUrl, {{\n\
         //   pkceCodeVerifier: verifier, expectedState: state,\n// }});\n",
        quoted(&discovery),
        quoted(callback.map(String::as_str).unwrap_or_default()),
        quoted(&scopes(client)),
    );
    Snippet {
        id: "openid-client",
        title: "Node.js: openid-client",
        about: "Any OpenID Connect library works the same way: it needs the discovery URL, the client and the callback.",
        code,
    }
}

fn client_credentials(place: &Place<'_>, client: &UserPoolClientType) -> Snippet {
    let id = client.client_id.as_ref().map(|it| it.expose());
    let secret = client.client_secret.as_ref().map(|it| it.expose());
    let code = format!(
        "curl {}/{}/oauth2/token \\\n  --user '{}:{}' \\\n  --data grant_type=client_credentials \\\n  \
         --data-urlencode 'scope={}'\n",
        place.public_url,
        place.pool,
        id.unwrap_or_default(),
        secret.unwrap_or_default(),
        scopes(client),
    );
    Snippet {
        id: "client-credentials",
        title: "A token for a program: curl",
        about: "The program gets an access token for itself.",
        code,
    }
}

fn amplify(place: &Place<'_>, client: &UserPoolClientType) -> Snippet {
    let code = format!(
        "import {{ Amplify }} from \"aws-amplify\";\n\n\
         Amplify.configure({{\n  Auth: {{\n    Cognito: {{\n      userPoolId: {},\n      userPoolClientId: {},\n      \
         userPoolEndpoint: {},\n    }},\n  }},\n}});\n",
        quoted(place.pool),
        id(client),
        quoted(place.secure_url),
    );
    Snippet {
        id: "amplify",
        title: "JavaScript: Amplify",
        about: "People sign in on pages of your app. Amplify needs the endpoint over TLS.",
        code,
    }
}

fn boto3(place: &Place<'_>) -> Snippet {
    let code = format!(
        "import boto3\n\n\
         cognito = boto3.client(\n    \"cognito-idp\",\n    endpoint_url={},\n    region_name={},\n)\n\
         print(cognito.list_users(UserPoolId={})[\"Users\"])\n",
        quoted(place.public_url),
        quoted(place.region),
        quoted(place.pool),
    );
    Snippet {
        id: "boto3",
        title: "Python: boto3",
        about: "For managing users. Requests are signed with an access key of this server from the environment.",
        code,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: Place<'_> = Place {
        public_url: "http://localhost:9229",
        secure_url: "https://localhost:9229",
        region: "us-east-1",
        pool: "us-east-1_abc",
    };

    fn client(secret: Option<&str>, grant: OAuthFlowType) -> UserPoolClientType {
        UserPoolClientType {
            client_id: Some("c1".into()),
            client_secret: secret.map(Into::into),
            callback_urls: Some(vec!["https://a.test/back".to_owned()]),
            allowed_oauth_flows: Some(vec![grant]),
            allowed_oauth_scopes: Some(vec!["openid".to_owned(), "email".to_owned()]),
            explicit_auth_flows: Some(vec![Flow::AllowUserSrpAuth]),
            ..UserPoolClientType::default()
        }
    }

    fn ids(client: &UserPoolClientType) -> Vec<&'static str> {
        of(&PLACE, client).iter().map(|it| it.id).collect()
    }

    #[test]
    fn each_client_gets_what_it_can_use() {
        assert_eq!(
            ids(&client(Some("s"), OAuthFlowType::Code)),
            ["openid-client", "boto3"]
        );
        assert_eq!(
            ids(&client(None, OAuthFlowType::Code)),
            ["openid-client", "amplify", "boto3"]
        );
        assert_eq!(
            ids(&client(Some("s"), OAuthFlowType::ClientCredentials)),
            ["client-credentials", "boto3"]
        );
    }

    #[test]
    fn values_are_filled_in_as_the_language_writes_them() {
        let snippet = openid_client(&PLACE, &client(Some("s\"1"), OAuthFlowType::Code));
        for part in [
            r#"new URL("https://localhost:9229/us-east-1_abc/.well-known/openid-configuration")"#,
            r#""c1",
  "s\"1","#,
            r#"redirect_uri: "https://a.test/back""#,
            r#"scope: "openid email""#,
        ] {
            assert!(snippet.code.contains(part), "{part}\n{}", snippet.code);
        }
        let public = openid_client(&PLACE, &client(None, OAuthFlowType::Code));
        assert!(public.code.contains("client.None()"), "{}", public.code);
    }
}
