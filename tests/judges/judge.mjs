// node judge.mjs FOLDER PAGES: reads PAGES/html/*.html and PAGES/jsonld/*.jsonld and says what the
// Nu Html Checker, axe-core and schema-dts find wrong. FOLDER has node_modules and may be written
// to. Exit 1 on a finding. Each judge first has to find a fault that was put there.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";

const [folder, pages] = process.argv.slice(2).map((each) => resolve(each));
const require = createRequire(`${folder}/package.json`);
const files = (format) =>
  readdirSync(`${pages}/${format}`).map((name) => `${pages}/${format}/${name}`);
const findings = [];
const made = (name, text) => {
  mkdirSync(`${folder}/made`, { recursive: true });
  writeFileSync(`${folder}/made/${name}`, text);
  return `${folder}/made/${name}`;
};

// The Nu Html Checker: is it HTML?
const vnu = (paths) =>
  spawnSync("java", ["-jar", require.resolve("vnu-jar/build/dist/vnu.jar"), "--format", "gnu", ...paths], {
    encoding: "utf8",
  });
const good = readFileSync(files("html")[0], "utf8");
const invalid = made("invalid.html", good.replace("<main>", "<main><p><div></p></div>"));
if (vnu([invalid]).status === 0) findings.push("The Nu Html Checker found no fault in a page that has one.");
const checked = vnu(files("html"));
if (checked.status !== 0) findings.push(checked.stderr || String(checked.error));

// axe-core: WCAG 2.2 A and AA and its own best practices, on a phone and on a wide screen; and
// nothing may stick out of the page.
const { chromium } = require("playwright-core");
const browser = await chromium.launch({
  executablePath: execFileSync("which", ["chromium"], { encoding: "utf8" }).trim(),
  args: "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --no-first-run".split(" "),
});
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
async function violations(path, width) {
  const page = await browser.newPage({ viewport: { width, height: 800 } });
  await page.route(/^https?:/, (route) => route.abort()); // images are not what is judged
  await page.goto(`file://${path}`);
  await page.addScriptTag({ path: require.resolve("axe-core/axe.min.js") });
  const found = await page.evaluate((rules) => axe.run(document, { runOnly: rules }), RULES);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  await page.close();
  const said = found.violations.map((each) => `${each.id}: ${each.nodes[0].html.slice(0, 120)}`);
  return wide ? [...said, "wider than the screen"] : said;
}
const pale = made("pale.html", good.replace("--ink:#1b1f24", "--ink:#b0b0b0").replace(/ alt="[^"]+"/, ""));
const seen = (await violations(pale, 360)).join();
for (const fault of ["color-contrast", "image-alt"])
  if (!seen.includes(fault)) findings.push(`axe-core did not find ${fault} in a page that has it.`);
for (const path of files("html"))
  for (const width of [360, 1280])
    for (const found of await violations(path, width)) findings.push(`${path} at ${width}: ${found}`);
await browser.close();

// schema-dts: does schema.org have these properties, with values of these types?
const tsc = (name, json) => {
  const source = made(
    name,
    'import type { MedicalWebPage, WithContext } from "schema-dts";\n' +
      json.map((text, each) => `export const page${each}: WithContext<MedicalWebPage> = ${text};\n`).join(""),
  );
  const options = "--noEmit --strict --skipLibCheck --module nodenext --moduleResolution nodenext".split(" ");
  return spawnSync(process.execPath, [`${folder}/node_modules/typescript/bin/tsc`, ...options, source], { encoding: "utf8" });
};
const linked = files("jsonld").map((path) => readFileSync(path, "utf8"));
for (const wrong of ['"indication":', '"contraindication": 7, "a":']) {
  const text = linked[0].replace('"contraindication":', wrong);
  if (tsc("wrong.ts", [text]).status === 0) findings.push(`schema-dts did not find ${wrong}.`);
}
const typed = tsc("pages.ts", linked);
if (typed.status !== 0) findings.push(typed.stdout || typed.stderr || String(typed.error));

for (const found of findings) console.error(found);
console.log(`${files("html").length} pages and ${linked.length} JSON-LD: ${findings.length || "no"} findings`);
process.exit(findings.length ? 1 : 0);
