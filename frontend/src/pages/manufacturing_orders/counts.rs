//! How many orders and work orders there are, for the navigation, the list's views and the dashboard: asked once for all of
//! them, and again shortly after a change.

use std::sync::LazyLock;

use leptos::prelude::*;
use leptos::task::spawn_local;
use mrp_api::endpoint::Empty;
use mrp_api::manufacturing_orders::{CountManufacturingOrders, OrderCountsView};

use crate::{api, live, session};

/// How long changes are gathered before the counts are asked for again.
const GATHER_MS: u32 = 200;

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
    let entities = ["manufacturing_order", "work_order", "receipt"];
    let revisions = entities.map(|entity| live::revision(entity.to_owned()));
    let turn = StoredValue::new(0_u64);
    Effect::new(move |before: Option<()>| {
        for revision in &revisions {
            revision.track();
        }
        let now = turn.get_value() + 1;
        turn.set_value(now);
        spawn_local(async move {
            if before.is_some() {
                gloo_timers::future::TimeoutFuture::new(GATHER_MS).await;
            }
            if turn.try_get_value() == Some(now)
                && let Ok(view) = api::get::<CountManufacturingOrders>(&Empty {}, &Empty {}).await
            {
                COUNTS.set(Some(view));
            }
        });
    });
}
