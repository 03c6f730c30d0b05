//! The shop that makes the machine: units, one warehouse, five work centers, two routings, and what everything costs.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use mrp_api::access::Role;
use mrp_api::boms::{BomInput, BomLineInput, BomLineView, BomView, UpdateBom, ValidateBom, ValidateBomInput};
use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::patch::Patch;
use mrp_api::products::{ListProducts, ProductInput, ProductQuery, ProductView, UpdateProduct};
use mrp_api::routings::{CreateRouting, OperationInput, RoutingInput};
use mrp_api::unit_categories::{CreateUnitCategory, UnitCategoryInput};
use mrp_api::units::{CreateUnit, UnitInput};
use mrp_api::users::{CreateUser, UserInput};
use mrp_api::work_centers::{CreateWorkCenter, WorkCenterInput};
use mrp_domain::ids::{ProductId, RoutingId, UnitCategoryId, UnitId, WarehouseId, WorkCenterId};
use mrp_domain::manufacturing_order::ReservationRule;
use mrp_domain::product::CostMethod;
use mrp_domain::work_center::WorkCenterKind;
use rust_decimal::Decimal;

use crate::client::Client;
use crate::factory::Builder;
use crate::server::Server;

pub(super) const PIECE: &str = "pcs";
pub(super) const METRE: &str = "m";
/// Rates are high, so that the seconds which this run can spend cost whole cents.
pub(super) const MACHINE_RATE: Decimal = Decimal::from_parts(1_800, 0, 0, false, 0);
pub(super) const PERSON_RATE: Decimal = Decimal::from_parts(900, 0, 0, false, 0);
const PASSWORD: &str = "a long password for the machine";

/// The five operations of the machine.
const OPERATIONS: [(u32, &str); 5] = [
    (10, "Build the frame"),
    (20, "Mount motion"),
    (30, "Mount boards"),
    (40, "Wire and plumb"),
    (50, "Calibrate and test"),
];

/// The shop as the person sees it who does everything.
pub(super) struct Shop {
    pub(super) client: Client,
    pub(super) warehouse: WarehouseId,
    pub(super) machine_routing: RoutingId,
    pub(super) board_routing: RoutingId,
    /// What one unit of each product costs.
    pub(super) costs: BTreeMap<ProductId, Decimal>,
    /// What orders have made so far.
    pub(super) made: BTreeSet<ProductId>,
}

impl Shop {
    pub(super) fn open(server: &Server) -> Result<Self> {
        let (login, password) = &server.admin;
        let mut builder = Builder::new(Client::log_in(server.address(), login, password)?);
        builder.unit()?;
        metre(&mut builder.client)?;
        let warehouse = builder.warehouse()?;
        builder.settings(ReservationRule::AtConfirm, warehouse)?;
        builder.work_schedule()?;
        let mut operations = Vec::new();
        for (sequence, name) in OPERATIONS {
            let center = work_center(&mut builder.client, sequence, name)?;
            operations.push(operation(sequence, name, center));
        }
        let center = work_center(&mut builder.client, 60, "Place and solder")?;
        let soldering = vec![operation(10, "Place and solder", center)];
        let machine_routing = routing(&mut builder.client, "Machine", operations)?;
        let board_routing = routing(&mut builder.client, "Board", soldering)?;
        maker(&mut builder.client)?;
        let client = Client::log_in(server.address(), "maker", PASSWORD)?;
        println!("A shop with {} work centers and one person who does everything is open.", OPERATIONS.len() + 1);
        Ok(Self { client, warehouse, machine_routing, board_routing, costs: BTreeMap::new(), made: BTreeSet::new() })
    }

    /// Gives everything that is not made a cost: other amounts for other codes, the same in every run.
    pub(super) fn price_what_is_bought(&mut self, made: &[ProductId]) -> Result<()> {
        for product in self.products()? {
            if made.contains(&product.id) {
                continue;
            }
            let cost = cost_of(&product.code);
            let (id, version) = (product.id, product.version);
            let input = ProductInput { standard_cost: Some(cost), can_be_made: false, ..editable(product) };
            self.client.call::<UpdateProduct>(&IdPath { id }, &Empty {}, &Patch::whole(&input), Some(version))?;
            self.costs.insert(id, cost);
        }
        println!("{} bought products have a cost, from {} to {}.", self.costs.len(), self.cheapest(), self.dearest());
        Ok(())
    }

    fn cheapest(&self) -> Decimal {
        self.costs.values().min().copied().unwrap_or_default()
    }

    fn dearest(&self) -> Decimal {
        self.costs.values().max().copied().unwrap_or_default()
    }

    fn products(&mut self) -> Result<Vec<ProductView>> {
        let mut query = ProductQuery { limit: Some(200), ..ProductQuery::default() };
        let mut all = Vec::new();
        loop {
            let page = self.client.call::<ListProducts>(&Empty {}, &query, &Empty {}, None)?;
            all.extend(page.items);
            match page.next_cursor {
                Some(cursor) => query.cursor = Some(cursor),
                None => return Ok(all),
            }
        }
    }

    /// The draft with its routing, each line at its operation, validated.
    pub(super) fn ready(
        &mut self,
        bom: &BomView,
        routing: RoutingId,
        operation_of: impl Fn(&BomLineView) -> Option<u32>,
    ) -> Result<BomView> {
        let lines = bom
            .lines
            .iter()
            .map(|line| BomLineInput { operation_sequence: operation_of(line), ..BomLineInput::from(line) });
        let input = BomInput {
            code: Some(bom.code.clone()),
            product_id: bom.product_id,
            quantity_per_run: bom.quantity_per_run,
            unit_id: Some(bom.unit_id),
            routing_id: Some(routing),
            bom_type: bom.bom_type,
            consumption_mode: bom.consumption_mode,
            effective_from: bom.effective_from.clone(),
            effective_until: bom.effective_until.clone(),
            by_products: Vec::new(),
            lines: lines.collect(),
        };
        let path = IdPath { id: bom.id };
        let saved = self.client.call::<UpdateBom>(&path, &Empty {}, &Patch::whole(&input), Some(bom.version))?;
        Ok(self.client.call::<ValidateBom>(&path, &Empty {}, &ValidateBomInput::default(), Some(saved.version))?)
    }
}

/// Which operation of the machine takes a part, by the kind of part that the file says.
pub(super) fn operation_of(line: &BomLineView) -> Option<u32> {
    let kind = line.note.split("; ").find_map(|part| part.strip_prefix("Part Type: "));
    match kind {
        Some("FDM") => Some(10),
        Some("FST") => Some(20),
        Some("PCB" | "PCA") => Some(30),
        Some("CHA") => Some(40),
        _ => None,
    }
}

/// From 5 cents to some 40, with more digits than cents for every third.
fn cost_of(code: &str) -> Decimal {
    let sum = code.bytes().zip(1_u32..).fold(0, |sum: u32, (byte, place)| sum + u32::from(byte) * place);
    let cents = Decimal::from(5 + sum % 3_983) / Decimal::ONE_HUNDRED;
    if sum.is_multiple_of(3) { cents + Decimal::new(7, 3) } else { cents }
}

fn editable(product: ProductView) -> ProductInput {
    ProductInput {
        code: product.code,
        name: product.name,
        product_type: product.product_type,
        unit_id: product.unit_id,
        category: product.category,
        can_be_made: product.can_be_made,
        can_be_bought: product.can_be_bought,
        can_be_sold: product.can_be_sold,
        standard_cost: product.standard_cost,
        cost_method: CostMethod::MovingAverage,
        selling_price: product.selling_price,
        purchase_lead_days: product.purchase_lead_days,
        safety_stock: product.safety_stock,
        tracking: product.tracking,
        barcode: product.barcode,
        description: product.description,
        active: product.active,
        template_id: None,
        attribute_value_ids: Vec::new(),
        purchase_unit_id: None,
        one_lot: false,
        order_when_sold: false,
    }
}

fn metre(client: &mut Client) -> Result<UnitId> {
    let body = UnitCategoryInput { name: "Length".to_owned() };
    let category = client.command::<CreateUnitCategory>(&Empty {}, &body, None)?;
    let body = UnitInput {
        code: METRE.to_owned(),
        name: "Metre".to_owned(),
        unit_category_id: UnitCategoryId::from_uuid(category.id),
        ratio_numerator: 1,
        ratio_denominator: 1,
        rounding_step: Decimal::new(1, 3),
        active: true,
    };
    Ok(UnitId::from_uuid(client.command::<CreateUnit>(&Empty {}, &body, None)?.id))
}

fn work_center(client: &mut Client, number: u32, name: &str) -> Result<WorkCenterId> {
    let body = WorkCenterInput {
        code: format!("WC-{number}"),
        name: name.to_owned(),
        kind: WorkCenterKind::Team,
        capacity: 1,
        efficiency_percent: Decimal::ONE_HUNDRED,
        costs_hour: Some(MACHINE_RATE),
        labour_cost_hour: Some(PERSON_RATE),
        work_schedule_id: None,
        setup_seconds: 0,
        cleanup_seconds: 0,
        oee_target_percent: None,
        alternative_ids: Vec::new(),
        description: String::new(),
        active: true,
    };
    Ok(WorkCenterId::from_uuid(client.command::<CreateWorkCenter>(&Empty {}, &body, None)?.id))
}

fn operation(sequence: u32, name: &str, work_center_id: WorkCenterId) -> OperationInput {
    OperationInput {
        id: None,
        time_mode: mrp_domain::work_order_duration::TimeMode::Manual,
        learn_from: mrp_domain::work_order_duration::LEARN_FROM_DEFAULT,
        sequence,
        name: name.to_owned(),
        work_center_id,
        setup_seconds: 0,
        cycle_seconds: 3_600,
        quantity_per_cycle: Decimal::ONE,
        cleanup_seconds: 0,
        staff_needed: 1,
        predecessors: None,
        overlap_quantity: None,
        instructions: String::new(),
    }
}

fn routing(client: &mut Client, name: &str, operations: Vec<OperationInput>) -> Result<RoutingId> {
    let body = RoutingInput { code: None, name: name.to_owned(), operations, active: true };
    Ok(RoutingId::from_uuid(client.command::<CreateRouting>(&Empty {}, &body, None)?.id))
}

fn maker(client: &mut Client) -> Result<()> {
    let body = UserInput {
        login: "maker".to_owned(),
        name: "The maker".to_owned(),
        role: Role::ProductionManager,
        language: "en".to_owned(),
        hourly_rate: Some(PERSON_RATE),
        password: Some(PASSWORD.to_owned()),
        active: true,
    };
    client.command::<CreateUser>(&Empty {}, &body, None)?;
    Ok(())
}
