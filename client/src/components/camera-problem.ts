/** The text for each reason why a camera does not run, and what the reader can do about it. */
import { msg } from '@lit/localize';
import type { CameraProblem } from '../session/camera-capture.ts';

export interface ProblemText {
  title: string;
  text: string;
}

const TEXTS: Record<CameraProblem, () => ProblemText> = {
  insecure: () => ({
    title: msg('This address cannot use the camera'),
    text: msg(
      'Browsers allow the camera only on secure pages. Open the https address that Muster printed when it started.',
    ),
  }),
  denied: () => ({
    title: msg('Camera access is blocked'),
    text: msg(
      'Click the camera or lock icon next to the address and allow the camera. It then starts by itself.',
    ),
  }),
  missing: () => ({
    title: msg('No camera found'),
    text: msg('Connect a camera or check its cable. It starts as soon as it is found.'),
  }),
  busy: () => ({
    title: msg('The camera is in use'),
    text: msg('Close the other program or page that uses it. Muster keeps trying.'),
  }),
  'no-picture': () => ({
    title: msg('No picture'),
    text: msg(
      'The camera is on but shows nothing. Muster asks for it again; if that does not help, unplug it.',
    ),
  }),
  dark: () => ({
    title: msg('The picture is black'),
    text: msg('Open the lid of the camera, or turn on the light. It continues by itself.'),
  }),
  still: () => ({
    title: msg('The picture does not move'),
    text: msg('The camera shows the same picture all the time. Choose a real camera, or plug it in again.'),
  }),
  'page-fault': () => ({
    title: msg('This page has a fault'),
    text: msg('Reload the page. The server’s log says what went wrong.'),
  }),
  failed: () => ({
    title: msg('The camera does not start'),
    text: msg('Unplug the camera and plug it in again. Muster keeps trying.'),
  }),
};

export function cameraProblem(problem: CameraProblem): ProblemText {
  return TEXTS[problem]();
}
