//! The second factors that a user has enabled, and the preferred one.

use cabana_domain::factor::Factor;
use cabana_domain::flow::FirstFactor;
use cabana_domain::pool::Pool;
use cabana_domain::user::User;
use cabana_model::{
    AuthFactorType, DeliveryMediumType, EmailMfaSettingsType, MFAOptionType, SMSMfaSettingsType,
    SoftwareTokenMfaSettingsType, UserPoolMfaType,
};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::passkeys;
use crate::logic::users::addresses;

/// A request's settings of one factor. An omitted member means false: some SDKs cannot send false.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wish {
    pub enabled: bool,
    pub preferred: bool,
}

impl Wish {
    fn new(enabled: Option<bool>, preferred: Option<bool>) -> Self {
        Self {
            enabled: enabled.unwrap_or(false),
            preferred: preferred.unwrap_or(false),
        }
    }
}

/// A request's settings of all factors; `None` leaves a factor unchanged.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wishes {
    pub totp: Option<Wish>,
    pub sms: Option<Wish>,
    pub email: Option<Wish>,
}

impl Wishes {
    /// Takes the three settings of a request.
    pub fn new(
        totp: Option<SoftwareTokenMfaSettingsType>,
        sms: Option<SMSMfaSettingsType>,
        email: Option<EmailMfaSettingsType>,
    ) -> Self {
        Self {
            totp: totp.map(|it| Wish::new(it.enabled, it.preferred_mfa)),
            sms: sms.map(|it| Wish::new(it.enabled, it.preferred_mfa)),
            email: email.map(|it| Wish::new(it.enabled, it.preferred_mfa)),
        }
    }
}

/// Applies a request's settings to a user.
///
/// # Errors
/// InvalidParameterException for a factor that the user cannot use, two preferred factors, or a preferred one that is
/// off.
pub fn set(pool: &Pool, user: &mut User, wishes: Wishes) -> Result<(), Fault> {
    let all = [
        (Factor::Totp, wishes.totp),
        (Factor::Sms, wishes.sms),
        (Factor::Email, wishes.email),
    ];
    let preferred = all
        .iter()
        .filter(|(_, wish)| wish.is_some_and(|wish| wish.preferred));
    if preferred.count() > 1 {
        return Err(faults::two_preferred());
    }
    user.end_recovery_codes();
    for (factor, wish) in all {
        let Some(wish) = wish else { continue };
        if wish.enabled {
            check(pool, user, factor)?;
            if !user.mfa.enabled.contains(&factor) {
                user.mfa.enabled.push(factor);
            }
        } else if wish.preferred {
            return Err(faults::preferred_but_off());
        } else {
            user.mfa.enabled.retain(|it| *it != factor);
        }
        if wish.preferred {
            user.mfa.preferred = Some(factor);
        } else if user.mfa.preferred == Some(factor) {
            user.mfa.preferred = None;
        }
    }
    user.end_recovery_codes();
    Ok(())
}

/// Applies `MFAOptions`, the legacy form: codes by text message are on if they are listed, and off otherwise. A listed
/// e-mail address turns codes by mail on; the other factors stay as they are.
///
/// # Errors
/// InvalidParameterException for an option whose medium does not reach its attribute, or a factor that the user cannot
/// use.
pub fn set_options(pool: &Pool, user: &mut User, options: &[MFAOptionType]) -> Result<(), Fault> {
    let factors = options.iter().map(option).collect::<Result<Vec<_>, _>>()?;
    let wish = |factor, enabled: bool, user: &User| {
        let preferred = enabled && user.mfa.preferred == Some(factor);
        Wish { enabled, preferred }
    };
    let by_mail = factors.contains(&Factor::Email);
    let wishes = Wishes {
        totp: None,
        sms: Some(wish(Factor::Sms, factors.contains(&Factor::Sms), user)),
        email: by_mail.then(|| wish(Factor::Email, true, user)),
    };
    set(pool, user, wishes)
}

/// The factor that an option means.
fn option(option: &MFAOptionType) -> Result<Factor, Fault> {
    let attribute = option.attribute_name.as_deref();
    match (option.delivery_medium, attribute) {
        (Some(DeliveryMediumType::Sms), None | Some("phone_number")) => Ok(Factor::Sms),
        (Some(DeliveryMediumType::Email), None | Some("email")) => Ok(Factor::Email),
        (None, Some("phone_number")) => Ok(Factor::Sms),
        (None, Some("email")) => Ok(Factor::Email),
        _ => Err(faults::invalid_mfa_option()),
    }
}

fn check(pool: &Pool, user: &User, factor: Factor) -> Result<(), Fault> {
    let name = factor.setting_name();
    match factor {
        Factor::Totp if user.secrets.totp.is_none() => Err(faults::totp_not_verified()),
        Factor::Sms if !user.attributes.contains_key("phone_number") => {
            Err(faults::factor_not_deliverable(name))
        }
        Factor::Email if !user.attributes.contains_key("email") => {
            Err(faults::factor_not_deliverable(name))
        }
        _ if pool.mfa_configuration() != UserPoolMfaType::Off && !pool.offers(factor) => {
            Err(faults::factor_not_deliverable(name))
        }
        _ => Ok(()),
    }
}

/// `UserMFASettingList`; absent if empty.
pub fn setting_list(user: &User) -> Option<Vec<String>> {
    let names: Vec<_> = user
        .mfa
        .enabled
        .iter()
        .map(|factor| factor.setting_name().to_owned())
        .collect();
    (!names.is_empty()).then_some(names)
}

/// `PreferredMfaSetting`.
pub fn preferred_setting(user: &User) -> Option<String> {
    user.mfa
        .preferred
        .map(|factor| factor.setting_name().to_owned())
}

/// `ConfiguredUserAuthFactors`: the first factors with which the user could sign in.
///
/// # Errors
/// The failure of the store.
pub async fn auth_factors(
    cx: &Cx<'_>,
    pool: &Pool,
    user: &User,
) -> Result<Vec<AuthFactorType>, Fault> {
    let passkeys = passkeys::usable(cx, pool, user).await?;
    let factors = addresses::own_first_factors(cx, pool, user, !passkeys.is_empty()).into_iter();
    let mut names: Vec<_> = factors
        .map(|factor| match factor {
            FirstFactor::PasswordSrp | FirstFactor::Password => AuthFactorType::Password,
            FirstFactor::Email => AuthFactorType::EmailOtp,
            FirstFactor::Sms => AuthFactorType::SmsOtp,
            FirstFactor::Passkey => AuthFactorType::WebAuthn,
        })
        .collect();
    names.dedup();
    Ok(names)
}
