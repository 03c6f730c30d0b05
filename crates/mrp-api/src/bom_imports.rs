//! Bills of materials from files: a dry run that tells every row's problem, and the import itself.

use mrp_domain::ids::{BomId, RoutingId};
use mrp_domain::vocabulary;
use rust_decimal::Decimal;

use crate::access::{Access, Permission};

/// Largest file, in bytes.
pub const IMPORT_BYTES_MAX: usize = 5 * 1024 * 1024;

vocabulary! {
    /// What a cell can mean.
    pub enum BomImportField {
        /// What is needed, by name or code.
        Component = "component",
        /// What is needed, by code.
        Code = "code",
        /// How much.
        Quantity = "quantity",
        /// The unit of that.
        Unit = "unit",
        /// Places on a board; counted when there is no quantity.
        Designator = "designator",
        /// An electronic part's value; with the footprint it names the part.
        Value = "value",
        /// An electronic part's housing.
        Footprint = "footprint",
        /// What gets lost, in percent.
        Loss = "loss",
        /// The operation that consumes it, by sequence; pasted rows may also name it.
        Operation = "operation",
        /// Whether it is needed once per order, in words: yes, no.
        Fixed = "fixed",
        /// What people should know.
        Note = "note",
    }
}

vocabulary! {
    /// What can be wrong with a row.
    pub enum BomImportProblemKind {
        /// The cell is empty or a dash.
        QuantityMissing = "quantity_missing",
        /// The cell holds something else.
        QuantityNotANumber = "quantity_not_a_number",
        /// Thousands or decimals: both readings are possible.
        QuantityAmbiguous = "quantity_ambiguous",
        /// Zero or less.
        QuantityNotPositive = "quantity_not_positive",
        /// Too large or too fine.
        QuantityOutOfRange = "quantity_out_of_range",
        /// `C1-C4`: nobody says how many that are.
        DesignatorRange = "designator_range",
        /// The same place on the board twice.
        DesignatorRepeated = "designator_repeated",
        /// Another number of places than the quantity says.
        DesignatorsDiffer = "designators_differ",
        /// Nothing names the component.
        ComponentMissing = "component_missing",
        /// The name is too long or has control characters.
        ComponentUnusable = "component_unusable",
        /// There is no such product.
        ComponentUnknown = "component_unknown",
        /// The name fits more than one product.
        ComponentAmbiguous = "component_ambiguous",
        /// The product would contain itself.
        ComponentIsProduct = "component_is_product",
        /// The product is not active.
        ComponentInactive = "component_inactive",
        /// The product is a template, and only its variants are used.
        ComponentIsTemplate = "component_is_template",
        /// Another row has the same component.
        ComponentRepeated = "component_repeated",
        /// There is no such unit.
        UnitUnknown = "unit_unknown",
        /// Nobody says in which unit a new product is kept.
        UnitMissing = "unit_missing",
        /// The unit measures something else than the product's.
        UnitCategoryDiffers = "unit_category_differs",
        /// The note speaks of a unit that nobody mapped.
        UnitInNote = "unit_in_note",
        /// A unit is mapped to a component that the file does not have.
        UnitMappingUnused = "unit_mapping_unused",
        /// The loss is not a percentage.
        LossUnusable = "loss_unusable",
        /// The operation is not a whole number.
        OperationUnusable = "operation_unusable",
        /// The routing has no such operation.
        OperationUnknown = "operation_unknown",
        /// Neither yes nor no.
        FixedUnusable = "fixed_unusable",
        /// The bill of materials has a line of this component already.
        ComponentInLines = "component_in_lines",
        /// More cells than headers: probably a delimiter inside a cell.
        TooManyCells = "too_many_cells",
        /// More lines than a bill of materials may have.
        TooManyLines = "too_many_lines",
        /// No row can be imported.
        NothingToImport = "nothing_to_import",
    }
}

impl BomImportProblemKind {
    /// Whether the row cannot be imported.
    #[must_use]
    pub const fn blocks(self) -> bool {
        match self {
            Self::QuantityMissing
            | Self::QuantityNotANumber
            | Self::QuantityAmbiguous
            | Self::QuantityNotPositive
            | Self::QuantityOutOfRange
            | Self::DesignatorRange
            | Self::ComponentMissing
            | Self::ComponentUnusable
            | Self::ComponentUnknown
            | Self::ComponentAmbiguous
            | Self::ComponentIsProduct
            | Self::ComponentInactive
            | Self::ComponentIsTemplate
            | Self::UnitUnknown
            | Self::UnitMissing
            | Self::UnitCategoryDiffers
            | Self::UnitMappingUnused
            | Self::LossUnusable
            | Self::OperationUnusable
            | Self::OperationUnknown
            | Self::FixedUnusable
            | Self::TooManyCells
            | Self::TooManyLines
            | Self::NothingToImport => true,
            Self::DesignatorRepeated
            | Self::DesignatorsDiffer
            | Self::ComponentRepeated
            | Self::ComponentInLines
            | Self::UnitInNote => false,
        }
    }
}

dto! {
    /// A file with a bill of materials, and how to read it.
    pub struct BomImportInput {
        /// The file's content as text; or send `content_base64`.
        pub text: Option<String>,
        /// The file's bytes in base64, for any encoding; or send `text`.
        pub content_base64: Option<String>,
        /// The encoding, e.g. `windows-1250`; absent: found out.
        pub encoding: Option<String>,
        /// The code of the product that is made.
        pub product_code: String,
        /// Its name, when it is created.
        pub product_name: Option<String>,
        /// The code of the bill of materials; absent: the next number.
        pub bom_code: Option<String>,
        /// What one run makes; absent: 1.
        pub quantity_per_run: Option<Decimal>,
        /// How it is made.
        pub routing_id: Option<RoutingId>,
        /// Which header holds what, where the names do not say it.
        #[serde(default)]
        pub columns: Vec<BomImportColumn>,
        /// Units of single components.
        #[serde(default)]
        pub units: Vec<BomImportUnit>,
        /// The unit of products that are created and have no other.
        pub default_unit: Option<String>,
        /// Leaves rows with problems out instead of refusing the file.
        #[serde(default)]
        pub skip_bad: bool,
        /// Makes one line of rows with the same component.
        #[serde(default)]
        pub merge_repeated: bool,
        /// Creates products that do not exist.
        #[serde(default)]
        pub create_products: bool,
    }

    /// Which header holds a field.
    pub struct BomImportColumn {
        /// What its cells mean.
        pub field: BomImportField,
        /// The header as the file spells it.
        pub header: String,
    }

    /// The unit of one component.
    pub struct BomImportUnit {
        /// The component as the file spells it.
        pub component: String,
        /// The unit's short name.
        pub unit: String,
    }

    /// What a file holds, and what is wrong with it.
    pub struct BomImportReport {
        /// The encoding that it was read with.
        pub encoding: String,
        /// What separates its cells.
        pub delimiter: String,
        /// Its header.
        pub headers: Vec<String>,
        /// Which header holds what.
        pub columns: Vec<BomImportColumn>,
        /// Rows behind the header that are not empty.
        pub row_count: usize,
        /// The lines that would be, or were, written.
        pub lines: Vec<BomImportLine>,
        /// Sum of their quantities, whatever their units.
        pub quantity_total: Decimal,
        /// Products that would be, or were, created.
        pub new_products: Vec<String>,
        /// Every problem of every row.
        pub problems: Vec<BomImportProblem>,
        /// Rows that were left out because of a problem.
        pub skipped_rows: usize,
        /// Whether an import with the same options would succeed.
        pub is_importable: bool,
        /// The draft that was written; absent in a dry run.
        pub bom_id: Option<BomId>,
    }

    /// One line that a file leads to.
    pub struct BomImportLine {
        /// The first row that it comes from, counted as an editor does.
        pub row: u64,
        /// The component's code.
        pub component_code: String,
        /// The component's name.
        pub component_name: String,
        /// How much of it one run needs.
        pub quantity: Decimal,
        /// The unit of that quantity; absent when nobody said.
        pub unit_code: Option<String>,
        /// Everything else that the row said.
        pub note: String,
    }

    /// One problem of a file.
    pub struct BomImportProblem {
        /// The row, counted as an editor does; absent: the whole file.
        pub row: Option<u64>,
        /// The header of the cell.
        pub column: Option<String>,
        /// What is wrong.
        pub code: BomImportProblemKind,
        /// In English.
        pub detail: String,
        /// The sentence of that detail, for other languages.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub detail_code: Option<String>,
        /// The facts in it.
        #[serde(default, skip_serializing_if = "serde_json::Map::is_empty")]
        pub params: serde_json::Map<String, serde_json::Value>,
        /// Whether the row cannot be imported; otherwise somebody should look.
        pub blocks: bool,
    }
}
wire!(BomImportInput, BomImportReport);

endpoints! {
    /// Reads a file with a bill of materials and tells every row's problem; writes nothing.
    CheckBomImport: Post "/boms/import/check", Access::Needs(Permission::BomWrite),
        { body: BomImportInput, reply: BomImportReport };
    /// Writes a draft from a file, wholly or not at all.
    ImportBom: Post "/boms/import", Access::Needs(Permission::BomWrite),
        { body: BomImportInput, reply: BomImportReport } creates;
}
