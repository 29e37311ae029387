import { describe, expect, it } from 'vitest';
import { rtspAddress } from '#protocol/rtsp.ts';
import { parseCameraAddress, shownAddress, wholeAddress, withoutSecrets } from './camera-address.ts';

const shown = (text: string) => shownAddress(parseCameraAddress(text));

describe('the address of a camera', () => {
  it.each([
    'rtsp://192.168.1.20/stream1',
    'rtsps://camera.local:7441/live?channel=1&subtype=0',
    'rtsp://[fd00::7]:8554/',
    'RTSP://kim:p%40ss@192.168.1.20',
  ])('%s is one', (text) => expect(rtspAddress.safeParse(text).success).toBe(true));

  it.each([
    'http://192.168.1.20/',
    'rtsp:192.168.1.20',
    'rtsp://',
    'file:///etc/passwd',
    'rtsp://192.168.1.20/a b',
    'rtsp://192.168.1.20/a\nfile x',
    'rtsp://192.168.1.20/#x',
    '192.168.1.20:554/stream',
  ])('%j is none', (text) => expect(rtspAddress.safeParse(text).success).toBe(false));

  it('has the name and the password that are written beside it, or those inside', () => {
    expect(parseCameraAddress('rtsp://kim:p%40ss@cam:8554/a?b=1')).toEqual({
      secure: false,
      host: 'cam',
      port: 8554,
      path: '/a?b=1',
      user: 'kim',
      password: 'p@ss',
    });
    const beside = parseCameraAddress('rtsps://cam/a', { user: 'lee', password: 'x/y' });
    expect(beside).toMatchObject({ port: 322, user: 'lee', password: 'x/y' });
  });

  it('is shown without name, password and query', () => {
    expect(shown('rtsp://kim:pass@cam:554/live')).toBe('rtsp://cam/live');
    expect(shown('rtsp://[fd00::7]:8554/live?token=abc')).toBe('rtsp://[fd00::7]:8554/live?…');
    expect(shown('rtsp://cam/user=admin_password=12345_channel=1.sdp')).toBe(
      'rtsp://cam/user=admin_password=…_channel=1.sdp',
    );
  });

  it('goes to the program with an address in place of the name, and nothing in it ends a quoted word', () => {
    const camera = parseCameraAddress('rtsp://cam/live', { user: "o'neil", password: 'a/b@c:d' });
    expect(wholeAddress(camera, '10.0.0.7')).toBe('rtsp://o%27neil:a%2Fb%40c%3Ad@10.0.0.7:554/live');
    expect(wholeAddress(parseCameraAddress('rtsp://cam/'), 'fd00::7')).toBe('rtsp://[fd00::7]:554/');
  });

  it('leaves nothing secret in what the program says', () => {
    const camera = parseCameraAddress('rtsp://cam/live?key=4711', { user: 'kim', password: 'a b' });
    const said = withoutSecrets(
      "[concat] Impossible to open 'rtsp://kim:a%20b@10.0.0.7:554/live?key=4711': kim a b /live?key=4711",
      camera,
    );
    expect(said).not.toMatch(/kim|a b|a%20b|4711/);
    expect(said).toContain('Impossible to open');
  });
});
