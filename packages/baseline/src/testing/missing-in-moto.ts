/**
 * Three settings of EC2 that moto lacks, answered as AWS's API Reference has them. The answers are scripts of these tests:
 * what was asked is kept whole, for tests to look at field by field.
 */

import type { AwsRequest, Faults, ScriptedAnswer } from "@bulkhead/sandbox";

export interface RegionalSettings {
  /** The inputs of calls that write, by operation. */
  readonly written: readonly { readonly operation: string; readonly region: string; readonly input: object }[];
}

/** For one sandbox, until its next reset. Each access key and region has settings of its own: a session is an account's. */
export function answerForMoto(faults: Faults): RegionalSettings {
  const written: { operation: string; region: string; input: object }[] = [];
  const values = new Map<string, string>();
  const keyOf = ({ accessKeyId, region }: AwsRequest, setting: string) => `${accessKeyId} ${region} ${setting}`;

  const setting = (
    name: string,
    get: string,
    set: string,
    initial: string,
    render: (request: AwsRequest) => string,
  ) => {
    faults.script(`ec2:${get}`, (request) => answer(get, values.get(keyOf(request, name)) ?? initial));
    faults.script(`ec2:${set}`, (request) => {
      const { Action, Version, ...input } = request.input;
      written.push({ operation: String(Action), region: request.region, input: { Version, ...input } });
      values.set(keyOf(request, name), render(request));
      return answer(set, name === "metadata" ? "<return>true</return>" : render(request));
    });
  };
  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetInstanceMetadataDefaults.html
  setting(
    "metadata",
    "GetInstanceMetadataDefaults",
    "ModifyInstanceMetadataDefaults",
    "<accountLevel/>",
    ({ input }) =>
      `<accountLevel><httpTokens>${String(input["HttpTokens"])}</httpTokens><httpPutResponseHopLimit>${String(input["HttpPutResponseHopLimit"])}</httpPutResponseHopLimit></accountLevel>`,
  );
  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetSnapshotBlockPublicAccessState.html
  setting(
    "snapshots",
    "GetSnapshotBlockPublicAccessState",
    "EnableSnapshotBlockPublicAccess",
    "<state>unblocked</state>",
    ({ input }) => `<state>${String(input["State"])}</state>`,
  );
  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetImageBlockPublicAccessState.html
  setting(
    "images",
    "GetImageBlockPublicAccessState",
    "EnableImageBlockPublicAccess",
    "<imageBlockPublicAccessState>unblocked</imageBlockPublicAccessState>",
    ({ input }) =>
      `<imageBlockPublicAccessState>${String(input["ImageBlockPublicAccessState"])}</imageBlockPublicAccessState>`,
  );
  return { written };
}

function answer(operation: string, content: string): ScriptedAnswer {
  const namespace = "http://ec2.amazonaws.com/doc/2016-11-15/";
  return {
    body: `<${operation}Response xmlns="${namespace}"><requestId>scripted</requestId>${content}</${operation}Response>`,
  };
}
