//! The totals below the grid: this revision, the one before it, and what is between them.

use leptos::prelude::*;
use mrp_api::boms::CostRollUpView;
use rust_decimal::Decimal;

use crate::format;
use crate::i18n::text::boms as t;
use crate::pages::boms::editor::Editor;
use crate::pages::boms::grid::Columns;
use crate::pages::boms::{revision_label, state_shape};

/// What a roll-up comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Sum {
    material: Decimal,
    labour: Decimal,
    work_center: Decimal,
    total: Decimal,
    margin: Option<Decimal>,
}

impl Sum {
    fn of(costs: &CostRollUpView) -> Option<Self> {
        let root = costs.rows.first()?;
        let margin = costs.revenue.and_then(|revenue| {
            let share = (revenue - root.total).checked_div(revenue)?;
            Some(share * Decimal::ONE_HUNDRED)
        });
        Some(Self {
            material: root.material,
            labour: root.labour,
            work_center: root.work_center,
            total: root.total,
            margin,
        })
    }

    /// What is new less what was, and by how many percent the total moved.
    fn less(self, before: Self) -> (Self, Option<Decimal>) {
        let total = self.total - before.total;
        let percent = (total * Decimal::ONE_HUNDRED).checked_div(before.total);
        let difference = Self {
            material: self.material - before.material,
            labour: self.labour - before.labour,
            work_center: self.work_center - before.work_center,
            total,
            margin: None,
        };
        (difference, percent)
    }
}

/// The rows.
#[component]
pub fn Totals(
    /// The page's state.
    editor: Editor,
) -> impl IntoView {
    move || {
        let bom = editor.bom()?;
        let now = editor.costs.with(|costs| costs.as_ref().and_then(Sum::of))?;
        let name = |revision: u32, word: &str| format!("{} {}", revision_label(revision), word.to_lowercase());
        let own = row(name(bom.revision, state_shape(bom.state).1), now, margin(now), Some("strong"), format::money);
        let before = editor.before.get().filter(|_| editor.comparing.get());
        let then = editor.before_costs.with(|costs| costs.as_ref().and_then(Sum::of));
        let others = before.zip(then).map(|(before, then)| {
            let (difference, percent) = now.less(then);
            let moved = percent.map(|percent| {
                t::cost_change(&format::signed_percent(percent, 2))
            });
            view! {
                {row(name(before.revision, state_shape(before.state).1), then, margin(then), Some("muted"), format::money)}
                {row(t::difference().to_owned(), difference, moved, None, |value| format::signed(value, 2))}
            }
        });
        Some(view! {
            <div class="bom-totals">
                <table class="table bom-grid"><Columns/><tbody>{own}{others}</tbody></table>
            </div>
        })
    }
}

fn margin(sum: Sum) -> Option<String> {
    sum.margin.map(|margin| t::margin(&format::percent(margin, 2)))
}

fn row(
    name: String,
    sum: Sum,
    note: Option<String>,
    look: Option<&'static str>,
    write: impl Fn(Decimal) -> String,
) -> AnyView {
    view! {
        <tr class=look>
            <td></td>
            <td colspan="6">{name}</td>
            <td class="number">{write(sum.material)}</td>
            <td class="number">{write(sum.labour)}</td>
            <td class="number">{write(sum.work_center)}</td>
            <td class="number">{write(sum.total)}</td>
            <td colspan="2" class="number bom-note">{note}</td>
        </tr>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_difference_says_by_how_much_the_cost_moved() {
        let sum = |total: i64| Sum {
            material: Decimal::from(total),
            labour: Decimal::ZERO,
            work_center: Decimal::ZERO,
            total: Decimal::from(total),
            margin: None,
        };
        let (difference, percent) = sum(220).less(sum(200));
        assert_eq!((difference.total, percent), (Decimal::from(20), Some(Decimal::from(10))));
    }
}
