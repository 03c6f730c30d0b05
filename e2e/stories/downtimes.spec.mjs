// A machine breaks: the operator reports it where he stands, nothing starts there until it runs again, and the list keeps
// how long it stood and why.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PATHS, Person, story } from "../office.mjs";

test("nothing starts at a work centre that stands", { timeout: 120_000 }, () => story("downtime", async (browser) => {
  const manager = await Person.logIn(browser, "manager");
  const { items } = await manager.call("GET", "/work-orders?open=true&limit=200");
  const work = items.find((one) => one.state === "ready") ?? items.find((one) => one.state === "waiting");
  assert.ok(work, "the demo has open work");
  const whyNot = async () =>
    (await manager.call("GET", `/work-orders/${work.id}`)).actions.find((action) => action.command === "start").reason;
  const operator = await Person.logIn(browser, "welder", { path: `${PATHS.workOrders}/${work.id}` });
  await operator.sees("Can run");
  await operator.press("Report downtime");
  const dialog = operator.dialog();
  await operator.choose("Reason", "BREAKDOWN", dialog);
  await operator.fill("Note", "The belt is torn", dialog);
  await operator.picture("downtime-reported");
  await operator.press("Report downtime", dialog);
  await dialog.waitFor({ state: "detached" });
  await operator.page.getByText("Stands: Breakdown").waitFor();
  const start = operator.page.getByRole("button", { name: /^Start/ });
  assert.equal(await start.getAttribute("aria-disabled"), "true");
  assert.equal(await whyNot(), "work_center_blocked");
  await operator.picture("work-order-blocked");

  await manager.open(`${PATHS.workOrders}?open=true&q=${work.number}`);
  await manager.sees(`${work.work_center_name}: Breakdown`);
  await manager.picture("work-orders-blocked");
  await manager.open(`${PATHS.downtimes}?running=true`);
  await manager.sees("The belt is torn");
  await manager.picture("downtimes");

  await operator.press("It runs again");
  await operator.sees("Can run");
  assert.notEqual(await whyNot(), "work_center_blocked");
  await manager.open(`${PATHS.workCenters}/${work.work_center_id}`);
  await manager.sees("Can run");
  await manager.picture("work-centre-standing");
  operator.assertCalm();
  manager.assertCalm();
}));
