import { afterEach } from "vitest";

/**
 * These tests compute without a pause, for minutes on a slow machine. Vitest gives up on a worker that leaves its
 * answers unread for one: they are read between two tests.
 */
afterEach(() => new Promise<void>((resolve) => setImmediate(resolve)));
