//! What the program refuses to serve on.

use diesel_async::SimpleAsyncConnection;
use mrp_server::config::Config;
use mrp_server::serve::serve;
use mrp_test_support::database::TestDb;

fn config(database: &TestDb) -> Config {
    Config {
        listen: "127.0.0.1:0".to_owned(),
        database_url: Some(database.url().to_owned()),
        data_dir: std::env::temp_dir(),
        pool: 2,
        workers: 1,
        tls: false,
        demo: false,
    }
}

#[tokio::test]
async fn a_postgres_that_would_lose_writes_is_not_served() {
    let database = TestDb::new().await;
    let mut owner = database.owner().await;
    let text = format!("ALTER DATABASE {} SET synchronous_commit = off", owner_database(&database));
    owner.batch_execute(&text).await.unwrap();
    let error = format!("{:#}", serve(config(&database)).await.unwrap_err());
    assert!(error.contains("would lose acknowledged writes"), "{error}");
    assert!(error.contains("synchronous_commit"), "{error}");
}

#[tokio::test]
async fn a_database_that_is_newer_than_the_program_is_not_served() {
    let database = TestDb::new().await;
    let newer = "INSERT INTO __diesel_schema_migrations (version) VALUES ('99991231000000')";
    database.owner().await.batch_execute(newer).await.unwrap();
    let error = format!("{:#}", serve(config(&database)).await.unwrap_err());
    assert!(error.contains("99991231000000") && error.contains("older than its database"), "{error}");
}

#[tokio::test]
async fn a_port_that_is_taken_is_named_with_a_way_out() {
    let database = TestDb::new().await;
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = taken.local_addr().unwrap().to_string();
    let error = serve(Config { listen: listen.clone(), ..config(&database) }).await.unwrap_err().to_string();
    assert!(error.contains(&listen) && error.contains("--listen"), "{error}");
}

#[tokio::test]
async fn the_program_checks_a_database_and_fails_when_something_contradicts_itself() {
    let database = TestDb::new().await;
    let check = || {
        let program = env!("CARGO_BIN_EXE_mrp-server");
        std::process::Command::new(program).args(["self-check", "--database-url", database.url()]).output().unwrap()
    };
    let sound = check();
    assert!(sound.status.success() && String::from_utf8_lossy(&sound.stdout).contains("checks hold"), "{sound:?}");

    let homeless = "INSERT INTO warehouse (id, code, name) VALUES (gen_random_uuid(), 'WH-1', 'Nowhere')";
    database.owner().await.batch_execute(homeless).await.unwrap();
    let broken = check();
    assert!(!broken.status.success() && String::from_utf8_lossy(&broken.stdout).contains("WH-1"), "{broken:?}");
}

fn owner_database(database: &TestDb) -> &str {
    let (_, name) = database.url().rsplit_once('/').unwrap();
    name.split('?').next().unwrap()
}
