/** What an extra is: something of a function or its alias that is read, compared and set by calls of its own. */

import type { LambdaClient } from "@aws-sdk/client-lambda";
import type { DeployRun } from "../../run.ts";
import type { Extras, FieldChange, FoundFunction, WantedFunction } from "../model.ts";

export interface ExtraPlace {
  readonly run: Pick<DeployRun, "access" | "place" | "context">;
  readonly client: LambdaClient;
  readonly wanted: WantedFunction;
  /** Null where there is no function yet. */
  readonly found: FoundFunction | null;
}

export interface Extra {
  /** Whether it has to be looked at: declared now, or left by what was declared before. */
  matters(wanted: WantedFunction, found: FoundFunction | null): boolean;
  /** Reads it. @returns what is to change */
  plan(place: ExtraPlace): Promise<readonly FieldChange[]>;
  /** Reads it again, and brings it to what is wanted; the alias exists. */
  apply(place: ExtraPlace): Promise<void>;
}

interface ExtraKind<Found> {
  readonly matters: Extra["matters"];
  /** Asks for it; only where function and alias exist. */
  read(place: ExtraPlace): Promise<Found | undefined>;
  /** Pure. @param found undefined where there is nothing */
  changes(wanted: Extras, found: Found | undefined): readonly FieldChange[];
  /** Called where something is to change. */
  write(place: ExtraPlace, found: Found | undefined): Promise<void>;
}

export function defineExtra<Found>({ matters, read, changes, write }: ExtraKind<Found>): Extra {
  return {
    matters,
    plan: async (place) => {
      const there = place.found !== null && place.found.alias !== null;
      return changes(place.wanted.extras, there ? await read(place) : undefined);
    },
    apply: async (place) => {
      const found = await read(place);
      if (changes(place.wanted.extras, found).length > 0) await write(place, found);
    },
  };
}

/** A field that is compared as text. */
export function fieldChange(
  field: string,
  before: string | undefined,
  after: string | undefined,
): readonly FieldChange[] {
  return before === after ? [] : [{ field, before: before ?? null, after: after ?? null }];
}
