/** The ARN of ACM's certificate for a host: issued, for the very name or by wildcard, and the one that is valid longest. */

import { readAll, readPages } from "@bulkhead/credentials";
import type { CertificateSummary } from "@aws-sdk/client-acm";
import { NotThere, placeOf, type LookupContext } from "./lookup.ts";

type Input =
  string | { readonly host: string; readonly account?: string | undefined; readonly region?: string | undefined };

/** @throws NotThere */
export async function lookUpCertificate(input: Input, context: LookupContext): Promise<string> {
  const wanted = typeof input === "string" ? { host: input } : input;
  const { ACMClient, ListCertificatesCommand } = await import("@aws-sdk/client-acm");
  const client = context.access.client(ACMClient, placeOf(context, wanted));
  const pages = readPages("NextToken", (page) =>
    client.send(new ListCertificatesCommand({ CertificateStatuses: ["ISSUED"], ...page })),
  );
  const found = await readAll(pages, ({ CertificateSummaryList }) => CertificateSummaryList);
  const arn = chooseCertificate(wanted.host, found);
  if (arn === undefined) throw new NotThere("there is no issued certificate for it");
  return arn;
}

/** The certificate's own name goes before a wildcard; then the latest end. */
export function chooseCertificate(host: string, found: readonly CertificateSummary[]): string | undefined {
  const wildcard = host.replace(/^[^.]+/, "*");
  const names = ({ DomainName = "", SubjectAlternativeNameSummaries: others = [] }: CertificateSummary) => [
    DomainName,
    ...others,
  ];
  const rank = (certificate: CertificateSummary): number =>
    names(certificate).includes(host) ? 2 : names(certificate).includes(wildcard) ? 1 : 0;
  const end = ({ NotAfter }: CertificateSummary): number => NotAfter?.getTime() ?? 0;
  const fitting = found.filter((certificate) => rank(certificate) > 0);
  return fitting.sort((a, b) => rank(b) - rank(a) || end(b) - end(a))[0]?.CertificateArn;
}
