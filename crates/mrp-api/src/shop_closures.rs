//! Public holidays and technical shutdowns.

use mrp_domain::ids::{ShopClosureId, WorkCenterId};
use mrp_domain::vocabulary;

use crate::access::Permission;
use crate::page::NounQuery;

vocabulary! {
    /// Why a shop does not work.
    pub enum ClosureKind {
        /// A public holiday.
        PublicHoliday = "public_holiday",
        /// A technical shutdown.
        TechnicalShutdown = "technical_shutdown",
    }
}

noun! {
    /// A time in which a shop or a work center does not work.
    pub struct ShopClosureView of ShopClosureId, edited as ShopClosureInput {
        /// Holiday or shutdown.
        pub kind: ClosureKind,
        /// First day, `YYYY-MM-DD`.
        pub date_from: String,
        /// Last day, `YYYY-MM-DD`.
        pub date_until: String,
        /// Part days only, `HH:MM`.
        pub time_from: Option<String>,
        /// Part days only, `HH:MM`.
        pub time_until: Option<String>,
        /// Only this work center; absent: the whole company.
        pub work_center_id: Option<WorkCenterId>,
        /// Why.
        pub reason: String,
    }
    reads {
        /// Its name.
        pub work_center_name: Option<String>,
    }
}

noun_endpoints! {
    "closure" at "/shop-closures", id: ShopClosureId,
    read: Permission::MasterDataRead, write: Permission::CalendarWrite,
    query: NounQuery, row: ShopClosureView, view: ShopClosureView, input: ShopClosureInput,
    names: ListShopClosures GetShopClosure CreateShopClosure UpdateShopClosure DeleteShopClosure;
}
