//! The factory that is measured: 50 finished products of 10 components each ([`Shape`] says which), made in 4 operations
//! on 4 shared work centers, with more stock than all runs can use. Everything is created over HTTP, as a company would.

use std::net::SocketAddr;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use mrp_api::access::Role;
use mrp_api::boms::{BomInput, BomLineInput, CreateBom, ValidateBom, ValidateBomInput};
use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::manufacturing_orders::ManufacturingOrderInput;
use mrp_api::products::{CreateProduct, ProductInput};
use mrp_api::routings::{CreateRouting, OperationInput, RoutingInput};
use mrp_api::settings::{GetSetting, SettingInput, UpdateSetting};
use mrp_api::stock::{CreateReceipt, ReceiptInput, ReceiptLineInput};
use mrp_api::unit_categories::{CreateUnitCategory, UnitCategoryInput};
use mrp_api::units::{CreateUnit, UnitInput};
use mrp_api::users::{CreateUser, UserInput};
use mrp_api::warehouses::{CreateWarehouse, WarehouseInput};
use mrp_api::work_centers::{CreateWorkCenter, WorkCenterInput};
use mrp_api::work_schedules::{CreateWorkSchedule, Shift, WorkScheduleInput};
use mrp_domain::bom::{BomType, ConsumptionMode};
use mrp_domain::ids::{BomId, ProductId, RoutingId, UnitId, WarehouseId, WorkCenterId};
use mrp_domain::manufacturing_order::ReservationRule;
use mrp_domain::product::{CostMethod, ProductType, Tracking};
use mrp_domain::time::{Instant, Seconds};
use mrp_domain::work_center::WorkCenterKind;
use rust_decimal::Decimal;

use crate::client::{Changed, Client};
use crate::server::Server;

/// Finished products.
const PRODUCTS: usize = 50;
/// Components that they share.
pub(crate) const COMPONENTS: usize = 100;
/// Components of one product.
pub(crate) const LINES: usize = 10;
/// Operations, each at a work center of its own that all products share.
pub(crate) const OPERATIONS: usize = 4;
/// Pieces ordered each time.
pub(crate) const ORDERED: u32 = 10;
/// A work center runs this many work orders at once, so that clients do not stand in its queue.
const CAPACITY: u32 = 64;
/// More than all runs can use.
pub(crate) const STOCK: u32 = 50_000_000;
const PASSWORD: &str = "a long password for benchmarks";
const DEADLINE_AFTER: Seconds = Seconds::new(14 * 24 * 3600);

/// What the products are made of and how much of it there is.
pub(crate) struct Shape {
    /// Components of one product, at most [`LINES`].
    pub(crate) lines: usize,
    /// Which of the [`COMPONENTS`] a line of a product takes.
    pub(crate) component: fn(product: usize, line: usize) -> usize,
    /// What is received of the component of this number.
    pub(crate) stock: fn(component: usize) -> u32,
}

impl Shape {
    /// Neighbours share most components and list them in different places: reservations meet.
    pub(crate) const SPREAD: Self =
        Self { lines: LINES, component: |product, line| product * 3 + line * 10, stock: |_| STOCK };
}

/// What an order can be made of.
pub(crate) struct Factory {
    address: SocketAddr,
    products: Vec<ProductId>,
    deadline: Instant,
}

impl Factory {
    /// Builds the factory, with one user for each client.
    pub(crate) fn build(server: &Server, clients: usize, rule: ReservationRule, shape: &Shape) -> Result<Self> {
        let (login, password) = &server.admin;
        let mut builder = Builder::new(Client::log_in(server.address(), login, password)?);
        let unit = builder.unit()?;
        let warehouse = builder.warehouse()?;
        builder.settings(rule, warehouse)?;
        builder.work_schedule()?;
        let routing = builder.routing(None)?;
        let components = (0..COMPONENTS)
            .map(|place| builder.product(&format!("C-{place:03}"), unit, false))
            .collect::<Result<Vec<_>>>()?;
        let mut products = Vec::new();
        for place in 0..PRODUCTS {
            let product = builder.product(&format!("P-{place:03}"), unit, true)?;
            let component = |line| components.get((shape.component)(place, line) % COMPONENTS).copied();
            let lines = (0..shape.lines).filter_map(component);
            builder.validated_bom(product, routing, lines.collect())?;
            products.push(product);
        }
        builder.receive(warehouse, &components, shape.stock)?;
        for place in 0..clients {
            builder.user(place)?;
        }
        let now = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs())?;
        Ok(Self { address: server.address(), products, deadline: Instant::from_unix(now).plus(DEADLINE_AFTER) })
    }

    /// One logged-in client for each user.
    pub(crate) fn clients(&self, count: usize) -> Result<Vec<Client>> {
        (0..count).map(|place| Client::log_in(self.address, &login(place), PASSWORD)).collect()
    }

    pub(crate) fn products(&self) -> &[ProductId] {
        &self.products
    }

    /// The draft number `place`.
    pub(crate) fn order(&self, place: usize) -> Result<ManufacturingOrderInput> {
        let product = self.products.get(place % self.products.len()).context("a factory without products")?;
        Ok(ManufacturingOrderInput {
            product_id: *product,
            quantity: Decimal::from(ORDERED),
            bom_id: None,
            routing_id: None,
            date_deadline: Some(self.deadline),
            planned_start: None,
            components_warehouse_id: None,
            finished_products_warehouse_id: None,
            priority: None,
            responsible_id: None,
            notes: String::new(),
        })
    }
}

fn login(place: usize) -> String {
    format!("bench-{place}")
}

/// Makes records, as an administrator would.
pub(crate) struct Builder {
    pub(crate) client: Client,
}

impl Builder {
    pub(crate) const fn new(client: Client) -> Self {
        Self { client }
    }

    /// Pieces.
    pub(crate) fn unit(&mut self) -> Result<UnitId> {
        let body = UnitCategoryInput { name: "Pieces".to_owned() };
        let category = self.client.command::<CreateUnitCategory>(&Empty {}, &body, None)?;
        let body = UnitInput {
            code: "pcs".to_owned(),
            name: "Piece".to_owned(),
            unit_category_id: mrp_domain::ids::UnitCategoryId::from_uuid(category.id),
            ratio_numerator: 1,
            ratio_denominator: 1,
            rounding_step: Decimal::ONE,
            active: true,
        };
        Ok(UnitId::from_uuid(self.client.command::<CreateUnit>(&Empty {}, &body, None)?.id))
    }

    pub(crate) fn warehouse(&mut self) -> Result<WarehouseId> {
        let body = WarehouseInput { code: "MAIN".to_owned(), name: "Main warehouse".to_owned(), active: true };
        Ok(WarehouseId::from_uuid(self.client.command::<CreateWarehouse>(&Empty {}, &body, None)?.id))
    }

    pub(crate) fn settings(&mut self, rule: ReservationRule, warehouse: WarehouseId) -> Result<()> {
        let now = self.client.call::<GetSetting>(&Empty {}, &Empty {}, &Empty {}, None)?;
        let input = SettingInput {
            company_name: "Benchmark".to_owned(),
            zone: now.zone,
            currency: now.currency,
            language: now.language,
            over_production_percent: now.over_production_percent,
            reservation_rule: rule,
            reserve_days_before: now.reserve_days_before,
            near_expiry_days: now.near_expiry_days,
            default_components_warehouse_id: Some(warehouse),
            default_finished_products_warehouse_id: Some(warehouse),
        };
        let patch = mrp_api::patch::Patch::whole(&input);
        self.client.call::<UpdateSetting>(&Empty {}, &Empty {}, &patch, Some(now.version))?;
        Ok(())
    }

    /// Two shifts on every weekday.
    pub(crate) fn work_schedule(&mut self) -> Result<()> {
        let shifts = (1..=7).flat_map(|weekday| {
            [("Shift I", "06:00", "14:00"), ("Shift II", "14:00", "22:00")].map(|(name, from, until)| Shift {
                name: name.to_owned(),
                weekday,
                from: from.to_owned(),
                until: until.to_owned(),
                breaks: Vec::new(),
            })
        });
        let body = WorkScheduleInput {
            name: "Two shifts".to_owned(),
            zone: "Europe/Bucharest".to_owned(),
            is_default: true,
            valid_from: None,
            valid_until: None,
            shifts: shifts.collect(),
        };
        self.client.command::<CreateWorkSchedule>(&Empty {}, &body, None)?;
        Ok(())
    }

    fn work_center(&mut self, place: usize) -> Result<WorkCenterId> {
        let body = WorkCenterInput {
            code: format!("WC-{place}"),
            name: format!("Work center {place}"),
            kind: WorkCenterKind::Line,
            capacity: CAPACITY,
            efficiency_percent: Decimal::ONE_HUNDRED,
            costs_hour: Some(Decimal::from(60)),
            labour_cost_hour: Some(Decimal::from(25)),
            work_schedule_id: None,
            setup_seconds: 0,
            cleanup_seconds: 0,
            oee_target_percent: None,
            alternative_ids: Vec::new(),
            description: String::new(),
            active: true,
        };
        Ok(WorkCenterId::from_uuid(self.client.command::<CreateWorkCenter>(&Empty {}, &body, None)?.id))
    }

    /// Four operations, each at a work center of its own.
    pub(crate) fn routing(&mut self, code: Option<&str>) -> Result<RoutingId> {
        let mut operations = Vec::new();
        for (sequence, place) in (10..).step_by(10).zip(1..=OPERATIONS) {
            operations.push(OperationInput {
                id: None,
                time_mode: mrp_domain::work_order_duration::TimeMode::Manual,
                learn_from: mrp_domain::work_order_duration::LEARN_FROM_DEFAULT,
                sequence,
                name: format!("Operation {sequence}"),
                work_center_id: self.work_center(place)?,
                setup_seconds: 600,
                cycle_seconds: 120,
                quantity_per_cycle: Decimal::ONE,
                cleanup_seconds: 300,
                staff_needed: 1,
                predecessors: None,
                overlap_quantity: None,
                instructions: String::new(),
            });
        }
        let body = RoutingInput {
            code: code.map(str::to_owned),
            name: "Four operations".to_owned(),
            operations,
            active: true,
        };
        Ok(RoutingId::from_uuid(self.client.command::<CreateRouting>(&Empty {}, &body, None)?.id))
    }

    pub(crate) fn product(&mut self, code: &str, unit: UnitId, is_made: bool) -> Result<ProductId> {
        let body = ProductInput {
            code: code.to_owned(),
            name: format!("Product {code}"),
            product_type: ProductType::Storable,
            unit_id: unit,
            category: String::new(),
            can_be_made: is_made,
            can_be_bought: !is_made,
            can_be_sold: is_made,
            standard_cost: Some(Decimal::new(250, 2)),
            cost_method: if is_made { CostMethod::Standard } else { CostMethod::MovingAverage },
            selling_price: None,
            purchase_lead_days: 0,
            safety_stock: Decimal::ZERO,
            tracking: Tracking::None,
            barcode: None,
            description: String::new(),
            active: true,
            template_id: None,
            attribute_value_ids: Vec::new(),
            purchase_unit_id: None,
            one_lot: false,
            order_when_sold: false,
        };
        Ok(ProductId::from_uuid(self.client.command::<CreateProduct>(&Empty {}, &body, None)?.id))
    }

    fn validated_bom(&mut self, product: ProductId, routing: RoutingId, components: Vec<ProductId>) -> Result<()> {
        let bom = self.draft_bom(product, routing, components)?;
        let path = IdPath { id: BomId::from_uuid(bom.id) };
        self.client.command::<ValidateBom>(&path, &ValidateBomInput::default(), Some(bom.version))?;
        Ok(())
    }

    pub(crate) fn draft_bom(
        &mut self,
        product: ProductId,
        routing: RoutingId,
        components: Vec<ProductId>,
    ) -> Result<Changed> {
        let lines = components.into_iter().zip(1_u32..);
        let lines = lines.map(|(component, quantity)| BomLineInput::of(component, Decimal::from(quantity)));
        let body = BomInput {
            code: None,
            product_id: product,
            quantity_per_run: Decimal::ONE,
            unit_id: None,
            routing_id: Some(routing),
            bom_type: BomType::Manufacture,
            consumption_mode: ConsumptionMode::Automatic,
            effective_from: None,
            effective_until: None,
            by_products: Vec::new(),
            lines: lines.collect(),
        };
        Ok(self.client.command::<CreateBom>(&Empty {}, &body, None)?)
    }

    fn receive(
        &mut self,
        warehouse: WarehouseId,
        components: &[ProductId],
        stock: fn(component: usize) -> u32,
    ) -> Result<()> {
        let lines = components.iter().enumerate().map(|(place, component)| ReceiptLineInput {
            product_id: *component,
            quantity: Decimal::from(stock(place)),
            unit_id: None,
            purchase_order_line_id: None,
            unit_cost: Some(Decimal::new(250, 2)),
            lot_numbers: None,
            expires_on: None,
            supplier_lot: None,
        });
        let body = ReceiptInput { warehouse_id: warehouse, reference: String::new(), lines: lines.collect() };
        self.client.call::<CreateReceipt>(&Empty {}, &Empty {}, &body, None)?;
        Ok(())
    }

    fn user(&mut self, place: usize) -> Result<()> {
        let body = UserInput {
            login: login(place),
            name: format!("Person {place}"),
            role: Role::ProductionManager,
            language: "en".to_owned(),
            hourly_rate: Some(Decimal::from(25)),
            password: Some(PASSWORD.to_owned()),
            active: true,
        };
        self.client.command::<CreateUser>(&Empty {}, &body, None)?;
        Ok(())
    }
}
