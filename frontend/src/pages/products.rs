//! Products: finished goods and components.

pub mod cost_history;
pub mod cost_steps;
pub mod demand;
pub mod form;
pub mod glance;
pub mod list;
pub mod variants;

use mrp_api::products::{GetProduct, ListProducts, ProductView};
use mrp_domain::product::{CostMethod, ProductType, Tracking};

use crate::i18n::text::products as t;
use crate::ui::picker::{Choice, Picker};

/// What a type is called.
#[must_use]
pub fn type_name(product_type: ProductType) -> &'static str {
    match product_type {
        ProductType::Storable => t::storable(),
        ProductType::Consumable => t::consumable(),
        ProductType::Service => t::service(),
    }
}

/// What a cost method is called.
#[must_use]
pub fn cost_method_name(method: CostMethod) -> &'static str {
    match method {
        CostMethod::Standard => t::standard(),
        CostMethod::MovingAverage => t::moving_average(),
    }
}

/// What a way of telling pieces apart is called.
#[must_use]
pub fn tracking_name(tracking: Tracking) -> &'static str {
    match tracking {
        Tracking::None => t::tracking_none(),
        Tracking::Lot => t::tracking_lot(),
        Tracking::Serial => t::tracking_serial(),
    }
}

/// Chooses an active product that can be stocked, made and used: no template.
#[must_use]
pub fn picker() -> Picker {
    any_picker().only("is_template", "false")
}

/// Chooses an active product, a template or not.
#[must_use]
pub fn any_picker() -> Picker {
    let choice = |row: ProductView| Choice::new(row.id, row.name, row.code);
    Picker::of::<ListProducts, GetProduct, _, _>(choice, choice).only("active", "true")
}

/// Chooses an active product that can be made.
#[must_use]
pub fn made_picker() -> Picker {
    picker().only("can_be_made", "true")
}
