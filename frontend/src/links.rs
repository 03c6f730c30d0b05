//! Every address of the office, in both directions: [`Place::parse`] reads one, [`Place::href`] writes it.
//!
//! The paths are the ones users know from before and never change. No other module spells a path. The office has its own few
//! lines of routing because one total `match` over [`Place`] can be tested without a browser (see `docs/adr/office-routing.md`).

use std::fmt::Display;

use mrp_domain::ids::{BomId, ProductId, PurchaseOrderId, ReceiptId, SalesOrderId, WarehouseId};
use rust_decimal::Decimal;

/// A noun with a list and a page for each record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noun {
    /// Manufacturing orders.
    ManufacturingOrders,
    /// Work orders.
    WorkOrders,
    /// When work centers stood.
    Downtimes,
    /// Bills of materials.
    Boms,
    /// Routings.
    Routings,
    /// Work centers.
    WorkCenters,
    /// Products.
    Products,
    /// Sales orders.
    SalesOrders,
    /// Lots and serial numbers.
    Lots,
    /// Goods that go from one warehouse to another.
    Transfers,
    /// Goods that go to customers.
    Deliveries,
    /// Counts of a warehouse.
    Counts,
    /// Users.
    Users,
    /// Suppliers.
    Suppliers,
    /// Purchase requests.
    PurchaseRequests,
    /// Requests for quotation.
    RequestsForQuotation,
    /// Purchase orders.
    PurchaseOrders,
}

impl Noun {
    /// All of them.
    pub const ALL: [Self; 17] = [
        Self::ManufacturingOrders,
        Self::WorkOrders,
        Self::Downtimes,
        Self::Boms,
        Self::Routings,
        Self::WorkCenters,
        Self::Products,
        Self::SalesOrders,
        Self::Lots,
        Self::Transfers,
        Self::Deliveries,
        Self::Counts,
        Self::Users,
        Self::Suppliers,
        Self::PurchaseRequests,
        Self::RequestsForQuotation,
        Self::PurchaseOrders,
    ];

    /// Where its list stands.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::ManufacturingOrders => "/admin/manufacturing/manufacturing_order_manage",
            Self::WorkOrders => "/admin/manufacturing/work_order_manage",
            Self::Downtimes => "/admin/manufacturing/downtime",
            Self::Boms => "/admin/manufacturing/bill_of_material_manage",
            Self::Routings => "/admin/manufacturing/routing_manage",
            Self::WorkCenters => "/admin/manufacturing/work_center_manage",
            Self::Products => "/admin/manufacturing/product_management",
            Self::SalesOrders => "/admin/sales/sales_order",
            Self::Lots => "/admin/warehouse/lot",
            Self::Transfers => "/admin/warehouse/transfer",
            Self::Deliveries => "/admin/warehouse/delivery",
            Self::Counts => "/admin/warehouse/count",
            Self::Users => "/admin/setting/users",
            Self::Suppliers => "/admin/acquisitions/supplier",
            Self::PurchaseRequests => "/admin/acquisitions/purchase_request",
            Self::RequestsForQuotation => "/admin/acquisitions/request_for_quotation",
            Self::PurchaseOrders => "/admin/acquisitions/purchase_order",
        }
    }

    /// The list's address.
    #[must_use]
    pub fn list(self) -> String {
        Place::List(self).href()
    }

    /// The list's address with filters set, e.g. `&[("state", "waiting")]`.
    #[must_use]
    pub fn filtered(self, filters: &[(&str, &str)]) -> String {
        let pairs = filters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<Vec<_>>();
        format!("{}{}", self.path(), query_text(&pairs))
    }

    /// The address of an empty form.
    #[must_use]
    pub fn new_record(self) -> String {
        Place::New(self).href()
    }

    /// A record's address.
    #[must_use]
    pub fn record(self, id: impl Display) -> String {
        Place::Record(self, id.to_string()).href()
    }

    /// The address of one tab of a record.
    #[must_use]
    pub fn tab(self, id: impl Display, tab: &str) -> String {
        format!("{}?tab={tab}", self.record(id))
    }
}

/// A tab of the settings page.
pub const SETTING: &str = "/admin/manufacturing/setting";
const DASHBOARD: &str = "/admin/manufacturing/dashboard";
const STOCK: &str = "/admin/warehouse/stock";
const MOVES: &str = "/admin/warehouse/move";
const STOCK_VALUE: &str = "/admin/warehouse/stock_value";
const ORDER_COSTS: &str = "/admin/manufacturing/order_cost";
const OEE: &str = "/admin/manufacturing/oee";
const TIME_LOGS: &str = "/admin/manufacturing/time_log";
const LOGIN: &str = "/login";
/// What follows a record's address where it is compared, looked up, or replaced.
const COMPARE: &str = "/compare";
const WHERE_USED: &str = "/where_used";
const REPLACE: &str = "/replace";
const PRODUCT_COSTS: &str = "/admin/manufacturing/product_management/costs";

/// A page of the office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Figures of the day.
    Dashboard,
    /// A noun's list.
    List(Noun),
    /// An empty form.
    New(Noun),
    /// One record.
    Record(Noun, String),
    /// A bill of materials beside another; which one is in the query.
    CompareBoms(String),
    /// Where a product is used.
    WhereUsed(String),
    /// A product replaced by another in the bills of materials.
    ReplaceComponent(String),
    /// What made products should cost.
    ProductCosts,
    /// Company settings, units, schedules; the tab is in the query.
    Setting,
    /// Stock on hand, receipts, moves; the tab is in the query.
    Stock,
    /// Every move of goods.
    Moves,
    /// What the stock was worth; the day is in the query.
    StockValue,
    /// What orders that are done cost.
    OrderCosts,
    /// How effective work centers are.
    Oee,
    /// Who worked when.
    TimeLogs,
    /// The log-in page.
    Login,
    /// No page of ours.
    Unknown,
}

impl Place {
    /// The page that a path leads to.
    #[must_use]
    pub fn parse(path: &str) -> Self {
        let path = path.trim_end_matches('/');
        match path {
            "" | "/admin" | "/admin/manufacturing" | DASHBOARD => return Self::Dashboard,
            SETTING => return Self::Setting,
            STOCK => return Self::Stock,
            MOVES => return Self::Moves,
            STOCK_VALUE => return Self::StockValue,
            ORDER_COSTS => return Self::OrderCosts,
            PRODUCT_COSTS => return Self::ProductCosts,
            OEE => return Self::Oee,
            TIME_LOGS => return Self::TimeLogs,
            LOGIN => return Self::Login,
            _ => {}
        }
        let below = |noun: Noun, word: &str| {
            let id = path.strip_prefix(noun.path())?.strip_prefix('/')?.strip_suffix(word)?;
            (!id.is_empty() && !id.contains('/')).then(|| id.to_owned())
        };
        if let Some(id) = below(Noun::Boms, COMPARE) {
            return Self::CompareBoms(id);
        }
        if let Some(id) = below(Noun::Products, WHERE_USED) {
            return Self::WhereUsed(id);
        }
        if let Some(id) = below(Noun::Products, REPLACE) {
            return Self::ReplaceComponent(id);
        }
        for noun in Noun::ALL {
            match path.strip_prefix(noun.path()) {
                Some("") => return Self::List(noun),
                Some("/new") => return Self::New(noun),
                Some(rest) => match rest.strip_prefix('/') {
                    Some(id) if !id.is_empty() && !id.contains('/') => return Self::Record(noun, id.to_owned()),
                    Some(_) | None => {}
                },
                None => {}
            }
        }
        Self::Unknown
    }

    /// Its address.
    #[must_use]
    pub fn href(&self) -> String {
        match self {
            Self::Dashboard | Self::Unknown => DASHBOARD.to_owned(),
            Self::List(noun) => noun.path().to_owned(),
            Self::New(noun) => format!("{}/new", noun.path()),
            Self::Record(noun, id) => format!("{}/{id}", noun.path()),
            Self::CompareBoms(id) => format!("{}/{id}{COMPARE}", Noun::Boms.path()),
            Self::WhereUsed(id) => format!("{}/{id}{WHERE_USED}", Noun::Products.path()),
            Self::ReplaceComponent(id) => format!("{}/{id}{REPLACE}", Noun::Products.path()),
            Self::ProductCosts => PRODUCT_COSTS.to_owned(),
            Self::Setting => SETTING.to_owned(),
            Self::Stock => STOCK.to_owned(),
            Self::Moves => MOVES.to_owned(),
            Self::StockValue => STOCK_VALUE.to_owned(),
            Self::OrderCosts => ORDER_COSTS.to_owned(),
            Self::Oee => OEE.to_owned(),
            Self::TimeLogs => TIME_LOGS.to_owned(),
            Self::Login => LOGIN.to_owned(),
        }
    }

    /// Its address with one tab chosen.
    #[must_use]
    pub fn tab(&self, tab: &str) -> String {
        format!("{}?tab={tab}", self.href())
    }

    /// The noun it belongs to.
    #[must_use]
    pub fn noun(&self) -> Option<Noun> {
        match self {
            Self::List(noun) | Self::New(noun) | Self::Record(noun, _) => Some(*noun),
            Self::CompareBoms(_) => Some(Noun::Boms),
            Self::WhereUsed(_) | Self::ReplaceComponent(_) | Self::ProductCosts => Some(Noun::Products),
            Self::Dashboard
            | Self::Setting
            | Self::Stock
            | Self::Moves
            | Self::StockValue
            | Self::OrderCosts
            | Self::Oee
            | Self::TimeLogs
            | Self::Login
            | Self::Unknown => None,
        }
    }
}

/// A bill of materials beside another one.
#[must_use]
pub fn compare_boms(new: BomId, old: BomId) -> String {
    format!("{}?with={old}", Place::CompareBoms(new.to_string()).href())
}

/// An empty receipt.
#[must_use]
pub fn empty_receipt() -> String {
    format!("{STOCK}?tab=receipts&receipt=new")
}

/// A posted receipt.
#[must_use]
pub fn receipt(id: ReceiptId) -> String {
    format!("{STOCK}?tab=receipts&receipt={id}")
}

/// The form of a receipt of what has not come of a purchase order.
#[must_use]
pub fn receipt_of_purchase(order: PurchaseOrderId) -> String {
    format!("{STOCK}?tab=receipts&receipt=new&purchase_order_id={order}")
}

/// The form of a delivery of what is open of a sales order.
#[must_use]
pub fn delivery_of_sale(order: SalesOrderId) -> String {
    format!("{}?sales_order_id={order}", Noun::Deliveries.new_record())
}

/// The form of a receipt of this much of a product, into this warehouse.
#[must_use]
pub fn new_receipt(product: ProductId, quantity: Decimal, warehouse: Option<WarehouseId>) -> String {
    let mut pairs = vec![
        ("tab".to_owned(), "receipts".to_owned()),
        ("receipt".to_owned(), "new".to_owned()),
        ("product_id".to_owned(), product.to_string()),
        ("quantity".to_owned(), quantity.normalize().to_string()),
    ];
    pairs.extend(warehouse.map(|warehouse| ("warehouse_id".to_owned(), warehouse.to_string())));
    format!("{STOCK}{}", query_text(&pairs))
}

/// `?a=b&c=d`, or nothing when there are no pairs.
#[must_use]
pub fn query_text(pairs: &[(String, String)]) -> String {
    if pairs.is_empty() {
        return String::new();
    }
    let parts = pairs.iter().map(|(name, value)| format!("{}={}", escape(name), escape(value))).collect::<Vec<_>>();
    format!("?{}", parts.join("&"))
}

/// The pairs of `?a=b&c=d`.
#[must_use]
pub fn query_pairs(text: &str) -> Vec<(String, String)> {
    text.trim_start_matches('?')
        .split('&')
        .filter(|part| !part.is_empty())
        .map(|part| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            (unescape(name), unescape(value))
        })
        .collect()
}

fn escape(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

fn unescape(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let digits = [rest.next(), rest.next()].into_iter().flatten().map(char::from).collect::<String>();
                match u8::from_str_radix(&digits, 16) {
                    Ok(value) => bytes.push(value),
                    Err(_) => bytes.extend(format!("%{digits}").bytes()),
                }
            }
            other => bytes.push(other),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_is_found_again_at_its_own_address() {
        let mut places = vec![
            Place::Dashboard,
            Place::Setting,
            Place::Stock,
            Place::Moves,
            Place::StockValue,
            Place::OrderCosts,
            Place::ProductCosts,
            Place::Login,
        ];
        let id = || "0197-ab".to_owned();
        places.extend([Place::CompareBoms(id()), Place::WhereUsed(id()), Place::ReplaceComponent(id())]);
        for noun in Noun::ALL {
            places.extend([Place::List(noun), Place::New(noun), Place::Record(noun, "0197-ab".to_owned())]);
        }
        for place in places {
            assert_eq!(Place::parse(&place.href()), place);
        }
    }

    #[test]
    fn a_path_of_nobody_is_unknown() {
        for path in ["/nowhere", "/admin/manufacturing/work_center_manager", "/admin/manufacturing/routing_manage/a/b"]
        {
            assert_eq!(Place::parse(path), Place::Unknown);
        }
    }

    #[test]
    fn a_query_survives_the_address_bar() {
        let pairs = vec![("q".to_owned(), "țeavă 30×30 & co".to_owned()), ("sort".to_owned(), "-code".to_owned())];
        assert_eq!(query_pairs(&query_text(&pairs)), pairs);
        assert_eq!(query_pairs("?q=a+b"), vec![("q".to_owned(), "a b".to_owned())]);
    }
}
