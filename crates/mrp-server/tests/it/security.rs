//! Cookies, headers, other sites and guessed passwords.

use mrp_api::access::Role;
use mrp_domain::time::{Instant, Seconds};
use mrp_server::clock::Clock;
use mrp_test_support::app::{PASSWORD, TestApp, TestOptions};
use mrp_test_support::http::RawAnswer;
use serde_json::json;

async fn log_in(app: &TestApp, login: &str, password: &str) -> RawAnswer {
    let nobody = app.as_nobody();
    let body = json!({"login": login, "password": password});
    nobody.raw(nobody.request("POST", "/api/v1/session").json(&body)).await
}

fn cookie(answer: &RawAnswer) -> &str {
    answer.header("set-cookie").expect("a cookie")
}

#[tokio::test]
async fn a_session_lives_in_a_cookie_that_scripts_cannot_read_and_ends_with_logging_out() {
    let app = TestApp::new().await;
    app.give_passwords().await;
    let answer = log_in(&app, "planner", PASSWORD).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let set = cookie(&answer).to_owned();
    for flag in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(set.contains(flag), "{set}");
    }
    assert!(set.starts_with("mrp_session=") && !set.contains("Secure"), "{set}");
    assert!(!answer.text().contains(set.split([';', '=']).nth(1).unwrap()), "the token is in the body");

    let nobody = app.as_nobody();
    let pair = set.split(';').next().unwrap();
    let session = || nobody.request("GET", "/api/v1/session").header("cookie", pair);
    let answer = nobody.raw(session()).await;
    assert_eq!(answer.json()["role"], "planner");
    let answer = nobody.raw(nobody.request("DELETE", "/api/v1/session").header("cookie", pair)).await;
    assert_eq!(answer.status, 200);
    assert!(cookie(&answer).contains("Max-Age=0"), "{}", cookie(&answer));
    assert_eq!(nobody.raw(session()).await.status, 401);
    app.finish().await;
}

#[tokio::test]
async fn behind_tls_the_cookie_is_bound_to_the_host() {
    let app = TestApp::with(TestOptions { tls: true, ..TestOptions::default() }).await;
    app.give_passwords().await;
    let answer = log_in(&app, "planner", PASSWORD).await;
    let set = cookie(&answer);
    assert!(set.starts_with("__Host-mrp_session=") && set.contains("Secure") && set.contains("Path=/"), "{set}");
    assert!(!set.contains("Domain"), "{set}");
    assert!(answer.header("strict-transport-security").is_some());
    app.finish().await;
}

#[tokio::test]
async fn a_session_ends_after_its_hours() {
    let start = Instant::from_unix(1_790_000_000);
    let app = TestApp::with(TestOptions { clock: Clock::fixed(start), tls: false }).await;
    app.give_passwords().await;
    let answer = log_in(&app, "planner", PASSWORD).await;
    let pair = cookie(&answer).split(';').next().unwrap().to_owned();
    let nobody = app.as_nobody();
    let session = || nobody.request("GET", "/api/v1/session").header("cookie", &pair);
    app.clock.set(start.plus(Seconds::from_hours(11)));
    assert_eq!(nobody.raw(session()).await.status, 200);
    app.clock.set(start.plus(Seconds::from_hours(13)));
    assert_eq!(nobody.raw(session()).await.status, 401);
    app.finish().await;
}

#[tokio::test]
async fn wrong_passwords_and_unknown_users_are_told_the_same() {
    let app = TestApp::new().await;
    app.give_passwords().await;
    let wrong = log_in(&app, "planner", "wrong").await;
    let unknown = log_in(&app, "nobody-like-that", "wrong").await;
    for answer in [&wrong, &unknown] {
        assert_eq!((answer.status, answer.code().as_str()), (401, "bad_credentials"));
        assert_eq!(answer.header("set-cookie"), None);
    }
    assert_eq!(wrong.json()["detail"], unknown.json()["detail"]);
    app.finish().await;
}

#[tokio::test]
async fn guessing_is_braked_for_a_minute_and_for_that_user_only() {
    let start = Instant::from_unix(1_790_000_000);
    let app = TestApp::with(TestOptions { clock: Clock::fixed(start), tls: false }).await;
    app.give_passwords().await;
    for guess in 0..10 {
        assert_eq!(log_in(&app, "planner", &format!("guess {guess}")).await.status, 401);
    }
    let braked = log_in(&app, "Planner", PASSWORD).await;
    assert_eq!((braked.status, braked.code().as_str()), (429, "too_many_attempts"));
    assert_eq!(log_in(&app, "buyer", PASSWORD).await.status, 200);
    app.clock.set(start.plus(Seconds::new(61)));
    assert_eq!(log_in(&app, "planner", PASSWORD).await.status, 200);
    app.finish().await;
}

#[tokio::test]
async fn a_change_that_another_site_asks_for_is_refused() {
    let app = TestApp::new().await;
    let planner = app.as_role(Role::Planner);
    let host = app.address.to_string();
    let own = format!("http://{host}");
    let sibling = format!("http://{host}.example");
    let cases: [(&[(&str, &str)], bool); 7] = [
        (&[("sec-fetch-site", "cross-site")], false),
        (&[("sec-fetch-site", "same-site")], false),
        (&[("origin", "https://elsewhere.example")], false),
        (&[("origin", &sibling)], false),
        (&[("origin", "null")], false),
        (&[("origin", &own)], true),
        (&[("sec-fetch-site", "same-origin"), ("origin", &own)], true),
    ];
    for (headers, passes) in cases {
        for (method, target) in [("POST", "/api/v1/work-centers"), ("DELETE", "/api/v1/work-centers/x")] {
            let mut request = planner.request(method, target).bytes("{}");
            for (name, value) in headers {
                request = request.header(name, value);
            }
            let answer = planner.raw(request).await;
            assert_eq!(answer.code() != "cross_site_request", passes, "{headers:?} {}", answer.text());
        }
    }
    app.finish().await;
}

#[tokio::test]
async fn every_answer_carries_the_headers_that_keep_browsers_safe() {
    let app = TestApp::new().await;
    let planner = app.as_role(Role::Planner);
    let requests = [
        planner.request("GET", "/"),
        planner.request("GET", "/manufacturing/orders"),
        planner.request("GET", "/no-such-file.js"),
        planner.request("GET", "/health"),
        planner.request("GET", "/ready"),
        planner.request("GET", "/api/docs"),
        planner.request("GET", "/api/v1/openapi.json"),
        planner.request("GET", "/api/v1/session"),
        planner.request("GET", "/api/v1/no-such-endpoint"),
        planner.request("GET", "/api/v1/work-centers/not-an-id"),
        planner.request("POST", "/api/v1/users").bytes("{}"),
        planner.request("POST", "/api/v1/work-centers").bytes("{"),
        app.as_nobody().request("GET", "/api/v1/session"),
    ];
    for request in requests {
        let target = request.target.clone();
        let answer = planner.raw(request).await;
        let policy = answer.header("content-security-policy").unwrap_or_else(|| panic!("{target}"));
        for directive in [
            "default-src 'self'",
            "script-src 'self' 'wasm-unsafe-eval'",
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ] {
            assert!(policy.contains(directive), "{target}: {policy}");
        }
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{target}");
        assert!(answer.header("referrer-policy").is_some(), "{target}");
        assert!(answer.header("cross-origin-opener-policy").is_some(), "{target}");
        if target.starts_with("/api/v1/") && target != "/api/v1/openapi.json" {
            assert_eq!(answer.header("cache-control"), Some("no-store"), "{target}");
        }
    }
    app.finish().await;
}
