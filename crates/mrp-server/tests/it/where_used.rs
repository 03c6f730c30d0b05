//! Where a product is used, over HTTP.

use mrp_api::boms::{ArchiveBom, BomView, ReviseBom, ValidateBom, ValidateBomInput};
use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::where_used::{GetWhereUsed, WhereUsedQuery, WhereUsedView};
use mrp_domain::bom::BOM_DEPTH_MAX;
use mrp_domain::ids::{ProductId, RoutingId};
use mrp_test_support::app::TestApp;

struct Parts {
    app: TestApp,
    products: Vec<ProductId>,
    routing: RoutingId,
}

impl Parts {
    async fn new(count: usize) -> Self {
        let app = TestApp::new().await;
        let make = app.factory();
        let unit = make.unit().await.id;
        let mut products = Vec::new();
        for _ in 0..count {
            products.push(make.product(unit).await.id);
        }
        let routing = make.routing(make.work_center().await.id).await.id;
        Self { app, products, routing }
    }

    /// A draft that makes one product of others, by their places.
    async fn draft(&self, made: usize, of: &[(usize, i64)]) -> BomView {
        let lines: Vec<_> = of.iter().map(|&(place, quantity)| (self.products[place], quantity)).collect();
        self.app.factory().bom(self.products[made], &lines, self.routing).await
    }

    async fn validated(&self, bom: &BomView) -> BomView {
        let input = ValidateBomInput::default();
        self.app.admin().call_at::<ValidateBom>(&IdPath { id: bom.id }, bom.version, &input).await.ok()
    }

    async fn uses(&self, of: usize, query: WhereUsedQuery) -> WhereUsedView {
        let path = IdPath { id: self.products[of] };
        self.app.admin().call::<GetWhereUsed>(&path, &query, &Empty {}).await.ok()
    }

    /// Level, place of the product made, place of the component.
    fn shape(&self, view: &WhereUsedView) -> Vec<(u32, usize, usize)> {
        let place = |id: ProductId| self.products.iter().position(|other| *other == id).unwrap();
        view.uses.iter().map(|found| (found.level, place(found.product_id), place(found.component_id))).collect()
    }
}

#[tokio::test]
async fn a_product_is_found_directly_and_over_levels_by_the_shortest_way() {
    // 0 in 1 and 3, 1 in 2, 2 in 3.
    let parts = Parts::new(4).await;
    parts.draft(1, &[(0, 4)]).await;
    parts.draft(2, &[(1, 2)]).await;
    parts.draft(3, &[(2, 1), (0, 8)]).await;
    let found = parts.uses(0, WhereUsedQuery::default()).await;
    assert_eq!(parts.shape(&found), [(1, 1, 0), (1, 3, 0), (2, 2, 1), (3, 3, 2)]);
    assert_eq!(found.uses[1].quantity, 8.into());
    assert!(!found.is_cut);
    let direct = parts.uses(0, WhereUsedQuery { direct: Some(true), all: None }).await;
    assert_eq!(parts.shape(&direct), [(1, 1, 0), (1, 3, 0)]);
    parts.app.finish().await;
}

#[tokio::test]
async fn only_current_revisions_are_listed_until_all_are_asked_for() {
    let parts = Parts::new(2).await;
    let admin = parts.app.admin();
    let first = parts.validated(&parts.draft(1, &[(0, 4)]).await).await;
    let second = admin.call_at::<ReviseBom>(&IdPath { id: first.id }, first.version, &Empty {}).await.ok();
    let second = parts.validated(&second).await;
    admin.call_at::<ReviseBom>(&IdPath { id: second.id }, second.version, &Empty {}).await.ok();
    let revisions = |view: &WhereUsedView| view.uses.iter().map(|found| found.revision).collect::<Vec<_>>();
    assert_eq!(revisions(&parts.uses(0, WhereUsedQuery::default()).await), [3, 2]);
    admin.call_at::<ArchiveBom>(&IdPath { id: second.id }, second.version, &Empty {}).await.ok();
    assert_eq!(revisions(&parts.uses(0, WhereUsedQuery::default()).await), [3, 1]);
    let all = WhereUsedQuery { all: Some(true), direct: None };
    assert_eq!(revisions(&parts.uses(0, all).await), [3, 2, 1]);
    parts.app.finish().await;
}

#[tokio::test]
async fn recipes_that_contain_each_other_are_listed_once() {
    let parts = Parts::new(3).await;
    parts.draft(1, &[(0, 1), (2, 1)]).await;
    parts.draft(2, &[(1, 1)]).await;
    let found = parts.uses(0, WhereUsedQuery::default()).await;
    assert_eq!(parts.shape(&found), [(1, 1, 0), (2, 2, 1), (3, 1, 2)]);
    parts.app.finish().await;
}

#[tokio::test]
async fn nobody_looks_further_up_than_a_recipe_may_be_deep() {
    let deep = usize::try_from(BOM_DEPTH_MAX).unwrap() + 4;
    let parts = Parts::new(deep).await;
    for made in 1..deep {
        parts.draft(made, &[(made - 1, 1)]).await;
    }
    let found = parts.uses(0, WhereUsedQuery::default()).await;
    assert_eq!(found.uses.last().map(|found| found.level), Some(BOM_DEPTH_MAX));
    assert_eq!(found.uses.len(), usize::try_from(BOM_DEPTH_MAX).unwrap());
    parts.app.finish().await;
}
