//! Remembered devices and recovery codes.

use super::*;

#[test]
fn a_trusted_device_stands_in_for_a_second_factor_and_a_remembered_one_comes_on_top() {
    let with = |device, mfa, usable: &[Factor]| Facts {
        device,
        ..facts(mfa, usable)
    };
    let (on, totp) = (UserPoolMfaType::On, [Factor::Totp]);
    let both = [Factor::Totp, Factor::Email];
    let password = session(vec![Proof::Password], None);
    let on_device = session(vec![Proof::Password, device()], None);
    let factor = session(vec![Proof::Password, Proof::Factor(Factor::Totp)], None);
    let ask = |challenge| Next::Ask(challenge);
    use DeviceTrust::{Remembered, Trusted};
    for (session, facts, expected) in [
        (&password, with(Trusted, on, &totp), ask(Challenge::Device)),
        (&password, with(Trusted, on, &both), ask(Challenge::Device)),
        (&on_device, with(Trusted, on, &both), Next::Done),
        (
            &password,
            with(Remembered, on, &totp),
            ask(Challenge::Factor(Factor::Totp)),
        ),
        (&factor, with(Remembered, on, &totp), ask(Challenge::Device)),
        (&factor, with(Trusted, on, &totp), ask(Challenge::Device)),
        (
            &on_device,
            with(Remembered, on, &totp),
            ask(Challenge::Factor(Factor::Totp)),
        ),
        // Forgotten meanwhile.
        (
            &on_device,
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
            &on_device,
            with(Remembered, UserPoolMfaType::Optional, &[]),
            Next::Done,
        ),
        // It does not stand in for setting one up.
        (
            &on_device,
            with(Trusted, on, &[]),
            ask(Challenge::SetUpFactor),
        ),
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
        (vec![device()], tokens, Next::Done),
        (vec![device()], None, Next::Define),
        (vec![Proof::Password], None, Next::Define),
        (vec![Proof::Password], tokens, Next::Ask(Challenge::Device)),
        (vec![Proof::Password, device()], tokens, Next::Done),
    ] {
        let found = next(&custom(proven.clone(), decision), &trusted);
        assert_eq!(found, expected, "{proven:?} {decision:?}");
    }
    // Forgotten meanwhile.
    let forgotten = Facts {
        device: DeviceTrust::None,
        ..trusted
    };
    let with_password = custom(vec![Proof::Password, device()], tokens);
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
    let factor = Next::Ask(Challenge::Factor(Factor::Totp));
    assert_eq!(next(vec![Proof::Password]), factor);
    for passed in [Proof::Factor(Factor::Totp), Proof::TotpSetUp] {
        let codes = Next::Ask(Challenge::RecoveryCodes);
        assert_eq!(next(vec![Proof::Password, passed.clone()]), codes);
        let seen = vec![Proof::Password, passed, Proof::RecoveryCodesSeen];
        assert_eq!(next(seen), Next::Done);
    }
    // Having seen codes stands in for no factor, and who has used the last one shows a factor before the next.
    assert_eq!(
        next(vec![Proof::Password, Proof::RecoveryCodesSeen]),
        factor
    );
    assert_eq!(next(vec![Proof::Password, Proof::RecoveryCode]), Next::Done);
}

#[test]
fn recovery_codes_stand_in_for_a_passkey_that_is_the_only_second_factor() {
    let passkey = || {
        vec![Proof::Passkey {
            hardware: false,
            verified: true,
        }]
    };
    for mfa in [UserPoolMfaType::Optional, UserPoolMfaType::On] {
        let lacking = Facts {
            passkey_is_second: true,
            lacks_recovery_codes: true,
            ..facts(mfa, &[])
        };
        let at = |proven, facts: &Facts| next(&session(proven, None), facts);
        let codes = Next::Ask(Challenge::RecoveryCodes);
        assert_eq!(at(passkey(), &lacking), codes);
        let mut seen = passkey();
        seen.push(Proof::RecoveryCodesSeen);
        assert_eq!(at(seen, &lacking), Next::Done);
        // One that is one factor earns none.
        let single = Facts {
            passkey_is_second: false,
            ..lacking.clone()
        };
        assert_ne!(at(passkey(), &single), codes);
        let refused = Next::Refuse(RefusalReason::NoFactor);
        assert_eq!(at(vec![Proof::Password], &lacking), refused);
        let having = Facts {
            lacks_recovery_codes: false,
            has_recovery_codes: true,
            device: DeviceTrust::Trusted,
            ..lacking
        };
        // No device stands in for the passkey.
        let by_code = Next::Ask(Challenge::ChooseFactor);
        assert_eq!(at(vec![Proof::Password], &having), by_code);
        assert_eq!(at(vec![Proof::Password, device()], &having), by_code);
        let alone = Facts {
            device: DeviceTrust::None,
            ..having
        };
        let used = vec![Proof::Password, Proof::RecoveryCode];
        assert_eq!(at(used, &alone), Next::Done);
    }
}
