//! A revision being edited: what was read, what it costs, which cell is open; each change is saved as it is made.

use std::collections::BTreeSet;

use leptos::prelude::*;
use leptos::task::spawn_local;
use mrp_api::boms::{
    BomByProductInput, BomLineInput, BomView, CostRollUpQuery, CostRollUpView, GetBom, RollUpBomCost, UpdateBom,
};
use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::routings::GetRouting;
use mrp_api::variants::{GetVariants, VariantView};
use mrp_domain::bom::BomState;
use mrp_domain::ids::{AttributeValueId, BomId, ProductId};
use serde_json::{Value, json};

use crate::api::{self, Answer};
use crate::format;
use crate::live;
use crate::pages::boms::by_products;
use crate::pages::boms::tree::{ROOT, belongs_to};
use crate::session;
use crate::ui::ask::Ask;
use crate::ui::toast;

/// How long a save waits for the one before it to look again.
const TURN_MS: u32 = 25;

/// A column that can be edited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// How much.
    Quantity,
    /// In which unit.
    Unit,
    /// By which operation.
    Operation,
    /// What gets lost.
    Loss,
}

impl Part {
    /// All, from left to right.
    pub const ALL: [Self; 4] = [Self::Quantity, Self::Unit, Self::Operation, Self::Loss];

    /// For element ids.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Quantity => "quantity",
            Self::Unit => "unit",
            Self::Operation => "operation",
            Self::Loss => "loss",
        }
    }
}

/// The state of the page.
#[derive(Clone, Copy)]
pub struct Editor {
    id: BomId,
    /// The revision.
    pub view: RwSignal<Option<Answer<BomView>>>,
    /// What it costs; none when nobody may know, or it cannot be told.
    pub costs: RwSignal<Option<CostRollUpView>>,
    /// The revision before it.
    pub before: RwSignal<Option<BomView>>,
    /// What that one costs.
    pub before_costs: RwSignal<Option<CostRollUpView>>,
    /// Whether the two are compared.
    pub comparing: RwSignal<bool>,
    /// Operations of the routing: sequence and name.
    pub operations: RwSignal<Vec<(u32, String)>>,
    /// The open cell.
    pub open: RwSignal<Option<(usize, Part)>>,
    /// The cell that somebody wants to get to, until it has the focus.
    pub sought: RwSignal<Option<(usize, Part)>>,
    /// Folded rows, by their keys.
    pub folded: RwSignal<BTreeSet<String>>,
    /// Whether a change is on its way.
    pub saving: RwSignal<bool>,
    /// When the last change was saved.
    pub saved_at: RwSignal<Option<String>>,
    /// The variants of the product, when it is a template.
    pub variants: RwSignal<Vec<VariantView>>,
    /// The variant that lines and costs are shown as; none: all of them, and no costs.
    pub shown_as: RwSignal<Option<ProductId>>,
    /// The question that is put; the head is drawn anew with each change, and a question stays.
    pub ask: RwSignal<Option<Ask>>,
}

impl Editor {
    /// Reads the revision, and again when it changes.
    #[must_use]
    pub fn start(id: BomId) -> Self {
        let editor = Self {
            id,
            view: RwSignal::new(None),
            costs: RwSignal::new(None),
            before: RwSignal::new(None),
            before_costs: RwSignal::new(None),
            comparing: RwSignal::new(true),
            operations: RwSignal::new(Vec::new()),
            open: RwSignal::new(None),
            sought: RwSignal::new(None),
            folded: RwSignal::new(BTreeSet::new()),
            saving: RwSignal::new(false),
            saved_at: RwSignal::new(None),
            variants: RwSignal::new(Vec::new()),
            shown_as: RwSignal::new(None),
            ask: RwSignal::new(None),
        };
        // A new revision of the same recipe is another record.
        let (own, all) = (live::revision(id.to_string()), live::revision("bom".to_owned()));
        Effect::new(move |_| {
            own.track();
            all.track();
            if !editor.saving.get_untracked() {
                editor.load();
            }
        });
        editor
    }

    /// The revision, once it is here.
    #[must_use]
    pub fn bom(&self) -> Option<BomView> {
        self.view.get().and_then(Result::ok)
    }

    /// Whether its lines can be changed.
    #[must_use]
    pub fn is_editable(&self) -> bool {
        session::may_call::<UpdateBom>()
            && self.view.with(|view| matches!(view, Some(Ok(bom)) if bom.state == BomState::Draft))
    }

    /// Reads everything again.
    pub fn load(self) {
        spawn_local(async move {
            let answer = api::get::<GetBom>(&IdPath { id: self.id }, &Empty {}).await;
            if self.is_gone() {
                return;
            }
            let bom = answer.as_ref().ok().cloned();
            let shown = self.view.with_untracked(|view| view.as_ref()?.as_ref().ok().map(|bom| bom.version));
            // A change has overtaken this answer.
            if bom.as_ref().zip(shown).is_some_and(|(read, shown)| read.version < shown) {
                return;
            }
            self.view.set(Some(answer));
            if let Some(bom) = bom {
                self.load_costs();
                self.load_operations(&bom);
                self.load_before(&bom);
                self.load_variants(&bom);
            }
        });
    }

    /// Whether the page was left while something was on its way.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        self.view.is_disposed()
    }

    /// Shows a revision that the server has just answered with.
    pub fn show(self, bom: BomView) {
        if self.is_gone() {
            return;
        }
        self.load_operations(&bom);
        self.view.set(Some(Ok(bom)));
        self.load_costs();
    }

    /// The revision's id.
    #[must_use]
    pub const fn id(&self) -> BomId {
        self.id
    }

    /// Changes the lines and saves them; waits for a save that is still on its way.
    pub fn change(self, change: impl FnOnce(&mut Vec<BomLineInput>) + 'static) {
        spawn_local(async move {
            self.changed(change).await;
        });
    }

    /// The same, and gives the lines as they were before, once the change is saved; none when it is not.
    pub async fn changed(self, change: impl FnOnce(&mut Vec<BomLineInput>)) -> Option<Vec<BomLineInput>> {
        self.saved().await;
        let bom = self.now().await?;
        let before = bom.lines.iter().map(BomLineInput::from).collect::<Vec<_>>();
        let mut lines = before.clone();
        change(&mut lines);
        self.save(json!({ "lines": lines }), bom.version).await.then_some(before)
    }

    /// Changes the by-products and saves them, in the same way.
    pub fn change_by_products(self, change: impl FnOnce(&mut Vec<BomByProductInput>) + 'static) {
        spawn_local(async move {
            self.saved().await;
            let Some(bom) = self.now().await else { return };
            let mut all = bom.by_products.iter().map(by_products::input).collect::<Vec<_>>();
            change(&mut all);
            self.save(json!({ "by_products": all }), bom.version).await;
        });
    }

    /// The revision as it is; read anew when its page was left, for what is undone only then.
    async fn now(self) -> Option<BomView> {
        match self.view.try_get_untracked() {
            Some(shown) => shown.and_then(Result::ok),
            None => {
                let read = api::get::<GetBom>(&IdPath { id: self.id }, &Empty {}).await;
                read.inspect_err(toast::failed).ok()
            }
        }
    }

    /// Waits for a save that is still on its way.
    async fn saved(self) {
        while self.saving.try_get_untracked() == Some(true) {
            gloo_timers::future::TimeoutFuture::new(TURN_MS).await;
        }
    }

    /// Whether it was saved.
    async fn save(self, body: Value, version: i64) -> bool {
        self.saving.try_set(true);
        let answer = api::call::<UpdateBom>()(json!({ "id": self.id }), Some(version), body).await;
        self.saving.try_set(false);
        match answer.and_then(|view| {
            crate::json::read::<BomView>(view).map_err(|error| api::Failure::Unreadable(error.to_string()))
        }) {
            Ok(bom) => {
                self.saved_at.try_set(Some(format::time_of(format::now())));
                self.show(bom);
                true
            }
            Err(failure) => {
                toast::failed(&failure);
                if !self.is_gone() {
                    self.load();
                }
                false
            }
        }
    }

    /// Leads to a cell, wherever it is: unfolds the lines, and shows those of all variants when its own is hidden.
    pub fn seek(self, place: usize, part: Part) {
        let line = self.bom().and_then(|bom| bom.lines.get(place).cloned());
        let is_hidden = line.zip(self.shown_values()).is_some_and(|(line, values)| !belongs_to(&line, &values));
        if is_hidden {
            self.show_as(None);
        }
        self.folded.update(|folded| folded.retain(|key| key != ROOT));
        self.sought.set(Some((place, part)));
    }

    /// Shows lines and costs as one variant has them, or the lines of all.
    pub fn show_as(self, variant: Option<ProductId>) {
        self.shown_as.set(variant);
        self.load_costs();
        if let Some(bom) = self.bom() {
            self.load_before(&bom);
        }
    }

    /// The values of the variant that is shown.
    #[must_use]
    pub fn shown_values(&self) -> Option<Vec<AttributeValueId>> {
        let shown = self.shown_as.get()?;
        self.variants.with(|all| all.iter().find(|one| one.product_id == Some(shown)).map(|one| one.value_ids.clone()))
    }

    fn load_variants(self, bom: &BomView) {
        if !bom.is_template {
            self.variants.set(Vec::new());
            return;
        }
        let id = bom.product_id;
        spawn_local(async move {
            if let Ok(view) = api::get::<GetVariants>(&IdPath { id }, &Empty {}).await {
                self.variants.try_set(view.variants);
            }
        });
    }

    /// What is asked of the roll-up; nothing of a template as long as nobody says which of its variants is meant.
    fn cost_query(self) -> Option<CostRollUpQuery> {
        let is_template = self.view.with_untracked(|view| matches!(view, Some(Ok(bom)) if bom.is_template));
        let variant_id = self.shown_as.get_untracked().filter(|_| is_template);
        (session::may_call::<RollUpBomCost>() && (variant_id.is_some() || !is_template))
            .then_some(CostRollUpQuery { quantity: None, variant_id })
    }

    fn load_costs(self) {
        let Some(query) = self.cost_query() else {
            self.costs.set(None);
            return;
        };
        spawn_local(async move {
            let costs = api::get::<RollUpBomCost>(&IdPath { id: self.id }, &query).await;
            // Somebody may have chosen another variant meanwhile.
            if self.shown_as.try_get_untracked() == Some(query.variant_id) || query.variant_id.is_none() {
                self.costs.try_set(costs.ok());
            }
        });
    }

    fn load_operations(self, bom: &BomView) {
        let Some(id) = bom.routing_id else {
            self.operations.set(Vec::new());
            return;
        };
        spawn_local(async move {
            if let Ok(routing) = api::get::<GetRouting>(&IdPath { id }, &Empty {}).await {
                let all =
                    routing.operations.into_iter().map(|operation| (operation.sequence, operation.name)).collect();
                self.operations.try_set(all);
            }
        });
    }

    fn load_before(self, bom: &BomView) {
        let own = bom.revision;
        let before = bom.revisions.iter().filter(|other| other.revision < own).max_by_key(|other| other.revision);
        let Some(id) = before.map(|before| before.id) else { return };
        spawn_local(async move {
            let before = api::get::<GetBom>(&IdPath { id }, &Empty {}).await;
            if self.is_gone() {
                return;
            }
            if let Ok(before) = before {
                self.before.set(Some(before));
            }
            match self.cost_query() {
                Some(query) => {
                    let costs = api::get::<RollUpBomCost>(&IdPath { id }, &query).await;
                    self.before_costs.try_set(costs.ok());
                }
                None => drop(self.before_costs.try_set(None)),
            }
        });
    }
}

/// The cell to the right, or the first one of the next line; none behind the last.
#[must_use]
pub fn cell_after(line: usize, part: Part, lines: usize) -> Option<(usize, Part)> {
    let at = Part::ALL.iter().position(|other| *other == part)?;
    match Part::ALL.get(at + 1) {
        Some(next) => Some((line, *next)),
        None => (line + 1 < lines).then_some((line + 1, Part::Quantity)),
    }
}

/// The cell to the left, or the last one of the line before; none before the first.
#[must_use]
pub fn cell_before(line: usize, part: Part) -> Option<(usize, Part)> {
    let at = Part::ALL.iter().position(|other| *other == part)?;
    match at.checked_sub(1).and_then(|at| Part::ALL.get(at)) {
        Some(before) => Some((line, *before)),
        None => line.checked_sub(1).map(|line| (line, Part::Loss)),
    }
}

/// The cell that an arrow key leads to from one that is not open.
#[must_use]
pub fn cell_beside(line: usize, part: Part, lines: usize, key: &str) -> Option<(usize, Part)> {
    match key {
        "ArrowRight" => cell_after(line, part, lines).filter(|(other, _)| *other == line),
        "ArrowLeft" => cell_before(line, part).filter(|(other, _)| *other == line),
        "ArrowDown" => (line + 1 < lines).then_some((line + 1, part)),
        "ArrowUp" => line.checked_sub(1).map(|line| (line, part)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shift_tab_walks_back_and_arrows_lead_to_the_cells_beside() {
        assert_eq!(cell_before(1, Part::Quantity), Some((0, Part::Loss)));
        assert_eq!(cell_before(0, Part::Unit), Some((0, Part::Quantity)));
        assert_eq!(cell_before(0, Part::Quantity), None);
        assert_eq!(cell_beside(0, Part::Unit, 2, "ArrowDown"), Some((1, Part::Unit)));
        assert_eq!(cell_beside(0, Part::Unit, 2, "ArrowLeft"), Some((0, Part::Quantity)));
        for (line, part, key) in
            [(1, Part::Unit, "ArrowDown"), (0, Part::Unit, "ArrowUp"), (0, Part::Loss, "ArrowRight")]
        {
            assert_eq!(cell_beside(line, part, 2, key), None);
        }
    }

    #[test]
    fn tab_walks_through_a_line_and_on_to_the_next() {
        assert_eq!(cell_after(0, Part::Quantity, 2), Some((0, Part::Unit)));
        assert_eq!(cell_after(0, Part::Loss, 2), Some((1, Part::Quantity)));
        assert_eq!(cell_after(1, Part::Loss, 2), None);
    }
}
