// The plugin: knows what the cells of open notes gave, and has the commands of a writer.

import {
  FileSystemAdapter,
  MarkdownView,
  Modal,
  Notice,
  Platform,
  Plugin,
  PluginSettingTab,
  sanitizeHTMLToDom,
  Setting,
  TFile,
} from "obsidian";
import type { EditorView } from "@codemirror/view";
import { fences, keep, type Placed, place, read, type Shown, type Value } from "./cells.ts";
import { call, type Said } from "./command.ts";
import { type Look, stateOf } from "./drawing.ts";
import type { Host } from "./host.ts";
import { again, liveOutputs } from "./live.ts";
import { show } from "./reading.ts";

/**
 * What this device has decided. It is kept by Obsidian on the device and not in the vault: a vault
 * that somebody sends must not say what runs here.
 */
interface Decided {
  program: string;
  isAllowed: boolean | null;
}

const KEY = "notewright";
const PAUSE = 300; // milliseconds after a save: editors save in bursts

export default class NotewrightPlugin extends Plugin implements Host {
  decided: Decided = { program: "notewright", isAllowed: null };
  clean = sanitizeHTMLToDom;
  private known = new Map<string, { shown: Shown; isKept: boolean }>();
  private running = new Set<string>();
  private listeners = new Map<string, Set<() => void>>();
  private timers = new Map<string, number>();
  private wasAsked = false;
  private last: Promise<unknown> = Promise.resolve();

  override async onload(): Promise<void> {
    const kept: unknown = this.app.loadLocalStorage(KEY);
    if (typeof kept === "object" && kept) this.decided = { ...this.decided, ...kept };
    this.registerMarkdownPostProcessor((section, context) => show(this, section, context));
    this.registerEditorExtension(liveOutputs(this));
    this.registerEvent(
      this.app.workspace.on("file-open", (file) => {
        if (file) void this.open(file);
      }),
    );
    this.registerEvent(
      this.app.vault.on("modify", (file) => {
        if (file instanceof TFile && this.known.has(file.path)) this.lookSoon(file);
      }),
    );
    this.registerEvent(
      this.app.vault.on("rename", (file, before) => {
        this.known.delete(before);
        if (file instanceof TFile) this.lookSoon(file);
      }),
    );
    this.addCommands();
    this.addSettingTab(new Settings(this));
    this.app.workspace.onLayoutReady(() => {
      const file = this.app.workspace.getActiveFile();
      if (file) void this.open(file);
    });
  }

  override onunload(): void {
    for (const timer of this.timers.values()) window.clearTimeout(timer);
  }

  // What views ask for.

  placed(path: string, text: string): Placed[] {
    const found = this.known.get(path);
    return found ? place(text, found.shown.cells) : [];
  }

  values(path: string): Value[] {
    return this.known.get(path)?.shown.cells.flatMap((cell) => cell.values) ?? [];
  }

  look(path: string, isEdited: boolean): Look {
    const isKept = this.known.get(path)?.isKept ?? false;
    return { isEdited, isKept, isRunning: this.running.has(path) };
  }

  listen(path: string, changed: () => void): () => void {
    const all = this.listeners.get(path) ?? new Set();
    this.listeners.set(path, all.add(changed));
    return () => all.delete(changed);
  }

  // What this device allows.

  /** Keeps a decision on this device. */
  decide(change: Partial<Decided>): void {
    this.decided = { ...this.decided, ...change };
    this.app.saveLocalStorage(KEY, this.decided);
  }

  /** Whether notewright may be called; asks, the first time. */
  async mayCall(isAskedAgain = false): Promise<boolean> {
    if (!Platform.isDesktopApp || !(this.app.vault.adapter instanceof FileSystemAdapter)) return false;
    if (this.decided.isAllowed === true) return true;
    const isDecided = this.decided.isAllowed === false || this.wasAsked;
    if (isDecided && !isAskedAgain) return false;
    this.wasAsked = true;
    const isAllowed = await new Question(this).answer();
    if (isAllowed !== null) this.decide({ isAllowed });
    return isAllowed === true;
  }

  // What the cells of a note gave.

  /** A note was opened: shows what is kept of it, then what notewright says. */
  async open(file: TFile): Promise<void> {
    if (file.extension !== "md" || !fences(await this.app.vault.cachedRead(file)).length) return;
    if (!this.known.has(file.path)) await this.showKept(file);
    if (await this.mayCall()) await this.ask(file);
  }

  private lookSoon(file: TFile): void {
    window.clearTimeout(this.timers.get(file.path));
    const timer = window.setTimeout(() => void this.open(file), PAUSE);
    this.timers.set(file.path, timer);
  }

  private async ask(file: TFile): Promise<void> {
    const said = await this.call("show", this.place(file), "--json");
    if (said.status) return this.tell(said.errors || said.output);
    const shown = keep(read(said.output), await this.app.vault.cachedRead(file));
    this.know(file.path, shown, false);
    await this.app.vault.adapter.mkdir(this.keptFolder);
    await this.app.vault.adapter.write(this.keptFile(file), JSON.stringify(shown));
  }

  private async showKept(file: TFile): Promise<void> {
    try {
      const text = await this.app.vault.adapter.read(this.keptFile(file));
      this.know(file.path, read(text), true);
    } catch {
      // nothing is kept, or it is damaged: then there is nothing to show
    }
  }

  private know(path: string, shown: Shown, isKept: boolean): void {
    this.known.set(path, { shown, isKept });
    this.changed(path);
  }

  private changed(path: string): void {
    for (const listener of this.listeners.get(path) ?? []) listener();
    for (const leaf of this.app.workspace.getLeavesOfType("markdown")) {
      const view = leaf.view;
      if (!(view instanceof MarkdownView) || view.file?.path !== path) continue;
      const editor = (view.editor as unknown as { cm?: EditorView }).cm;
      editor?.dispatch({ effects: again.of(null) });
    }
  }

  private get keptFolder(): string {
    return `${this.manifest.dir}/kept`;
  }

  private keptFile(file: TFile): string {
    return `${this.keptFolder}/${encodeURIComponent(file.path)}.json`;
  }

  // Commands.

  private addCommands(): void {
    const commands: [string, string, (file: TFile) => Promise<void>][] = [
      ["run", "Run this note", (file) => this.run(file)],
      ["accept", "Write outputs into the note", (file) => this.accept(file)],
      ["why", "Why is it stale?", (file) => this.why(file)],
    ];
    for (const [id, name, act] of commands) {
      const checkCallback = (isOnlyAsked: boolean): boolean => {
        const view = this.app.workspace.getActiveViewOfType(MarkdownView);
        if (view?.file && !isOnlyAsked) void this.act(view, view.file, act);
        return Boolean(view?.file);
      };
      this.addCommand({ id, name, checkCallback });
    }
  }

  private async act(view: MarkdownView, file: TFile, act: (file: TFile) => Promise<void>): Promise<void> {
    if (!Platform.isDesktopApp) return this.tell("Notes can only run on a desktop computer");
    if (!(await this.mayCall(true))) return;
    try {
      await view.save(); // the file on disk is what runs
      await act(file);
    } catch (error) {
      this.tell(error instanceof Error ? error.message : String(error));
    }
  }

  async run(file: TFile): Promise<void> {
    await this.busy(file, async () => {
      const said = await this.call("run", this.place(file), "--json");
      this.tell(outcome(said));
    });
  }

  async accept(file: TFile): Promise<void> {
    await this.busy(file, async () => {
      const said = await this.call("accept", this.place(file));
      this.tell(said.output + said.errors);
    });
  }

  async why(file: TFile): Promise<void> {
    await this.ask(file);
    const cells = this.known.get(file.path)?.shown.cells ?? [];
    const lines = cells
      .map((cell) => [cell.line, stateOf(cell, this.look(file.path, false))[1]] as const)
      .filter(([, said]) => said)
      .map(([line, said]) => `Line ${line}: ${said}`);
    this.tell(lines.join("\n") || "All cells in this note are fresh");
  }

  private async busy(file: TFile, work: () => Promise<void>): Promise<void> {
    this.running.add(file.path);
    this.changed(file.path);
    try {
      await work();
    } finally {
      this.running.delete(file.path);
      this.changed(file.path);
    }
    await this.ask(file);
  }

  /** Calls notewright; one call waits for the other. */
  private call(...words: string[]): Promise<Said> {
    const folder = (this.app.vault.adapter as FileSystemAdapter).getBasePath();
    const next = this.last.then(() => call(this.decided.program, folder, words));
    this.last = next.catch(() => undefined);
    return next;
  }

  private place(file: TFile): string {
    return (this.app.vault.adapter as FileSystemAdapter).getFullPath(file.path);
  }

  private tell(text: string): void {
    new Notice(text.trim() || "notewright printed nothing", 10_000);
  }
}

/** What a run gave, in a few lines: its problems, or how many sessions ran. */
export function outcome(said: Said): string {
  try {
    const told = JSON.parse(said.output);
    const problems: { line: number; message: string; remedy: string }[] = told.problems;
    const lines = problems.map((each) => `Line ${each.line}: ${each.message}. ${each.remedy}`);
    return lines.join("\n") || `${told.ran} run, ${told.fresh} fresh`;
  } catch {
    return said.errors || said.output;
  }
}

class Question extends Modal {
  private given: boolean | null = null;

  constructor(private plugin: NotewrightPlugin) {
    super(plugin.app);
  }

  /** The writer's answer; null if the question was closed. */
  answer(): Promise<boolean | null> {
    return new Promise((resolve) => {
      this.onClose = () => resolve(this.given);
      this.open();
    });
  }

  override onOpen(): void {
    this.setTitle("Run notewright on this device?");
    const program = this.plugin.decided.program;
    this.contentEl.createEl("p", {
      text: `This plugin calls \`${program}\` to check which outputs are fresh. Python in a note only runs when you choose "Run this note" or "Write outputs into the note", and it runs with your permissions. Only allow this for vaults that you trust.`,
    });
    this.contentEl.createEl("p", { text: "Your answer is saved on this device, not in the vault." });
    new Setting(this.contentEl)
      .addButton((button) => button.setButtonText("Allow").setCta().onClick(() => this.end(true)))
      .addButton((button) => button.setButtonText("Only show saved outputs").onClick(() => this.end(false)));
  }

  private end(given: boolean): void {
    this.given = given;
    this.close();
  }
}

class Settings extends PluginSettingTab {
  constructor(private plugin: NotewrightPlugin) {
    super(plugin.app, plugin);
  }

  override display(): void {
    this.containerEl.empty();
    new Setting(this.containerEl)
      .setName("Run notewright on this device")
      .setDesc("If this is off, the plugin only shows saved outputs.")
      .addToggle((toggle) =>
        toggle
          .setValue(this.plugin.decided.isAllowed === true)
          .onChange((isAllowed) => this.plugin.decide({ isAllowed })),
      );
    new Setting(this.containerEl)
      .setName("Program")
      .setDesc("Full path, for example /opt/notes/.venv/bin/notewright. Saved on this device.")
      .addText((text) =>
        text
          .setValue(this.plugin.decided.program)
          .onChange((program) => this.plugin.decide({ program: program.trim() || "notewright" })),
      );
  }
}
