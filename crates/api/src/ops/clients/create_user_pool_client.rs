//! Creates an app client, with a secret if requested.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html>

use cabana_domain::ClientId;
use cabana_domain::client::{Client, ClientSecret};
use cabana_model::{CreateUserPoolClientRequest, CreateUserPoolClientResponse, UserPoolClientType};
use cabana_store::{Change, Counted};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic;
use crate::logic::clients::settings::{self, Verb};
use crate::logic::clients::{oauth, secrets, view};
use crate::logic::federation;

pub async fn create_user_pool_client(
    cx: &Cx<'_>,
    input: CreateUserPoolClientRequest,
) -> Result<CreateUserPoolClientResponse, Fault> {
    let pool = cx.pool(&input.user_pool_id).await?;
    logic::quotas::demand_room(cx, Counted::ClientsOf(&pool.id)).await?;
    let id = ClientId::from_random(cx.random()?);
    let blank = Client {
        secrets: first_secret(cx, &id, &input)?.into_iter().collect(),
        sso_minutes: None,
        id,
        pool: pool.id.clone(),
        version: 1,
        settings: UserPoolClientType::default(),
        created: cx.now(),
        modified: cx.now(),
    };
    let client = settings::replaced(blank, &pool, settings::changeable(input), Verb::Creating)?;
    oauth::check_scopes(cx, &client).await?;
    let providers = client.settings.supported_identity_providers.as_deref();
    federation::check_names(cx, &pool, providers).await?;
    let shown = view::as_sent(&client);
    cx.commit([Change::InsertClient(Box::new(client))]).await?;
    Ok(CreateUserPoolClientResponse {
        user_pool_client: Some(shown),
    })
}

fn first_secret(
    cx: &Cx<'_>,
    id: &ClientId,
    input: &CreateUserPoolClientRequest,
) -> Result<Option<ClientSecret>, Fault> {
    match (&input.client_secret, input.generate_secret == Some(true)) {
        (Some(_), true) => Err(faults::generated_and_given_secret()),
        (None, false) => Ok(None),
        (given, _) => secrets::new(cx, id, given.clone(), &[]).map(Some),
    }
}
