//! A plain noun: list, read, create, change and remove, written once for all of them.
//!
//! A noun says how its rows are listed, how a body becomes stored values (all faults at once) and how a stored row
//! becomes a reply. Everything else is here.

use std::future::Future;

use mrp_api::access::Permission;
use mrp_api::detail::{self as say, Detail};
use mrp_api::endpoint::{Empty, Endpoint, IdPath, Wire};
use mrp_api::page::{LIMIT_DEFAULT, LIMIT_MAX, ListQuery, Page};
use mrp_api::patch::Patch;
use mrp_domain::text::Code;
use mrp_store::list::{Filters, ListRequest, ListSpec};
use mrp_store::sql::PgConnection;
use mrp_store::tx::Tx;
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::answer::Answered;
use crate::error::{ApiError, Faults};
use crate::granted::Granted;
use crate::mount::Mount;

/// What a plain noun has to say.
pub trait Noun: 'static {
    /// The table; also the name in events and history, e.g. `work_center`.
    const TABLE: &'static str;
    /// How rows are listed.
    const LIST: ListSpec;
    /// The select list of [`Noun::ListRow`].
    const LIST_COLUMNS: &'static str;
    /// A change of this noun moves working hours.
    const MOVES_CALENDARS: bool = false;
    /// Sorts that tell who costs more: only for callers with `cost.read`.
    const COST_SORTS: &'static [&'static str] = &[];
    /// Filters that tell what costs nothing: only for callers with `cost.read`.
    const COST_FILTERS: &'static [&'static str] = &[];
    /// The list's parameters.
    type Query: ListQuery;
    /// A stored row of the list.
    type ListRow: mrp_store::sql::StoredRow;
    /// A row of the list on the wire.
    type Row: Wire;
    /// The record on the wire.
    type View: Wire;
    /// The editable fields.
    type Input: Wire;

    /// The noun's own filters.
    fn filters(query: &Self::Query) -> Filters;

    /// A stored row as the wire shows it.
    ///
    /// # Errors
    /// `internal` for a corrupt row.
    fn row(row: Self::ListRow) -> Result<Self::Row, ApiError>;

    /// Reads the record.
    fn load(connection: &mut PgConnection, id: Uuid) -> impl Future<Output = Result<Self::View, ApiError>>;

    /// The editable fields of a record.
    fn input(view: Self::View) -> Self::Input;

    /// Checks every field and writes the record (`expected: None` creates it); returns its version.
    fn save(
        tx: &mut Tx,
        id: Uuid,
        expected: Option<i64>,
        input: Self::Input,
    ) -> impl Future<Output = Result<i64, ApiError>>;

    /// Refuses to remove what must stay although nothing refers to it.
    fn check_removal(_tx: &mut Tx, _id: Uuid) -> impl Future<Output = Result<(), ApiError>> {
        std::future::ready(Ok(()))
    }

    /// Removes what the caller may not see. Called on every reply of a caller without `cost.read`.
    fn hide_costs(_view: &mut Self::View) {}

    /// The same for a row of the list.
    fn hide_row_costs(_row: &mut Self::Row) {}
}

/// Mounts the five endpoints of a noun.
pub fn mount<N, L, G, C, U, D, I>(config: &mut actix_web::web::ServiceConfig)
where
    N: Noun,
    I: Serialize + DeserializeOwned + ToUuid + 'static,
    L: Endpoint<Path = Empty, Query = N::Query, Body = Empty, Reply = Page<N::Row>>,
    G: Endpoint<Path = IdPath<I>, Query = Empty, Body = Empty, Reply = N::View>,
    C: Endpoint<Path = Empty, Query = Empty, Body = N::Input, Reply = N::View>,
    U: Endpoint<Path = IdPath<I>, Query = Empty, Body = Patch<N::Input>, Reply = N::View>,
    D: Endpoint<Path = IdPath<I>, Query = Empty, Body = Empty, Reply = Empty>,
{
    config
        .endpoint::<L, _, _>(|granted, _, query, _| async move { list::<N, L>(granted, query).await })
        .endpoint::<G, _, _>(|granted, path, _, _| async move { read::<N, G>(granted, path.id.to_uuid()).await })
        .endpoint::<C, _, _>(|granted, _, _, input| async move { create::<N, C>(granted, input).await })
        .endpoint::<U, _, _>(|granted, path, _, patch| async move {
            update::<N, U>(granted, path.id.to_uuid(), patch).await
        })
        .endpoint::<D, _, _>(|granted, path, _, _| async move { remove::<N, D>(granted, path.id.to_uuid()).await });
}

/// A typed id's UUID.
pub trait ToUuid {
    /// The bare UUID.
    fn to_uuid(&self) -> Uuid;
}

macro_rules! to_uuid {
    ($($id:ident),+ $(,)?) => { $(
        impl ToUuid for mrp_domain::ids::$id {
            fn to_uuid(&self) -> Uuid { self.uuid() }
        }
    )+ };
}
to_uuid!(
    UserId,
    UnitCategoryId,
    UnitId,
    WorkScheduleId,
    ShopClosureId,
    WorkCenterId,
    ProductId,
    AttributeId,
    RoutingId,
    BomId,
    WarehouseId,
    SalesOrderId,
    SupplierId,
    SupplierPriceId,
    LotId,
    LossReasonId,
    DowntimeId,
);

/// The common part of a list's query, with the limit in range.
pub fn list_request(query: &impl ListQuery) -> ListRequest {
    let page = query.page();
    ListRequest {
        search: page.q.filter(|text| !text.trim().is_empty()),
        sort: page.sort,
        limit: page.limit.unwrap_or(LIMIT_DEFAULT).clamp(1, LIMIT_MAX),
        cursor: page.cursor,
    }
}

/// Rows must not tell costs to who may not read them, neither on a page nor in a file.
///
/// # Errors
/// `permission_denied`.
pub(crate) fn refuse_cost_filters<N: Noun>(query: &N::Query, may_see_costs: bool) -> Result<(), ApiError> {
    if N::COST_FILTERS.is_empty() || may_see_costs {
        return Ok(());
    }
    let asked = serde_json::to_value(query).unwrap_or_default();
    match N::COST_FILTERS.iter().find(|filter| asked.get(**filter).is_some()) {
        None => Ok(()),
        Some(filter) => {
            let detail = say::for_callers(format!("who may not read costs may not filter by `{filter}`"));
            Err(ApiError::new(&mrp_api::error::PERMISSION_DENIED, detail))
        }
    }
}

pub(crate) async fn list<N: Noun, E: Endpoint<Reply = Page<N::Row>>>(
    granted: Granted<E>,
    query: N::Query,
) -> Result<Answered<E>, ApiError> {
    let request = list_request(&query);
    let sort = request.sort.as_deref().map(|sort| sort.trim_start_matches('-')).unwrap_or_default();
    if N::COST_SORTS.contains(&sort) && !granted.may(Permission::CostRead) {
        let detail = say::for_callers(format!("who may not read costs may not sort by `{sort}`"));
        return Err(ApiError::new(&mrp_api::error::PERMISSION_DENIED, detail));
    }
    refuse_cost_filters::<N>(&query, granted.may(Permission::CostRead))?;
    let mut connection = granted.connection().await?;
    let page = N::LIST.page::<N::ListRow>(&mut connection, N::LIST_COLUMNS, &request, N::filters(&query)).await?;
    let total = N::LIST.total(&mut connection, &request, N::filters(&query)).await?;
    let mut items = page.items.into_iter().map(N::row).collect::<Result<Vec<_>, _>>()?;
    if !granted.may(Permission::CostRead) {
        items.iter_mut().for_each(N::hide_row_costs);
    }
    granted.reply(Page { items, next_cursor: page.next_cursor, total: u64::try_from(total).unwrap_or_default() })
}

pub(crate) async fn read<N: Noun, E: Endpoint<Reply = N::View>>(
    granted: Granted<E>,
    id: Uuid,
) -> Result<Answered<E>, ApiError> {
    let mut connection = granted.connection().await?;
    let mut view = N::load(&mut connection, id).await?;
    if !granted.may(Permission::CostRead) {
        N::hide_costs(&mut view);
    }
    granted.reply(view)
}

async fn create<N: Noun, E: Endpoint<Reply = N::View>>(
    granted: Granted<E>,
    input: N::Input,
) -> Result<Answered<E>, ApiError> {
    let id = Uuid::now_v7();
    let text = serde_json::to_string(&input).unwrap_or_default();
    granted.write(async |tx| save::<N, E>(&granted, tx, id, None, &text).await).await
}

pub(crate) async fn update<N: Noun, E: Endpoint<Reply = N::View>>(
    granted: Granted<E>,
    id: Uuid,
    patch: Patch<N::Input>,
) -> Result<Answered<E>, ApiError> {
    granted
        .write(async |tx| {
            let current = N::load(tx.connection(), id).await?;
            if current.version().is_some_and(|version| version != granted.expected) {
                let current = current.version().unwrap_or_default();
                return Err(mrp_store::error::StoreError::Stale { current }.into());
            }
            let input = patch
                .apply(&N::input(current))
                .map_err(|error| ApiError::new(&mrp_api::error::MALFORMED_BODY, say::for_callers(error.to_string())))?;
            let text = serde_json::to_string(&input).unwrap_or_default();
            save::<N, E>(&granted, tx, id, Some(granted.expected), &text).await
        })
        .await
}

/// Writes and reads back. The input travels as text, because a transaction may have to be tried again.
async fn save<N: Noun, E: Endpoint<Reply = N::View>>(
    granted: &Granted<E>,
    tx: &mut Tx,
    id: Uuid,
    expected: Option<i64>,
    input: &str,
) -> Result<N::View, ApiError> {
    let parsed = serde_json::from_str(input)
        .map_err(|error| ApiError::new(&mrp_api::error::MALFORMED_BODY, say::for_callers(error.to_string())))?;
    let version = N::save(tx, id, expected, parsed).await?;
    if N::MOVES_CALENDARS {
        mrp_store::settings::calendars_moved(tx).await?;
    }
    tx.changed(N::TABLE, id, version, input);
    let mut view = N::load(tx.connection(), id).await?;
    if !granted.may(Permission::CostRead) {
        N::hide_costs(&mut view);
    }
    Ok(view)
}

pub(crate) async fn remove<N: Noun, E: Endpoint<Reply = Empty>>(
    granted: Granted<E>,
    id: Uuid,
) -> Result<Answered<E>, ApiError> {
    granted
        .write(async |tx| {
            N::check_removal(tx, id).await?;
            mrp_store::table::delete(tx, N::TABLE, id, granted.expected).await?;
            if N::MOVES_CALENDARS {
                mrp_store::settings::calendars_moved(tx).await?;
            }
            tx.changed(N::TABLE, id, granted.expected + 1, "");
            Ok(Empty {})
        })
        .await
}

/// A stored word of a vocabulary.
///
/// # Errors
/// `internal`: only known words are ever stored.
pub fn word<T: std::str::FromStr<Err = mrp_domain::vocabulary::UnknownWord>>(text: &str) -> Result<T, ApiError> {
    text.parse().map_err(|error: mrp_domain::vocabulary::UnknownWord| {
        mrp_store::error::StoreError::Corrupt(error.to_string()).into()
    })
}

/// A stored integer that is never negative.
#[must_use]
pub fn integer(value: i32) -> u32 {
    u32::try_from(value).unwrap_or_default()
}

/// A number of seconds that fits a day's work: at most a year.
///
/// # Errors
/// When it is longer.
pub fn seconds(value: u32) -> Result<i32, Detail> {
    const YEAR: u32 = 366 * 24 * 3600;
    i32::try_from(value).ok().filter(|_| value <= YEAR).ok_or_else(|| say::AT_MOST_DAYS.with("most", 366))
}

/// The code that was typed in. None asks for the next number of a series, which only a new record gets.
pub fn code_or_next(faults: &mut Faults, code: Option<&str>, expected: Option<i64>) -> Option<String> {
    match code.map(str::trim).filter(|code| !code.is_empty()) {
        Some(code) => faults.take("/code", Code::new(code)).map(|code| code.to_string()),
        None => {
            if expected.is_some() {
                faults.add("/code", &mrp_api::error::VALUE_MISSING, say::CODE_KEPT);
            }
            None
        }
    }
}

/// The typed-in code, or the next number of the series. Call it last: the series stays locked.
///
/// # Errors
/// `busy`.
pub async fn numbered(tx: &mut Tx, code: Option<String>, series: &'static str) -> Result<String, ApiError> {
    match code {
        Some(code) => Ok(code),
        None => Ok(mrp_store::number_series::take(tx, series, 1).await?.pop().unwrap_or_default()),
    }
}
