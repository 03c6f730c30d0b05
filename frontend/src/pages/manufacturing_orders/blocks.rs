//! What keeps an order from going on, in the order in which somebody should look at it.

use mrp_api::manufacturing_orders::ManufacturingOrderView;
use mrp_domain::time::Instant;
use mrp_domain::work_order::WorkOrderState;
use rust_decimal::Decimal;

use crate::i18n::text::{manufacturing_orders as t, purchase_requests as p};
use crate::pages::manufacturing_orders::{Lateness, is_closed, lateness, missing_field};
use crate::pages::papers::day;
use crate::ui::state::Shape;
use crate::{format, sentences};

/// One thing that blocks an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// How bad it is.
    pub shape: Shape,
    /// What it is.
    pub title: String,
    /// More about it.
    pub detail: String,
}

/// Everything that blocks an order.
#[must_use]
pub fn blocks(view: &ManufacturingOrderView, now: Instant) -> Vec<Block> {
    if is_closed(view.state) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for line in &view.components {
        let amount = |quantity: Decimal| format!("{} {}", format::number(quantity), line.unit_code);
        let open = line.qty_needed - line.qty_done - line.qty_reserved;
        if line.qty_missing > Decimal::ZERO {
            found.push(Block {
                shape: Shape::Blocking,
                title: t::blocks_missing(&line.product_name),
                detail: t::blocks_missing_detail(&amount(line.qty_missing)),
            });
        } else if line.qty_expected > Decimal::ZERO {
            let from = line.expected_from.iter().map(|one| one.number.clone()).collect::<Vec<_>>();
            let when = day(&line.expected_on).map(|day| p::expected_on(&day));
            let detail = [vec![amount(line.qty_expected)], from, when.into_iter().collect()].concat().join(", ");
            found.push(Block { shape: Shape::Waiting, title: p::blocks_expected(&line.product_name), detail });
        } else if open > Decimal::ZERO && line.qty_free > Decimal::ZERO {
            found.push(Block {
                shape: Shape::Waiting,
                title: t::blocks_free(&line.product_name),
                detail: t::free_now(&amount(line.qty_free)),
            });
        }
    }
    for operation in view.operations.iter().filter(|operation| operation.state == Some(WorkOrderState::Paused)) {
        let number = operation.work_order_number.clone().unwrap_or_default();
        found.push(Block {
            shape: Shape::Waiting,
            title: t::blocks_paused(&operation.name),
            detail: t::blocks_paused_detail(&number, &operation.work_center_name),
        });
    }
    let late = match lateness(view.date_deadline, view.scheduled_finish, now) {
        Lateness::InTime => None,
        Lateness::Passed(days) => Some((Shape::Blocking, t::overdue(days.unsigned_abs()))),
        Lateness::Forecast(days) => {
            let finish = view.scheduled_finish.map(format::day_of).unwrap_or_default();
            Some((Shape::Waiting, t::forecast_late(days.unsigned_abs(), &finish)))
        }
    };
    if let Some((shape, detail)) = late {
        found.push(Block { shape, title: t::blocks_late().to_owned(), detail: format!("{detail}.") });
    }
    if view.bom_changed {
        found.push(Block { shape: Shape::Waiting, title: t::bom_changed().to_owned(), detail: String::new() });
    }
    let next = view.actions.iter().find(|action| {
        !action.allowed
            && matches!(
                (view.state, action.command.as_str()),
                (mrp_domain::manufacturing_order::ManufacturingOrderState::Draft, "confirm")
                    | (mrp_domain::manufacturing_order::ManufacturingOrderState::Confirmed, "plan")
            )
            && action.reason.as_deref() != Some(mrp_api::error::MATERIAL_SHORT.code)
    });
    if let Some(action) = next {
        let known = action.reason.as_deref().and_then(sentences::error);
        found.push(Block {
            shape: Shape::Blocking,
            title: known.unwrap_or(t::blocks_next()).to_owned(),
            detail: action
                .reason
                .as_deref()
                .zip(action.detail.as_deref())
                .and_then(|(code, detail)| missing_field(code, detail))
                .unwrap_or_default(),
        });
    }
    found.sort_by_key(|block| block.shape != Shape::Blocking);
    found
}

#[cfg(test)]
mod tests {
    use mrp_domain::manufacturing_order::ManufacturingOrderState;

    use super::*;
    use crate::pages::manufacturing_orders::commands::tests::order;

    #[test]
    fn missing_material_comes_before_a_paused_operation() {
        let view = order(ManufacturingOrderState::InProgress, &[Some(WorkOrderState::Paused)]);
        let now = format::parse_instant("2026-12-07T09:00:00Z").unwrap();
        let titles = blocks(&view, now).into_iter().map(|block| block.title).collect::<Vec<_>>();
        assert_eq!(titles, ["Paint is missing", "Cutting is paused"]);
    }

    #[test]
    fn nothing_blocks_an_order_that_is_done() {
        let now = format::parse_instant("2027-12-07T09:00:00Z").unwrap();
        assert_eq!(blocks(&order(ManufacturingOrderState::Done, &[]), now), []);
    }
}
