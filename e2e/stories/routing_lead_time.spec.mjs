// While one edits a routing: when so many pieces would be done on the hours of the work centres, who can stand in, what costs nothing.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PATHS, Person, story, unique } from "../office.mjs";

test("a routing tells when its pieces would be done", { timeout: 90_000 }, () => story("lead-time", async (browser) => {
  const manager = await Person.logIn(browser, "manager");
  const { page } = manager;
  const { items: [cutting] } = await manager.call("GET", "/work-centers?q=WC-CUT");
  const code = unique("WC").replace(/[^A-Za-z0-9-]/g, "-");
  const center = await manager.call("POST", "/work-centers", { body: {
    code, name: `Saw ${code}`, kind: "machine", capacity: 1, efficiency_percent: "50", setup_seconds: 0, cleanup_seconds: 0,
    alternative_ids: [cutting.id], description: "", active: true,
  } });
  const step = {
    sequence: 10, name: "Sawing", work_center_id: center.id, setup_seconds: 0, cycle_seconds: 3600,
    quantity_per_cycle: "1", cleanup_seconds: 0, staff_needed: 1, instructions: "",
  };
  const routing = await manager.call("POST", "/routings", { body: { name: unique("Sawn"), operations: [step], active: true } });

  await manager.open(`${PATHS.routings}/${routing.id}`);
  const card = page.locator(".operation-card");
  await manager.sees(`Can stand in: ${cutting.name}`, card);
  await manager.sees("No cost per hour", card);

  // Ten pieces of an hour at 50 % are twenty hours, however the shifts fall.
  await manager.sees("20:00 h of work");
  const ten = await instant(page);
  await page.getByLabel("For how many pieces").fill("20");
  await manager.sees("40:00 h of work");
  assert.ok(await instant(page) !== ten, "twice the pieces are done at another time");
  await manager.picture("lead-time");

  // From a moment that is named: the beginning of the next shift.
  const { windows } = await manager.call("GET", `/work-centers/${center.id}/windows`);
  const begin = shopClock(new Date(windows.find(({ start }) => new Date(start) > new Date()).start));
  await page.getByLabel("For how many pieces").fill("1");
  await page.getByLabel("Beginning (empty: now)").fill(begin);
  await manager.sees("2:00 h of work");
  await manager.sees(` ${begin.split("T")[1]} – `, page.locator(".lead-row"));

  // More than a quarter of a year is reckoned with the hours of a whole one; more than that is told.
  await page.getByLabel("For how many pieces").fill("1000");
  await manager.sees("2000:00 h of work");
  await page.getByLabel("For how many pieces").fill("100000");
  await manager.sees(`More than Saw ${code} can do in a year`);

  await manager.open(`${PATHS.workCenters}/${center.id}`);
  await manager.sees("No cost per hour", page.locator(".form-notice"));
  await page.getByLabel(/^Cost per hour/).fill("25");
  await page.locator(".form-notice").waitFor({ state: "detached" });
  manager.assertCalm();
}));

/** When the last piece is done, as the rail says it. */
async function instant(page) {
  return page.locator(".lead-whole").textContent();
}

/** An instant on the demo factory's clock, as a field of date and time takes it. */
function shopClock(moment) {
  const clock = new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Bucharest", dateStyle: "short", timeStyle: "short" });
  return clock.format(moment).replace(" ", "T");
}
