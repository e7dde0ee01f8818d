mod devices_and_codes;
mod properties;
mod walk;

use super::*;
use crate::flow::{Goal, Methods};
use crate::{ClientId, PoolId, Sub, Time};

fn session(proven: Vec<Proof>, chosen: Option<Factor>) -> AuthSession {
    let (pool, client) = (PoolId::new("p_1"), ClientId::new("c"));
    AuthSession {
        proven,
        chosen,
        device: Some("us-east-1_a".into()),
        ..AuthSession::begin("id".into(), pool, client, Sub::new("s"), Time::default())
    }
}

/// The proof of the device that these sessions name.
fn device() -> Proof {
    Proof::Device("us-east-1_a".into())
}

fn custom(proven: Vec<Proof>, decision: Option<Decision>) -> AuthSession {
    AuthSession {
        custom: Some(CustomAuth {
            decision,
            ..CustomAuth::default()
        }),
        ..session(proven, None)
    }
}

fn facts(mfa: UserPoolMfaType, usable: &[Factor]) -> Facts {
    Facts {
        enabled: true,
        status: UserStatusType::Confirmed,
        mfa,
        first: vec![FirstFactor::Password, FirstFactor::Email],
        usable: usable.to_vec(),
        preferred: None,
        passkey_is_second: false,
        can_set_up: true,
        device: DeviceTrust::None,
        lacks_recovery_codes: false,
        has_recovery_codes: false,
    }
}

#[test]
fn a_password_is_enough_only_where_no_factor_is_due() {
    let s = session(vec![Proof::Password], None);
    assert_eq!(
        next(&s, &facts(UserPoolMfaType::Off, &[Factor::Totp])),
        Next::Done
    );
    assert_eq!(next(&s, &facts(UserPoolMfaType::Optional, &[])), Next::Done);
    assert_eq!(
        next(&s, &facts(UserPoolMfaType::Optional, &[Factor::Totp])),
        Next::Ask(Challenge::Factor(Factor::Totp))
    );
    assert_eq!(
        next(&s, &facts(UserPoolMfaType::On, &[])),
        Next::Ask(Challenge::SetUpFactor)
    );
    let none = Facts {
        can_set_up: false,
        ..facts(UserPoolMfaType::On, &[])
    };
    assert_eq!(next(&s, &none), Next::Refuse(RefusalReason::NoFactor));
}

#[test]
fn several_factors_are_a_choice_unless_one_is_preferred() {
    let both = [Factor::Totp, Factor::Email];
    let s = session(vec![Proof::Password], None);
    let f = facts(UserPoolMfaType::On, &both);
    assert_eq!(next(&s, &f), Next::Ask(Challenge::ChooseFactor));
    let preferred = Facts {
        preferred: Some(Factor::Email),
        ..f.clone()
    };
    assert_eq!(
        next(&s, &preferred),
        Next::Ask(Challenge::Factor(Factor::Email))
    );
    let chosen = session(vec![Proof::Password], Some(Factor::Totp));
    assert_eq!(
        next(&chosen, &f),
        Next::Ask(Challenge::Factor(Factor::Totp))
    );
    let unusable = session(vec![Proof::Password], Some(Factor::Sms));
    assert_eq!(next(&unusable, &f), Next::Ask(Challenge::ChooseFactor));
}

#[test]
fn an_account_tells_its_state_only_after_a_first_factor() {
    let disabled = Facts {
        enabled: false,
        ..facts(UserPoolMfaType::Off, &[])
    };
    assert_eq!(
        next(&session(vec![], None), &disabled),
        Next::Ask(Challenge::ChooseFirst)
    );
    assert_eq!(
        next(&session(vec![Proof::Password], None), &disabled),
        Next::Refuse(RefusalReason::Disabled)
    );
}

#[test]
fn a_first_factor_is_asked_for_only_if_the_user_has_it() {
    let f = facts(UserPoolMfaType::Off, &[]);
    let mut s = session(vec![], None);
    s.first = Some(FirstFactor::Email);
    assert_eq!(
        next(&s, &f),
        Next::Ask(Challenge::First(FirstFactor::Email))
    );
    s.first = Some(FirstFactor::Sms);
    assert_eq!(next(&s, &f), Next::Ask(Challenge::ChooseFirst));
}

#[test]
fn a_code_as_first_factor_does_not_stand_for_the_second() {
    for (mfa, usable) in [
        (UserPoolMfaType::On, [Factor::Email]),
        (UserPoolMfaType::Optional, [Factor::Email]),
    ] {
        let s = session(vec![Proof::FirstCode(Factor::Email)], None);
        assert_eq!(
            next(&s, &facts(mfa, &usable)),
            Next::Ask(Challenge::Factor(Factor::Email))
        );
    }
}

#[test]
fn functions_decide_once_nothing_of_their_own_follows_the_password() {
    let f = facts(UserPoolMfaType::On, &[Factor::Totp]);
    let given = Some(Decision::Factor(Factor::Totp));
    for (proven, decision, expected) in [
        (vec![], None, Next::Define),
        (vec![], Some(Decision::Custom), Next::Ask(Challenge::Custom)),
        (
            vec![],
            Some(Decision::Password),
            Next::Ask(Challenge::First(FirstFactor::PasswordSrp)),
        ),
        (vec![], given, Next::Ask(Challenge::Factor(Factor::Totp))),
        (
            vec![],
            Some(Decision::Factor(Factor::Sms)),
            Next::Refuse(RefusalReason::NoFactor),
        ),
        (vec![], Some(Decision::Tokens), Next::Done),
        (
            vec![],
            Some(Decision::Fail),
            Next::Refuse(RefusalReason::Failed),
        ),
        (
            vec![Proof::Password],
            None,
            Next::Ask(Challenge::Factor(Factor::Totp)),
        ),
        (
            vec![Proof::Password, Proof::Factor(Factor::Totp)],
            None,
            Next::Define,
        ),
    ] {
        let found = next(&custom(proven.clone(), decision), &f);
        assert_eq!(found, expected, "{proven:?} {decision:?}");
    }
    // With Cognito a user with a temporary password may sign in without it.
    let temporary = Facts {
        status: UserStatusType::ForceChangePassword,
        ..f
    };
    let done = next(&custom(vec![], Some(Decision::Tokens)), &temporary);
    assert_eq!(done, Next::Done);
    let with_it = custom(vec![Proof::Password], None);
    assert_eq!(
        next(&with_it, &temporary),
        Next::Ask(Challenge::NewPassword)
    );
}

#[test]
fn a_passkey_is_both_factors_where_the_user_was_verified_and_has_chosen_it() {
    let passkey = |verified| {
        let proof = Proof::Passkey {
            hardware: false,
            verified,
        };
        session(vec![proof], None)
    };
    for mfa in [UserPoolMfaType::Optional, UserPoolMfaType::On] {
        let both = Facts {
            passkey_is_second: true,
            ..facts(mfa, &[])
        };
        assert_eq!(next(&passkey(true), &both), Next::Done);
        let refused = Next::Refuse(RefusalReason::NoFactor);
        assert_eq!(next(&passkey(false), &both), refused);
        // Nor does a password do, or lead to another factor.
        assert_eq!(next(&session(vec![Proof::Password], None), &both), refused);
        let beside = Facts {
            usable: vec![Factor::Totp],
            ..both
        };
        let code = Next::Ask(Challenge::Factor(Factor::Totp));
        assert_eq!(next(&session(vec![Proof::Password], None), &beside), code);
        assert_eq!(next(&passkey(true), &beside), Next::Done);
        // One factor in a pool that takes it as one.
        let single = facts(mfa, &[Factor::Totp]);
        assert_eq!(next(&passkey(true), &single), code);
    }
    let off = facts(UserPoolMfaType::Off, &[Factor::Totp]);
    assert_eq!(next(&passkey(false), &off), Next::Done);
}

#[test]
fn recovery_codes_are_for_a_second_factor_of_this_sign_in() {
    let lacks = Facts {
        lacks_recovery_codes: true,
        ..facts(UserPoolMfaType::On, &[Factor::Totp])
    };
    let at = |since| AuthSession {
        goal: Some(Goal {
            levels: vec![1],
            is_required: true,
            since,
            ground: None,
        }),
        ..session(vec![Proof::Password, Proof::Factor(Factor::Totp)], None)
    };
    let codes = Next::Ask(Challenge::RecoveryCodes);
    assert_eq!(next(&at(None), &lacks), codes);
    assert_eq!(next(&at(Some(Time::default())), &lacks), Next::Done);
}
