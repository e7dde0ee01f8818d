//! Texts of users, their passwords, attributes and codes, and of groups.

use cabana_domain::password::Rule;
use cabana_domain::user::NameKind;
use cabana_model::{DeliveryMediumType, ErrorKind as K, UserStatusType};

use super::{cannot_deliver, invalid_parameter};
use crate::fault::Fault;

// --- names ---

/// Observed: a public operation that takes a code names nobody.
pub fn no_such_user_of_client() -> Fault {
    Fault::new(
        K::UserNotFoundException,
        "Username/client id combination not found.",
    )
}

/// Observed: a name is taken when somebody signs up.
pub fn name_taken_at_sign_up(kind: NameKind) -> Fault {
    match kind {
        NameKind::Username => Fault::new(K::UsernameExistsException, "User already exists"),
        _ => account_with_attribute(kind),
    }
}

/// Guessed for the user name, else observed: a name is taken when an administrator makes a user.
pub fn name_taken_at_creation(kind: NameKind) -> Fault {
    match kind {
        NameKind::Username => Fault::new(K::UsernameExistsException, "User account already exists"),
        _ => account_with_attribute(kind),
    }
}

fn account_with_attribute(kind: NameKind) -> Fault {
    Fault::new(
        K::UsernameExistsException,
        format!(
            "An account with the given {} already exists.",
            kind.as_str()
        ),
    )
}

/// Documented for confirming, guessed for verifying: an alias belongs to another account.
pub fn alias_taken(kind: NameKind) -> Fault {
    Fault::new(
        K::AliasExistsException,
        format!("An account with the {} already exists.", kind.as_str()),
    )
}

/// Observed: an attribute is changed to a value that signs another account in.
pub fn alias_taken_at_update(kind: NameKind) -> Fault {
    Fault::new(
        K::AliasExistsException,
        format!(
            "An account with the given {} already exists.",
            kind.as_str()
        ),
    )
}

/// Observed: what a user name must be where addresses or numbers are user names.
pub fn username_should_be(what: &str) -> Fault {
    invalid_parameter(format!("Username should be {what}."))
}

/// Observed: a user name that could be taken for an alias.
pub fn username_looks_like_alias(alias: &str) -> Fault {
    invalid_parameter(format!(
        "Username cannot be of {alias} format, since user pool is configured for {alias} alias."
    ))
}

/// Guessed: the same for the name beside it.
pub fn preferred_username_looks_like_alias(alias: &str) -> Fault {
    invalid_parameter(format!(
        "preferred_username cannot be of {alias} format, since user pool is configured for {alias} alias."
    ))
}

/// Guessed.
pub fn username_differs_from(attribute: &str) -> Fault {
    invalid_parameter(format!(
        "The {attribute} attribute must be the same as the username."
    ))
}

/// Guessed: the kind is documented.
pub fn alias_before_confirmation() -> Fault {
    invalid_parameter("preferred_username is an alias and can be set only after confirmation.")
}

// --- attributes ---

/// The operations that write attributes, as far as their refusals differ in wording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writing {
    /// A new user, or one who completes an account at the first sign-in.
    NewUser,
    Update,
    Deletion,
}

/// The rule that a missing required attribute breaks; observed, as part of [`schema`].
pub const REQUIRED: &str = "The attribute is required";

/// Observed: attributes with the rules they break. Each on a line of its own, the last one ended by a line feed too.
pub fn schema<'n, R: std::fmt::Display>(
    writing: Writing,
    broken: impl IntoIterator<Item = (&'n str, R)>,
) -> Fault {
    let (head, path) = match writing {
        Writing::NewUser => ("Attributes did not conform to the schema: ", ""),
        Writing::Update => ("", "user."),
        Writing::Deletion => ("Invalid user attributes: ", "user."),
    };
    let lines = broken.into_iter();
    let lines: String = lines
        .map(|(name, rule)| format!("{path}{name}: {rule}\n"))
        .collect();
    invalid_parameter(format!("{head}{lines}"))
}

/// Observed.
pub fn immutable_attribute(name: &str) -> Fault {
    schema(Writing::Update, [(name, "Attribute cannot be updated.")])
}

/// Observed: an attribute that came without a value. An empty one deletes.
pub fn attribute_without_value(name: &str) -> Fault {
    invalid_parameter(format!("Attribute value for {name} must not be null"))
}

/// Guessed.
pub fn unauthorized_attribute() -> Fault {
    Fault::new(
        K::NotAuthorizedException,
        "A client attempted to write unauthorized attribute",
    )
}

/// Observed.
pub fn bad_email() -> Fault {
    invalid_parameter("Invalid email address format.")
}

/// Observed.
pub fn bad_phone_number() -> Fault {
    invalid_parameter("Invalid phone number format.")
}

/// Guessed: attributes that cannot be taken away.
pub fn cannot_delete_attributes(names: &[&str]) -> Fault {
    invalid_parameter(format!("Invalid user attributes: {}", names.join(", ")))
}

/// Guessed.
pub fn flag_without_value(attribute: &str) -> Fault {
    invalid_parameter(format!(
        "{attribute} is required to set {attribute}_verified."
    ))
}

/// Guessed: only e-mail addresses and phone numbers are verified.
pub fn not_verifiable(attribute: &str) -> Fault {
    invalid_parameter(format!("{attribute} cannot be verified."))
}

/// Guessed.
pub fn nothing_to_verify(attribute: &str) -> Fault {
    invalid_parameter(format!("User does not have a value for {attribute}."))
}

/// Guessed.
pub fn no_such_attribute_asked_for() -> Fault {
    invalid_parameter("One or more requested attributes do not exist.")
}

// --- passwords ---

/// Observed; the last two guessed.
pub fn weak_password(rule: Rule) -> Fault {
    let reason = match rule {
        Rule::MinimumLength(_) => "Password not long enough",
        Rule::Lowercase => "Password must have lowercase characters",
        Rule::Uppercase => "Password must have uppercase characters",
        Rule::Number => "Password must have numeric characters",
        Rule::Symbol => "Password must have symbol characters",
        Rule::MaximumLength => "Password too long",
        Rule::NoOuterSpace => "Password must not begin or end with a space",
    };
    Fault::new(
        K::InvalidPasswordException,
        format!("Password did not conform with policy: {reason}"),
    )
}

/// Guessed.
pub fn password_used_before() -> Fault {
    Fault::new(
        K::PasswordHistoryPolicyViolationException,
        "Password has previously been used",
    )
}

/// Observed.
pub fn cannot_reset_in_state() -> Fault {
    Fault::new(
        K::NotAuthorizedException,
        "User password cannot be reset in the current state.",
    )
}

/// Observed.
pub fn no_recovery_channel() -> Fault {
    invalid_parameter(
        "Cannot reset password for the user as there is no registered/verified email or phone_number",
    )
}

/// Observed.
pub fn recovery_by_administrator() -> Fault {
    Fault::new(
        K::NotAuthorizedException,
        "Contact administrator to reset password.",
    )
}

// --- signing up and confirming ---

/// Guessed.
pub fn sign_up_not_permitted() -> Fault {
    Fault::new(
        K::NotAuthorizedException,
        "SignUp is not permitted for this user pool",
    )
}

/// Ours: the pool's tag `cabana:sign-up-domains` admits no such address.
pub fn foreign_email(domains: &str) -> Fault {
    invalid_parameter(format!(
        "An e-mail address in this user pool must be in one of these domains: {domains}."
    ))
}

/// Ours: the pool has the tag `cabana:sign-up-domains`, and no way to verify an address.
pub fn sign_up_domains_unproven() -> Fault {
    invalid_parameter(
        "This user pool takes sign-ups of some e-mail domains only, and does not verify e-mail addresses \
         (AutoVerifiedAttributes), so that nobody can sign up.",
    )
}

/// Documented.
pub fn cannot_confirm(status: UserStatusType) -> Fault {
    Fault::new(
        K::NotAuthorizedException,
        format!(
            "User cannot be confirmed. Current status is {}",
            status.as_str()
        ),
    )
}

/// Observed.
pub fn already_confirmed() -> Fault {
    invalid_parameter("User is already confirmed.")
}

/// Guessed.
pub fn nothing_to_resend_to() -> Fault {
    invalid_parameter("Cannot resend codes. Auto verification not turned on.")
}

/// Guessed: an invitation is repeated to a user who does not wait for one.
pub fn cannot_resend_invitation(username: &str) -> Fault {
    Fault::new(
        K::UnsupportedUserStateException,
        format!("Resend not possible. {username} status is not FORCE_CHANGE_PASSWORD"),
    )
}

/// Guessed: the medium asked for has nowhere to go.
pub fn no_attribute_for(medium: DeliveryMediumType) -> Fault {
    invalid_parameter(match medium {
        DeliveryMediumType::Sms => "User does not have a phone number.",
        DeliveryMediumType::Email => "User does not have an email address.",
    })
}

/// Ours: [`cannot_deliver`] for operations whose list of errors has no CodeDeliveryFailureException,
/// under the kind Cognito uses where its own mail or text service refuses it.
pub fn not_set_up_to_send(medium: DeliveryMediumType) -> Fault {
    let message = cannot_deliver(medium.as_str()).message;
    match medium {
        DeliveryMediumType::Sms => Fault::new(K::InvalidSmsRoleAccessPolicyException, message),
        DeliveryMediumType::Email => Fault::new(K::InvalidEmailRoleAccessPolicyException, message),
    }
}

// --- lists ---

/// Observed.
pub fn bad_filter() -> Fault {
    invalid_parameter("Error while parsing filter")
}

/// Observed.
pub fn not_searchable(attribute: &str) -> Fault {
    invalid_parameter(format!("Invalid search attribute: {attribute}"))
}

// --- groups ---

/// Documented.
pub fn group_exists() -> Fault {
    Fault::new(
        K::GroupExistsException,
        "A group with the name already exists.",
    )
}

/// Guessed.
pub fn in_too_many_groups(most: usize) -> Fault {
    invalid_parameter(format!("A user can be in at most {most} groups."))
}

/// Documented.
pub fn no_such_group() -> Fault {
    Fault::new(K::ResourceNotFoundException, "Group not found.")
}
