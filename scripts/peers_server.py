"""An aiohttp server that our clients are tried against. Argument: the WirePeerServer executable."""

import asyncio
import sys

from aiohttp import WSMsgType, web


async def hello(request):
    return web.Response(text="hello")


async def echo(request):
    return web.Response(body=await request.read())


async def chunked(request):
    response = web.StreamResponse()
    response.enable_chunked_encoding()
    await response.prepare(request)
    for word in (b"one ", b"two ", b"three"):
        await response.write(word)
        await asyncio.sleep(0.01)
    await response.write_eof()
    return response


async def close(request):
    response = web.Response(text="bye")
    response.force_close()
    return response


async def websocket(request):
    socket = web.WebSocketResponse(max_msg_size=8 << 20)
    await socket.prepare(request)
    await socket.ping(b"are you there")
    async for message in socket:
        if message.type == WSMsgType.TEXT:
            await socket.send_str(message.data)
    return socket


async def main():
    app = web.Application(client_max_size=8 << 20)
    app.router.add_get("/hello", hello)
    app.router.add_post("/echo", echo)
    app.router.add_get("/chunked", chunked)
    app.router.add_get("/close", close)
    app.router.add_get("/ws", websocket)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = site._server.sockets[0].getsockname()[1]
    client = await asyncio.create_subprocess_exec(sys.argv[1], "client", f"http://127.0.0.1:{port}")
    status = await asyncio.wait_for(client.wait(), 60)
    await runner.cleanup()
    print(f"{'ok   ' if status == 0 else 'FAIL '} our clients against aiohttp")
    return status


sys.exit(asyncio.run(main()))
