//! Leaks of each public operation to an unauthenticated caller about existing accounts, if the client hides them:
//! nothing in the bytes of an answer or in the work behind it, except for what Cognito itself reveals.

use cabana_model::Operation;
use cabana_testkit::Work;
use serde_json::{Value, json};

use super::claims::in_every_state;
use super::stage::{Pool, Request, Seen, Stage};

/// An operation's behaviour for a name.
enum Row {
    /// The same for every name, whatever the state of its user.
    Alike(&'static [Request]),
    /// Reveals something, as Cognito does; documented in `docs/security.md`.
    Told,
    /// Takes no name: the caller presents a token, or a session that required a proof.
    NamesNobody,
}

fn row(operation: Operation) -> Row {
    use Operation as O;
    use Request as R;
    match operation {
        O::InitiateAuth => Row::Alike(&[
            R::BeginSrp,
            R::BeginSrpWithHash,
            // The sixth attempt meets the lockout.
            R::WrongPassword,
            R::WrongPassword,
            R::WrongPassword,
            R::WrongPassword,
            R::WrongPassword,
            R::WrongPassword,
        ]),
        O::RespondToAuthChallenge => Row::Alike(&[
            R::MadeUpSession,
            R::DeviceWithoutSession,
            R::WrongClaimWithHash,
            R::WrongClaim,
            R::WrongClaim,
            R::WrongClaim,
            R::WrongClaim,
            R::WrongClaim,
        ]),
        // The seventh request for a code exceeds the quota of five.
        O::ForgotPassword => Row::Alike(&[R::ForgotPassword; 7]),
        O::ConfirmForgotPassword => Row::Alike(&[
            R::ConfirmForgotPassword,
            R::ForgotPassword,
            R::ConfirmForgotPassword,
            R::ConfirmForgotPassword,
            R::ConfirmForgotPassword,
            R::ConfirmForgotPassword,
            R::ConfirmForgotPassword,
            R::ConfirmForgotPassword,
        ]),
        O::ResendConfirmationCode => Row::Told,
        O::ConfirmSignUp => Row::Told,
        O::SignUp => Row::Told,
        O::AssociateSoftwareToken
        | O::ChangePassword
        | O::CompleteWebAuthnRegistration
        | O::ConfirmDevice
        | O::DeleteUser
        | O::DeleteUserAttributes
        | O::DeleteWebAuthnCredential
        | O::ForgetDevice
        | O::GetDevice
        | O::GetTokensFromRefreshToken
        | O::GetUser
        | O::GetUserAttributeVerificationCode
        | O::GetUserAuthFactors
        | O::GlobalSignOut
        | O::ListDevices
        | O::ListUserSessions
        | O::ListWebAuthnCredentials
        | O::RevokeToken
        | O::RevokeUserSession
        | O::SetUserMFAPreference
        | O::SetUserSettings
        | O::StartWebAuthnRegistration
        | O::UpdateDeviceStatus
        | O::UpdateUserAttributes
        | O::VerifySoftwareToken
        | O::VerifyUserAttribute => Row::NamesNobody,
        // Not built: it will name a user, and require the token of an event.
        O::UpdateAuthEventFeedback => Row::NamesNobody,
        other => panic!("{other} is public: say what it tells a stranger"),
    }
}

/// Names without an account, of several lengths.
fn nobodies(stage: &Stage) -> Vec<String> {
    let lengths = [1, 100];
    let mut names: Vec<_> = lengths
        .into_iter()
        .map(|it| stage.name(&"n".repeat(it)))
        .collect();
    // A name in the form of a `sub`.
    names.push("0a1b2c3d-0000-4000-8000-0123456789ab".to_owned());
    names
}

#[tokio::test]
async fn a_stranger_sees_the_same_of_every_name_in_every_public_operation() {
    let (work, _guard) = Work::watch();
    let public: Vec<_> = Operation::ALL
        .iter()
        .copied()
        .filter(|it| it.is_public())
        .collect();
    for operation in &public {
        row(*operation);
    }
    for pool in [
        Pool::Names,
        Pool::Aliases,
        Pool::Addresses,
        Pool::SwitchedOff,
    ] {
        let confidential: &[bool] = match pool {
            Pool::Names => &[false, true],
            _ => &[false],
        };
        for &confidential in confidential {
            for operation in &public {
                let Row::Alike(requests) = row(*operation) else {
                    continue;
                };
                let client = json!({ "GenerateSecret": confidential });
                let stage = Stage::set(pool, client, work).await;
                let known = in_every_state(&stage.scene, |name| stage.name(name)).await;
                stage.switch().await;
                // Warm the cache.
                stage.ask(Request::ForgotPassword, "warm-up").await;
                let mut seen: Option<(String, Vec<Seen>)> = None;
                for name in nobodies(&stage).into_iter().chain(known) {
                    let mut answers = Vec::new();
                    for request in requests {
                        answers.push(stage.ask(*request, &name).await);
                    }
                    let Some((first, before)) = &seen else {
                        seen = Some((name, answers));
                        continue;
                    };
                    for (number, (one, other)) in before.iter().zip(&answers).enumerate() {
                        assert_eq!(
                            one, other,
                            "{operation}, {pool:?}, confidential: {confidential}: {first} against {name}, {number}"
                        );
                    }
                }
            }
        }
    }
}

#[tokio::test]
async fn what_cognito_itself_tells_of_a_name_is_told() {
    let (work, _guard) = Work::watch();
    let stage = Stage::set(Pool::Names, json!({}), work).await;
    let scene = &stage.scene;
    let people = in_every_state(scene, str::to_owned).await;
    let [unconfirmed, invited, reset, off, confirmed] = &people;
    let code = json!({ "ConfirmationCode": "123456" });
    let ask = async |operation: &str, members: &Value, name: &str| {
        let mut body = members.clone();
        body["Username"] = json!(name);
        scene.public(operation, body).await
    };
    // ConfirmSignUp: reveals whether there is a code, and the status of a user who needs none.
    let wrong = ask("ConfirmSignUp", &code, unconfirmed).await;
    assert_eq!(wrong.kind(), "CodeMismatchException");
    for nobody in ["nobody", off] {
        let answer = ask("ConfirmSignUp", &code, nobody).await;
        assert_eq!(answer.kind(), "ExpiredCodeException");
    }
    for (name, status) in [
        (invited, "FORCE_CHANGE_PASSWORD"),
        (reset, "RESET_REQUIRED"),
        (confirmed, "CONFIRMED"),
    ] {
        ask("ConfirmSignUp", &code, name).await.refused(
            "NotAuthorizedException",
            &format!("User cannot be confirmed. Current status is {status}"),
        );
    }
    // ResendConfirmationCode: reveals users who need no code. Those who do are indistinguishable from unknown names.
    for name in [invited, reset, confirmed] {
        let answer = ask("ResendConfirmationCode", &json!({}), name).await;
        answer.refused("InvalidParameterException", "User is already confirmed.");
    }
    let seen = stage.ask(Request::ResendConfirmationCode, "nobody").await;
    for name in [unconfirmed, off] {
        assert_eq!(stage.ask(Request::ResendConfirmationCode, name).await, seen);
    }
    // SignUp: reveals that a name is taken.
    let password = json!({ "Password": "New-horse-1" });
    for name in &people {
        let answer = ask("SignUp", &password, name).await;
        answer.refused("UsernameExistsException", "User already exists");
    }
    ask("SignUp", &password, "nobody").await.ok();
}

#[tokio::test]
async fn a_known_alias_shows_the_real_name_in_the_first_answer_of_srp() {
    let (work, _guard) = Work::watch();
    let stage = Stage::set(Pool::Aliases, json!({}), work).await;
    let address = json!({ "email": "ann@example.com", "email_verified": "true" });
    stage.scene.user("ann", address).await;
    for (name, id) in [
        ("ann@example.com", "ann"),
        ("bob@example.com", "bob@example.com"),
    ] {
        let (_, body) = stage.body(Request::BeginSrp, name).await;
        let begun = stage.scene.public("InitiateAuth", body).await.ok();
        assert_eq!(begun["ChallengeParameters"]["USER_ID_FOR_SRP"], id);
    }
}
