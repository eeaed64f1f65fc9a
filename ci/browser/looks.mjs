// What every page must keep: nothing wider than its window, nothing that only eyes or only a mouse can use.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

export const WIDTHS = [375, 1024, 1920];
export const SCHEMES = ["light", "dark"];
const MAX_STOPS = 3000;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Everything that is wrong, one line each. */
export const wrong = [];
export const say = (page, what) => { wrong.push(`${page}: ${what}`); };

/** Nothing is wider than the page, and whoever cannot see it can use it. */
export async function looks(page, name) {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (over > 0) say(name, `is ${over} pixels wider than its window`);
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  for (const { id, impact, nodes } of violations) {
    if (impact === "serious" || impact === "critical") {
      say(name, `${impact}: ${id}, ${nodes.length} times, first ${nodes[0].target} ${nodes[0].any[0]?.message ?? ""}`);
    }
  }
  return violations.length;
}

/** Tab comes to everything that can be used, and one sees where it is. */
export async function keyboard(page, name) {
  const all = await page.evaluate(() => {
    const usable = "a[href], button, input, select, textarea, summary, [tabindex='0']";
    const shown = [...document.querySelectorAll(usable)].filter((one) => !one.disabled && one.checkVisibility({ visibilityProperty: true }));
    shown.forEach((one, at) => { one.dataset.stop = at; });
    document.activeElement?.blur();
    return shown.length;
  });
  const reached = new Set();
  const unseen = new Set();
  for (let stop = 0; stop < MAX_STOPS; stop += 1) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(() => {
      const one = document.activeElement;
      if (!one || one === document.body) return null;
      const { outlineStyle, outlineWidth } = getComputedStyle(one);
      return { stop: one.dataset.stop, seen: outlineStyle !== "none" && parseFloat(outlineWidth) >= 1, what: one.outerHTML.slice(0, 120) };
    });
    if (at === null || reached.has(at.stop)) break;
    if (at.stop !== undefined) reached.add(at.stop);
    if (!at.seen) unseen.add(at.what);
  }
  if (reached.size < all) say(name, `Tab reaches ${reached.size} of ${all} things that can be used`);
  for (const what of [...unseen].slice(0, 3)) say(name, `has the focus and does not show it: ${what}`);
  return all;
}
