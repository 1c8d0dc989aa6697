/** A kernel file has an unexpected format. Such a file is not used at all, not even in part. */
export class Malformed extends Error {}
