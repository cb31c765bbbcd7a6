/** Reads the account and the region out of an ARN. */

const ARN = /^arn:aws[a-z-]*:[a-z0-9-]+:([a-z0-9-]*):(\d{12}):/;

export const ACCOUNT_ID = /^\d{12}$/;
export const REGION = /^[a-z]{2,5}(-[a-z]+)+-\d{1,2}$/;

/** The parts of an ARN that has an account in it; others give undefined. */
export function parseArn(arn: string | undefined): { account: string; region: string | undefined } | undefined {
  const match = ARN.exec(arn ?? "");
  return match?.[2] === undefined ? undefined : { account: match[2], region: match[1] || undefined };
}
