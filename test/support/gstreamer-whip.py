"""A program that publishes by WHIP with GStreamer's webrtcbin and libnice, as whipsink and whipclientsink do.

Arguments: address, and the pipeline that ends with RTP packets. The token is the first line of the input.
Prints `published STATUS`, and whatever goes wrong. Ends with its input.
"""

import sys
import threading
import urllib.request

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstSdp", "1.0")
gi.require_version("GstWebRTC", "1.0")
from gi.repository import GLib, Gst, GstSdp, GstWebRTC  # noqa: E402

address, source = sys.argv[1:3]
token = sys.stdin.readline().strip()
Gst.init(None)
pipeline = Gst.parse_launch(f"webrtcbin name=out bundle-policy=max-bundle {source} ! out.")
out = pipeline.get_by_name("out")
loop = GLib.MainLoop()


def fail(what):
    print("failed", what, flush=True)
    loop.quit()


def offer(*_):
    out.emit("create-offer", None, Gst.Promise.new_with_change_func(offered))


def offered(promise):
    # The reply owns the offer.
    reply = promise.get_reply()
    out.emit("set-local-description", reply.get_value("offer"), Gst.Promise.new())


def gathered(*_):
    if out.get_property("ice-gathering-state") == GstWebRTC.WebRTCICEGatheringState.COMPLETE:
        threading.Thread(target=publish, daemon=True).start()


def publish():
    sdp = out.get_property("local-description").sdp.as_text().encode()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/sdp"}
    try:
        with urllib.request.urlopen(urllib.request.Request(address, sdp, headers)) as reply:
            status, answer = reply.status, reply.read()
    except urllib.error.HTTPError as error:
        return fail(f"{error.code} {error.read().decode()}")
    _, parsed = GstSdp.SDPMessage.new()
    GstSdp.sdp_message_parse_buffer(answer, parsed)
    description = GstWebRTC.WebRTCSessionDescription.new(GstWebRTC.WebRTCSDPType.ANSWER, parsed)
    out.emit("set-remote-description", description, Gst.Promise.new())
    print("published", status, flush=True)


def heard(_bus, message):
    if message.type == Gst.MessageType.ERROR:
        error, more = message.parse_error()
        fail(f"{error.message} {more}")


out.connect("on-negotiation-needed", offer)
out.connect("notify::ice-gathering-state", gathered)
bus = pipeline.get_bus()
bus.add_signal_watch()
bus.connect("message", heard)
threading.Thread(target=lambda: (sys.stdin.read(), loop.quit()), daemon=True).start()
pipeline.set_state(Gst.State.PLAYING)
loop.run()
pipeline.set_state(Gst.State.NULL)
