// Every text has room: the office speaks English that is a third longer, and on no screen may a word of it be cut off or
// push the page to the side. Where rows are as high as each other, in cells and in what stands beside a name, a text may
// end in dots; then pointing at it says all of it. So may what people typed themselves.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Person, story } from "../office.mjs";
import { eachScreen } from "../screens.mjs";

test("texts that are a third longer have room on every screen", { timeout: 240_000 }, () => story("long-texts", async (browser) => {
  const manager = await Person.logIn(browser, "manager", { language: "en-XA" });
  const found = [];
  let count = 0;
  await eachScreen(manager, async (name) => {
    const { cut, words } = await manager.page.evaluate(cutTexts);
    assert.ok(words > 2, `${name} speaks the long language: ${words} texts`);
    found.push(...cut.map((text) => `${name}: ${text}`));
    count += 1;
  });
  console.log(`${count} screens with long texts, ${found.length} findings`);
  assert.deepEqual(found, []);
  manager.assertCalm();
}));

test("a text that is cut off would be found", { timeout: 60_000 }, () => story("long-texts-itself", async (browser) => {
  const page = await (await browser.newContext({ viewport: { width: 800, height: 600 } })).newPage();
  await page.setContent(`<main>
    <button style="width: 60px; overflow: hidden; white-space: nowrap">[Čóñfírm órdér~~~]</button>
    <div style="width: 50px; overflow: hidden"><b style="white-space: nowrap">[Ñót éñóúgh róóm~~~]</b></div>
    <p style="width: 60px; overflow: hidden; white-space: nowrap">A product that somebody named</p>
    <p>[Á fíñé téxt~~~~]</p></main>`);
  const { cut } = await page.evaluate(cutTexts);
  assert.equal(cut.length, 2, String(cut));
}));

/** Runs in the page: texts of the long language that nobody can read whole, and how many there are. */
function cutTexts() {
  const DOTS = "td, .crumbs li, .ellipsis, .state-word, .bom-applies, .paste-why, .bom-cell";
  const says = (element, text) => {
    element.dispatchEvent(new PointerEvent("pointerover", { bubbles: true }));
    for (let above = element; above; above = above.parentElement) {
      // A tooltip of the page's own says more than the text does.
      const isOwn = above.matches(DOTS) && above.hasAttribute("title") && !above.hasAttribute("data-cut");
      if (isOwn || above.getAttribute("title")?.includes(text)) return true;
    }
    return false;
  };
  const [cut, seen] = [[], new Set()];
  let words = 0;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const top = document.querySelector("dialog[open]");
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const element = node.parentElement;
    if (!/~\]/.test(node.data) || !element.checkVisibility({ checkVisibilityCSS: true, checkOpacity: true })) continue;
    if (top && !top.contains(element)) continue;
    if (element.closest(".sr-only, [aria-hidden='true']")) continue;
    words += 1;
    const range = document.createRange();
    range.selectNodeContents(node);
    const lines = [...range.getClientRects()].filter((line) => line.width > 0);
    const right = Math.max(...lines.map((line) => line.right));
    const left = Math.min(...lines.map((line) => line.left));
    for (let box = element; box && box !== document.documentElement; box = box.parentElement) {
      const style = getComputedStyle(box);
      // What scrolls can be scrolled to.
      if (style.overflowX === "auto" || style.overflowX === "scroll") break;
      const frame = box.getBoundingClientRect();
      const isCut = style.overflowX !== "visible" && (right > frame.right + 1 || left < frame.left - 1);
      const isOver = style.display === "table-cell" && right > frame.right + 1;
      if (!isCut && !isOver) continue;
      if (element.closest(DOTS) && says(element, node.data.trim())) break;
      const where = `${box.tagName.toLowerCase()}${[...box.classList].map((name) => `.${name}`).join("")}`;
      const words = `"${node.data.trim()}" by ${Math.round(right - frame.right)} px in ${where}`;
      if (!seen.has(words)) cut.push(words);
      seen.add(words);
      break;
    }
  }
  if (document.documentElement.scrollWidth > innerWidth + 1) {
    cut.push(`the page is ${document.documentElement.scrollWidth - innerWidth} px too wide`);
  }
  return { cut, words };
}
