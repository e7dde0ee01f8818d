//! Tokens and sessions after the sign-in: refresh, revocation, lists, and tokens for clients themselves.

pub mod admin_list_user_sessions;
pub mod admin_revoke_user_session;
pub mod admin_user_global_sign_out;
pub mod get_client_token;
pub mod get_tokens_from_refresh_token;
pub mod get_user_pool_client_session_configuration;
pub mod get_user_pool_session_configuration;
pub mod global_sign_out;
pub mod list_user_sessions;
pub mod revoke_token;
pub mod revoke_user_session;
pub mod set_user_pool_client_session_configuration;
pub mod set_user_pool_session_configuration;
