"""Independent clients against our server: Python's websockets and aiohttp. Argument: the server's port."""

import asyncio
import sys

import aiohttp
import websockets
from websockets.asyncio.client import connect

PORT = int(sys.argv[1])
failures = 0


def check(name, holds):
    global failures
    print(f"{'ok   ' if holds else 'FAIL '} {name}")
    failures += not holds


async def try_websockets():
    url = f"ws://127.0.0.1:{PORT}/ws"
    async with connect(url, max_size=8 << 20, compression=None) as socket:
        await socket.send("hello")
        check("websockets: text", await socket.recv() == "hello")
        await socket.send("grüße ✓ 🐦")
        check("websockets: UTF-8", await socket.recv() == "grüße ✓ 🐦")
        await socket.send(b"\x00\xff" * 100)
        check("websockets: binary", await socket.recv() == b"\x00\xff" * 100)
        await socket.send(["frag", "men", "", "ted"])
        check("websockets: fragmented", await socket.recv() == "fragmented")
        large = "x" * (1 << 20)
        await socket.send(large)
        check("websockets: 1 MiB", await socket.recv() == large)
        pong = await socket.ping(b"payload")
        await asyncio.wait_for(pong, 5)
        check("websockets: ping", True)
        await socket.send("please ping")
        await socket.send("after the ping")
        check("websockets: pinged by us", await socket.recv() == "after the ping")
        for number in range(1000):
            await socket.send(str(number))
        echoed = [await socket.recv() for _ in range(1000)]
        check("websockets: order", echoed == [str(n) for n in range(1000)])
        await socket.close(code=4000, reason="done")
        check("websockets: our answer to a close", socket.protocol.close_rcvd.code == 4000)
    async with connect(url) as socket:
        await socket.send("please close")
        try:
            await socket.recv()
            check("websockets: server closes", False)
        except websockets.ConnectionClosed as closed:
            check("websockets: server closes", closed.rcvd.code == 4001 and closed.rcvd.reason == "as you wish")
    async with connect(url, max_size=8 << 20) as socket:
        try:
            await socket.send("x" * (5 << 20))
            await socket.recv()
            check("websockets: too large", False)
        except websockets.ConnectionClosed as closed:
            check("websockets: too large", closed.rcvd is not None and closed.rcvd.code == 1009)
    try:
        await connect(f"ws://127.0.0.1:{PORT}/other")
        check("websockets: refused path", False)
    except websockets.InvalidStatus as error:
        check("websockets: refused path", error.response.status_code == 404)


async def raw_frames(name, frames, expected_code):
    """Frames that no library would send."""
    reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
    writer.write(
        b"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    head = await reader.readuntil(b"\r\n\r\n")
    check(f"{name}: sample key of RFC 6455", b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" in head)
    writer.write(frames)
    reply = await asyncio.wait_for(reader.read(), 5)
    code = int.from_bytes(reply[2:4], "big") if reply[:1] == b"\x88" else None
    check(f"{name}: closed with {expected_code}", code == expected_code)
    writer.close()


async def try_aiohttp():
    async with aiohttp.ClientSession(base_url=f"http://127.0.0.1:{PORT}") as session:
        texts = []
        for _ in range(100):
            async with session.get("/hello") as response:
                texts.append(await response.text())
        check("aiohttp: keep-alive", texts == ["hello\n"] * 100)

        async def chunks():
            for number in range(100):
                yield str(number).encode()

        async with session.post("/echo", data=chunks()) as response:
            body = await response.read()
        check("aiohttp: chunked upload", body == "".join(map(str, range(100))).encode())
        async with session.post("/echo", data=b"y" * 2_000_000, expect100=True) as response:
            check("aiohttp: 100-continue", await response.read() == b"y" * 2_000_000)
        async with session.ws_connect("/ws") as socket:
            await socket.send_str("hello")
            check("aiohttp: WebSocket text", (await socket.receive_str()) == "hello")
            await socket.ping(b"x")
            await socket.send_bytes(b"z" * 70_000)
            check("aiohttp: WebSocket binary", (await socket.receive_bytes()) == b"z" * 70_000)
            await socket.close(code=1001)
            check("aiohttp: WebSocket close", socket.close_code == 1001)


async def main():
    await try_websockets()
    await raw_frames("unmasked frame", b"\x81\x01x", 1002)
    await raw_frames("invalid UTF-8", b"\x81\x81\x00\x00\x00\x00\xff", 1007)
    await raw_frames("reserved opcode", b"\x83\x80\x00\x00\x00\x00", 1002)
    await try_aiohttp()


asyncio.run(main())
sys.exit(failures != 0)
