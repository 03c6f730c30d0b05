// Who leaves a page before its answers are here breaks nothing: every page is left after a few moments of different
// length, while the server is slow by different amounts.

import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { PATHS, Person, story } from "../office.mjs";
import { UNKNOWN, follow, screens } from "../screens.mjs";

/** How long somebody stays on a page, in milliseconds. */
const STAYS = [20, 60, 200];
/** The slowest answer. */
const SLOWEST = 110;

test("a page that is left before its answers are here breaks nothing", { timeout: 180_000 }, () =>
  story("left-early", async (browser) => {
    const manager = await Person.logIn(browser, "manager");
    // An address that the office does not know makes it begin anew.
    const known = (await screens(manager)).map(([, address]) => address).filter((address) => address !== UNKNOWN);
    const addresses = [...new Set([...known, await revised(manager)])];
    let count = 0;
    await manager.page.route("**/api/v1/**", async (route) => {
      count += 1;
      await pause((count * 37) % SLOWEST);
      await route.continue();
    });
    for (const stay of STAYS) {
      for (const address of addresses) {
        await follow(manager.page, address);
        await pause(stay);
      }
      // A panic leaves an office that no longer answers.
      await follow(manager.page, PATHS.products);
      await manager.page.locator("table tbody tr").first().waitFor();
      manager.assertCalm();
    }
    await manager.page.unrouteAll({ behavior: "ignoreErrors" });
  }));

/** A recipe that is shown beside the revision before it, which is read once the recipe itself is here. */
async function revised(manager) {
  const { items } = await manager.call("GET", "/boms?state=validated");
  const bom = await manager.call("GET", `/boms/${items[0].id}`);
  const draft = bom.revisions.find((other) => other.state === "draft");
  const next = draft ?? (await manager.call("POST", `/boms/${bom.id}/revise`, { version: bom.version, body: {} }));
  return `${PATHS.boms}/${next.id}`;
}
