// What a finished work order took stands beside its operation, and the operation is told to use it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PATHS, Person, story, unique } from "../office.mjs";

test("an operation uses the time that its finished work orders show", { timeout: 90_000 }, () => story("learned", async (browser) => {
  const manager = await Person.logIn(browser, "manager", { theme: "dark" });
  const { page } = manager;
  const { items: centers } = await manager.call("GET", "/work-centers?q=WC-CUT");
  const step = {
    sequence: 10, name: "Cutting", work_center_id: centers[0].id, setup_seconds: 0, cycle_seconds: 600,
    quantity_per_cycle: "1", cleanup_seconds: 0, staff_needed: 1, instructions: "",
  };
  const body = { name: unique("Quick cut"), operations: [step], active: true };
  const routing = await manager.call("POST", "/routings", { body });
  const work = await workOrder(manager, routing.id);

  // The clock of the office shows what will be learned.
  await manager.open(`${PATHS.workOrders}/${work}`);
  await manager.press("Start");
  await page.locator(".meter[data-running]").filter({ hasText: /0:00:0[2-9]/ }).waitFor();
  const { version } = await manager.call("GET", `/work-orders/${work}`);
  await manager.call("POST", `/work-orders/${work}/finish`, { body: {}, version });

  await manager.open(`${PATHS.routings}/${routing.id}`);
  const learned = page.locator(".operation-learned");
  await manager.sees(/Learned 0:00:\d\d from 1 work order$/, learned);
  await learned.locator(".link").click();
  await manager.dialog().locator(`a[href$="/${work}"]`).waitFor();
  await manager.picture("learned-dialog");
  await page.keyboard.press("Escape");
  await manager.press("Use this", learned);
  await manager.sees("counts", learned);
  await manager.press("Save");
  await manager.sees("No changes to save");
  await manager.picture("learned-used");

  const saved = await manager.call("GET", `/routings/${routing.id}`);
  assert.equal(saved.operations[0].time_mode, "learned");
  const { items } = await manager.call("GET", `/routings/${routing.id}/learned-times`);
  const next = await order(manager, routing.id);
  assert.equal(next.operations[0].planned_seconds, items[0].learned_cycle_seconds);
  manager.assertCalm();
}));

/** A confirmed order of one table by this routing, with material of its own at the cost that it has: other stories use up what
 * is in stock, and read costs. */
async function order(manager, routing_id) {
  const material = await Promise.all(["TUBE-40", "PAINT-RAL"].map((code) => manager.product(code)));
  await manager.bring(material.map(({ id }) => ({ product_id: id, quantity: "5" })));
  const date_deadline = new Date(Date.now() + 40 * 86_400_000).toISOString().replace(/\.\d+Z$/, "Z");
  const body = { product_id: (await manager.product("TABLE-01")).id, quantity: "1", date_deadline, routing_id };
  const draft = await manager.call("POST", "/manufacturing-orders", { body });
  return manager.call("POST", `/manufacturing-orders/${draft.id}/confirm`, { version: draft.version });
}

/** The one work order of a planned order. */
async function workOrder(manager, routing_id) {
  const { id, version } = await order(manager, routing_id);
  const planned = await manager.call("POST", `/manufacturing-orders/${id}/plan`, { body: { with_shortage: true }, version });
  return planned.operations[0].work_order_id;
}
