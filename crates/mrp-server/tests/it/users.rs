//! Users: sessions end with the role, and somebody stays administrator.

use mrp_api::access::Role;
use mrp_api::endpoint::IdPath;
use mrp_api::error as codes;
use mrp_api::patch::Patch;
use mrp_api::sessions::GetSession;
use mrp_api::users::{GetUser, UpdateUser, UserInput, UserView};
use mrp_test_support::app::TestApp;

fn with_role(user: UserView, role: Role) -> Patch<UserInput> {
    Patch::whole(&UserInput {
        login: user.login,
        name: user.name,
        role,
        language: user.language,
        hourly_rate: user.hourly_rate,
        password: None,
        active: user.active,
    })
}

async fn user_of(app: &TestApp, role: Role) -> UserView {
    app.admin().get::<GetUser>(&IdPath { id: TestApp::user_id(role) }).await.ok()
}

#[tokio::test]
async fn whose_role_changes_has_to_log_in_again() {
    let app = TestApp::new().await;
    let user = user_of(&app, Role::Planner).await;
    let (path, version) = (IdPath { id: user.id }, user.version);
    app.admin().call_at::<UpdateUser>(&path, version, &with_role(user, Role::Viewer)).await.ok();
    app.as_role(Role::Planner).get::<GetSession>(&Default::default()).await.refused_with(&codes::UNAUTHENTICATED);
    app.finish().await;
}

#[tokio::test]
async fn the_last_administrator_stays_one() {
    let app = TestApp::new().await;
    let user = user_of(&app, Role::Admin).await;
    let (path, version) = (IdPath { id: user.id }, user.version);
    let problem = app.admin().call_at::<UpdateUser>(&path, version, &with_role(user, Role::Viewer)).await.problem();
    assert_eq!(problem.code, codes::VALIDATION_FAILED.code);
    assert_eq!(user_of(&app, Role::Admin).await.role, Role::Admin);
    app.finish().await;
}
