//! Labels of lots and products: what stands on them, and the file.

mod pdf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mrp_api::data_files::DataFileView;
use mrp_api::detail as say;
use mrp_api::error as codes;
use mrp_api::labels::{GetLotLabel, GetProductLabel, LabelFormat, LabelQuery};
use mrp_domain::label::{Label, zpl};

use crate::error::{ApiError, Faults};
use crate::mount::Mount;
use crate::noun::Noun;
use crate::routes::lots::Lots;
use crate::routes::products::Products;

/// Most labels at once.
const COPIES_MAX: u32 = 500;

/// `/lots/{id}/label` and `/products/{id}/label`.
pub fn mount(config: &mut actix_web::web::ServiceConfig) {
    config
        .endpoint::<GetLotLabel, _, _>(|granted, path, query, _| async move {
            let lot = Lots::load(&mut *granted.connection().await?, path.id.uuid()).await?;
            let note = lot.expires_on.as_deref().unwrap_or_default();
            let label = Label {
                code: format!("L:{}", lot.number),
                title: lot.number,
                name: format!("{} {}", lot.product_code, lot.product_name),
                note: note.to_owned(),
            };
            granted.reply(file(&label, &query)?)
        })
        .endpoint::<GetProductLabel, _, _>(|granted, path, query, _| async move {
            let product = Products::load(&mut *granted.connection().await?, path.id.uuid()).await?;
            let label = Label {
                code: product.barcode.unwrap_or_else(|| product.code.clone()),
                title: product.code,
                name: product.name,
                note: String::new(),
            };
            granted.reply(file(&label, &query)?)
        });
}

fn file(label: &Label, query: &LabelQuery) -> Result<DataFileView, ApiError> {
    let copies = query.copies.unwrap_or(1);
    let mut faults = Faults::default();
    faults.require((1..=COPIES_MAX).contains(&copies), "/copies", say::BETWEEN.with("least", 1).with("most", 500));
    faults.check()?;
    let refused = |fault: mrp_domain::label::LabelFault| ApiError::new(&codes::VALUE_INVALID, fault);
    let format = query.format.unwrap_or(LabelFormat::Pdf);
    let (bytes, media_type) = match format {
        LabelFormat::Zpl => (zpl(label, copies).map_err(refused)?.into_bytes(), "application/zpl"),
        LabelFormat::Pdf => (pdf::labels(label, copies)?, "application/pdf"),
    };
    let name = label.title.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' });
    Ok(DataFileView {
        record_count: None,
        file_name: format!("label-{}.{format}", name.collect::<String>()),
        media_type: media_type.to_owned(),
        content_base64: STANDARD.encode(bytes),
    })
}
