// Bundles the extension into `dist/`; with `--tests`, its tests.
import { build } from "esbuild";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";

const common = { bundle: true, target: "es2022", platform: "node", format: "cjs", logLevel: "warning" };

/** The licences of the packages in a bundle, which ask to go with it. */
function licences(inputs) {
  const found = Object.keys(inputs).flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []);
  return [...new Set(found)].sort().map((folder) => {
    const { name, version } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
    const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
    if (!file) throw new Error(`${name} has no licence that could go with it`);
    return `${name} ${version}\n\n${readFileSync(`${folder}/${file}`, "utf8").trim()}\n`;
  });
}

rmSync("dist", { recursive: true, force: true });
if (process.argv.includes("--tests")) {
  await build({ ...common, entryPoints: ["tests/program.test.ts", "tests/panel.test.ts"], outdir: "dist/tests", outExtension: { ".js": ".cjs" } });
} else {
  const made = await build({
    ...common,
    entryPoints: ["extension.ts"],
    outfile: "dist/extension.js",
    external: ["vscode"], // the editor brings it
    minify: true,
    metafile: true,
  });
  writeFileSync("dist/licences.txt", licences(made.metafile.inputs).join("\n---\n\n"));
}
