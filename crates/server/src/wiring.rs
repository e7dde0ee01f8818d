//! Assembly of the server: store, API, pages, jobs, background tasks, port.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use bytes::Bytes;
use cabana_api::{Api, Settings, Signatures, Transports};
use cabana_domain::password::hash::Cost;
use cabana_store::SharedStore;
use cabana_store_sql::Callers;
use futures_util::future::BoxFuture;
use http::{Request, Response};
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

use crate::catalog::{self, unreadable};
use crate::config::{Config, MailRoute, Mode, SmsRoute};
use crate::data_dir::{self, DataDir};
use crate::delivery::runners;
use crate::demo_app::DemoApp;
use crate::edge::Machine;
use crate::jobs::Runner;
use crate::jobs::messages::Messages;
use crate::last_start::LastStart;
use crate::listen::{
    self, Calls, Front, Limits, Metrics, MetricsPort, Policy, Probes, Proxy, Shares,
};
use crate::outgoing::{Guard, Guarded};
use crate::problem::Problem;
use crate::tls::{self, Authority, Certificates};
use crate::{admission, console, database, demo_pool, functions, survey, tasks, telemetry};

/// More connections than monitoring needs at once; one address may have a quarter of them.
const METRICS_CONNECTIONS: usize = 64;

/// A server that listens but does not answer yet.
pub struct Server {
    pub config: Config,
    pub address: SocketAddr,
    pub public_url: String,
    pub demo: Option<cabana_domain::client::Client>,
    /// The issuer in the demo pool's tokens.
    pub issuer: Option<String>,
    /// Link that creates the next operator of the console, if one is needed.
    pub setup_link: Option<String>,
    api: Arc<Api>,
    certificates: Option<Arc<Certificates>>,
    listener: TcpListener,
    metrics_listener: Option<TcpListener>,
    workers: [Runner<Messages>; 2],
    metrics: PrometheusHandle,
    _data_dir: DataDir,
}

impl Server {
    /// Opens everything, so that every failure happens here.
    ///
    /// # Errors
    /// The problem, in one line.
    pub async fn prepare(config: Config, callers: Arc<Callers>) -> Result<Self, Problem> {
        let data_dir = DataDir::open(&config.data_dir)?;
        let master_key = data_dir.master_key(&config)?;
        let sealer = database::sealer(&master_key)?;
        let authority = authority(&config);
        // Before the store, which counts from its opening on.
        let metrics = telemetry::start_metrics()?;
        let store = database::open(&config, Arc::clone(&sealer), Some(callers)).await?;
        let known = admission::access_keys(&store).await?;
        data_dir.keep_master_key(&config, &master_key)?;
        let root = data_dir.root_key(&config, admission::root_among(&known))?;
        admission::admit_root(&store, &known, root).await?;
        let listener = bind(config.listen)?;
        let metrics_listener = config.metrics_listen.map(bind).transpose()?;
        let address = listener
            .local_addr()
            .map_err(|error| Problem::new(error.to_string()))?;
        let public_url = config.public_url(address);
        LastStart::new(&config, address, &public_url).keep(&config.data_dir)?;
        for warning in survey::at_start(&store, &config, &public_url).await? {
            tracing::warn!("{warning}");
        }
        let certificates = certificates(&config, authority, &store)
            .await?
            .map(Arc::new);
        let settings = settings(&config, public_url.clone());
        telemetry::show_limits(&config.limits);
        if config.is_behind_a_silent_proxy() {
            tracing::warn!(
                "people use another name than this machine's, so something forwards their requests: without \
                 --behind-proxy nobody can be counted by address, and whether they came with TLS is taken from the public URL"
            );
        }
        let mut api = Api::new(
            store,
            sealer,
            Arc::new(Machine),
            Arc::new(Machine),
            settings,
        );
        functions::equip(&mut api, &config, &master_key)?;
        let guard = Guard::new(config.mode, config.allow_private_network);
        api.fetch = Arc::new(Guarded::new(guard)?);
        let api = Arc::new(api);
        let demo = match config.mode {
            Mode::Dev => demo_pool::ensure(&api).await?,
            Mode::Serve => None,
        };
        let issuer = match &demo {
            Some(client) => api.store.pool(&client.pool).await.map_err(unreadable)?,
            None => None,
        };
        let issuer = issuer.map(|pool| pool.issuer(&public_url));
        let workers = [
            runners::mails(&config, &api)?,
            runners::texts(&config, &api)?,
        ];
        cabana_console::prepare(&api)
            .await
            .map_err(|fault| Problem::new(format!("the console cannot be made ready: {fault}")))?;
        let setup_link = console::setup_link(&api, config.mode).await?;
        Ok(Self {
            config,
            address,
            public_url,
            demo,
            issuer,
            setup_link,
            api,
            certificates,
            listener,
            metrics_listener,
            workers,
            metrics,
            _data_dir: data_dir,
        })
    }

    /// Answers until `stop` turns true and everything in progress is done.
    ///
    /// # Errors
    /// If TLS cannot be set up.
    pub async fn run(self, stop: watch::Receiver<bool>) -> Result<(), Problem> {
        let (api, metrics) = (Arc::clone(&self.api), self.metrics.clone());
        let tls = self
            .certificates
            .clone()
            .map(Certificates::server_config)
            .transpose()?;
        let shares = Shares::new(self.config.max_connections_per_address, proxy(&self.config));
        let shares = Arc::new(shares);
        let front = Arc::new(Front::new(
            Port(Arc::clone(&self.api)),
            self.pages()?,
            Arc::new(Probes::new(
                Arc::clone(&self.api.store),
                metrics.clone(),
                stop.clone(),
                match self.metrics_listener {
                    Some(_) => Metrics::Elsewhere,
                    None => Metrics::Here,
                },
            )),
            Arc::clone(&shares),
            self.policy(),
        ));
        let background = tasks::Tasks {
            api: Arc::clone(&self.api),
            certificates: self.certificates.clone(),
            public_host: self.config.public_host().to_owned(),
            metrics,
        };
        let background = background.start(stop.clone());
        let mut workers = JoinSet::new();
        for worker in self.workers {
            workers.spawn(Arc::new(worker).run(stop.clone()));
        }
        let deliveries = runners::deliveries(&self.config, &self.api);
        workers.spawn(Arc::new(deliveries).run(stop.clone()));
        let limits = Limits::new(self.config.max_connections, self.config.drain);
        if let Some(listener) = self.metrics_listener {
            let port = Arc::new(MetricsPort(self.metrics));
            let shares = Arc::new(Shares::new(METRICS_CONNECTIONS / 4, Proxy::None));
            let limits = Limits::new(METRICS_CONNECTIONS, self.config.drain);
            let serving = listen::serve(listener, None, port, limits, shares, stop.clone());
            tokio::spawn(serving);
        }
        listen::serve(self.listener, tls, front, limits, shares, stop).await;
        if tokio::time::timeout(self.config.drain, workers.join_all())
            .await
            .is_err()
        {
            tracing::warn!("stopped while a message was being sent; it will be retried");
        }
        background.join_all().await;
        // Statistics of the requests that were still in progress when the tasks ended.
        tasks::write_statistics(&api).await;
        Ok(())
    }

    fn policy(&self) -> Policy {
        Policy {
            proxy: proxy(&self.config),
            plain_http: self.config.answers_plain_http(),
            public_url: self.public_url.clone(),
            strict_transport: self.config.mode == Mode::Serve
                && !crate::config::is_loopback_host(self.config.public_host()),
        }
    }

    fn pages(&self) -> Result<Router, Problem> {
        let mut settings = cabana_web::Settings {
            dev: self.config.mode == Mode::Dev,
            inbox: self.config.shows_inbox(),
            console: true,
            demo: None,
        };
        settings.demo = self.demo.as_ref().map(|client| cabana_web::Demo {
            pool_id: client.pool.as_str().to_owned(),
            client_id: client.id.as_str().to_owned(),
            url: crate::demo_app::START.to_owned(),
            user: None,
        });
        let console = cabana_console::Settings {
            dev: settings.dev,
            inbox: settings.inbox,
            facts: console::facts(&self.config, self.address, &self.api),
        };
        let pages = cabana_web::router(cabana_web::Web::new(Arc::clone(&self.api), settings));
        let console = cabana_console::Console::new(Arc::clone(&self.api), pages.clone(), console);
        let routes = pages.clone().merge(cabana_console::router(console));
        Ok(match &self.demo {
            Some(client) => routes.merge(DemoApp::new(&self.api, client, pages).routes()),
            None => routes,
        })
    }
}

fn bind(address: SocketAddr) -> Result<TcpListener, Problem> {
    listen::bind(address).map_err(|error| {
        let hint = match error.kind() {
            std::io::ErrorKind::AddrInUse => {
                "; is another cabana running? Choose another port with --listen"
            }
            _ => "",
        };
        Problem::new(format!("cannot listen on {address}: {error}{hint}"))
    })
}

fn proxy(config: &Config) -> Proxy {
    match config.behind_proxy {
        true => Proxy::Trusted,
        false if config.is_behind_a_silent_proxy() => Proxy::Silent,
        false => Proxy::None,
    }
}

fn settings(config: &Config, public_url: String) -> Settings {
    let dev = config.mode == Mode::Dev;
    Settings {
        region: config.region.clone(),
        account_id: config.account_id.clone(),
        public_url,
        argon2: Cost::STANDARD,
        limits: config.limits,
        events_kept: config.events_kept,
        signatures: if dev {
            Signatures::KnownKeysOnly
        } else {
            Signatures::Required
        },
        transports: Transports {
            email: config.mail != MailRoute::Nowhere,
            sms: !matches!(config.sms, SmsRoute::Nowhere),
        },
    }
}

/// The API, for the front.
struct Port(Arc<Api>);

impl Calls for Port {
    fn largest_body<'a>(&'a self, head: &'a http::request::Parts) -> BoxFuture<'a, usize> {
        Box::pin(self.0.largest_body(head))
    }

    fn answer(&self, call: Request<Bytes>) -> BoxFuture<'_, Response<Bytes>> {
        Box::pin(self.0.handle(call))
    }
}

/// The local authority, if certificates are made here. Creating one waits for the disk, in parallel with the other
/// waits of the first start.
fn authority(config: &Config) -> Option<JoinHandle<Result<Authority, Problem>>> {
    let dir = data_dir::tls_dir(&config.data_dir);
    let needed = config.tls.is_none() && config.makes_certificate();
    needed.then(|| tokio::task::spawn_blocking(move || Authority::open(&dir)))
}

async fn certificates(
    config: &Config,
    authority: Option<JoinHandle<Result<Authority, Problem>>>,
    store: &SharedStore,
) -> Result<Option<Certificates>, Problem> {
    if let Some(files) = &config.tls {
        return Certificates::from_files(files.clone()).map(Some);
    }
    let Some(authority) = authority else {
        return Ok(None);
    };
    let authority = authority
        .await
        .map_err(|error| Problem::new(format!("no certificate authority: {error}")))??;
    let domains = catalog::custom_domains(store).await.map_err(unreadable)?;
    Certificates::local(
        authority,
        tls::names(config.public_host(), &config.region, domains),
    )
    .map(Some)
}
