// Reads a trace in OTLP JSON with OpenTelemetry's own protobuf definitions: every key must be one of
// theirs, every value of the type that they say, and what comes back from the wire the same again.
// Usage: node check.mjs MODULES FILE
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { strict as assert } from "node:assert";

const [modules, file] = process.argv.slice(2);
const require = createRequire(modules + "/");
const root = require("@opentelemetry/otlp-transformer/build/src/generated/root.js");
const Request = root.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;

/** OTLP writes ids in hexadecimal where protobuf's JSON would have base64. */
const idKeys = new Set(["traceId", "spanId", "parentSpanId"]);
function withBase64Ids(value) {
  if (Array.isArray(value)) return value.map(withBase64Ids);
  if (value === null || typeof value !== "object") return value;
  const made = {};
  for (const [key, inner] of Object.entries(value)) {
    if (idKeys.has(key)) {
      assert.match(inner, key === "traceId" ? /^[0-9a-f]{32}$/ : /^[0-9a-f]{16}$/, `${key} ${inner}`);
      assert.doesNotMatch(inner, /^0+$/, `${key} of nothing but zeros`);
      made[key] = Buffer.from(inner, "hex").toString("base64");
    } else {
      made[key] = withBase64Ids(inner);
    }
  }
  return made;
}

const written = JSON.parse(readFileSync(file, "utf8"));
const expected = withBase64Ids(written);
const message = Request.fromObject(expected);
assert.equal(Request.verify(message), null);
const read = Request.decode(Request.encode(message).finish());
const again = Request.toObject(read, { longs: String, bytes: String, enums: Number });
// A key that the definition does not know would be missing here.
assert.deepEqual(again, expected);

const spans = new Map();
for (const { resource, scopeSpans } of written.resourceSpans) {
  const name = resource.attributes.find((a) => a.key === "service.name");
  assert.ok(name?.value.stringValue, "every resource has a service.name");
  for (const span of scopeSpans.flatMap((scope) => scope.spans)) {
    const id = span.traceId + span.spanId;
    assert.ok(!spans.has(id), `two spans are called ${id}`);
    spans.set(id, span);
    assert.ok(span.name.length > 0);
    assert.ok(span.kind >= 1 && span.kind <= 5);
    assert.ok(BigInt(span.startTimeUnixNano) >= 946684800000000000n);
    assert.ok(BigInt(span.endTimeUnixNano) >= BigInt(span.startTimeUnixNano));
    const keys = span.attributes.map((a) => a.key);
    assert.equal(new Set(keys).size, keys.length, "keys of attributes are unique");
  }
}
const roots = new Set();
let links = 0;
for (const span of spans.values()) {
  if (span.parentSpanId === undefined) {
    assert.ok(!roots.has(span.traceId), "one root a trace");
    roots.add(span.traceId);
  } else {
    const parent = spans.get(span.traceId + span.parentSpanId);
    assert.ok(parent, "the parent is there");
    assert.ok(BigInt(parent.startTimeUnixNano) <= BigInt(span.startTimeUnixNano));
  }
  for (const link of span.links ?? []) {
    assert.ok(spans.has(link.traceId + link.spanId), "what is linked is there");
    ++links;
  }
}
assert.ok(roots.size > 0 && links > 0, "a trace with nothing in it proves nothing");
console.log(`${spans.size} spans in ${roots.size} traces, ${links} links`);
