/** What the user typed cannot be used; `message` is one line that names it and what is allowed. */
export class UsageError extends Error {
  override name = "UsageError";
}
