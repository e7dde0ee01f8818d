//! Sign-ins from their beginning to their end, with a right answer to whatever is asked.

use proptest::prelude::*;

use super::properties::{any_factor, any_first, any_trust};
use super::*;
use crate::flow::NewAddress;
use cabana_model::VerifiedAttributeType;

/// Most questions of one sign-in, choices included: two for each factor, a set-up with its code, a new password, the
/// device, the codes.
const LONGEST: usize = 10;

/// The proof that a right answer to a question gives, and no other; `None` for a choice, and for what ends a sign-in of
/// functions.
fn proof(challenge: Challenge) -> Option<Proof> {
    Some(match challenge {
        Challenge::First(FirstFactor::Password | FirstFactor::PasswordSrp) => Proof::Password,
        Challenge::First(FirstFactor::Email) => Proof::FirstCode(Factor::Email),
        Challenge::First(FirstFactor::Sms) => Proof::FirstCode(Factor::Sms),
        Challenge::First(FirstFactor::Passkey) => Proof::Passkey {
            hardware: false,
            verified: true,
        },
        Challenge::NewPassword => Proof::NewPassword,
        Challenge::Factor(factor) => Proof::Factor(factor),
        Challenge::SetUpFactor => Proof::TotpSetUp,
        Challenge::Device => device(),
        Challenge::RecoveryCodes => Proof::RecoveryCodesSeen,
        Challenge::ChooseFirst | Challenge::ChooseFactor | Challenge::Custom => return None,
    })
}

/// A person who answers rightly, in one of the ways there are.
struct Person {
    facts: Facts,
    /// Numbers that decide between several ways, until they are used up.
    moods: Vec<usize>,
    /// A factor by an address instead of an authenticator app.
    by_address: bool,
    by_recovery_code: bool,
}

impl Person {
    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        let mood = self.moods.pop().unwrap_or_default();
        of[mood % of.len()]
    }

    /// Answers rightly, as the driver records it.
    fn answer(&mut self, session: &mut AuthSession, asked: Challenge) {
        match asked {
            Challenge::ChooseFirst => {
                session.first = Some(self.pick(&choices(session, &self.facts).first));
            }
            Challenge::ChooseFactor if choices(session, &self.facts).second.is_empty() => {
                session.prove(Proof::RecoveryCode);
            }
            Challenge::ChooseFactor => {
                session.chosen = Some(self.pick(&choices(session, &self.facts).second));
            }
            // Where the level needs more than a code stands in for, they have what was asked, too.
            Challenge::Factor(_) if self.by_recovery_code => {
                self.by_recovery_code = false;
                session.prove(Proof::RecoveryCode);
            }
            Challenge::SetUpFactor if self.by_address => {
                session.address = Some(NewAddress {
                    attribute: VerifiedAttributeType::Email,
                    value: "ada@example.org".to_owned(),
                });
                self.facts.usable = vec![Factor::Email];
            }
            other => session.prove(proof(other).expect("a question with a proof")),
        }
    }
}

fn any_goal() -> impl Strategy<Value = Option<Goal>> {
    let goal = (prop::collection::vec(1..5_u8, 1..3), any::<bool>());
    prop::option::of(goal.prop_map(|(levels, is_required)| Goal {
        levels,
        is_required,
        since: None,
        ground: None,
    }))
}

fn any_facts() -> impl Strategy<Value = Facts> {
    let account = (
        prop::bool::weighted(0.9),
        // Most accounts may sign in.
        prop_oneof![
            4 => Just(UserStatusType::Confirmed),
            2 => Just(UserStatusType::ForceChangePassword),
            1 => prop::sample::select(UserStatusType::ALL),
        ],
        prop::sample::select(UserPoolMfaType::ALL),
    );
    let factors = (
        prop::collection::vec(any_first(), 1..4),
        prop::collection::vec(any_factor(), 0..3),
        prop::option::of(any_factor()),
    );
    let flags = (
        any::<bool>(),
        any::<bool>(),
        prop::option::of(any::<bool>()),
    );
    (account, factors, flags, any_trust()).prop_map(
        |((enabled, status, mfa), (first, usable, preferred), flags, device)| Facts {
            enabled,
            status,
            mfa,
            first,
            usable,
            preferred,
            can_set_up: flags.0,
            passkey_is_second: flags.1,
            device,
            lacks_recovery_codes: flags.2 == Some(false),
            has_recovery_codes: flags.2 == Some(true),
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Whoever answers rightly comes to an end, is asked nothing twice, and nothing that would not have been needed.
    #[test]
    fn every_sign_in_ends_and_each_of_its_proofs_was_needed(
        facts in any_facts(),
        goal in any_goal(),
        moods in prop::collection::vec(0_usize..6, 0..8),
        by_address: bool,
        by_recovery_code: bool,
    ) {
        let mut person = Person { facts, moods, by_address, by_recovery_code };
        let mut session = session(Vec::new(), None);
        session.goal = goal;
        let mut asked = Vec::new();
        let end = loop {
            match next(&session, &person.facts) {
                Next::Ask(challenge) => {
                    // What is left of a choice may be a choice.
                    let again = asked.contains(&challenge) && proof(challenge).is_some();
                    let other_than_recovered = again && !session.has(Proof::RecoveryCode);
                    prop_assert!(!other_than_recovered, "{challenge:?} again: {asked:?}");
                    asked.push(challenge);
                    prop_assert!(asked.len() <= LONGEST, "{asked:?}");
                    person.answer(&mut session, challenge);
                }
                end => break end,
            }
        };
        // Wrong answers prove nothing, so the questions are the same with them.
        match (end, &session.goal) {
            (Next::Done, Some(goal)) => {
                // There may be shorter ways to a level than the one that was chosen.
                let level = Methods::of(&session.proven).level();
                let reached = goal.levels.iter().any(|it| level >= Some(*it));
                prop_assert!(reached || !goal.is_required, "{:?}", session.proven);
            }
            (Next::Done, None) => {
                for missing in 0..session.proven.len() {
                    let mut less = session.clone();
                    let proof = less.proven.remove(missing);
                    prop_assert_ne!(next(&less, &person.facts), Next::Done, "without {:?}", proof);
                }
            }
            // A level may be beyond what the user can begin with.
            (Next::Refuse(RefusalReason::LevelOutOfReach), _) => {}
            (end, _) => {
                prop_assert!(matches!(end, Next::Refuse(_)), "{end:?}");
                // An account tells its state to whoever has shown a first factor.
                prop_assert!(session.has_first_factor());
            }
        }
    }

    /// Who sets a factor up has set it up in the end, whatever device they are on.
    #[test]
    fn no_sign_in_ends_with_a_set_up_half_done(facts in any_facts(), moods in prop::collection::vec(0_usize..6, 0..8)) {
        for by_address in [false, true] {
            let (facts, moods) = (facts.clone(), moods.clone());
            let mut person = Person { facts, moods, by_address, by_recovery_code: false };
            let mut session = session(Vec::new(), None);
            let mut sets_up = false;
            while let Next::Ask(challenge) = next(&session, &person.facts) {
                sets_up |= challenge == Challenge::SetUpFactor;
                person.answer(&mut session, challenge);
            }
            if sets_up && next(&session, &person.facts) == Next::Done {
                prop_assert!(session.has_second_factor(), "{:?}", session.proven);
            }
        }
    }
}
