//! What orders that are done cost, as a list.

use mrp_api::access::Role;
use mrp_api::endpoint::BASE;
use mrp_api::order_costs::{ListOrderCosts, OrderCostQuery};
use mrp_domain::example;
use mrp_domain::manufacturing_order::transitions::FinishChoice;

use crate::orders::produce_short;
use crate::shop::{Shop, d};

#[tokio::test]
async fn an_order_that_is_done_stands_in_the_list_with_what_its_sheet_says() {
    let shop = Shop::open().await;
    shop.receive_for_tables(20).await;
    let order = shop.planned(shop.product(example::STEEL_TABLE), "10").await;
    let finance = shop.app.as_role(Role::Finance);
    assert!(finance.list::<ListOrderCosts>(&OrderCostQuery::default()).await.ok().items.is_empty());
    produce_short(&shop, &order, "10").await;
    shop.finish(&order, FinishChoice::Complete).await.ok();
    let sheet = shop.cost_sheet(&order).await;
    let page = finance.list::<ListOrderCosts>(&OrderCostQuery::default()).await.ok();
    let [row] = page.items.as_slice() else { panic!("{page:?}") };
    assert_eq!((&row.number, row.qty_done, page.total), (&order.number, d("10"), 1));
    assert_eq!((row.planned_cost, row.actual_cost), (sheet.planned_total, sheet.actual_total));
    assert_eq!(row.cost_variance, sheet.actual_total - sheet.planned_total);
    assert_eq!(row.is_incomplete, !sheet.incomplete.is_empty());
    for (incomplete, count) in [(row.is_incomplete, 1), (!row.is_incomplete, 0)] {
        let query = OrderCostQuery { incomplete: Some(incomplete), ..OrderCostQuery::default() };
        assert_eq!(finance.list::<ListOrderCosts>(&query).await.ok().items.len(), count);
    }
    for role in [Role::Storekeeper, Role::Sales, Role::Viewer] {
        let other = shop.app.as_role(role);
        assert_eq!(other.raw(other.request("GET", &format!("{BASE}/order-costs"))).await.status, 403, "{role}");
    }
    shop.close().await;
}
