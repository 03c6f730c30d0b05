//! The company's settings: one record.

use mrp_domain::ids::WarehouseId;
use mrp_domain::manufacturing_order::ReservationRule;
use rust_decimal::Decimal;

use crate::access::{Access, Permission};
use crate::endpoint::Empty;
use crate::patch::Patch;

dto! {
    /// The company's settings.
    pub struct SettingView {
        /// The company's name.
        pub company_name: String,
        /// IANA zone of the shop's clock, e.g. `Europe/Bucharest`.
        pub zone: String,
        /// ISO 4217 code, e.g. `RON`.
        pub currency: String,
        /// `en` or `ro`, for new users and printed documents.
        pub language: String,
        /// By how many percent an order may be over-produced.
        pub over_production_percent: Decimal,
        /// When orders reserve their material.
        pub reservation_rule: ReservationRule,
        /// With `days_before`: how many days before the planned start.
        pub reserve_days_before: u32,
        /// A lot that may be used for so many days more, or fewer, is near its end.
        pub near_expiry_days: u32,
        /// Where new orders take their components from.
        pub default_components_warehouse_id: Option<WarehouseId>,
        /// Where new orders deliver to.
        pub default_finished_products_warehouse_id: Option<WarehouseId>,
        /// For `If-Match`.
        pub version: i64,
    }

    /// The editable settings.
    pub struct SettingInput {
        /// The company's name.
        pub company_name: String,
        /// IANA zone of the shop's clock.
        pub zone: String,
        /// ISO 4217 code.
        pub currency: String,
        /// `en` or `ro`.
        pub language: String,
        /// By how many percent an order may be over-produced, 0 to 100.
        pub over_production_percent: Decimal,
        /// When orders reserve their material.
        pub reservation_rule: ReservationRule,
        /// With `days_before`: how many days before the planned start.
        pub reserve_days_before: u32,
        /// A lot that may be used for so many days more, or fewer, is near its end; at most 3650.
        pub near_expiry_days: u32,
        /// Where new orders take their components from.
        pub default_components_warehouse_id: Option<WarehouseId>,
        /// Where new orders deliver to.
        pub default_finished_products_warehouse_id: Option<WarehouseId>,
    }
}
wire!(versioned SettingView);
wire!(SettingInput);

endpoints! {
    /// Reads the company's settings.
    GetSetting: Get "/setting", Access::SignedIn, { query: Empty, reply: SettingView };
    /// Changes the given settings.
    UpdateSetting: Patch "/setting", Access::Needs(Permission::SettingWrite), versioned,
        { body: Patch<SettingInput>, reply: SettingView };
}
