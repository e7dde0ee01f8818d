//! A user pool: AWS's description of it, and accessors for its settings.

use cabana_model::{
    AliasAttributeType, AuthFactorType, DeviceConfigurationType, EmailMfaConfigType,
    PasswordPolicyType, SmsMfaConfigType, UserPoolMfaType, UserPoolType, UserVerificationType,
    UsernameAttributeType, VerifiedAttributeType, WebAuthnConfigurationType,
    WebAuthnFactorConfigurationType,
};
use serde::{Deserialize, Serialize};

use crate::factor::Factor;
use crate::session::SessionSettings;
use crate::{PoolId, Time};

/// A user pool. `settings` is the answer of DescribeUserPool, tags included, without derived members (Arn, Domain,
/// EstimatedNumberOfUsers, dates).
#[derive(Clone, Debug, PartialEq)]
pub struct Pool {
    pub id: PoolId,
    /// Incremented by each write; an update names the version it was read at.
    pub version: i64,
    pub settings: UserPoolType,
    /// Settings that only Get/SetUserPoolMfaConfig show.
    pub mfa: MfaSettings,
    /// The issuer in its tokens since its first user was created. An update of the pool leaves it unchanged.
    pub kept_issuer: Option<String>,
    /// Settings that only Get/SetUserPoolSessionConfiguration show.
    pub sessions: SessionSettings,
    pub created: Time,
    pub modified: Time,
}

/// The second factors a pool offers, beside `MfaConfiguration` in its settings.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MfaSettings {
    /// `SoftwareTokenMfaConfiguration.Enabled`.
    pub software_token: bool,
    /// Whether software tokens were configured at all, even as disabled.
    #[serde(default)]
    pub software_token_named: bool,
    /// Text messages; offered if set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sms: Option<SmsMfaConfigType>,
    /// E-mail; offered if set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<EmailMfaConfigType>,
    /// Passkeys, which are a first factor and no second one; set once any of these settings was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub web_authn: Option<WebAuthnConfigurationType>,
}

impl MfaSettings {
    /// Whether the pool offers any second factor.
    pub fn offers_any(&self) -> bool {
        self.software_token || self.sms.is_some() || self.email.is_some()
    }
}

/// The pool of this server's operators, who may use the console. It appears in no list of pools.
pub const OPERATORS_POOL: &str = "cabana_Operators";
/// The console, as an app client of [`OPERATORS_POOL`].
pub const OPERATORS_CLIENT: &str = "cabanaconsole";

/// The tag that sets the issuer of a pool's tokens.
pub const ISSUER_TAG: &str = "cabana:issuer";
/// The tag that switches SRP off for a pool (`off`: passwords are kept as Argon2id).
pub const SRP_TAG: &str = "cabana:srp";
/// The tag that chooses how a pool's OAuth endpoints answer where Amazon Cognito and the standards differ: `cognito`
/// (the default) or `standard`.
pub const DIALECT_TAG: &str = "cabana:dialect";

/// The tag that lists the e-mail domains allowed to sign up, separated by commas.
pub const SIGN_UP_DOMAINS_TAG: &str = "cabana:sign-up-domains";

/// The tag that gives people recovery codes on the hosted pages (`on`).
pub const RECOVERY_CODES_TAG: &str = "cabana:recovery-codes";

/// The tag that lets people of identity providers join the user who has verified their address (`verified`).
pub const LINK_BY_EMAIL_TAG: &str = "cabana:link-by-email";

impl Pool {
    /// Whether second factors are off, optional or required.
    pub fn mfa_configuration(&self) -> UserPoolMfaType {
        self.settings
            .mfa_configuration
            .unwrap_or(UserPoolMfaType::Off)
    }

    /// Whether `User` and `user` are two names: Cognito's default for pools created through the API.
    pub fn is_case_sensitive(&self) -> bool {
        self.settings
            .username_configuration
            .as_ref()
            .is_none_or(|it| it.case_sensitive)
    }

    /// The key for comparing names: the name itself, or folded to lower case.
    pub fn login_key(&self, name: &str) -> String {
        if self.is_case_sensitive() {
            name.to_owned()
        } else {
            name.to_lowercase()
        }
    }

    /// Whether people sign in with this attribute instead of a user name (`UsernameAttributes`).
    pub fn username_is(&self, attribute: VerifiedAttributeType) -> bool {
        self.settings
            .username_attributes
            .iter()
            .flatten()
            .any(|it| match it {
                UsernameAttributeType::Email => attribute == VerifiedAttributeType::Email,
                UsernameAttributeType::PhoneNumber => {
                    attribute == VerifiedAttributeType::PhoneNumber
                }
            })
    }

    /// Whether the user name is an e-mail address or a phone number.
    pub fn has_username_attributes(&self) -> bool {
        self.settings
            .username_attributes
            .as_ref()
            .is_some_and(|it| !it.is_empty())
    }

    /// Whether people can sign in with this attribute besides the user name (`AliasAttributes`).
    pub fn has_alias(&self, attribute: &str) -> bool {
        self.settings
            .alias_attributes
            .iter()
            .flatten()
            .any(|alias: &AliasAttributeType| alias.as_str() == attribute)
    }

    /// Whether the pool verifies this attribute automatically at sign-up and when it changes.
    pub fn auto_verifies(&self, attribute: VerifiedAttributeType) -> bool {
        self.settings
            .auto_verified_attributes
            .iter()
            .flatten()
            .any(|it| *it == attribute)
    }

    /// Whether a change of this attribute takes effect only once it is verified.
    pub fn verifies_before_update(&self, attribute: VerifiedAttributeType) -> bool {
        self.settings
            .user_attribute_update_settings
            .iter()
            .flat_map(|it| {
                it.attributes_require_verification_before_update
                    .iter()
                    .flatten()
            })
            .any(|it| *it == attribute)
    }

    /// Whether the pool offers a second factor.
    pub fn offers(&self, factor: Factor) -> bool {
        match factor {
            Factor::Totp => self.mfa.software_token,
            Factor::Sms => self.mfa.sms.is_some(),
            Factor::Email => self.mfa.email.is_some(),
        }
    }

    /// Whether people may begin a sign-in with this factor (`AllowedFirstAuthFactors`); a password is always one.
    pub fn allows_first_factor(&self, factor: AuthFactorType) -> bool {
        let policy = self.settings.policies.as_ref();
        let policy = policy.and_then(|it| it.sign_in_policy.as_ref());
        factor == AuthFactorType::Password
            || policy
                .iter()
                .flat_map(|it| it.allowed_first_auth_factors.iter().flatten())
                .any(|it| *it == factor)
    }

    /// Whether the authenticators of passkeys must verify the user; else they do if they can.
    pub fn demands_user_verification(&self) -> bool {
        let settings = self.mfa.web_authn.as_ref();
        settings.and_then(|it| it.user_verification) == Some(UserVerificationType::Required)
    }

    /// Whether a passkey whose authenticator verified the user counts as two factors.
    pub fn takes_passkeys_as_mfa(&self) -> bool {
        let settings = self.mfa.web_authn.as_ref();
        settings.and_then(|it| it.factor_configuration)
            == Some(WebAuthnFactorConfigurationType::MultiFactorWithUserVerification)
    }

    /// How the pool remembers devices; `None` if it does not track them.
    pub fn device_configuration(&self) -> Option<&DeviceConfigurationType> {
        self.settings.device_configuration.as_ref()
    }

    /// The password policy in AWS's shape; an unset member means its default.
    pub fn password_policy_settings(&self) -> PasswordPolicyType {
        self.settings
            .policies
            .as_ref()
            .and_then(|policies| policies.password_policy.clone())
            .unwrap_or_default()
    }

    /// The value of a tag.
    pub fn tag(&self, name: &str) -> Option<&str> {
        self.settings
            .user_pool_tags
            .as_ref()?
            .get(name)
            .map(String::as_str)
    }

    /// Whether passwords are stored as SRP verifiers (the default) or as Argon2id hashes.
    pub fn allows_srp(&self) -> bool {
        self.tag(SRP_TAG) != Some("off")
    }

    /// Whether people get recovery codes on the hosted pages.
    pub fn has_recovery_codes(&self) -> bool {
        self.tag(RECOVERY_CODES_TAG) == Some("on")
    }

    /// Whether a person whose provider vouches for an address joins the user who has verified it.
    pub fn links_by_email(&self) -> bool {
        self.tag(LINK_BY_EMAIL_TAG) == Some("verified")
    }

    /// Whether the OAuth endpoints use the standards' words in place of Cognito's.
    pub fn speaks_standard(&self) -> bool {
        self.tag(DIALECT_TAG) == Some("standard")
    }

    /// The `iss` of the pool's tokens: the tag's value, else the one kept with the first user, else
    /// [`Pool::issuer_at`]. Apps identify people by issuer and `sub`, so a change of the public URL does not change it.
    pub fn issuer(&self, public_url: &str) -> String {
        let settled = self.tag(ISSUER_TAG).or(self.kept_issuer.as_deref());
        settled.map_or_else(|| self.issuer_at(public_url), str::to_owned)
    }

    /// The issuer of a pool without users on a server with this address: `{public_url}/{poolId}`.
    pub fn issuer_at(&self, public_url: &str) -> String {
        format!("{}/{}", public_url.trim_end_matches('/'), self.id)
    }

    /// Lifetime of a temporary password, in days.
    pub fn temporary_password_days(&self) -> i64 {
        let policy = self.password_policy_settings();
        let days = policy.temporary_password_validity_days;
        i64::from(days.filter(|days| *days > 0).unwrap_or(7))
    }

    /// Number of passwords, the current one included, that cannot be reused; 0 disables the check.
    pub fn password_history_size(&self) -> usize {
        usize::try_from(
            self.password_policy_settings()
                .password_history_size
                .unwrap_or(0),
        )
        .unwrap_or(0)
    }
}
