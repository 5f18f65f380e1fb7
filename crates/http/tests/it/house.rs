//! A house with a hundred judged calls, and somebody to ask it.

use std::sync::atomic::{AtomicI64, Ordering};

use axum::Router;
use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, COOKIE, HeaderMap, SET_COOKIE};
use axum::http::{Method, Request, StatusCode};
use http_body_util::BodyExt as _;
use lingjian_app::people::{NewUser, UserChange};
use lingjian_app::store::{Blobs, Incoming, Spool, Store};
use lingjian_app::uploads::Reception;
use lingjian_app::webhooks::Targets;
use lingjian_app::worker::Workshop;
use lingjian_app::{Doors, Edge, House, Rules, packs};
use lingjian_model::Post;
use lingjian_rehearsal::{Centre, Plan};
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt as _;

/// How many calls there are.
pub(crate) const CALLS: usize = 100;

/// The largest file that comes in: sparse where it is tested.
pub(crate) const LARGEST_UPLOAD: u64 = 5 << 30;

/// Milliseconds that the clock is ahead: tests let time pass.
static AHEAD: AtomicI64 = AtomicI64::new(0);

/// Lets time pass.
pub(crate) fn wait_ms(ms: i64) {
    AHEAD.fetch_add(ms, Ordering::SeqCst);
}

/// A server without a network.
pub(crate) struct Server {
    pub(crate) house: House,
    router: Router,
    admin_password: String,
    pub(crate) folder: TempDir,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The stable code of a problem.
    pub(crate) fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }
}

/// A browser that is signed in, or a program with a token, or nobody.
#[derive(Debug, Clone, Default)]
pub(crate) struct Client {
    pub(crate) cookie: Option<String>,
    pub(crate) csrf: Option<String>,
    pub(crate) token: Option<String>,
}

/// A house without calls, with one small pack: a debug build takes its time over large ones.
pub(crate) async fn empty_house() -> Server {
    house_with("zh/outbound").await
}

/// A house without calls, with this pack.
pub(crate) async fn house_with(pack: &'static str) -> Server {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&format!("sqlite:{}/house.db", folder.path().display())).await.unwrap();
    house_over(store, folder, pack).await
}

/// A house over this database, with this pack.
pub(crate) async fn house_over(store: Store, folder: TempDir, pack: &'static str) -> Server {
    let blobs = Blobs::in_folder(&folder.path().join("recordings")).unwrap();
    let machine = Edge::of_the_machine();
    let ids = machine.clone();
    let edge = Edge::new(move || machine.now() + AHEAD.load(Ordering::SeqCst), move || ids.fresh());
    let packs: Vec<_> = packs::shipped().into_iter().filter(|known| known.name == pack).collect();
    assert_eq!(packs.len(), 1, "{pack} ships");
    let spool = Spool::in_folder(&folder.path().join("uploads")).unwrap();
    let doors = Doors {
        reception: Some(Reception::new(spool, LARGEST_UPLOAD, 7)),
        openid: None,
        targets: Targets::new(vec!["127.0.0.1".to_owned()], true),
    };
    let house = House::new(store, blobs, edge, move || Rules::load(&packs)).with_doors(doors);
    let (_, admin_password) = house.first_account().await.unwrap().unwrap();
    Server { router: lingjian_http::router(house.clone()), house, admin_password, folder }
}

/// A house with calls that are judged.
pub(crate) async fn house() -> Server {
    filled(empty_house().await).await
}

/// The same house with calls that are judged.
pub(crate) async fn filled(server: Server) -> Server {
    let centre = Centre::new(&Plan { seed: 71, calls: CALLS, ..Plan::default() }).unwrap();
    let calls: Vec<Incoming> =
        centre.calls().map(|call| Incoming { conversation: call.conversation, recording: None }).collect();
    server.house.take(&calls, 10).await.unwrap();
    Workshop::new(server.house.clone(), None).run_dry().await.unwrap();
    server
}

impl Server {
    pub(crate) async fn ask(
        &self,
        client: &Client,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(cookie) = &client.cookie {
            request = request.header(COOKIE, format!("lingjian_session={cookie}"));
        }
        if let Some(csrf) = &client.csrf {
            request = request.header("X-CSRF-Token", csrf);
        }
        if let Some(token) = &client.token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        let request = match body {
            Some(body) => request.header(CONTENT_TYPE, "application/json").body(Body::from(body.to_string())),
            None => request.body(Body::empty()),
        };
        self.send(request.unwrap()).await
    }

    /// Asks with the mark by which a change is refused when somebody else was first.
    pub(crate) async fn marked(
        &self,
        client: &Client,
        method: Method,
        path: &str,
        revision: i64,
        body: Value,
    ) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("If-Match", format!("\"{revision}\""))
            .header(COOKIE, format!("lingjian_session={}", client.cookie.as_ref().unwrap()))
            .header("X-CSRF-Token", client.csrf.as_ref().unwrap())
            .header(CONTENT_TYPE, "application/json");
        self.send(request.body(Body::from(body.to_string())).unwrap()).await
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let body = response.into_body().collect().await.unwrap().to_bytes().to_vec();
        Answer { status, headers, body }
    }

    /// The answer itself, for those that never end.
    pub(crate) async fn open(&self, request: Request<Body>) -> axum::response::Response {
        self.router.clone().oneshot(request).await.unwrap()
    }

    pub(crate) async fn get(&self, client: &Client, path: &str) -> Answer {
        self.ask(client, Method::GET, path, None).await
    }

    pub(crate) async fn post(&self, client: &Client, path: &str, body: Value) -> Answer {
        self.ask(client, Method::POST, path, Some(body)).await
    }

    pub(crate) async fn sign_in(&self, name: &str, password: &str) -> Result<Client, Answer> {
        let credentials = json!({ "name": name, "password": password });
        let answer = self.post(&Client::default(), "/api/v1/session", credentials).await;
        if answer.status != StatusCode::OK {
            return Err(answer);
        }
        let cookie = answer.headers[SET_COOKIE].to_str().unwrap();
        let (_, cookie) = cookie.split(';').next().unwrap().split_once('=').unwrap();
        let csrf = answer.json()["csrf"].as_str().map(str::to_owned);
        Ok(Client { cookie: Some(cookie.to_owned()), csrf, token: None })
    }

    pub(crate) async fn admin(&self) -> Client {
        self.sign_in("admin", &self.admin_password).await.unwrap()
    }

    /// Where its database is: for another process on it.
    pub(crate) fn address(&self) -> String {
        format!("sqlite:{}/house.db", self.folder.path().display())
    }

    pub(crate) fn admin_password(&self) -> &str {
        &self.admin_password
    }

    /// Somebody who holds these posts, everywhere where posts are held somewhere.
    pub(crate) async fn somebody(&self, name: &str, posts: &[Post], agent: Option<&str>) -> Client {
        let places = self.house.store().places().await.unwrap();
        let agent = agent.map(|number| places.agents.iter().find(|one| one.number == number).unwrap().id);
        let change = UserChange {
            display_name: name.to_owned(),
            posts: posts.to_vec(),
            projects: places.projects.iter().take(1).map(|one| one.id).collect(),
            teams: places.teams.iter().take(1).map(|one| one.id).collect(),
            agent,
            disabled: false,
        };
        let new = NewUser { name: name.to_owned(), change };
        let (_, password) = self.house.add_user(&self.house.operator(), new).await.unwrap();
        self.sign_in(name, &password).await.unwrap()
    }
}
