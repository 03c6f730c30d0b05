//! One component replaced by another in many bills of materials. Preview and command ask the same function of the
//! domain. What is wrong with the pair of components refuses the whole request, what is wrong with one bill of materials only its row.

use std::collections::HashMap;

use mrp_api::component_replacements as api;
use mrp_api::component_replacements::{PreviewReplacement, REPLACEMENT_BOMS_MAX, ReplaceComponent, ReplacementAction};
use mrp_api::detail as say;
use mrp_api::error as codes;
use mrp_domain::bom::BomState;
use mrp_domain::bom::replace::{ComponentReplacement, MadeOf, ReplacedLines, ReplacementRefusal};
use mrp_domain::ids::{BomId, ProductId};
use mrp_domain::quantity::PositiveQuantity;
use mrp_domain::variant::Variant;
use mrp_store::bom_catalog::{Levels, StoredBoms, load};
use mrp_store::boms::{self as boms, BomLineRow, BomRow};
use mrp_store::component_replacements::{self as store, DraftRow};
use mrp_store::sql::PgConnection;
use mrp_store::tx::Tx;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::answer::Answered;
use crate::error::{ApiError, Faults};
use crate::granted::Granted;
use crate::mount::Mount;
use crate::noun::{integer, word};
use crate::routes::boms::commands::{next_draft, of_version, other_draft};
use crate::routes::variants::require_no_template;

/// Longest reason, in characters.
const REASON_CHARS_MAX: usize = 500;

/// `/boms/bulk/replace-component`.
pub fn mount(config: &mut actix_web::web::ServiceConfig) {
    config
        .endpoint::<PreviewReplacement, _, _>(|granted, _, query, _| preview(granted, query))
        .endpoint::<ReplaceComponent, _, _>(|granted, _, _, input| replace(granted, input));
}

async fn preview(
    granted: Granted<PreviewReplacement>,
    query: api::ReplacementPreviewQuery,
) -> Result<Answered<PreviewReplacement>, ApiError> {
    let mut connection = granted.connection().await?;
    let pair = (query.from_id, query.to_id);
    let plan = Plan::read(&mut connection, pair, query.factor, Faults::default()).await?;
    let limit = i64::try_from(REPLACEMENT_BOMS_MAX + 1).unwrap_or(i64::MAX);
    let mut rows = store::concerned(&mut connection, query.from_id.uuid(), limit).await?;
    let is_cut = rows.len() > REPLACEMENT_BOMS_MAX;
    rows.truncate(REPLACEMENT_BOMS_MAX);
    let lines = boms::lines_of(&mut connection, rows.iter().map(|row| row.id).collect()).await?;
    let drafts = store::drafts(&mut connection, rows.iter().map(|row| row.code.clone()).collect()).await?;
    let lines: HashMap<Uuid, &[BomLineRow]> = lines
        .chunk_by(|one, other| one.bom_id == other.bom_id)
        .filter_map(|chunk| Some((chunk.first()?.bom_id, chunk)))
        .collect();
    let drafts: HashMap<&str, &DraftRow> = drafts.iter().map(|draft| (draft.code.as_str(), draft)).collect();
    let made = made_variants(&mut connection, rows.iter().map(|row| row.product_id).collect()).await?;
    let boms = rows
        .iter()
        .map(|row| {
            let lines = lines.get(&row.id).copied().unwrap_or_default();
            plan.preview(row, (lines, &made), drafts.get(row.code.as_str()).copied(), &granted.request_id)
        })
        .collect::<Result<_, ApiError>>()?;
    granted.reply(api::ReplacementPreview { boms, is_cut })
}

/// Each bill of materials is changed in a transaction of its own: one that is refused costs the others nothing.
async fn replace(
    granted: Granted<ReplaceComponent>,
    input: api::ReplaceComponentInput,
) -> Result<Answered<ReplaceComponent>, ApiError> {
    if let Some(answered) = granted.seen_before().await? {
        return Ok(answered);
    }
    let mut faults = Faults::default();
    let reason = input.reason.trim();
    if reason.is_empty() {
        faults.add("/reason", &codes::REASON_REQUIRED, say::for_callers(codes::REASON_REQUIRED.condition));
    }
    faults.require(reason.chars().count() <= REASON_CHARS_MAX, "/reason", say::AT_MOST_CHARACTERS.with("most", 500));
    let is_within = input.boms.len() <= REPLACEMENT_BOMS_MAX;
    faults.require(is_within, "/boms", say::AT_MOST_AT_ONCE.with("most", 2000));
    let pair = (input.from_id, input.to_id);
    let plan = Plan::read(&mut *granted.connection().await?, pair, input.factor, faults).await?;
    let mut results = Vec::with_capacity(input.boms.len());
    for item in &input.boms {
        let done = granted.on_its_own(async |tx| plan.carry_out(tx, item, reason).await).await;
        results.push(match done {
            Ok(draft) => api::ReplacementResult {
                id: item.id,
                done: true,
                draft_id: Some(draft.id),
                draft_revision: Some(draft.revision),
                version: Some(draft.version),
                problem: None,
            },
            Err(error) => api::ReplacementResult {
                id: item.id,
                done: false,
                draft_id: None,
                draft_revision: None,
                version: None,
                problem: Some(error.problem(&granted.request_id)),
            },
        });
    }
    granted.write(async |_| Ok(api::ReplacementReply { results: results.clone() })).await
}

/// The variants that the bills of materials of templates make.
type Variants = HashMap<Uuid, Vec<Variant>>;

async fn made_variants(connection: &mut PgConnection, products: Vec<Uuid>) -> Result<Variants, ApiError> {
    let mut made = Variants::new();
    for row in mrp_store::variants::made_by_template(connection, products).await? {
        made.entry(row.template_id).or_default().push(row.variant());
    }
    Ok(made)
}

/// The draft that has the replacement.
struct Changed {
    id: BomId,
    revision: u32,
    version: i64,
}

/// A replacement that may be carried out, and what it is judged by.
struct Plan {
    replacement: ComponentReplacement,
    made_of: MadeOf,
    /// The new component's own bill of materials, for the codes along a cycle.
    below: Option<StoredBoms>,
    from_code: String,
    to_code: String,
}

impl Plan {
    async fn read(
        connection: &mut PgConnection,
        (from, to): (ProductId, ProductId),
        factor: Option<Decimal>,
        mut faults: Faults,
    ) -> Result<Self, ApiError> {
        let factor = faults.take("/factor", PositiveQuantity::new(factor.unwrap_or(Decimal::ONE)));
        let found = store::products(connection, vec![from.uuid(), to.uuid()]).await?;
        let known = |id: ProductId| found.iter().find(|row| row.id == id.uuid());
        let (old, new) = (known(from), known(to));
        for (row, pointer) in [(old, "/from_id"), (new, "/to_id")] {
            if row.is_none() {
                faults.add(pointer, &codes::REFERENCE_UNKNOWN, say::for_callers("there is no such product"));
            }
        }
        if from == to {
            faults.add("/to_id", &codes::NOTHING_CHANGED, say::SELF_REPLACING);
        }
        faults.require(new.is_none_or(|new| new.active), "/to_id", say::PRODUCT_INACTIVE);
        require_no_template(new.is_some_and(|new| new.is_template), "/to_id", &mut faults);
        if let Some((old, new)) = old.zip(new)
            && old.unit_category_id != new.unit_category_id
        {
            let detail = say::UNITS_DIFFER.with("from", old.unit_code.as_str()).with("to", new.unit_code.as_str());
            faults.add("/to_id", &codes::UNIT_CATEGORY_DIFFERS, detail);
        }
        faults.check()?;
        let (Some(factor), Some(old), Some(new)) = (factor, old, new) else {
            return Err(ApiError::plain(&codes::VALIDATION_FAILED));
        };
        let below = match boms::in_use(connection, to.uuid()).await? {
            Some(id) => Some(load(connection, BomId::from_uuid(id), Some(to), (Levels::All, None)).await?),
            None => None,
        };
        let made_of = below.as_ref().map_or_else(|| MadeOf::nothing(to), |boms| MadeOf::of(boms.bom(), boms));
        Ok(Self {
            replacement: ComponentReplacement { from, to, factor },
            made_of,
            below,
            from_code: old.code.clone(),
            to_code: new.code.clone(),
        })
    }

    fn apply(&self, row: &BomRow, lines: &[BomLineRow], made: &Variants) -> Result<ReplacedLines, ApiError> {
        let lines = lines.iter().map(BomLineRow::line).collect::<Result<Vec<_>, _>>()?;
        let product = ProductId::from_uuid(row.product_id);
        let variants = made.get(&row.product_id).map_or(&[][..], Vec::as_slice);
        let replaced = self.replacement.apply((product, variants), &lines, &self.made_of);
        replaced.map_err(|refusal| self.refused(row, &refusal))
    }

    fn refused(&self, row: &BomRow, refusal: &ReplacementRefusal) -> ApiError {
        match refusal {
            ReplacementRefusal::NotUsed => {
                let detail = say::NO_LINE_HAS.with("bom", row.code.as_str()).with("product", self.from_code.as_str());
                ApiError::new(&codes::NOTHING_CHANGED, detail)
            }
            ReplacementRefusal::Cycle { path } => {
                let path: Vec<String> = path.iter().map(|&product| self.code(row, product)).collect();
                let detail = say::WOULD_CONTAIN_ITSELF.with("chain", path.join(" → "));
                ApiError::new(&codes::BOM_CYCLE, detail).with("path", path)
            }
            ReplacementRefusal::Quantity(error) => ApiError::new(&codes::QUANTITY_OUT_OF_RANGE, error.clone()),
        }
    }

    fn code(&self, row: &BomRow, product: ProductId) -> String {
        if product == self.replacement.to {
            return self.to_code.clone();
        }
        if product.uuid() == row.product_id {
            return row.product_code.clone();
        }
        self.below.as_ref().map_or_else(|| product.to_string(), |boms| boms.code(product))
    }

    fn preview(
        &self,
        row: &BomRow,
        (lines, made): (&[BomLineRow], &Variants),
        draft: Option<&DraftRow>,
        request_id: &str,
    ) -> Result<api::ReplacementPreviewRow, ApiError> {
        let state: BomState = word(&row.state)?;
        let blocked = match (state, draft) {
            (BomState::Validated, Some(draft)) => Some(other_draft(&row.code, draft.id, draft.revision)),
            (BomState::Draft | BomState::Archived, _) | (BomState::Validated, None) => None,
        };
        let applied = self.apply(row, lines, made);
        let unit = |id: Uuid| lines.iter().find(|line| line.id == id).map(|line| line.unit_code.clone());
        let shown = applied.as_ref().map(|replaced| {
            replaced.replaced.iter().map(|line| api::ReplacementPreviewLine {
                old_quantity: line.old.quantity.get(),
                new_quantity: line.quantity.get(),
                unit_code: unit(line.old.id.uuid()).unwrap_or_default(),
                operation_sequence: line.old.operation_sequence,
                is_merged: line.is_merged,
            })
        });
        let shown = shown.map(Iterator::collect).unwrap_or_default();
        let problem = blocked.or(applied.err()).map(|error| error.problem(request_id));
        Ok(api::ReplacementPreviewRow {
            bom_id: BomId::from_uuid(row.id),
            code: row.code.clone(),
            revision: integer(row.revision),
            state,
            product_id: ProductId::from_uuid(row.product_id),
            product_name: row.product_name.clone(),
            version: row.version,
            action: match state {
                BomState::Draft => ReplacementAction::ChangeDraft,
                BomState::Validated | BomState::Archived => ReplacementAction::ReviseValidated,
            },
            lines: shown,
            has_it_already: lines.iter().any(|line| line.component_id == self.replacement.to.uuid()),
            problem,
        })
    }

    /// Changes a draft, or makes the draft of a validated revision.
    async fn carry_out(&self, tx: &mut Tx, item: &api::ReplacementItem, reason: &str) -> Result<Changed, ApiError> {
        let row = of_version(tx, item.id.uuid(), item.version).await?;
        let lines = boms::lines(tx.connection(), row.id).await?;
        let made = made_variants(tx.connection(), vec![row.product_id]).await?;
        let detail = self.detail(reason);
        match word::<BomState>(&row.state)? {
            BomState::Draft => {
                let replaced = self.apply(&row, &lines, &made)?;
                let (id, revision) = (row.id, integer(row.revision));
                let version = store::change_lines(tx, row, &replaced.lines).await?;
                tx.changed("bom", id, version, detail);
                Ok(Changed { id: BomId::from_uuid(id), revision, version })
            }
            BomState::Validated => {
                let replaced = self.apply(&row, &lines, &made)?;
                let (id, revision) = next_draft(tx, &row).await?;
                store::write_lines(tx, id, &replaced.lines).await?;
                tx.changed("bom", id, 1, detail);
                Ok(Changed { id: BomId::from_uuid(id), revision, version: 1 })
            }
            state @ BomState::Archived => Err(crate::routes::boms::revision_is(&codes::BOM_ARCHIVED, &row, state)),
        }
    }

    /// What stands in the history of a bill of materials.
    fn detail(&self, reason: &str) -> String {
        let factor = self.replacement.factor.get();
        let times = if factor == Decimal::ONE { String::new() } else { format!(" × {factor}") };
        format!("{} replaced by {}{times}: {reason}", self.from_code, self.to_code)
    }
}
