import { NONE, significant } from "./numbers";

/**
 * A duration in its fitting unit, three digits: 850 µs, 13.9 ms, 1.46 s, 2 min 5 s, 1 h 3 min.
 * Beyond a minute the seconds (beyond an hour the minutes) are rounded to whole ones.
 */
export function duration(ms: number | null | undefined): string {
  if (typeof ms !== "number" || !Number.isFinite(ms)) return NONE;
  if (ms < 0) return `−${duration(-ms)}`;
  if (ms === 0) return "0 s";
  if (ms < 1) return `${significant(ms * 1000)} µs`;
  if (ms < 1000) {
    const text = significant(ms);
    return text === "1,000" ? "1 s" : `${text} ms`;
  }
  if (ms < 59_950) return `${significant(ms / 1000)} s`;
  const [big, small, unit, part] = ms < 3_599_500 ? [60_000, 1000, "min", "s"] : [3_600_000, 60_000, "h", "min"];
  const parts = Math.round(ms / small);
  const ratio = big / small;
  const rest = parts % ratio;
  const whole = Math.floor(parts / ratio);
  return rest === 0 ? `${whole} ${unit}` : `${whole} ${unit} ${rest} ${part}`;
}

/** An instant of the run, to the resolution of its grid: 10.03 s where it is seen every 10 ms. */
export function instant(ms: number, interval_ms: number): string {
  if (ms === 0 || ms >= 60_000 || interval_ms >= 1000) return duration(ms);
  const decimals = Math.min(6, Math.max(0, Math.ceil(-Math.log10(interval_ms / 1000) - 1e-9)));
  return ms < 1000 ? `${ms.toFixed(Math.max(0, decimals - 3))} ms` : `${(ms / 1000).toFixed(decimals)} s`;
}

/** Steps of a time axis in ms, of which a chart takes the smallest that leaves room for its labels. */
export const AXIS_STEPS_MS: readonly number[] = [
  ...[1e-3, 1e-2, 1e-1, 1, 10, 100].flatMap((power) => [power, 2 * power, 5 * power]),
  ...[1, 2, 5, 10, 15, 30].map((s) => s * 1000),
  ...[1, 2, 5, 10, 15, 30].map((min) => min * 60_000),
  ...[1, 2, 6, 12, 24, 48, 120, 240, 480].map((hours) => hours * 3_600_000),
];

/** The label of a tick of a time axis. */
export function tick(ms: number): string {
  if (ms === 0) return "0";
  if (ms >= 60_000) return duration(ms);
  if (ms >= 1000) return `${Number((ms / 1000).toPrecision(6))} s`;
  return `${Number(ms.toPrecision(6))} ms`;
}
