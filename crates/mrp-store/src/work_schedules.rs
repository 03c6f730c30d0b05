//! Work schedules: the shifts of a shop, kept as one value in the domain's own words.

use diesel_async::AsyncPgConnection;
use mrp_domain::shop_calendar::{BrokenWorkSchedule, Shift, WorkSchedule};
use mrp_domain::text::Name;
use time::Date;
use uuid::Uuid;

use crate::error::StoreError;
use crate::list::{ListSpec, Sort};
use crate::sql::sql;
use crate::tx::Tx;

table! {
    /// A work schedule.
    pub struct WorkScheduleRow of "work_schedule" as "s" {
        pub name: String,
        pub zone: String,
        pub is_default: bool,
        pub valid_from: Option<Date>,
        pub valid_until: Option<Date>,
        pub shifts: serde_json::Value,
    }
}

/// The list of work schedules.
pub const LIST: ListSpec = ListSpec {
    from: "work_schedule s",
    count_from: "work_schedule s",
    id: "s.id",
    search: &["s.name"],
    sorts: &[Sort { name: "name", sql: "s.name", cast: "text" }, Sort { name: "zone", sql: "s.zone", cast: "text" }],
};

impl WorkScheduleRow {
    /// A parsed schedule as a row.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when its shifts cannot be written as JSON.
    pub fn of(id: Uuid, schedule: &WorkSchedule, is_default: bool) -> Result<Self, StoreError> {
        let shifts = serde_json::to_value(schedule.shifts()).map_err(|error| StoreError::Corrupt(error.to_string()))?;
        Ok(Self {
            id,
            name: schedule.name().to_string(),
            zone: schedule.zone().to_owned(),
            is_default,
            valid_from: schedule.valid_from(),
            valid_until: schedule.valid_until(),
            shifts,
            version: 0,
        })
    }

    /// The schedule as the domain resolves it.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] for a row that could not have been saved.
    pub fn schedule(&self) -> Result<WorkSchedule, StoreError> {
        let corrupt = |what: String| StoreError::Corrupt(format!("work schedule {}: {what}", self.id));
        let shifts: Vec<Shift> =
            serde_json::from_value(self.shifts.clone()).map_err(|error| corrupt(error.to_string()))?;
        let name = Name::new(&self.name).map_err(|error| corrupt(error.to_string()))?;
        WorkSchedule::new(name, &self.zone, shifts, self.valid_from, self.valid_until)
            .map_err(|faults| corrupt(BrokenWorkSchedule(faults).to_string()))
    }
}

/// The schedule of work centers without one of their own.
///
/// # Errors
/// When Postgres fails.
pub async fn default(connection: &mut AsyncPgConnection) -> Result<Option<WorkScheduleRow>, StoreError> {
    let text = format!("SELECT {} FROM work_schedule s WHERE s.is_default", WorkScheduleRow::COLUMNS);
    Ok(sql(text).maybe(connection).await?)
}

row! {
    /// A schedule that changed with another one.
    pub struct ChangedRow {
        pub id: Uuid = "id",
        pub version: i64 = "version",
    }
}

/// Takes the word "default" from every schedule but this one.
///
/// # Errors
/// When Postgres fails.
pub async fn only_default(tx: &mut Tx, id: Uuid) -> Result<(), StoreError> {
    const TEXT: &str = "UPDATE work_schedule SET is_default = false, version = version + 1 \
         WHERE is_default AND id <> $1 RETURNING id, version";
    let others = sql(TEXT).bind(id).rows::<ChangedRow>(tx.connection()).await?;
    for other in others {
        tx.changed("work_schedule", other.id, other.version, "no longer the default");
    }
    Ok(())
}
