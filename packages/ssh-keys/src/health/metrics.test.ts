/** Metrics as text: what each says, and that no error code can break out of its label. */

import { expect, test } from "@jest/globals";
import type { Status } from "../status.ts";
import { metricsText } from "./metrics.ts";

const status: Status = {
  startedAt: new Date("2026-11-22T10:00:00Z"),
  lastGoodRead: null,
  lastSync: null,
  mode: "starting",
  people: 0,
  keys: 0,
  leavers: 0,
  held: 0,
  closed: false,
  errors: {},
  problem: null,
};

/** Values by name and labels. */
function valuesOf(text: string): Readonly<Record<string, number>> {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ")))]),
  );
}

test("before the first read, the alarm on an old read sounds", () => {
  expect(valuesOf(metricsText(status))).toMatchObject({
    bulkhead_ssh_healthy: 0,
    bulkhead_ssh_last_good_read_timestamp_seconds: 0,
    'bulkhead_ssh_mode{mode="starting"}': 1,
  });
});

test("a daemon at work tells what it knows", () => {
  const at = new Date("2026-11-22T11:00:00Z");
  const text = metricsText({
    ...status,
    lastGoodRead: at,
    lastSync: { at, seconds: 0.25, changed: 3 },
    mode: "syncrepl",
    people: 5,
    keys: 15,
    leavers: 2,
    held: 1,
    closed: true,
    errors: { "Directory.Unreachable": 4 },
  });
  expect(valuesOf(text)).toEqual({
    bulkhead_ssh_healthy: 1,
    bulkhead_ssh_start_timestamp_seconds: 1795341600,
    bulkhead_ssh_last_good_read_timestamp_seconds: 1795345200,
    bulkhead_ssh_last_sync_timestamp_seconds: 1795345200,
    bulkhead_ssh_last_sync_duration_seconds: 0.25,
    bulkhead_ssh_last_sync_changes: 3,
    'bulkhead_ssh_mode{mode="syncrepl"}': 1,
    bulkhead_ssh_people: 5,
    bulkhead_ssh_keys: 15,
    bulkhead_ssh_leavers: 2,
    bulkhead_ssh_held_changes: 1,
    bulkhead_ssh_closed: 1,
    'bulkhead_ssh_errors_total{code="Directory.Unreachable"}': 4,
  });
  expect(text).toMatch(/^# HELP bulkhead_ssh_people .+\n# TYPE bulkhead_ssh_people gauge\nbulkhead_ssh_people 5$/m);
});

test("a problem is unhealthy, and a label stays within its quotes", () => {
  const text = metricsText({ ...status, lastGoodRead: new Date(), problem: "look", errors: { 'a"} 1\n\\': 1 } });
  expect(valuesOf(text)["bulkhead_ssh_healthy"]).toBe(0);
  expect(text).toContain('bulkhead_ssh_errors_total{code="a\\"} 1\\n\\\\"} 1\n');
});
