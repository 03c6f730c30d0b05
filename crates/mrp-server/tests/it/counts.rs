//! Counts as documents: the frozen list, what is found, what it means for orders and values, and the correction.

use mrp_api::counts::{
    CountDraftInput, CountEntriesInput, CountEntry, CountLineView, CountPasteInput, CountPostInput, CountView,
    CreateCount, DeleteCount, EnterCount, GetCount, ListCounts, PasteCount, PostCount,
};
use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::error as codes;
use mrp_api::products::ProductInput;
use mrp_api::stock::{ListStockMoves, StockMoveQuery};
use mrp_domain::example;
use mrp_domain::ids::ProductId;
use mrp_domain::manufacturing_order::MaterialAvailability;
use mrp_domain::product::Tracking;
use mrp_domain::stock::CountState;
use mrp_test_support::client::Answer;

use crate::shop::{Shop, d, line};

struct Counting {
    shop: Shop,
    tube: ProductId,
    paint: ProductId,
}

impl Counting {
    async fn open() -> Self {
        let shop = Shop::open().await;
        let (tube, paint) = (shop.product(example::STEEL_TUBE), shop.product(example::POWDER_PAINT));
        shop.receive_at(vec![(tube, d("40"), Some(d("13"))), (paint, d("3"), Some(d("40")))]).await;
        Self { shop, tube, paint }
    }

    async fn begin(&self) -> CountView {
        let input = CountDraftInput {
            warehouse_id: self.shop.warehouse,
            category: String::new(),
            reason: "Yearly count".to_owned(),
        };
        self.shop.admin.post::<CreateCount>(&input).await.ok()
    }

    async fn enter(&self, count: &CountView, found: &[(ProductId, Option<&str>, &str)]) -> Answer<CountView> {
        let lines = found.iter().map(|(product_id, lot, quantity)| CountEntry {
            product_id: *product_id,
            lot_number: lot.map(str::to_owned),
            qty_counted: Some(d(quantity)),
        });
        let input = CountEntriesInput { lines: lines.collect() };
        self.shop.admin.call_at::<EnterCount>(&IdPath { id: count.id }, count.version, &input).await
    }

    async fn post(&self, count: &CountView, takes_from_orders: bool) -> Answer<CountView> {
        let input = CountPostInput { takes_from_orders };
        self.shop.admin.call_at::<PostCount>(&IdPath { id: count.id }, count.version, &input).await
    }

    async fn read(&self, count: &CountView) -> CountView {
        self.shop.admin.get::<GetCount>(&IdPath { id: count.id }).await.ok()
    }
}

fn of(count: &CountView, product: ProductId) -> &CountLineView {
    count.lines.iter().find(|line| line.product_id == product).unwrap()
}

#[tokio::test]
async fn a_count_corrects_stock_with_its_reason_and_leaves_alone_what_is_not_counted() {
    let counting = Counting::open().await;
    let count = counting.begin().await;
    assert_eq!((count.lines.len(), count.state, count.counted_count), (2, CountState::Draft, 0));
    let count = counting.enter(&count, &[(counting.tube, None, "38.5")]).await.ok();
    let tube = of(&count, counting.tube);
    assert_eq!((tube.qty_difference, tube.value), (Some(d("-1.5")), Some(d("-19.5"))));
    assert_eq!((count.counted_count, count.different_count, count.value), (1, 1, Some(d("-19.5"))));
    let done = counting.post(&count, false).await.ok();
    assert_eq!((done.state, of(&done, counting.tube).value), (CountState::Posted, Some(d("-19.5"))));
    assert_eq!(counting.shop.stock(counting.tube).await.qty_on_hand, d("38.5"));
    assert_eq!(counting.shop.stock(counting.paint).await.qty_on_hand, d("3"));
    let query = StockMoveQuery { document: Some(done.number.clone()), ..StockMoveQuery::default() };
    let moves = counting.shop.admin.list::<ListStockMoves>(&query).await.ok().items;
    assert_eq!(
        (moves.len(), moves[0].reason.as_str(), moves[0].document_id),
        (1, "Yearly count", Some(done.id.uuid()))
    );
    counting.enter(&done, &[(counting.tube, None, "1")]).await.refused_with(&codes::STATE_FORBIDS);
    let listed = counting.shop.admin.list::<ListCounts>(&Default::default()).await.ok().items;
    assert_eq!((listed[0].line_count, listed[0].counted_count), (2, 1));
    counting.shop.close().await;
}

#[tokio::test]
async fn moves_since_the_list_was_frozen_stay_in_force_and_their_lines_are_marked() {
    let counting = Counting::open().await;
    let count = counting.begin().await;
    counting.shop.receive_at(vec![(counting.tube, d("10"), Some(d("13")))]).await;
    let count = counting.enter(&count, &[(counting.tube, None, "39"), (counting.paint, None, "3")]).await.ok();
    assert!(of(&count, counting.tube).has_moved && !of(&count, counting.paint).has_moved);
    counting.post(&count, false).await.ok();
    assert_eq!(counting.shop.stock(counting.tube).await.qty_on_hand, d("49"));
    counting.shop.close().await;
}

#[tokio::test]
async fn orders_that_hold_what_is_not_there_are_told_and_lose_it_when_somebody_says_so() {
    let counting = Counting::open().await;
    let table = counting.shop.product(example::STEEL_TABLE);
    let first = counting.shop.confirmed(table, "5").await;
    let second = counting.shop.confirmed(table, "4").await;
    let count = counting.begin().await;
    let count = counting.enter(&count, &[(counting.tube, None, "30")]).await.ok();
    let losers = of(&count, counting.tube).losers.iter().map(|one| (one.number.clone(), one.quantity));
    assert_eq!(losers.collect::<Vec<_>>(), [(second.number.clone(), d("6"))]);
    counting.post(&count, false).await.refused_with(&codes::STOCK_RESERVED);
    counting.post(&count, true).await.ok();
    let (first, second) = (counting.shop.read(&first).await, counting.shop.read(&second).await);
    assert_eq!(
        (line(&first, counting.tube).qty_reserved, line(&second, counting.tube).qty_reserved),
        (d("20"), d("10"))
    );
    assert_eq!(second.material_availability_status, MaterialAvailability::Partial);
    assert_eq!(counting.shop.stock(counting.tube).await.qty_on_hand, d("30"));
    counting.shop.close().await;
}

#[tokio::test]
async fn rows_of_a_spreadsheet_are_pasted_and_every_wrong_one_is_named() {
    let counting = Counting::open().await;
    let count = counting.begin().await;
    let powder = ProductInput { tracking: Tracking::Lot, ..counting.shop.product_input("POWDER") };
    let powder = counting.shop.new_product(powder).await;
    let paste = async |version: i64, text: &str| {
        let input = CountPasteInput { text: text.to_owned() };
        counting.shop.admin.call_at::<PasteCount>(&IdPath { id: count.id }, version, &input).await
    };
    let tube = example::PRODUCTS.iter().find(|product| product.id == example::STEEL_TUBE).unwrap().code;
    let text = format!("code\tlot\tquantity\nNOTHING\t\t1\n{tube}\t\tmany\n{tube}\tL\t2\nPOWDER\t\t2\n");
    let problem = paste(1, &text).await.problem();
    assert_eq!(problem.errors.len(), 4, "{problem:?}");
    assert_eq!(counting.read(&count).await.counted_count, 0);
    let done = paste(1, &format!("code\tlot\tquantity\r\n{tube};41,5\r\nPOWDER\tL-1\t2\r\n")).await.ok();
    assert_eq!((of(&done, counting.tube).qty_counted, done.counted_count), (Some(d("41.5")), 2));
    let found = of(&done, powder);
    assert_eq!(
        (found.lot_number.as_deref(), found.qty_expected, found.qty_difference),
        (Some("L-1"), d("0"), Some(d("2")))
    );
    counting.post(&done, false).await.ok();
    assert_eq!(counting.shop.stock(powder).await.qty_on_hand, d("2"));
    counting.shop.close().await;
}

#[tokio::test]
async fn a_piece_is_found_once_and_an_empty_count_posts_nothing() {
    let counting = Counting::open().await;
    let count = counting.begin().await;
    counting.post(&count, false).await.refused_with(&codes::NOTHING_CHANGED);
    let piece = ProductInput { tracking: Tracking::Serial, ..counting.shop.product_input("PIECE") };
    let piece = counting.shop.new_product(piece).await;
    counting.enter(&count, &[(piece, Some("S-1"), "2")]).await.refused_with(&codes::VALIDATION_FAILED);
    counting.enter(&count, &[(piece, None, "1")]).await.refused_with(&codes::VALIDATION_FAILED);
    let count = counting.enter(&count, &[(piece, Some("S-1"), "1")]).await.ok();
    counting.post(&count, false).await.ok();
    let again = counting.begin().await;
    let again = counting.enter(&again, &[(piece, Some("S-1"), "0")]).await.ok();
    counting.post(&again, false).await.ok();
    counting.shop.is_used_up(piece).await;
    let gone = counting.begin().await;
    let _ = counting.shop.admin.call_at::<DeleteCount>(&IdPath { id: gone.id }, gone.version, &Empty {}).await.ok();
    counting.shop.admin.get::<GetCount>(&IdPath { id: gone.id }).await.refused_with(&codes::NOT_FOUND);
    counting.shop.close().await;
}
