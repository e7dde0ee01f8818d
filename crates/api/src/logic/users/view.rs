//! Users in replies.

use std::collections::BTreeMap;

use cabana_domain::Sub;
use cabana_domain::factor::{Factor, MfaPreference};
use cabana_domain::user::UserSummary;
use cabana_model::{AttributeType, DeliveryMediumType, MFAOptionType, Secret, UserType};

/// All attributes that `visible` admits, by name, with `sub` last.
pub fn attributes(
    sub: &Sub,
    others: BTreeMap<String, String>,
    visible: impl Fn(&str) -> bool,
) -> Vec<AttributeType> {
    let sub = ("sub".to_owned(), sub.as_str().to_owned());
    others
        .into_iter()
        .chain([sub])
        .filter(|(name, _)| visible(name))
        .map(|(name, value)| AttributeType {
            name,
            value: Some(Secret::from(value)),
        })
        .collect()
}

/// A user in a list, with the attributes that `visible` admits.
pub fn user_type(user: UserSummary, visible: impl Fn(&str) -> bool) -> UserType {
    UserType {
        attributes: Some(attributes(&user.sub, user.attributes, visible)),
        enabled: Some(user.enabled),
        mfa_options: mfa_options(&user.mfa),
        user_create_date: Some(user.created.into()),
        user_last_modified_date: Some(user.modified.into()),
        user_status: Some(user.status),
        username: Some(Secret::from(user.username)),
    }
}

/// `MFAOptions`, the legacy form for codes by text message.
pub fn mfa_options(mfa: &MfaPreference) -> Option<Vec<MFAOptionType>> {
    mfa.enabled.contains(&Factor::Sms).then(|| {
        vec![MFAOptionType {
            attribute_name: Some("phone_number".to_owned()),
            delivery_medium: Some(DeliveryMediumType::Sms),
        }]
    })
}

/// `UserMFASettingList`: absent if no second factor is enabled.
pub fn mfa_settings(mfa: &MfaPreference) -> Option<Vec<String>> {
    let names: Vec<_> = mfa
        .enabled
        .iter()
        .map(|factor| factor.setting_name().to_owned())
        .collect();
    (!names.is_empty()).then_some(names)
}

/// `PreferredMfaSetting`.
pub fn preferred_mfa(mfa: &MfaPreference) -> Option<String> {
    mfa.preferred.map(|factor| factor.setting_name().to_owned())
}
