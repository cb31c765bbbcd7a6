import { afterEach, expect, jest, test } from "@jest/globals";
import { consent, isConsented } from "./consent.ts";

const wanted = { account: "222222222222", environment: "prod", operation: "S3:DeleteBucket" };
const variable = (time: string) => ({ BULKHEAD_CONSENT: `222222222222/prod/S3:DeleteBucket/${time}` });

afterEach(() => {
  jest.useRealTimers();
});

test("holds for its account, environment and operation, until it expires", () => {
  jest.useFakeTimers({ now: new Date("2026-01-01T12:00:00Z") });
  expect(isConsented(wanted, {})).toBe(false);
  expect(consent({ ...wanted, minutes: 5 })).toBe("222222222222/prod/S3:DeleteBucket/2026-01-01T12:05:00.000Z");
  expect(isConsented(wanted, {})).toBe(true);
  expect(isConsented({ ...wanted, account: "111111111111" }, {})).toBe(false);
  expect(isConsented({ ...wanted, environment: "stage" }, {})).toBe(false);
  expect(isConsented({ ...wanted, operation: "S3:DeleteObject" }, {})).toBe(false);
  jest.setSystemTime(new Date("2026-01-01T12:05:00Z"));
  expect(isConsented(wanted, {})).toBe(false);
});

test("comes to another process in BULKHEAD_CONSENT, which is useless once left behind", () => {
  jest.useFakeTimers({ now: new Date("2026-01-01T12:00:00Z") });
  expect(isConsented(wanted, variable("2026-01-01T12:59:00Z"))).toBe(true);
  expect(
    isConsented(wanted, {
      BULKHEAD_CONSENT: ` 1111${"1".repeat(8)}/dev/A:B/2025-01-01, ${variable("2026-01-01T12:30:00Z").BULKHEAD_CONSENT}`,
    }),
  ).toBe(true);
  expect(isConsented(wanted, variable("2026-01-01T11:59:00Z"))).toBe(false);
  expect(() => isConsented(wanted, variable("2027-01-01T00:00:00Z"))).toThrow("over 60 minutes");
});

test.each([
  "yes",
  "222222222222/prod/S3:DeleteBucket",
  "222222222222/prod/*/2026-01-01",
  "prod/222222222222/S3:DeleteBucket/2026-01-01",
  "222222222222/prod/S3:DeleteBucket/soon",
])("%s is none", (text) =>
  expect(() => isConsented(wanted, { BULKHEAD_CONSENT: text })).toThrow(
    expect.objectContaining({ code: "EnvDetect.BadConsent" }),
  ),
);

test.each([0, -1, 61, NaN])("can't be for %d minutes", (minutes) => {
  expect(() => consent({ ...wanted, minutes })).toThrow(expect.objectContaining({ code: "EnvDetect.BadConsent" }));
});
