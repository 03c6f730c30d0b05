//! Master data as files: every kind of record has a table of which each column is a field of its body, so that what is
//! written out can be read in again and changes nothing.
//!
//! [`columns`] asks a body what it is made of, [`cells`] turns values into texts and back, [`sheet`] reads and writes
//! CSV and XLSX, [`layout`] finds the columns in a file; none of them knows a noun. [`kinds`] says what is particular to each noun, [`export`] and
//! [`import`] do the work, [`progress`] tells how far it is, [`command`] is the command line.

pub mod cells;
pub mod columns;
pub mod command;
pub mod export;
pub mod import;
pub mod kinds;
pub mod layout;
pub mod progress;
pub mod sheet;
mod stock_counts;
mod suppliers;

use base64::Engine;
use mrp_api::access::Permission;
use mrp_api::data_files::{
    DATA_FILE_BYTES_MAX, DataFileFormat, DataFileView, ExportDataFile, GetDataImportProgress, ImportDataFile,
};
use mrp_api::detail as say;
use mrp_api::error as codes;
use uuid::Uuid;

use crate::data_files::export::Which;
use crate::data_files::import::How;
use crate::data_files::sheet::Sheet;
use crate::error::ApiError;
use crate::mount::Mount;

/// `/data-files` and `/data-imports`.
pub fn mount(config: &mut actix_web::web::ServiceConfig) {
    config
        .endpoint::<ExportDataFile, _, _>(|granted, path, query, _| async move {
            let format = query.format.unwrap_or(DataFileFormat::Csv);
            let may = |permission| granted.may(permission);
            let mut connection = granted.connection().await?;
            let which = match (query.template, &query.of) {
                (Some(true), _) => Which::None,
                (_, Some(of)) => Which::Shown(of),
                (_, None) => Which::All,
            };
            let (file, count) = kinds::export(path.kind, &mut connection, &may, format, which).await?;
            granted.reply(DataFileView {
                record_count: u64::try_from(count).ok(),
                file_name: format!("{}.{format}", path.kind),
                media_type: sheet::media_type(format).to_owned(),
                content_base64: base64::engine::general_purpose::STANDARD.encode(file),
            })
        })
        .endpoint::<ImportDataFile, _, _>(|granted, path, _, input| async move {
            // An import that nobody asks for is noted under an id that nobody knows.
            let id = input.progress_id.unwrap_or_else(Uuid::now_v7);
            let running = granted.app.imports.begin(granted.caller()?.id.uuid(), id);
            let (dry_run, skip_bad) = (input.dry_run, input.skip_bad);
            let sheet = tokio::task::spawn_blocking(move || Sheet::open(&bytes_of(&input.content_base64)?));
            let sheet = sheet.await.unwrap_or_else(|_| Err(ApiError::plain(&codes::INTERNAL)))?;
            let may = |permission: Permission| granted.may(permission);
            let how = How { dry_run, skip_bad, progress: &running.progress };
            granted.write(async |tx| kinds::import(path.kind, tx, &may, &sheet, how).await).await
        })
        .endpoint::<GetDataImportProgress, _, _>(|granted, path, _, _| async move {
            let found = granted.app.imports.find(granted.caller()?.id.uuid(), path.id);
            granted.reply(found.ok_or_else(|| ApiError::plain(&codes::NOT_FOUND))?)
        });
}

fn bytes_of(content: &str) -> Result<Vec<u8>, ApiError> {
    let bytes = base64::engine::general_purpose::STANDARD
        .decode(content)
        .map_err(|error| ApiError::new(&codes::FILE_UNREADABLE, say::for_callers(format!("not base64: {error}"))))?;
    if bytes.len() > DATA_FILE_BYTES_MAX {
        let detail = say::FILE_TOO_LARGE.with("found", bytes.len()).with("most", DATA_FILE_BYTES_MAX);
        return Err(ApiError::new(&codes::BODY_TOO_LARGE, detail));
    }
    Ok(bytes)
}
