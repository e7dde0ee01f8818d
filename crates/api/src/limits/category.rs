//! Amazon's quotas by category of operation, for an account and region: here for this process.
//!
//! Which operation belongs where is documented for most; where it is not, it stands with its kin.

use cabana_model::Operation;

/// A category of operations that share a quota.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Category {
    UserAuthentication,
    /// Answers to challenges, which Amazon counts apart.
    ChallengeAnswer,
    UserCreation,
    UserAccountRecovery,
    UserRead,
    UserUpdate,
    UserToken,
    UserResourceRead,
    UserResourceUpdate,
    UserList,
    UserPoolRead,
    UserPoolUpdate,
    UserPoolResourceRead,
    UserPoolResourceUpdate,
    UserPoolClientRead,
    UserPoolClientUpdate,
    ClientAuthentication,
}

impl Category {
    /// How often a second.
    pub fn quota(self) -> u32 {
        match self {
            Self::ChallengeAnswer => 3 * 120,
            Self::ClientAuthentication => 150,
            Self::UserAuthentication | Self::UserRead | Self::UserToken => 120,
            Self::UserCreation | Self::UserResourceRead => 50,
            Self::UserAccountRecovery | Self::UserList => 30,
            Self::UserUpdate | Self::UserResourceUpdate => 25,
            Self::UserPoolResourceRead => 20,
            Self::UserPoolRead
            | Self::UserPoolUpdate
            | Self::UserPoolResourceUpdate
            | Self::UserPoolClientRead
            | Self::UserPoolClientUpdate => 15,
        }
    }
}

/// The category of a built operation; those that are not built have none.
pub(super) fn of(operation: Operation) -> Option<Category> {
    use Category as C;
    use Operation as O;
    Some(match operation {
        O::AdminInitiateAuth | O::InitiateAuth | O::GetTokensFromRefreshToken => {
            C::UserAuthentication
        }
        O::AdminRespondToAuthChallenge | O::RespondToAuthChallenge => C::ChallengeAnswer,
        O::AdminConfirmSignUp | O::AdminCreateUser | O::ConfirmSignUp | O::SignUp => {
            C::UserCreation
        }
        O::AdminResetUserPassword
        | O::AdminSetUserPassword
        | O::ChangePassword
        | O::ConfirmForgotPassword
        | O::ForgotPassword => C::UserAccountRecovery,
        O::AdminGetUser | O::GetUser => C::UserRead,
        O::AdminAddUserToGroup
        | O::AdminDeleteUser
        | O::AdminDeleteUserAttributes
        | O::AdminDisableUser
        | O::AdminEnableUser
        | O::AdminRemoveUserFromGroup
        | O::AdminUpdateUserAttributes
        | O::AdminUserGlobalSignOut
        | O::DeleteUser
        | O::DeleteUserAttributes
        | O::GlobalSignOut
        | O::UpdateUserAttributes
        | O::VerifyUserAttribute => C::UserUpdate,
        O::RevokeToken => C::UserToken,
        O::AdminGetUserAuthFactors
        | O::AdminListGroupsForUser
        | O::GetUserAttributeVerificationCode
        | O::GetUserAuthFactors
        | O::ResendConfirmationCode => C::UserResourceRead,
        O::AdminDeleteSoftwareToken
        | O::AdminSetUserMFAPreference
        | O::AssociateSoftwareToken
        | O::SetUserMFAPreference
        | O::VerifySoftwareToken => C::UserResourceUpdate,
        O::ListUsers | O::ListUsersInGroup => C::UserList,
        O::GetClientToken => C::ClientAuthentication,
        other => return of_pool(other),
    })
}

fn of_pool(operation: Operation) -> Option<Category> {
    use Category as C;
    use Operation as O;
    Some(match operation {
        O::DescribeUserPool | O::ListUserPools => C::UserPoolRead,
        O::CreateUserPool | O::DeleteUserPool | O::UpdateUserPool => C::UserPoolUpdate,
        O::DescribeResourceServer
        | O::DescribeUserPoolDomain
        | O::GetGroup
        | O::GetUserPoolMfaConfig
        | O::ListGroups
        | O::ListResourceServers
        | O::ListTagsForResource => C::UserPoolResourceRead,
        O::AddCustomAttributes
        | O::CreateGroup
        | O::CreateResourceServer
        | O::CreateUserPoolDomain
        | O::DeleteGroup
        | O::DeleteResourceServer
        | O::DeleteUserPoolDomain
        | O::SetUserPoolMfaConfig
        | O::TagResource
        | O::UntagResource
        | O::UpdateGroup
        | O::UpdateResourceServer
        | O::UpdateUserPoolDomain => C::UserPoolResourceUpdate,
        O::DescribeUserPoolClient | O::ListUserPoolClientSecrets | O::ListUserPoolClients => {
            C::UserPoolClientRead
        }
        O::AddUserPoolClientSecret
        | O::CreateUserPoolClient
        | O::DeleteUserPoolClient
        | O::DeleteUserPoolClientSecret
        | O::UpdateUserPoolClient => C::UserPoolClientUpdate,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{BUILT, NOT_YET};

    #[test]
    fn every_operation_that_is_built_has_a_category_and_no_other() {
        for operation in BUILT {
            assert!(of(*operation).is_some(), "{}", operation.name());
        }
        for operation in NOT_YET {
            assert!(of(*operation).is_none(), "{}", operation.name());
        }
    }
}
