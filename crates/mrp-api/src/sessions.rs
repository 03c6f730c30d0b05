//! Logging in and out, and who is logged in.

use mrp_domain::ids::UserId;

use crate::access::{Access, Permission, Role};
use crate::settings::SettingView;

dto! {
    /// User name and password.
    pub struct LoginInput {
        /// The user name.
        pub login: String,
        /// The password.
        pub password: String,
    }

    /// Who is logged in, and what the office needs to know before it draws anything.
    pub struct SessionView {
        /// The user.
        pub user_id: UserId,
        /// The user name.
        pub login: String,
        /// The person's name.
        pub name: String,
        /// The person's role.
        pub role: Role,
        /// What the role may do.
        pub permissions: Vec<Permission>,
        /// `en` or `ro`.
        pub language: String,
        /// The company.
        pub setting: SettingView,
        /// Whether this is a demonstration with public passwords.
        pub is_demo: bool,
    }
}
wire!(LoginInput, SessionView);

endpoints! {
    /// Logs in and sets the session cookie.
    LogIn: Post "/session", Access::Public, { body: LoginInput, reply: SessionView };
    /// Says who is logged in.
    GetSession: Get "/session", Access::SignedIn, { reply: SessionView };
    /// Logs out.
    LogOut: Delete "/session", Access::SignedIn, {};
}
