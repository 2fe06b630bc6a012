/** Profiles in the file, and by scope number; kept with the rows, because counting a million takes too long. */
export class RowCounts {
  profiles = 0;
  private byScope: { [scope: string]: number } = {};
  private changed = false;

  ofScope(scope: number | undefined): number {
    return this.byScope[scope ?? -1] ?? 0;
  }

  addProfiles(more: number): void {
    this.profiles += more;
    this.changed ||= more !== 0;
  }

  addMembers(scope: number, more: number): void {
    this.byScope[scope] = (this.byScope[scope] ?? 0) + more;
    this.changed ||= more !== 0;
  }

  clear(): void {
    this.profiles = 0;
    this.byScope = {};
    this.changed = true;
  }

  /** As text for the file if there is anything to write, else null. */
  unsaved(): string | null {
    if (!this.changed) return null;
    this.changed = false;
    return JSON.stringify({ profiles: this.profiles, byScope: this.byScope });
  }

  /** What the file says; undefined is an empty file. */
  load(text: string | undefined): void {
    const read =
      text === undefined ? {} : (JSON.parse(text) as Partial<{ profiles: number; byScope: object }>);
    this.profiles = read.profiles ?? 0;
    this.byScope = { ...read.byScope };
    this.changed = false;
  }
}
