// Stand-ins for what the plugin uses of Obsidian: as little as the tests need.

import { StateField } from "@codemirror/state";

type Listener = (...given: unknown[]) => unknown;

class Events {
  private listeners = new Map<string, Listener[]>();
  on(name: string, listener: Listener): unknown {
    this.listeners.set(name, [...(this.listeners.get(name) ?? []), listener]);
    return { name, listener };
  }
  trigger(name: string, ...given: unknown[]): void {
    for (const listener of this.listeners.get(name) ?? []) listener(...given);
  }
}

export class TFile {
  constructor(public path: string) {}
  get extension(): string {
    return this.path.split(".").at(-1)!;
  }
}

export class FileSystemAdapter {
  files = new Map<string, string>();
  constructor(private base: string) {}
  getBasePath(): string {
    return this.base;
  }
  getFullPath(path: string): string {
    return `${this.base}/${path}`;
  }
  async mkdir(): Promise<void> {}
  async write(path: string, text: string): Promise<void> {
    this.files.set(path, text);
  }
  async read(path: string): Promise<string> {
    const found = this.files.get(path);
    if (found === undefined) throw new Error(`no file ${path}`);
    return found;
  }
}

export class MarkdownView {
  saved = 0;
  constructor(
    public file: TFile,
    public editor: unknown = {},
  ) {}
  async save(): Promise<void> {
    this.saved++;
  }
}

class Workspace extends Events {
  views: MarkdownView[] = [];
  onLayoutReady(): void {}
  getActiveFile(): null {
    return null;
  }
  getLeavesOfType(): { view: MarkdownView }[] {
    return this.views.map((view) => ({ view }));
  }
  getActiveViewOfType(): MarkdownView | undefined {
    return this.views[0];
  }
}

class VaultEvents extends Events {
  constructor(public adapter: FileSystemAdapter) {
    super();
  }
  cachedRead(file: TFile): Promise<string> {
    return this.adapter.read(file.path);
  }
}

/** One application with one vault. */
export class App {
  workspace = new Workspace();
  vault: VaultEvents;
  device = new Map<string, unknown>();
  constructor(base: string) {
    this.vault = new VaultEvents(new FileSystemAdapter(base));
  }
  loadLocalStorage(key: string): unknown {
    return this.device.get(key) ?? null;
  }
  saveLocalStorage(key: string, data: unknown): void {
    this.device.set(key, data);
  }
}

interface Command {
  id: string;
  name: string;
  checkCallback(isOnlyAsked: boolean): boolean;
}

export class Plugin {
  commands: Command[] = [];
  manifest = { dir: ".obsidian/plugins/notewright" };
  processors: Listener[] = [];
  constructor(public app: App) {}
  registerMarkdownPostProcessor(processor: Listener): void {
    this.processors.push(processor);
  }
  registerEditorExtension(): void {}
  registerEvent(): void {}
  addCommand(command: Command): void {
    this.commands.push(command);
  }
  addSettingTab(): void {}
}

export class PluginSettingTab {}

/** Answers of the writer, in order; null closes the question. */
export const answers: ("Allow" | "Only show saved outputs" | null)[] = [];
export const questions: string[] = [];

export class Modal {
  static open: Modal | null = null;
  title = "";
  contentEl = { createEl: (_: string, given: { text: string }) => void questions.push(given.text) };
  constructor(public app: App) {}
  setTitle(title: string): void {
    this.title = title;
  }
  onOpen(): void {}
  onClose(): void {}
  open(): void {
    Modal.open = this;
    this.onOpen();
    if (Modal.open && answers.shift() === null) this.close();
  }
  close(): void {
    Modal.open = null;
    this.onClose();
  }
}

class Button {
  private text = "";
  setButtonText(text: string): this {
    this.text = text;
    return this;
  }
  setCta(): this {
    return this;
  }
  onClick(act: () => void): this {
    if (answers[0] === this.text) act();
    return this;
  }
}

export class Setting {
  addButton(make: (button: Button) => void): this {
    make(new Button());
    return this;
  }
}

export const notices: string[] = [];

export class Notice {
  constructor(text: string) {
    notices.push(text);
  }
}

export const Platform = { isDesktopApp: true };

export class MarkdownRenderChild {
  constructor(public containerEl: HTMLElement) {}
  onload(): void {}
  onunload(): void {}
}

/** What was given to the cleaner: nothing else may become HTML. */
export const cleaned: string[] = [];

export function sanitizeHTMLToDom(html: string): DocumentFragment {
  cleaned.push(html);
  const template = document.createElement("template");
  template.innerHTML = html;
  for (const each of template.content.querySelectorAll("script")) each.remove();
  return template.content;
}

export const editorInfoField = StateField.define<{ file: TFile | null }>({
  create: () => ({ file: null }),
  update: (value) => value,
});

export const editorLivePreviewField = StateField.define<boolean>({
  create: () => true,
  update: (value) => value,
});
