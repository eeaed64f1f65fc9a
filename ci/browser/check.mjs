// Opens pages in Chromium as people do: wide and narrow, light and dark, by keyboard, without scripts.
//
//   node check.mjs CHROMIUM PAGE.html...                    checks
//   node check.mjs CHROMIUM --screenshots DIR SHOT...       draws: SHOT is NAME=PAGE.html:SCHEME:WIDTHxHEIGHT:SELECTOR
import { readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const WIDTHS = [375, 1024, 1920];
const SCHEMES = ["light", "dark"];
const MAX_LOAD = 2000;
const MAX_STOPS = 3000;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const [executablePath, ...args] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
const wrong = [];
const say = (page, what) => { wrong.push(`${page}: ${what}`); };

/** A page that says what it loads and what goes wrong in it. */
async function open(file, options, name) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) say(name, `the console says ${message.text()}`);
  });
  page.on("pageerror", (error) => say(name, `a script fails: ${error}`));
  const own = pathToFileURL(resolve(file)).href;
  page.on("request", (request) => {
    const url = request.url().split("#")[0];
    if (url !== own && !url.startsWith("data:")) say(name, `loads ${url}`);
  });
  const began = performance.now();
  await page.goto(own, { waitUntil: "load" });
  // Until it has been drawn.
  if (options.javaScriptEnabled !== false) {
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  }
  return { context, page, took: performance.now() - began };
}

/** Nothing is wider than the page, and whoever cannot see it can use it. */
async function looks(page, name) {
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
async function keyboard(page, name) {
  const all = await page.evaluate(() => {
    const usable = "a[href], button, input, select, textarea, summary, [tabindex='0']";
    const shown = [...document.querySelectorAll(usable)].filter((one) => one.checkVisibility({ visibilityProperty: true }));
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

/** Each section is one key away from its name in the list. */
async function sections(page, name) {
  const links = await page.locator(".nav a").all();
  for (const link of links) {
    await link.focus();
    await page.keyboard.press("Enter");
    const id = (await link.getAttribute("href")).slice(1);
    await page.waitForFunction((id) => {
      const { top } = document.querySelector(`#${id} h2`).getBoundingClientRect();
      const covered = document.elementFromPoint(innerWidth / 2, 1)?.closest(".bar, .nav")?.getBoundingClientRect().bottom ?? 0;
      return top >= covered && top < innerHeight;
    }, id, { timeout: 3000 }).catch(() => say(name, `its section ${id} is not seen where its link leads`));
  }
  return links.length;
}

/** What scripts add does what it says. */
async function comfort(page, name) {
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const before = await paper();
  await page.locator("#theme").click();
  if ((await paper()) === before) say(name, "the switch between light and dark changes nothing");
  await page.locator("#theme").click();
  if ((await paper()) !== before) say(name, "light and dark do not come back");
  const words = page.locator("#failure-words");
  if (!(await words.count())) return;
  const shown = () => page.locator(".fail:visible").count();
  const all = await shown();
  await words.fill("no such words anywhere");
  if ((await shown()) !== 0) say(name, "words that stand nowhere filter nothing");
  await words.fill("");
  if ((await shown()) !== all) say(name, "a filter that is gone still filters");
  await page.locator("#failure-cause").selectOption({ index: 1 });
  const some = await shown();
  if (some === 0) say(name, "a cause has no scenario");
  await page.locator("#failure-cause").selectOption({ index: 0 });
  await page.locator(".fail > summary").first().press("Enter");
  if (!(await page.locator(".fail[open] .cmd button").first().isVisible())) say(name, "a failure does not unfold");
}

/** How many tables, rows and folded parts there are, and how much there is to read. */
const contents = (page) => page.evaluate(() => {
  const count = (what) => document.querySelectorAll(what).length;
  return { tables: count("table"), rows: count("tr"), folded: count("details"), sections: count("section") };
});

async function check(file) {
  const short = basename(file);
  let stops = 0, count = 0;
  const times = [];
  for (const width of WIDTHS) {
    for (const colorScheme of SCHEMES) {
      const name = `${short} at ${width}, ${colorScheme}`;
      const { context, page, took } = await open(file, { viewport: { width, height: 900 }, colorScheme }, name);
      times.push(took);
      await looks(page, name);
      if (colorScheme === "light") {
        if (width !== WIDTHS[1]) stops = Math.max(stops, await keyboard(page, name));
        count = await sections(page, name);
        await comfort(page, name);
      }
      if (width !== WIDTHS[1]) {
        // Some of it unfolded, as somebody may have left it.
        await page.evaluate(() => [...document.querySelectorAll("details")].slice(0, 5).forEach((one) => { one.open = true; }));
        await looks(page, `${name}, unfolded`);
      }
      await context.close();
    }
  }
  const viewport = { width: 1024, height: 900 };
  const bare = await open(file, { viewport, javaScriptEnabled: false }, `${short} without scripts`);
  const full = await open(file, { viewport }, short);
  const [without, within] = [await contents(bare.page), await contents(full.page)];
  if (JSON.stringify(without) !== JSON.stringify(within)) {
    say(short, `without scripts it has ${JSON.stringify(without)}, with them ${JSON.stringify(within)}`);
  }
  if (await bare.page.locator("button:visible, input:visible").count()) say(short, "shows without scripts what needs them");
  const fails = await full.page.locator(".fail").count();
  await bare.context.close();
  await full.context.close();
  // A machine that is busy with something else is no fault of the page.
  times.sort((a, b) => a - b);
  if (times[0] > MAX_LOAD) say(short, `opens in ${times[0].toFixed(0)} ms, expected less than ${MAX_LOAD}`);
  const kib = (readFileSync(file).length / 1024).toFixed(0);
  console.log(`${short}: ${kib} KiB, ${count} sections, ${within.tables} tables, ${within.rows} rows, ${fails} folded scenarios or mutants, ` +
    `${stops} stops by keyboard; opens in ${times[0].toFixed(0)} to ${times.at(-1).toFixed(0)} ms`);
}

async function draw(folder, shot) {
  const [, name, file, colorScheme, width, height, selector] = /^(\w[\w-]*)=(.+?):(light|dark):(\d+)x(\d+):(.+)$/.exec(shot);
  const options = { viewport: { width: Number(width), height: Number(height) }, colorScheme };
  const { context, page } = await open(file, options, name);
  await page.evaluate((selector) => {
    const at = document.querySelector(selector);
    if (at.tagName === "DETAILS") at.open = true;
    const bar = document.querySelector(".bar").getBoundingClientRect().height;
    if (selector !== "body") scrollTo(0, scrollY + at.getBoundingClientRect().top - bar - 16);
  }, selector);
  await page.waitForTimeout(300);
  await page.screenshot({ path: join(folder, `${name}.png`) });
  await context.close();
}

try {
  if (args[0] === "--screenshots") {
    for (const shot of args.slice(2)) await draw(args[1], shot);
  } else {
    for (const file of args) await check(file);
  }
} finally {
  await browser.close();
}
if (wrong.length > 0) {
  console.error([...new Set(wrong)].join("\n"));
  process.exit(1);
}
