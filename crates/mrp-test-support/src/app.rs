//! The real server on a database of its own, with one user of every role.

use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc;
use std::thread::JoinHandle;

use actix_web::dev::ServerHandle;
use actix_web::web;
use mrp_api::access::Role;
use mrp_domain::ids::UserId;
use mrp_domain::time::Instant;
use mrp_server::app::App;
use mrp_server::auth::hash_of;
use mrp_server::clock::Clock;
use mrp_server::events::Feed;
use mrp_store::pool::Store;
use mrp_store::tx::{Actor, Tx};
use mrp_store::users::UserRow;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::client::Client;
use crate::database::TestDb;

/// The password of every user, once [`TestApp::give_passwords`] was called.
pub const PASSWORD: &str = "correct horse battery";

/// How the server is started.
#[derive(Debug, Clone, Default)]
pub struct TestOptions {
    /// Where the time comes from.
    pub clock: Clock,
    /// Cookies as behind TLS.
    pub tls: bool,
}

/// A running server.
#[derive(Debug)]
pub struct TestApp {
    /// Its address.
    pub address: SocketAddr,
    /// Its clock.
    pub clock: Clock,
    /// A pool of the test's own, with the app's rights.
    pub store: Store,
    database: TestDb,
    server: ServerHandle,
    thread: Option<JoinHandle<()>>,
}

impl TestApp {
    /// A server with the machine's time.
    pub async fn new() -> Self {
        Self::with(TestOptions::default()).await
    }

    /// A server whose clock stands still.
    pub async fn at(now: Instant) -> Self {
        Self::with(TestOptions { clock: Clock::fixed(now), ..TestOptions::default() }).await
    }

    /// A server.
    pub async fn with(options: TestOptions) -> Self {
        let database = TestDb::new().await;
        let store = database.store();
        seed_users(&store, options.clock.now()).await;
        let (address, server, thread) = serve(&database, &options);
        Self { address, clock: options.clock, store, database, server, thread: Some(thread) }
    }

    /// A second server on the same database.
    #[must_use]
    pub fn twin(&self) -> Twin {
        let (address, server, thread) =
            serve(&self.database, &TestOptions { clock: self.clock.clone(), ..TestOptions::default() });
        Twin { address, server, thread: Some(thread) }
    }

    /// The user with this role.
    #[must_use]
    pub fn user_id(role: Role) -> UserId {
        UserId::from_uuid(Uuid::from_u128(0x0192_0000_0000_7000_8000_0000_0000_A000 + role as u128))
    }

    /// Calls as the user with this role.
    #[must_use]
    pub fn as_role(&self, role: Role) -> Client {
        Client::new(self.address, Some(token(role)))
    }

    /// Calls as an administrator.
    #[must_use]
    pub fn admin(&self) -> Client {
        self.as_role(Role::Admin)
    }

    /// Calls without a session.
    #[must_use]
    pub fn as_nobody(&self) -> Client {
        Client::new(self.address, None)
    }

    /// Opens one more session of this role, to be thrown away.
    pub async fn new_session(&self, role: Role) -> Client {
        let token = Uuid::now_v7().simple().to_string();
        let mut tx = self.begin("new-session").await;
        open_session(&mut tx, role, &token).await;
        tx.commit(None).await.unwrap();
        Client::new(self.address, Some(token))
    }

    /// Gives every user the password [`PASSWORD`]; their names are those of their roles.
    pub async fn give_passwords(&self) {
        let hash = mrp_server::auth::passwords::Passwords::default().hash(PASSWORD.to_owned()).await.unwrap();
        let mut tx = self.begin("give-passwords").await;
        for role in Role::ALL {
            let id = Self::user_id(*role).uuid();
            user(*role).values(Some(hash.clone())).save(&mut tx, id, Some(1)).await.unwrap();
        }
        tx.commit(None).await.unwrap();
    }

    /// A transaction behind the server's back.
    pub async fn begin(&self, action: &'static str) -> Tx {
        begin(&self.store, action, self.clock.now()).await
    }

    /// The database, as its owner.
    #[must_use]
    pub fn database(&self) -> &TestDb {
        &self.database
    }

    /// Checks that nothing contradicts itself, and stops.
    pub async fn finish(mut self) {
        let mut connection = self.store.connection().await.unwrap();
        let findings = mrp_store::self_check::run(&mut connection).await.unwrap();
        assert!(findings.is_empty(), "the database contradicts itself:\n{findings:#?}");
        drop(connection);
        self.server.stop(false).await;
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

/// A second server on the database of a [`TestApp`].
#[derive(Debug)]
pub struct Twin {
    address: SocketAddr,
    server: ServerHandle,
    thread: Option<JoinHandle<()>>,
}

impl Twin {
    /// Calls this server as the user with this role.
    #[must_use]
    pub fn as_role(&self, role: Role) -> Client {
        Client::new(self.address, Some(token(role)))
    }

    /// Stops it.
    pub async fn stop(mut self) {
        self.server.stop(false).await;
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

/// The server as the program runs it, on a thread of its own and a port that is free.
fn serve(database: &TestDb, options: &TestOptions) -> (SocketAddr, ServerHandle, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (store, clock, tls) = (database.store(), options.clock.clone(), options.tls);
    let (sender, receiver) = mpsc::channel();
    let thread = std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let app = web::Data::new(App::new(store.clone(), clock, tls));
            let feed = web::Data::new(Feed::start(store));
            let server = mrp_server::serve::http(app, feed, listener, 2).unwrap();
            sender.send(server.handle()).unwrap();
            server.await.unwrap();
        });
    });
    (address, receiver.recv().unwrap(), thread)
}

/// The session of this role's user; every test has its own database, so nobody has to guess it.
fn token(role: Role) -> String {
    format!("session-of-{role}")
}

fn user(role: Role) -> UserRow {
    UserRow {
        id: TestApp::user_id(role).uuid(),
        login: role.to_string(),
        name: format!("The {role}"),
        role: role.to_string(),
        language: "en".to_owned(),
        hourly_rate: matches!(role, Role::Operator).then(|| Decimal::from(30)),
        active: true,
        version: 0,
    }
}

async fn seed_users(store: &Store, now: Instant) {
    let mut tx = begin(store, "seed-users", now).await;
    for role in Role::ALL {
        user(*role).values(None).save(&mut tx, TestApp::user_id(*role).uuid(), None).await.unwrap();
        open_session(&mut tx, *role, &token(*role)).await;
    }
    tx.commit(None).await.unwrap();
}

async fn open_session(tx: &mut Tx, role: Role, token: &str) {
    let expires = tx.now_utc() + time::Duration::days(3_650);
    mrp_store::access::open_session(tx, hash_of(token), TestApp::user_id(role), expires).await.unwrap();
}

async fn begin(store: &Store, action: &'static str, now: Instant) -> Tx {
    let actor =
        Actor { user_id: TestApp::user_id(Role::Admin), action, request_id: Uuid::now_v7().simple().to_string(), now };
    store.begin(actor).await.unwrap()
}
