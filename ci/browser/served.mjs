// Opens the page of a server in Chromium as people do, and lets things happen while it is open.
//
//   node served.mjs CHROMIUM URL SYSTEM UNIT [--screenshots DIR]
import { join } from "node:path";
import { chromium } from "playwright-core";
import { SCHEMES, WIDTHS, keyboard, looks, say, wrong } from "./looks.mjs";

/** However large the site, a page has no more than so many elements. */
const MAX_ELEMENTS = 60_000;
const PATIENCE = 60_000;

const [executablePath, url, system, unit, ...rest] = process.argv.slice(2);
const shots = rest[0] === "--screenshots" ? rest[1] : null;
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });

async function open(options, name) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) say(name, `the console says ${message.text()}`);
  });
  page.on("pageerror", (error) => say(name, `a script fails: ${error}`));
  page.on("request", (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith("data:")) say(name, `loads ${request.url()}`);
  });
  await page.goto(url, { waitUntil: "domcontentloaded" });
  await page.locator("#link[data-live=true]").waitFor({ timeout: PATIENCE }).catch(() => say(name, "never becomes live"));
  await page.locator("#picture .dv-cell").first().waitFor({ state: "attached", timeout: PATIENCE }).catch(() => say(name, "draws no grid"));
  return { context, page };
}

/** Lets the system see the unit in a status, and waits until the page shows it. */
async function varied(page, name, status) {
  const answer = await page.request.put(`${url}/control/v1/units/${system}/${unit}/status`, { data: { status } });
  if (!answer.ok()) return say(name, `the unit cannot be varied: ${answer.status()}`);
  const began = performance.now();
  const cell = page.locator("#picture .dv-cell title", { hasText: ` ${unit}` }).and(page.locator("title", { hasText: status }));
  await cell.first().waitFor({ state: "attached", timeout: PATIENCE }).catch(() => say(name, `does not show the unit ${status}`));
  const row = page.locator("#event-rows tr", { hasText: `${system}:${unit}` }).first();
  await row.waitFor({ state: "attached", timeout: PATIENCE }).catch(() => say(name, "does not show the event"));
  return performance.now() - began;
}

try {
  const times = [];
  let elements = 0, stops = 0;
  for (const width of WIDTHS) {
    for (const colorScheme of SCHEMES) {
      const name = `the page at ${width}, ${colorScheme}`;
      const { context, page } = await open({ viewport: { width, height: 900 }, colorScheme }, name);
      await looks(page, name);
      if (colorScheme === "light" && width !== 1024) stops = Math.max(stops, await keyboard(page, name));
      // What somebody unfolded stays so while things change under it.
      await page.locator("#picture summary").first().press("Enter");
      times.push(await varied(page, name, "boxed"));
      if (!(await page.locator("#picture details[open]").count())) say(name, "folds what was unfolded");
      await looks(page, `${name}, with a finding`);
      if (shots) await page.screenshot({ path: join(shots, `served-${width}-${colorScheme}.png`), fullPage: true });
      times.push(await varied(page, name, "online"));
      elements = Math.max(elements, await page.evaluate(() => document.querySelectorAll("*").length));
      await context.close();
    }
  }
  if (elements > MAX_ELEMENTS) say("the page", `has ${elements} elements, expected ${MAX_ELEMENTS} at most`);
  times.sort((a, b) => a - b);
  console.log(`the page: ${elements} elements, ${stops} stops by keyboard; a change is seen after ${times[0].toFixed(0)} to ${times.at(-1).toFixed(0)} ms`);
} finally {
  await browser.close();
}
if (wrong.length > 0) {
  console.error([...new Set(wrong)].join("\n"));
  process.exit(1);
}
