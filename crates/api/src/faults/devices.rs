//! Faults of remembered devices.

use cabana_model::ErrorKind as K;

use super::{faults, invalid_parameter, said};

faults! {
    /// Observed. Clients forget their device at these words.
    pub fn no_such_device() {
        said(K::ResourceNotFoundException, "Device does not exist.")
    }

    /// Observed: a key of another sign-in.
    pub fn wrong_device_key() {
        invalid_parameter("Invalid device key given.")
    }

    /// Documented kind.
    pub fn device_confirmed_before() {
        said(K::DeviceKeyExistsException, "Device already exists.")
    }

    /// Guessed.
    pub fn verifier_missing() {
        invalid_parameter("DeviceSecretVerifierConfig with PasswordVerifier and Salt is required.")
            .about("DeviceSecretVerifierConfig")
    }

    /// Guessed.
    pub fn bad_salt() {
        invalid_parameter("Salt is not a valid value.").about("DeviceSecretVerifierConfig.Salt")
    }

    /// Guessed.
    pub fn bad_verifier() {
        invalid_parameter("PasswordVerifier is not a valid value.")
            .about("DeviceSecretVerifierConfig.PasswordVerifier")
    }

    /// Documented kind.
    pub fn devices_not_tracked() {
        said(
            K::InvalidUserPoolConfigurationException,
            "User pool does not have device tracking enabled.",
        )
    }

    /// Observed: a refresh without the device key of the sign-in, or with another.
    pub fn refresh_without_device() {
        said(K::NotAuthorizedException, "Invalid Refresh Token.")
    }

    /// Documented: the device of the sign-in was not confirmed, or forgotten since.
    pub fn refresh_on_unknown_device() {
        said(K::NotAuthorizedException, "Invalid Refresh Token.")
    }
}
