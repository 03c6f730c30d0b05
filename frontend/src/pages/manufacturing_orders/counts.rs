//! How many orders and work orders there are, for the navigation, the list's views and the dashboard: asked once for all of
//! them, and again shortly after a change.

use std::sync::LazyLock;

use leptos::prelude::*;
use leptos::task::spawn_local;
use mrp_api::endpoint::Empty;
use mrp_api::manufacturing_orders::{CountManufacturingOrders, OrderCountsView};

use crate::{api, live, session};

static COUNTS: LazyLock<ArcRwSignal<Option<OrderCountsView>>> = LazyLock::new(|| ArcRwSignal::new(None));

/// The counts; `None` until the first answer.
#[must_use]
pub fn counts() -> ArcRwSignal<Option<OrderCountsView>> {
    COUNTS.clone()
}

/// Keeps the counts up to date for as long as the caller lives; the frame does.
pub fn keep() {
    if !session::may_call::<CountManufacturingOrders>() {
        return;
    }
    let changed = live::gathered(&["manufacturing_order", "work_order", "receipt"]);
    Effect::new(move |_| {
        changed.track();
        spawn_local(async {
            if let Ok(view) = api::get::<CountManufacturingOrders>(&Empty {}, &Empty {}).await {
                COUNTS.set(Some(view));
            }
        });
    });
}
