import type { Page } from "./page";

/** Why a page cannot be shown, in words for the reader. */
export class PageError extends Error {}

/**
 * The data of a page from their JSON text. Throws PageError where the text is none, or of a version that
 * this page does not know. What the command wrote is not checked any further.
 */
export function readPage(text: string | null | undefined): Page {
  if (!text) throw new PageError("This page has no data in it. `squall compare --html FILE` writes one that has.");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new PageError("The data in this page are cut off or damaged. Write the report again.");
  }
  const version = typeof value === "object" && value !== null ? (value as { page?: unknown }).page : undefined;
  if (version !== 1) {
    throw new PageError(`The data are of version ${String(version)}; this page shows version 1.`);
  }
  return value as Page;
}
