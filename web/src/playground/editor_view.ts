/** The scenario's text: a plain text field with line numbers, and what the engine says at its lines. */
import { button, h, uniqueId } from "../dom/element";
import type { View } from "../dom/view";

export interface Remark {
  readonly severity: "error" | "warning" | "info";
  /** From 1; 0 where it belongs to no line. */
  readonly line: number;
  readonly message: string;
}

export interface EditorData {
  readonly text: string;
  readonly remarks: readonly Remark[];
}

export class EditorView implements View<EditorData> {
  readonly element: HTMLElement;
  readonly #area: HTMLTextAreaElement;
  readonly #numbers = h("div", { class: "line-numbers", "aria-hidden": "true" });
  readonly #remarks: HTMLElement;
  /** Whether the text has been scrolled to where its comment ends. */
  #isPlaced = false;
  #marks: readonly Remark[] = [];
  #lines = 0;

  /** @param edit is told the whole text after each change by hand. */
  constructor(edit: (text: string) => void) {
    const id = uniqueId("yaml");
    this.#remarks = h("ul", { class: "remarks", id: `${id}-remarks` });
    this.#area = h("textarea", {
      id,
      class: "yaml",
      spellcheck: "false",
      autocapitalize: "off",
      autocomplete: "off",
      wrap: "off",
      "aria-label": "Scenario in YAML",
      "aria-describedby": `${id}-remarks`,
      dir: "ltr",
    });
    this.#area.addEventListener("input", () => {
      this.#number();
      edit(this.#area.value);
    });
    this.#area.addEventListener("scroll", () => (this.#numbers.scrollTop = this.#area.scrollTop));
    this.element = h(
      "div",
      { class: "editor" },
      this.#remarks,
      h("div", { class: "editor-field" }, this.#numbers, this.#area),
    );
  }

  update({ text, remarks }: EditorData): void {
    // While one types the field is ahead of what comes back; it is the same text unless it was changed elsewhere.
    if (this.#area.value !== text) {
      // Of another scenario the keys are looked for anew.
      if (firstKey(this.#area.value) !== firstKey(text)) this.#isPlaced = false;
      this.#area.value = text;
    }
    if (JSON.stringify(remarks) !== JSON.stringify(this.#marks)) this.#tell(remarks);
    this.#number();
  }

  destroy(): void {
    this.#remarks.replaceChildren();
  }

  /** Comes to be seen: at the first key, below the comment that it begins with. */
  opened(): void {
    if (this.#isPlaced) return;
    this.#isPlaced = true;
    this.#area.scrollTop = (firstKey(this.#area.value) * this.#area.scrollHeight) / countLines(this.#area.value);
  }

  /** Puts the cursor at the line and scrolls there. */
  goTo(line: number): void {
    const lines = this.#area.value.split("\n");
    const start = lines.slice(0, line - 1).reduce((length, one) => length + one.length + 1, 0);
    this.#area.focus();
    this.#area.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0));
    const height = this.#area.scrollHeight / Math.max(1, lines.length);
    this.#area.scrollTop = Math.max(0, (line - 4) * height);
  }

  #tell(remarks: readonly Remark[]): void {
    this.#marks = remarks;
    this.#lines = 0;
    this.#area.setAttribute("aria-invalid", String(remarks.some((remark) => remark.severity === "error")));
    this.#remarks.replaceChildren(
      ...remarks.map((remark) =>
        h(
          "li",
          { class: remark.severity },
          remark.line > 0 ? button(`line ${remark.line}`, () => this.goTo(remark.line), { class: "quiet" }) : null,
          h("span", { dir: "auto" }, `${remark.severity}: ${remark.message}`),
        ),
      ),
    );
  }

  #number(): void {
    const lines = countLines(this.#area.value);
    if (lines === this.#lines) return;
    this.#lines = lines;
    const worst = new Map<number, Remark["severity"]>();
    for (const { line, severity } of this.#marks) {
      if (worst.get(line) !== "error") worst.set(line, severity);
    }
    this.#numbers.replaceChildren(
      ...Array.from({ length: lines }, (_, index) =>
        h("div", { class: worst.get(index + 1) ?? null }, String(index + 1)),
      ),
    );
    this.#numbers.scrollTop = this.#area.scrollTop;
  }
}

/** From 0: the first line that is neither empty nor a comment. */
function firstKey(text: string): number {
  const lines = text.split("\n");
  return Math.max(
    0,
    lines.findIndex((line) => line.trim() !== "" && !line.trimStart().startsWith("#")),
  );
}

function countLines(text: string): number {
  let lines = 1;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lines += 1;
  return lines;
}
