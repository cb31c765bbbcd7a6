/** The names by which the parts of a run know the baseline. */

/** The stage's name, which what is deferred carries. */
export const stageName = "baseline";
