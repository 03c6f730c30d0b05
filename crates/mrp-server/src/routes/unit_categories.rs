//! Unit categories: what their bodies mean.

use mrp_api::page::NounQuery;
use mrp_api::unit_categories::{
    CreateUnitCategory, DeleteUnitCategory, GetUnitCategory, ListUnitCategories, UnitCategoryInput, UnitCategoryView,
    UpdateUnitCategory,
};
use mrp_domain::ids::UnitCategoryId;
use mrp_domain::text::Name;
use mrp_store::list::Filters;
use mrp_store::tx::Tx;
use mrp_store::unit_categories::{self as store, UnitCategoryRow};
use uuid::Uuid;

use crate::error::{ApiError, Faults};
use crate::noun::Noun;

five_endpoints! {
    UnitCategories of UnitCategoryId: ListUnitCategories GetUnitCategory CreateUnitCategory UpdateUnitCategory DeleteUnitCategory
}

fields! {
    UnitCategories: UnitCategoryRow, UnitCategoryView, UnitCategoryInput;
    edited {
        name: Name::new,
    }
    read { unit_count: 0, }
}

impl Noun for UnitCategories {
    type Query = NounQuery;
    one_record!(UnitCategoryRow, UnitCategoryView, UnitCategoryInput);

    /// Categories are never inactive.
    fn filters(query: &NounQuery) -> Filters {
        Filters::default().when(query.active == Some(false), "false")
    }

    async fn save(tx: &mut Tx, id: Uuid, expected: Option<i64>, input: UnitCategoryInput) -> Result<i64, ApiError> {
        Ok(Self::fields(id, input, Faults::default())?.values().save(tx, id, expected).await?)
    }
}
