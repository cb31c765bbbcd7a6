/** The settings of an account that the baseline's controls ask for: what is put is given back, for each account and region. */

import { errorAnswer, makeAnswer, Refusal, type Answer, type AwsRequest, type Fields } from "@bulkhead/sandbox/wire";
import { accountOf, ec2, placeOf, query, type Services } from "./answers.ts";

export function settingServices(): Services {
  const stored = new Map<string, string>();

  /** A setting of EC2, as the answer has it: at first, and as `set` makes it. */
  const regional = (get: string, set: string, initial: string, made: (input: Fields) => string): Services => ({
    [`ec2:${get}`]: (request) => ec2(get, stored.get(`${get} ${placeOf(request)}`) ?? initial),
    [`ec2:${set}`]: (request) => {
      stored.set(`${get} ${placeOf(request)}`, made(request.input));
      return ec2(set, "<return>true</return>");
    },
  });
  const keep = (key: string, text: string): void => void stored.set(key, text);
  const aliasOf = (request: AwsRequest): string => `alias ${accountOf(request)}`;
  const passwordOf = (request: AwsRequest): string => `password ${accountOf(request)}`;
  const contactOf = (request: AwsRequest): string =>
    `contact ${accountOf(request)} ${String(request.input["AlternateContactType"])}`;

  return {
    ...regional(
      "GetEbsEncryptionByDefault",
      "EnableEbsEncryptionByDefault",
      "<ebsEncryptionByDefault>false</ebsEncryptionByDefault>",
      () => "<ebsEncryptionByDefault>true</ebsEncryptionByDefault>",
    ),
    ...regional(
      "GetInstanceMetadataDefaults",
      "ModifyInstanceMetadataDefaults",
      "<accountLevel/>",
      ({ HttpTokens, HttpPutResponseHopLimit }) =>
        `<accountLevel><httpTokens>${String(HttpTokens)}</httpTokens><httpPutResponseHopLimit>${String(HttpPutResponseHopLimit)}</httpPutResponseHopLimit></accountLevel>`,
    ),
    ...regional(
      "GetSnapshotBlockPublicAccessState",
      "EnableSnapshotBlockPublicAccess",
      "<state>unblocked</state>",
      ({ State }) => `<state>${String(State)}</state>`,
    ),
    ...regional(
      "GetImageBlockPublicAccessState",
      "EnableImageBlockPublicAccess",
      "<imageBlockPublicAccessState>unblocked</imageBlockPublicAccessState>",
      (input) =>
        `<imageBlockPublicAccessState>${String(input["ImageBlockPublicAccessState"])}</imageBlockPublicAccessState>`,
    ),
    "ec2:DescribeVpcs": () => ec2("DescribeVpcs", "<vpcSet/>"),
    "ec2:DescribeInternetGateways": () => ec2("DescribeInternetGateways", "<internetGatewaySet/>"),
    "iam:ListAccountAliases": (request) => {
      const alias = stored.get(aliasOf(request));
      const members = alias === undefined ? "" : `<member>${alias}</member>`;
      return query("ListAccountAliases", `<AccountAliases>${members}</AccountAliases><IsTruncated>false</IsTruncated>`);
    },
    "iam:CreateAccountAlias": (request) => {
      keep(aliasOf(request), String(request.input["AccountAlias"]));
      return query("CreateAccountAlias", "");
    },
    "iam:GetAccountPasswordPolicy": (request) => {
      const policy = stored.get(passwordOf(request));
      return policy === undefined
        ? errorAnswer(request, new Refusal(404, "NoSuchEntity", "The password policy cannot be found."))
        : query("GetAccountPasswordPolicy", `<PasswordPolicy>${policy}</PasswordPolicy>`);
    },
    "iam:UpdateAccountPasswordPolicy": (request) => {
      const fields = Object.entries(request.input).map(([name, value]) => `<${name}>${String(value)}</${name}>`);
      keep(passwordOf(request), fields.join(""));
      return query("UpdateAccountPasswordPolicy", "");
    },
    "account:GetAlternateContact": (request) => {
      const contact = stored.get(contactOf(request));
      return contact === undefined
        ? errorAnswer(request, new Refusal(404, "ResourceNotFoundException", "No contact of the inputted type found."))
        : restAnswer(`{"AlternateContact":${contact}}`);
    },
    "account:PutAlternateContact": (request) => {
      keep(contactOf(request), JSON.stringify(request.input));
      return restAnswer("{}");
    },
    "account:GetContactInformation": () => restAnswer(`{"ContactInformation":{"FullName":"Bench","City":"Berlin"}}`),
  };
}

function restAnswer(body: string): Answer {
  return makeAnswer(200, "application/json", body);
}
