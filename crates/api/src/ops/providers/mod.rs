//! Identity providers.

pub mod admin_disable_provider_for_user;
pub mod admin_link_provider_for_user;
pub mod create_identity_provider;
pub mod delete_identity_provider;
pub mod describe_identity_provider;
pub mod get_identity_provider_by_identifier;
pub mod get_signing_certificate;
pub mod list_identity_providers;
pub mod update_identity_provider;
