"""One AMQP 1.0 open with SASL PLAIN, by hand: does this node accept messaging for this virtualhost? An observer independent of signpost.

`begin` is sent only after the remote open has come without a close behind it: a begin sent early makes a refusing broker log a stack trace.
"""
import asyncio
import struct

SASL, AMQP = b"AMQP\x03\x01\x00\x00", b"AMQP\x00\x01\x00\x00"
OPEN, BEGIN, SASL_INIT, SASL_OUTCOME = 0x10, 0x11, 0x41, 0x44


def _text(kind, data):
    return bytes([kind, len(data)]) + data


def _list(*fields):
    body = b"".join(fields)
    return b"\xc0" + bytes([len(body) + 1, len(fields)]) + body


def _frame(channel_type, performative, fields):
    body = b"\x00\x53" + bytes([performative]) + fields
    return struct.pack(">IBBH", len(body) + 8, 2, channel_type, 0) + body


async def _read_frame(reader):
    size, = struct.unpack(">I", await reader.readexactly(4))
    body = await reader.readexactly(size - 4)
    return (body[6], body) if size > 8 else (None, b"")


async def accepts(host, port=5672, virtualhost="weather", user="signpost", password="signpost"):
    """True: open and begin were answered. False: closed, refused, reset, anything else. The caller bounds the time."""
    try:
        reader, writer = await asyncio.open_connection(host, port)
    except OSError:
        return False
    try:
        writer.write(SASL)
        await reader.readexactly(8)
        await _read_frame(reader)
        response = b"\0" + user.encode() + b"\0" + password.encode()
        writer.write(_frame(1, SASL_INIT, _list(_text(0xA3, b"PLAIN"), _text(0xA0, response))))
        kind, body = await _read_frame(reader)
        if kind != SASL_OUTCOME or b"\x50\x00" not in body:
            return False
        writer.write(AMQP + _frame(0, OPEN, _list(_text(0xA1, b"observer"), _text(0xA1, virtualhost.encode()))))
        await reader.readexactly(8)
        kind, _ = await _read_frame(reader)
        if kind != OPEN:
            return False
        following = asyncio.ensure_future(_read_frame(reader))
        following.add_done_callback(lambda task: task.cancelled() or task.exception())  # seen, also if nobody waits for it any more
        await asyncio.wait({following}, timeout=0)  # one turn of the loop: a close that came with the open is read in it
        if not following.done():
            writer.write(_frame(0, BEGIN, _list(b"\x40", b"\x43", b"\x52\x10", b"\x52\x10")))
        kind, _ = await following
        return kind == BEGIN
    except (OSError, asyncio.IncompleteReadError, struct.error, IndexError):
        return False
    finally:
        writer.close()
