//! Amazon's quotas by category of operation, there for an account and region, here for this process.
//!
//! The ledger gives each operation its category: documented for most, guessed from similar operations for the rest.

/// A category of operations that share a quota.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Category {
    UserAuthentication,
    /// Answers to challenges, which Amazon counts separately.
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
    LimitManagement,
}

impl Category {
    /// Requests per second.
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
            Self::LimitManagement => 1,
        }
    }
}
