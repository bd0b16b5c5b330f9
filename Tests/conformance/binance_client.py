"""Drives a local Binance with python-binance, a client that was written for the real one, unchanged.

Usage: binance_client.py READY_LINE_FILE

The client is pointed at loopback through its own URL attributes. Its methods that call what Binance has taken away
(`stream_get_listen_key` and its like: listen keys of spot) are expected to fail. Every check is one function; the suite
prints one line for each and a closing line `N passed, N failed`.
"""

import asyncio
import json
import sys
import time
import traceback
import urllib.request
from decimal import Decimal

from binance import AsyncClient, BinanceSocketManager, Client
from binance.enums import ORDER_TYPE_LIMIT_MAKER
from binance.exceptions import BinanceAPIException
from binance.ws.depthcache import DepthCacheManager

SYMBOL = "BTCUSDT"


def point(ready):
    """Where the client finds the venue: its documented class attributes."""
    for kind in (Client, AsyncClient):
        kind.API_URL = ready["rest"] + "/api"
        kind.WS_API_URL = ready["ws_api"]
        kind.FUTURES_URL = ready["rest"] + "/fapi"
    BinanceSocketManager.STREAM_URL = ready["ws"] + "/"
    BinanceSocketManager.FSTREAM_URL = ready["ws"] + "/"


def refusal(call, *arguments, **named):
    try:
        call(*arguments, **named)
    except BinanceAPIException as error:
        return error
    raise AssertionError("it was not refused")


def ledger(ready):
    address = ready["rest"] + "/apus/ledger?account=" + ready["accounts"][0]["name"]
    with urllib.request.urlopen(address) as answer:
        assert answer.headers["X-Apus-Venue"] == "binance"
        return json.load(answer)


class Rest:
    """Checks of the REST side; run in the order of definition."""

    def __init__(self, ready):
        self.ready = ready
        account = ready["accounts"][0]
        self.client = Client(account["api_key"], account["api_secret"])

    def price(self, side, offset):
        """So far behind the touch, as a text with two decimals."""
        book = self.client.get_orderbook_ticker(symbol=SYMBOL)
        touch = Decimal(book["bidPrice"] if side == "BUY" else book["askPrice"])
        factor = 1 - Decimal(offset) if side == "BUY" else 1 + Decimal(offset)
        return str((touch * factor).quantize(Decimal("0.01")))

    def limit(self, side="BUY", offset="0.05", quantity="0.01", **more):
        return self.client.create_order(
            symbol=SYMBOL, side=side, type="LIMIT", timeInForce="GTC", quantity=quantity,
            price=self.price(side, offset), **more,
        )

    def free(self, asset):
        return Decimal(self.client.get_asset_balance(asset=asset)["free"])

    def check_general(self):
        assert self.client.ping() == {}
        assert abs(self.client.get_server_time()["serverTime"] / 1000 - time.time()) < 5
        info = self.client.get_exchange_info()
        assert [row["symbol"] for row in info["symbols"]] == self.ready["symbols"]
        symbol = self.client.get_symbol_info(SYMBOL)
        kinds = {row["filterType"]: row for row in symbol["filters"]}
        assert kinds["PRICE_FILTER"]["tickSize"] == "0.01000000" and kinds["LOT_SIZE"]["stepSize"] == "0.00001000"
        assert {"NOTIONAL", "PERCENT_PRICE_BY_SIDE", "MAX_NUM_ORDERS"} <= set(kinds)

    def check_market_data(self):
        book = self.client.get_order_book(symbol=SYMBOL, limit=10)
        assert len(book["bids"]) == 10 and Decimal(book["bids"][0][0]) < Decimal(book["asks"][0][0])
        trades = self.client.get_recent_trades(symbol=SYMBOL)
        assert trades and trades[-1]["id"] > trades[0]["id"]
        first = trades[0]["id"]
        assert self.client.get_historical_trades(symbol=SYMBOL, fromId=first, limit=1)[0]["id"] == first
        aggregates = self.client.get_aggregate_trades(symbol=SYMBOL)
        assert all(row["f"] <= row["l"] for row in aggregates)
        candles = self.client.get_klines(symbol=SYMBOL, interval=Client.KLINE_INTERVAL_1MINUTE)
        assert len(candles[-1]) == 12 and Decimal(candles[-1][2]) >= Decimal(candles[-1][3])
        assert Decimal(self.client.get_avg_price(symbol=SYMBOL)["price"]) > 0

    def check_tickers(self):
        day = self.client.get_ticker(symbol=SYMBOL)
        assert Decimal(day["highPrice"]) >= Decimal(day["lowPrice"]) and day["count"] > 0
        assert {row["symbol"] for row in self.client.get_all_tickers()} == set(self.ready["symbols"])
        assert {row["symbol"] for row in self.client.get_orderbook_tickers()} == set(self.ready["symbols"])
        assert self.client.get_symbol_ticker(symbol=SYMBOL)["symbol"] == SYMBOL

    def check_account(self):
        account = self.client.get_account()
        assert account["accountType"] == "SPOT" and account["canTrade"]
        assert {row["asset"] for row in account["balances"]} >= {"USDT", "BTC"}
        zeros = [row for row in account["balances"] if Decimal(row["free"]) == 0]
        kept = self.client.get_account(omitZeroBalances="true")["balances"]
        assert len(kept) == len(account["balances"]) - len(zeros)

    def check_an_order_rests_and_is_canceled(self):
        before = self.free("USDT")
        order = self.limit(newClientOrderId="mm-1")
        assert order["status"] == "NEW" and order["clientOrderId"] == "mm-1" and order["fills"] == []
        held = Decimal(order["price"]) * Decimal(order["origQty"])
        assert self.free("USDT") == before - held
        found = self.client.get_order(symbol=SYMBOL, origClientOrderId="mm-1")
        assert found["orderId"] == order["orderId"] and found["isWorking"]
        assert [row["orderId"] for row in self.client.get_open_orders(symbol=SYMBOL)] == [order["orderId"]]
        canceled = self.client.cancel_order(symbol=SYMBOL, orderId=order["orderId"])
        assert canceled["status"] == "CANCELED" and canceled["origClientOrderId"] == "mm-1"
        assert self.free("USDT") == before and self.client.get_open_orders() == []
        assert self.client.get_all_orders(symbol=SYMBOL)[-1]["status"] == "CANCELED"

    def check_a_market_order_is_filled(self):
        dollars, coins = self.free("USDT"), self.free("BTC")
        order = self.client.order_market_buy(symbol=SYMBOL, quantity="0.02")
        assert order["status"] == "FILLED" and order["type"] == "MARKET"
        fees = sum(Decimal(fill["commission"]) for fill in order["fills"])
        assert {fill["commissionAsset"] for fill in order["fills"]} == {"BTC"} and fees > 0
        assert self.free("BTC") == coins + Decimal("0.02") - fees
        assert self.free("USDT") == dollars - Decimal(order["cummulativeQuoteQty"])
        trades = self.client.get_my_trades(symbol=SYMBOL)
        mine = [trade for trade in trades if trade["orderId"] == order["orderId"]]
        assert sum(Decimal(trade["qty"]) for trade in mine) == Decimal("0.02")
        assert all(trade["isBuyer"] and not trade["isMaker"] for trade in mine)
        books = ledger(self.ready)
        assert Decimal(books["balances"]["BTC"]) == self.free("BTC")

    def check_a_market_order_by_amount(self):
        order = self.client.order_market_sell(symbol=SYMBOL, quoteOrderQty="500")
        assert order["status"] == "FILLED" and order["origQuoteOrderQty"] == "500.00000000"
        assert Decimal("499") < Decimal(order["cummulativeQuoteQty"]) <= Decimal("500")
        assert {fill["commissionAsset"] for fill in order["fills"]} == {"USDT"}

    def check_immediate_or_cancel(self):
        order = self.client.create_order(
            symbol=SYMBOL, side="BUY", type="LIMIT", timeInForce="IOC", quantity="0.01",
            price=self.price("BUY", "0.01"),
        )
        assert order["status"] == "EXPIRED" and order["executedQty"] == "0.00000000"

    def check_post_only(self):
        resting = self.client.create_order(
            symbol=SYMBOL, side="SELL", type=ORDER_TYPE_LIMIT_MAKER, quantity="0.01",
            price=self.price("SELL", "0.02"),
        )
        assert "status" not in resting and resting["orderId"] > 0
        error = refusal(
            self.client.create_order, symbol=SYMBOL, side="SELL", type=ORDER_TYPE_LIMIT_MAKER, quantity="0.01",
            price=self.price("BUY", "0.01"),
        )
        assert (error.status_code, error.code) == (400, -2010)
        assert error.message == "Order would immediately match and take."
        assert len(self.client.cancel_all_open_orders(symbol=SYMBOL)) == 1
        assert refusal(self.client.cancel_all_open_orders, symbol=SYMBOL).code == -2011

    def check_cancel_replace(self):
        order = self.limit()
        replaced = self.client.cancel_replace_order(
            symbol=SYMBOL, side="BUY", type="LIMIT", timeInForce="GTC", quantity="0.02",
            price=self.price("BUY", "0.06"), cancelReplaceMode="STOP_ON_FAILURE", cancelOrderId=order["orderId"],
        )
        assert replaced["cancelResult"] == "SUCCESS" == replaced["newOrderResult"]
        assert replaced["cancelResponse"]["orderId"] == order["orderId"]
        new = replaced["newOrderResponse"]["orderId"]
        # The old one is gone: with STOP_ON_FAILURE nothing else is tried.
        error = refusal(
            self.client.cancel_replace_order, symbol=SYMBOL, side="BUY", type="LIMIT", timeInForce="GTC",
            quantity="0.02", price=self.price("BUY", "0.06"), cancelReplaceMode="STOP_ON_FAILURE",
            cancelOrderId=order["orderId"],
        )
        assert (error.status_code, error.code) == (400, -2022)
        body = json.loads(error.response.text)["data"]
        assert body["newOrderResult"] == "NOT_ATTEMPTED" and body["cancelResponse"]["code"] == -2011
        error = refusal(
            self.client.cancel_replace_order, symbol=SYMBOL, side="BUY", type="LIMIT_MAKER",
            quantity="0.02", price=self.price("SELL", "0.01"), cancelReplaceMode="STOP_ON_FAILURE",
            cancelOrderId=new,
        )
        assert (error.status_code, error.code) == (409, -2021)
        assert json.loads(error.response.text)["data"]["newOrderResponse"]["code"] == -2010
        assert self.client.get_open_orders(symbol=SYMBOL) == []

    def check_own_orders_do_not_meet(self):
        """A buy sweeps the best offer up to an own order at its end. The market moves, so it may take some attempts."""
        client = self.client
        for _ in range(200):
            touch = client.get_orderbook_ticker(symbol="ETHUSDT")
            if Decimal(touch["askQty"]) > 5:
                time.sleep(0.1)
                continue
            maker = client.create_order(
                symbol="ETHUSDT", side="SELL", type="LIMIT", timeInForce="GTC", quantity="0.01",
                price=touch["askPrice"],
            )
            swept = Decimal(touch["askQty"]) + Decimal("0.02")
            taker = client.create_order(
                symbol="ETHUSDT", side="BUY", type="LIMIT", timeInForce="IOC", quantity=str(swept),
                price=touch["askPrice"], selfTradePreventionMode="DECREMENT",
            )
            found = client.get_order(symbol="ETHUSDT", orderId=maker["orderId"])
            if found["status"] == "EXPIRED_IN_MATCH":
                break
            if found["status"] == "NEW":
                client.cancel_order(symbol="ETHUSDT", orderId=maker["orderId"])
        assert found["preventedQuantity"] == "0.01000000"
        (told,) = taker["preventedMatches"]
        assert told["makerOrderId"] == maker["orderId"] and told["takerPreventedQuantity"] == "0.01000000"
        (record,) = client.get_prevented_matches(symbol="ETHUSDT", orderId=maker["orderId"])
        assert record["takerOrderId"] == taker["orderId"] and record["selfTradePreventionMode"] == "DECREMENT"

    def check_test_order(self):
        assert self.client.create_test_order(
            symbol=SYMBOL, side="BUY", type="LIMIT", timeInForce="GTC", quantity="0.01",
            price=self.price("BUY", "0.05")) == {}

    def check_refusals(self):
        client = self.client
        table = [
            (-1121, dict(symbol="NOPEUSDT", side="BUY", type="MARKET", quantity="1")),
            (-1102, dict(symbol=SYMBOL, side="BUY", type="LIMIT", quantity="1", price="90000")),
            (-1116, dict(symbol=SYMBOL, side="BUY", type="NONSENSE", quantity="1")),
            (-1117, dict(symbol=SYMBOL, side="LONG", type="MARKET", quantity="1")),
            (-1106, dict(symbol=SYMBOL, side="BUY", type="MARKET", quantity="1", timeInForce="GTC")),
            (-1013, dict(symbol=SYMBOL, side="BUY", type="MARKET", quantity="0.000001")),
            (-1111, dict(symbol=SYMBOL, side="BUY", type="MARKET", quantity="0.000000001")),
            (-2010, dict(symbol=SYMBOL, side="SELL", type="MARKET", quantity="100")),
        ]
        for code, order in table:
            error = refusal(client.create_order, **order)
            assert error.code == code, f"{order}: {error}"
        assert refusal(client.get_order, symbol=SYMBOL, orderId=1).code == -2013
        assert refusal(client.cancel_order, symbol=SYMBOL, orderId=1).code == -2011
        stranger = Client("x" * 64, "y" * 64)
        error = refusal(stranger.get_account)
        assert (error.status_code, error.code) == (401, -2015)
        forger = Client(self.ready["accounts"][0]["api_key"], "y" * 64)
        assert refusal(forger.get_account).code == -1022
        late = Client(self.ready["accounts"][0]["api_key"], self.ready["accounts"][0]["api_secret"])
        late.timestamp_offset = -20_000
        assert refusal(late.get_account).code == -1021

    def check_listen_keys_are_gone(self):
        assert refusal(self.client.stream_get_listen_key).status_code == 404

    def check_ed25519(self):
        account = self.ready["accounts"][0]
        pem = "-----BEGIN PRIVATE KEY-----\n" + account["ed25519_private_key"] + "\n-----END PRIVATE KEY-----"
        client = Client(account["ed25519_api_key"], private_key=pem)
        order = client.create_order(
            symbol=SYMBOL, side="BUY", type="LIMIT", timeInForce="GTC", quantity="0.01",
            price=self.price("BUY", "0.05"),
        )
        assert client.cancel_order(symbol=SYMBOL, orderId=order["orderId"])["status"] == "CANCELED"


class Streams:
    """Checks of streams and socket API; each has a client of its own."""

    def __init__(self, ready):
        self.ready = ready

    async def session(self, check):
        account = self.ready["accounts"][0]
        client = await AsyncClient.create(account["api_key"], account["api_secret"])
        try:
            await asyncio.wait_for(check(client, BinanceSocketManager(client)), 30)
        finally:
            await client.close_connection()

    async def gather(self, socket, count):
        async with socket as stream:
            return [await stream.recv() for _ in range(count)]

    async def far_price(self, client):
        book = await client.get_orderbook_ticker(symbol=SYMBOL)
        return str((Decimal(book["bidPrice"]) * Decimal("0.95")).quantize(Decimal("0.01")))

    async def check_depth(self, client, manager):
        diffs = await self.gather(manager.depth_socket(SYMBOL, interval=100), 5)
        assert all(diff["e"] == "depthUpdate" and diff["s"] == SYMBOL for diff in diffs)
        assert all(b["U"] == a["u"] + 1 for a, b in zip(diffs, diffs[1:]))

    async def check_partial_depth(self, client, manager):
        for book in await self.gather(manager.depth_socket(SYMBOL, depth="5", interval=100), 3):
            assert len(book["bids"]) == 5 and Decimal(book["bids"][0][0]) < Decimal(book["asks"][0][0])

    async def check_a_book_kept_by_the_client_is_the_book(self, client, manager):
        async with DepthCacheManager(client, symbol=SYMBOL, limit=100, bm=manager, ws_interval=100) as cache:
            for _ in range(10):
                book = await cache.recv()
            for _ in range(40):
                # Snapshot and stream are told at different times: they must agree once they tell of the same update.
                snapshot = await client.get_order_book(symbol=SYMBOL, limit=5)
                while cache._last_update_id < snapshot["lastUpdateId"]:
                    book = await cache.recv()
                if cache._last_update_id == snapshot["lastUpdateId"]:
                    break
            else:
                raise AssertionError("snapshot and stream never met")
            for rows, kept in ((snapshot["bids"], book.get_bids()), (snapshot["asks"], book.get_asks())):
                assert [[float(p), float(q)] for p, q in rows] == kept[:5]

    async def check_book_ticker(self, client, manager):
        for told in await self.gather(manager.symbol_book_ticker_socket(SYMBOL), 3):
            assert told["s"] == SYMBOL and Decimal(told["b"]) < Decimal(told["a"])

    async def check_trades(self, client, manager):
        for told in await self.gather(manager.aggtrade_socket(SYMBOL), 3):
            assert told["e"] == "aggTrade" and told["f"] <= told["l"] and Decimal(told["q"]) > 0
        trades = await self.gather(manager.trade_socket(SYMBOL), 3)
        assert [trade["t"] for trade in trades] == sorted(trade["t"] for trade in trades)

    async def check_candles_and_tickers(self, client, manager):
        (candle,) = await self.gather(manager.kline_socket(SYMBOL), 1)
        assert candle["e"] == "kline" and candle["k"]["i"] == "1m" and not candle["k"]["x"]
        (ticker,) = await self.gather(manager.symbol_ticker_socket(SYMBOL), 1)
        assert ticker["e"] == "24hrTicker" and Decimal(ticker["h"]) >= Decimal(ticker["l"])
        (mini,) = await self.gather(manager.symbol_miniticker_socket(SYMBOL), 1)
        assert mini["e"] == "24hrMiniTicker"

    async def check_combined_streams(self, client, manager):
        names = [SYMBOL.lower() + "@depth20@100ms", SYMBOL.lower() + "@bookTicker"]
        seen = set()
        async with manager.multiplex_socket(names) as stream:
            while seen != set(names):
                seen.add((await stream.recv())["stream"])

    async def check_user_stream(self, client, manager):
        async with manager.user_socket() as stream:
            order = await client.create_order(
                symbol=SYMBOL, side="BUY", type="LIMIT", timeInForce="GTC", quantity="0.01",
                price=await self.far_price(client), newClientOrderId="mm-2")
            told, balance = await stream.recv(), await stream.recv()
            assert (told["e"], told["x"], told["X"]) == ("executionReport", "NEW", "NEW")
            assert told["i"] == order["orderId"] and told["c"] == "mm-2"
            assert balance["e"] == "outboundAccountPosition"
            held = {row["a"]: Decimal(row["l"]) for row in balance["B"]}
            assert held["USDT"] == Decimal(order["price"]) * Decimal("0.01")
            await client.cancel_order(symbol=SYMBOL, orderId=order["orderId"], newClientOrderId="cancel-2")
            told, balance = await stream.recv(), await stream.recv()
            assert (told["x"], told["c"], told["C"]) == ("CANCELED", "cancel-2", "mm-2")
            order = await client.order_market_buy(symbol=SYMBOL, quantity="0.001")
            reports = [await stream.recv() for _ in range(len(order["fills"]) + 1)]
            assert reports[-1]["X"] == "FILLED" and reports[-1]["N"] == "BTC"
            assert {report["t"] for report in reports[1:]} == {fill["tradeId"] for fill in order["fills"]}

    async def check_orders_over_a_socket(self, client, manager):
        assert await client.ws_ping() == {}
        price = await self.far_price(client)
        order = await client.ws_create_order(
            symbol=SYMBOL, side="BUY", type="LIMIT", timeInForce="GTC", quantity="0.01", price=price)
        found = await client.ws_get_order(symbol=SYMBOL, orderId=order["orderId"])
        assert found["status"] == "NEW" and found["price"] == order["price"]
        assert len(await client.ws_get_open_orders(symbol=SYMBOL)) == 1
        canceled = await client.ws_cancel_order(symbol=SYMBOL, orderId=order["orderId"])
        assert canceled["status"] == "CANCELED"
        account = await client.ws_get_account()
        assert {row["asset"] for row in account["balances"]} >= {"USDT", "BTC"}
        book = await client.ws_get_order_book(symbol=SYMBOL, limit=5)
        assert len(book["bids"]) == 5
        try:
            await client.ws_cancel_order(symbol=SYMBOL, orderId=order["orderId"])
            raise AssertionError("it was canceled twice")
        except BinanceAPIException as error:
            assert error.code == -2011


class Futures:
    """Checks of the USD-M side over REST; run in the order of definition."""

    def __init__(self, ready):
        account = ready["accounts"][0]
        self.symbols = ready["futures_symbols"]
        self.client = Client(account["api_key"], account["api_secret"])

    def price(self, side, offset):
        book = self.client.futures_orderbook_ticker(symbol=SYMBOL)
        touch = Decimal(book["bidPrice"] if side == "BUY" else book["askPrice"])
        return str((touch * (1 + Decimal(offset))).quantize(Decimal("0.1")))

    def limit(self, side="BUY", offset="-0.01", quantity="0.002", **more):
        named = dict(timeInForce="GTC", selfTradePreventionMode="EXPIRE_MAKER") | more
        return self.client.futures_create_order(
            symbol=SYMBOL, side=side, type="LIMIT", quantity=quantity, price=self.price(side, offset), **named)

    def position(self):
        rows = [row for row in self.client.futures_position_information(symbol=SYMBOL) if row["symbol"] == SYMBOL]
        return Decimal(rows[0]["positionAmt"]) if rows else Decimal(0)

    def check_general(self):
        assert self.client.futures_ping() == {}
        assert abs(self.client.futures_time()["serverTime"] / 1000 - time.time()) < 5
        info = self.client.futures_exchange_info()
        assert [row["symbol"] for row in info["symbols"]] == self.symbols
        kinds = {row["filterType"]: row for row in info["symbols"][0]["filters"]}
        assert Decimal(kinds["MIN_NOTIONAL"]["notional"]) == 50
        book = self.client.futures_order_book(symbol=SYMBOL, limit=20)
        assert 0 < len(book["bids"]) <= 20 and Decimal(book["bids"][0][0]) < Decimal(book["asks"][0][0])
        assert Decimal(self.client.futures_mark_price(symbol=SYMBOL)["markPrice"]) > 0

    def check_account(self):
        assert self.client.futures_get_position_mode() == {"dualSidePosition": False}
        balances = {row["asset"]: row for row in self.client.futures_account_balance()}
        assert Decimal(balances["USDT"]["balance"]) > 0
        rates = self.client.futures_commission_rate(symbol=SYMBOL)
        assert Decimal(rates["takerCommissionRate"]) == Decimal("0.0005")

    def check_an_order_rests_and_is_canceled(self):
        order = self.limit(newClientOrderId="f-1")
        assert order["status"] == "NEW" and order["selfTradePreventionMode"] == "EXPIRE_MAKER"
        assert [row["clientOrderId"] for row in self.client.futures_get_open_orders(symbol=SYMBOL)] == ["f-1"]
        assert self.client.futures_cancel_order(symbol=SYMBOL, origClientOrderId="f-1")["status"] == "CANCELED"
        assert refusal(self.client.futures_cancel_order, symbol=SYMBOL, origClientOrderId="f-1").code == -2011

    def check_a_batch_answers_for_each_order(self):
        def row(name, offset, quantity="0.002"):
            return {"symbol": SYMBOL, "side": "BUY", "type": "LIMIT", "timeInForce": "GTX", "quantity": quantity,
                    "price": self.price("BUY", offset), "newClientOrderId": name}

        orders = [row("b-1", "-0.01"), row("b-2", "0.01"), row("b-3", "-0.011")]
        first, second, third = self.client.futures_place_batch_order(batchOrders=orders)
        assert first["status"] == "NEW" and third["status"] == "NEW" and second["code"] == -5022
        assert len(self.client.futures_get_open_orders(symbol=SYMBOL)) == 2
        assert self.client.futures_cancel_all_open_orders(symbol=SYMBOL)["msg"].startswith("The operation of cancel all")

    def check_a_market_order_moves_the_position(self):
        before = self.position()
        order = self.client.futures_create_order(
            symbol=SYMBOL, side="BUY", type="MARKET", quantity="0.002", newOrderRespType="RESULT")
        assert order["status"] == "FILLED" and self.position() == before + Decimal("0.002")
        trades = self.client.futures_account_trades(symbol=SYMBOL)
        assert trades[-1]["orderId"] == order["orderId"] and trades[-1]["commissionAsset"] == "USDT"
        self.client.futures_create_order(symbol=SYMBOL, side="SELL", type="MARKET", quantity="0.002", reduceOnly="true")
        assert self.position() == before

    def check_the_switch_is_armed_and_disarmed(self):
        assert self.client.futures_countdown_cancel_all(symbol=SYMBOL, countdownTime=60000)["countdownTime"] == "60000"
        assert self.client.futures_countdown_cancel_all(symbol=SYMBOL, countdownTime=0)["countdownTime"] == "0"


class FuturesStreams:
    """Checks of the USD-M streams, which are divided by category."""

    def __init__(self, ready):
        self.account = ready["accounts"][0]

    async def session(self, check):
        client = await AsyncClient.create(self.account["api_key"], self.account["api_secret"])
        try:
            await asyncio.wait_for(check(client, BinanceSocketManager(client)), 30)
        finally:
            await client.close_connection()

    async def check_books(self, client, manager):
        async with manager.futures_depth_socket(SYMBOL, depth="20") as stream:
            told = (await stream.recv())
            told = told.get("data", told)
            assert told["e"] == "depthUpdate" and told["st"] == 1 and 0 < len(told["b"]) <= 20

    async def check_trades(self, client, manager):
        async with manager.aggtrade_futures_socket(SYMBOL) as stream:
            told = (await stream.recv())
            told = told.get("data", told)
            assert told["e"] == "aggTrade" and told["s"] == SYMBOL and Decimal(told["q"]) > 0

    async def check_the_account(self, client, manager):
        async with manager.futures_user_socket() as stream:
            await asyncio.sleep(0.5)
            await client.futures_create_order(symbol=SYMBOL, side="BUY", type="MARKET", quantity="0.002")
            told = []
            while not any(event["e"] == "ORDER_TRADE_UPDATE" and event["o"]["X"] == "FILLED" for event in told):
                told.append(await stream.recv())
            assert any(event["e"] == "ACCOUNT_UPDATE" for event in told)
            await client.futures_create_order(symbol=SYMBOL, side="SELL", type="MARKET", quantity="0.002")


def checks(instance):
    return [getattr(instance, name) for name in type(instance).__dict__ if name.startswith("check_")]


def report(name, run):
    try:
        run()
        print("ok   " + name, flush=True)
        return True
    except Exception:
        print("FAIL " + name, flush=True)
        traceback.print_exc()
        return False


def main():
    with open(sys.argv[1]) as file:
        ready = json.loads(file.readline())
    point(ready)
    time.sleep(3)
    results = []
    for check in checks(Rest(ready)):
        results.append(report("rest " + check.__name__[6:], check))
    streams = Streams(ready)
    for check in checks(streams):
        results.append(report("stream " + check.__name__[6:], lambda: asyncio.run(streams.session(check))))
    for check in checks(Futures(ready)):
        results.append(report("futures " + check.__name__[6:], check))
    futures = FuturesStreams(ready)
    for check in checks(futures):
        results.append(report("futures stream " + check.__name__[6:], lambda: asyncio.run(futures.session(check))))
    print(f"{results.count(True)} passed, {results.count(False)} failed")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
