/** Sessions: one AssumeRole however many ask, renewed in time, never shared between what differs. */

import type { AssumeRoleCommandOutput } from "@aws-sdk/client-sts";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { noDiskCache, type DiskCache } from "./disk-cache.ts";
import { createSessions, type SessionRequest, type Sessions } from "./sessions.ts";

const minute = 60_000;
const request: SessionRequest = {
  source: "AKIAEXAMPLE",
  endpoint: "aws",
  region: "eu-central-1",
  roleArn: "arn:aws:iam::222222222222:role/Access",
  sessionName: "bulkhead-ann",
  duration: 3_600,
};

function memoryDisk(): DiskCache & { readonly files: Map<string, string> } {
  const files = new Map<string, string>();
  return {
    files,
    read: async (key) => {
      const text = files.get(key);
      return text === undefined ? undefined : (JSON.parse(text) as unknown);
    },
    write: async (key, value) => void files.set(key, JSON.stringify(value)),
    remove: async (key) => void files.delete(key),
  };
}

/** Sessions over an STS that counts, numbers what it gives out, and can be told to fail. */
function stage({ disk = noDiskCache }: { disk?: DiskCache } = {}) {
  const asked: SessionRequest[] = [];
  const clock = { now: Date.UTC(2026, 0, 1) };
  const failures: Error[] = [];
  const restart = (): Sessions =>
    createSessions({
      disk,
      now: () => clock.now,
      assume: async (given) => {
        asked.push(given);
        await new Promise((resolve) => setImmediate(resolve));
        const failure = failures.shift();
        if (failure) throw failure;
        return answer(asked.length, new Date(clock.now + given.duration * 1000));
      },
    });
  return { sessions: restart(), restart, asked, clock, failures };
}

function answer(number: number, expiration: Date): AssumeRoleCommandOutput {
  return {
    $metadata: {},
    Credentials: {
      AccessKeyId: `ASIA${number}`,
      SecretAccessKey: "secret",
      SessionToken: "token",
      Expiration: expiration,
    },
    AssumedRoleUser: { Arn: "arn:aws:sts::222222222222:assumed-role/Access/ann", AssumedRoleId: "AROA:ann" },
  };
}

describe("a session", () => {
  it("is entered once for 50 who ask at the same time, and for those who ask later", async () => {
    const { sessions, asked } = stage();
    const all = await Promise.all(Array.from({ length: 50 }, () => sessions.enter({ ...request })));
    expect(new Set(all.map(({ accessKeyId }) => accessKeyId))).toEqual(new Set(["ASIA1"]));
    expect((await sessions.enter(request)).accessKeyId).toBe("ASIA1");
    expect(asked).toEqual([request]);
  });

  it("is what STS gave, with the account that it is in", async () => {
    const { sessions, clock } = stage();
    expect(await sessions.enter(request)).toEqual({
      accessKeyId: "ASIA1",
      secretAccessKey: "secret",
      sessionToken: "token",
      expiration: new Date(clock.now + 60 * minute),
      accountId: "222222222222",
    });
  });

  it("is renewed, once, when five minutes or less are left", async () => {
    const { sessions, asked, clock } = stage();
    await sessions.enter(request);
    clock.now += 55 * minute - 1;
    expect((await sessions.enter(request)).accessKeyId).toBe("ASIA1");
    clock.now += 1;
    const all = await Promise.all([sessions.enter(request), sessions.enter(request)]);
    expect(all.map(({ accessKeyId }) => accessKeyId)).toEqual(["ASIA2", "ASIA2"]);
    expect(asked).toHaveLength(2);
  });

  it("that can't be entered fails for all who asked, and is tried again for the next", async () => {
    const { sessions, asked, failures } = stage();
    failures.push(new Error("denied"));
    const outcomes = await Promise.allSettled([sessions.enter(request), sessions.enter(request)]);
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(asked).toHaveLength(1);
    expect((await sessions.enter(request)).accessKeyId).toBe("ASIA2");
  });

  it("is never shared by requests that differ in anything", async () => {
    const other: SessionRequest = {
      source: "AKIAOTHER",
      endpoint: "http://127.0.0.1:5000",
      region: "us-east-1",
      roleArn: "arn:aws:iam::222222222222:role/Other",
      sessionName: "bulkhead-bob",
      duration: 900,
    };
    const disk = memoryDisk();
    const { sessions, restart } = stage({ disk });
    const first = await sessions.enter(request);
    for (const key of Object.keys(request) as (keyof SessionRequest)[]) {
      const changed = { ...request, [key]: other[key] };
      expect((await sessions.enter(changed)).accessKeyId).not.toBe(first.accessKeyId);
      expect((await restart().enter(changed)).accessKeyId).not.toBe(first.accessKeyId);
    }
    expect(disk.files.size).toBe(1 + Object.keys(request).length);
  });

  it("isn't there in an answer without credentials", async () => {
    const assume = async (): Promise<AssumeRoleCommandOutput> => ({ $metadata: {} });
    const sessions = createSessions({ disk: noDiskCache, now: Date.now, assume });
    await expect(sessions.enter(request)).rejects.toMatchObject({
      code: "Aws.NotAnAnswer",
      message: expect.stringContaining(request.roleArn),
    });
  });
});

describe("on disk", () => {
  it("serves the next run, until five minutes before its end", async () => {
    const { sessions, restart, asked, clock } = stage({ disk: memoryDisk() });
    const first = await sessions.enter(request);
    expect(await restart().enter(request)).toEqual(first);
    clock.now += 55 * minute;
    expect((await restart().enter(request)).accessKeyId).toBe("ASIA2");
    expect(asked).toHaveLength(2);
  });

  it("serves nobody any more once it is forgotten, but the run that has it", async () => {
    const { sessions, restart } = stage({ disk: memoryDisk() });
    await sessions.enter(request);
    await sessions.forget(request);
    expect((await sessions.enter(request)).accessKeyId).toBe("ASIA1");
    expect((await restart().enter(request)).accessKeyId).toBe("ASIA2");
  });

  it("whatever else a file holds is taken for nothing", async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (content) => {
        const { sessions } = stage({ disk: { ...noDiskCache, read: async () => content } });
        expect((await sessions.enter(request)).accessKeyId).toBe("ASIA1");
      }),
    );
    const spoilt = { accessKeyId: "ASIA0", secretAccessKey: "s", sessionToken: "t", expiration: "tomorrow" };
    const { sessions } = stage({ disk: { ...noDiskCache, read: async () => spoilt } });
    expect((await sessions.enter(request)).accessKeyId).toBe("ASIA1");
  });
});
