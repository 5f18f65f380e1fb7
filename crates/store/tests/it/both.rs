//! A fresh store on each engine.

use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};

use lingjian_model::Conversation;
use lingjian_rehearsal::{Centre, Plan};
use lingjian_store::{Incoming, Store, Taken};
use sea_orm::{ConnectionTrait as _, Database};
use uuid::Uuid;

/// A moment: milliseconds of UTC.
pub(crate) const NOW: i64 = 1_795_000_000_000;
/// The digest of some rules.
pub(crate) const RULES: &str = "rules-1";

/// Ids in the order in which they are asked for.
#[derive(Debug)]
pub(crate) struct Ids(u128);

impl Ids {
    pub(crate) fn new(series: u64) -> Self {
        Self(u128::from(series) << 64)
    }

    pub(crate) fn next(&mut self) -> Uuid {
        self.0 += 1;
        Uuid::from_u128(self.0)
    }
}

/// Runs a test on SQLite, then on PostgreSQL.
///
/// `cargo xtask test` starts a PostgreSQL; by hand: `cargo xtask postgres`.
pub(crate) fn on_both<F: Future<Output = ()>>(test: impl Fn(Store) -> F) {
    on_both_at(|store, _| test(store));
}

/// The same, with the address of the database: for those who meddle with it behind the store's back.
pub(crate) fn on_both_at<F: Future<Output = ()>>(test: impl Fn(Store, String) -> F) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let file = format!("{}/lingjian.db", folder.path().display());
        let store = Store::open(&format!("sqlite:{file}")).await.unwrap();
        test(store.clone(), format!("sqlite://{file}")).await;
        store.close().await;

        on_a_fresh_postgres(async |address| {
            let store = Store::open(&address).await.unwrap();
            test(store.clone(), address).await;
            store.close().await;
        })
        .await;
    });
}

/// The address of an empty database of PostgreSQL, which is gone afterwards.
pub(crate) async fn on_a_fresh_postgres(test: impl AsyncFnOnce(String)) {
    let server = std::env::var("LINGJIAN_TEST_POSTGRES")
        .expect("LINGJIAN_TEST_POSTGRES names a PostgreSQL server: `cargo xtask postgres` starts one");
    let (address, admin) = fresh_database(&server).await;
    test(address.clone()).await;
    let name = address.rsplit('/').next().unwrap();
    admin.execute_unprepared(&format!("DROP DATABASE {name} WITH (FORCE)")).await.unwrap();
}

async fn fresh_database(server: &str) -> (String, sea_orm::DatabaseConnection) {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let name = format!("t_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let admin = Database::connect(server).await.unwrap();
    admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
    let (head, _) = server.rsplit_once('/').unwrap();
    (format!("{head}/{name}"), admin)
}

/// Simulated calls, with what their switch knows of them.
pub(crate) fn rehearsed(seed: u64, calls: usize) -> Vec<Conversation> {
    let centre = Centre::new(&Plan { seed, calls, ..Plan::default() }).unwrap();
    centre.calls().map(|call| call.conversation).collect()
}

pub(crate) fn incoming(conversation: &Conversation) -> Incoming {
    Incoming { conversation: conversation.clone(), recording: None }
}

/// Takes calls in, in one transaction.
pub(crate) async fn take(store: &Store, calls: &[Incoming], ids: &mut Ids) -> Vec<Taken> {
    let mut transaction = store.begin().await.unwrap();
    let taken = transaction.take(calls, 10, NOW, &mut || ids.next()).await.unwrap();
    transaction.commit().await.unwrap();
    taken
}
