/**
 * What a station does while the server is away: keeps PINs and badges, says so, and says which names at the break were not
 * confirmed.
 */
import { msg } from '@lit/localize';
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { AttendanceEvent, Observation } from '#protocol/results.ts';
import type { DeviceActor } from '#protocol/session.ts';
import { ClaimOutbox } from '../../claims/claim-outbox.ts';
import { list } from '../../locales/intl.ts';
import { reportUnexpected } from '../../session/client-error.ts';
import { Observable } from '../../session/observable.ts';
import type { SignalingSocket, SocketOptions, SocketState } from '../../session/socket.ts';
import { deliveredText, offlineNotice, waitingText } from './offline-notice.ts';
import { Unconfirmed } from './unconfirmed.ts';

/** A message to the person at the door that is not a result. */
export interface Note {
  icon: string;
  heading: string;
  text: string;
}

/** A note stays this long, ms. */
const NOTE_STAYS = 8_000;

type StateOfSocket = Pick<SignalingSocket, 'state' | 'silent'>;

export class WhileAway implements ReactiveController {
  readonly outbox = new ClaimOutbox();
  readonly note = new Observable<Note | null>(null);
  /** What its host shows. */
  readonly shown = [this.note, this.outbox.waiting, this.outbox.able, this.outbox.delivered] as const;
  /** How the socket proves that it is this device, and where the time of the server goes. */
  readonly socketOptions: Pick<SocketOptions, 'prove' | 'onTime'> = {
    prove: (challenge, actor) =>
      actor.kind === 'device' ? this.outbox.prove(challenge, actor.deviceId) : Promise.resolve(null),
    onTime: (serverTime, roundTrip) => this.outbox.compare(serverTime, roundTrip),
  };
  readonly #unconfirmed = new Unconfirmed();
  #noteTimer: ReturnType<typeof setTimeout> | null = null;

  constructor(host: ReactiveControllerHost) {
    host.addController(this);
  }

  hostConnected(): void {
    this.outbox.open().catch(reportUnexpected);
  }

  hostDisconnected(): void {
    this.outbox.close();
    if (this.#noteTimer) clearTimeout(this.#noteTimer);
  }

  /** The door that this browser was when it last reached the server. */
  recall(): Promise<DeviceActor | null> {
    return this.outbox.open();
  }

  see(observation: Observation): void {
    this.#unconfirmed.see(observation, performance.now());
  }

  answer(event: AttendanceEvent): void {
    this.#unconfirmed.answer(event);
  }

  /** The state of the socket has changed. */
  follow(state: SocketState, socket: SignalingSocket): void {
    if (state.state === 'open') {
      if (state.actor.kind === 'device') this.outbox.meet(state.actor, socket).catch(reportUnexpected);
      return;
    }
    const names = this.#unconfirmed.take(performance.now());
    if (names.length === 0) return;
    this.#tell({
      icon: 'circle-alert',
      heading: list(names),
      text: msg('The connection broke before this was confirmed. Please check in again.'),
    });
  }

  /** A PIN or a badge was kept. */
  kept(): void {
    this.#tell({
      icon: 'clock',
      heading: msg('Kept'),
      text: msg('The server does not answer. This will be checked and booked when it is back.'),
    });
  }

  /** The server does not answer, or there is no connection to it any more. */
  isAway({ state: { value: socket }, silent }: StateOfSocket): boolean {
    if (socket.state === 'open') return silent.value;
    return socket.state === 'connecting' && (socket.before || socket.attempt > 1);
  }

  notice(socket: StateOfSocket) {
    return offlineNotice({
      away: this.isAway(socket),
      able: this.outbox.able.value,
      waiting: this.outbox.waiting.value,
      delivered: this.outbox.delivered.value,
    });
  }

  /** For a station that was unpaired: what waits, or what became of it. Empty where nothing was kept. */
  get left(): string {
    const { waiting, delivered } = this.outbox;
    if (waiting.value > 0) return waitingText(waiting.value);
    return delivered.value ? deliveredText(delivered.value) : '';
  }

  #tell(note: Note) {
    this.note.set(note);
    if (this.#noteTimer) clearTimeout(this.#noteTimer);
    this.#noteTimer = setTimeout(() => this.note.set(null), NOTE_STAYS);
  }
}
