//! The rows of a long table that are in sight: only they are drawn, so that ten thousand scroll like ten.

use std::time::Duration;

use leptos::html;
use leptos::leptos_dom::helpers::{TimeoutHandle, set_timeout_with_handle};
use leptos::prelude::*;

/// Height of a row in pixels where nobody says otherwise, as in the style sheet.
pub const ROW_HEIGHT: i32 = 32;
/// Rows drawn beyond the edges.
pub const MARGIN: usize = 12;
/// A table that has not moved for so long stands still.
const STILL: Duration = Duration::from_millis(100);

/// Rows that come into sight together: a table that gets new rows is laid out anew, which is too dear for every frame.
const STEP: usize = 8;

/// Marks a table that is being scrolled, for the style sheet.
const MOVING: &str = "data-moving";

/// What is in sight of a table that scrolls.
#[derive(Clone, Copy)]
pub struct Sight {
    /// The element that scrolls.
    pub scroller: NodeRef<html::Div>,
    /// How far it is scrolled, in pixels.
    pub top: RwSignal<i32>,
    height: RwSignal<i32>,
    count: Memo<usize>,
    row_height: i32,
    standstill: StoredValue<Option<TimeoutHandle>>,
}

impl Sight {
    /// Of so many rows.
    #[must_use]
    pub fn of(count: Memo<usize>) -> Self {
        Self::of_rows(count, ROW_HEIGHT)
    }

    /// Of so many rows that are so many pixels high.
    #[must_use]
    pub fn of_rows(count: Memo<usize>, row_height: i32) -> Self {
        let (top, height) = (RwSignal::new(0), RwSignal::new(900));
        let sight =
            Self { scroller: NodeRef::new(), top, height, count, row_height, standstill: StoredValue::new(None) };
        Effect::new(move |_| {
            if sight.scroller.get().is_some() {
                sight.measure();
            }
        });
        sight
    }

    /// To be called when the table has scrolled. While it moves, the rows below the pointer do not answer to it: a row
    /// that lights up has the whole table painted again.
    pub fn scrolled(self) {
        self.measure();
        let Some(element) = self.scroller.get_untracked() else { return };
        if let Some(earlier) = self.standstill.get_value() {
            earlier.clear();
        } else {
            drop(element.set_attribute(MOVING, ""));
        }
        let stand_still = move || {
            self.standstill.try_set_value(None);
            drop(element.remove_attribute(MOVING));
        };
        self.standstill.set_value(set_timeout_with_handle(stand_still, STILL).ok());
    }

    fn measure(self) {
        if let Some(element) = self.scroller.get_untracked() {
            self.top.set(element.scroll_top());
            self.height.set(element.client_height());
        }
    }

    /// Scrolls so that a row stands in the middle, unless it is in sight already, and has it drawn.
    pub fn reveal(self, at: usize) {
        let Some(element) = self.scroller.get_untracked() else { return };
        let row = i32::try_from(at).unwrap_or(i32::MAX / self.row_height).saturating_mul(self.row_height);
        let (top, height) = (element.scroll_top(), element.client_height());
        // The head stands over the first row.
        let is_in_sight = row >= top && row + 3 * self.row_height <= top + height;
        if !is_in_sight {
            element.set_scroll_top((row - height / 2).max(0));
        }
        self.measure();
    }

    /// The first row that is drawn, and the first one behind them that is not.
    #[must_use]
    pub fn range(self) -> (usize, usize) {
        let count = self.count.get();
        let first = usize::try_from(self.top.get() / self.row_height).unwrap_or_default().saturating_sub(MARGIN);
        let first = first / STEP * STEP;
        let fit = usize::try_from(self.height.get() / self.row_height).unwrap_or_default() + 2 * MARGIN + STEP;
        (first.min(count), (first + fit).min(count))
    }

    /// Stands where rows are not drawn.
    pub fn gap(self, rows: usize, columns: usize) -> AnyView {
        let height = i32::try_from(rows).unwrap_or(i32::MAX / self.row_height) * self.row_height;
        (rows > 0)
            .then(|| {
                view! {
                    <tr class="gap" aria-hidden="true">
                        <td colspan=columns.to_string() style:height=format!("{height}px")></td>
                    </tr>
                }
            })
            .into_any()
    }
}
