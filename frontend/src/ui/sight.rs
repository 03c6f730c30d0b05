//! The rows of a long table that are in sight: only they are drawn, so that ten thousand scroll like ten.

use leptos::html;
use leptos::prelude::*;

/// Height of a row in pixels, as in the style sheet.
pub const ROW_HEIGHT: i32 = 32;
/// Rows drawn beyond the edges.
pub const MARGIN: usize = 12;

/// What is in sight of a table that scrolls.
#[derive(Clone, Copy)]
pub struct Sight {
    /// The element that scrolls.
    pub scroller: NodeRef<html::Div>,
    /// How far it is scrolled, in pixels.
    pub top: RwSignal<i32>,
    height: RwSignal<i32>,
    count: Memo<usize>,
}

impl Sight {
    /// Of so many rows.
    #[must_use]
    pub fn of(count: Memo<usize>) -> Self {
        let sight = Self { scroller: NodeRef::new(), top: RwSignal::new(0), height: RwSignal::new(900), count };
        Effect::new(move |_| {
            if sight.scroller.get().is_some() {
                sight.measure();
            }
        });
        sight
    }

    /// Looks where the table stands now; to be called when it has scrolled.
    pub fn measure(self) {
        if let Some(element) = self.scroller.get_untracked() {
            self.top.set(element.scroll_top());
            self.height.set(element.client_height());
        }
    }

    /// The first row that is drawn, and the first one behind them that is not.
    #[must_use]
    pub fn range(self) -> (usize, usize) {
        let count = self.count.get();
        let first = usize::try_from(self.top.get() / ROW_HEIGHT).unwrap_or_default().saturating_sub(MARGIN);
        let fit = usize::try_from(self.height.get() / ROW_HEIGHT).unwrap_or_default() + 2 * MARGIN;
        (first.min(count), (first + fit).min(count))
    }
}

/// Stands where rows are not drawn.
pub fn gap(rows: usize, columns: usize) -> AnyView {
    let height = i32::try_from(rows).unwrap_or(i32::MAX / ROW_HEIGHT) * ROW_HEIGHT;
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
