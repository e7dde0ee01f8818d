//! `/sign-in`: sign-in options, first factors, password policy, second factors, device tracking, sessions, levels of
//! authentication and account recovery of a pool.

pub mod device_tracking;
pub mod first_factors;
pub mod levels;
pub mod mfa;
pub mod passkey;
pub mod password_policy;
pub mod recovery;
pub mod sessions;

use axum::extract::Path;
use cabana_model::{AliasAttributeType, UserPoolType, UsernameAttributeType};

use super::panel::{Cell, Panel};
use super::{providers, tab};
use crate::desk::{Answer, Desk};
use crate::pool_head::PoolHead;

pub async fn show(Path(id): Path<String>, desk: Desk) -> Answer {
    let head = PoolHead::of(&desk, &id).await?;
    let may = !desk.operator.read_only;
    let factors = mfa::factors(&desk, &id).await?;
    let panels = vec![
        names(&head.pool),
        providers::panel(&desk, &head).await?,
        first_factors::panel(&head.pool, may, head.url("/sign-in/choices")),
        password_policy::panel(&head.pool, may, head.url("/sign-in/password-policy")),
        mfa::panel(&factors, may, head.url("/sign-in/mfa")),
        passkey::panel(&desk, &head.pool, &factors, head.url("/sign-in/passkey")).await?,
        device_tracking::panel(&head.pool, may, head.url("/sign-in/device-tracking")),
        sessions::panel(&desk, &id, head.url("/sign-in/sessions")).await?,
        levels::panel(&head.pool, may, head.url("/sign-in/levels")),
        recovery::panel(&head.pool, may, head.url("/sign-in/recovery")),
    ];
    tab::show(&desk, &head, "Sign-in experience", panels)
}

fn names(pool: &UserPoolType) -> Panel {
    let sensitive = pool
        .username_configuration
        .as_ref()
        .is_none_or(|it| it.case_sensitive);
    let case = if sensitive {
        "User names are case sensitive"
    } else {
        "User names are not case sensitive"
    };
    Panel::new("names", "Cognito user pool sign-in")
        .lead("The names that people sign in with. They cannot be changed after the user pool is created.")
        .row("Cognito user pool sign-in options", Cell::list(options(pool)))
        .row("User name requirements", case)
}

/// Sign-in options of a pool, in words.
pub fn options(pool: &UserPoolType) -> Vec<String> {
    let instead = pool
        .username_attributes
        .iter()
        .flatten()
        .map(|it| match it {
            UsernameAttributeType::Email => "Email",
            UsernameAttributeType::PhoneNumber => "Phone number",
        });
    let mut options: Vec<_> = instead.map(str::to_owned).collect();
    if options.is_empty() {
        options.push("User name".to_owned());
    }
    let beside = pool.alias_attributes.iter().flatten().map(|it| match it {
        AliasAttributeType::Email => "Email",
        AliasAttributeType::PhoneNumber => "Phone number",
        AliasAttributeType::PreferredUsername => "Preferred user name",
    });
    options.extend(beside.map(str::to_owned));
    options
}
