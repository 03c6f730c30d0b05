//! Who may do what: the one table of roles and permissions.

use mrp_domain::vocabulary;

vocabulary! {
    /// What a caller can be allowed to do.
    pub enum Permission {
        /// See units, schedules, work centers, products, routings, bills of materials.
        MasterDataRead = "master_data.read",
        /// Change unit categories and units.
        UnitWrite = "unit.write",
        /// Change work schedules and closures.
        CalendarWrite = "calendar.write",
        /// Change work centers.
        WorkCenterWrite = "work_center.write",
        /// Change products.
        ProductWrite = "product.write",
        /// Change routings.
        RoutingWrite = "routing.write",
        /// Change draft bills of materials and import them.
        BomWrite = "bom.write",
        /// Validate and archive bills of materials.
        BomValidate = "bom.validate",
        /// Bring master data in from files, as far as the role may change them one by one.
        DataImport = "data.import",
        /// Confirm an order on a bill of materials that nobody has validated.
        BomUseUnvalidated = "bom.use_unvalidated",
        /// See manufacturing orders and work orders.
        OrderRead = "order.read",
        /// Create, change, confirm, reserve, plan, finish and cancel manufacturing orders.
        OrderWrite = "order.write",
        /// Plan an order whose material is not all there.
        OrderPlanWithShortage = "order.plan_with_shortage",
        /// Start, pause, report and finish work orders.
        WorkOrderExecute = "work_order.execute",
        /// Say who works on a work order.
        WorkOrderAssign = "work_order.assign",
        /// See stock, moves and warehouses.
        StockRead = "stock.read",
        /// Receive, scrap and count stock; change warehouses.
        StockWrite = "stock.write",
        /// See sales orders and their prices.
        SalesRead = "sales.read",
        /// Write, confirm and cancel sales orders.
        SalesWrite = "sales.write",
        /// See suppliers, purchase requests, quotations and purchase orders.
        PurchaseRead = "purchase.read",
        /// Ask for goods to be bought.
        PurchaseRequest = "purchase.request",
        /// Change suppliers and their prices; ask for quotations; order.
        PurchaseWrite = "purchase.write",
        /// See costs, rates and margins.
        CostRead = "cost.read",
        /// Change company settings and number series.
        SettingWrite = "setting.write",
        /// See users.
        UserRead = "user.read",
        /// Create and change users.
        UserWrite = "user.write",
    }
}

vocabulary! {
    /// What a user is.
    pub enum Role {
        /// Everything.
        Admin = "admin",
        /// Runs production: everything but users.
        ProductionManager = "production_manager",
        /// Plans and follows orders.
        Planner = "planner",
        /// Works on the shop floor.
        Operator = "operator",
        /// Keeps the warehouse.
        Storekeeper = "storekeeper",
        /// Buys material.
        Buyer = "buyer",
        /// Sells.
        Sales = "sales",
        /// Counts the money.
        Finance = "finance",
        /// Looks.
        Viewer = "viewer",
        /// An enrolled shop-floor terminal.
        Kiosk = "kiosk",
    }
}

/// What an endpoint demands of its caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody, logged in or not.
    Public,
    /// Anybody who is logged in.
    SignedIn,
    /// Who holds this permission.
    Needs(Permission),
}

impl Role {
    /// Everything this role may do.
    #[must_use]
    pub const fn permissions(self) -> &'static [Permission] {
        use Permission as P;
        match self {
            Self::Admin => P::ALL,
            Self::ProductionManager => &[
                P::MasterDataRead,
                P::UnitWrite,
                P::CalendarWrite,
                P::WorkCenterWrite,
                P::ProductWrite,
                P::RoutingWrite,
                P::BomWrite,
                P::BomValidate,
                P::DataImport,
                P::BomUseUnvalidated,
                P::OrderRead,
                P::OrderWrite,
                P::OrderPlanWithShortage,
                P::WorkOrderExecute,
                P::WorkOrderAssign,
                P::StockRead,
                P::StockWrite,
                P::SalesRead,
                P::SalesWrite,
                P::PurchaseRead,
                P::PurchaseRequest,
                P::PurchaseWrite,
                P::CostRead,
                P::SettingWrite,
                P::UserRead,
            ],
            Self::Planner => &[
                P::MasterDataRead,
                P::WorkCenterWrite,
                P::ProductWrite,
                P::RoutingWrite,
                P::BomWrite,
                P::DataImport,
                P::OrderRead,
                P::OrderWrite,
                P::OrderPlanWithShortage,
                P::WorkOrderExecute,
                P::WorkOrderAssign,
                P::StockRead,
                P::SalesRead,
                P::PurchaseRead,
                P::PurchaseRequest,
                P::CostRead,
                P::UserRead,
            ],
            Self::Operator | Self::Kiosk => &[P::OrderRead, P::WorkOrderExecute],
            Self::Storekeeper => {
                &[P::MasterDataRead, P::OrderRead, P::StockRead, P::StockWrite, P::SalesRead, P::PurchaseRead]
            }
            Self::Buyer => &[
                P::MasterDataRead,
                P::DataImport,
                P::OrderRead,
                P::StockRead,
                P::PurchaseRead,
                P::PurchaseRequest,
                P::PurchaseWrite,
                P::CostRead,
            ],
            Self::Sales => &[P::MasterDataRead, P::OrderRead, P::StockRead, P::SalesRead, P::SalesWrite],
            Self::Finance => {
                &[P::MasterDataRead, P::OrderRead, P::StockRead, P::PurchaseRead, P::SalesRead, P::CostRead]
            }
            Self::Viewer => &[P::MasterDataRead, P::OrderRead, P::StockRead],
        }
    }

    /// Whether this role may do that.
    #[must_use]
    pub fn may(self, permission: Permission) -> bool {
        self.permissions().contains(&permission)
    }
}

impl Access {
    /// Whether a caller with this role (`None`: not logged in) gets in.
    #[must_use]
    pub fn admits(self, role: Option<Role>) -> bool {
        match (self, role) {
            (Self::Public, _) | (Self::SignedIn, Some(_)) => true,
            (Self::Needs(permission), Some(role)) => role.may(permission),
            (Self::SignedIn | Self::Needs(_), None) => false,
        }
    }
}
