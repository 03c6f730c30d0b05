// Who only looks: a viewer reads an order, and can neither confirm it nor see what it costs.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { PATHS, Person, story } from "../office.mjs";

test("a viewer sees an order and cannot confirm it", { timeout: 60_000 }, () => story("access", async (browser) => {
  const planner = await Person.logIn(browser, "planner", { path: `${PATHS.orders}/new` });
  await planner.choose("Product", "TABLE-01");
  await planner.fill("Quantity", "3");
  await planner.press("Create");
  await planner.action("Confirm order").waitFor();
  const address = planner.page.url();
  const id = address.split("/").pop().split("?")[0];

  const viewer = await Person.logIn(browser, "viewer", { path: address });
  const { page } = viewer;
  await page.locator(".record-title").filter({ hasText: "Steel table" }).waitFor();
  const confirm = viewer.action("Confirm order");
  await confirm.waitFor();
  assert.equal(await confirm.getAttribute("aria-disabled"), "true");
  await viewer.sees("Your role may not change this");

  await confirm.click({ force: true });
  await page.keyboard.press("c");
  await viewer.tab("Costs");
  await viewer.sees("Your role does not show costs");
  assert.equal(await page.locator(".sum").count(), 0);

  const refused = await page.request.post(`/api/v1/manufacturing-orders/${id}/confirm`, {
    data: {},
    headers: { "Idempotency-Key": randomUUID(), "If-Match": '"1"' },
  });
  assert.equal(refused.status(), 403);
  assert.match(refused.headers()["content-type"], /application\/problem\+json/);
  assert.equal((await page.request.get(`/api/v1/manufacturing-orders/${id}/cost-sheet`)).status(), 403);

  await planner.page.reload();
  await planner.action("Confirm order").waitFor();
  assert.notEqual(await planner.action("Confirm order").getAttribute("aria-disabled"), "true", "it is a draft still");
  viewer.assertCalm();
  planner.assertCalm();
}));
