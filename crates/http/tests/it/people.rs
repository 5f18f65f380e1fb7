//! Signing in, tokens, users.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use lingjian_model::Post;
use serde_json::json;

use crate::house::{Client, empty_house, wait_ms};

#[tokio::test(flavor = "multi_thread")]
async fn the_fifth_wrong_password_locks_and_time_unlocks() {
    let server = empty_house().await;
    for _ in 0..5 {
        let refused = server.sign_in("admin", "guess").await.unwrap_err();
        assert_eq!(
            (refused.status, refused.code().as_str()),
            (StatusCode::UNAUTHORIZED, "wrong_credentials")
        );
    }
    let locked = server.sign_in("admin", server.admin_password()).await.unwrap_err();
    assert_eq!((locked.status, locked.code().as_str()), (StatusCode::TOO_MANY_REQUESTS, "locked"));
    assert!(locked.headers["retry-after"].to_str().unwrap().parse::<i64>().unwrap() <= 30);
    wait_ms(30_001);
    let client = server.sign_in("admin", server.admin_password()).await.unwrap();
    assert_eq!(server.get(&client, "/api/v1/session").await.json()["user"]["name"], "admin");
    // A name that is nobody's is answered alike.
    let nobody = server.sign_in("nobody", "guess").await.unwrap_err();
    assert_eq!(nobody.code(), "wrong_credentials");
    // What was typed as a name is written down nowhere.
    let trail = server.get(&client, "/api/v1/audit?action=session.refused").await.text();
    assert!(trail.contains("admin") && !trail.contains("nobody"), "{trail}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_another_site_changes_nothing() {
    let server = empty_house().await;
    let client = server.admin().await;
    let forged = Client { csrf: None, ..client.clone() };
    let new = json!({ "name": "li", "display_name": "李", "posts": ["agent"] });
    let answer = server.post(&forged, "/api/v1/users", new.clone()).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::FORBIDDEN, "csrf"));
    let wrong = Client { csrf: Some("0".repeat(64)), ..client.clone() };
    assert_eq!(server.post(&wrong, "/api/v1/users", new.clone()).await.code(), "csrf");
    assert_eq!(server.post(&client, "/api/v1/users", new.clone()).await.status, StatusCode::CREATED);
    assert_eq!(server.post(&client, "/api/v1/users", new).await.code(), "conflict");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_by_hand_and_by_time() {
    let server = empty_house().await;
    let (one, other) = (server.admin().await, server.admin().await);
    let sessions = server.get(&one, "/api/v1/sessions").await.json();
    let sessions = sessions["items"].as_array().unwrap().clone();
    assert_eq!(sessions.len(), 2);
    let foreign =
        sessions.iter().find(|session| session["current"] == false).unwrap()["id"].as_str().unwrap();
    let ended = server.ask(&one, Method::DELETE, &format!("/api/v1/sessions/{foreign}"), None).await;
    assert_eq!(ended.status, StatusCode::NO_CONTENT);
    assert_eq!(server.get(&other, "/api/v1/session").await.code(), "signed_out");
    assert_eq!(server.get(&one, "/api/v1/session").await.status, StatusCode::OK);
    wait_ms(13 * 3_600_000);
    assert_eq!(server.get(&one, "/api/v1/session").await.code(), "signed_out");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_does_what_it_was_made_for_and_no_more() {
    let server = empty_house().await;
    let admin = server.admin().await;
    let asked = json!({ "name": "report", "permissions": ["conversations.list"], "expires_at": null });
    let made = server.post(&admin, "/api/v1/tokens", asked).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    let (secret, id) =
        (made.json()["token"].as_str().unwrap().to_owned(), made.json()["id"].as_str().unwrap().to_owned());
    let program = Client { token: Some(secret.clone()), ..Client::default() };
    assert_eq!(server.get(&program, "/api/v1/conversations").await.status, StatusCode::OK);
    for path in ["/api/v1/users", "/api/v1/audit", "/api/v1/overview"] {
        assert_eq!(server.get(&program, path).await.code(), "forbidden", "{path}");
    }
    // It is told once.
    assert!(!server.get(&admin, "/api/v1/tokens").await.text().contains(&secret));
    // Nobody gives what they have not.
    let agent = server.somebody("agent", &[Post::Agent], None).await;
    let beyond = json!({ "name": "more", "permissions": ["users.edit"] });
    assert_eq!(server.post(&agent, "/api/v1/tokens", beyond).await.code(), "forbidden");
    server.ask(&admin, Method::DELETE, &format!("/api/v1/tokens/{id}"), None).await;
    assert_eq!(server.get(&program, "/api/v1/conversations").await.code(), "signed_out");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_change_a_user_the_second_is_told() {
    let server = empty_house().await;
    let admin = server.admin().await;
    let new = json!({ "name": "li", "display_name": "李", "posts": ["agent"] });
    let added = server.post(&admin, "/api/v1/users", new).await.json();
    let path = format!("/api/v1/users/{}", added["id"].as_str().unwrap());
    let tag = server.get(&admin, &path).await.headers["etag"].clone();
    let change = |name: &str| {
        Request::builder()
            .method(Method::PUT)
            .uri(&path)
            .header("If-Match", &tag)
            .header("Cookie", format!("lingjian_session={}", admin.cookie.as_ref().unwrap()))
            .header("X-CSRF-Token", admin.csrf.as_ref().unwrap())
            .header("Content-Type", "application/json")
            .body(Body::from(json!({ "display_name": name, "posts": ["inspector"] }).to_string()))
            .unwrap()
    };
    assert_eq!(server.send(change("李一")).await.status, StatusCode::OK);
    let second = server.send(change("李二")).await;
    assert_eq!(
        (second.status, second.code().as_str()),
        (StatusCode::PRECONDITION_FAILED, "changed_meanwhile")
    );
    assert_eq!(server.get(&admin, &path).await.json()["display_name"], "李一");
}

/// Found by asking with ids that are well formed: the store said no, and the server called that its own fault.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_works_where_there_is_nothing() {
    let server = empty_house().await;
    let admin = server.admin().await;
    let nowhere = "0197a1b2-0000-7000-8000-000000000000";
    for (field, value) in
        [("projects", json!([nowhere])), ("teams", json!([nowhere])), ("agent", json!(nowhere))]
    {
        let mut new = json!({ "name": "li", "display_name": "李", "posts": ["agent"] });
        new[field] = value;
        let refused = server.post(&admin, "/api/v1/users", new).await;
        assert_eq!((refused.status, &refused.json()["field"]), (StatusCode::BAD_REQUEST, &json!(field)));
    }
}

/// Whoever is closed out is out at once, and a new password ends what the old one began.
#[tokio::test(flavor = "multi_thread")]
async fn a_closed_account_is_out_at_once() {
    let server = empty_house().await;
    let admin = server.admin().await;
    let inspector = server.somebody("wang", &[Post::Inspector], None).await;
    let me = server.get(&inspector, "/api/v1/session").await.json();
    let path = format!("/api/v1/users/{}", me["user"]["id"].as_str().unwrap());
    let new = server.ask(&admin, Method::POST, &format!("{path}/password"), None).await.json();
    assert_eq!(server.get(&inspector, "/api/v1/session").await.code(), "signed_out");
    let again = server.sign_in("wang", new["password"].as_str().unwrap()).await.unwrap();
    let closed = Request::builder()
        .method(Method::PUT)
        .uri(&path)
        .header("If-Match", server.get(&admin, &path).await.headers["etag"].clone())
        .header("Cookie", format!("lingjian_session={}", admin.cookie.as_ref().unwrap()))
        .header("X-CSRF-Token", admin.csrf.as_ref().unwrap())
        .header("Content-Type", "application/json")
        .body(Body::from(
            json!({ "display_name": "王", "posts": ["inspector"], "disabled": true }).to_string(),
        ))
        .unwrap();
    assert_eq!(server.send(closed).await.status, StatusCode::OK);
    assert_eq!(server.get(&again, "/api/v1/session").await.code(), "signed_out");
    assert!(server.sign_in("wang", new["password"].as_str().unwrap()).await.is_err());
}
