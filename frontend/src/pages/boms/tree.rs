//! The rows of the grid: the lines of the revision with what the cost roll-up knows of each, and what lies below them.
//!
//! Pure: a view and a roll-up in, rows out. The roll-up tells each line with what lies below it, a kit with its parts. While
//! one edits it may lag behind, so lines find theirs by component, in order; what belongs to no line stands below them.

use std::collections::HashMap;

use mrp_api::attributes::AttributeChoiceView;
use mrp_api::boms::{BomLineView, BomView, CostRollUpRow, CostRollUpView};
use mrp_domain::bom::diff::{BomLineChange, BomLineField, diff_lines};
use mrp_domain::bom::{BomLine, LossPercent};
use mrp_domain::ids::{AttributeValueId, ProductId};
use mrp_domain::quantity::PositiveQuantity;
use mrp_domain::variant::{AttributeChoice, applies_to};
use rust_decimal::Decimal;

/// The key of the product's own row.
pub const ROOT: &str = "root";

/// What a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowKind {
    /// The product itself.
    Root,
    /// A line of this revision, by its place.
    Line(usize),
    /// A component of a component, or of a kit.
    Component,
    /// An operation.
    Operation,
    /// What by-products carry.
    ByProducts,
}

/// What a row costs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cost {
    /// Of one unit.
    pub unit: Option<Decimal>,
    /// Material.
    pub material: Decimal,
    /// Labour.
    pub labour: Decimal,
    /// Work centers.
    pub work_center: Decimal,
    /// Together.
    pub total: Decimal,
    /// Something has no cost or rate.
    pub is_incomplete: bool,
}

/// One row.
#[derive(Debug, Clone, PartialEq)]
pub struct TreeRow {
    /// Tells rows apart; the same as long as nothing but amounts of money changes.
    pub key: String,
    /// What it is.
    pub kind: RowKind,
    /// 0 is the product.
    pub level: u32,
    /// Its product, for operations none.
    pub product: Option<ProductId>,
    /// Its name.
    pub name: String,
    /// How much of it.
    pub quantity: Decimal,
    /// In which unit.
    pub unit: String,
    /// What it costs, as far as it is known.
    pub cost: Option<Cost>,
    /// Whether rows lie below it.
    pub is_parent: bool,
}

/// All rows in reading order; as one variant, only of the lines that belong to it.
#[must_use]
pub fn rows(view: &BomView, roll_up: Option<&CostRollUpView>, variant: Option<&[AttributeValueId]>) -> Vec<TreeRow> {
    let told = roll_up.map(|roll_up| roll_up.rows.as_slice()).unwrap_or_default();
    let mut blocks = blocks(told);
    let mut all = vec![TreeRow {
        key: ROOT.to_owned(),
        kind: RowKind::Root,
        level: 0,
        product: Some(view.product_id),
        name: view.product_name.clone(),
        quantity: view.quantity_per_run,
        unit: view.unit_code.clone(),
        cost: told.first().map(cost),
        is_parent: !view.lines.is_empty(),
    }];
    let lines = view.lines.iter().enumerate();
    for (place, line) in lines.filter(|(_, line)| variant.is_none_or(|values| belongs_to(line, values))) {
        let found =
            blocks.iter().position(|block| block.first().is_some_and(|row| row.product_id == Some(line.component_id)));
        let block = found.map(|found| blocks.remove(found)).unwrap_or_default();
        let below = block.get(1..).unwrap_or_default();
        all.push(line_row(place, line, block.first().copied(), !below.is_empty()));
        push_below(&mut all, below, &format!("line-{place}"));
    }
    for (index, block) in blocks.iter().enumerate() {
        push_below(&mut all, block, &format!("rest-{index}"));
    }
    all
}

/// The rows that are shown when these are folded.
#[must_use]
pub fn unfolded(all: &[TreeRow], folded: &std::collections::BTreeSet<String>) -> Vec<TreeRow> {
    let mut hidden_below = None::<u32>;
    let mut shown = Vec::new();
    for row in all {
        if hidden_below.is_some_and(|level| row.level > level) {
            continue;
        }
        hidden_below = folded.contains(&row.key).then_some(row.level);
        shown.push(row.clone());
    }
    shown
}

/// The first-level rows of a roll-up, each with what lies below it.
fn blocks(told: &[CostRollUpRow]) -> Vec<Vec<&CostRollUpRow>> {
    let mut blocks: Vec<Vec<&CostRollUpRow>> = Vec::new();
    for row in told.iter().filter(|row| row.level > 0) {
        match blocks.last_mut() {
            Some(block) if row.level > 1 => block.push(row),
            Some(_) | None => blocks.push(vec![row]),
        }
    }
    blocks
}

fn line_row(place: usize, line: &BomLineView, told: Option<&CostRollUpRow>, is_parent: bool) -> TreeRow {
    let operation = line.operation_sequence.unwrap_or_default();
    let fixed = if line.is_fixed { "fixed" } else { "" };
    let parent = if is_parent { "parent" } else { "" };
    TreeRow {
        key: format!(
            "line-{place}-{}-{}-{}-{operation}-{}-{fixed}-{}-{parent}-{}-{}",
            line.component_id,
            line.quantity,
            line.unit_id,
            line.loss_percent,
            line.note,
            line.substitutes.iter().map(|substitute| substitute.code.as_str()).collect::<Vec<_>>().join("|"),
            line.applies_to.iter().map(|choice| choice.value_id.to_string()).collect::<Vec<_>>().join("|")
        ),
        kind: RowKind::Line(place),
        level: 1,
        product: Some(line.component_id),
        name: line.component_name.clone(),
        quantity: line.quantity,
        unit: line.unit_code.clone(),
        cost: told.map(cost),
        is_parent,
    }
}

fn push_below(all: &mut Vec<TreeRow>, told: &[&CostRollUpRow], prefix: &str) {
    for (index, row) in told.iter().enumerate() {
        all.push(TreeRow {
            key: format!("{prefix}-{index}-{}-{}", row.name, row.quantity),
            kind: match row.kind.as_str() {
                "operation" => RowKind::Operation,
                "by_products" => RowKind::ByProducts,
                _ => RowKind::Component,
            },
            level: row.level,
            product: row.product_id,
            name: row.name.clone(),
            quantity: row.quantity,
            unit: row.unit_code.clone(),
            cost: Some(cost(row)),
            is_parent: told.get(index + 1).is_some_and(|next| next.level > row.level),
        });
    }
}

fn cost(row: &CostRollUpRow) -> Cost {
    Cost {
        unit: row.unit_cost,
        material: row.material,
        labour: row.labour,
        work_center: row.work_center,
        total: row.total,
        is_incomplete: row.is_incomplete,
    }
}

/// How a line differs from the revision before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mark {
    /// It does not.
    Same,
    /// It was not there.
    Added,
    /// It was there, and something of it differs.
    Changed {
        /// The quantity of the revision before, when that differs.
        quantity: Option<Decimal>,
    },
}

/// Each line's mark, and how many lines of the revision before are gone.
#[must_use]
pub fn compare(now: &[BomLineView], before: &[BomLineView]) -> (Vec<Mark>, usize) {
    let mut gone = 0;
    let mut marks = HashMap::new();
    for change in diff_lines(&domain_lines(before), &domain_lines(now)) {
        match change {
            BomLineChange::Added { new } => {
                marks.insert(new.id, Mark::Added);
            }
            BomLineChange::Removed { .. } => gone += 1,
            BomLineChange::Changed { old, new, fields } => {
                let quantity = fields.contains(&BomLineField::Quantity).then(|| old.quantity.get());
                marks.insert(new.id, Mark::Changed { quantity });
            }
        }
    }
    (now.iter().map(|line| marks.remove(&line.id).unwrap_or(Mark::Same)).collect(), gone)
}

/// The values that a line names, as the domain takes them.
fn choices(line: &BomLineView) -> Vec<AttributeChoice> {
    let choice = |one: &AttributeChoiceView| AttributeChoice { attribute: one.attribute_id, value: one.value_id };
    line.applies_to.iter().map(choice).collect()
}

/// Whether a line belongs to a variant with these values.
#[must_use]
pub fn belongs_to(line: &BomLineView, values: &[AttributeValueId]) -> bool {
    applies_to(&choices(line), values)
}

fn domain_lines(lines: &[BomLineView]) -> Vec<BomLine> {
    let line = |line: &BomLineView| {
        Some(BomLine {
            id: line.id,
            component: line.component_id,
            quantity: PositiveQuantity::new(line.quantity).ok()?,
            unit: line.unit_id,
            operation_sequence: line.operation_sequence,
            loss: LossPercent::try_from(line.loss_percent).ok()?,
            is_fixed: line.is_fixed,
            note: line.note.clone(),
            substitutes: line.substitutes.iter().map(|substitute| substitute.product_id).collect(),
            applies_to: choices(line),
        })
    };
    lines.iter().filter_map(line).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use mrp_domain::ids::{BomLineId, UnitId};
    use uuid::Uuid;

    use super::*;

    fn line(component: u128, quantity: i64) -> BomLineView {
        BomLineView {
            id: BomLineId::from_uuid(Uuid::now_v7()),
            component_id: ProductId::from_uuid(Uuid::from_u128(component)),
            component_code: String::new(),
            component_name: format!("Part {component}"),
            quantity: Decimal::from(quantity),
            unit_id: UnitId::from_uuid(Uuid::nil()),
            unit_code: "pcs".to_owned(),
            operation_sequence: None,
            loss_percent: Decimal::ZERO,
            is_fixed: false,
            note: String::new(),
            substitutes: Vec::new(),
            applies_to: Vec::new(),
        }
    }

    fn told(level: u32, component: Option<u128>, total: i64) -> CostRollUpRow {
        CostRollUpRow {
            level,
            kind: if component.is_some() { "component" } else { "operation" }.to_owned(),
            product_id: component.map(|component| ProductId::from_uuid(Uuid::from_u128(component))),
            name: "row".to_owned(),
            quantity: Decimal::ONE,
            unit_code: "pcs".to_owned(),
            unit_cost: None,
            material: Decimal::from(total),
            labour: Decimal::ZERO,
            work_center: Decimal::ZERO,
            total: Decimal::from(total),
            is_incomplete: false,
        }
    }

    fn view(lines: Vec<BomLineView>) -> BomView {
        let mut view = serde_json::json!({
            "id": Uuid::nil(), "code": "BOM-1", "revision": 1, "product_id": Uuid::nil(), "product_code": "DESK",
            "product_name": "Desk", "is_template": false, "quantity_per_run": "1", "unit_id": Uuid::nil(), "unit_code": "pcs",
            "routing_id": null, "routing_name": null, "bom_type": "manufacture", "consumption_mode": "automatic", "effective_from": null, "effective_until": null,
            "state": "draft", "validated_by": null, "validated_at": null, "validation_note": "", "revisions": [], "by_products": [], "faults": [], "mergeable_lines": 0, "unmerged_lines": [], "version": 1,
        });
        view["lines"] = serde_json::to_value(lines).unwrap();
        serde_json::from_value(view).unwrap()
    }

    #[test]
    fn each_line_finds_its_cost_and_what_it_is_made_of() {
        let costs = CostRollUpView {
            currency: "RON".to_owned(),
            rows: vec![
                told(0, Some(9), 60),
                told(1, Some(2), 20),
                told(1, Some(1), 30),
                told(2, None, 5),
                told(1, None, 10),
            ],
            incomplete: Vec::new(),
            revenue: None,
        };
        let all = rows(&view(vec![line(1, 4), line(2, 1)]), Some(&costs), None);
        let shown = all.iter().map(|row| (row.kind, row.cost.map(|cost| cost.total))).collect::<Vec<_>>();
        let total = |total: i64| Some(Decimal::from(total));
        assert_eq!(
            shown,
            vec![
                (RowKind::Root, total(60)),
                (RowKind::Line(0), total(30)),
                (RowKind::Operation, total(5)),
                (RowKind::Line(1), total(20)),
                (RowKind::Operation, total(10)),
            ]
        );
        let folded = BTreeSet::from([all[1].key.clone()]);
        assert_eq!(unfolded(&all, &folded).len(), 4);
    }

    #[test]
    fn lines_of_one_component_have_each_their_own_and_what_by_products_carry_stands_last() {
        let by_products = CostRollUpRow { kind: "by_products".to_owned(), ..told(1, None, -20) };
        let costs = CostRollUpView {
            currency: "RON".to_owned(),
            rows: vec![
                told(0, Some(9), 80),
                told(1, Some(1), 25),
                told(1, Some(2), 0),
                told(2, Some(3), 0),
                told(1, Some(1), 75),
                by_products,
            ],
            incomplete: Vec::new(),
            revenue: None,
        };
        let all = rows(&view(vec![line(1, 1), line(2, 1), line(1, 3)]), Some(&costs), None);
        let shown = all.iter().map(|row| (row.kind, row.level, row.cost.map(|cost| cost.total.to_string())));
        let total = |total: &str| Some(total.to_owned());
        assert_eq!(
            shown.collect::<Vec<_>>(),
            vec![
                (RowKind::Root, 0, total("80")),
                (RowKind::Line(0), 1, total("25")),
                (RowKind::Line(1), 1, total("0")),
                (RowKind::Component, 2, total("0")),
                (RowKind::Line(2), 1, total("75")),
                (RowKind::ByProducts, 1, total("-20")),
            ]
        );
    }

    #[test]
    fn without_costs_the_lines_are_still_there() {
        let all = rows(&view(vec![line(1, 4)]), None, None);
        assert_eq!(all.len(), 2);
        assert_eq!(all[1].cost, None);
    }

    #[test]
    fn as_one_variant_only_its_lines_are_there_in_their_places() {
        let value = |number: u128| AttributeValueId::from_uuid(Uuid::from_u128(number));
        let choice = |number: u128| AttributeChoiceView {
            value_id: value(number),
            attribute_id: mrp_domain::ids::AttributeId::from_uuid(Uuid::nil()),
            attribute: "Colour".to_owned(),
            code: "RED".to_owned(),
            name: "Red".to_owned(),
        };
        let only = |number: u128, line: BomLineView| BomLineView { applies_to: vec![choice(number)], ..line };
        let lines = vec![only(1, line(1, 4)), only(2, line(1, 6)), line(2, 1)];
        let costs = CostRollUpView {
            currency: "RON".to_owned(),
            rows: vec![told(0, Some(9), 60), told(1, Some(1), 40), told(1, Some(2), 20)],
            incomplete: Vec::new(),
            revenue: None,
        };
        let all = rows(&view(lines), Some(&costs), Some(&[value(2)]));
        let shown = all.iter().map(|row| (row.kind, row.cost.map(|cost| cost.total))).collect::<Vec<_>>();
        let total = |total: i64| Some(Decimal::from(total));
        assert_eq!(
            shown,
            vec![(RowKind::Root, total(60)), (RowKind::Line(1), total(40)), (RowKind::Line(2), total(20))]
        );
    }

    #[test]
    fn a_revision_says_what_it_added_changed_and_dropped() {
        let (marks, gone) = compare(&[line(3, 1), line(1, 5), line(4, 1)], &[line(1, 4), line(2, 1), line(4, 1)]);
        assert_eq!(marks, vec![Mark::Added, Mark::Changed { quantity: Some(Decimal::from(4)) }, Mark::Same]);
        assert_eq!(gone, 1);
    }
}
