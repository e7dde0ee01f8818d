//! The types of identity providers, and what each is asked for.

use std::collections::BTreeMap;

use cabana_model::IdentityProviderTypeType as Kind;

use crate::form::Form;

/// Name and meaning of each type.
pub const KINDS: [(Kind, &str, &str); 6] = [
    (
        Kind::Oidc,
        "OpenID Connect",
        "Microsoft Entra ID, Okta, Keycloak, Auth0, another user pool.",
    ),
    (
        Kind::Saml,
        "SAML 2.0",
        "Microsoft Entra ID, Okta, ADFS, Keycloak, over SAML.",
    ),
    (Kind::Google, "Google", "People with a Google account."),
    (
        Kind::Facebook,
        "Facebook",
        "People with a Facebook account.",
    ),
    (
        Kind::LoginWithAmazon,
        "Login with Amazon",
        "People with an Amazon account.",
    ),
    (
        Kind::SignInWithApple,
        "Sign in with Apple",
        "People with an Apple account.",
    ),
];

/// Name of a type.
pub fn label(kind: Kind) -> &'static str {
    let found = KINDS.iter().find(|(it, _, _)| *it == kind);
    found.map_or(kind.as_str(), |(_, label, _)| label)
}

/// Whether its providers choose their name; the others have that of their type.
pub fn has_own_name(kind: Kind) -> bool {
    matches!(kind, Kind::Oidc | Kind::Saml)
}

/// The word for what a provider says about a person.
pub fn claim(kind: Kind) -> &'static str {
    match kind {
        Kind::Saml => "SAML attribute",
        _ => "Claim",
    }
}

/// How a member is entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
    Text,
    /// Never sent back to the browser; left empty, it stays as it is.
    Secret,
    /// The same, of several lines.
    SecretArea,
    Area,
    /// GET or POST.
    Method,
    /// A checkbox: the value when it is ticked.
    Tick(&'static str),
}

impl Control {
    /// Whether the value is never sent back to the browser.
    pub fn is_secret(self) -> bool {
        matches!(self, Self::Secret | Self::SecretArea)
    }
}

/// A member of `ProviderDetails`.
#[derive(Clone, Copy, Debug)]
pub struct Detail {
    pub member: &'static str,
    pub label: &'static str,
    pub hint: &'static str,
    pub control: Control,
    /// Value in a new form.
    pub initial: &'static str,
}

const fn detail(member: &'static str, label: &'static str, hint: &'static str) -> Detail {
    Detail {
        member,
        label,
        hint,
        control: Control::Text,
        initial: "",
    }
}

impl Detail {
    const fn of(self, control: Control) -> Self {
        Self { control, ..self }
    }

    const fn first(self, initial: &'static str) -> Self {
        Self { initial, ..self }
    }
}

const OIDC: [Detail; 9] = [
    detail("client_id", "Client ID", "As the provider gave it to you."),
    detail("client_secret", "Client secret – optional", "").of(Control::Secret),
    detail(
        "authorize_scopes",
        "Scopes",
        "Separated by spaces; openid is one of them.",
    )
    .first("openid email profile"),
    detail(
        "oidc_issuer",
        "Issuer",
        "The provider's address without a slash at the end, such as https://login.example.com. Its endpoints are found below it.",
    ),
    detail(
        "attributes_request_method",
        "Request method for user info",
        "Nearly every provider takes GET.",
    )
    .of(Control::Method)
    .first("GET"),
    detail(
        "authorize_url",
        "Authorization endpoint – optional",
        "This and the next three only for a provider without a discovery document.",
    ),
    detail("token_url", "Token endpoint – optional", ""),
    detail("attributes_url", "User info endpoint – optional", ""),
    detail("jwks_uri", "Address of its keys (jwks_uri) – optional", ""),
];

const SAML: [Detail; 6] = [
    detail(
        "MetadataURL",
        "Address of the metadata document",
        "It is read again every few hours, so that new certificates arrive by themselves.",
    ),
    detail(
        "MetadataFile",
        "Metadata document",
        "The XML that the provider lets you download, if it has no address for it.",
    )
    .of(Control::Area),
    detail(
        "IDPSignout",
        "Sign people out at the provider too",
        "Signing out here sends a signed request to the provider, and a signed request of the provider ends the session here.",
    )
    .of(Control::Tick("true")),
    detail(
        "RequestSigningAlgorithm",
        "Sign requests to the provider",
        "With RSA and SHA-256. The provider needs the signing certificate of this user pool.",
    )
    .of(Control::Tick("rsa-sha256")),
    detail(
        "EncryptedResponses",
        "Require encrypted assertions",
        "The provider needs the encryption certificate, which is shown once the provider is added.",
    )
    .of(Control::Tick("true")),
    detail(
        "IDPInit",
        "Accept sign-ins that begin at the provider",
        "For example from a company's page of apps. Such a sign-in is not bound to a browser that asked for it: leave this off if nobody needs it.",
    )
    .of(Control::Tick("true")),
];

/// The members of a client for websites: its ID, with this hint, its secret and the scopes.
const fn web_client(hint: &'static str, scopes: &'static str) -> [Detail; 3] {
    [
        detail("client_id", "Client ID", hint),
        detail("client_secret", "Client secret", "").of(Control::Secret),
        detail("authorize_scopes", "Scopes", "Separated by spaces.").first(scopes),
    ]
}

const GOOGLE: [Detail; 3] = web_client(
    "From the Google Cloud console, of a client of type Web application.",
    "openid email profile",
);

const FACEBOOK: [Detail; 4] = [
    detail("client_id", "App ID", "From Meta for Developers."),
    detail("client_secret", "App secret", "").of(Control::Secret),
    detail("authorize_scopes", "Scopes", "Separated by commas.").first("public_profile,email"),
    detail(
        "api_version",
        "Version of the Graph API – optional",
        "Such as v17.0.",
    ),
];

const AMAZON: [Detail; 3] = web_client("From the Login with Amazon console.", "profile");

const APPLE: [Detail; 5] = [
    detail("client_id", "Services ID", "From Apple's developer site."),
    detail("team_id", "Team ID", ""),
    detail("key_id", "Key ID", ""),
    detail(
        "private_key",
        "Private key",
        "The content of the .p8 file. It signs the client secret of each request and is never shown again.",
    )
    .of(Control::SecretArea),
    detail("authorize_scopes", "Scopes", "Separated by spaces.").first("email name"),
];

/// The members that a type is asked for.
pub fn details(kind: Kind) -> &'static [Detail] {
    match kind {
        Kind::Oidc => &OIDC,
        Kind::Saml => &SAML,
        Kind::Google => &GOOGLE,
        Kind::Facebook => &FACEBOOK,
        Kind::LoginWithAmazon => &AMAZON,
        Kind::SignInWithApple => &APPLE,
    }
}

/// Members that the server makes from the others: a change begins without them.
fn derived(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Facebook => &["authorize_url", "token_url", "attributes_url"],
        Kind::Saml => &[
            "SSORedirectBindingURI",
            "SLORedirectBindingURI",
            "ActiveEncryptionCertificate",
        ],
        _ => &[],
    }
}

/// Fills a form with what a new provider has.
pub fn initial(kind: Kind, form: Form) -> Form {
    let details = details(kind).iter();
    details.fold(form, |form, it| form.with(it.member, it.initial))
}

/// Fills a form with what a provider has, but for secrets.
pub fn fill(kind: Kind, form: Form, now: &BTreeMap<String, String>) -> Form {
    details(kind).iter().fold(form, |form, detail| {
        let value = now.get(detail.member).map_or("", String::as_str);
        match detail.control {
            control if control.is_secret() => form,
            Control::Tick(on) => form.ticked(detail.member, value == on),
            _ => form.with(detail.member, value),
        }
    })
}

/// Reads the members from a form; a secret that is left empty stays.
pub fn read(kind: Kind, form: &Form, now: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let mut read = now.clone();
    read.retain(|member, _| !derived(kind).contains(&member.as_str()));
    for detail in details(kind) {
        let value = match detail.control {
            Control::Tick(on) => form.is_on(detail.member).then(|| on.to_owned()),
            _ => form.given(detail.member),
        };
        match (value, detail.control) {
            (Some(value), _) => drop(read.insert(detail.member.to_owned(), value)),
            (None, control) if control.is_secret() => {}
            (None, _) => drop(read.remove(detail.member)),
        }
    }
    read
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        let own = pairs
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        own.collect()
    }

    #[test]
    fn what_is_filled_in_is_what_is_read_and_secrets_stay() {
        let now = map(&[
            ("client_id", "c"),
            ("client_secret", "hush"),
            ("authorize_scopes", "openid"),
            ("oidc_issuer", "https://idp.example"),
            ("attributes_request_method", "GET"),
            ("attributes_url_add_attributes", "false"),
        ]);
        let form = fill(Kind::Oidc, Form::default(), &now);
        assert_eq!(form.get("client_secret"), "");
        assert_eq!(read(Kind::Oidc, &form, &now), now);
        let changed = form.with("client_secret", "new");
        assert_eq!(read(Kind::Oidc, &changed, &now)["client_secret"], "new");
    }

    #[test]
    fn what_the_server_adds_is_left_to_it() {
        let now = map(&[
            ("api_version", "v17.0"),
            (
                "token_url",
                "https://graph.facebook.com/v17.0/oauth/access_token",
            ),
        ]);
        let form = Form::default().with("api_version", "v18.0");
        let read = read(Kind::Facebook, &form, &now);
        assert_eq!(read, map(&[("api_version", "v18.0")]));
    }

    #[test]
    fn a_box_that_is_not_ticked_is_a_member_less() {
        let form = Form::default().ticked("IDPInit", true);
        let read = read(Kind::Saml, &form, &map(&[("IDPSignout", "true")]));
        assert_eq!(read, map(&[("IDPInit", "true")]));
    }
}
