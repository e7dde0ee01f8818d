//! Ways into somebody else's account, and ways to keep somebody out of theirs.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{House, refused};
use crate::shop::{PASSWORD, code_of};

impl House {
    /// The next person who signs in: the same claims in the ID token and in the user info.
    pub(super) fn comes(&self, claims: Value) {
        self.idp.person(claims.clone(), claims);
    }

    /// The name under which the next person comes in.
    async fn arrives_as(&self) -> Value {
        self.id_token().await["cognito:username"].clone()
    }
}

#[tokio::test]
async fn an_address_that_leads_to_a_user_leads_one_person_there() {
    let house = House::open().await;
    house.shop.user("ada").await;
    house.link("ada", "email", "ann@corp.example").await;
    let ann = json!({ "sub": "Ann-1", "email": "ann@corp.example" });
    house.comes(ann.clone());
    assert_eq!(house.arrives_as().await, "ada");
    // Whoever gets the address later is somebody else.
    house.comes(json!({ "sub": "Eve-2", "email": "ann@corp.example" }));
    assert_eq!(house.arrives_as().await, "corp_eve-2");
    // And whoever changes theirs is still the same.
    house.comes(json!({ "sub": "Ann-1", "email": "lee@corp.example" }));
    assert_eq!(house.arrives_as().await, "ada");
    let identities = &house.attributes("ada").await["identities"];
    let identities: Value = serde_json::from_str(identities.as_str().unwrap()).unwrap();
    assert_eq!(identities.as_array().unwrap().len(), 1);
    assert_eq!(identities[0]["userId"], "Ann-1");
    // From then on it is the link of the subject, as documented.
    house.unlink("Corp", "Ann-1").await;
    house.comes(ann);
    assert_eq!(house.arrives_as().await, "corp_ann-1");
}

#[tokio::test]
async fn an_address_that_the_provider_does_not_vouch_for_leads_to_nobody() {
    let house = House::open().await;
    house.shop.user("ada").await;
    house.link("ada", "email", "ann@corp.example").await;
    for said in [json!(false), json!("false")] {
        house.comes(json!({ "sub": "Eve-2", "email": "ann@corp.example", "email_verified": said }));
        assert_eq!(house.arrives_as().await, "corp_eve-2");
    }
    house.comes(json!({ "sub": "Ann-1", "email": "ann@corp.example", "email_verified": true }));
    assert_eq!(house.arrives_as().await, "ada");
}

#[tokio::test]
async fn a_provider_vouches_only_for_the_address_that_it_gives() {
    let mapped = json!({ "email": "email", "email_verified": "email_verified" });
    let house = House::with(json!({}), json!({ "AttributeMapping": mapped })).await;
    house.shop.user("ada").await;
    house.link("ada", "Cognito_Subject", "Ann-1").await;
    // The address of somebody else, which `ada` has chosen but not proven.
    let chosen = json!({
        "UserPoolId": house.shop.pool, "Username": "ada",
        "UserAttributes": [
            { "Name": "email", "Value": "boss@corp.example" }, { "Name": "email_verified", "Value": "false" },
        ],
    });
    house.shop.app.ok("AdminUpdateUserAttributes", chosen).await;
    house.comes(json!({ "sub": "Ann-1", "email_verified": true }));
    assert_eq!(house.arrives_as().await, "ada");
    assert_eq!(house.attributes("ada").await["email_verified"], "false");
    // Nor for one that it gives to an app that may not write it.
    house.client(json!({ "WriteAttributes": ["name"] })).await;
    house.comes(json!({ "sub": "Ann-1", "email": "ann@corp.example", "email_verified": true }));
    house.id_token().await;
    let kept = house.attributes("ada").await;
    assert_eq!(
        (&kept["email"], &kept["email_verified"]),
        (&json!("boss@corp.example"), &json!("false"))
    );
    // For its own it does, and may take it back.
    house.client(json!({})).await;
    for said in ["true", "false"] {
        house.comes(json!({ "sub": "Ann-1", "email": "ann@corp.example", "email_verified": said }));
        house.id_token().await;
        assert_eq!(house.attributes("ada").await["email_verified"], said);
    }
}

#[tokio::test]
async fn a_person_of_a_provider_is_not_the_local_user_of_that_name() {
    let house = House::open().await;
    house.shop.user("10801").await;
    let mut link = house.link_of("10801", "Corp", "Cognito_Subject", "Ann-1");
    link["DestinationUser"]["ProviderName"] = json!("Google");
    house
        .shop
        .app
        .call("AdminLinkProviderForUser", link)
        .await
        .refused("UserNotFoundException", "User does not exist.");
    // A federated user has a user name as well.
    house.comes(json!({ "sub": "Bob" }));
    assert_eq!(house.arrives_as().await, "corp_bob");
    for name in ["Bob", "corp_bob"] {
        let mut link = house.link_of(name, "Corp", "Cognito_Subject", &format!("{name} too"));
        link["DestinationUser"]["ProviderName"] = json!("Corp");
        house.shop.app.ok("AdminLinkProviderForUser", link).await;
    }
}

#[tokio::test]
async fn a_link_that_is_ended_ends_the_session_that_came_by_it() {
    let house = House::open().await;
    house.shop.user("ada").await;
    house.link("ada", "Cognito_Subject", "Ann-1").await;
    let (browser, own) = (house.shop.browser(), house.shop.browser());
    let authorize = house.shop.at("/oauth2/authorize", &[]);
    code_of(&house.sign_in(&browser).await);
    code_of(&house.shop.sign_in(&own, &[]).await);
    code_of(&browser.get(&authorize).await);
    house.unlink("Corp", "Ann-1").await;
    let page = browser.get(&authorize).await;
    assert!(page.location().contains("/login?"), "{}", page.location());
    // The user's own sign-in goes on.
    code_of(&own.get(&authorize).await);
}

#[tokio::test]
async fn nobody_takes_the_name_of_a_person_who_has_yet_to_come() {
    let pool = json!({ "AliasAttributes": ["preferred_username"] });
    let house = House::with(pool, json!({})).await;
    let app = &house.shop.app;
    let sign_up = |name: &str| {
        json!({
            "ClientId": house.shop.client, "Username": name, "Password": PASSWORD,
            "UserAttributes": [{ "Name": "email", "Value": "eve@evil.example" }],
        })
    };
    for name in ["corp_ann-1", "Corp_Ann-1", "CORP_x"] {
        let answer = app.call("SignUp", sign_up(name)).await;
        assert!(
            answer
                .message()
                .contains("is kept for a user of an identity provider"),
            "{name}: {}",
            answer.message()
        );
    }
    for name in ["corp", "corpann", "corporal_x", "x_corp_y", "other_ann-1"] {
        app.ok("SignUp", sign_up(name)).await;
    }
    // A name of their own that people choose later is the same.
    house.shop.user("eve").await;
    house
        .client(json!({ "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"] }))
        .await;
    let tokens = app.ok(
        "InitiateAuth",
        json!({
            "ClientId": house.shop.client, "AuthFlow": "USER_PASSWORD_AUTH",
            "AuthParameters": { "USERNAME": "eve", "PASSWORD": PASSWORD },
        }),
    );
    let tokens = tokens.await;
    let change = json!({
        "AccessToken": tokens["AuthenticationResult"]["AccessToken"],
        "UserAttributes": [{ "Name": "preferred_username", "Value": "corp_ann-1" }],
    });
    let answer = app.call("UpdateUserAttributes", change).await;
    assert!(answer.message().contains("is kept"), "{}", answer.message());
    // Nor at a first sign-in with a temporary password.
    let invited = json!({
        "UserPoolId": house.shop.pool, "Username": "ivy", "MessageAction": "SUPPRESS",
        "TemporaryPassword": "Temp-0rary!",
    });
    app.ok("AdminCreateUser", invited).await;
    let begun = json!({
        "ClientId": house.shop.client, "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": { "USERNAME": "ivy", "PASSWORD": "Temp-0rary!" },
    });
    let begun = app.ok("InitiateAuth", begun).await;
    let responds = json!({
        "ClientId": house.shop.client, "ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": begun["Session"],
        "ChallengeResponses": {
            "USERNAME": "ivy", "NEW_PASSWORD": PASSWORD,
            "userAttributes.preferred_username": "corp_ann-1",
        },
    });
    let answer = app.call("RespondToAuthChallenge", responds).await;
    assert!(answer.message().contains("is kept"), "{}", answer.message());
    assert_eq!(house.arrives_as().await, "corp_ann-1");
    // Whoever has such a name by an administrator may choose another one beside it.
    house.shop.user("corp_bea").await;
    let tokens = json!({
        "ClientId": house.shop.client, "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": { "USERNAME": "corp_bea", "PASSWORD": PASSWORD },
    });
    let tokens = app.ok("InitiateAuth", tokens).await;
    let change = json!({
        "AccessToken": tokens["AuthenticationResult"]["AccessToken"],
        "UserAttributes": [{ "Name": "preferred_username", "Value": "bea" }],
    });
    app.ok("UpdateUserAttributes", change).await;
}

#[tokio::test]
async fn a_verified_address_of_somebody_else_is_no_bridge_where_it_is_an_alias() {
    let pool = json!({ "AliasAttributes": ["email"] });
    let mapped = json!({ "email": "email", "email_verified": "email_verified" });
    let house = House::with(pool, json!({ "AttributeMapping": mapped })).await;
    house.shop.user("ada").await;
    let eve = json!({ "sub": "Eve-2", "email": "ada@example.com", "email_verified": true });
    house.comes(eve);
    assert_eq!(house.arrives_as().await, "corp_eve-2");
    assert_eq!(house.user("ada@example.com").await["Username"], "ada");
    // Also with a password of their own, and when they no longer come from the provider.
    let set = json!({
        "UserPoolId": house.shop.pool, "Username": "corp_eve-2", "Password": PASSWORD, "Permanent": true,
    });
    house.shop.app.ok("AdminSetUserPassword", set).await;
    let unlink = house.unlink_of("Corp", "Eve-2");
    let app = &house.shop.app;
    let answer = app.call("AdminDisableProviderForUser", unlink).await;
    answer.refused(
        "AliasExistsException",
        "An account with the email already exists.",
    );
    assert_eq!(house.user("ada@example.com").await["Username"], "ada");
    // Without it the link ends.
    let unverified = json!({
        "UserPoolId": house.shop.pool, "Username": "corp_eve-2",
        "UserAttributes": [{ "Name": "email_verified", "Value": "false" }],
    });
    app.ok("AdminUpdateUserAttributes", unverified).await;
    house.unlink("Corp", "Eve-2").await;
    assert_eq!(house.user("ada@example.com").await["Username"], "ada");
    // A local user who is linked does not get it either.
    house.shop.user("bea").await;
    house.link("bea", "Cognito_Subject", "Bea-3").await;
    house.comes(json!({ "sub": "Bea-3", "email": "ada@example.com", "email_verified": true }));
    let (error, why) = refused(&house.sign_in(&house.shop.browser()).await);
    assert_eq!(error, "invalid_request");
    assert_eq!(why, "An account with the given email already exists.");
    assert_eq!(house.user("ada@example.com").await["Username"], "ada");
}

#[tokio::test]
async fn a_provider_that_is_made_anew_knows_whom_it_knew() {
    let house = House::open().await;
    let first = house.id_token().await;
    let gone = json!({ "UserPoolId": house.shop.pool, "ProviderName": "Corp" });
    house.shop.app.ok("DeleteIdentityProvider", gone).await;
    house
        .shop
        .app
        .provider_of(&house.shop.pool, "Corp", json!({}))
        .await;
    assert_eq!(house.id_token().await["sub"], first["sub"]);
}

#[tokio::test]
async fn many_first_sign_ins_at_once_settle_a_link_by_an_address() {
    let house = Arc::new(House::open().await);
    house.shop.user("ada").await;
    house.link("ada", "email", "ann@corp.example").await;
    house.many_sign_in(20).await;
    assert_eq!(house.users().await, 1);
    assert_eq!(house.arrives_as().await, "ada");
}

#[tokio::test]
async fn a_federated_user_gets_no_way_in_that_the_provider_does_not_know() {
    let mapped = json!({ "email": "email", "email_verified": "email_verified" });
    let factors = json!({ "AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"] });
    let pool = json!({ "Policies": { "SignInPolicy": factors } });
    let house = House::with(pool, json!({ "AttributeMapping": mapped })).await;
    house.comes(json!({ "sub": "Ann-1", "email": "ann@corp.example", "email_verified": true }));
    house.client(json!({
        "ExplicitAuthFlows": ["ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        "AllowedOAuthScopes": ["openid", "email", "aws.cognito.signin.user.admin"],
    })).await;
    let browser = house.shop.browser();
    let scope = [("scope", "openid aws.cognito.signin.user.admin")];
    let page = house.sign_in_with(&browser, &scope).await;
    let tokens = house.shop.redeem(&code_of(&page), &[]).await.json();
    let app = &house.shop.app;
    let set = json!({ "AccessToken": tokens["access_token"], "ProposedPassword": PASSWORD });
    app.call("ChangePassword", set).await.refused(
        "NotAuthorizedException",
        "User password cannot be changed in the current state.",
    );
    let sign_in = json!({
        "ClientId": house.shop.client, "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": { "USERNAME": "corp_ann-1", "PASSWORD": PASSWORD },
    });
    app.call("InitiateAuth", sign_in)
        .await
        .refused("NotAuthorizedException", "Incorrect username or password.");
    let before = app.mailbox().await.len();
    let by_code = json!({
        "ClientId": house.shop.client, "AuthFlow": "USER_AUTH",
        "AuthParameters": { "USERNAME": "corp_ann-1", "PREFERRED_CHALLENGE": "EMAIL_OTP" },
    });
    let choice = app.ok("InitiateAuth", by_code).await;
    assert_eq!(
        choice["AvailableChallenges"],
        json!(["PASSWORD_SRP", "PASSWORD"])
    );
    let here = json!({ "ClientId": house.shop.client, "Username": "corp_ann-1" });
    let administered = json!({ "UserPoolId": house.shop.pool, "Username": "corp_ann-1" });
    let no_reset = "User password cannot be reset in the current state.";
    for (operation, asked, kind, why) in [
        (
            "ResendConfirmationCode",
            &here,
            "InvalidParameterException",
            "User is already confirmed.",
        ),
        ("ForgotPassword", &here, "NotAuthorizedException", no_reset),
        (
            "AdminConfirmSignUp",
            &administered,
            "NotAuthorizedException",
            "User cannot be confirmed. Current status is EXTERNAL_PROVIDER",
        ),
        (
            "AdminResetUserPassword",
            &administered,
            "NotAuthorizedException",
            no_reset,
        ),
    ] {
        app.call(operation, asked.clone()).await.refused(kind, why);
    }
    assert_eq!(app.mailbox().await.len(), before);
    let user = house.user("corp_ann-1").await;
    assert_eq!(user["UserStatus"], "EXTERNAL_PROVIDER");
}
