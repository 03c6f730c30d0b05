//! Master data as files: one table for each kind of record, out of the system and back into it.

use mrp_domain::vocabulary;

use crate::access::{Access, Permission};

/// Largest file that an import takes, in bytes; the command line takes larger ones.
pub const DATA_FILE_BYTES_MAX: usize = 5 * 1024 * 1024;

/// Most problems that a report lists; more are counted.
pub const PROBLEMS_LISTED_MAX: usize = 500;

vocabulary! {
    /// What a file holds.
    pub enum DataFileKind {
        /// Unit categories, told apart by name.
        UnitCategories = "unit-categories",
        /// Units, told apart by code.
        Units = "units",
        /// Work schedules with their shifts, told apart by name.
        WorkSchedules = "work-schedules",
        /// Holidays and shutdowns, told apart by first day, reason and work center.
        ShopClosures = "shop-closures",
        /// Work centers, told apart by code.
        WorkCenters = "work-centers",
        /// Attributes with their values, told apart by code.
        Attributes = "attributes",
        /// Products, told apart by code.
        Products = "products",
        /// Routings with their operations, told apart by code.
        Routings = "routings",
        /// Bills of materials with their lines, told apart by code; of several revisions the newest.
        Boms = "boms",
        /// Warehouses, told apart by code.
        Warehouses = "warehouses",
        /// Loss reasons, told apart by code.
        LossReasons = "loss-reasons",
        /// Suppliers, told apart by code.
        Suppliers = "suppliers",
        /// What suppliers sell products for, told apart by product, supplier, quantity and first day.
        SupplierPrices = "supplier-prices",
        /// What lies where, told apart by product and warehouse: a count sheet out, what was counted in.
        Stock = "stock",
    }
}

vocabulary! {
    /// How a file is written.
    pub enum DataFileFormat {
        /// Text, cells split by commas, UTF-8 with a byte order mark.
        Csv = "csv",
        /// A workbook.
        Xlsx = "xlsx",
    }
}

dto! {
    /// Which kind of file.
    pub struct DataFilePath {
        /// What the file holds.
        pub kind: DataFileKind,
    }

    /// How to write a file.
    #[derive(Default)]
    pub struct ExportQuery {
        /// CSV when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub format: Option<DataFileFormat>,
        /// Only the header, to be filled in.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub template: Option<bool>,
        /// Only the records that their list shows with these parameters, e.g. `q=steel&active=true`; all when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub of: Option<String>,
    }

    /// A written file.
    pub struct DataFileView {
        /// How many records it holds, if it holds records.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub record_count: Option<u64>,
        /// A name for it.
        pub file_name: String,
        /// Its media type.
        pub media_type: String,
        /// Its bytes, in base64.
        pub content_base64: String,
    }

    /// A file to read.
    pub struct DataImportInput {
        /// Its bytes, in base64: CSV in any usual dialect and encoding, or XLSX.
        pub content_base64: String,
        /// Only say what would happen.
        #[serde(default)]
        pub dry_run: bool,
        /// Write the good records although others are not; otherwise all of them are written, or none.
        #[serde(default)]
        pub skip_bad: bool,
        /// A new id by which the caller asks how far it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub progress_id: Option<uuid::Uuid>,
    }

    /// An import that is running.
    pub struct DataImportPath {
        /// The id that the caller gave it.
        pub id: uuid::Uuid,
    }

    /// How far an import is.
    pub struct DataImportProgress {
        /// The row that it is at, counted as an editor does.
        pub row: u64,
        /// The last row.
        pub last_row: u64,
    }

    /// What an import did, or would do.
    #[derive(Default)]
    pub struct DataImportReport {
        /// Rows behind the header that are not empty.
        pub row_count: u64,
        /// New records.
        pub created: u64,
        /// Records that became different.
        pub updated: u64,
        /// Records that the file describes as they are.
        pub unchanged: u64,
        /// Records with problems.
        pub refused: u64,
        /// The problems, in the order of the file; at most 500.
        pub problems: Vec<DataProblem>,
        /// How many more there are.
        pub problems_left_out: u64,
        /// Whether the records without problems can be written: none has one, or they may be skipped.
        pub is_importable: bool,
        /// Whether anything was written.
        pub is_written: bool,
    }

    /// What is wrong in a file.
    pub struct DataProblem {
        /// The row, counted as an editor does.
        pub row: u64,
        /// The column's header; absent: the record as a whole.
        pub column: Option<String>,
        /// One of the error codes.
        pub code: String,
        /// What is wrong, in English.
        pub detail: String,
        /// The sentence of that detail, for other languages.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub detail_code: Option<String>,
        /// The facts in it.
        #[serde(default, skip_serializing_if = "serde_json::Map::is_empty")]
        pub params: serde_json::Map<String, serde_json::Value>,
    }
}
wire!(DataFilePath, ExportQuery, DataFileView, DataImportInput, DataImportPath, DataImportProgress, DataImportReport);

endpoints! {
    /// Writes all records of a kind into a file, or those that a list shows, or the header alone. Costs are left out without `cost.read`.
    ExportDataFile: Get "/data-files/{kind}", Access::Needs(Permission::MasterDataRead),
        { path: DataFilePath, query: ExportQuery, reply: DataFileView };
    /// Creates and changes records from a file. Needs the permission to change that kind of record, too.
    ImportDataFile: Post "/data-files/{kind}", Access::Needs(Permission::DataImport),
        { path: DataFilePath, body: DataImportInput, reply: DataImportReport };
    /// How far an import of the caller's is, on the server that is asked; `not_found` when it is over.
    GetDataImportProgress: Get "/data-imports/{id}", Access::Needs(Permission::DataImport),
        { path: DataImportPath, reply: DataImportProgress };
}
