import type { Em } from '../db/database.ts';

/** Ends the open invitation of a person whose face is forgotten: its link would lead to a new face at once. */
export async function endInvitations(em: Em, personId: string): Promise<void> {
  await em.execute(
    `update enrollment_invitation set outcome = 'revoked', ended_at = now(), token_hash = null,
       session_hash = null, session_until = null
     where person_id = ? and outcome is null`,
    [personId],
  );
}
