//! What a report consumes, component by component: proposed, or as somebody typed it; of tracked components also the lots.

use leptos::prelude::*;
use leptos::web_sys::{Event, KeyboardEvent};
use mrp_api::work_orders::{ConsumptionInput, ConsumptionProposal, UsableLotView};
use mrp_domain::ids::MaterialLineId;
use mrp_domain::lot::from_first;
use mrp_domain::product::Tracking;
use rust_decimal::Decimal;

use crate::format;
use crate::i18n::text::work_orders as t;
use crate::pages::papers::day;
use crate::ui::button::{Button, Look};
use crate::ui::field_view::focus_on;

/// One component.
#[derive(Clone, Copy)]
pub struct Use {
    proposal: StoredValue<ConsumptionProposal>,
    /// How much somebody typed; none: as proposed.
    typed: RwSignal<Option<String>>,
    /// The lots that are used; filled from the plan until somebody changes one.
    lots: RwSignal<Vec<LotUse>>,
    are_typed: RwSignal<bool>,
    /// Which share of the proposal belongs to the pieces that are reported.
    share: Signal<Decimal>,
}

/// So much of a lot.
#[derive(Clone, Copy)]
struct LotUse {
    key: usize,
    number: RwSignal<String>,
    quantity: RwSignal<String>,
}

impl LotUse {
    fn new(key: usize, number: &str, quantity: &str) -> Self {
        Self { key, number: RwSignal::new(number.to_owned()), quantity: RwSignal::new(quantity.to_owned()) }
    }

    fn amount(self) -> Decimal {
        format::parse_number(&self.quantity.get()).unwrap_or_default()
    }
}

impl Use {
    /// As it is proposed.
    #[must_use]
    pub fn of(proposal: ConsumptionProposal, share: Signal<Decimal>) -> Self {
        let proposal = StoredValue::new(proposal);
        let one = Self {
            proposal,
            typed: RwSignal::new(None),
            lots: RwSignal::new(Vec::new()),
            are_typed: RwSignal::new(false),
            share,
        };
        // What is planned outlives this plan: typed lots are kept when it is not made anew.
        let owner = Owner::current().unwrap_or_default();
        Effect::new(move |_| {
            let quantity = one.quantity();
            if one.is_tracked() && !one.are_typed.get() {
                let planned = one.proposal.with_value(|proposal| plan(&proposal.lots, quantity));
                let lot = |(planned, key): (&(String, Decimal), usize)| {
                    LotUse::new(key, &planned.0, &format::number(planned.1))
                };
                let planned = owner.with(|| planned.iter().zip(one.next_key()..).map(lot).collect());
                one.lots.set(planned);
            }
        });
        one
    }

    fn is_tracked(self) -> bool {
        self.proposal.with_value(|proposal| proposal.tracking != Tracking::None)
    }

    fn is_serial(self) -> bool {
        self.proposal.with_value(|proposal| proposal.tracking == Tracking::Serial)
    }

    /// How much of the component, before anybody names lots.
    fn quantity(self) -> Decimal {
        let typed = self.typed.get().and_then(|typed| format::parse_number(&typed));
        let share = self.share.get();
        typed.unwrap_or_else(|| {
            self.proposal.with_value(|proposal| proposed(proposal.quantity, share, proposal.unit_step))
        })
    }

    /// What of the lots that are named makes together.
    fn of_lots(self) -> Decimal {
        self.lots.get().into_iter().map(LotUse::amount).sum()
    }

    /// One more lot, for what is still missing, and there the next scan goes.
    fn add_lot(self) {
        self.are_typed.set(true);
        let missing = (self.quantity() - self.of_lots()).max(Decimal::ZERO);
        let missing = if self.is_serial() { Decimal::ONE } else { missing };
        let quantity = if missing.is_zero() { String::new() } else { format::number(missing) };
        let key = self.next_key();
        self.lots.update(|lots| lots.push(LotUse::new(key, "", &quantity)));
        let id = self.lot_id(key);
        request_animation_frame(move || focus_on(&id));
    }

    /// No row that is removed and made again is taken for the old one.
    fn next_key(self) -> usize {
        self.lots.with_untracked(|lots| lots.iter().map(|lot| lot.key + 1).max().unwrap_or_default())
    }

    fn lot_id(self, key: usize) -> String {
        format!("lot-{}-{key}", self.proposal.with_value(|proposal| proposal.line_id))
    }
}

/// So much of each lot, in the order in which they are used.
fn plan(lots: &[UsableLotView], quantity: Decimal) -> Vec<(String, Decimal)> {
    let available = lots.iter().map(|lot| lot.quantity).collect::<Vec<_>>();
    let taken = lots.iter().zip(from_first(quantity, &available));
    taken.filter(|(_, taken)| !taken.is_zero()).map(|(lot, taken)| (lot.lot_number.clone(), taken)).collect()
}

/// Which share of the proposals belongs to this many pieces; they are made for `basis` pieces.
#[must_use]
pub fn scale(pieces: Decimal, basis: Decimal) -> Decimal {
    pieces.checked_div(basis).unwrap_or(Decimal::ONE)
}

/// A share of a proposal as stock is counted: up to the next step.
fn proposed(quantity: Decimal, share: Decimal, step: Decimal) -> Decimal {
    let exact = quantity.checked_mul(share).unwrap_or(quantity).round_dp(6);
    let steps = exact.checked_div(step).map(|steps| steps.ceil());
    steps.and_then(|steps| steps.checked_mul(step)).unwrap_or(exact).normalize()
}

/// What to send: nothing while nobody has corrected anything, so that the order's own rule and rounding hold.
#[must_use]
pub fn corrected(uses: &[Use]) -> Option<Vec<ConsumptionInput>> {
    let is_corrected = uses.iter().any(|one| one.typed.with(Option::is_some) || one.are_typed.get());
    is_corrected.then(|| uses.iter().copied().flat_map(inputs).collect())
}

fn inputs(one: Use) -> Vec<ConsumptionInput> {
    let line_id = one.proposal.with_value(|proposal| proposal.line_id);
    if !one.are_typed.get() {
        return vec![ConsumptionInput { line_id, quantity: one.quantity(), lot_numbers: None }];
    }
    let named = one.lots.get().into_iter().map(|lot| (lot.number.get().trim().to_owned(), lot.amount()));
    inputs_of(line_id, one.is_serial(), named.filter(|(_, quantity)| !quantity.is_zero()).collect())
}

/// Serial numbers are one amount; each lot is its own.
fn inputs_of(line_id: MaterialLineId, is_serial: bool, named: Vec<(String, Decimal)>) -> Vec<ConsumptionInput> {
    let input = |quantity: Decimal, numbers: String| ConsumptionInput {
        line_id,
        quantity,
        lot_numbers: Some(numbers).filter(|numbers| !numbers.is_empty()),
    };
    if is_serial {
        let numbers = named.into_iter().map(|(number, _)| number).filter(|number| !number.is_empty());
        let numbers = numbers.collect::<Vec<_>>();
        return vec![input(Decimal::from(numbers.len()), numbers.join(", "))];
    }
    named.into_iter().map(|(number, quantity)| input(quantity, number)).collect()
}

/// The rows of one component.
pub fn use_rows(one: Use) -> impl IntoView {
    let (name, unit) = one.proposal.with_value(|proposal| (proposal.product_name.clone(), proposal.unit_code.clone()));
    let shown = move || match (one.typed.get(), one.are_typed.get()) {
        (_, true) => format::number(one.of_lots()),
        (Some(typed), false) => typed,
        (None, false) => format::number(one.quantity()),
    };
    // Whoever says how much has the lots planned anew.
    let on_input = move |event: Event| {
        one.typed.set(Some(event_target_value(&event)));
        one.are_typed.set(false);
    };
    let lots = one.is_tracked().then(|| lot_rows(one, &name));
    view! {
        <tbody>
            <tr>
                <td>{name.clone()}</td>
                <td class="editable number use-amount">
                    <input type="text" inputmode="decimal" aria-label=name prop:value=shown on:input=on_input/>
                </td>
                <td class="muted use-unit">{unit}</td>
            </tr>
            {lots}
        </tbody>
    }
}

/// The lots of one component: as planned, and changed by typing or scanning.
fn lot_rows(one: Use, name: &str) -> impl IntoView + use<> {
    let list = format!("lots-{}", one.proposal.with_value(|proposal| proposal.line_id));
    let options = one.proposal.with_value(|proposal| {
        let option = |lot: &UsableLotView| {
            let there = format!("{} {}", format::number(lot.quantity), proposal.unit_code);
            let until = day(&lot.expires_on).map(|day| t::usable_until(&day));
            let label = [Some(there), until].into_iter().flatten().collect::<Vec<_>>().join(", ");
            view! { <option value=lot.lot_number.clone()>{label}</option> }
        };
        proposal.lots.iter().map(option).collect_view()
    });
    let (lots, is_serial) = (one.lots, one.is_serial());
    let (name, named) = (name.to_owned(), list.clone());
    let rows = move |lot: LotUse| lot_row(one, lot, &name, named.clone(), is_serial);
    let label = if is_serial { t::add_serial() } else { t::add_lot() };
    view! {
        <For each=move || lots.get() key=|lot| lot.key children=rows/>
        <tr class="use-lot">
            <td colspan="3">
                <datalist id=list>{options}</datalist>
                <Button label small=true look=Look::Ghost icon="plus" on_press=move |()| one.add_lot()/>
            </td>
        </tr>
    }
}

fn lot_row(one: Use, lot: LotUse, name: &str, list: String, is_serial: bool) -> impl IntoView + use<> {
    let id = one.lot_id(lot.key);
    let label = if is_serial { t::serial_of(name) } else { t::lot_of(name) };
    let amount_label = t::amount_of_lot(name);
    let are_typed = one.are_typed;
    let number = move |event: Event| {
        are_typed.set(true);
        lot.number.set(event_target_value(&event));
    };
    let quantity = move |event: Event| {
        are_typed.set(true);
        lot.quantity.set(event_target_value(&event));
    };
    // A scanner ends with Enter: the next lot, and no report.
    let on_key = move |event: KeyboardEvent| {
        if event.key() == "Enter" && !(event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            one.add_lot();
        }
    };
    let (lots, removed) = (one.lots, lot.key);
    let remove = move |()| {
        are_typed.set(true);
        lots.update(|lots| lots.retain(|lot| lot.key != removed));
    };
    let amount = (!is_serial).then(|| {
        view! { <input type="text" inputmode="decimal" aria-label=amount_label prop:value=move || lot.quantity.get() on:input=quantity/> }
    });
    view! {
        <tr class="use-lot">
            <td class="editable use-number">
                <input id=id type="text" autocomplete="off" list=list aria-label=label prop:value=move || lot.number.get() on:input=number on:keydown=on_key/>
            </td>
            <td class="editable number use-amount">{amount}</td>
            <td class="use-unit"><Button label=t::remove_lot() icon="close" icon_only=true small=true look=Look::Ghost on_press=remove/></td>
        </tr>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line() -> MaterialLineId {
        "0198a000-0000-7000-8000-000000000001".parse().unwrap()
    }

    #[test]
    fn a_part_of_the_pieces_takes_its_part_of_the_material() {
        let three_of_ten = scale(Decimal::from(3), Decimal::TEN);
        assert_eq!(proposed(Decimal::from(40), three_of_ten, Decimal::ONE), Decimal::from(12));
        assert_eq!(proposed(Decimal::from(41), three_of_ten, Decimal::ONE), Decimal::from(13));
        let third = scale(Decimal::ONE, Decimal::from(3));
        assert_eq!(proposed(Decimal::from(3), third, Decimal::ONE), Decimal::ONE);
        assert_eq!(scale(Decimal::from(3), Decimal::ZERO), Decimal::ONE);
    }

    #[test]
    fn an_uncorrected_proposal_is_left_to_the_server() {
        let proposal = ConsumptionProposal {
            line_id: line(),
            product_name: "Paint".to_owned(),
            quantity: Decimal::from(3),
            unit_code: "kg".to_owned(),
            unit_step: Decimal::new(1, 3),
            tracking: Tracking::None,
            lots: Vec::new(),
        };
        let one = Use {
            proposal: StoredValue::new(proposal),
            typed: RwSignal::new(None),
            lots: RwSignal::new(Vec::new()),
            are_typed: RwSignal::new(false),
            share: Signal::stored(Decimal::ONE),
        };
        assert!(corrected(std::slice::from_ref(&one)).is_none());
        one.typed.set(Some("2.5".to_owned()));
        let sent = corrected(&[one]).unwrap();
        assert_eq!(sent.first().map(|use_of| use_of.quantity), Some(Decimal::new(25, 1)));
    }

    #[test]
    fn lots_are_planned_in_their_order_and_sent_one_by_one() {
        let lot = |number: &str, quantity: i64| UsableLotView {
            lot_number: number.to_owned(),
            expires_on: None,
            quantity: Decimal::from(quantity),
        };
        let planned = plan(&[lot("SOON", 3), lot("LATE", 5), lot("LAST", 5)], Decimal::from(4));
        assert_eq!(planned, [("SOON".to_owned(), Decimal::from(3)), ("LATE".to_owned(), Decimal::ONE)]);
        let sent = inputs_of(line(), false, planned);
        let sent = sent.iter().map(|one| (one.quantity, one.lot_numbers.as_deref())).collect::<Vec<_>>();
        assert_eq!(sent, [(Decimal::from(3), Some("SOON")), (Decimal::ONE, Some("LATE"))]);
        let pieces = vec![("SN-1".to_owned(), Decimal::ONE), ("SN-2".to_owned(), Decimal::ONE)];
        let sent = inputs_of(line(), true, pieces);
        assert_eq!(sent.len(), 1);
        assert_eq!(sent[0].lot_numbers.as_deref(), Some("SN-1, SN-2"));
        assert_eq!(sent[0].quantity, Decimal::from(2));
    }
}
