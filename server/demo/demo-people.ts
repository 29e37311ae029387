/** Who works in the demonstration office. */
import type { PersonInput } from '../protocol/people.ts';
import { Chance } from './chance.ts';
import { DEPARTMENTS, type DemoDepartment } from './demo-plan.ts';

// cspell:disable
// prettier-ignore
const GIVEN = [
  'Ada', 'Aisha', 'Akira', 'Alan', 'Ana', 'Anton', 'Barbara', 'Ben', 'Carlos', 'Chloé', 'Claude', 'Daniela',
  'David', 'Dilek', 'Edsger', 'Élodie', 'Emre', 'Eva', 'Fatima', 'Felix', 'Frances', 'Grace', 'Hans', 'Hedy',
  'Ibrahim', 'Ingrid', 'Ivan', 'Jana', 'João', 'Jürgen', 'Karen', 'Katherine', 'Lena', 'Linus', 'Łukasz', 'Mai',
  'Margaret', 'Marie', 'Mei', 'Mikko', 'Nadia', 'Niklaus', 'Nora', 'Olga', 'Omar', 'Paul', 'Pilar', 'Radia',
  'René', 'Rosa', 'Samir', 'Sofia', 'Søren', 'Thi', 'Tomás', 'Ursula', 'Vera', 'Wei', 'Yusuf', 'Zoë',
] as const;
// prettier-ignore
const FAMILY = [
  'Abbas', 'Adams', 'Andersen', 'Bauer', 'Becker', 'Bernard', 'Böhm', 'Brown', 'Carvalho', 'Chen', 'Costa',
  'Dijkstra', 'Dupont', 'Eriksson', 'Evans', 'Fischer', 'Fontaine', 'García', 'Gray', 'Gruber', 'Hamilton', 'Haddad',
  'Hoffmann', 'Hopper', 'Ivanova', 'Jansen', 'Kaya', 'Keller', 'Kowalski', 'Lamarr', 'Lefèvre', 'Lehmann', 'Lind',
  'López', 'Lovelace', 'Mahmoud', 'Martin', 'Meier', 'Moreau', 'Müller', 'Nakamura', 'Nguyen', 'Novák', 'Nowak',
  'O’Brien', 'Okafor', 'Öztürk', 'Perlman', 'Petrov', 'Rossi', 'Roux', 'Sánchez', 'Schmidt', 'Silva', 'Smith',
  'Takahashi', 'Torres', 'Virtanen', 'Wagner', 'Weber', 'Wirth', 'Yılmaz', 'Zhang', 'Zimmermann',
] as const;
/** Names that a page must show as well as the others: long ones, a single one, and those of other scripts. */
const UNUSUAL: readonly Pick<PersonInput, 'givenName' | 'familyName'>[] = [
  { givenName: 'Maximiliane Friederike Charlotte', familyName: 'von Hohenzollern-Sigmaringen-Schwarzenberg' },
  { givenName: 'Suharto', familyName: '' },
  { givenName: 'ليلى', familyName: 'بن يوسف' },
  { givenName: '美咲', familyName: '高橋' },
  { givenName: 'שרה', familyName: 'כהן' },
  { givenName: 'Αθηνά', familyName: 'Παπαδοπούλου' },
];
// cspell:enable

export interface DemoPerson {
  input: PersonInput;
  department: DemoDepartment;
  /** Seldom late, or often: 0..1. */
  carelessness: number;
  /** Works mornings only, from Monday to Thursday. */
  partTime: boolean;
}

/** The same people at each call. @param sites ids of the sites by their key in the departments */
export function demoPeople(
  count: number,
  sites: Readonly<Record<DemoDepartment['site'], string>>,
): DemoPerson[] {
  const seats = DEPARTMENTS.flatMap((department) =>
    Array.from({ length: department.seats }, () => department),
  );
  const taken = new Set<string>();
  return Array.from({ length: count }, (_, i) => {
    const chance = new Chance('person', i);
    const department = seats[Math.floor((i * seats.length) / count)]!;
    const { givenName = '', familyName = '' } =
      i % 47 === 46 ? (UNUSUAL[(i - 46) / 47] ?? {}) : nameOf(chance, taken);
    const number = String(1_001 + i);
    return {
      input: {
        number,
        givenName,
        familyName,
        department: department.name,
        jobTitle: chance.pick('job', department.jobs),
        email: `p${number}@demo.example`,
        startDate: `20${Math.floor(chance.between('year', 12, 26))}-0${Math.floor(chance.between('month', 1, 7))}-01`,
        siteId: sites[department.site],
        status: i % 61 === 60 ? 'suspended' : i % 53 === 52 ? 'left' : 'active',
      },
      department,
      carelessness: chance.of('careless') ** 3,
      partTime: department.rota === 'office' && chance.happens('part-time', 0.15),
    };
  });
}

function nameOf(chance: Chance, taken: Set<string>): { givenName: string; familyName: string } {
  for (let attempt = 0; ; attempt += 1) {
    const givenName = chance.pick(`given ${attempt}`, GIVEN);
    const familyName = chance.pick(`family ${attempt}`, FAMILY);
    const name = `${givenName} ${familyName}`;
    if (taken.has(name)) continue;
    taken.add(name);
    return { givenName, familyName };
  }
}
