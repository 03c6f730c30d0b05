//! The label of a lot or a product, to print: a section beside it.

use leptos::prelude::*;
use mrp_api::data_files::DataFileView;
use mrp_api::endpoint::IdPath;
use mrp_api::labels::{GetLotLabel, GetProductLabel, LabelFormat, LabelQuery};
use mrp_domain::ids::{LotId, ProductId};

use crate::api::{self, Pending};
use crate::i18n::text::labels as t;
use crate::ui::button::Button;
use crate::ui::file;
use crate::ui::page::RailSection;

/// Whose label.
#[derive(Clone, Copy)]
pub enum Labelled {
    /// A lot's.
    Lot(LotId),
    /// A product's.
    Product(ProductId),
}

impl Labelled {
    fn ask(self, format: LabelFormat) -> Pending<DataFileView> {
        let query = LabelQuery { format: Some(format), copies: None };
        match self {
            Self::Lot(id) => Box::pin(async move { api::get::<GetLotLabel>(&IdPath { id }, &query).await }),
            Self::Product(id) => Box::pin(async move { api::get::<GetProductLabel>(&IdPath { id }, &query).await }),
        }
    }
}

/// The section.
#[component]
pub fn LabelSection(
    /// Whose.
    of: Labelled,
) -> impl IntoView {
    let save = move |format| file::fetch(of.ask(format));
    view! {
        <RailSection title=t::title()>
            <Button label=t::pdf() icon="print" on_press=move |()| save(LabelFormat::Pdf)/>
            <Button label=t::zpl() icon="print" on_press=move |()| save(LabelFormat::Zpl)/>
        </RailSection>
    }
}
