import { toCsv, type Table } from "../format/csv";

/** Hands the reader a text as a file; nothing leaves the page. */
export function downloadText(text: string, name: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** The table as a CSV file. The mark at its start tells spreadsheets that it is UTF-8. */
export function downloadCsv(table: Table, name: string): void {
  downloadText("\ufeff" + toCsv(table), name, "text/csv;charset=utf-8");
}
