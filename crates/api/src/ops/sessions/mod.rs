//! Tokens after the sign-in: refresh, revocation, and tokens for clients themselves.

pub mod admin_user_global_sign_out;
pub mod get_client_token;
pub mod get_tokens_from_refresh_token;
pub mod global_sign_out;
pub mod revoke_token;
