// Bundles the extension into `dist/`; with `--tests`, its tests with a stand-in for the editor.
import { build } from "esbuild";
import { rmSync } from "node:fs";

const common = { bundle: true, target: "es2022", platform: "node", logLevel: "warning" };

rmSync("dist", { recursive: true, force: true });
if (process.argv.includes("--tests")) {
  await build({ ...common, entryPoints: ["tests/program.test.ts"], outfile: "dist/tests/program.test.cjs", format: "cjs" });
} else {
  await build({
    ...common,
    entryPoints: ["extension.ts"],
    outfile: "dist/extension.js",
    format: "cjs",
    external: ["vscode"], // the editor brings it
    minify: true,
  });
}
