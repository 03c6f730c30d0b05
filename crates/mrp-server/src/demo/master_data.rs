//! Units, calendar, work centers, warehouse, products and opening stock of the example factory, each through the
//! parser that its endpoint uses.

use mrp_api::downtimes::DowntimeInput;
use mrp_api::loss_reasons::LossReasonInput;
use mrp_api::products::ProductInput;
use mrp_api::shop_closures::{ClosureKind, ShopClosureInput};
use mrp_api::stock::{ReceiptInput, ReceiptLineInput};
use mrp_api::unit_categories::UnitCategoryInput;
use mrp_api::units::UnitInput;
use mrp_api::warehouses::WarehouseInput;
use mrp_api::work_centers::WorkCenterInput;
use mrp_api::work_schedules::{Shift, WorkScheduleInput};
use mrp_domain::example;
use mrp_domain::ids::{LossReasonId, ProductId, WorkCenterId};
use mrp_domain::loss_reason::{DowntimeClass, LossKind};
use mrp_domain::product::{CostMethod, Tracking};
use mrp_domain::time::Seconds;
use mrp_store::tx::Tx;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::error::ApiError;
use crate::noun::Noun;
use crate::routes::downtimes::Downtimes;
use crate::routes::loss_reasons::LossReasons;
use crate::routes::products::Products;
use crate::routes::receipts;
use crate::routes::shop_closures::ShopClosures;
use crate::routes::unit_categories::UnitCategories;
use crate::routes::units::Units;
use crate::routes::warehouses::Warehouses;
use crate::routes::work_centers::WorkCenters;
use crate::routes::work_schedules::WorkSchedules;

pub(super) async fn units(tx: &mut Tx) -> Result<(), ApiError> {
    for category in example::UNIT_CATEGORIES {
        let input = UnitCategoryInput { name: category.name.to_owned() };
        UnitCategories::save(tx, category.id.uuid(), None, input).await?;
    }
    for unit in example::UNITS {
        let input = UnitInput {
            code: unit.code.to_owned(),
            name: unit.name.to_owned(),
            unit_category_id: unit.category,
            ratio_numerator: unit.ratio.0,
            ratio_denominator: unit.ratio.1,
            rounding_step: unit.rounding_step,
            active: true,
        };
        Units::save(tx, unit.id.uuid(), None, input).await?;
    }
    Ok(())
}

pub(super) async fn calendar(tx: &mut Tx) -> Result<(), ApiError> {
    let days = example::WORKING_DAYS.iter();
    let shifts = days.flat_map(|weekday| {
        example::SHIFTS.iter().map(|shift| Shift {
            name: shift.name.to_owned(),
            weekday: *weekday,
            from: shift.from.to_owned(),
            until: shift.until.to_owned(),
            breaks: Vec::new(),
        })
    });
    let input = WorkScheduleInput {
        name: "Two shifts".to_owned(),
        zone: example::ZONE.to_owned(),
        is_default: true,
        valid_from: None,
        valid_until: None,
        shifts: shifts.collect(),
    };
    WorkSchedules::save(tx, example::TWO_SHIFTS.uuid(), None, input).await?;
    for (place, holiday) in (0..).zip(example::HOLIDAYS) {
        let input = ShopClosureInput {
            kind: ClosureKind::PublicHoliday,
            date_from: holiday.day.to_string(),
            date_until: holiday.day.to_string(),
            time_from: None,
            time_until: None,
            work_center_id: None,
            reason: holiday.name.to_owned(),
        };
        ShopClosures::save(tx, example::ExampleHoliday::id(place).uuid(), None, input).await?;
    }
    Ok(())
}

/// Why the furniture factory loses pieces and time: code, name, and of downtime its class.
const LOSS_REASONS: &[(&str, &str, Option<DowntimeClass>)] = &[
    ("CUT", "Cut to a wrong size", None),
    ("WELD", "Bad weld", None),
    ("PAINT", "Paint runs or is scratched", None),
    ("WOOD", "Knots or cracks in the wood", None),
    ("TRANSPORT", "Damaged in transport", None),
    ("BREAKDOWN", "Breakdown", Some(DowntimeClass::Unplanned)),
    ("TOOL", "Tool missing or worn", Some(DowntimeClass::Unplanned)),
    ("NO-MATERIAL", "Waiting for material", Some(DowntimeClass::Unplanned)),
    ("SERVICE", "Planned maintenance", Some(DowntimeClass::Planned)),
    ("CLEANING", "Cleaning", Some(DowntimeClass::Planned)),
];

/// Where, why, how many hours ago, and for how many minutes.
const DOWNTIMES: &[(WorkCenterId, &str, u64, u64)] = &[
    (example::WELDING, "BREAKDOWN", 49, 85),
    (example::CUTTING, "TOOL", 27, 20),
    (example::WELDING, "SERVICE", 24, 60),
];

/// Reasons, and what stood for them lately.
pub(super) async fn loss_reasons(tx: &mut Tx) -> Result<(), ApiError> {
    for (code, name, class) in LOSS_REASONS {
        let input = LossReasonInput {
            code: (*code).to_owned(),
            name: (*name).to_owned(),
            kind: if class.is_some() { LossKind::Downtime } else { LossKind::Scrap },
            downtime_class: *class,
            active: true,
        };
        let id = Uuid::now_v7();
        LossReasons::save(tx, id, None, input).await?;
        for (center, _, hours, minutes) in DOWNTIMES.iter().filter(|(_, why, ..)| why == code) {
            let started_at = tx.now().minus(Seconds::from_hours(*hours));
            let input = DowntimeInput {
                work_center_id: *center,
                loss_reason_id: LossReasonId::from_uuid(id),
                started_at,
                finished_at: Some(started_at.plus(Seconds::new(minutes * 60))),
                note: String::new(),
            };
            Downtimes::save(tx, Uuid::now_v7(), None, input).await?;
        }
    }
    Ok(())
}

pub(super) async fn work_centers(tx: &mut Tx) -> Result<(), ApiError> {
    for center in example::WORK_CENTERS {
        let input = WorkCenterInput {
            code: center.code.to_owned(),
            name: center.name.to_owned(),
            kind: center.kind,
            capacity: center.capacity,
            efficiency_percent: center.efficiency_percent,
            costs_hour: Some(center.cost_per_hour),
            labour_cost_hour: Some(center.labour_cost_per_hour),
            work_schedule_id: None,
            setup_seconds: 0,
            cleanup_seconds: 0,
            oee_target_percent: None,
            alternative_ids: Vec::new(),
            description: String::new(),
            active: true,
        };
        WorkCenters::save(tx, center.id.uuid(), None, input).await?;
    }
    Ok(())
}

/// The warehouse, where orders take components from and put products into.
pub(super) async fn warehouse(tx: &mut Tx) -> Result<(), ApiError> {
    let id = example::WAREHOUSE.uuid();
    let input = WarehouseInput { code: "WH".to_owned(), name: "Main warehouse".to_owned(), active: true };
    Warehouses::save(tx, id, None, input).await?;
    let mut setting = mrp_store::settings::read(tx.connection()).await?;
    let version = setting.version;
    setting.default_components_warehouse_id = Some(id);
    setting.default_finished_products_warehouse_id = Some(id);
    mrp_store::settings::save(tx, setting, version).await?;
    Ok(())
}

pub(super) async fn products(tx: &mut Tx) -> Result<(), ApiError> {
    for product in example::PRODUCTS {
        let is_bought = product.standard_cost.is_some();
        let input = ProductInput {
            code: product.code.to_owned(),
            name: product.name.to_owned(),
            product_type: product.product_type,
            unit_id: product.unit,
            category: if is_bought { "Components" } else { "Products" }.to_owned(),
            can_be_made: !is_bought,
            can_be_bought: is_bought,
            can_be_sold: product.selling_price.is_some(),
            standard_cost: product.standard_cost,
            cost_method: CostMethod::MovingAverage,
            selling_price: product.selling_price,
            purchase_lead_days: product.purchase_lead_days,
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
        Products::save(tx, product.id.uuid(), None, input).await?;
    }
    Ok(())
}

/// What is on hand when the demonstration opens: tube for three orders of ten tables, and less paint than one needs.
pub(super) async fn opening_stock(tx: &mut Tx) -> Result<(), ApiError> {
    let line = |(product_id, quantity): (ProductId, Decimal)| ReceiptLineInput {
        product_id,
        quantity,
        unit_id: None,
        unit_cost: None,
        purchase_order_line_id: None,
        lot_numbers: None,
        expires_on: None,
        supplier_lot: None,
    };
    let quantities = example::PRODUCTS.iter().map(|product| match product.id {
        example::STEEL_TUBE => (product.id, Decimal::from(120)),
        example::POWDER_PAINT => (product.id, Decimal::TWO),
        _ => (product.id, product.opening_stock),
    });
    let input = ReceiptInput {
        warehouse_id: example::WAREHOUSE,
        reference: "Opening stock".to_owned(),
        lines: quantities.filter(|(_, quantity)| !quantity.is_zero()).map(line).collect(),
    };
    receipts::receive(tx, Uuid::now_v7(), &input).await
}
