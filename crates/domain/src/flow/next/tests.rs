use super::*;
use crate::flow::{Goal, Methods};
use crate::{ClientId, PoolId, Sub, Time};
use proptest::prelude::*;

fn session(proven: Vec<Proof>, chosen: Option<Factor>) -> AuthSession {
    AuthSession {
        id: "id".into(),
        pool: PoolId::new("p_1"),
        client: ClientId::new("c"),
        sub: Sub::new("s"),
        credentials: [0; 32],
        proven,
        asked: None,
        typed: None,
        first: None,
        chosen,
        totp_seed: None,
        sent: None,
        address: None,
        recovery_seed: None,
        custom: None,
        goal: None,
        device: Some("us-east-1_a".into()),
        expires: Time::default(),
    }
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
        can_set_up: true,
        device: DeviceTrust::None,
        lacks_recovery_codes: false,
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
fn a_trusted_device_stands_in_for_a_second_factor_and_a_remembered_one_comes_on_top() {
    let with = |device, mfa, usable: &[Factor]| Facts {
        device,
        ..facts(mfa, usable)
    };
    let (on, totp) = (UserPoolMfaType::On, [Factor::Totp]);
    let both = [Factor::Totp, Factor::Email];
    let password = session(vec![Proof::Password], None);
    let device = session(vec![Proof::Password, Proof::Device], None);
    let factor = session(vec![Proof::Password, Proof::Factor(Factor::Totp)], None);
    let ask = |challenge| Next::Ask(challenge);
    use DeviceTrust::{Remembered, Trusted};
    for (session, facts, expected) in [
        (&password, with(Trusted, on, &totp), ask(Challenge::Device)),
        (&password, with(Trusted, on, &both), ask(Challenge::Device)),
        (&device, with(Trusted, on, &both), Next::Done),
        (
            &password,
            with(Remembered, on, &totp),
            ask(Challenge::Factor(Factor::Totp)),
        ),
        (&factor, with(Remembered, on, &totp), ask(Challenge::Device)),
        (&factor, with(Trusted, on, &totp), ask(Challenge::Device)),
        (
            &device,
            with(Remembered, on, &totp),
            ask(Challenge::Factor(Factor::Totp)),
        ),
        // Forgotten meanwhile.
        (
            &device,
            with(DeviceTrust::None, on, &totp),
            ask(Challenge::Factor(Factor::Totp)),
        ),
        // No second factor is due.
        (
            &password,
            with(Remembered, UserPoolMfaType::Off, &[]),
            ask(Challenge::Device),
        ),
        (
            &device,
            with(Remembered, UserPoolMfaType::Optional, &[]),
            Next::Done,
        ),
        // It does not stand in for setting one up.
        (&device, with(Trusted, on, &[]), ask(Challenge::SetUpFactor)),
    ] {
        assert_eq!(next(session, &facts), expected, "{session:?} {facts:?}");
    }
}

#[test]
fn a_device_proves_itself_once_the_functions_are_done() {
    let trusted = Facts {
        device: DeviceTrust::Trusted,
        ..facts(UserPoolMfaType::On, &[Factor::Totp])
    };
    let tokens = Some(Decision::Tokens);
    for (proven, decision, expected) in [
        (vec![], None, Next::Define),
        (vec![], Some(Decision::Custom), Next::Ask(Challenge::Custom)),
        (vec![], tokens, Next::Ask(Challenge::Device)),
        (vec![Proof::Device], tokens, Next::Done),
        (vec![Proof::Device], None, Next::Define),
        (vec![Proof::Password], None, Next::Define),
        (vec![Proof::Password], tokens, Next::Ask(Challenge::Device)),
        (vec![Proof::Password, Proof::Device], tokens, Next::Done),
    ] {
        let found = next(&custom(proven.clone(), decision), &trusted);
        assert_eq!(found, expected, "{proven:?} {decision:?}");
    }
    // Forgotten meanwhile.
    let forgotten = Facts {
        device: DeviceTrust::None,
        ..trusted
    };
    let with_password = custom(vec![Proof::Password, Proof::Device], tokens);
    let due = Next::Ask(Challenge::Factor(Factor::Totp));
    assert_eq!(next(&with_password, &forgotten), due);
}

#[test]
fn recovery_codes_are_shown_once_a_factor_was_passed() {
    let lacking = Facts {
        lacks_recovery_codes: true,
        ..facts(UserPoolMfaType::On, &[Factor::Totp])
    };
    let next = |proven| next(&session(proven, None), &lacking);
    let password = Proof::Password;
    let factor = Next::Ask(Challenge::Factor(Factor::Totp));
    assert_eq!(next(vec![password]), factor);
    for passed in [Proof::Factor(Factor::Totp), Proof::TotpSetUp] {
        let codes = Next::Ask(Challenge::RecoveryCodes);
        assert_eq!(next(vec![password, passed]), codes);
        let seen = vec![password, passed, Proof::RecoveryCodesSeen];
        assert_eq!(next(seen), Next::Done);
    }
    // Having seen codes stands in for no factor, and who has used the last one shows a factor before the next.
    assert_eq!(next(vec![password, Proof::RecoveryCodesSeen]), factor);
    assert_eq!(next(vec![password, Proof::RecoveryCode]), Next::Done);
}

fn any_first() -> impl Strategy<Value = FirstFactor> {
    use FirstFactor as F;
    prop_oneof![
        Just(F::PasswordSrp),
        Just(F::Password),
        Just(F::Email),
        Just(F::Sms)
    ]
}

fn any_factor() -> impl Strategy<Value = Factor> {
    prop_oneof![Just(Factor::Totp), Just(Factor::Sms), Just(Factor::Email)]
}

fn any_proof() -> impl Strategy<Value = Proof> {
    prop_oneof![
        Just(Proof::Password),
        Just(Proof::NewPassword),
        Just(Proof::RecoveryCode),
        Just(Proof::RecoveryCodesSeen),
        Just(Proof::TotpSetUp),
        Just(Proof::Custom),
        Just(Proof::Device),
        any_factor().prop_map(Proof::Factor),
        any_factor().prop_map(Proof::FirstCode),
    ]
}

fn any_trust() -> impl Strategy<Value = DeviceTrust> {
    use DeviceTrust as D;
    prop_oneof![Just(D::None), Just(D::Remembered), Just(D::Trusted)]
}

fn any_decision() -> impl Strategy<Value = Decision> {
    use Decision as D;
    prop_oneof![
        Just(D::Custom),
        Just(D::Password),
        Just(D::Tokens),
        Just(D::Fail),
        any_factor().prop_map(D::Factor)
    ]
}

proptest! {
    /// With functions nobody is done but by their word, and a password has the same consequences as without them.
    #[test]
    fn functions_let_in_only_whom_they_name_and_whom_the_account_admits(
        proven in prop::collection::vec(any_proof(), 0..5),
        decision in prop::option::of(any_decision()),
        mfa in prop::sample::select(UserPoolMfaType::ALL),
        status in prop::sample::select(UserStatusType::ALL),
        usable in prop::collection::vec(any_factor(), 0..3),
        enabled: bool,
        device in any_trust(),
    ) {
        let f = Facts { enabled, status, device, ..facts(mfa, &usable) };
        if next(&custom(proven.clone(), decision), &f) == Next::Done {
            prop_assert_eq!(decision, Some(Decision::Tokens));
            prop_assert!(enabled);
            prop_assert!(matches!(status, UserStatusType::Confirmed | UserStatusType::ForceChangePassword));
            prop_assert!(proven.contains(&Proof::Device) || device == DeviceTrust::None);
            if proven.contains(&Proof::Password) {
                prop_assert_eq!(next(&session(proven, None), &f), Next::Done);
            }
        }
    }

    /// Whatever order of proofs a client manages to present, no sign-in finishes without a first factor, the new
    /// password if one is due, the second factor if one is due, and the level it must reach. A device never stands in
    /// for a first factor, and for a second one only if it is trusted and has proven itself; a remembered one always
    /// proves itself.
    #[test]
    fn nobody_is_done_without_every_required_proof(
        proven in prop::collection::vec(any_proof(), 0..5),
        chosen in prop::option::of(any_factor()),
        first in prop::option::of(any_first()),
        allowed in prop::collection::vec(any_first(), 0..4),
        mfa in prop::sample::select(UserPoolMfaType::ALL),
        status in prop::sample::select(UserStatusType::ALL),
        usable in prop::collection::vec(any_factor(), 0..3),
        enabled: bool,
        can_set_up: bool,
        levels in prop::option::of(prop::collection::vec(1..5_u8, 1..3)),
        is_required: bool,
        device in any_trust(),
        lacks_recovery_codes: bool,
    ) {
        let mut s = session(proven.clone(), chosen);
        s.first = first;
        s.goal = levels.clone().map(|levels| Goal { levels, is_required, since: None });
        let f = Facts {
            enabled, status, mfa, first: allowed.clone(), usable: usable.clone(), preferred: None, can_set_up,
            device,
            lacks_recovery_codes,
        };
        if let Next::Ask(Challenge::First(asked)) = next(&s, &f) {
            prop_assert!(allowed.contains(&asked));
        }
        if next(&s, &f) == Next::Done {
            prop_assert!(enabled);
            let first = proven.contains(&Proof::Password)
                || proven.iter().any(|p| matches!(p, Proof::FirstCode(_)));
            prop_assert!(first);
            prop_assert!(matches!(status, UserStatusType::Confirmed | UserStatusType::ForceChangePassword));
            if status == UserStatusType::ForceChangePassword {
                prop_assert!(proven.contains(&Proof::NewPassword));
            }
            let factor = proven.contains(&Proof::TotpSetUp)
                || proven.contains(&Proof::RecoveryCode)
                || proven.iter().any(|p| matches!(p, Proof::Factor(_)));
            let due = mfa == UserPoolMfaType::On || (mfa == UserPoolMfaType::Optional && !usable.is_empty());
            let proven_device = proven.contains(&Proof::Device);
            prop_assert!(factor || !due || (proven_device && device == DeviceTrust::Trusted));
            prop_assert!(proven_device || device == DeviceTrust::None);
            if let Some(levels) = levels && is_required {
                let level = Methods::of(&proven).level();
                prop_assert!(levels.iter().any(|it| level >= Some(*it)));
            }
        }
    }
}
