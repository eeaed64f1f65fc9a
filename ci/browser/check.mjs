// Opens pages in Chromium as people do: wide and narrow, light and dark, by keyboard, without scripts.
//
//   node check.mjs CHROMIUM PAGE.html...                    checks
//   node check.mjs CHROMIUM --screenshots DIR SHOT...       draws: SHOT is NAME=PAGE.html:SCHEME:WIDTHxHEIGHT:SELECTOR
import { readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { SCHEMES, WIDTHS, keyboard, looks, say, wrong } from "./looks.mjs";

const MAX_LOAD = 2000;

const [executablePath, ...args] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });

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
  const small = page.locator(".fail[open] summary", { hasText: "The small one as a file" });
  if (!(await small.count())) return say(name, "the first failure is not shrunk");
  await small.press("Enter");
  if (!(await page.locator(".fail[open] .file pre").first().isVisible())) say(name, "a small scenario does not unfold");
}

/** The slider of a story goes to each of its moments by keyboard, says which it shows, and draws it. */
async function slider(page, name) {
  const input = page.locator(".dv-time input:visible").first();
  if (!(await input.count())) return 0;
  const look = () => page.evaluate(() => {
    const bar = [...document.querySelectorAll(".dv-time")].find((one) => one.checkVisibility());
    const figure = bar.closest("figure");
    const [input, output] = [bar.querySelector("input"), bar.querySelector("output")];
    return {
      at: +input.value, last: +input.max, said: output.textContent, heard: input.getAttribute("aria-valuetext"),
      drawn: [...figure.querySelectorAll("[data-cell] title")].map((one) => one.textContent).join("|"),
      cursor: figure.querySelector(".dv-cursor")?.getAttribute("x"),
    };
  });
  await input.focus();
  const end = await look();
  if (end.at !== end.last) say(name, `a story does not show its end at first, but ${end.at} of ${end.last}`);
  const drawn = new Set([end.drawn]);
  for (let at = end.last - 1; at >= 0; at -= 1) {
    await page.keyboard.press("ArrowLeft");
    const now = await look();
    if (now.at !== at) { say(name, `an arrow goes to moment ${now.at}, expected ${at}`); break; }
    if (!now.said || now.said !== now.heard) say(name, `at moment ${at} it shows ${now.said} and says ${now.heard}`);
    drawn.add(now.drawn);
  }
  if (end.last > 0 && drawn.size < 2) say(name, "every moment looks the same");
  await page.keyboard.press("End");
  if (JSON.stringify(await look()) !== JSON.stringify(end)) say(name, "the end does not look as it did at first");
  return end.last + 1;
}

/** How many tables, rows and folded parts there are, and how much there is to read. */
const contents = (page) => page.evaluate(() => {
  const count = (what) => document.querySelectorAll(what).length;
  return { tables: count("table"), rows: count("tr"), folded: count("details"), sections: count("section") };
});

async function check(file) {
  const short = basename(file);
  let stops = 0, count = 0, moments = 0;
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
        moments = await slider(page, name);
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
    `${moments} moments, ${stops} stops by keyboard; opens in ${times[0].toFixed(0)} to ${times.at(-1).toFixed(0)} ms`);
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
