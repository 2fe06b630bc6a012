import type { NamedIdentity } from '../../packs/airline/identities.ts';
import { isProofOfPerson } from '../../packs/airline/identities.ts';
import type { EventStore } from '../store/events.ts';
import type { IdentityStore, StoredIdentity } from '../store/identities.ts';
import type { ProfileStore } from '../store/profiles.ts';

/**
 * Who is one with whom (docs/spec/doors.md "Identities"), kept so that it does not depend on the order of arrival:
 * per identity the earliest claim by a userId, anonymous groups as connected components, and for each event without
 * a userId the owner that follows from both.
 */

export type NamingEvent = { id: string; at: number; userId: string | null; identities: NamedIdentity[] };

/** What an event changes beyond itself: profiles that are one now, and those whose events moved. */
export type OwnershipEffects = {
  merge(survivor: string, lost: string): void;
  /** The profile must be folded again from the log. */
  refold(profileId: string): void;
  /** Rows of identities or flags of the profile changed. */
  touch(profileId: string): void;
};

/** What is in memory of profiles. */
export type OwnershipCache = {
  newProfile(userId: string | null): string;
  /** Whether the profile has the identity `userId` of this user. */
  isNamed(profileId: string, userId: string): boolean;
};

type Claim = { user: string; at: number; message: string };

const claimOf = (identity: StoredIdentity): Claim | null =>
  identity.claimUser === null
    ? null
    : { user: identity.claimUser, at: identity.claimAt as number, message: identity.claimMessage as string };

const isEarlier = (a: Claim, b: Claim | null): boolean =>
  b === null || a.at < b.at || (a.at === b.at && a.message < b.message);

function earliestClaim(identities: Iterable<StoredIdentity>): Claim | null {
  let earliest: Claim | null = null;
  for (const identity of identities) {
    const claim = claimOf(identity);
    if (claim && isEarlier(claim, earliest)) earliest = claim;
  }
  return earliest;
}

export class Ownership {
  private readonly identities: IdentityStore;
  private readonly profiles: ProfileStore;
  private readonly events: EventStore;
  private readonly cache: OwnershipCache;

  constructor(
    stores: { identities: IdentityStore; profiles: ProfileStore; events: EventStore },
    cache: OwnershipCache,
  ) {
    this.identities = stores.identities;
    this.profiles = stores.profiles;
    this.events = stores.events;
    this.cache = cache;
  }

  /** The profile that an event belongs to, after what the event says of identities has taken effect. */
  resolve(event: NamingEvent, effects: OwnershipEffects): string {
    return event.userId === null
      ? this.resolveAnonymous(event, effects)
      : this.resolveUser(event, event.userId, effects);
  }

  private resolveUser(event: NamingEvent, user: string, effects: OwnershipEffects): string {
    const claim: Claim = { user, at: event.at, message: event.id };
    const known = event.identities.map((named) => ({
      named,
      stored: this.identities.get(named.type, named.value),
    }));
    const changed = new Set<number>();
    for (const { stored } of known) {
      if (!stored || !isEarlier(claim, claimOf(stored))) continue;
      this.identities.setClaim(stored.iid, user, event.at, event.id);
      changed.add(stored.component);
    }
    const owner = this.profiles.idOfUser(user) ?? this.firstProfileOf(user, changed, effects);
    if (!this.cache.isNamed(owner, user)) {
      this.identities.add('userId', user, owner);
      effects.touch(owner);
    }
    for (const { named, stored } of known) {
      const identity = stored ?? this.identities.add(named.type, named.value, owner);
      if (!stored) {
        this.identities.setClaim(identity.iid, user, event.at, event.id);
        effects.touch(owner);
      }
      if (isProofOfPerson(named.type)) this.noteClaimant(identity, claim, effects);
    }
    for (const component of changed) this.settle(component, effects);
    return changed.size === 0 ? owner : (this.profiles.idOfUser(user) as string);
  }

  /** A user seen for the first time becomes who his anonymous group was; otherwise a new profile. */
  private firstProfileOf(user: string, components: Iterable<number>, effects: OwnershipEffects): string {
    for (const component of components) {
      const members = this.identities.members(component);
      if (earliestClaim(members)?.user !== user) continue;
      const anonymous = this.oldest(this.anonymousOwners(members));
      if (anonymous === null) continue;
      this.profiles.setUser(anonymous, user);
      effects.touch(anonymous);
      return anonymous;
    }
    return this.cache.newProfile(user);
  }

  private noteClaimant(identity: StoredIdentity, claim: Claim, effects: OwnershipEffects): void {
    this.identities.addClaimant(identity.iid, claim.user, claim.at, claim.message);
    const claimants = this.identities.claimants(identity.iid);
    if (claimants.length < 2) return;
    for (const { userId } of claimants) {
      const profile = this.profiles.idOfUser(userId);
      if (profile) effects.touch(profile);
    }
  }

  private resolveAnonymous(event: NamingEvent, effects: OwnershipEffects): string {
    const known = event.identities.map((named) => this.identities.get(named.type, named.value));
    const components = [...new Set(known.flatMap((stored) => (stored ? [stored.component] : [])))];
    const component = components[0];
    if (component === undefined) return this.newGroup(event.identities);
    const grown = components.length > 1 || known.some((stored) => !stored);
    for (const other of components.slice(1)) this.identities.joinComponents(other, component);
    if (grown) this.addMembers(event.identities, component, effects);
    if (components.length > 1) this.settle(component, effects);
    return this.ownerOfNamed(event.identities);
  }

  private newGroup(named: NamedIdentity[]): string {
    const owner = this.cache.newProfile(null);
    let component: number | null = null;
    for (const { type, value } of named) {
      const identity = this.identities.add(type, value, owner);
      component ??= identity.component;
      this.identities.joinComponents(identity.component, component);
    }
    return owner;
  }

  private addMembers(named: NamedIdentity[], component: number, effects: OwnershipEffects): void {
    const unknown = named.filter(({ type, value }) => !this.identities.get(type, value));
    if (unknown.length === 0) return;
    const unclaimed = named
      .map(({ type, value }) => this.identities.get(type, value))
      .find((one) => one?.claimUser === null);
    const owner = unclaimed?.owner ?? this.groupOwner(this.identities.members(component));
    for (const { type, value } of unknown) {
      const identity = this.identities.add(type, value, owner);
      this.identities.joinComponents(identity.component, component);
    }
    effects.touch(owner);
  }

  /** Of an event without a userId: the earliest claim on what it names, else its group's. */
  private ownerOfNamed(named: NamedIdentity[]): string {
    const stored = named.flatMap(({ type, value }) => this.identities.get(type, value) ?? []);
    const claim = earliestClaim(stored);
    // Where nothing that it names is claimed, what it names already belongs to the group's owner.
    return claim ? (this.profiles.idOfUser(claim.user) as string) : (stored[0] as StoredIdentity).owner;
  }

  /** The profile of a group: of the earliest claim on any member, else the one that its members have together. */
  private groupOwner(members: StoredIdentity[]): string {
    const claim = earliestClaim(members);
    return claim ? (this.profiles.idOfUser(claim.user) as string) : (members[0] as StoredIdentity).owner;
  }

  private anonymousOwners(members: StoredIdentity[]): string[] {
    const owners = new Set(
      members.filter((member) => member.claimUser === null).map((member) => member.owner),
    );
    for (const member of members) owners.add(member.owner);
    return [...owners].filter((id) => this.profiles.get(id)?.userId === null);
  }

  private oldest(ids: string[]): string | null {
    const found = ids.flatMap((id) => this.profiles.get(id) ?? []);
    found.sort((a, b) => a.born - b.born || (a.id < b.id ? -1 : 1));
    return found[0]?.id ?? null;
  }

  /** Brings a group whose claims or members changed to what follows from them. */
  private settle(component: number, effects: OwnershipEffects): void {
    this.mergeAnonymous(component, effects);
    const members = this.identities.members(component);
    const group = this.groupOwner(members);
    for (const member of members) {
      const owner = member.claimUser === null ? group : (this.profiles.idOfUser(member.claimUser) as string);
      if (owner === member.owner) continue;
      this.identities.setOwner(member.iid, owner);
      effects.touch(member.owner);
      effects.touch(owner);
    }
    this.moveEvents(component, members, group, effects);
  }

  /** The group's anonymous profiles become one with each other, or with the user that the group belongs to. */
  private mergeAnonymous(component: number, effects: OwnershipEffects): void {
    const members = this.identities.members(component);
    const anonymous = this.anonymousOwners(members);
    const claim = earliestClaim(members);
    const all = claim ? [this.profiles.idOfUser(claim.user) as string, ...anonymous] : anonymous;
    const survivor = this.oldest(all);
    if (survivor === null) return;
    for (const lost of all) {
      if (lost === survivor) continue;
      const user = this.profiles.get(lost)?.userId ?? null;
      if (user !== null) {
        this.profiles.setUser(lost, null);
        this.profiles.setUser(survivor, user);
      }
      effects.merge(survivor, lost);
    }
  }

  private moveEvents(
    component: number,
    members: StoredIdentity[],
    group: string,
    effects: OwnershipEffects,
  ): void {
    const claimed = members.filter((member) => member.claimUser !== null);
    for (const event of this.identities.groupEvents(component)) {
      const named = claimed.filter((member) => this.identities.names(event.rid, member.iid));
      const claim = earliestClaim(named);
      const owner = claim ? (this.profiles.idOfUser(claim.user) as string) : group;
      if (owner === event.owner) continue;
      this.events.setOwner(event.rid, owner);
      effects.refold(event.owner);
      effects.refold(owner);
    }
  }
}
