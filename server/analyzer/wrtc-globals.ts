/** Makes this process look like a browser to mediasoup-client. Import it before the first Device is made. */
import wrtc from '@roamhq/wrtc';

/**
 * Use it only on the main thread of a process: libwebrtc media in a worker thread ends in a segmentation fault when the
 * thread ends.
 */
Object.assign(globalThis, {
  RTCPeerConnection: wrtc.RTCPeerConnection,
  RTCSessionDescription: wrtc.RTCSessionDescription,
  RTCIceCandidate: wrtc.RTCIceCandidate,
  MediaStream: wrtc.MediaStream,
  MediaStreamTrack: wrtc.MediaStreamTrack,
  RTCRtpReceiver: wrtc.RTCRtpReceiver,
  RTCRtpSender: wrtc.RTCRtpSender,
  RTCRtpTransceiver: wrtc.RTCRtpTransceiver,
});
