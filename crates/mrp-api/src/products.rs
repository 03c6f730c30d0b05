//! Products: finished goods and components.

use mrp_domain::ids::{AttributeValueId, ProductId, UnitId};
use mrp_domain::product::{CostMethod, ProductType, Tracking};
use rust_decimal::Decimal;

use crate::access::Permission;
use crate::attributes::AttributeChoiceView;

noun! {
    /// A product.
    pub struct ProductView of ProductId, edited as ProductInput {
        /// Its code, unique.
        pub code: String,
        /// Its name.
        pub name: String,
        /// How it behaves in stock.
        pub product_type: ProductType,
        /// The unit it is kept in; fixed once there are moves.
        pub unit_id: UnitId,
        /// The unit it is bought in where no price says another; the one it is kept in when absent.
        #[serde(default)]
        pub purchase_unit_id: Option<UnitId>,
        /// A family of products, free text.
        pub category: String,
        /// Whether it can be made.
        pub can_be_made: bool,
        /// Whether it can be bought.
        pub can_be_bought: bool,
        /// Whether it can be sold.
        pub can_be_sold: bool,
        /// Where the unit cost comes from.
        pub cost_method: CostMethod,
        /// Selling price of one unit.
        pub selling_price: Option<Decimal>,
        /// Days from order to receipt.
        pub purchase_lead_days: u32,
        /// Stock that should always be there.
        pub safety_stock: Decimal,
        /// Whether pieces are told apart.
        pub tracking: Tracking,
        /// Whether an order takes a need from one lot when one lot suffices, be it not the first to expire.
        #[serde(default)]
        pub one_lot: bool,
        /// Whether confirming a sales order drafts a manufacturing order over what nothing covers of it.
        #[serde(default)]
        pub order_when_sold: bool,
        /// Its barcode, unique.
        pub barcode: Option<String>,
        /// What people should know of it.
        pub description: String,
        /// Whether it can be chosen.
        pub active: bool,
        /// The template that it is a variant of.
        #[serde(default)]
        pub template_id: Option<ProductId>,
        /// Of a template the values that it offers, attribute by attribute; of a variant its own, one of each attribute.
        #[serde(default)]
        pub attribute_value_ids: Vec<AttributeValueId>,
    }
    costs {
        /// Cost of one unit.
        pub standard_cost: Option<Decimal>,
    }
    reads {
        /// That unit's short name.
        pub unit_code: String,
        /// The short name of the unit it is bought in.
        pub purchase_unit_code: Option<String>,
        /// Cost of one unit by that method today; only with `cost.read`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub unit_cost: Option<Decimal>,
        /// Whether it stands for its variants: it offers values, and is never stocked, made or used itself.
        pub is_template: bool,
        /// Its template's code.
        pub template_code: Option<String>,
        /// Its template's name.
        pub template_name: Option<String>,
        /// Its values with their attributes.
        pub attribute_values: Vec<AttributeChoiceView>,
        /// In all warehouses together.
        pub qty_on_hand: Decimal,
        /// Promised to orders.
        pub qty_reserved: Decimal,
    }
}
list_query! {
    /// A list of products.
    pub struct ProductQuery {
        /// Only active (`true`) or only inactive (`false`) products.
        pub active: Option<bool>,
        /// Only what can (`true`) or cannot (`false`) be made.
        pub can_be_made: Option<bool>,
        /// Only templates (`true`), or only what can be stocked, made and used (`false`).
        pub is_template: Option<bool>,
        /// Only variants (`true`), or only what is none (`false`).
        pub is_variant: Option<bool>,
        /// Only variants of this template.
        pub template_id: Option<ProductId>,
        /// Only active ones that nobody knows the cost of (`true`); for those who may read costs.
        pub without_cost: Option<bool>,
    }
}

noun_endpoints! {
    "product" at "/products", id: ProductId,
    read: Permission::MasterDataRead, write: Permission::ProductWrite,
    query: ProductQuery, row: ProductView, view: ProductView, input: ProductInput,
    names: ListProducts GetProduct CreateProduct UpdateProduct DeleteProduct;
}
