//! Faults of identity providers.

use cabana_model::ErrorKind as K;

use super::{faults, invalid_parameter, said};

faults! {
    /// Guessed.
    pub fn no_such_identity_provider(name: &str) {
        said(
            K::ResourceNotFoundException,
            format!("Identity provider {name} does not exist."),
        )
    }

    /// Guessed.
    pub fn no_such_identifier(identifier: &str) {
        said(
            K::ResourceNotFoundException,
            format!("Identity provider with identifier {identifier} does not exist."),
        )
    }

    /// Guessed.
    pub fn provider_exists(name: &str) {
        said(
            K::DuplicateProviderException,
            format!("A provider with name {name} already exists."),
        )
    }

    /// Guessed.
    pub fn identifier_taken() {
        invalid_parameter("An identifier of the provider belongs to another provider of the user pool.")
            .about("IdpIdentifiers")
    }

    /// Guessed.
    pub fn identifier_repeats(identifier: &str) {
        invalid_parameter(format!("Duplicate identifier: {identifier}")).about("IdpIdentifiers")
    }

    /// Guessed: the rule is documented.
    pub fn provider_name_of_another_type(name: &str, kind: &str) {
        invalid_parameter(format!(
            "Provider name {name} can not be used with provider type {kind}."
        ))
        .about("ProviderName")
    }

    /// Guessed.
    pub fn provider_detail_missing(member: &str, kind: &str) {
        invalid_parameter(format!(
            "{member} is required in ProviderDetails for provider type {kind}."
        ))
        .about(member)
    }

    /// Guessed.
    pub fn provider_detail_unknown(member: &str, kind: &str) {
        invalid_parameter(format!(
            "{member} is not a member of ProviderDetails for provider type {kind}."
        ))
        .about(member)
    }

    /// Observed.
    pub fn metadata_not_retrieved(address: &str) {
        invalid_parameter(format!("Error retrieving metadata from {address}")).about("MetadataURL")
    }

    /// Guessed: the rule is documented.
    pub fn metadata_once() {
        invalid_parameter("Exactly one of MetadataURL and MetadataFile is required in ProviderDetails.")
            .about("MetadataFile")
    }

    /// Guessed.
    pub fn bad_provider_detail(member: &str, why: &str) {
        invalid_parameter(format!("Invalid {member} in ProviderDetails: {why}.")).about(member)
    }

    /// Guessed.
    pub fn mapped_attribute_unknown(attribute: &str) {
        invalid_parameter(format!(
            "Invalid AttributeMapping: the attribute {attribute} can not be mapped in this user pool."
        ))
        .about("AttributeMapping")
    }

    /// Guessed.
    pub fn mapped_claim_missing(attribute: &str) {
        invalid_parameter(format!(
            "Invalid AttributeMapping: the attribute {attribute} is mapped to nothing."
        ))
        .about("AttributeMapping")
    }

    /// Guessed: the rule is documented.
    pub fn username_is_the_subject(claim: &str) {
        invalid_parameter(format!(
            "Invalid AttributeMapping: username is always mapped to {claim}."
        ))
        .about("AttributeMapping")
    }

    /// Guessed: the rule is documented.
    pub fn acr_mapping_without_oidc() {
        invalid_parameter("AcrMapping can only be used with provider type OIDC.").about("AcrMapping")
    }
}
