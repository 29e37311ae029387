import { Router } from 'express';
import { z } from 'zod';
import { MusterError } from '../../protocol/error.ts';
import { newPerson, personChange } from '../../protocol/people.ts';
import type { AppServices } from '../services.ts';
import { validate } from '../validate.ts';

const listQuery = z.object({ search: z.string().max(200).default('') });

export function peopleRouter({ people }: Pick<AppServices['core'], 'people'>): Router {
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
    res.json(await people.erase(req.params.id));
  });

  return router;
}
