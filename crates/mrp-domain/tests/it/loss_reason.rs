//! Reasons of scrap and downtime.

use mrp_domain::loss_reason::{DowntimeClass, LossKind, LossReasonFault, class_fits};

#[test]
fn every_downtime_is_planned_or_unplanned_and_scrap_is_neither() {
    for class in DowntimeClass::ALL {
        assert_eq!(class_fits(LossKind::Downtime, Some(*class)), Ok(()));
        assert_eq!(class_fits(LossKind::Scrap, Some(*class)), Err(LossReasonFault::ClassOfScrap));
    }
    assert_eq!(class_fits(LossKind::Downtime, None), Err(LossReasonFault::ClassMissing));
    assert_eq!(class_fits(LossKind::Scrap, None), Ok(()));
}
