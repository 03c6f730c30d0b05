//! The genealogy of a lot, as a tree that the keyboard can walk: back to its sources, or forward to its uses.

use std::collections::BTreeSet;

use leptos::prelude::*;
use leptos::task::spawn_local;
use mrp_api::endpoint::IdPath;
use mrp_api::lot_traces::{GetLotTrace, LotTraceNode, LotTraceQuery, LotTraceView, TraceDirection};
use mrp_domain::ids::{LotId, ReceiptId};
use mrp_domain::lot::trace::TraceKind;

use crate::api::{self, Answer};
use crate::i18n::text::lots as t;
use crate::links::{self, Noun};
use crate::ui::field_view::focus_on;
use crate::ui::icon::Icon;
use crate::ui::page::loaded;
use crate::ui::state::{Shape, State};
use crate::{format, history, live};

/// A tree of at most so many nodes is shown whole at first, a larger one to its second level.
const WHOLE_MAX: usize = 60;

/// Both trees, one at a time.
#[component]
pub fn Trace(
    /// The lot.
    lot: LotId,
) -> impl IntoView {
    let direction = RwSignal::new(TraceDirection::Sources);
    let answer = RwSignal::new(None::<Answer<LotTraceView>>);
    let load = move || {
        let query = LotTraceQuery { direction: direction.get_untracked() };
        spawn_local(async move {
            let told = api::get::<GetLotTrace>(&IdPath { id: lot }, &query).await;
            answer.try_set(Some(told));
        });
    };
    let moved = live::gathered(&["manufacturing_order", "receipt", "delivery"]);
    Effect::new(move |_| {
        moved.track();
        direction.track();
        load();
    });
    let choose = move |way: TraceDirection, label: &'static str| {
        view! {
            <button
                type="button"
                class="segment"
                aria-pressed=move || if direction.get() == way { "true" } else { "false" }
                on:click=move |_| {
                    answer.set(None);
                    direction.set(way);
                }
            >
                {label}
            </button>
        }
    };
    let body = loaded(answer, Callback::new(move |()| load()), move |view| {
        let label = match direction.get_untracked() {
            TraceDirection::Sources => t::sources(),
            TraceDirection::Uses => t::uses(),
        };
        tree(view, label)
    });
    view! {
        <section class="section trace">
            <div class="trace-head">
                <h2>{t::genealogy()}</h2>
                <div class="segments" role="group" aria-label=t::genealogy()>
                    {choose(TraceDirection::Sources, t::sources())}{choose(TraceDirection::Uses, t::uses())}
                </div>
            </div>
            {body}
        </section>
    }
}

fn tree(view: LotTraceView, label: &'static str) -> AnyView {
    if view.nodes.is_empty() {
        return view! { <p class="muted">{t::trace_nothing()}</p> }.into_any();
    }
    let cut = match (view.is_cut_in_number, view.is_cut_in_depth) {
        (true, _) => Some(t::cut_in_number()),
        (false, true) => Some(t::cut_in_depth()),
        (false, false) => None,
    };
    let nodes = StoredValue::new(view.nodes);
    let open = RwSignal::new(nodes.with_value(|nodes| first_open(nodes)));
    let at = RwSignal::new(0_usize);
    let shown = Memo::new(move |_| nodes.with_value(|nodes| visible(nodes, &open.read())));
    let go = move |place: usize| {
        at.set(place);
        request_animation_frame(move || focus_on(&node_id(place)));
    };
    let keys = move |event: web_sys::KeyboardEvent| {
        let now = at.get_untracked();
        let all = shown.get_untracked();
        let here = all.iter().position(|place| *place == now).unwrap_or_default();
        let has_children = nodes.with_value(|nodes| has_children(nodes, now));
        let is_open = open.with_untracked(|open| open.contains(&now));
        let target = match event.key().as_str() {
            "ArrowDown" => all.get(here + 1).copied(),
            "ArrowUp" => here.checked_sub(1).and_then(|before| all.get(before)).copied(),
            "Home" => all.first().copied(),
            "End" => all.last().copied(),
            "ArrowRight" if has_children && is_open => all.get(here + 1).copied(),
            "ArrowRight" | " " if has_children && !is_open => {
                open.update(|open| {
                    open.insert(now);
                });
                Some(now)
            }
            "ArrowLeft" | " " if has_children && is_open => {
                open.update(|open| {
                    open.remove(&now);
                });
                Some(now)
            }
            "ArrowLeft" => nodes.with_value(|nodes| nodes.get(now).and_then(parent_of)),
            "Enter" => {
                if let Some(href) = nodes.with_value(|nodes| nodes.get(now).map(href)) {
                    history::go(&href);
                }
                None
            }
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        if let Some(target) = target {
            go(target);
        }
    };
    let row = move |place: usize| {
        let node = nodes.with_value(|nodes| nodes.get(place).cloned())?;
        let has_children = nodes.with_value(|nodes| has_children(nodes, place));
        let is_open = move || open.with(|open| open.contains(&place));
        let expanded = move || has_children.then(|| if is_open() { "true" } else { "false" });
        let toggle = move |_| {
            at.set(place);
            open.update(|open| {
                if !open.remove(&place) {
                    open.insert(place);
                }
            });
        };
        let twist = has_children.then(|| {
            let icon = move || if is_open() { "down" } else { "right" };
            view! { <span class="trace-twist" aria-hidden="true" on:click=toggle>{move || view! { <Icon name=icon() size=12/> }}</span> }
        });
        let indent = format!("{}px", node.level.saturating_sub(1).min(40) * 18);
        let level = node.level.to_string();
        Some(view! {
            <li
                role="treeitem"
                id=node_id(place)
                class="trace-node"
                attr:aria-level=level
                aria-expanded=expanded
                aria-selected=move || if at.get() == place { "true" } else { "false" }
                tabindex=move || if at.get() == place { "0" } else { "-1" }
                style:padding-left=indent
                on:focus=move |_| at.set(place)
            >
                <span class="trace-lead">{twist}</span>
                {words(&node)}
            </li>
        })
    };
    view! {
        <ul class="trace-tree" role="tree" aria-label=label on:keydown=keys>
            <For each=move || shown.get() key=|place| *place children=move |place| row(place)/>
        </ul>
        {cut.map(|word| view! { <p><State shape=Shape::Waiting word/></p> })}
    }
    .into_any()
}

fn words(node: &LotTraceNode) -> AnyView {
    let amount = format!("{} {}", format::number(node.quantity), node.unit_code);
    let name = name_of(node);
    let product = match node.kind {
        TraceKind::Goods => None,
        TraceKind::Lot
        | TraceKind::Receipt
        | TraceKind::Order
        | TraceKind::Delivery
        | TraceKind::Scrap
        | TraceKind::Correction => Some(node.product_name.clone()),
    };
    let repeated = node.is_repeated.then(|| view! { <span class="muted small">{t::shown_elsewhere()}</span> });
    view! {
        <span class="muted trace-kind">{kind_name(node.kind)}</span>
        <a href=href(node) tabindex="-1">{name}</a>
        <span class="muted ellipsis">{product}</span>
        <span>{amount}</span>
        <span class="muted small">{format::day_of(node.at)}</span>
        {repeated}
    }
    .into_any()
}

fn name_of(node: &LotTraceNode) -> String {
    match node.kind {
        TraceKind::Lot => node.lot_number.clone(),
        TraceKind::Goods => node.product_name.clone(),
        TraceKind::Receipt | TraceKind::Order | TraceKind::Delivery => node.document.clone(),
        TraceKind::Scrap | TraceKind::Correction => node.product_code.clone(),
    }
}

fn kind_name(kind: TraceKind) -> &'static str {
    match kind {
        TraceKind::Receipt => t::kind_receipt(),
        TraceKind::Order => t::kind_order(),
        TraceKind::Delivery => t::kind_delivery(),
        TraceKind::Scrap => t::kind_scrap(),
        TraceKind::Correction => t::kind_correction(),
        TraceKind::Lot => t::lot(),
        TraceKind::Goods => t::kind_goods(),
    }
}

fn href(node: &LotTraceNode) -> String {
    match (node.kind, node.document_id, node.lot_id) {
        (TraceKind::Order, Some(id), _) => Noun::ManufacturingOrders.record(id),
        (TraceKind::Receipt, Some(id), _) => links::receipt(ReceiptId::from_uuid(id)),
        (TraceKind::Delivery, Some(id), _) => Noun::Deliveries.record(id),
        (TraceKind::Lot, _, Some(id)) => Noun::Lots.record(id),
        _ => Noun::Products.record(node.product_id),
    }
}

fn node_id(place: usize) -> String {
    format!("trace-{place}")
}

fn parent_of(node: &LotTraceNode) -> Option<usize> {
    node.parent.and_then(|parent| usize::try_from(parent).ok())
}

fn has_children(nodes: &[LotTraceNode], place: usize) -> bool {
    nodes.iter().skip(place).any(|node| parent_of(node) == Some(place))
}

/// What is open at first.
fn first_open(nodes: &[LotTraceNode]) -> BTreeSet<usize> {
    let deepest = if nodes.len() <= WHOLE_MAX { u32::MAX } else { 1 };
    nodes.iter().enumerate().filter(|(_, node)| node.level <= deepest).map(|(place, _)| place).collect()
}

/// The nodes below open ones, in reading order.
fn visible(nodes: &[LotTraceNode], open: &BTreeSet<usize>) -> Vec<usize> {
    let mut below: Vec<Vec<usize>> = vec![Vec::new(); nodes.len()];
    let mut roots = Vec::new();
    for (place, node) in nodes.iter().enumerate() {
        match parent_of(node).and_then(|parent| below.get_mut(parent)) {
            Some(children) => children.push(place),
            None => roots.push(place),
        }
    }
    let mut rows = Vec::new();
    let mut waiting: Vec<usize> = roots.into_iter().rev().collect();
    while let Some(place) = waiting.pop() {
        rows.push(place);
        if open.contains(&place) {
            waiting.extend(below.get(place).into_iter().flatten().rev());
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(parent: Option<u32>, level: u32) -> LotTraceNode {
        crate::json::read(serde_json::json!({
            "parent": parent, "level": level, "kind": "lot", "document_id": null, "document": "",
            "lot_id": "0198a000-0000-7000-8000-000000000001", "lot_number": "L",
            "product_id": "0198a000-0000-7000-8000-000000000001", "product_code": "P", "product_name": "Powder",
            "quantity": "1", "unit_code": "kg", "at": "2026-11-27T04:00:00Z", "is_repeated": false,
        }))
        .unwrap()
    }

    #[test]
    fn only_what_lies_below_open_nodes_is_shown_in_reading_order() {
        let nodes = [node(None, 1), node(None, 1), node(Some(0), 2), node(Some(1), 2), node(Some(2), 3)];
        assert_eq!(visible(&nodes, &BTreeSet::new()), [0, 1]);
        assert_eq!(visible(&nodes, &BTreeSet::from([0, 1])), [0, 2, 1, 3]);
        assert_eq!(visible(&nodes, &first_open(&nodes)), [0, 2, 4, 1, 3]);
        assert!(has_children(&nodes, 2) && !has_children(&nodes, 4));
    }

    #[test]
    fn a_large_tree_begins_with_its_first_levels() {
        let mut nodes = vec![node(None, 1)];
        nodes.extend((0..100).map(|_| node(Some(0), 2)));
        nodes.push(node(Some(1), 3));
        assert_eq!(visible(&nodes, &first_open(&nodes)).len(), 101);
    }
}
