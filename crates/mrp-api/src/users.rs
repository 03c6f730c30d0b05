//! People who log in or are assigned to work orders.

use mrp_domain::ids::UserId;
use rust_decimal::Decimal;

use crate::access::{Permission, Role};
use crate::page::NounQuery;

dto! {
    /// A user.
    pub struct UserView {
        /// Its id.
        pub id: UserId,
        /// The user name.
        pub login: String,
        /// The person's name.
        pub name: String,
        /// The role.
        pub role: Role,
        /// `en` or `ro`.
        pub language: String,
        /// Labour cost per hour in the company's currency; only with `cost.read`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub hourly_rate: Option<Decimal>,
        /// Whether the person can log in and be assigned.
        pub active: bool,
        /// For `If-Match`.
        pub version: i64,
    }

    /// A user's editable fields.
    pub struct UserInput {
        /// The user name, unique.
        pub login: String,
        /// The person's name.
        pub name: String,
        /// The role.
        pub role: Role,
        /// `en` or `ro`.
        pub language: String,
        /// Labour cost per hour in the company's currency.
        pub hourly_rate: Option<Decimal>,
        /// A new password, at least 10 characters; absent leaves it as it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub password: Option<String>,
        /// Whether the person can log in and be assigned.
        pub active: bool,
    }
}
wire!(versioned UserView);
wire!(UserInput);

noun_endpoints! {
    "user" at "/users", id: UserId, read: Permission::UserRead, write: Permission::UserWrite,
    query: NounQuery, row: UserView, view: UserView, input: UserInput,
    names: ListUsers GetUser CreateUser UpdateUser DeleteUser;
}
