//! The only place that decides what a sign-in still needs.

use cabana_model::{UserPoolMfaType, UserStatusType};
use serde::{Deserialize, Serialize};

use super::{
    Ahead, AuthSession, Choices, CustomAuth, Decision, FirstFactor, Proof, ahead, choices,
};
use crate::factor::Factor;

/// The next challenge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Challenge {
    /// Choice between the first factors.
    ChooseFirst,
    /// A chosen first factor.
    First(FirstFactor),
    NewPassword,
    Factor(Factor),
    /// Choice between several second factors, as none is preferred.
    ChooseFactor,
    /// A second factor is required and the user has none.
    SetUpFactor,
    /// A challenge of the pool's functions.
    Custom,
    /// Proof that this is the device that the sign-in names.
    Device,
    /// New recovery codes, to be kept. On our own pages only.
    RecoveryCodes,
}

/// How far the device that a sign-in names can be trusted, once it has proven itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DeviceTrust {
    /// No device is named, or one that is not remembered: it proves nothing.
    #[default]
    None,
    /// It is remembered: it proves itself in addition to every factor.
    Remembered,
    /// It is remembered since a sign-in with a second factor: it proves itself in place of that.
    Trusted,
}

/// Facts that `next` needs besides the session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    pub enabled: bool,
    pub status: UserStatusType,
    pub mfa: UserPoolMfaType,
    /// First factors that the pool allows *and* the user can use now.
    pub first: Vec<FirstFactor>,
    /// Second factors that the pool offers *and* the user has enabled and can use now.
    pub usable: Vec<Factor>,
    pub preferred: Option<Factor>,
    /// Whether a passkey whose authenticator verified the user is this user's second factor, too.
    pub passkey_is_second: bool,
    /// Whether a user without a factor can set one up.
    pub can_set_up: bool,
    /// The trust in the device that the session names.
    pub device: DeviceTrust,
    /// Whether new recovery codes can be shown: the pool gives them, the user has none left, and this is our own page.
    pub lacks_recovery_codes: bool,
    /// Whether the user has recovery codes to use, where they can be used.
    pub has_recovery_codes: bool,
}

impl Facts {
    /// Whether users of the pool can have a second factor.
    pub(super) fn can_have_second(&self) -> bool {
        self.mfa != UserPoolMfaType::Off
    }

    /// The second factors that the user can be asked for.
    pub(super) fn second(&self) -> &[Factor] {
        match self.can_have_second() {
            true => &self.usable,
            false => &[],
        }
    }
}

/// The next step of a sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    Ask(Challenge),
    /// The pool's function decides.
    Define,
    Done,
    Refuse(RefusalReason),
}

/// The reason a sign-in cannot go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusalReason {
    Disabled,
    NotConfirmed,
    ResetRequired,
    /// A second factor is required; the user has none and cannot set one up.
    NoFactor,
    /// A status that does not permit a sign-in with a password.
    WrongStatus,
    /// The pool's function has decided so.
    Failed,
    /// The user can reach none of the levels that the sign-in is to reach.
    LevelOutOfReach,
}

/// Decides what the sign-in still needs. Refusals come after the first factor, so that only the owner learns the state
/// of an account.
///
/// Who comes from an identity provider has shown there what was due; the account's own state asks for nothing but that
/// it is enabled.
pub fn next(session: &AuthSession, facts: &Facts) -> Next {
    if session.has(Proof::Federated) {
        return match facts.enabled {
            true => Next::Done,
            false => Next::Refuse(RefusalReason::Disabled),
        };
    }
    if let Some(custom) = &session.custom {
        return custom_next(session, custom, facts);
    }
    if !session.has_first_factor() {
        return match is_out_of_reach(session, facts) {
            true => Next::Refuse(RefusalReason::LevelOutOfReach),
            false => first_factor(session, &choices(session, facts)),
        };
    }
    if let Some(reason) = refusal(facts) {
        return Next::Refuse(reason);
    }
    let due = device(session, facts, after_first(session, facts));
    towards_level(session, facts, due)
}

fn is_out_of_reach(session: &AuthSession, facts: &Facts) -> bool {
    let is_required = session.goal.as_ref().is_some_and(|goal| goal.is_required);
    is_required && ahead(session, facts) == Ahead::OutOfReach
}

fn first_factor(session: &AuthSession, choices: &Choices) -> Next {
    let chosen = session.first.filter(|it| choices.first.contains(it));
    Next::Ask(chosen.map_or(Challenge::ChooseFirst, Challenge::First))
}

/// What the wanted level asks for comes before what is due in any case, but the account's own matters come first.
fn towards_level(session: &AuthSession, facts: &Facts, due: Next) -> Next {
    if matches!(due, Next::Refuse(_) | Next::Ask(Challenge::NewPassword)) {
        return due;
    }
    match ahead(session, facts) {
        Ahead::Nothing => due,
        Ahead::OutOfReach if is_out_of_reach(session, facts) => {
            Next::Refuse(RefusalReason::LevelOutOfReach)
        }
        Ahead::OutOfReach => due,
        Ahead::Missing(_) => {
            let choices = choices(session, facts);
            match choices.second.is_empty() {
                true => first_factor(session, &choices),
                false => Next::Ask(among(session, facts, &choices.second)),
            }
        }
    }
}

/// A sign-in of the pool's functions: they may let a user in without a password, but what follows a password follows it
/// here as well.
fn custom_next(session: &AuthSession, custom: &CustomAuth, facts: &Facts) -> Next {
    let by_password = session.has(Proof::Password);
    if (by_password || custom.decision == Some(Decision::Tokens))
        && let Some(reason) = refusal(facts)
    {
        return Next::Refuse(reason);
    }
    let due = match by_password {
        true => after_first(session, facts),
        false => Next::Done,
    };
    let at_last = device(session, facts, due);
    if !matches!(at_last, Next::Done | Next::Ask(Challenge::Device)) {
        return at_last;
    }
    match custom.decision {
        None => Next::Define,
        Some(Decision::Custom) => Next::Ask(Challenge::Custom),
        Some(Decision::Password) => Next::Ask(Challenge::First(FirstFactor::PasswordSrp)),
        Some(Decision::Factor(factor)) => match facts.usable.contains(&factor) {
            true => Next::Ask(Challenge::Factor(factor)),
            false => Next::Refuse(RefusalReason::NoFactor),
        },
        Some(Decision::Tokens) => at_last,
        Some(Decision::Fail) => Next::Refuse(RefusalReason::Failed),
    }
}

/// A remembered device proves itself last. A trusted one does so in place of a second factor that the user has, but
/// not in place of setting one up.
fn device(session: &AuthSession, facts: &Facts, due: Next) -> Next {
    let counts = match due {
        Next::Done => facts.device != DeviceTrust::None,
        // With an address in the session, the factor is one that is being set up.
        Next::Ask(Challenge::Factor(_) | Challenge::ChooseFactor) => {
            let has_factors = !facts.usable.is_empty();
            facts.device == DeviceTrust::Trusted && session.address.is_none() && has_factors
        }
        _ => false,
    };
    match session.has_device() {
        _ if !counts => due,
        true => Next::Done,
        false => Next::Ask(Challenge::Device),
    }
}

/// The reason why the account may not sign in.
fn refusal(facts: &Facts) -> Option<RefusalReason> {
    if !facts.enabled {
        return Some(RefusalReason::Disabled);
    }
    match facts.status {
        UserStatusType::Confirmed | UserStatusType::ForceChangePassword => None,
        UserStatusType::Unconfirmed => Some(RefusalReason::NotConfirmed),
        UserStatusType::ResetRequired => Some(RefusalReason::ResetRequired),
        _ => Some(RefusalReason::WrongStatus),
    }
}

/// What is due after a first factor.
fn after_first(session: &AuthSession, facts: &Facts) -> Next {
    let replaces =
        facts.status == UserStatusType::ForceChangePassword && !session.has(Proof::NewPassword);
    match replaces {
        true => Next::Ask(Challenge::NewPassword),
        false => second_factor(session, facts),
    }
}

fn second_factor(session: &AuthSession, facts: &Facts) -> Next {
    let shown = session.has_second_factor();
    let by_passkey = facts.passkey_is_second && session.has_verified_passkey();
    // What an earlier sign-in has passed gives none.
    let earns = (shown || by_passkey) && !session.is_on_top();
    if earns && facts.lacks_recovery_codes && !session.has(Proof::RecoveryCodesSeen) {
        return Next::Ask(Challenge::RecoveryCodes);
    }
    let replaced = by_passkey || session.has(Proof::RecoveryCode);
    if shown || replaced || !facts.can_have_second() {
        return Next::Done;
    }
    match facts.usable.as_slice() {
        // The passkey protects the account: a password alone neither signs in nor adds another factor.
        // With recovery codes there is a choice all the same, of one.
        [] if facts.passkey_is_second => match facts.has_recovery_codes {
            true => Next::Ask(Challenge::ChooseFactor),
            false => Next::Refuse(RefusalReason::NoFactor),
        },
        [] if facts.mfa == UserPoolMfaType::Optional => Next::Done,
        [] if facts.can_set_up => Next::Ask(Challenge::SetUpFactor),
        [] => Next::Refuse(RefusalReason::NoFactor),
        usable => Next::Ask(among(session, facts, usable)),
    }
}

/// The chosen or preferred one of these second factors, the only one, or the choice.
fn among(session: &AuthSession, facts: &Facts, usable: &[Factor]) -> Challenge {
    let of_these = |factor: &Factor| usable.contains(factor);
    let chosen = session.chosen.filter(of_these);
    match (usable, chosen.or(facts.preferred.filter(of_these))) {
        (_, Some(factor)) => Challenge::Factor(factor),
        ([only], None) => Challenge::Factor(*only),
        (_, None) => Challenge::ChooseFactor,
    }
}

#[cfg(test)]
mod tests;
