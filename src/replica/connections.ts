/** With whom the core is connected, asked of it each time; a supervisor sees it, nothing of it is kept. */
import type {
  AudienceView,
  ConnectionsView,
  LetterView,
  NodeView,
  PartnerView,
  RefusedView,
  ScorerView,
  SourceView,
} from '../bridge/connections.ts';
import { PortFailure } from '../bridge/errors.ts';
import type { Role } from '../domain/role.ts';
import { type Doors, step } from './doors.ts';

/** So many refused events are shown; the core keeps more. */
const REFUSED = 50;

export class Connections {
  private readonly role: Role;
  private readonly doors: Doors;

  constructor(role: Role, doors: Doors) {
    this.role = role;
    this.doors = doors;
  }

  /** @throws PortFailure `forbidden` for other roles */
  async view(): Promise<ConnectionsView> {
    const doors = this.admitted();
    const [{ feeds }, { sources }, { scorers }, { audiences }, { rejected }, { nodes }] = await Promise.all([
      doors.get<{ feeds: PartnerView[] }>('/v1/feeds'),
      doors.get<{ sources: SourceView[] }>('/v1/sources'),
      doors.get<{ scorers: ScorerView[] }>('/v1/scorers'),
      doors.get<{ audiences: AudienceView[] }>('/v1/audiences'),
      doors.get<{ rejected: RefusedView[] }>('/v1/rejected'),
      doors.get<{ nodes: NodeView[] }>('/v1/nodes'),
    ]);
    return { partners: feeds, sources, scorers, audiences, refused: rejected.slice(0, REFUSED), nodes };
  }

  letters({ partner }: { partner: string }): Promise<{ messages: LetterView[] }> {
    return this.admitted().get(`/v1/feeds/${step(partner)}/dead-letters`);
  }

  resend({ partner, id }: { partner: string; id: string }): Promise<{ ok: true }> {
    return this.order(partner, `${step(id)}/resend`, {});
  }

  resendAll({ partner }: { partner: string }): Promise<{ ok: true }> {
    return this.order(partner, 'resend', {});
  }

  discardAll({ partner, reason }: { partner: string; reason: string }): Promise<{ ok: true }> {
    return this.order(partner, 'discard', { reason });
  }

  private async order(partner: string, what: string, body: object): Promise<{ ok: true }> {
    await this.admitted().post(`/v1/feeds/${step(partner)}/dead-letters/${what}`, body);
    return { ok: true };
  }

  async askSource({ source }: { source: string }): Promise<{ ok: true }> {
    await this.admitted().post(`/v1/sources/${step(source)}/run`, {});
    return { ok: true };
  }

  private admitted(): Doors {
    if (this.role !== 'supervisor') throw new PortFailure('forbidden');
    return this.doors;
  }
}
