/** A file of the kernel is not of the form that it should have: it is not used at all, rather than in part. */
export class Malformed extends Error {}
