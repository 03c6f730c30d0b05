//! Public holidays and technical shutdowns.

use diesel_async::AsyncPgConnection;
use mrp_domain::ids::WorkCenterId;
use mrp_domain::shop_calendar::ShopClosure;
use mrp_domain::shop_calendar::time_of_day::{DaySpan, MinuteOfDay};
use time::{Date, Time};
use uuid::Uuid;

use crate::error::StoreError;
use crate::list::{ListSpec, Sort};
use crate::sql::sql;

table! {
    /// A closure.
    pub struct ShopClosureRow of "shop_closure" as "c" {
        pub kind: String,
        pub date_from: Date,
        pub date_until: Date,
        pub time_from: Option<Time>,
        pub time_until: Option<Time>,
        pub work_center_id: Option<Uuid>,
        pub reason: String,
    }
    reads {
        pub work_center_name: Option<String> = "w.name",
    }
}

/// The list of closures.
pub const LIST: ListSpec = ListSpec {
    from: "shop_closure c LEFT JOIN work_center w ON w.id = c.work_center_id",
    count_from: "shop_closure c",
    id: "c.id",
    search: &["c.reason"],
    sorts: &[
        Sort { name: "date_from", sql: "c.date_from", cast: "date" },
        Sort { name: "date_until", sql: "c.date_until", cast: "date" },
        Sort { name: "kind", sql: "c.kind", cast: "text" },
        Sort { name: "reason", sql: "c.reason", cast: "text" },
    ],
};

impl ShopClosureRow {
    /// The closure as the domain resolves it.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] for a row that could not have been saved.
    pub fn closure(&self) -> Result<ShopClosure, StoreError> {
        let hours = self.time_from.zip(self.time_until);
        let hours = hours
            .map(|(from, until)| Ok::<_, StoreError>(DaySpan { from: minute(from)?, until: minute(until)? }))
            .transpose()?;
        let center = self.work_center_id.map(WorkCenterId::from_uuid);
        ShopClosure::new(self.date_from, self.date_until, hours, center, self.reason.clone())
            .map_err(|fault| StoreError::Corrupt(format!("closure {}: {fault}", self.id)))
    }
}

fn minute(time: Time) -> Result<MinuteOfDay, StoreError> {
    MinuteOfDay::new(u16::from(time.hour()) * 60 + u16::from(time.minute()))
        .map_err(|error| StoreError::Corrupt(error.to_string()))
}

/// Every closure that touches these days, of the company and of single work centers.
///
/// # Errors
/// When Postgres fails.
pub async fn between(
    connection: &mut AsyncPgConnection,
    from: Date,
    until: Date,
) -> Result<Vec<ShopClosureRow>, StoreError> {
    let text = format!(
        "SELECT {} FROM {} WHERE c.date_until >= $1 AND c.date_from <= $2 ORDER BY c.date_from, c.id",
        ShopClosureRow::COLUMNS,
        LIST.from
    );
    Ok(sql(text).bind(from).bind(until).rows(connection).await?)
}
