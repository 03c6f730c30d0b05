//! What is particular to each kind of file.

use mrp_api::detail as say;
use std::collections::{HashMap, HashSet};
use std::future::Future;

use mrp_api::access::Permission;
use mrp_api::attributes::{AttributeInput, AttributeValue};
use mrp_api::boms::{BomInput, BomLineInput};
use mrp_api::data_files::{DataFileFormat, DataFileKind, DataImportReport};
use mrp_api::endpoint::Wire;
use mrp_api::error as codes;
use mrp_api::loss_reasons::LossReasonInput;
use mrp_api::products::{ProductInput, ProductView};
use mrp_api::routings::{OperationInput, RoutingInput};
use mrp_api::shop_closures::ShopClosureInput;
use mrp_api::unit_categories::UnitCategoryInput;
use mrp_api::units::UnitInput;
use mrp_api::warehouses::WarehouseInput;
use mrp_api::work_centers::{WorkCenterInput, WorkCenterView};
use mrp_api::work_schedules::Shift;
use mrp_domain::bom::BomState;
use mrp_store::data_files::Keys;
use mrp_store::sql::PgConnection;
use mrp_store::tx::Tx;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::data_files::columns::{self, Column};
use crate::data_files::export::Which;
use crate::data_files::import::How;
use crate::data_files::sheet::Sheet;
use crate::data_files::stock_counts::StockCounts;
use crate::error::ApiError;
use crate::noun::{Noun, list_request, refuse_cost_filters};
use crate::routes::attributes::Attributes;
use crate::routes::boms::Boms;
use crate::routes::loss_reasons::LossReasons;
use crate::routes::products::Products;
use crate::routes::routings::Routings;
use crate::routes::shop_closures::ShopClosures;
use crate::routes::supplier_prices::SupplierPrices;
use crate::routes::suppliers::Suppliers;
use crate::routes::unit_categories::UnitCategories;
use crate::routes::units::Units;
use crate::routes::warehouses::Warehouses;
use crate::routes::work_centers::WorkCenters;
use crate::routes::work_schedules::WorkSchedules;

/// A stored record as a file describes it.
#[derive(Debug, Clone)]
pub struct Known<I> {
    /// Its id.
    pub id: Uuid,
    /// Its version.
    pub version: i64,
    /// Its editable fields.
    pub input: I,
}

/// What can be written from a file: every noun, and stock.
pub trait Recorded: 'static {
    /// The fields that a file can set.
    type Input: Wire;
    /// The table; also the name in events and history.
    const TABLE: &'static str;
    /// A change moves working hours.
    const MOVES_CALENDARS: bool = false;

    /// Checks every field and writes the record (`expected: None` creates it); returns its version.
    fn save(
        tx: &mut Tx,
        id: Uuid,
        expected: Option<i64>,
        input: Self::Input,
    ) -> impl Future<Output = Result<i64, ApiError>>;

    /// The records with these ids.
    ///
    /// # Errors
    /// When Postgres fails.
    fn read(
        connection: &mut PgConnection,
        ids: Vec<Uuid>,
    ) -> impl Future<Output = Result<Vec<Known<Self::Input>>, ApiError>>;

    /// The ids of the records that their list shows with these parameters.
    ///
    /// # Errors
    /// `malformed_query`, `permission_denied`; when Postgres fails.
    fn shown(
        connection: &mut PgConnection,
        query: &str,
        may_see_costs: bool,
    ) -> impl Future<Output = Result<HashSet<Uuid>, ApiError>>;
}

impl<N: Noun> Recorded for N {
    type Input = N::Input;

    const TABLE: &'static str = N::TABLE;
    const MOVES_CALENDARS: bool = N::MOVES_CALENDARS;

    async fn save(tx: &mut Tx, id: Uuid, expected: Option<i64>, input: Self::Input) -> Result<i64, ApiError> {
        N::save(tx, id, expected, input).await
    }

    async fn shown(connection: &mut PgConnection, query: &str, may_see_costs: bool) -> Result<HashSet<Uuid>, ApiError> {
        let query: N::Query = parsed(query)?;
        refuse_cost_filters::<N>(&query, may_see_costs)?;
        let search = list_request(&query).search;
        Ok(N::LIST.matching(connection, search.as_deref(), N::filters(&query)).await?)
    }

    /// One by one.
    async fn read(connection: &mut PgConnection, ids: Vec<Uuid>) -> Result<Vec<Known<Self::Input>>, ApiError> {
        let mut all = Vec::with_capacity(ids.len());
        for id in ids {
            let view = N::load(connection, id).await?;
            all.push(Known { id, version: view.version().unwrap_or_default(), input: N::input(view) });
        }
        Ok(all)
    }
}

/// The parameters of a list, as they stand behind the `?` of its address.
///
/// # Errors
/// `malformed_query`.
pub fn parsed<Q: DeserializeOwned>(query: &str) -> Result<Q, ApiError> {
    let query = actix_web::web::Query::<Q>::from_query(query);
    Ok(query.map_err(|error| ApiError::new(&codes::MALFORMED_QUERY, say::for_callers(error.to_string())))?.into_inner())
}

/// What travels in files.
pub trait DataFile: Recorded<Input: PartialEq + Clone> {
    /// Who may read it.
    const READ: Permission = Permission::MasterDataRead;
    /// Who may change it.
    const WRITE: Permission;
    /// The fields that tell records apart.
    const KEY: &'static [&'static str] = &["code"];
    /// The same in the table; several of them joined by `|`.
    const KEYS: Keys;
    /// The field that holds the record's lines.
    const LINES: Option<&'static str> = None;
    /// The fields that callers without `cost.read` may not see.
    const COSTS: &'static [&'static str] = &[];
    /// One of its lines; a noun without lines names its own body.
    type Line: DeserializeOwned + ToSchema;

    /// What a new record has where the file says nothing.
    fn start() -> Value;

    /// What a new line has where the file says nothing.
    fn line_start() -> Value {
        json!({})
    }

    /// The records with these ids.
    ///
    /// # Errors
    /// When Postgres fails.
    fn known(
        connection: &mut PgConnection,
        ids: Vec<Uuid>,
    ) -> impl Future<Output = Result<Vec<Known<Self::Input>>, ApiError>> {
        Self::read(connection, ids)
    }

    /// What the list shows with these parameters of the records with these ids.
    ///
    /// # Errors
    /// `malformed_query`; when Postgres fails.
    fn known_shown(
        connection: &mut PgConnection,
        _query: &str,
        ids: Vec<Uuid>,
    ) -> impl Future<Output = Result<Vec<Known<Self::Input>>, ApiError>> {
        Self::known(connection, ids)
    }

    /// The records that these texts of [`Self::KEY`] tell apart.
    ///
    /// # Errors
    /// When Postgres fails.
    fn called(
        connection: &mut PgConnection,
        keys: Vec<String>,
    ) -> impl Future<Output = Result<HashMap<String, Known<Self::Input>>, ApiError>> {
        async move {
            let found = Self::KEYS.called(connection, keys).await?;
            let known = Self::known(connection, found.iter().map(|row| row.id).collect()).await?;
            let mut known: HashMap<Uuid, Known<Self::Input>> = known.into_iter().map(|one| (one.id, one)).collect();
            Ok(found.into_iter().filter_map(|row| Some((row.key, known.remove(&row.id)?))).collect())
        }
    }

    /// Whether a file leaves the record as it is.
    fn is_as_known(known: &Self::Input, input: &Self::Input) -> bool {
        known == input
    }

    /// Tells history and live screens of a written record.
    fn changed(tx: &mut Tx, id: Uuid, version: i64) {
        tx.changed(Self::TABLE, id, version, "from a file");
    }

    /// Writes new records; a noun of which files hold many does it with few statements.
    ///
    /// # Errors
    /// What is wrong with the first that is; then nothing may count as written.
    fn create_all(tx: &mut Tx, new: &[(Uuid, &Self::Input)]) -> impl Future<Output = Result<(), ApiError>> {
        async move {
            for (id, input) in new {
                Self::save(tx, *id, None, Self::Input::clone(input)).await?;
            }
            Ok(())
        }
    }

    /// The record to write changes to.
    ///
    /// # Errors
    /// When it cannot be changed.
    fn open(_tx: &mut Tx, known: &Known<Self::Input>) -> impl Future<Output = Result<(Uuid, i64), ApiError>> {
        std::future::ready(Ok((known.id, known.version)))
    }
}

/// The columns of a file that a caller may see.
#[must_use]
pub fn columns_of<N: DataFile>(may: &impl Fn(Permission) -> bool) -> Vec<Column> {
    let mut columns = columns::of::<N::Input, N::Line>(N::LINES);
    for column in columns.iter_mut().filter(|column| !column.is_of_line) {
        column.is_key = N::KEY.first() == Some(&column.field);
    }
    columns.retain(|column| may(Permission::CostRead) || !N::COSTS.contains(&column.field));
    // People tell lines apart by what stands in them.
    columns.retain(|column| !(column.is_of_line && column.field == "id"));
    columns
}

/// Nouns whose rows in the list are whole records are read with one statement.
pub(super) async fn all_at_once<N: DataFile + Noun<Row = <N as Noun>::View>>(
    connection: &mut PgConnection,
    ids: Vec<Uuid>,
    id_of: impl Fn(&N::View) -> Uuid,
) -> Result<Vec<Known<<N as Noun>::Input>>, ApiError> {
    let rows: Vec<N::ListRow> = mrp_store::table::find_all(connection, &N::LIST, N::LIST_COLUMNS, ids).await?;
    let known = |row| {
        let view = N::row(row)?;
        Ok(Known { id: id_of(&view), version: view.version().unwrap_or_default(), input: N::input(view) })
    };
    rows.into_iter().map(known).collect()
}

/// Does `$function::<Noun>(…)` for the noun of a kind.
macro_rules! by_kind {
    ($kind:expr, $function:path, $($argument:expr),+) => {{
        use $function as function;
        match $kind {
            DataFileKind::UnitCategories => function::<UnitCategories>($($argument),+).await,
            DataFileKind::Units => function::<Units>($($argument),+).await,
            DataFileKind::WorkSchedules => function::<WorkSchedules>($($argument),+).await,
            DataFileKind::ShopClosures => function::<ShopClosures>($($argument),+).await,
            DataFileKind::WorkCenters => function::<WorkCenters>($($argument),+).await,
            DataFileKind::Attributes => function::<Attributes>($($argument),+).await,
            DataFileKind::Products => function::<Products>($($argument),+).await,
            DataFileKind::Routings => function::<Routings>($($argument),+).await,
            DataFileKind::Boms => function::<Boms>($($argument),+).await,
            DataFileKind::Warehouses => function::<Warehouses>($($argument),+).await,
            DataFileKind::LossReasons => function::<LossReasons>($($argument),+).await,
            DataFileKind::Suppliers => function::<Suppliers>($($argument),+).await,
            DataFileKind::SupplierPrices => function::<SupplierPrices>($($argument),+).await,
            DataFileKind::Stock => function::<StockCounts>($($argument),+).await,
        }
    }};
}

/// Writes records of a kind into a file, and says how many they are.
///
/// # Errors
/// `permission_denied`; when Postgres fails.
pub async fn export(
    kind: DataFileKind,
    connection: &mut PgConnection,
    may: &impl Fn(Permission) -> bool,
    format: DataFileFormat,
    which: Which<'_>,
) -> Result<(Vec<u8>, usize), ApiError> {
    by_kind!(kind, crate::data_files::export::export, kind, connection, may, format, which)
}

/// Creates and changes records of a kind from a file.
///
/// # Errors
/// `permission_denied`, `file_unreadable`; when Postgres fails. What is wrong in the file is in the report.
pub async fn import(
    kind: DataFileKind,
    tx: &mut Tx,
    may: &impl Fn(Permission) -> bool,
    sheet: &Sheet,
    how: How<'_>,
) -> Result<DataImportReport, ApiError> {
    by_kind!(kind, crate::data_files::import::import, tx, may, sheet, how)
}

impl DataFile for UnitCategories {
    const WRITE: Permission = Permission::UnitWrite;
    const KEY: &'static [&'static str] = &["name"];
    const KEYS: Keys = Keys::of("unit_category", "name");
    type Line = UnitCategoryInput;

    fn start() -> Value {
        json!({})
    }
}

impl DataFile for Units {
    const WRITE: Permission = Permission::UnitWrite;
    const KEYS: Keys = Keys::of("unit", "code");
    type Line = UnitInput;

    fn start() -> Value {
        json!({ "ratio_numerator": 1, "ratio_denominator": 1, "active": true })
    }
}

impl DataFile for WorkSchedules {
    const WRITE: Permission = Permission::CalendarWrite;
    const KEY: &'static [&'static str] = &["name"];
    const KEYS: Keys = Keys::of("work_schedule", "name");
    const LINES: Option<&'static str> = Some("shifts");
    type Line = Shift;

    fn start() -> Value {
        json!({ "is_default": false, "shifts": [] })
    }

    fn line_start() -> Value {
        json!({ "name": "", "breaks": [] })
    }
}

impl DataFile for ShopClosures {
    const WRITE: Permission = Permission::CalendarWrite;
    const KEY: &'static [&'static str] = &["date_from", "reason", "work_center_id"];
    const KEYS: Keys =
        Keys::of("shop_closure", "concat(date_from::text, '|', reason, '|', coalesce(work_center_id::text, ''))");
    type Line = ShopClosureInput;

    fn start() -> Value {
        json!({})
    }
}

impl DataFile for WorkCenters {
    const WRITE: Permission = Permission::WorkCenterWrite;
    const KEYS: Keys = Keys::of("work_center", "code");
    const COSTS: &'static [&'static str] = WorkCenterView::COSTS;
    type Line = WorkCenterInput;

    fn start() -> Value {
        json!({
            "kind": "machine", "capacity": 1, "efficiency_percent": "100", "setup_seconds": 0, "cleanup_seconds": 0,
            "alternative_ids": [], "description": "", "active": true,
        })
    }
}

impl DataFile for Attributes {
    const WRITE: Permission = Permission::ProductWrite;
    const KEYS: Keys = Keys::of("attribute", "code");
    const LINES: Option<&'static str> = Some("values");
    type Line = AttributeValue;

    fn start() -> Value {
        json!({ "values": [] })
    }

    /// A file knows values by their codes.
    async fn known(connection: &mut PgConnection, ids: Vec<Uuid>) -> Result<Vec<Known<AttributeInput>>, ApiError> {
        let mut all = all_at_once::<Self>(connection, ids, |view| view.id.uuid()).await?;
        all.iter_mut().flat_map(|known| &mut known.input.values).for_each(|value| value.id = None);
        Ok(all)
    }
}

impl DataFile for Products {
    const WRITE: Permission = Permission::ProductWrite;
    const KEYS: Keys = Keys::of("product", "code");
    const COSTS: &'static [&'static str] = ProductView::COSTS;
    type Line = ProductInput;

    fn start() -> Value {
        json!({
            "product_type": "storable", "category": "", "can_be_made": false, "can_be_bought": true,
            "can_be_sold": false, "cost_method": "moving_average", "purchase_lead_days": 0, "safety_stock": "0",
            "tracking": "none", "description": "", "active": true,
        })
    }

    async fn known(connection: &mut PgConnection, ids: Vec<Uuid>) -> Result<Vec<Known<ProductInput>>, ApiError> {
        all_at_once::<Self>(connection, ids, |view| view.id.uuid()).await
    }

    async fn create_all(tx: &mut Tx, new: &[(Uuid, &ProductInput)]) -> Result<(), ApiError> {
        crate::routes::products::create_all(tx, new).await
    }
}

impl DataFile for Routings {
    const WRITE: Permission = Permission::RoutingWrite;
    const KEYS: Keys = Keys::of("routing", "code");
    const LINES: Option<&'static str> = Some("operations");
    type Line = OperationInput;

    fn start() -> Value {
        json!({ "operations": [], "active": true })
    }

    fn line_start() -> Value {
        json!({
            "setup_seconds": 0, "cycle_seconds": 0, "quantity_per_cycle": "1", "cleanup_seconds": 0,
            "staff_needed": 1, "instructions": "", "time_mode": "manual", "learn_from": 10,
        })
    }

    /// A file knows operations by their numbers.
    async fn known(connection: &mut PgConnection, ids: Vec<Uuid>) -> Result<Vec<Known<RoutingInput>>, ApiError> {
        let mut all = Self::read(connection, ids).await?;
        all.iter_mut().flat_map(|known| &mut known.input.operations).for_each(|operation| operation.id = None);
        Ok(all)
    }
}

impl DataFile for Boms {
    const WRITE: Permission = Permission::BomWrite;
    const KEYS: Keys = Keys { table: "bom", key: "code", among: "state <> 'archived'", best: "revision DESC" };
    const LINES: Option<&'static str> = Some("lines");
    type Line = BomLineInput;

    fn start() -> Value {
        json!({ "quantity_per_run": "1", "bom_type": "manufacture", "consumption_mode": "automatic", "by_products": [], "lines": [] })
    }

    /// Without the faults that a page shows, which look at everything below.
    async fn known(connection: &mut PgConnection, ids: Vec<Uuid>) -> Result<Vec<Known<BomInput>>, ApiError> {
        let all = crate::routes::boms::inputs_of(connection, ids).await?;
        Ok(all.into_iter().map(|(id, version, input)| Known { id, version, input }).collect())
    }

    async fn create_all(tx: &mut Tx, new: &[(Uuid, &BomInput)]) -> Result<(), ApiError> {
        crate::routes::boms::create_all(tx, new).await
    }

    /// What is validated stays as it is: its change becomes the next draft.
    async fn open(tx: &mut Tx, known: &Known<BomInput>) -> Result<(Uuid, i64), ApiError> {
        let row = mrp_store::boms::find(tx.connection(), known.id).await?;
        if row.state == BomState::Draft.as_str() {
            return Ok((known.id, known.version));
        }
        mrp_store::boms::lock_revisions(tx, &row.code).await?;
        let next = Uuid::now_v7();
        mrp_store::boms::revise(tx, known.id, next).await?;
        Ok((next, 1))
    }
}

impl DataFile for Warehouses {
    const READ: Permission = Permission::StockRead;
    const WRITE: Permission = Permission::StockWrite;
    const KEYS: Keys = Keys::of("warehouse", "code");
    type Line = WarehouseInput;

    fn start() -> Value {
        json!({ "active": true })
    }
}

impl DataFile for LossReasons {
    const WRITE: Permission = Permission::WorkCenterWrite;
    const KEYS: Keys = Keys::of("loss_reason", "code");
    type Line = LossReasonInput;

    fn start() -> Value {
        json!({ "active": true })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_hold_what_their_fields_hold() {
        let told = |columns: Vec<Column>| {
            let line = |column: &Column| {
                let empty = if column.may_be_empty() { " or nothing" } else { "" };
                format!("{}: {}{empty}", column.header, column.kind)
            };
            columns.iter().map(line).collect::<Vec<_>>()
        };
        let may = |_| true;
        let all = [
            told(columns_of::<Boms>(&may)),
            told(columns_of::<Attributes>(&may)),
            told(columns_of::<Products>(&may)),
            told(columns_of::<WorkCenters>(&may)),
            told(columns_of::<Routings>(&may)),
            told(columns_of::<WorkSchedules>(&may)),
        ];
        insta::assert_snapshot!(all.map(|lines| lines.join("\n")).join("\n\n"));
    }
}
