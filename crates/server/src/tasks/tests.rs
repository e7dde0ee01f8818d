use super::*;
use cabana_api::{Caller, RequestInfo, Settings, Signatures, Transports};
use cabana_domain::PoolId;
use cabana_domain::activity::ActivityKind;
use cabana_domain::pool::OPERATORS_POOL;
use cabana_model::{AdminCreateUserRequest, MessageActionType, op};
use cabana_store::Sealer;
use cabana_store_sql::SqliteStore;
use metrics_exporter_prometheus::PrometheusBuilder;

/// A server with only the operators' pool.
async fn api() -> Arc<Api> {
    let sealer = Arc::new(Sealer::new(&[7; 32]).unwrap());
    let store = SqliteStore::open_temporary(Arc::clone(&sealer)).unwrap();
    let settings = Settings {
        region: "us-east-1".to_owned(),
        account_id: "000000000000".to_owned(),
        public_url: "http://localhost:9229".to_owned(),
        argon2: cabana_domain::password::hash::Cost::LEAST,
        limits: cabana_api::limits::Rates::EMULATOR,
        events_kept: cabana_domain::Span::days(30),
        signatures: Signatures::Required,
        transports: Transports {
            email: false,
            sms: false,
        },
    };
    let machine = || Arc::new(edge::Machine);
    let api = Arc::new(Api::new(store, sealer, machine(), machine(), settings));
    cabana_console::prepare(&api).await.unwrap();
    api
}

async fn new_user(api: &Api) {
    let request = RequestInfo {
        id: "test".to_owned(),
        source_ip: None,
        user_agent: None,
        sdk_agent: None,
        page_host: None,
        reads_only: false,
    };
    let input = AdminCreateUserRequest {
        user_pool_id: OPERATORS_POOL.to_owned(),
        username: "ann".into(),
        message_action: Some(MessageActionType::Suppress),
        ..AdminCreateUserRequest::default()
    };
    api.call::<op::AdminCreateUser>(Caller::InProcess, request, &input)
        .await
        .unwrap();
}

#[tokio::test]
async fn what_was_counted_is_written_when_the_server_stops() {
    let api = api().await;
    let tasks = Tasks {
        api: Arc::clone(&api),
        certificates: None,
        public_host: "localhost".to_owned(),
        metrics: PrometheusBuilder::new().build_recorder().handle(),
    };
    let (stop, stopped) = watch::channel(false);
    let running = tasks.start(stopped);
    new_user(&api).await;
    let pool = PoolId::new(OPERATORS_POOL);
    assert!(api.store.activity(&pool, 0).await.unwrap().is_empty());
    stop.send_replace(true);
    running.join_all().await;
    let counts = api.store.activity(&pool, 0).await.unwrap();
    let sign_ups = counts.iter().find(|it| it.kind == ActivityKind::SignUp);
    assert_eq!(sign_ups.unwrap().count, 1);
}
