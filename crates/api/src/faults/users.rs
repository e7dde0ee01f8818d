//! Faults of users, their passwords, attributes and codes, and of groups.

use cabana_domain::password::Rule;
use cabana_domain::user::NameKind;
use cabana_model::{DeliveryMediumType, ErrorKind as K, UserStatusType, VerifiedAttributeType};

use super::{Words, common, faults, invalid_parameter, said};
use crate::fault::Fault;

/// Operations that write attributes, as far as their messages differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writing {
    /// A new user, or one who completes an account at the first sign-in.
    NewUser,
    Update,
    Deletion,
}

/// The rule that a missing required attribute breaks; observed, as part of [`schema`].
pub const REQUIRED: &str = "The attribute is required";

faults! {
    // --- names ---

    /// Observed: a public operation that takes a code names no existing user.
    pub fn no_such_user_of_client() {
        said(
            K::UserNotFoundException,
            "Username/client id combination not found.",
        )
    }

    /// Observed: a name is taken at sign-up.
    pub fn name_taken_at_sign_up(kind: NameKind) {
        match kind {
            NameKind::Username => said(K::UsernameExistsException, "User already exists"),
            _ => account_with_attribute(kind),
        }
    }

    /// Guessed for the user name, else observed: a name is taken when an administrator creates a user.
    pub fn name_taken_at_creation(kind: NameKind) {
        match kind {
            NameKind::Username => said(K::UsernameExistsException, "User account already exists"),
            _ => account_with_attribute(kind),
        }
    }

    /// Documented for confirmation, guessed for verification: an alias belongs to another account.
    pub fn alias_taken(kind: NameKind) {
        said(
            K::AliasExistsException,
            format!("An account with the {} already exists.", kind.as_str()),
        )
    }

    /// Observed: an attribute is changed to a sign-in name of another account.
    pub fn alias_taken_at_update(kind: NameKind) {
        said(
            K::AliasExistsException,
            format!(
                "An account with the given {} already exists.",
                kind.as_str()
            ),
        )
    }

    /// Observed: the required form of a user name if addresses or numbers are user names.
    pub fn username_should_be(attributes: &[VerifiedAttributeType]) {
        let what = match attributes {
            [VerifiedAttributeType::Email] => "an email",
            [VerifiedAttributeType::PhoneNumber] => "a phone number",
            _ => "either an email or a phone number",
        };
        invalid_parameter(format!("Username should be {what}."))
            .about_all(attributes.iter().map(|it| it.as_str()))
    }

    /// Observed: a user name in the form of an alias.
    pub fn username_looks_like_alias(alias: &str) {
        invalid_parameter(format!(
            "Username cannot be of {alias} format, since user pool is configured for {alias} alias."
        ))
    }

    /// Guessed: the same for `preferred_username`.
    pub fn preferred_username_looks_like_alias(alias: &str) {
        invalid_parameter(format!(
            "preferred_username cannot be of {alias} format, since user pool is configured for {alias} alias."
        ))
        .about("preferred_username")
    }

    /// Guessed.
    pub fn username_differs_from(attribute: &str) {
        invalid_parameter(format!(
            "The {attribute} attribute must be the same as the username."
        ))
        .about(attribute)
    }

    /// Guessed: the kind is documented.
    pub fn alias_before_confirmation() {
        invalid_parameter("preferred_username is an alias and can be set only after confirmation.").about("preferred_username")
    }

    // --- attributes ---

    /// Observed: [`schema`].
    pub fn schema_broken(writing: Writing, rules: &[(&str, String)]) {
        let (head, path) = match writing {
            Writing::NewUser => ("Attributes did not conform to the schema: ", ""),
            Writing::Update => ("", "user."),
            Writing::Deletion => ("Invalid user attributes: ", "user."),
        };
        let lines: String = rules
            .iter()
            .map(|(name, rule)| format!("{path}{name}: {rule}\n"))
            .collect();
        invalid_parameter(format!("{head}{lines}")).about_all(rules.iter().map(|(name, _)| *name))
    }

    /// Observed.
    pub fn immutable_attribute(name: &str) {
        invalid_parameter(format!("user.{name}: Attribute cannot be updated.\n")).about(name)
    }

    /// Observed: an attribute without a value. An empty one deletes.
    pub fn attribute_without_value(name: &str) {
        invalid_parameter(format!("Attribute value for {name} must not be null")).about(name)
    }

    /// Guessed.
    pub fn unauthorized_attribute() {
        said(
            K::NotAuthorizedException,
            "A client attempted to write unauthorized attribute",
        )
    }

    /// Observed.
    pub fn bad_email() {
        invalid_parameter("Invalid email address format.").about("email")
    }

    /// Observed.
    pub fn bad_phone_number() {
        invalid_parameter("Invalid phone number format.").about("phone_number")
    }

    /// Guessed: attributes that cannot be deleted.
    pub fn cannot_delete_attributes(names: &[&str]) {
        invalid_parameter(format!("Invalid user attributes: {}", names.join(", "))).about_all(names.iter().copied())
    }

    /// Guessed.
    pub fn flag_without_value(attribute: &str) {
        invalid_parameter(format!(
            "{attribute} is required to set {attribute}_verified."
        ))
        .about(attribute)
    }

    /// Guessed: only e-mail addresses and phone numbers are verified.
    pub fn not_verifiable(attribute: &str) {
        invalid_parameter(format!("{attribute} cannot be verified.")).about(attribute)
    }

    /// Guessed.
    pub fn nothing_to_verify(attribute: &str) {
        invalid_parameter(format!("User does not have a value for {attribute}.")).about(attribute)
    }

    /// Guessed.
    pub fn no_such_attribute_asked_for() {
        invalid_parameter("One or more requested attributes do not exist.")
    }

    // --- passwords ---

    /// Observed; the last two guessed.
    pub fn weak_password(rule: Rule) {
        let reason = match rule {
            Rule::MinimumLength(_) => "Password not long enough",
            Rule::Lowercase => "Password must have lowercase characters",
            Rule::Uppercase => "Password must have uppercase characters",
            Rule::Number => "Password must have numeric characters",
            Rule::Symbol => "Password must have symbol characters",
            Rule::MaximumLength => "Password too long",
            Rule::NoOuterSpace => "Password must not begin or end with a space",
        };
        said(
            K::InvalidPasswordException,
            format!("Password did not conform with policy: {reason}"),
        )
    }

    /// Guessed.
    pub fn password_used_before() {
        said(
            K::PasswordHistoryPolicyViolationException,
            "Password has previously been used",
        )
    }

    /// Observed.
    pub fn cannot_reset_in_state() {
        said(
            K::NotAuthorizedException,
            "User password cannot be reset in the current state.",
        )
    }

    /// Guessed.
    pub fn cannot_change_in_state() {
        said(
            K::NotAuthorizedException,
            "User password cannot be changed in the current state.",
        )
    }

    /// Observed.
    pub fn no_recovery_channel() {
        invalid_parameter(
            "Cannot reset password for the user as there is no registered/verified email or phone_number",
        )
    }

    /// Observed.
    pub fn recovery_by_administrator() {
        said(
            K::NotAuthorizedException,
            "Contact administrator to reset password.",
        )
    }

    // --- sign-up and confirmation ---

    /// Guessed.
    pub fn sign_up_not_permitted() {
        said(
            K::NotAuthorizedException,
            "SignUp is not permitted for this user pool",
        )
    }

    /// Cabana only: the pool's tag `cabana:sign-up-domains` admits no such address.
    pub fn foreign_email(domains: &str) {
        invalid_parameter(format!(
            "An e-mail address in this user pool must be in one of these domains: {domains}."
        ))
    }

    /// Cabana only: the pool has the tag `cabana:sign-up-domains`, and no way to verify an address.
    pub fn sign_up_domains_unproven() {
        invalid_parameter(
            "This user pool takes sign-ups of some e-mail domains only, and does not verify e-mail addresses \
             (AutoVerifiedAttributes), so that nobody can sign up.",
        )
    }

    /// Documented.
    pub fn cannot_confirm(status: UserStatusType) {
        said(
            K::NotAuthorizedException,
            format!(
                "User cannot be confirmed. Current status is {}",
                status.as_str()
            ),
        )
    }

    /// Observed.
    pub fn already_confirmed() {
        invalid_parameter("User is already confirmed.")
    }

    /// Guessed.
    pub fn nothing_to_resend_to() {
        invalid_parameter("Cannot resend codes. Auto verification not turned on.")
    }

    /// Guessed: an invitation is repeated to a user whose status does not allow it.
    pub fn cannot_resend_invitation(username: &str) {
        said(
            K::UnsupportedUserStateException,
            format!("Resend not possible. {username} status is not FORCE_CHANGE_PASSWORD"),
        )
    }

    /// Guessed: the user has no address for the requested medium.
    pub fn no_attribute_for(medium: DeliveryMediumType) {
        invalid_parameter(match medium {
            DeliveryMediumType::Sms => "User does not have a phone number.",
            DeliveryMediumType::Email => "User does not have an email address.",
        })
    }

    /// Cabana only: [`cannot_deliver`](super::cannot_deliver) for operations whose list of errors has no
    /// CodeDeliveryFailureException, under the kind that Cognito uses if its own mail or text service refuses it.
    pub fn not_set_up_to_send(medium: DeliveryMediumType) {
        let message = common::no_transport(medium.as_str());
        match medium {
            DeliveryMediumType::Sms => said(K::InvalidSmsRoleAccessPolicyException, message),
            DeliveryMediumType::Email => said(K::InvalidEmailRoleAccessPolicyException, message),
        }
    }

    // --- lists ---

    /// Observed.
    pub fn bad_filter() {
        invalid_parameter("Error while parsing filter")
    }

    /// Observed.
    pub fn not_searchable(attribute: &str) {
        invalid_parameter(format!("Invalid search attribute: {attribute}"))
    }

    // --- groups ---

    /// Documented.
    pub fn group_exists() {
        said(
            K::GroupExistsException,
            "A group with the name already exists.",
        )
    }

    /// Guessed.
    pub fn in_too_many_groups(most: usize) {
        invalid_parameter(format!("A user can be in at most {most} groups."))
    }

    /// Documented.
    pub fn no_such_group() {
        said(K::ResourceNotFoundException, "Group not found.")
    }
}

fn account_with_attribute(kind: NameKind) -> Words {
    said(
        K::UsernameExistsException,
        format!(
            "An account with the given {} already exists.",
            kind.as_str()
        ),
    )
}

/// Observed: attributes with the rules they break, one per line, each line ended by a line feed.
pub fn schema<'n, R: std::fmt::Display>(
    writing: Writing,
    broken: impl IntoIterator<Item = (&'n str, R)>,
) -> Fault {
    let rules = broken.into_iter();
    let rules: Vec<(&str, String)> = rules.map(|(name, rule)| (name, rule.to_string())).collect();
    schema_broken(writing, &rules)
}
