//! What holds for every session and all facts.

use proptest::prelude::*;

use super::*;

pub(super) fn any_first() -> impl Strategy<Value = FirstFactor> {
    use FirstFactor as F;
    prop_oneof![
        Just(F::PasswordSrp),
        Just(F::Password),
        Just(F::Email),
        Just(F::Sms),
        Just(F::Passkey)
    ]
}

pub(super) fn any_factor() -> impl Strategy<Value = Factor> {
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
        Just(device()),
        any_factor().prop_map(Proof::Factor),
        any_factor().prop_map(Proof::FirstCode),
        (any::<bool>(), any::<bool>())
            .prop_map(|(hardware, verified)| Proof::Passkey { hardware, verified }),
    ]
}

pub(super) fn any_trust() -> impl Strategy<Value = DeviceTrust> {
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
            prop_assert!(proven.contains(&super::device()) || device == DeviceTrust::None);
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
        passkey_is_second: bool,
        device in any_trust(),
        lacks_recovery_codes: bool,
        has_recovery_codes: bool,
    ) {
        let mut s = session(proven.clone(), chosen);
        s.first = first;
        s.goal = levels.clone().map(|levels| Goal { levels, is_required, since: None, ground: None });
        let f = Facts {
            enabled, status, mfa, first: allowed.clone(), usable: usable.clone(), preferred: None, passkey_is_second,
            can_set_up,
            device,
            lacks_recovery_codes,
            has_recovery_codes,
        };
        if let Next::Ask(Challenge::First(asked)) = next(&s, &f) {
            prop_assert!(allowed.contains(&asked));
        }
        if next(&s, &f) == Next::Done {
            prop_assert!(enabled);
            let first = proven.contains(&Proof::Password)
                || proven.iter().any(|p| matches!(p, Proof::FirstCode(_) | Proof::Passkey { .. }));
            prop_assert!(first);
            prop_assert!(matches!(status, UserStatusType::Confirmed | UserStatusType::ForceChangePassword));
            if status == UserStatusType::ForceChangePassword {
                prop_assert!(proven.contains(&Proof::NewPassword));
            }
            let factor = proven.contains(&Proof::TotpSetUp)
                || proven.contains(&Proof::RecoveryCode)
                || proven.iter().any(|p| matches!(p, Proof::Factor(_)));
            let passkey = proven.iter().any(|p| matches!(p, Proof::Passkey { verified: true, .. }));
            let due = mfa == UserPoolMfaType::On
                || (mfa == UserPoolMfaType::Optional && (passkey_is_second || !usable.is_empty()));
            let proven_device = proven.contains(&super::device());
            let by_device = proven_device && device == DeviceTrust::Trusted;
            prop_assert!(factor || (passkey && passkey_is_second) || !due || by_device);
            prop_assert!(proven_device || device == DeviceTrust::None);
            if let Some(levels) = levels && is_required {
                let level = Methods::of(&proven).level();
                prop_assert!(levels.iter().any(|it| level >= Some(*it)));
            }
        }
    }
}
