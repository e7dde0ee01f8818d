//! A user from AdminGetUser or a list, prepared for pages.

use std::cmp::Ordering;

use askama::Template;
use askama::filters::HtmlSafe;
use cabana_model::{AdminGetUserRequest, AttributeType, UserStatusType, UserType, op};

use crate::desk::Desk;
use crate::frame::When;
use crate::halt::Halt;
use crate::navigation::initial;
use crate::sort::folded;
use crate::users::name::Name;

/// A user.
pub struct Person {
    pub name: Name,
    pub status: UserStatusType,
    pub enabled: bool,
    pub created: Option<When>,
    pub modified: Option<When>,
    /// Second factors that are turned on.
    pub factors: Vec<String>,
    pub preferred_factor: Option<String>,
    attributes: Vec<AttributeType>,
}

/// Confirmation status, and whether access is disabled.
#[derive(Template)]
#[template(
    source = r#"<span class="tag {{ person.status_class() }}">{{ person.status_text() }}</span>{% if !person.enabled %}<span class="tag bad">Disabled</span>{% endif %}"#,
    ext = "html"
)]
pub struct Tags<'a> {
    person: &'a Person,
}

impl HtmlSafe for Tags<'_> {}

/// An email address in a table.
#[derive(Template)]
#[template(
    source = r#"<span class="address"><span class="cut" title="{{ address }}">{{ address }}</span>{% if is_verified %} <span class="ok" title="Verified">✓<span class="sr"> verified</span></span>{% endif %}</span>"#,
    ext = "html"
)]
pub struct Email<'a> {
    address: &'a str,
    is_verified: bool,
}

impl HtmlSafe for Email<'_> {}

/// An attribute in a table.
pub struct Shown {
    pub name: String,
    pub value: String,
    /// Whether the value is verified; `None` if it cannot be.
    pub verified: Option<bool>,
}

impl Person {
    /// Finds a user by user name, alias or `sub`.
    ///
    /// # Errors
    /// If there is no such pool or user.
    pub async fn of(desk: &Desk, pool: &str, name: &Name) -> Result<Self, Halt> {
        let input = AdminGetUserRequest {
            user_pool_id: pool.to_owned(),
            username: name.as_str().into(),
        };
        let user = desk.call::<op::AdminGetUser>(&input).await?;
        Ok(Self {
            name: Name::new(user.username.into_inner()),
            status: user.user_status.unwrap_or_default(),
            enabled: user.enabled.unwrap_or_default(),
            created: user.user_create_date.map(When::from),
            modified: user.user_last_modified_date.map(When::from),
            factors: user.user_mfa_setting_list.unwrap_or_default(),
            preferred_factor: user.preferred_mfa_setting,
            attributes: user.user_attributes.unwrap_or_default(),
        })
    }

    /// The value of an attribute; empty if there is none.
    pub fn attribute(&self, name: &str) -> &str {
        let found = self.attributes.iter().find(|it| it.name == name);
        let value = found.and_then(|it| it.value.as_ref());
        value.map_or("", |value| value.expose())
    }

    /// First character of the name, in place of a picture.
    pub fn initial(&self) -> String {
        initial(self.name.as_str())
    }

    /// Confirmation status, and whether access is disabled, as tags.
    pub fn tags(&self) -> Tags<'_> {
        Tags { person: self }
    }

    /// Email address, with a tick if it is verified.
    pub fn email(&self) -> Email<'_> {
        Email {
            address: self.attribute("email"),
            is_verified: self.verified("email") == Some(true),
        }
    }

    pub fn sub(&self) -> &str {
        self.attribute("sub")
    }

    /// Whether this address is verified; `None` if there is no address, or the attribute cannot be verified.
    pub fn verified(&self, attribute: &str) -> Option<bool> {
        let flag = match attribute {
            "email" => "email_verified",
            "phone_number" => "phone_number_verified",
            _ => return None,
        };
        (!self.attribute(attribute).is_empty()).then(|| self.attribute(flag) == "true")
    }

    /// Attributes for the table. `email_verified` and `phone_number_verified` are shown with their addresses, identities in
    /// a panel of their own.
    pub fn shown(&self) -> Vec<Shown> {
        let elsewhere = [
            "sub",
            "email_verified",
            "phone_number_verified",
            "identities",
        ];
        let own = |it: &&AttributeType| !elsewhere.contains(&it.name.as_str());
        let shown = |it: &AttributeType| Shown {
            value: self.attribute(&it.name).to_owned(),
            verified: self.verified(&it.name),
            name: it.name.clone(),
        };
        self.attributes.iter().filter(own).map(shown).collect()
    }

    pub fn status_text(&self) -> &'static str {
        status_text(self.status)
    }

    pub fn status_class(&self) -> &'static str {
        match self.status {
            UserStatusType::Confirmed => "good",
            UserStatusType::ExternalProvider => "",
            _ => "warn",
        }
    }

    pub fn is_unconfirmed(&self) -> bool {
        self.status == UserStatusType::Unconfirmed
    }

    /// Whether a code for a password reset may be sent.
    pub fn may_reset(&self) -> bool {
        matches!(
            self.status,
            UserStatusType::Confirmed | UserStatusType::ResetRequired
        )
    }
}

impl From<UserType> for Person {
    fn from(user: UserType) -> Self {
        Self {
            name: Name::new(user.username.map(|it| it.into_inner()).unwrap_or_default()),
            status: user.user_status.unwrap_or_default(),
            enabled: user.enabled.unwrap_or_default(),
            created: user.user_create_date.map(When::from),
            modified: user.user_last_modified_date.map(When::from),
            factors: Vec::new(),
            preferred_factor: None,
            attributes: user.attributes.unwrap_or_default(),
        }
    }
}

/// Compares users by a column of their lists.
pub fn compared(column: &str, a: &Person, b: &Person) -> Ordering {
    let email = |it: &Person| folded(it.attribute("email"));
    match column {
        "email" => email(a).cmp(&email(b)),
        "status" => (a.status_text(), b.enabled).cmp(&(b.status_text(), a.enabled)),
        _ => folded(a.name.as_str()).cmp(&folded(b.name.as_str())),
    }
}

/// Label of a confirmation status.
fn status_text(status: UserStatusType) -> &'static str {
    use UserStatusType as S;
    match status {
        S::Unconfirmed => "Unconfirmed",
        S::Confirmed => "Confirmed",
        S::ExternalProvider => "External provider",
        S::ResetRequired => "Reset required",
        S::ForceChangePassword => "Force change password",
        S::Archived => "Archived",
        S::Compromised => "Compromised",
        S::Unknown => "Unknown",
    }
}

/// Label of a second factor.
pub fn factor_text(setting: &str) -> &str {
    match setting {
        "SOFTWARE_TOKEN_MFA" => "Authenticator app",
        "SMS_MFA" => "SMS message",
        "EMAIL_OTP" => "Email message",
        other => other,
    }
}
