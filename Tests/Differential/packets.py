"""Client messages, built byte by byte, and replies in words."""
import socket
import struct

COOKIE = b"\x63\x82\x53\x63"


def message(kind, mac, xid=1, secs=0, flags=0, ciaddr="0.0.0.0", giaddr="0.0.0.0", options=(), op=1,
            htype=1, hlen=6, sname=b"", file=b"", end=True, cookie=COOKIE, pad=300):
    head = struct.pack("!BBBBIHH4s4s4s4s16s64s128s", op, htype, hlen, 1 if giaddr != "0.0.0.0" else 0,
                       xid, secs, flags, socket.inet_aton(ciaddr), b"\0" * 4, b"\0" * 4,
                       socket.inet_aton(giaddr), mac, sname, file)
    body = b"" if kind is None else bytes((53, 1, kind))
    for code, value in options:
        body += bytes((code, len(value))) + value
    return (head + cookie + body + (b"\xff" if end else b"")).ljust(pad, b"\0")


def describe(payload):
    """The fields and options of a reply, one line each."""
    if len(payload) < 240:
        return [f"short {payload.hex()}"]
    op, htype, hlen, hops, xid, secs, flags, ci, yi, si, gi, ch, sname, file = struct.unpack(
        "!BBBBIHH4s4s4s4s16s64s128s", payload[:236])
    out = [f"op {op} htype {htype} hlen {hlen} hops {hops} xid {xid:x} secs {secs} flags {flags:x}",
           f"ci {socket.inet_ntoa(ci)} yi {socket.inet_ntoa(yi)} si {socket.inet_ntoa(si)} "
           f"gi {socket.inet_ntoa(gi)} ch {ch.hex()}",
           f"sname {sname.hex().rstrip('0')}", f"file {file.hex().rstrip('0')}", f"size {len(payload)}"]
    at = 240
    while at < len(payload):
        code = payload[at]
        if code == 255 or code == 0:
            out.append(f"end at {at} {payload[at:].hex().rstrip('0')}")
            break
        size = payload[at + 1] if at + 1 < len(payload) else 0
        out.append(f"{code} {payload[at + 2:at + 2 + size].hex()}")
        at += 2 + size
    return out
