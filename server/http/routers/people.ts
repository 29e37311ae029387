import { Router } from 'express';
import { z } from 'zod';
import { newPerson, personChange } from '../../people/person-input.ts';
import type { PeopleService } from '../../people/people-service.ts';
import { MusterError } from '../../protocol/error.ts';
import { accountOf } from '../access.ts';
import { validate } from '../validate.ts';

const listQuery = z.object({ search: z.string().max(200).default('') });
const consentInput = z.strictObject({ version: z.string().max(32), language: z.string().max(16) });

export function peopleRouter(people: PeopleService): Router {
  const router = Router();

  router.get('/', async (req, res) => {
    const { search } = validate(listQuery, req.query);
    res.json({ people: await people.list(search) });
  });

  router.post('/', async (req, res) => {
    const person = await people.create(validate(newPerson, req.body));
    res.status(201).location(`/api/people/${person.id}`).json(person);
  });

  router.get('/:id', async (req, res) => {
    const person = await people.get(req.params.id);
    if (!person) throw new MusterError('not-found', 'There is no such person.');
    res.json(person);
  });

  router.patch('/:id', async (req, res) => {
    res.json(await people.update(req.params.id, validate(personChange, req.body)));
  });

  /** Erases: templates, key and personal data go; punches stay under a pseudonym. */
  router.delete('/:id', async (req, res) => {
    await people.erase(req.params.id);
    res.status(204).end();
  });

  router.post('/:id/consent', async (req, res) => {
    const { accountId } = accountOf(res);
    const shown = validate(consentInput, req.body);
    res.status(201).json(await people.giveConsent(req.params.id, shown, { accountId }));
  });

  /** The withdrawal of the consent: the templates go with it. */
  router.delete('/:id/templates', async (req, res) => {
    const { accountId } = accountOf(res);
    await people.withdrawConsent(req.params.id, { accountId });
    res.status(204).end();
  });

  return router;
}
