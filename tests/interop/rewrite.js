// node rewrite.js xliff-1.2|xliff-2.0|po < file > the same file, as this tool writes what it reads
import { readFileSync, writeFileSync } from "node:fs";
import gettext from "gettext-parser";
import xliff from "xliff";

const rewrite = {
  "xliff-1.2": async (data) => xliff.jsToXliff12(await xliff.xliff12ToJs(data.toString())),
  "xliff-2.0": async (data) => xliff.js2xliff(await xliff.xliff2js(data.toString())),
  po: async (data) => gettext.po.compile(gettext.po.parse(data, { validation: true })),
};

writeFileSync(1, await rewrite[process.argv[2]](readFileSync(0)));
