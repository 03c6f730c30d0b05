//! Loss reasons: what their bodies mean, and whether one can be given for scrap.

use mrp_api::detail as say;
use mrp_api::error as codes;
use mrp_api::loss_reasons::{
    CreateLossReason, DeleteLossReason, GetLossReason, ListLossReasons, LossReasonInput, LossReasonQuery,
    LossReasonView, UpdateLossReason,
};
use mrp_domain::ids::LossReasonId;
use mrp_domain::loss_reason::{LossKind, LossReasonFault, class_fits};
use mrp_domain::text::{Code, Name};
use mrp_store::list::Filters;
use mrp_store::loss_reasons::{self as store, LossReasonRow};
use mrp_store::tx::Tx;
use uuid::Uuid;

use crate::error::{ApiError, Faults};
use crate::noun::Noun;

five_endpoints! {
    LossReasons of LossReasonId: ListLossReasons GetLossReason CreateLossReason UpdateLossReason DeleteLossReason
}

fields! {
    LossReasons: LossReasonRow, LossReasonView, LossReasonInput;
    edited {
        code: Code::new,
        name: Name::new,
        kind,
        downtime_class,
        active,
    }
    read {}
}

impl Noun for LossReasons {
    type Query = LossReasonQuery;
    one_record!(LossReasonRow, LossReasonView, LossReasonInput);

    fn filters(query: &LossReasonQuery) -> Filters {
        let kind = query.kind.map(|kind| kind.to_string());
        Filters::default().with(query.active, "l.active = $").with(kind, "l.kind = $")
    }

    async fn save(tx: &mut Tx, id: Uuid, expected: Option<i64>, input: LossReasonInput) -> Result<i64, ApiError> {
        let mut faults = Faults::default();
        match class_fits(input.kind, input.downtime_class) {
            Ok(()) => {}
            Err(LossReasonFault::ClassMissing) => {
                faults.add("/downtime_class", &codes::VALUE_MISSING, say::DOWNTIME_CLASS_MISSING);
            }
            Err(LossReasonFault::ClassOfScrap) => {
                faults.add("/downtime_class", &codes::VALUE_INVALID, say::DOWNTIME_CLASS_OF_SCRAP);
            }
        }
        Ok(Self::fields(id, input, faults)?.values().save(tx, id, expected).await?)
    }
}

/// Notes what stands against scrapping for this reason and in these words: it takes one of the two, and the reason is one
/// of scrap that can still be chosen.
pub(crate) async fn require_scrap_reason(
    tx: &mut Tx,
    (reason, reason_pointer): (Option<LossReasonId>, &str),
    (words, words_pointer): (&str, &str),
    faults: &mut Faults,
) -> Result<(), ApiError> {
    let Some(reason) = reason else {
        if words.trim().is_empty() {
            faults.add(words_pointer, &codes::REASON_REQUIRED, say::SCRAP_REASON_MISSING);
        }
        return Ok(());
    };
    require_reason(tx, LossKind::Scrap, (reason, reason_pointer), faults).await
}

/// Notes what stands against a reason: it must be one of this kind that can still be chosen.
pub(crate) async fn require_reason(
    tx: &mut Tx,
    kind: LossKind,
    (reason, pointer): (LossReasonId, &str),
    faults: &mut Faults,
) -> Result<(), ApiError> {
    let rows: Vec<LossReasonRow> =
        mrp_store::table::find_all(tx.connection(), &store::LIST, LossReasonRow::COLUMNS, vec![reason.uuid()]).await?;
    let other_kind = match kind {
        LossKind::Scrap => say::REASON_NOT_OF_SCRAP,
        LossKind::Downtime => say::REASON_NOT_OF_DOWNTIME,
    };
    match rows.first() {
        None => faults.add(pointer, &codes::REFERENCE_UNKNOWN, say::for_callers("there is no such reason")),
        Some(row) => {
            faults.require(row.kind == kind.as_str(), pointer, other_kind);
            faults.require(row.active, pointer, say::REASON_INACTIVE);
        }
    }
    Ok(())
}
