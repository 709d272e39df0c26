// Bundles the plugin into `dist/`; with `--tests`, its tests with stand-ins for Obsidian.
import { build } from "esbuild";
import { copyFileSync, readdirSync, rmSync } from "node:fs";

const common = { bundle: true, target: "es2022", logLevel: "warning", legalComments: "none" };
// Obsidian brings these itself; a second copy of CodeMirror would not know its states.
const given = ["obsidian", "electron", "@codemirror/state", "@codemirror/view"];

rmSync("dist", { recursive: true, force: true });
if (process.argv.includes("--tests")) {
  await build({
    ...common,
    entryPoints: readdirSync("tests").filter((name) => name.endsWith(".test.ts")).map((name) => `tests/${name}`),
    outdir: "dist/tests",
    outExtension: { ".js": ".mjs" },
    format: "esm",
    platform: "node",
    packages: "external",
    alias: { obsidian: "./tests/obsidian.ts" },
  });
} else {
  await build({
    ...common,
    entryPoints: ["main.ts"],
    outfile: "dist/main.js",
    format: "cjs",
    platform: "browser",
    external: [...given, "child_process"],
    minify: true,
  });
  for (const name of ["manifest.json", "styles.css"]) copyFileSync(name, `dist/${name}`);
}
