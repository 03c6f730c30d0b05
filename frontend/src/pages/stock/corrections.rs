//! Two questions beside the list of stock: what was thrown away and why, and what was counted.

use leptos::prelude::*;
use mrp_api::endpoint::{Empty, Endpoint};
use mrp_api::stock_corrections::{CountStock, ScrapStock, StockCorrectionView};
use serde_json::Value;

use crate::api::{self, Failure, Pending};
use crate::i18n::text::{self, lots as l, stock as t};
use crate::pages::products;
use crate::pages::setting::{loss_reasons, warehouses};
use crate::ui::ask::{Ask, Asks};
use crate::ui::button::Button;
use crate::ui::field::Field;
use crate::ui::toast;
use crate::{format, session};

/// The buttons, and the question that one of them puts.
#[must_use]
pub fn buttons() -> AnyView {
    let ask = RwSignal::new(None::<Ask>);
    let reason = (!session::may_call::<ScrapStock>()).then(|| text::form::no_permission().to_owned());
    view! {
        <Button label=t::count() reason=Signal::stored(reason.clone()) on_press=move |()| ask.set(Some(count()))/>
        <Button label=t::scrap() reason=Signal::stored(reason) on_press=move |()| ask.set(Some(scrap()))/>
        <Asks ask/>
    }
    .into_any()
}

fn scrap() -> Ask {
    let ask = Ask::new(t::scrap_title(), t::scrap(), answers::<ScrapStock>).hint(t::scrap_hint()).danger();
    scrap_fields().into_iter().fold(ask, Ask::field)
}

fn count() -> Ask {
    let ask = Ask::new(t::count_title(), t::count(), answers::<CountStock>).hint(t::count_hint());
    count_fields().into_iter().fold(ask, Ask::field)
}

fn goods() -> [Field; 2] {
    [
        Field::record("product_id", t::product(), products::picker()).required().span(12),
        Field::record("warehouse_id", t::warehouse(), warehouses::picker()).required().span(6),
    ]
}

fn lot() -> Field {
    Field::text("lot_number", l::lot(), 64).nullable().hint(l::lot_hint()).span(6)
}

fn scrap_fields() -> Vec<Field> {
    let quantity = Field::number("quantity", t::quantity()).above(0).required().span(6);
    let reason = Field::record("reason_id", t::reason(), loss_reasons::scrap_picker()).span(12);
    let words = Field::text("reason", t::note(), 500).hint(t::scrap_note_hint()).span(12);
    goods().into_iter().chain([lot(), quantity, reason, words]).collect()
}

fn count_fields() -> Vec<Field> {
    let counted = Field::number("qty_counted", t::counted()).min(0).required().span(6);
    let note = Field::text("note", t::note(), 500).span(12);
    let expires = Field::date("expires_on", l::expires_on()).nullable().span(6);
    goods().into_iter().chain([lot(), counted, expires, note]).collect()
}

fn answers<E>(body: Value) -> Pending<()>
where
    E: Endpoint<Path = Empty, Reply = StockCorrectionView>,
{
    Box::pin(async move {
        let body = serde_json::from_value(body).map_err(|error| Failure::Unreadable(error.to_string()))?;
        let view = api::send::<E>(&Empty {}, None, &body).await?;
        let on_hand = format!("{} {}", format::number(view.qty_on_hand), view.unit_code);
        toast::done(t::corrected(&view.product_name, &on_hand));
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use mrp_api::stock_corrections::{CountInput, ScrapInput};

    use super::*;
    use crate::ui::form::assert_fits;

    const SOME: &str = "0192d3c4-0000-7000-8000-000000000001";

    #[test]
    fn the_questions_ask_what_the_api_takes() {
        let goods = [("product_id", SOME), ("warehouse_id", SOME)];
        let scrapped = [goods[0], goods[1], ("quantity", "2"), ("reason", "Broken")];
        assert_fits::<ScrapInput>(&scrap_fields(), &scrapped);
        let chosen = [goods[0], goods[1], ("quantity", "2"), ("reason_id", SOME)];
        assert_fits::<ScrapInput>(&scrap_fields(), &chosen);
        let counted = [goods[0], goods[1], ("qty_counted", "0")];
        assert_fits::<CountInput>(&count_fields(), &counted);
    }
}
