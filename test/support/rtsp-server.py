"""A real RTSP server (GStreamer's) with one camera at /door, for the tests of RTSP cameras.

Arguments: port, file (H.264 or H.265, Annex B, one slice a picture), pictures a second, user, password, and `times`, if
each picture that is sent is to be printed as `sent NUMBER EPOCH_MS`.
An empty user: nobody is asked for a password. An empty file: the camera has no picture, and says so with audio alone.
Prints `ready PORT`. The file is played in a loop, in the pace of a camera.
"""

import sys
import time

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402

port, file, fps, user, password, times = sys.argv[1:7]
Gst.init(None)


def units(data):
    """The NAL units of an Annex B stream, each with its start code of four bytes."""
    at = data.find(b"\0\0\1")
    while at >= 0:
        following = data.find(b"\0\0\1", at + 3)
        end = len(data) if following < 0 else following
        yield b"\0\0\0\1" + data[at + 3 : end].rstrip(b"\0")
        at = following


def pictures(data, hevc):
    """Each picture with the parameter sets before it."""
    waiting = b""
    for unit in units(data):
        waiting += unit
        kind = (unit[4] >> 1) & 0x3F if hevc else unit[4] & 0x1F
        if kind < 32 if hevc else kind in (1, 5):
            yield waiting
            waiting = b""


class Camera(GstRtspServer.RTSPMediaFactory):
    def __init__(self):
        super().__init__()
        self.hevc = file.endswith(".h265")
        with open(file, "rb") as clip:
            self.pictures = list(pictures(clip.read(), self.hevc))
        kind = "h265" if self.hevc else "h264"
        self.set_launch(
            f"( appsrc name=source is-live=true format=time caps=video/x-{kind},stream-format=byte-stream,alignment=au"
            f" ! {kind}parse ! rtp{kind}pay name=pay0 pt=96 config-interval=1 )"
        )
        self.set_shared(True)
        self.connect("media-configure", self.configure)

    def configure(self, _factory, media):
        source = media.get_element().get_by_name("source")
        state = {"n": 0, "over": False}

        def push():
            n = state["n"]
            state["n"] += 1
            buffer = Gst.Buffer.new_wrapped(self.pictures[n % len(self.pictures)])
            buffer.pts = buffer.dts = n * Gst.SECOND // int(fps)
            buffer.duration = Gst.SECOND // int(fps)
            if times:
                print("sent", n % len(self.pictures), time.time() * 1000, flush=True)
            source.emit("push-buffer", buffer)
            return not state["over"]

        media.connect("unprepared", lambda _media: state.update(over=True))
        GLib.timeout_add(1000 // int(fps), push)


server = GstRtspServer.RTSPServer()
server.set_address("127.0.0.1")
server.set_service(port)
if file:
    factory = Camera()
else:
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch("( audiotestsrc is-live=true ! alawenc ! rtppcmapay name=pay0 pt=8 )")
if user:
    auth = GstRtspServer.RTSPAuth()
    auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "viewer")
    auth.add_digest(user, password, token)
    server.set_auth(auth)
    permissions = GstRtspServer.RTSPPermissions()
    permissions.add_permission_for_role("viewer", "media.factory.access", True)
    permissions.add_permission_for_role("viewer", "media.factory.construct", True)
    factory.set_permissions(permissions)
server.get_mount_points().add_factory("/door", factory)
server.attach(None)
print("ready", server.get_bound_port(), flush=True)
GLib.MainLoop().run()
