//! What was acknowledged survives a killed Postgres, also where a transaction let its locks go before it waited for the
//! disk.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use mrp_domain::ids::UserId;
use mrp_domain::time::Instant;
use mrp_store::embedded::{Embedded, EmbeddedOptions};
use mrp_store::error::StoreError;
use mrp_store::migrate::migrate;
use mrp_store::pool::Store;
use mrp_store::sql::{Count, sql};
use mrp_store::tx::Actor;
use uuid::Uuid;

use crate::embedded::{Scratch, kill, postmaster_pid, wait_for};

const WRITERS: usize = 8;
/// Acknowledged changes before each blow.
const CHANGES: usize = 200;
const BLOWS: usize = 3;

/// What the writers were told, in the order of the telling.
type Journal = Arc<Mutex<Vec<Uuid>>>;

async fn write_one(store: &Store) -> Result<Uuid, StoreError> {
    let id = Uuid::now_v7();
    let actor = Actor {
        user_id: UserId::from_uuid(Uuid::nil()),
        action: "Test",
        request_id: String::new(),
        now: Instant::from_unix(0),
    };
    let mut tx = store.begin(actor).await?;
    tx.holds_much();
    tx.changed("durability", id, 1, "");
    tx.commit(None).await?;
    Ok(id)
}

async fn write(store: Store, journal: Journal) {
    while let Ok(id) = write_one(&store).await {
        journal.lock().unwrap().push(id);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_was_acknowledged_is_there_after_postgres_was_killed() {
    let scratch = Scratch::new("durability");
    let mut embedded = Embedded::start(EmbeddedOptions::new(scratch.folder())).unwrap();
    migrate(&embedded.url()).await.unwrap();
    let journal = Journal::default();
    for blow in 1..=BLOWS {
        let store = Store::new(&embedded.url(), WRITERS + 1).unwrap();
        let writers =
            (0..WRITERS).map(|_| tokio::spawn(write(store.clone(), Arc::clone(&journal)))).collect::<Vec<_>>();
        while journal.lock().unwrap().len() < blow * CHANGES {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        kill(postmaster_pid(&scratch.cluster()).unwrap());
        for writer in writers {
            writer.await.unwrap();
        }
        wait_for("the killed Postgres was never noticed", || embedded.revive().unwrap());
        let told = journal.lock().unwrap().clone();
        let store = Store::new(&embedded.url(), 1).unwrap();
        let text = format!("SELECT {} FROM audit_log WHERE entity_id = ANY($1)", Count::COLUMNS);
        let kept: Count = sql(text).bind(told.clone()).one(&mut store.connection().await.unwrap()).await.unwrap();
        assert_eq!(usize::try_from(kept.count).unwrap(), told.len(), "after blow {blow}");
    }
}
