/** What stands where there is no value. */
export const NONE = "–";

type Maybe = number | null | undefined;

const isNumber = (value: Maybe): value is number => typeof value === "number" && Number.isFinite(value);

/** Digits in threes, as in "2,400". */
function grouped(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}

/** To `digits` significant digits, never in exponents: 0.0123, 1.23, 12.3, 123, 12,346. */
export function significant(value: Maybe, digits = 3): string {
  if (!isNumber(value)) return NONE;
  if (value === 0) return "0";
  // Rounded first: 9.999 is 10.0, not 10.00.
  const size = Number(Math.abs(value).toPrecision(digits));
  const before = Math.floor(Math.log10(size)) + 1;
  if (before >= digits) return (value < 0 ? "−" : "") + grouped(Math.abs(value).toFixed(0));
  const decimals = Math.min(12, Math.max(0, digits - before));
  const [whole = "", fraction] = size.toFixed(decimals).split(".");
  return (value < 0 ? "−" : "") + grouped(whole) + (fraction ? `.${fraction}` : "");
}

/** A count: whole numbers in full, others to three digits. */
export function count(value: Maybe): string {
  if (!isNumber(value)) return NONE;
  return Number.isInteger(value) ? (value < 0 ? "−" : "") + grouped(String(Math.abs(value))) : significant(value);
}

/** Short, for axes: 950, 1.5k, 20k, 3M. */
export function compact(value: Maybe): string {
  if (!isNumber(value)) return "";
  const size = Math.abs(value);
  for (const [unit, sign] of [[1e9, "G"], [1e6, "M"], [1e3, "k"]] as const) {
    if (size >= unit) return `${Number((value / unit).toPrecision(3))}${sign}`;
  }
  return String(Number(value.toPrecision(3)));
}

/** A share from 0 to 1 in percent; never rounded to what it is not: 99.97 % is not 100 %. */
export function percent(share: Maybe): string {
  if (!isNumber(share)) return NONE;
  if (share === 0) return "0 %";
  if (share === 1) return "100 %";
  const value = share * 100;
  for (let decimals = 1; decimals < 6; ++decimals) {
    const text = value.toFixed(decimals);
    if (Number(text) !== 0 && Number(text) !== 100) return `${text} %`;
  }
  return value < 50 ? "< 0.00001 %" : "> 99.99999 %";
}

/** A rate, as in "1,340/s". */
export const perSecond = (value: Maybe): string => (isNumber(value) ? `${significant(value)}/s` : NONE);

/** A count of things in words: "1 request", "2,400 requests". The word forms its plural with s. */
export const counted = (value: number, thing: string): string => `${count(value)} ${thing}${value === 1 ? "" : "s"}`;
