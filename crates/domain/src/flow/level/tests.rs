use cabana_model::{UserPoolMfaType, UserStatusType};

use super::*;
use crate::flow::{Challenge, DeviceTrust, Next, Proof, RefusalReason, next};
use crate::{ClientId, PoolId, Sub};

fn session(proven: &[Proof], levels: &[u8]) -> AuthSession {
    let (pool, client) = (PoolId::new("p_1"), ClientId::new("c"));
    AuthSession {
        proven: proven.to_vec(),
        goal: Some(Goal {
            levels: levels.to_vec(),
            is_required: true,
            since: None,
            ground: None,
        }),
        ..AuthSession::begin("id".into(), pool, client, Sub::new("s"), Time::default())
    }
}

fn facts(mfa: UserPoolMfaType, first: &[FirstFactor], usable: &[Factor]) -> Facts {
    Facts {
        enabled: true,
        status: UserStatusType::Confirmed,
        mfa,
        first: first.to_vec(),
        usable: usable.to_vec(),
        preferred: None,
        passkey_is_second: false,
        can_set_up: true,
        device: DeviceTrust::None,
        lacks_recovery_codes: false,
        has_recovery_codes: false,
    }
}

const BY_EMAIL: Proof = Proof::FirstCode(Factor::Email);
const PASSKEY: Proof = Proof::Passkey {
    hardware: true,
    verified: false,
};
const REFUSED: Next = Next::Refuse(RefusalReason::LevelOutOfReach);

#[test]
fn each_level_asks_for_what_is_missing_and_no_more() {
    use FirstFactor as F;
    use UserPoolMfaType as Mfa;
    let choose = Next::Ask(Challenge::ChooseFirst);
    let factor = |factor| Next::Ask(Challenge::Factor(factor));
    let all = [F::Password, F::Email];
    for (levels, mfa, usable, proven, due) in [
        // A password is level 1, a code level 2.
        (
            &[1][..],
            Mfa::Off,
            &[][..],
            &[Proof::Password][..],
            Next::Done,
        ),
        (&[1], Mfa::Off, &[], &[BY_EMAIL], Next::Done),
        (&[2], Mfa::Off, &[], &[BY_EMAIL], Next::Done),
        // Codes as first factors complete a password, and the other way round.
        (&[2], Mfa::Off, &[], &[Proof::Password], choose),
        (&[3], Mfa::Off, &[], &[Proof::Password], choose),
        (&[3], Mfa::Off, &[], &[BY_EMAIL], choose),
        (
            &[3],
            Mfa::Off,
            &[],
            &[BY_EMAIL, Proof::Password],
            Next::Done,
        ),
        // A second factor is not asked for where the pool has none.
        (&[4], Mfa::Off, &[Factor::Totp], &[Proof::Password], REFUSED),
        (
            &[4],
            Mfa::Optional,
            &[Factor::Totp],
            &[Proof::Password],
            factor(Factor::Totp),
        ),
        (&[4], Mfa::Optional, &[Factor::Totp], &[BY_EMAIL], choose),
        // Nothing is set up on the way to a level.
        (&[4], Mfa::On, &[], &[Proof::Password], REFUSED),
        (&[4], Mfa::On, &[Factor::Sms], &[Proof::Password], REFUSED),
        // Only what leads there is asked for, whatever else the user has.
        (
            &[4],
            Mfa::On,
            &[Factor::Sms, Factor::Totp],
            &[Proof::Password],
            factor(Factor::Totp),
        ),
        (
            &[4],
            Mfa::On,
            &[Factor::Sms, Factor::Totp],
            &[Proof::Password, Proof::Factor(Factor::Sms)],
            factor(Factor::Totp),
        ),
        (
            &[3],
            Mfa::Optional,
            &[Factor::Sms, Factor::Totp],
            &[Proof::Password],
            Next::Ask(Challenge::ChooseFactor),
        ),
        // A passkey is level 3 by itself.
        (&[2], Mfa::Off, &[], &[PASSKEY], Next::Done),
        (&[3], Mfa::Optional, &[], &[PASSKEY], Next::Done),
        (&[4], Mfa::Optional, &[Factor::Totp], &[PASSKEY], choose),
        (
            &[4],
            Mfa::Optional,
            &[Factor::Totp],
            &[PASSKEY, Proof::Password],
            factor(Factor::Totp),
        ),
        // The best that the user can reach counts.
        (&[4, 1], Mfa::Off, &[], &[Proof::Password], Next::Done),
        (
            &[1, 4],
            Mfa::Optional,
            &[Factor::Totp],
            &[BY_EMAIL],
            factor(Factor::Totp),
        ),
        (
            &[4, 3],
            Mfa::Optional,
            &[Factor::Sms],
            &[Proof::Password],
            factor(Factor::Sms),
        ),
        // A required factor is asked for beyond the level.
        (
            &[1],
            Mfa::On,
            &[Factor::Sms],
            &[Proof::Password],
            factor(Factor::Sms),
        ),
        (
            &[3],
            Mfa::On,
            &[Factor::Sms],
            &[BY_EMAIL, Proof::Password],
            factor(Factor::Sms),
        ),
    ] {
        let session = session(proven, levels);
        let facts = facts(mfa, &all, usable);
        assert_eq!(
            next(&session, &facts),
            due,
            "{levels:?} {usable:?} {proven:?}"
        );
    }
}

#[test]
fn a_sign_in_begins_with_what_can_lead_there_and_tells_nothing_of_second_factors() {
    use FirstFactor as F;
    use UserPoolMfaType as Mfa;
    let all = &[F::PasswordSrp, F::Password, F::Email, F::Sms][..];
    let passwords = &[F::PasswordSrp, F::Password][..];
    let codes = &[F::Email][..];
    for (levels, mfa, first, offered) in [
        (&[1][..], Mfa::Off, all, all),
        (&[2], Mfa::Off, all, &[F::Email, F::Sms]),
        (&[3], Mfa::Off, all, all),
        (&[4], Mfa::Optional, all, passwords),
        (&[4, 1], Mfa::Optional, codes, codes),
        (&[2], Mfa::Optional, passwords, passwords),
    ] {
        for usable in [&[][..], &[Factor::Totp], &[Factor::Sms]] {
            let session = session(&[], levels);
            let facts = facts(mfa, first, usable);
            assert_eq!(
                choices(&session, &facts).first,
                offered,
                "{levels:?} {first:?}"
            );
            assert_eq!(next(&session, &facts), Next::Ask(Challenge::ChooseFirst));
        }
    }
    for (levels, mfa, first) in [
        (&[4][..], Mfa::Off, all),
        (&[4], Mfa::On, codes),
        (&[3], Mfa::Off, codes),
        (&[2], Mfa::Off, passwords),
    ] {
        let wanted = session(&[], levels);
        let facts = facts(mfa, first, &[Factor::Totp]);
        assert_eq!(next(&wanted, &facts), REFUSED, "{levels:?} {first:?}");
        let mut wished = wanted;
        wished.goal.as_mut().unwrap().is_required = false;
        assert_eq!(choices(&wished, &facts).first, first);
        assert_eq!(next(&wished, &facts), Next::Ask(Challenge::ChooseFirst));
    }
}

#[test]
fn a_passkey_of_the_user_is_one_of_the_ways() {
    use FirstFactor as F;
    let mut facts = facts(
        UserPoolMfaType::Off,
        &[F::Password, F::Email, F::Passkey],
        &[],
    );
    for (proven, levels, offered) in [
        (&[][..], &[2][..], &[F::Email, F::Passkey][..]),
        (&[], &[3], &[F::Password, F::Email, F::Passkey]),
        (&[Proof::Password], &[3], &[F::Email, F::Passkey]),
        (&[BY_EMAIL], &[3], &[F::Password, F::Passkey]),
    ] {
        let session = session(proven, levels);
        assert_eq!(choices(&session, &facts).first, offered);
    }
    // A second factor that completes the password comes before it.
    (facts.mfa, facts.usable) = (UserPoolMfaType::Optional, vec![Factor::Sms]);
    let session = session(&[Proof::Password], &[3]);
    let due = next(&session, &facts);
    assert_eq!(due, Next::Ask(Challenge::Factor(Factor::Sms)));
}

#[test]
fn what_is_chosen_or_preferred_must_lead_there() {
    let mut wanted = session(&[Proof::Password], &[4]);
    wanted.chosen = Some(Factor::Sms);
    let mut facts = facts(
        UserPoolMfaType::On,
        &[FirstFactor::Password],
        &[Factor::Totp, Factor::Sms],
    );
    facts.preferred = Some(Factor::Sms);
    let due = next(&wanted, &facts);
    assert_eq!(due, Next::Ask(Challenge::Factor(Factor::Totp)));
    wanted.goal = None;
    let due = next(&wanted, &facts);
    assert_eq!(due, Next::Ask(Challenge::Factor(Factor::Sms)));
}

#[test]
fn a_trusted_device_stands_in_for_no_factor_that_leads_there() {
    let key = "us-east-1_a".to_owned();
    let mut wanted = session(&[Proof::Password, Proof::Device(key.clone())], &[4]);
    wanted.device = Some(key);
    let usable = &[Factor::Totp];
    let mut facts = facts(UserPoolMfaType::On, &[FirstFactor::Password], usable);
    facts.device = DeviceTrust::Trusted;
    let due = next(&wanted, &facts);
    assert_eq!(due, Next::Ask(Challenge::Factor(Factor::Totp)));
    wanted.goal = None;
    assert_eq!(next(&wanted, &facts), Next::Done);
}

#[test]
fn whoever_lost_the_app_reaches_no_level_4_and_is_let_in_where_it_is_a_wish() {
    let mut wanted = session(&[Proof::Password, Proof::RecoveryCode], &[4]);
    let usable = &[Factor::Totp];
    let facts = facts(UserPoolMfaType::On, &[FirstFactor::Password], usable);
    let due = next(&wanted, &facts);
    assert_eq!(due, Next::Ask(Challenge::Factor(Factor::Totp)));
    wanted.goal.as_mut().unwrap().is_required = false;
    assert_eq!(next(&wanted, &facts), Next::Done);
}

#[test]
fn accounts_own_matters_come_first() {
    let wanted = session(&[Proof::Password], &[4]);
    let usable = &[Factor::Totp];
    let mut facts = facts(UserPoolMfaType::On, &[FirstFactor::Password], usable);
    facts.status = UserStatusType::ForceChangePassword;
    assert_eq!(next(&wanted, &facts), Next::Ask(Challenge::NewPassword));
    facts.enabled = false;
    let refused = Next::Refuse(RefusalReason::Disabled);
    assert_eq!(next(&wanted, &facts), refused);
}

#[test]
fn a_federated_sign_in_needs_an_enabled_account_and_nothing_else() {
    for mfa in UserPoolMfaType::ALL {
        for status in UserStatusType::ALL {
            for enabled in [true, false] {
                let usable = &[Factor::Totp];
                let mut facts = facts(*mfa, &[FirstFactor::Password], usable);
                (facts.status, facts.enabled) = (*status, enabled);
                let expected = match enabled {
                    true => Next::Done,
                    false => Next::Refuse(RefusalReason::Disabled),
                };
                let federated = session(&[Proof::Federated], &[4]);
                assert_eq!(next(&federated, &facts), expected, "{mfa:?} {status:?}");
            }
        }
    }
}

#[test]
fn methods_of_an_earlier_sign_in_prove_what_they_tell_and_no_more() {
    for methods in [
        vec![Method::Pwd],
        vec![Method::EmailOtp],
        vec![Method::Pwd, Method::Sms],
        vec![Method::Pwd, Method::Otp],
        vec![Method::Swk],
        vec![Method::Pwd, Method::Hwk],
    ] {
        let methods = Methods(methods);
        assert_eq!(Methods::of(&methods.proofs()), methods);
    }
    let vague = Methods(vec![Method::Custom, Method::Unknown]);
    assert_eq!(vague.proofs(), []);
}

#[test]
fn a_passkey_reaches_the_third_level_alone_and_on_top_of_a_password() {
    use FirstFactor as F;
    let passkey = |hardware| Proof::Passkey {
        hardware,
        verified: true,
    };
    let choose = Next::Ask(Challenge::ChooseFirst);
    let all = facts(
        UserPoolMfaType::Off,
        &[F::Password, F::Email, F::Passkey],
        &[],
    );
    for proven in [vec![passkey(true)], vec![passkey(false), Proof::Password]] {
        assert_eq!(next(&session(&proven, &[3]), &all), Next::Done);
        assert_eq!(next(&session(&proven, &[4]), &all), REFUSED);
    }
    for proven in [vec![], vec![Proof::Password]] {
        let session = session(&proven, &[3]);
        assert_eq!(next(&session, &all), choose);
        let by = choices(&session, &all).first;
        assert!(by.contains(&F::Passkey), "{by:?}");
    }
    let without = facts(UserPoolMfaType::Off, &[F::Password], &[]);
    assert_eq!(next(&session(&[Proof::Password], &[3]), &without), REFUSED);
}
