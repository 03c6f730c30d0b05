//! The label of a lot or a product, to print: a section beside it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use mrp_api::data_files::DataFileView;
use mrp_api::endpoint::IdPath;
use mrp_api::labels::{GetLotLabel, GetProductLabel, LabelFormat, LabelQuery};
use mrp_domain::ids::{LotId, ProductId};

use crate::api::{self, Pending};
use crate::i18n::text::labels as t;
use crate::ui::button::Button;
use crate::ui::page::RailSection;
use crate::ui::{file, toast};

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
    let save = move |format: LabelFormat| {
        spawn_local(async move {
            match of.ask(format).await {
                Ok(written) => drop(file::save(&written.file_name, &written.media_type, &written.content_base64)),
                Err(failure) => toast::failed(&failure),
            }
        });
    };
    view! {
        <RailSection title=t::title()>
            <Button label=t::pdf() icon="print" on_press=move |()| save(LabelFormat::Pdf)/>
            <Button label=t::zpl() icon="print" on_press=move |()| save(LabelFormat::Zpl)/>
        </RailSection>
    }
}
