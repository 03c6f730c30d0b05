// Nothing on any page hinders people with disabilities seriously: axe looks at every page, tab and dialog, in both
// languages and both themes. A theme changes colours only, so for the second one only the rules about colours run again.

import assert from "node:assert/strict";
import { test } from "node:test";
import axe from "axe-core";
import { Person, openBrowser, story } from "../office.mjs";
import { eachScreen } from "../screens.mjs";

const COLOUR_RULES = ["color-contrast", "link-in-text-block"];

for (const language of ["en", "ro"]) {
  test(`axe finds nothing serious, ${language}`, { timeout: 240_000 }, () => story(`axe-${language}`, async (browser) => {
    const found = [];
    await logInPage(language, found);
    const manager = await Person.logIn(browser, "manager", { language });
    let count = 0;
    await eachScreen(manager, async (name) => {
      found.push(...(await look(manager.page, `${name} ${language}`)));
      count += 1;
    });
    console.log(`axe, ${language}: ${count} screens in two themes, ${found.length} serious or critical findings`);
    assert.deepEqual(found, []);
    manager.assertCalm();
  }));
}

test("axe would find what hinders people", { timeout: 60_000 }, () => story("axe-itself", async (browser) => {
  const page = await (await browser.newContext()).newPage();
  await page.setContent(`<html lang="en"><title>Bad</title><main><h1>Bad</h1><p style="color: #bbb">Pale</p><button></button></main>`);
  const found = await look(page, "a bad page");
  for (const rule of ["light: color-contrast", "light: button-name", "dark: color-contrast"]) {
    assert.ok(found.some((one) => one.includes(rule)), `${rule} is not found: ${found}`);
  }
}));

/** Before anybody is known. */
async function logInPage(language, found) {
  const browser = await openBrowser();
  try {
    const context = await browser.newContext({ baseURL: process.env.MRP_URL, viewport: { width: 1440, height: 900 } });
    await context.addInitScript((code) => localStorage.setItem("mrp.language", code), language);
    const page = await context.newPage();
    await page.goto("/login");
    await page.locator("#login").waitFor();
    found.push(...(await look(page, `log-in ${language}`)));
  } finally {
    await browser.close();
  }
}

/** Serious and critical findings, in light with every rule, in dark with those about colours. */
async function look(page, screen) {
  // The office is loaded once for many screens, and axe with it.
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe.source);
  const findings = [];
  for (const theme of ["light", "dark"]) {
    const violations = await page.evaluate(async ([name, rules]) => {
      document.documentElement.setAttribute("data-theme", name);
      // Until two frames later elements may still have the colours of the other theme.
      await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
      const options = { resultTypes: ["violations"], ...(rules ? { runOnly: rules } : {}) };
      const { violations: all } = await window.axe.run(document, options);
      return all.map(({ id, impact, nodes }) => ({
        id, impact, where: nodes.slice(0, 3).map(({ target, any }) => `${target.join(" ")} ${any[0]?.message ?? ""}`),
      }));
    }, [theme, theme === "dark" ? COLOUR_RULES : null]);
    for (const { id, impact, where } of violations.filter((one) => ["serious", "critical"].includes(one.impact))) {
      findings.push(`${screen}, ${theme}: ${id} (${impact}): ${where.join(" | ")}`);
    }
  }
  return findings;
}
