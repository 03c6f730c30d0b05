//! What is counted in a unit.

use mrp_api::unit_uses::{GetUnitUses, USES_COUNTED_MAX, UnitUse, UnitUsesView};
use mrp_domain::ids::UnitId;
use mrp_store::unit_uses::read;
use mrp_store::units::{self, UnitRow};

use crate::answer::Answered;
use crate::error::ApiError;
use crate::granted::Granted;
use crate::mount::Mount;

/// `/units/{id}/uses`.
pub fn mount(config: &mut actix_web::web::ServiceConfig) {
    config.endpoint::<GetUnitUses, _, _>(|granted, path, _, _| uses(granted, path.id));
}

async fn uses(granted: Granted<GetUnitUses>, id: UnitId) -> Result<Answered<GetUnitUses>, ApiError> {
    let mut connection = granted.connection().await?;
    let _exists: UnitRow = mrp_store::table::find(&mut connection, &units::LIST, UnitRow::COLUMNS, id.uuid()).await?;
    let most = i64::try_from(USES_COUNTED_MAX).unwrap_or(i64::MAX);
    let rows = read(&mut connection, id.uuid(), most).await?;
    let uses = rows.into_iter().map(|row| UnitUse { kind: row.kind, count: row.count.try_into().unwrap_or_default() });
    granted.reply(UnitUsesView { uses: uses.collect() })
}
