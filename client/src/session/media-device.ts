import { detectDeviceAsync, Device, type types as mc } from 'mediasoup-client';

/** How a browser is spoken to that does not say which one it is: by the standard, as it was when the oldest supported ones came. */
const ANY_BROWSER = 'Chrome111';

/** What this browser can send and receive, of what a media router offers. */
export async function mediaDevice(routerRtpCapabilities: unknown): Promise<Device> {
  const device = new Device({ handlerName: (await detectDeviceAsync()) ?? ANY_BROWSER });
  await device.load({ routerRtpCapabilities: routerRtpCapabilities as mc.RtpCapabilities });
  return device;
}
