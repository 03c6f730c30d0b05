//! Unit categories: what their bodies mean.

use mrp_api::page::NounQuery;
use mrp_api::unit_categories::{
    CreateUnitCategory, DeleteUnitCategory, GetUnitCategory, ListUnitCategories, UnitCategoryInput, UnitCategoryView,
    UpdateUnitCategory,
};
use mrp_domain::ids::UnitCategoryId;
use mrp_domain::text::Name;
use mrp_store::list::{Filters, ListSpec};
use mrp_store::sql::PgConnection;
use mrp_store::tx::Tx;
use mrp_store::unit_categories::{self as store, UnitCategoryRow};
use uuid::Uuid;

use crate::error::{ApiError, Faults};
use crate::noun::{self, Noun};

/// The noun.
#[derive(Debug)]
pub struct UnitCategories;

/// The five endpoints.
pub fn mount(config: &mut actix_web::web::ServiceConfig) {
    noun::mount::<
        UnitCategories,
        ListUnitCategories,
        GetUnitCategory,
        CreateUnitCategory,
        UpdateUnitCategory,
        DeleteUnitCategory,
        UnitCategoryId,
    >(config);
}

impl Noun for UnitCategories {
    const TABLE: &'static str = "unit_category";
    const LIST: ListSpec = store::LIST;
    const LIST_COLUMNS: &'static str = UnitCategoryRow::COLUMNS;
    type Query = NounQuery;
    type ListRow = UnitCategoryRow;
    type Row = UnitCategoryView;
    type View = UnitCategoryView;
    type Input = UnitCategoryInput;

    /// Categories are never inactive.
    fn filters(query: &NounQuery) -> Filters {
        Filters::default().when(query.active == Some(false), "false")
    }

    fn row(row: UnitCategoryRow) -> Result<UnitCategoryView, ApiError> {
        Ok(UnitCategoryView {
            id: UnitCategoryId::from_uuid(row.id),
            name: row.name,
            unit_count: row.unit_count,
            version: row.version,
        })
    }

    async fn load(connection: &mut PgConnection, id: Uuid) -> Result<UnitCategoryView, ApiError> {
        Self::row(mrp_store::table::find(connection, &store::LIST, UnitCategoryRow::COLUMNS, id).await?)
    }

    fn input(view: UnitCategoryView) -> UnitCategoryInput {
        UnitCategoryInput { name: view.name }
    }

    async fn save(tx: &mut Tx, id: Uuid, expected: Option<i64>, input: UnitCategoryInput) -> Result<i64, ApiError> {
        let mut faults = Faults::default();
        let name = faults.take("/name", Name::new(&input.name));
        faults.check()?;
        let name = name.map(String::from).unwrap_or_default();
        Ok(UnitCategoryRow { id, name, unit_count: 0, version: 0 }.values().save(tx, id, expected).await?)
    }
}
