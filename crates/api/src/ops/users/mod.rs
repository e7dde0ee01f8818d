//! Users: sign-up, attributes, passwords, administration.

pub mod admin_confirm_sign_up;
pub mod admin_create_user;
pub mod admin_delete_user;
pub mod admin_delete_user_attributes;
pub mod admin_disable_user;
pub mod admin_enable_user;
pub mod admin_get_user;
pub mod admin_reset_user_password;
pub mod admin_set_user_password;
pub mod admin_update_user_attributes;
pub mod change_password;
pub mod confirm_forgot_password;
pub mod confirm_sign_up;
pub mod delete_user;
pub mod delete_user_attributes;
pub mod forgot_password;
pub mod get_user;
pub mod get_user_attribute_verification_code;
pub mod list_users;
pub mod resend_confirmation_code;
pub mod sign_up;
pub mod update_user_attributes;
pub mod verify_user_attribute;
