//! Levels of authentication: the methods that reach one, and what a sign-in still lacks for the one it is to reach.

use cabana_model::Blob;
use serde::{Deserialize, Serialize};

use super::{AuthSession, Facts, FirstFactor, Method, Methods, Proof};
use crate::Time;
use crate::factor::Factor;

/// Cognito's levels, with the methods of each way to reach one.
const WAYS: [(u8, &[Method]); 11] = [
    (1, &[Method::Pwd]),
    // Whatever the provider has asked for.
    (1, &[Method::Fed]),
    (2, &[Method::Sms]),
    (2, &[Method::EmailOtp]),
    // As a code that was sent.
    (2, &[Method::RecoveryCode]),
    (3, &[Method::Pwd, Method::Sms]),
    (3, &[Method::Pwd, Method::EmailOtp]),
    (3, &[Method::Pwd, Method::RecoveryCode]),
    (3, &[Method::Swk]),
    (3, &[Method::Hwk]),
    (4, &[Method::Pwd, Method::Otp]),
];

/// The level that a sign-in is to reach.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Goal {
    /// The wanted levels, the best first. The first that the user can reach counts.
    pub levels: Vec<u8>,
    /// Whether a user who can reach none of them is refused.
    pub is_required: bool,
    /// The time of the earlier sign-in that this one adds to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Time>,
    /// What this one stands on with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ground: Option<Ground>,
}

/// What a sign-in stands on that adds to an earlier one: it ends with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ground {
    /// The family of the token that was shown.
    #[serde(default)]
    pub family: Option<String>,
    /// The hash of the browser's session.
    #[serde(default)]
    pub browser: Option<Blob>,
    /// The last moment at which the earlier sign-in counts.
    pub until: Time,
}

/// What lies between a sign-in and its goal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ahead {
    /// Nothing: there is no goal, or it is reached.
    Nothing,
    /// One of these methods is next.
    Missing(Vec<Method>),
    /// The user can reach none of the wanted levels.
    OutOfReach,
}

/// The factors that a sign-in can go on with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choices {
    pub first: Vec<FirstFactor>,
    pub second: Vec<Factor>,
}

/// The level that these methods reach, from 1; `None` for none.
pub(super) fn reached(methods: &Methods) -> Option<u8> {
    let has = |way: &[Method]| way.iter().all(|it| methods.0.contains(it));
    let reached = WAYS.iter().filter(|(_, way)| has(way));
    reached.map(|(level, _)| *level).max()
}

/// What the sign-in lacks for its goal. Before a first factor, only those of the user count as known: which second
/// factors they have is nobody's business.
pub fn ahead(session: &AuthSession, facts: &Facts) -> Ahead {
    let Some(goal) = &session.goal else {
        return Ahead::Nothing;
    };
    // Whoever has used a recovery code has lost what else there is.
    if !goal.is_required && session.has(Proof::RecoveryCode) {
        return Ahead::Nothing;
    }
    let shown = Methods::of(&session.proven);
    let begun = session.has_first_factor();
    let first = facts.first.iter().map(|it| Method::from(*it));
    let second = match begun {
        true => facts.second(),
        false if facts.can_have_second() => &[Factor::Totp, Factor::Sms, Factor::Email],
        false => &[],
    };
    let can: Vec<Method> = first
        .clone()
        .chain(second.iter().map(|it| Method::from(*it)))
        .collect();
    let begins = |way: &[Method]| begun || first.clone().any(|it| way.contains(&it));
    for level in &goal.levels {
        let missing: Vec<Vec<Method>> = WAYS
            .iter()
            .filter(|(reached, way)| reached >= level && begins(way))
            .map(|(_, way)| way.iter().copied())
            .map(|way| way.filter(|it| !shown.0.contains(it)).collect())
            .filter(|missing: &Vec<Method>| missing.iter().all(|it| can.contains(it)))
            .collect();
        if missing.iter().any(Vec::is_empty) {
            return Ahead::Nothing;
        }
        if !missing.is_empty() {
            return Ahead::Missing(shortest(&missing));
        }
    }
    Ahead::OutOfReach
}

/// The methods of these ways, without the ways that hold all of another one's.
fn shortest(ways: &[Vec<Method>]) -> Vec<Method> {
    let longer = |way: &&Vec<Method>| {
        let within = |other: &Vec<Method>| {
            other.len() < way.len() && other.iter().all(|it| way.contains(it))
        };
        ways.iter().any(within)
    };
    let mut methods = Vec::new();
    for method in ways.iter().filter(|way| !longer(way)).flatten() {
        if !methods.contains(method) {
            methods.push(*method);
        }
    }
    methods
}

/// The factors that a sign-in can go on with: the user's, or those that bring it nearer to its goal.
pub fn choices(session: &AuthSession, facts: &Facts) -> Choices {
    let all = Choices {
        first: facts.first.clone(),
        second: facts.second().to_vec(),
    };
    match ahead(session, facts) {
        Ahead::Missing(methods) => nearer(session, &all, &methods),
        Ahead::Nothing | Ahead::OutOfReach => all,
    }
}

/// At the beginning, and while a password is missing (it comes before the code that completes it), first factors;
/// otherwise second factors, if there are any.
fn nearer(session: &AuthSession, all: &Choices, methods: &[Method]) -> Choices {
    let first = all.first.iter().copied();
    let first = first.filter(|it| methods.contains(&Method::from(*it)));
    let second = all.second.iter().copied();
    let second: Vec<Factor> = second
        .filter(|it| methods.contains(&Method::from(*it)))
        .collect();
    let is_first = !session.has_first_factor() || methods.contains(&Method::Pwd);
    match is_first || second.is_empty() {
        true => Choices {
            first: first.collect(),
            second: Vec::new(),
        },
        false => Choices {
            first: Vec::new(),
            second,
        },
    }
}

#[cfg(test)]
mod tests;
