/** Data-channel messages: JSON of a known `type`. Anything else is dropped: an older page may meet a newer server. */
import type {
  AttendanceEvent,
  EnrollmentProgress,
  EventMessage,
  Observation,
  ResultMessage,
} from '#protocol/results.ts';

function parse(data: unknown): { type?: unknown } | null {
  if (typeof data !== 'string') return null;
  try {
    const value: unknown = JSON.parse(data);
    return typeof value === 'object' && value !== null ? value : null;
  } catch {
    return null;
  }
}

export function parseResult(data: unknown): ResultMessage | null {
  const message = parse(data);
  if (message?.type === 'observation') return message as Observation;
  if (message?.type === 'enrollment') return message as EnrollmentProgress;
  return null;
}

export function parseEvent(data: unknown): EventMessage | null {
  const message = parse(data);
  return message?.type === 'attendance' ? (message as AttendanceEvent) : null;
}
