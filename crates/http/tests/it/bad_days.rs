//! PostgreSQL gone and back: whoever asks is told soon and in a way that programs understand, and all goes on by itself.

use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use lingjian_app::store::{Filter, Incoming, Store};
use lingjian_app::worker::Workshop;
use lingjian_model::Reach;
use lingjian_rehearsal::{Centre, Plan};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::house::{Client, house_over, wait_ms};

const CALLS: usize = 300;

/// A line to the database that can be cut.
struct Line {
    address: std::net::SocketAddr,
    to: String,
    open: Option<tokio::task::JoinHandle<()>>,
}

impl Line {
    async fn to(to: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut line = Self { address: listener.local_addr().unwrap(), to: to.to_owned(), open: None };
        line.carry(listener);
        line
    }

    fn carry(&mut self, listener: TcpListener) {
        let to = self.to.clone();
        self.open = Some(tokio::spawn(async move {
            // Dropped with the line: every connection breaks off.
            let mut carried = JoinSet::new();
            while let Ok((mut here, _)) = listener.accept().await {
                let to = to.clone();
                carried.spawn(async move {
                    let mut there = TcpStream::connect(&to).await.unwrap();
                    copy_bidirectional(&mut here, &mut there).await.ok();
                });
            }
        }));
    }

    async fn cut(&mut self) {
        let open = self.open.take().unwrap();
        open.abort();
        open.await.ok();
    }

    async fn mend(&mut self) {
        let listener = TcpListener::bind(self.address).await.unwrap();
        self.carry(listener);
        // Who comes within a second of it may still be told to try again: such a connection is not asked before it is used.
        tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_goes_and_comes_back() {
    let server = std::env::var("LINGJIAN_TEST_POSTGRES")
        .expect("LINGJIAN_TEST_POSTGRES names a PostgreSQL server: `cargo xtask postgres` starts one");
    let name = format!("gone_{}", std::process::id());
    psql(&server, &format!("CREATE DATABASE {name}"));
    let (head, tail) = server.rsplit_once('@').unwrap();
    let mut line = Line::to(tail.split_once('/').unwrap().0).await;
    let store = Store::open(&format!("{head}@{}/{name}", line.address)).await.unwrap();
    let postgres = server;
    let server = house_over(store, tempfile::tempdir().unwrap(), "zh/outbound").await;
    let house = server.house.clone();
    let admin = server.admin().await;
    let centre = Centre::new(&Plan { seed: 77, calls: CALLS, ..Plan::default() }).unwrap();
    let calls: Vec<Incoming> =
        centre.calls().map(|call| Incoming { conversation: call.conversation, recording: None }).collect();
    house.take(&calls, 10).await.unwrap();

    line.cut().await;
    let nobody = Client::default();
    let (listed, ready, health) = tokio::join!(
        server.get(&admin, "/api/v1/conversations"),
        server.get(&nobody, "/ready"),
        server.get(&nobody, "/health"),
    );
    assert_eq!((listed.status, listed.code().as_str()), (StatusCode::SERVICE_UNAVAILABLE, "unavailable"));
    assert!(listed.headers.contains_key(RETRY_AFTER) && !listed.text().contains("127.0.0.1"), "{listed:?}");
    assert_eq!(ready.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(health.status, StatusCode::OK, "the process lives");
    // A worker that begins while it is gone waits for it.
    let (stop, stopped) = watch::channel(false);
    let worker = tokio::spawn(Workshop::new(house.clone(), None).run(stopped));

    line.mend().await;
    assert_eq!(server.get(&nobody, "/ready").await.status, StatusCode::OK);
    assert_eq!(server.get(&admin, "/api/v1/conversations").await.status, StatusCode::OK);
    let judged = async || house.store().tally(&Filter::default(), &Reach::All).await.unwrap().judged;
    while judged().await == 0 {
        tokio::task::yield_now().await;
    }
    // Gone again in the midst of the work.
    line.cut().await;
    assert_eq!(server.get(&nobody, "/ready").await.status, StatusCode::SERVICE_UNAVAILABLE);
    line.mend().await;
    // What the cut took from the worker's hands comes back when its lease is over: time passes.
    wait_ms(60_000);
    while judged().await < CALLS as i64 {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    stop.send(true).unwrap();
    worker.await.unwrap();
    let faults = house.verify(&|_, _| {}).await.unwrap();
    assert_eq!(faults, [], "nothing is lost");
    house.store().clone().close().await;
    psql(&postgres, &format!("DROP DATABASE {name} WITH (FORCE)"));
}

/// Has PostgreSQL do something.
pub(crate) fn psql(server: &str, sql: &str) {
    let done = std::process::Command::new("psql").args([server, "-qc", sql]).status().unwrap();
    assert!(done.success(), "{sql}");
}
