import { describe, expect, it } from 'vitest';
import { FrameReader, FrameSlot, i420Bytes } from './frame-slot.ts';

const picture = (value: number, width = 4, height = 4) => ({
  data: new Uint8Array(i420Bytes(width, height)).fill(value),
  width,
  height,
});

describe('FrameSlot', () => {
  it.each([
    [4, 4, 24],
    [640, 480, 460_800],
    [5, 3, 15 + 2 * 3 * 2],
  ])('computes that an I420 picture of %i×%i takes %i bytes', (width, height, bytes) => {
    expect(i420Bytes(width, height)).toBe(bytes);
  });

  it('lends the latest picture once and drops the earlier ones', () => {
    const slot = new FrameSlot();
    expect(slot.take()).toBeNull();
    slot.write(picture(1), 100, 1);
    slot.write(picture(2), 200, 2);
    const lease = slot.take()!;
    expect(lease).toMatchObject({ frame: 2, at: 200, arrived: 2, width: 4, height: 4 });
    expect(new FrameReader(slot.buffers).picture(lease).data).toEqual(picture(2).data);
    slot.giveBack();
    expect(slot.take()).toBeNull();
  });

  it('a frame slot never writes into the picture that is lent', () => {
    const slot = new FrameSlot();
    const reader = () => new FrameReader(slot.buffers);
    slot.write(picture(1), 0, 0);
    for (let round = 1; round < 6; round += 1) {
      const lease = slot.take()!;
      const seen = reader().picture(lease).data;
      for (let more = 0; more < 3; more += 1) slot.write(picture(round + 1 + more * 50), 0, 0);
      slot.write(picture(round + 1), 0, 0);
      expect(seen).toEqual(picture(round).data);
      slot.giveBack();
    }
  });

  it('a frame slot throws when asked to lend a second picture', () => {
    const slot = new FrameSlot();
    slot.write(picture(1), 0, 0);
    slot.take();
    expect(() => slot.take()).toThrow('already');
  });

  it('a frame slot grows for a larger picture without touching the smaller one that is lent', () => {
    const slot = new FrameSlot();
    slot.write(picture(1), 0, 0);
    const small = slot.take()!;
    const smallSeen = new FrameReader(slot.buffers).picture(small).data;
    slot.write(picture(2, 8, 8), 0, 0);
    slot.write(picture(3, 8, 8), 0, 0);
    expect(slot.buffers.generation).toBe(small.generation + 1);
    expect(smallSeen).toEqual(picture(1).data);
    slot.giveBack();
    const large = slot.take()!;
    expect(new FrameReader(slot.buffers).picture(large).data).toEqual(picture(3, 8, 8).data);
  });

  it('a frame slot keeps its buffers when the picture shrinks or grows a little', () => {
    const slot = new FrameSlot();
    slot.write(picture(1, 16, 16), 0, 0);
    const { generation } = slot.buffers;
    slot.write(picture(1, 4, 4), 0, 0);
    slot.write(picture(1, 16, 18), 0, 0);
    expect(slot.buffers.generation).toBe(generation);
  });

  it('a frame slot throws for data that is not a picture of the given size', () => {
    expect(() => new FrameSlot().write({ data: new Uint8Array(23), width: 4, height: 4 }, 0, 0)).toThrow(
      RangeError,
    );
  });

  it('numbers pictures from the given first number', () => {
    const slot = new FrameSlot(50);
    slot.write(picture(1), 0, 0);
    expect(slot.take()?.frame).toBe(50);
  });
});
