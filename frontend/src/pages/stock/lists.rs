//! The three lists of the stock page.

use leptos::prelude::*;
use mrp_api::access::Permission;
use mrp_api::data_files::DataFileKind;
use mrp_api::stock::{
    CreateReceipt, ListReceipts, ListStock, ListStockMoves, ReceiptRow, StockBalanceRow, StockMoveRow,
};

use mrp_domain::ids::ReceiptId;
use mrp_domain::stock::MoveKind;

use crate::i18n::text::{lots as l, stock as t};
use crate::links::{self, Noun};
use crate::pages::lots::expiry_cell;
use crate::pages::setting::warehouses;
use crate::pages::stock::corrections;
use crate::pages::{self, products};
use crate::session;
use crate::ui::cell::Cell;
use crate::ui::field::words;
use crate::ui::filter_fields;
use crate::ui::list::{Column, Filter, List, list_page};
use crate::ui::list_state::RowKey;

/// What is there.
#[must_use]
pub fn balances() -> AnyView {
    let mut columns = vec![
        Column::new("code", t::code(), |row: &StockBalanceRow| Cell::Code(row.product_code.clone())).width(140),
        Column::new("product", t::product(), |row: &StockBalanceRow| Cell::Name(row.product_name.clone())).sortable(),
        Column::new("lot", l::lot(), |row: &StockBalanceRow| match (row.lot_id, &row.lot_number) {
            (Some(id), Some(number)) => Cell::Link(number.clone(), Noun::Lots.record(id)),
            _ => Cell::Empty,
        })
        .width(150),
        Column::new("expiry", l::expiry(), |row: &StockBalanceRow| expiry_cell(row.expiry)).width(130).hidden(),
        Column::new("warehouse", t::warehouse(), |row: &StockBalanceRow| Cell::text(row.warehouse_name.clone()))
            .width(180),
        quantity("on_hand", t::on_hand(), |row| row.qty_on_hand),
        quantity("reserved", t::reserved(), |row| row.qty_reserved),
        quantity("free", t::free(), |row| row.qty_free),
    ];
    if session::may(Permission::CostRead) {
        let label = format!("{}, {}", t::unit_cost(), session::currency());
        let cost = |row: &StockBalanceRow| row.unit_cost.map_or(Cell::Empty, Cell::money);
        columns.push(Column::new("unit_cost", label, cost).width(150).number());
    }
    let list = List::of::<ListStock, _>("stock_balance", t::balances(), columns, |row| RowKey {
        id: format!("{}.{}.{}", row.product_id, row.warehouse_id, row.lot_number.as_deref().unwrap_or_default()),
        name: row.product_name.clone(),
        version: 0,
        href: Noun::Products.record(row.product_id),
        is_muted: row.qty_on_hand.is_zero(),
    });
    list_page(
        list.creates::<CreateReceipt>(t::new_receipt(), links::empty_receipt())
            .files(DataFileKind::Stock)
            .actions(corrections::buttons)
            .empty(t::empty(), t::empty_hint())
            .embedded(),
    )
}

fn quantity(
    key: &'static str,
    label: &'static str,
    of: fn(&StockBalanceRow) -> rust_decimal::Decimal,
) -> Column<StockBalanceRow> {
    Column::new(key, label, move |row: &StockBalanceRow| Cell::quantity(of(row), row.unit_code.clone()))
        .width(130)
        .number()
        .summed()
}

/// What came in.
#[must_use]
pub fn receipts() -> AnyView {
    let columns = vec![
        Column::new("number", t::number(), |row: &ReceiptRow| Cell::Name(row.number.clone())).width(160).sortable(),
        Column::new("received_at", t::when(), |row: &ReceiptRow| Cell::moment(Some(row.received_at))).width(170),
        Column::new("warehouse", t::warehouse(), |row: &ReceiptRow| Cell::text(row.warehouse_name.clone())).width(180),
        Column::new("reference", t::reference(), |row: &ReceiptRow| Cell::text(row.reference.clone())),
        Column::new("lines", t::lines(), |row: &ReceiptRow| Cell::whole(row.line_count)).width(90).number(),
        Column::new("by", t::by(), |row: &ReceiptRow| Cell::Person(row.by.clone())).width(180),
    ];
    let list = List::of::<ListReceipts, _>("receipt", t::receipts(), columns, |row| RowKey {
        id: row.id.to_string(),
        name: row.number.clone(),
        version: 0,
        href: links::receipt(row.id),
        is_muted: false,
    });
    list_page(
        list.creates::<CreateReceipt>(t::new_receipt(), links::empty_receipt())
            .empty(t::no_receipts(), t::no_receipts_hint())
            .embedded(),
    )
}

/// Every move, on the tab.
#[must_use]
pub fn moves() -> AnyView {
    list_page(all_moves().embedded())
}

/// The page of all moves.
#[must_use]
pub fn moves_page() -> AnyView {
    list_page(all_moves())
}

/// What a kind of move is called.
fn kind_name(kind: MoveKind) -> &'static str {
    match kind {
        MoveKind::Receipt => t::kind_receipt(),
        MoveKind::Consumption => t::kind_consumption(),
        MoveKind::Output => t::kind_output(),
        MoveKind::Transfer => t::kind_transfer(),
        MoveKind::Delivery => t::kind_delivery(),
        MoveKind::Scrap => t::kind_scrap(),
        MoveKind::Count => t::kind_count(),
    }
}

/// The document of a move, as a link to it.
fn document(row: &StockMoveRow) -> Cell {
    let Some(id) = row.document_id else { return Cell::text(row.document.clone()) };
    let href = match row.kind {
        MoveKind::Receipt => links::receipt(ReceiptId::from_uuid(id)),
        MoveKind::Consumption | MoveKind::Output => Noun::ManufacturingOrders.record(id),
        MoveKind::Transfer => Noun::Transfers.record(id),
        MoveKind::Delivery => Noun::Deliveries.record(id),
        MoveKind::Count => Noun::Counts.record(id),
        MoveKind::Scrap => return Cell::text(row.document.clone()),
    };
    Cell::Link(row.document.clone(), href)
}

/// One end of a move: a warehouse by its name, every other place in the user's language.
fn place(row: &StockMoveRow, name: &str) -> String {
    let known = match (row.kind, name) {
        (MoveKind::Receipt, "Supplier") => t::place_supplier(),
        (MoveKind::Delivery, "Customer") => t::place_customer(),
        (MoveKind::Consumption | MoveKind::Output, "Production") => t::place_production(),
        (MoveKind::Scrap, "Scrap") => t::place_scrap(),
        (MoveKind::Count | MoveKind::Receipt, "Adjustment") => t::place_adjustment(),
        _ => name,
    };
    known.to_owned()
}

fn all_moves() -> List {
    let mut columns = vec![
        Column::new("moved_at", t::when(), |row: &StockMoveRow| Cell::moment(Some(row.moved_at))).width(150).sortable(),
        Column::new("kind", t::kind(), |row: &StockMoveRow| Cell::text(kind_name(row.kind))).width(110),
        Column::new("product", t::product(), |row: &StockMoveRow| Cell::Name(row.product_name.clone())),
        Column::new("lot", l::lot(), |row: &StockMoveRow| match (row.lot_id, &row.lot_number) {
            (Some(id), Some(number)) => Cell::Link(number.clone(), Noun::Lots.record(id)),
            _ => Cell::Empty,
        })
        .width(130),
        Column::new("quantity", t::quantity(), |row: &StockMoveRow| {
            Cell::quantity(row.quantity, row.unit_code.clone())
        })
        .width(120)
        .number(),
        Column::new("from", t::from(), |row: &StockMoveRow| Cell::text(place(row, &row.from_location))).width(130),
        Column::new("to", t::to(), |row: &StockMoveRow| Cell::text(place(row, &row.to_location))).width(130),
        Column::new("document", t::document(), document).width(140),
        Column::new("reason", t::reason(), |row: &StockMoveRow| Cell::text(row.reason.clone())).width(150),
        Column::new("by", t::by(), |row: &StockMoveRow| Cell::Person(row.by.clone())).width(130),
    ];
    if session::may(Permission::CostRead) {
        let label = format!("{}, {}", t::value(), session::currency());
        let value = |row: &StockMoveRow| row.value.map_or(Cell::Empty, Cell::money);
        columns.push(Column::new("value", label, value).width(130).number());
    }
    let list = List::of::<ListStockMoves, _>("stock_move", t::moves(), columns, |row| RowKey {
        id: row.id.to_string(),
        name: row.product_name.clone(),
        version: 0,
        href: String::new(),
        is_muted: false,
    });
    list.filter(Filter::choice("kind", t::kind(), words(MoveKind::ALL, MoveKind::as_str, kind_name)))
        .filter(filter_fields::record("product_id", t::product(), products::picker()))
        .filter(filter_fields::record("lot_id", l::lot(), pages::lots::picker()))
        .filter(filter_fields::record("warehouse_id", t::warehouse(), warehouses::picker()))
        .filter(filter_fields::text("document", t::document()))
        .filter(filter_fields::day("moved_from", t::from_day()))
        .filter(filter_fields::day("moved_until", t::until_day()))
        .empty(t::no_moves(), t::no_moves_hint())
}
