// node email.mjs FOLDER PAGES SHELLS: reads PAGES/email/*.html, and SHELLS/*.html, what MJML made.
// FOLDER has node_modules. caniemail knows what mail programs do not understand; MJML knows it
// too and uses some of it all the same, where nothing is lost without. So an email may use what
// MJML uses, and nothing else of that kind. axe-core judges it as a page. Exit 1 on a finding.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, pages, shells] = process.argv.slice(2).map((each) => resolve(each));
const require = createRequire(`${folder}/package.json`);
const { caniemail } = await import(pathToFileURL(`${folder}/node_modules/caniemail/dist/index.js`));
const emails = readdirSync(`${pages}/email`).map((name) => `${pages}/email/${name}`);
const findings = [];

const PROGRAMS = ["gmail.*", "outlook.*", "apple-mail.*", "yahoo.*"];
const unsupported = (html) => {
  const { errors, warnings } = caniemail({ clients: PROGRAMS, html }).issues;
  return [errors, warnings].flatMap((found) => [...found.values()].flat().map((each) => each.title));
};
const ours = new Set([
  ...readdirSync(shells)
    .filter((name) => name.endsWith(".html"))
    .flatMap((name) => unsupported(readFileSync(`${shells}/${name}`, "utf8"))),
  "<ul>, <ol> and <dl>", // only their type attribute is missing; loose lines are read aloud worse
]);
const fresh = (html) => [...new Set(unsupported(html))].filter((title) => !ours.has(title));
const good = readFileSync(emails[0], "utf8");
const flex = fresh(good.replace("margin:0 0 10px", "display:flex;gap:1rem"));
if (!flex.length) findings.push("caniemail did not find a flexible box, which Outlook does not know.");
for (const path of emails)
  for (const title of fresh(readFileSync(path, "utf8"))) findings.push(`${path}: ${title}`);

const { chromium } = require("playwright-core");
const browser = await chromium.launch({
  executablePath: execFileSync("which", ["chromium"], { encoding: "utf8" }).trim(),
  args: "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --no-first-run".split(" "),
});
// Not "best-practice": a mail program shows an email inside a page of its own, with landmarks.
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
async function violations(html, width) {
  const page = await browser.newPage({ viewport: { width, height: 800 } });
  await page.route(/^https?:/, (route) => route.abort()); // images are not what is judged
  await page.setContent(html);
  await page.addScriptTag({ path: require.resolve("axe-core/axe.min.js") });
  const found = await page.evaluate((rules) => axe.run(document, { runOnly: rules }), RULES);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  await page.close();
  const said = found.violations.map((each) => `${each.id}: ${each.nodes[0].html.slice(0, 120)}`);
  return wide ? [...said, "wider than the screen"] : said;
}
const pale = (await violations(good.replaceAll("color:#1b1f24", "color:#b0b0b0").replace(/ alt="[^"]+"/, ""), 360)).join();
for (const fault of ["color-contrast", "image-alt"])
  if (!pale.includes(fault)) findings.push(`axe-core did not find ${fault} in an email that has it.`);
for (const path of emails)
  for (const width of [360, 640])
    for (const found of await violations(readFileSync(path, "utf8"), width)) findings.push(`${path} at ${width}: ${found}`);
await browser.close();

for (const found of findings) console.error(found);
console.log(`${emails.length} emails: ${findings.length || "no"} findings`);
process.exit(findings.length ? 1 : 0);
