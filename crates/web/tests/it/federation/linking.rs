//! People of a provider whom an administrator has linked to a user.

use serde_json::{Value, json};

use super::{House, refused};
use crate::shop::{PASSWORD, code_of};

impl House {
    pub(super) fn link_of(
        &self,
        user: &str,
        provider: &str,
        attribute: &str,
        value: &str,
    ) -> Value {
        json!({
            "UserPoolId": self.shop.pool,
            "DestinationUser": { "ProviderName": "Cognito", "ProviderAttributeValue": user },
            "SourceUser": {
                "ProviderName": provider, "ProviderAttributeName": attribute, "ProviderAttributeValue": value,
            },
        })
    }

    pub(super) async fn link(&self, user: &str, attribute: &str, value: &str) {
        let link = self.link_of(user, "Corp", attribute, value);
        self.shop.app.ok("AdminLinkProviderForUser", link).await;
    }

    async fn link_is_refused(&self, link: Value, kind: &str, message: &str) {
        let answer = self.shop.app.call("AdminLinkProviderForUser", link).await;
        answer.refused(kind, message);
    }

    pub(super) async fn unlink(&self, provider: &str, value: &str) {
        let unlink = self.unlink_of(provider, value);
        let app = &self.shop.app;
        app.ok("AdminDisableProviderForUser", unlink).await;
    }

    pub(super) fn unlink_of(&self, provider: &str, value: &str) -> Value {
        json!({
            "UserPoolId": self.shop.pool,
            "User": {
                "ProviderName": provider, "ProviderAttributeName": "Cognito_Subject", "ProviderAttributeValue": value,
            },
        })
    }
}

#[tokio::test]
async fn a_linked_person_comes_in_as_the_user_they_are_linked_to() {
    let house = House::open().await;
    house.shop.user("ada").await;
    house.link("ada", "Cognito_Subject", "Ann-1").await;
    let id = house.id_token().await;
    assert_eq!(id["cognito:username"], "ada");
    assert_eq!(id["email"], "ann@corp.example");
    let identity = &id["identities"][0];
    assert_eq!(
        (&identity["userId"], &identity["primary"]),
        (&json!("Ann-1"), &json!("false"))
    );
    assert_eq!(house.user("ada").await["UserStatus"], "CONFIRMED");
    assert_eq!(house.users().await, 1);
    // The password still works.
    code_of(&house.shop.sign_in(&house.shop.browser(), &[]).await);

    house.unlink("Corp", "Ann-1").await;
    assert_eq!(house.attributes("ada").await.get("identities"), None);
    let again = house.unlink_of("Corp", "Ann-1");
    let app = &house.shop.app;
    let answer = app.call("AdminDisableProviderForUser", again).await;
    answer.refused("UserNotFoundException", "User does not exist.");
    let id = house.id_token().await;
    assert_eq!(id["cognito:username"], "corp_ann-1");
    assert_eq!(house.users().await, 2);
}

#[tokio::test]
async fn a_link_by_an_attribute_is_found_by_its_value() {
    let house = House::open().await;
    house.shop.user("ada").await;
    house.link("ada", "email", "ann@corp.example").await;
    assert_eq!(house.id_token().await["cognito:username"], "ada");
    house.idp.person(
        json!({ "sub": "Bob" }),
        json!({ "sub": "Bob", "email": "bob@corp.example" }),
    );
    assert_eq!(house.id_token().await["cognito:username"], "corp_bob");
    for attribute in ["name", "username", "custom:none"] {
        let link = house.link_of("ada", "Corp", attribute, "x");
        let why = format!(
            "Invalid ProviderAttributeName: users of this provider can not be linked by {attribute}"
        );
        house
            .link_is_refused(link, "InvalidParameterException", &why)
            .await;
    }
}

#[tokio::test]
async fn nobody_is_linked_twice_and_nobody_who_has_signed_in() {
    let house = House::open().await;
    for user in ["ada", "bea"] {
        house.shop.user(user).await;
    }
    house.link("ada", "Cognito_Subject", "Cleo").await;
    let by_subject = |user: &str, provider: &str, value: &str| {
        house.link_of(user, provider, "Cognito_Subject", value)
    };
    let local = "Invalid SourceUser: Cognito users with a username/password may not be passed in as a SourceUser, only as a DestinationUser";
    for (link, kind, why) in [
        (
            by_subject("bea", "Corp", "Cleo"),
            "AliasExistsException",
            "The SourceUser is linked to another user already",
        ),
        (
            by_subject("ada", "Corp", "Cleo"),
            "InvalidParameterException",
            local,
        ),
        (
            by_subject("ada", "Cognito", "bea"),
            "InvalidParameterException",
            local,
        ),
        (
            by_subject("nobody", "Corp", "x"),
            "UserNotFoundException",
            "User does not exist.",
        ),
        (
            by_subject("ada", "Nothing", "x"),
            "ResourceNotFoundException",
            "Identity provider Nothing does not exist.",
        ),
    ] {
        house.link_is_refused(link, kind, why).await;
    }
    house.id_token().await;
    let merging = "Merging is not currently supported, provide a SourceUser that has not been signed up in order to link";
    let link = by_subject("ada", "Corp", "Ann-1");
    house
        .link_is_refused(link, "InvalidParameterException", merging)
        .await;
    for number in 0..4 {
        house
            .link("ada", "Cognito_Subject", &format!("more {number}"))
            .await;
    }
    let sixth = by_subject("ada", "Corp", "sixth");
    let why = "A user can have at most 5 linked identities";
    house
        .link_is_refused(sixth, "LimitExceededException", why)
        .await;
}

#[tokio::test]
async fn a_link_made_by_the_function_of_the_first_sign_in_counts_at_once() {
    let config = json!({ "LambdaConfig": cabana_testkit::lambda_config(&["PreSignUp", "PostConfirmation"]) });
    let house = House::with(config, json!({})).await;
    house.shop.user("ada").await;
    house.functions.take();
    let (app, link) = (
        house.shop.app.clone(),
        house.link_of("ada", "Corp", "Cognito_Subject", "Ann-1"),
    );
    house.functions.run(move |event| {
        let (app, link) = (app.clone(), link.clone());
        Box::pin(async move {
            app.ok("AdminLinkProviderForUser", link).await;
            Ok(event.to_string().into_bytes())
        })
    });
    assert_eq!(house.id_token().await["cognito:username"], "ada");
    assert_eq!(house.functions.sources(), ["PreSignUp_ExternalProvider"]);
    assert_eq!(house.users().await, 1);
    // A person who is linked is not asked about again.
    assert_eq!(house.id_token().await["cognito:username"], "ada");
    assert_eq!(house.functions.sources(), Vec::<String>::new());
}

#[tokio::test]
async fn a_password_that_is_disabled_lets_nobody_in() {
    let house = House::open().await;
    house.shop.user("ada").await;
    house.link("ada", "Cognito_Subject", "Ann-1").await;
    house.unlink("Cognito", "ada").await;
    let page = house.shop.sign_in(&house.shop.browser(), &[]).await;
    assert!(page.has("password"), "{}", page.plain());
    assert_eq!(house.id_token().await["cognito:username"], "ada");
    let set = json!({
        "UserPoolId": house.shop.pool, "Username": "ada", "Password": PASSWORD, "Permanent": true,
    });
    house.shop.app.ok("AdminSetUserPassword", set).await;
    code_of(&house.shop.sign_in(&house.shop.browser(), &[]).await);
}

#[tokio::test]
async fn a_profiles_own_identity_that_is_disabled_lets_nobody_in() {
    let house = House::open().await;
    house.id_token().await;
    house.unlink("Corp", "Ann-1").await;
    let (_, why) = refused(&house.sign_in(&house.shop.browser()).await);
    assert_eq!(why, "Already found an entry for username corp_ann-1");
}
