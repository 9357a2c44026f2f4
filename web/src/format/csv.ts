export type Cell = string | number | null | undefined;

/** Rows under a head. Every row has as many cells as the head. */
export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/**
 * A cell as RFC 4180 has it. Text that a spreadsheet would take for a formula gets an apostrophe in
 * front: names come from scenarios that others wrote.
 */
function cellText(cell: Cell): string {
  if (cell === null || cell === undefined) return "";
  if (typeof cell === "number") return Number.isFinite(cell) ? String(cell) : "";
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The table as CSV: numbers in full, lines ended by CR LF. */
export function toCsv(table: Table): string {
  return [table.head, ...table.rows].map((row) => row.map(cellText).join(",") + "\r\n").join("");
}

/** A name for a file that every system takes. */
export function fileName(...parts: readonly string[]): string {
  const stem = parts
    .map((part) => part.normalize("NFKD").replace(/[^A-Za-z0-9]+/g, "-").replace(/^-+|-+$/g, ""))
    .filter((part) => part !== "")
    .join("_")
    .slice(0, 100);
  return `${stem || "squall"}.csv`;
}
