//! Faults of passkeys. Their kinds are documented, and so is what each is for.

use cabana_domain::webauthn::Flaw;
use cabana_model::ErrorKind as K;

use super::{Words, faults, invalid_parameter, said};

faults! {
    /// Guessed.
    pub fn passkeys_not_enabled() {
        said(
            K::WebAuthnNotEnabledException,
            "WEB_AUTHN is not an allowed first auth factor of this user pool.",
        )
    }

    /// Guessed.
    pub fn no_relying_party() {
        said(
            K::WebAuthnConfigurationMissingException,
            "The user pool has no relying party ID and no domain.",
        )
    }

    /// Guessed.
    pub fn too_many_passkeys() {
        said(
            K::LimitExceededException,
            format!("A user can have {} passkeys at most.", cabana_domain::passkey::MOST),
        )
    }

    /// Guessed: no registration was started, it has expired, it has been completed, or a later one replaced it.
    pub fn no_pending_registration() {
        said(
            K::WebAuthnChallengeNotFoundException,
            "The challenge was not found or has expired.",
        )
    }

    /// Guessed.
    pub fn registration_of_other_client() {
        said(
            K::WebAuthnClientMismatchException,
            "The access token is of another client than the one that started the registration.",
        )
    }

    /// Guessed for the kinds of passkeys only; the text for malformed ones is observed.
    pub fn refused_credential(flaw: Flaw) {
        match flaw {
            Flaw::Origin => said(
                K::WebAuthnOriginNotAllowedException,
                "The origin of the credential is not allowed for the relying party of this user pool.",
            ),
            Flaw::RelyingParty => other_relying_party_words(),
            Flaw::NotSupported(what) => said(
                K::WebAuthnCredentialNotSupportedException,
                format!("The credential is not supported: {what}."),
            ),
            Flaw::NotVerified => invalid_parameter("The user pool requires user verification."),
            _ => invalid_parameter("Credential data is not valid"),
        }
    }

    /// Guessed.
    pub fn other_relying_party() {
        other_relying_party_words()
    }

    /// Guessed: the ID is registered in this pool.
    pub fn known_credential() {
        invalid_parameter("Credential data is not valid")
    }

    /// Guessed, the kind documented: the passkey of a sign-in.
    pub fn wrong_passkey() {
        said(K::NotAuthorizedException, "Incorrect passkey.")
    }

    /// Guessed.
    pub fn passkey_is_one_factor() {
        invalid_parameter(
            "WebAuthnMfaSettings requires the FactorConfiguration MULTI_FACTOR_WITH_USER_VERIFICATION of the user pool.",
        )
    }

    /// Guessed.
    pub fn no_passkey_for_mfa() {
        invalid_parameter("User has not registered a passkey")
    }

    /// Guessed.
    pub fn no_such_passkey() {
        said(
            K::ResourceNotFoundException,
            "The user has no passkey with this credential ID.",
        )
    }

    /// Guessed.
    pub fn bad_relying_party() {
        invalid_parameter("RelyingPartyId must be a domain name.").about("RelyingPartyId")
    }
}

fn other_relying_party_words() -> Words {
    said(
        K::WebAuthnRelyingPartyMismatchException,
        "The credential is for another relying party than that of this user pool.",
    )
}
