//! One component replaced by another in many bills of materials, over HTTP.

use mrp_api::boms::{
    ArchiveBom, BomInput, BomView, CreateBom, GetBom, ReviseBom, UpdateBom, ValidateBom, ValidateBomInput,
};
use mrp_api::component_replacements::{
    PreviewReplacement, ReplaceComponent, ReplaceComponentInput, ReplacementAction, ReplacementItem,
    ReplacementPreview, ReplacementPreviewQuery, ReplacementReply,
};
use mrp_api::endpoint::{Empty, IdPath};
use mrp_api::error as codes;
use mrp_api::patch::Patch;
use mrp_api::products::{ProductInput, ProductView, UpdateProduct};
use mrp_domain::bom::BomState;
use mrp_domain::ids::RoutingId;
use mrp_store::sql::{Count, sql};
use mrp_test_support::app::TestApp;
use mrp_test_support::client::Client;
use rust_decimal::Decimal;
use rust_decimal_macros::dec;
use serde_json::json;

/// A bolt, the one that takes its place, and something to make of them.
struct Bolts {
    app: TestApp,
    admin: Client,
    bolt: ProductView,
    better: ProductView,
    routing: RoutingId,
}

impl Bolts {
    async fn new() -> Self {
        let app = TestApp::new().await;
        let make = app.factory();
        let unit = make.unit().await.id;
        let (bolt, better) = (make.product(unit).await, make.product(unit).await);
        let routing = make.routing(make.work_center().await.id).await.id;
        let admin = app.admin();
        Self { app, admin, bolt, better, routing }
    }

    async fn product(&self) -> ProductView {
        self.app.factory().product(self.bolt.unit_id).await
    }

    /// A draft of a new product that needs so many bolts.
    async fn draft(&self, bolts: i64) -> BomView {
        self.app.factory().bom(self.product().await.id, &[(self.bolt.id, bolts)], self.routing).await
    }

    async fn validated(&self, bolts: i64) -> BomView {
        let draft = self.draft(bolts).await;
        self.validate(&draft).await
    }

    async fn validate(&self, draft: &BomView) -> BomView {
        let input = ValidateBomInput::default();
        self.admin.call_at::<ValidateBom>(&IdPath { id: draft.id }, draft.version, &input).await.ok()
    }

    async fn preview(&self) -> ReplacementPreview {
        let query = self.query(None);
        self.admin.call::<PreviewReplacement>(&Empty {}, &query, &Empty {}).await.ok()
    }

    fn query(&self, factor: Option<Decimal>) -> ReplacementPreviewQuery {
        ReplacementPreviewQuery { from_id: self.bolt.id, to_id: self.better.id, factor }
    }

    fn input(&self, boms: &[&BomView]) -> ReplaceComponentInput {
        ReplaceComponentInput {
            from_id: self.bolt.id,
            to_id: self.better.id,
            factor: None,
            reason: "the old one rusts".to_owned(),
            boms: boms.iter().map(|bom| ReplacementItem { id: bom.id, version: bom.version }).collect(),
        }
    }

    async fn replace(&self, boms: &[&BomView]) -> ReplacementReply {
        self.admin.post::<ReplaceComponent>(&self.input(boms)).await.ok()
    }

    async fn read(&self, bom: &BomView) -> BomView {
        self.admin.call::<GetBom>(&IdPath { id: bom.id }, &Empty {}, &Empty {}).await.ok()
    }

    async fn only_problem(&self, bom: &BomView) -> String {
        let reply = self.replace(&[bom]).await;
        assert!(!reply.results[0].done);
        reply.results[0].problem.clone().unwrap().code
    }
}

#[tokio::test]
async fn drafts_change_validated_revisions_get_a_draft_and_archived_ones_stay() {
    let bolts = Bolts::new().await;
    let (draft, validated) = (bolts.draft(4).await, bolts.validated(8).await);
    let archived = bolts.validated(2).await;
    let at = IdPath { id: archived.id };
    let archived = bolts.admin.call_at::<ArchiveBom>(&at, archived.version, &Empty {}).await.ok();

    let preview = bolts.preview().await;
    let told: Vec<_> = preview.boms.iter().map(|row| (row.bom_id, row.action, row.version)).collect();
    let change = (draft.id, ReplacementAction::ChangeDraft, draft.version);
    let revise = (validated.id, ReplacementAction::ReviseValidated, validated.version);
    assert_eq!(told, [change, revise]);
    assert!(preview.boms.iter().all(|row| row.problem.is_none() && !row.has_it_already));
    assert_eq!(bolts.read(&draft).await, draft, "a preview writes nothing");

    let reply = bolts.replace(&[&draft, &validated, &archived]).await;
    let done: Vec<_> = reply.results.iter().map(|result| (result.id, result.done, result.draft_revision)).collect();
    let expected = [(draft.id, true, Some(1)), (validated.id, true, Some(2)), (archived.id, false, None)];
    assert_eq!(done, expected);
    assert_eq!(reply.results[2].problem.as_ref().unwrap().code, codes::BOM_ARCHIVED.code);

    let changed = bolts.read(&draft).await;
    assert_eq!((changed.lines[0].component_id, changed.lines[0].quantity), (bolts.better.id, dec!(4)));
    assert_eq!(reply.results[0].version, Some(changed.version));
    let untouched = bolts.read(&validated).await;
    assert_eq!((untouched.state, untouched.lines[0].component_id), (BomState::Validated, bolts.bolt.id));
    let next = IdPath { id: reply.results[1].draft_id.unwrap() };
    let next = bolts.admin.call::<GetBom>(&next, &Empty {}, &Empty {}).await.ok();
    assert_eq!((next.state, next.lines[0].component_id), (BomState::Draft, bolts.better.id));
    assert_eq!((next.code, next.version), (validated.code, 1));
    bolts.app.finish().await;
}

#[tokio::test]
async fn the_factor_scales_every_quantity() {
    let bolts = Bolts::new().await;
    let draft = bolts.draft(4).await;
    let query = bolts.query(Some(dec!(1.5)));
    let preview = bolts.admin.call::<PreviewReplacement>(&Empty {}, &query, &Empty {}).await.ok();
    let line = &preview.boms[0].lines[0];
    assert_eq!((line.old_quantity, line.new_quantity), (dec!(4), dec!(6)));
    let input = ReplaceComponentInput { factor: query.factor, ..bolts.input(&[&draft]) };
    bolts.admin.post::<ReplaceComponent>(&input).await.ok();
    assert_eq!(bolts.read(&draft).await.lines[0].quantity, dec!(6));
    bolts.app.finish().await;
}

#[tokio::test]
async fn what_is_wrong_with_the_pair_refuses_everything() {
    let bolts = Bolts::new().await;
    let make = bolts.app.factory();
    let draft = bolts.draft(4).await;
    let other = make.product(make.unit().await.id).await;
    let with = |to: &ProductView| ReplaceComponentInput { to_id: to.id, ..bolts.input(&[&draft]) };
    let problem = async |input: &ReplaceComponentInput| {
        let problem = bolts.admin.post::<ReplaceComponent>(input).await.problem();
        assert_eq!(problem.code, codes::VALIDATION_FAILED.code);
        problem.errors.into_iter().map(|error| (error.pointer, error.code)).collect::<Vec<_>>()
    };
    let at = |pointer: &str, code: &codes::ErrorCode| vec![(pointer.to_owned(), code.code.to_owned())];
    assert_eq!(problem(&with(&other)).await, at("/to_id", &codes::UNIT_CATEGORY_DIFFERS));
    assert_eq!(problem(&with(&bolts.bolt)).await, at("/to_id", &codes::NOTHING_CHANGED));
    let silent = ReplaceComponentInput { reason: " ".to_owned(), ..bolts.input(&[&draft]) };
    assert_eq!(problem(&silent).await, at("/reason", &codes::REASON_REQUIRED));
    let nothing = ReplaceComponentInput { factor: Some(dec!(0)), ..bolts.input(&[&draft]) };
    assert_eq!(problem(&nothing).await, at("/factor", &codes::VALUE_INVALID));

    let retire: Patch<ProductInput> = serde_json::from_value(json!({"active": false})).unwrap();
    let path = IdPath { id: bolts.better.id };
    bolts.admin.call_at::<UpdateProduct>(&path, bolts.better.version, &retire).await.ok();
    assert_eq!(problem(&bolts.input(&[&draft])).await, at("/to_id", &codes::VALUE_INVALID));
    let told = bolts.admin.call::<PreviewReplacement>(&Empty {}, &bolts.query(None), &Empty {}).await;
    told.refused_with(&codes::VALIDATION_FAILED);
    assert_eq!(bolts.read(&draft).await, draft);
    bolts.app.finish().await;
}

#[tokio::test]
async fn a_recipe_that_the_new_component_is_made_of_is_refused_with_the_path() {
    let bolts = Bolts::new().await;
    let make = bolts.app.factory();
    let head = bolts.product().await;
    let good = bolts.draft(4).await;
    let circular = make.bom(head.id, &[(bolts.bolt.id, 1)], bolts.routing).await;
    let better = make.bom(bolts.better.id, &[(head.id, 1)], bolts.routing).await;
    bolts.validate(&better).await;

    let preview = bolts.preview().await;
    let row = preview.boms.iter().find(|row| row.bom_id == circular.id).unwrap();
    let told = row.problem.clone().unwrap();
    let path = format!("{} → {} → {}", head.code, bolts.better.code, head.code);
    assert_eq!(told.code, codes::BOM_CYCLE.code);
    assert!(told.detail.contains(&path), "{}", told.detail);

    let reply = bolts.replace(&[&circular, &good]).await;
    assert_eq!((reply.results[0].done, reply.results[1].done), (false, true));
    assert_eq!(reply.results[0].problem.as_ref().unwrap().code, codes::BOM_CYCLE.code);
    assert_eq!(bolts.read(&circular).await, circular);
    bolts.app.finish().await;
}

#[tokio::test]
async fn a_recipe_that_changed_since_the_preview_is_refused_alone() {
    let bolts = Bolts::new().await;
    let (stale, fresh) = (bolts.draft(4).await, bolts.draft(8).await);
    let change: Patch<BomInput> = serde_json::from_value(json!({"quantity_per_run": "2"})).unwrap();
    let saved = bolts.admin.call_at::<UpdateBom>(&IdPath { id: stale.id }, stale.version, &change).await.ok();
    let reply = bolts.replace(&[&stale, &fresh]).await;
    assert_eq!(reply.results[0].problem.as_ref().unwrap().code, codes::VERSION_STALE.code);
    assert!(reply.results[1].done);
    assert_eq!(bolts.read(&stale).await, saved);
    bolts.app.finish().await;
}

#[tokio::test]
async fn a_validated_revision_whose_draft_lacks_the_component_is_refused_and_told_last() {
    let bolts = Bolts::new().await;
    let validated = bolts.validated(4).await;
    let later = bolts.draft(1).await;
    bolts.replace(&[&validated]).await;
    let preview = bolts.preview().await;
    let told: Vec<_> = preview.boms.iter().map(|row| (row.bom_id, row.problem.is_some())).collect();
    assert_eq!(told, [(later.id, false), (validated.id, true)]);
    assert_eq!(bolts.only_problem(&validated).await, codes::STATE_FORBIDS.code);
    bolts.app.finish().await;
}

#[tokio::test]
async fn where_the_draft_needs_the_component_too_only_the_draft_is_told() {
    let bolts = Bolts::new().await;
    let validated = bolts.validated(4).await;
    let at = IdPath { id: validated.id };
    let draft = bolts.admin.call_at::<ReviseBom>(&at, validated.version, &Empty {}).await.ok();
    let preview = bolts.preview().await;
    assert_eq!(preview.boms.iter().map(|row| row.bom_id).collect::<Vec<_>>(), [draft.id]);
    bolts.app.finish().await;
}

#[tokio::test]
async fn a_line_that_the_new_component_has_already_takes_the_quantity_and_the_preview_says_so() {
    let bolts = Bolts::new().await;
    let lines = [(bolts.bolt.id, 4), (bolts.better.id, 1)];
    let mut input = bolts.app.factory().bom_input(bolts.product().await.id, &lines, bolts.routing);
    let same = bolts.admin.post::<CreateBom>(&input).await.ok();
    input.lines[1].operation_sequence = Some(10);
    let apart = bolts.admin.post::<CreateBom>(&BomInput { code: None, ..input }).await.ok();
    let preview = bolts.preview().await;
    let told = |bom: &BomView| {
        let row = preview.boms.iter().find(|row| row.bom_id == bom.id).unwrap();
        (row.has_it_already, row.lines[0].is_merged)
    };
    assert_eq!((told(&same), told(&apart)), ((true, true), (true, false)));
    bolts.replace(&[&same, &apart]).await;
    let quantities = |bom: BomView| bom.lines.iter().map(|line| line.quantity).collect::<Vec<_>>();
    assert_eq!(quantities(bolts.read(&same).await), [dec!(5)]);
    assert_eq!(quantities(bolts.read(&apart).await), [dec!(4), dec!(1)]);
    bolts.app.finish().await;
}

#[tokio::test]
async fn the_reason_is_kept_in_the_history_of_each_recipe() {
    let bolts = Bolts::new().await;
    let validated = bolts.validated(4).await;
    let reply = bolts.replace(&[&validated]).await;
    let mut connection = bolts.app.store.connection().await.unwrap();
    let detail =
        format!("revised from revision 1; {} replaced by {}: the old one rusts", bolts.bolt.code, bolts.better.code);
    let kept =
        sql("SELECT count(*) FROM audit_log WHERE entity_id = $1 AND action = 'ReplaceComponent' AND detail = $2")
            .bind(reply.results[0].draft_id.unwrap().uuid())
            .bind(detail)
            .one::<Count>(&mut connection)
            .await
            .unwrap();
    assert_eq!(kept.count, 1);
    drop(connection);
    bolts.app.finish().await;
}
