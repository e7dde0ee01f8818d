//! `ClientMetadata`: values that a client sends with an operation for the functions it calls. Which triggers get them
//! depends on the operation. They are never stored, validated or encrypted.

use cabana_domain::trigger::{Occasion, Pairs, Source, Trigger};
use cabana_model::Operation;

use crate::cx::Cx;

/// The metadata of the request, if this trigger gets it from its operation.
pub(super) fn of<'c>(cx: &'c Cx<'_>, source: Source) -> Option<Pairs<'c>> {
    let metadata = cx.client_metadata()?;
    if let Some(operation) = cx.operation()
        && !reaches(operation, source)
    {
        return None;
    }
    let texts = metadata
        .iter()
        .filter_map(|(name, value)| Some((name.as_str(), value.as_str()?)));
    Some(Pairs(texts.collect()))
}

/// Whether a source gets the metadata of an operation.
fn reaches(operation: Operation, source: Source) -> bool {
    let trigger = source.trigger;
    if matches!(
        trigger,
        Trigger::CustomEmailSender | Trigger::CustomSmsSender
    ) {
        return matches!(
            source.occasion,
            Occasion::SignUp | Occasion::ForgotPassword | Occasion::Authentication
        );
    }
    use Operation as O;
    use Trigger as T;
    let triggers: &[Trigger] = match operation {
        O::InitiateAuth | O::AdminInitiateAuth => &[T::PreAuthentication, T::UserMigration],
        O::RespondToAuthChallenge => &[
            T::PostAuthentication,
            T::PreTokenGeneration,
            T::DefineAuthChallenge,
            T::VerifyAuthChallengeResponse,
        ],
        O::AdminRespondToAuthChallenge => &[
            T::PostAuthentication,
            T::PreTokenGeneration,
            T::DefineAuthChallenge,
            T::VerifyAuthChallengeResponse,
            T::CustomMessage,
        ],
        O::SignUp => &[T::PreSignUp, T::CustomMessage, T::PostConfirmation],
        O::AdminCreateUser => &[T::PreSignUp, T::CustomMessage],
        O::ConfirmSignUp | O::AdminConfirmSignUp | O::ConfirmForgotPassword => {
            &[T::PostConfirmation]
        }
        O::ForgotPassword => &[T::CustomMessage, T::UserMigration],
        O::ResendConfirmationCode
        | O::GetUserAttributeVerificationCode
        | O::UpdateUserAttributes
        | O::AdminUpdateUserAttributes
        | O::AdminResetUserPassword => &[T::CustomMessage],
        O::GetTokensFromRefreshToken | O::GetClientToken => &[T::PreTokenGeneration],
        _ => &[],
    };
    triggers.contains(&trigger)
}
