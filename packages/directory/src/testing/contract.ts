/** What every reader must make of the same people, wherever they come from. */

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { Group, Person } from "../model.ts";
import { readDirectory } from "../read-directory.ts";
import type { DirectorySettings, ReadOptions } from "../settings.ts";
import { crowd, groupsSelection, peopleSelection, readOptions, suffix, uuid } from "./people.ts";

/** A directory that holds the fixture. */
export interface Started extends AsyncDisposable {
  readonly directory: DirectorySettings;
  readonly boundAs: string;
}

/** @param by what reads: once, or the first read of following */
export function describeContract(name: string, start: () => Promise<Started>, by = readDirectory): void {
  describe(`the contract of readers: ${name}`, () => {
    let started: Started;
    beforeAll(async () => {
      started = await start();
    });
    afterAll(async () => {
      await started[Symbol.asyncDispose]();
    });

    const read = (options: Partial<ReadOptions> = {}, people = peopleSelection, groups = groupsSelection) =>
      by({ directory: started.directory, people, groups }, { ...readOptions, ...options });

    it("reads everybody, with a proof", async () => {
      const { people, groups, proof } = await read({ expectedAtLeast: crowd.length + 6 });
      expect(proof).toEqual({
        complete: true,
        boundAs: started.boundAs,
        server: started.directory.url,
        reasons: [],
        counts: { people: crowd.length + 6, groups: 5, members: crowd.length + 15, unresolvedMembers: 3 },
        canary: { wanted: readOptions.canary, found: true },
      });
      expect(people).toHaveLength(crowd.length + 6);
      expect(groups).toHaveLength(5);
    });

    it("knows people by a key that outlives their name, with the attributes asked for", async () => {
      const { people } = await read();
      const { status, ...anna } = personNamed(people, "anna");
      expect(status).toEqual({ state: "active", evidence: "" });
      expect({
        ...anna,
        attributes: { ...anna.attributes, mail: [...(anna.attributes["mail"] ?? [])].sort() },
      }).toEqual({
        key: uuid(4),
        dn: `uid=anna,ou=people,${suffix}`,
        attributes: { uid: ["anna"], mail: ["anna.a@example.com", "anna@example.com"], cn: ["anna"] },
      });
      expect(personNamed(people, "müller").attributes["cn"]).toEqual(["Müller, Eva"]);
    });

    it("spells attributes as they were asked for, and leaves out those without a value", async () => {
      const { people } = await read({ attributes: ["UID", "title"] });
      expect(people.find(({ key }) => key === uuid(4))?.attributes).toEqual({ UID: ["anna"] });
    });

    it("tells disabled, locked and expired people apart", async () => {
      const { people } = await read();
      const states = ["anna", "ben", "carla", "dora", "emil"].map((uid) => personNamed(people, uid).status.state);
      expect(states).toEqual(["active", "disabled", "locked", "expired", "active"]);
    });

    it("resolves members by DN however it is spelled, by name, and through groups in a cycle", async () => {
      const { people, groups } = await read();
      const uidOf = new Map(people.map(({ key, attributes }) => [key, attributes["uid"]?.[0]]));
      const members = (name: string): Record<string, readonly string[]> =>
        Object.fromEntries(
          groupNamed(groups, name).members.map(({ person, through }) => [
            uidOf.get(person),
            through.map((dn) => /^cn=([^,]+)/.exec(dn)?.[1]),
          ]),
        ) as Record<string, readonly string[]>;

      expect(members("aws-developers")).toEqual({ anna: [], carla: [], müller: [] });
      expect(members("aws-admins")).toEqual({
        anna: [],
        carla: ["aws-developers"],
        müller: ["aws-developers"],
        emil: ["seniors"],
        ben: ["seniors", "aws-loop"],
      });
      expect(members("aws-loop")).toEqual({
        ben: [],
        anna: ["aws-admins"],
        carla: ["aws-admins", "aws-developers"],
        müller: ["aws-admins", "aws-developers"],
        emil: ["aws-admins", "seniors"],
      });
      expect(members("aws-shell")).toEqual({ dora: [], emil: [] });
      expect(groupNamed(groups, "aws-shell").unresolved).toEqual(["gone"]);
      expect(groupNamed(groups, "aws-admins").unresolved).toEqual([`uid=robot,ou=robots,${suffix}`]);
      expect(groupNamed(groups, "aws-crowd").members).toHaveLength(crowd.length);
    });

    it.each([
      ["an equal value, whatever its case", "(uid=ANNA)", ["anna"]],
      ["an escaped value", "(cn=M\\c3\\bcller, Eva)", ["müller"]],
      ["parts of a value", "(&(uid=*a*)(!(uid=crowd-*)))", ["anna", "carla", "dora"]],
      ["any of several", "(|(uid=ben)(mail=dora@example.com))", ["ben", "dora"]],
    ])("filters by %s", async (_, filter, uids) => {
      const { people } = await read({ canary: undefined }, { ...peopleSelection, filter });
      expect(people.map(({ attributes }) => attributes["uid"]?.[0]).sort()).toEqual(uids);
    });

    it.each([
      ["a filter that matches nobody", { filter: "(objectClass=inetOrgPersn)" }],
      ["a base without people", { base: `ou=groups,${suffix}` }],
    ])("takes %s for no proof that all are gone", async (_, mistake) => {
      const { people, proof } = await read({ canary: undefined }, { ...peopleSelection, ...mistake });
      expect(people).toEqual([]);
      expect(proof.complete).toBe(false);
      expect(proof.reasons.map(({ code }) => code)).toEqual(["nobody"]);
    });

    it("takes no group at all for no proof that all are gone", async () => {
      const { proof } = await read({}, peopleSelection, { ...groupsSelection, filter: "(cn=awz-*)" });
      expect(proof.reasons.map(({ code }) => code)).toEqual(["noGroups"]);
    });

    it("takes fewer people than expected for an incomplete read", async () => {
      const { proof } = await read({ expectedAtLeast: crowd.length + 7 });
      expect(proof).toMatchObject({ complete: false, reasons: [{ code: "tooFew" }] });
    });

    it.each([
      [`UID=Anna, OU=People, ${suffix}`, true],
      ["(uid=anna)", true],
      [`uid=robot,ou=robots,${suffix}`, false],
      ["(uid=robot)", false],
    ])("looks for the canary %s", async (canary, found) => {
      const { proof } = await read({ canary });
      expect(proof.canary).toEqual({ wanted: canary, found });
      expect(proof.complete).toBe(found);
      expect(proof.reasons.map(({ code }) => code)).toEqual(found ? [] : ["canaryMissing"]);
    });
  });
}

function personNamed(people: readonly Person[], uid: string): Person {
  return people.find(({ attributes }) => attributes["uid"]?.[0] === uid)!;
}

function groupNamed(groups: readonly Group[], name: string): Group {
  return groups.find((group) => group.name === name)!;
}
