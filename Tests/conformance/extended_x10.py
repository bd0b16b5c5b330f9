"""Drives a local Extended with the official Python SDK, which was written for the real one.

Usage: extended_x10.py READY_LINE_FILE

The SDK is used as it is installed; only its endpoints point at the local venue. Every check is one function; the suite
prints one line for each and a closing line `N passed, N failed`.
"""

import asyncio
import json
import logging
import sys
import time
import traceback
import urllib.error
import urllib.request
from datetime import datetime, timedelta, timezone
from decimal import Decimal

from x10.clients.blocking import BlockingTradingClient
from x10.clients.rest import RestApiClient
from x10.clients.stream import StreamClient
from x10.clients.streamrpc.streamrpc_client import StreamRpcClient
from x10.clients.streamrpc.subscription_params import (
    AccountParams,
    CandlesParams,
    FundingRatesParams,
    OrderbooksParams,
    PricesParams,
    TradesParams,
)
from x10.core.client_config import ClientConfig, DefaultsConfig, EndpointsConfig, SigningConfig, StarknetDomain
from x10.core.stark_account import StarkPerpetualAccount
from x10.errors import ApiError, ApiNotAuthorizedError, StreamRpcServerError
from x10.models.order import (
    OrderPriceType,
    OrderSide,
    OrderStatus,
    OrderTriggerDirection,
    OrderTriggerPriceType,
    OrderType,
    TimeInForce,
)
from x10.signing.order_object import OrderConditionalTriggerParam, create_order_object
from x10.tools.orderbook import OrderBook

MARKET = "BTC-USD"
FEE = Decimal("0.0005")
PATIENCE = 10


def config_of(ready):
    domain = StarknetDomain(name="Perpetuals", version="v0", chain_id=ready["chain_id"], revision="1")
    return ClientConfig(
        defaults=DefaultsConfig(market_price_slippage=Decimal("0.0075"), request_timeout_seconds=10),
        signing=SigningConfig(signing_domain=ready["signing_domain"], starknet_domain=domain),
        endpoints=EndpointsConfig(
            api_base_url=ready["rest"],
            api_base_order_management_url=ready["rest"],
            stream_url=ready["ws"],
            stream_rpc_url=ready["ws_rpc"],
            onboarding_url=ready["rest"].removesuffix("/api/v1"),
            vault_asset_name="XVS",
        ),
    )


def account_of(row):
    return StarkPerpetualAccount(row["vault"], row["private_key"], row["public_key"], row["api_key"])


async def until(condition, what):
    """Waits until an async condition returns something true, and returns it."""
    deadline = time.monotonic() + PATIENCE
    while True:
        found = await condition()
        if found:
            return found
        assert time.monotonic() < deadline, f"{what} did not come about in {PATIENCE} s"
        await asyncio.sleep(0.02)


class Suite:
    """Checks run in the order of definition; each leaves nothing open."""

    def __init__(self, ready):
        self.ready = ready
        self.config = config_of(ready)
        self.account = account_of(ready["accounts"][0])
        self.names = 0

    async def open(self):
        self.rest = RestApiClient(self.config, self.account)
        self.market = (await self.rest.info.get_markets_dict())[MARKET]
        self.tick = self.market.trading_config.min_price_change
        self.size = self.market.trading_config.min_order_size * 10

    async def close(self):
        await self.rest.close()

    # Helpers

    def name(self):
        self.names += 1
        return f"sdk-{int(time.time() * 1000)}-{self.names}"

    async def touch(self):
        book = (await self.rest.info.get_orderbook_snapshot(market_name=MARKET)).data
        return book.bid[0].price, book.ask[0].price

    async def away(self, side, share=Decimal("0.02")):
        """A price that rests."""
        bid, ask = await self.touch()
        price = bid * (1 - share) if side == OrderSide.BUY else ask * (1 + share)
        return (price / self.tick).to_integral_value() * self.tick

    async def crossing(self, side):
        bid, ask = await self.touch()
        price = ask * Decimal("1.005") if side == OrderSide.BUY else bid * Decimal("0.995")
        return (price / self.tick).to_integral_value() * self.tick

    async def place(self, side, price, size=None, **options):
        name = options.pop("external_id", None) or self.name()
        placed = await self.rest.place_order(
            MARKET, size or self.size, price, side, FEE, external_id=name, **options
        )
        assert placed.data.external_id == name, placed
        return placed.data.id, name

    async def order(self, name):
        rows = (await self.rest.account.get_order_by_external_id(name)).data
        return rows[0] if rows else None

    async def ended(self, name, *statuses):
        async def look():
            order = await self.order(name)
            return order if order and order.status in statuses else None

        return await until(look, f"{name} being {statuses}")

    async def rest_one(self, side=OrderSide.BUY, **options):
        number, name = await self.place(side, await self.away(side), **options)
        await self.ended(name, OrderStatus.NEW)
        return number, name

    async def clear(self):
        await self.rest.orders.mass_cancel(cancel_all=True)

        async def empty():
            return not (await self.rest.account.get_open_orders()).data

        await until(empty, "no open order")

    async def flatten(self):
        await self.clear()
        for position in (await self.rest.account.get_positions(market_names=[MARKET])).data:
            side = OrderSide.SELL if position.side == "LONG" else OrderSide.BUY
            _, name = await self.place(
                side, await self.crossing(side), position.size, time_in_force=TimeInForce.IOC, reduce_only=True
            )
            await self.ended(name, OrderStatus.FILLED, OrderStatus.CANCELLED)

    async def refused(self, code, side=OrderSide.BUY, **change):
        """An order that must be refused with that code of the venue's."""
        price = change.pop("price", None) or await self.away(side)
        try:
            await self.place(side, price, **change)
        except ApiError as error:
            assert f'"code":{code}' in str(error).replace(" ", ""), error
            return
        raise AssertionError(f"accepted instead of {code}")

    # Public information

    async def check_markets(self):
        markets = (await self.rest.info.get_markets()).data
        assert [market.name for market in markets] == [MARKET, "ETH-USD"], markets
        assert self.market.l2_config.collateral_id == "0x1" and self.market.trading_config.max_leverage >= 10

    async def check_one_market(self):
        markets = (await self.rest.info.get_markets(market_names=["ETH-USD"])).data
        assert [market.name for market in markets] == ["ETH-USD"]

    async def check_statistics(self):
        stats = (await self.rest.info.get_market_statistics(market_name=MARKET)).data
        assert stats.bid_price < stats.ask_price and stats.mark_price > 0

    async def check_book_snapshot(self):
        book = (await self.rest.info.get_orderbook_snapshot(market_name=MARKET)).data
        assert book.bid[0].price < book.ask[0].price
        assert [x.price for x in book.bid] == sorted((x.price for x in book.bid), reverse=True)

    async def check_candles(self):
        async def some():
            return (
                await self.rest.info.get_candles_history(
                    market_name=MARKET, candle_type="mark-prices", interval="PT1M", limit=10
                )
            ).data

        candles = await until(some, "a candle")
        assert candles[0].low <= candles[0].close <= candles[0].high

    async def check_funding_history(self):
        now = datetime.now(timezone.utc)
        rates = await self.rest.info.get_funding_rates_history(
            market_name=MARKET, start_time=now - timedelta(hours=1), end_time=now
        )
        assert rates.data is not None

    async def check_assets(self):
        assets = await self.rest.info.get_assets_dict()
        assert "USD" in assets or any(asset.is_collateral for asset in assets.values()), assets

    async def check_settings(self):
        assert (await self.rest.info.get_settings()).status == "OK"

    # Account

    async def check_account(self):
        account = (await self.rest.account.get_account()).data
        assert int(account.l2_key, 16) == self.account.public_key and account.l2_vault == self.account.vault

    async def check_accounts(self):
        assert (await self.rest.account.get_accounts()).data
        assert (await self.rest.account.get_client()).data.id > 0

    async def check_balance(self):
        balance = (await self.rest.account.get_balance()).data
        assert balance.balance == Decimal(self.ready["accounts"][0]["balance"]), balance
        assert balance.equity >= balance.available_for_trade

    async def check_spot_balances(self):
        assert (await self.rest.account.get_spot_balances()).data is not None

    async def check_fees(self):
        fees = (await self.rest.account.get_fees(market_names=[MARKET])).data
        assert fees[0].maker_fee_rate == 0 and fees[0].taker_fee_rate == Decimal("0.00025"), fees

    async def check_leverage(self):
        await self.rest.account.update_leverage(MARKET, Decimal(5))
        rows = (await self.rest.account.get_leverage(market_names=[MARKET])).data
        assert rows[0].leverage == 5, rows
        await self.rest.account.update_leverage(MARKET, Decimal(10))

    async def check_asset_operations(self):
        rows = (await self.rest.account.asset_operations()).data
        assert rows is not None

    async def check_wrong_key(self):
        row = dict(self.ready["accounts"][0], api_key="0" * 32)
        stranger = RestApiClient(self.config, account_of(row))
        try:
            await stranger.account.get_balance()
        except ApiNotAuthorizedError:
            return
        finally:
            await stranger.close()
        raise AssertionError("a stranger was let in")

    # Orders

    async def check_resting_order(self):
        number, name = await self.rest_one()
        order = (await self.rest.account.get_order_by_id(number)).data
        assert order.external_id == name and order.status == OrderStatus.NEW and order.qty == self.size
        open_orders = (await self.rest.account.get_open_orders(market_names=[MARKET], order_side=OrderSide.BUY)).data
        assert [row.id for row in open_orders] == [number]
        await self.clear()

    async def check_post_only(self):
        _, name = await self.rest_one(OrderSide.SELL, post_only=True)
        assert (await self.order(name)).post_only
        await self.clear()

    async def check_post_only_that_would_cross(self):
        _, name = await self.place(OrderSide.BUY, await self.crossing(OrderSide.BUY), post_only=True)
        order = await self.ended(name, OrderStatus.REJECTED, OrderStatus.CANCELLED)
        assert order.status_reason == "POST_ONLY_FAILED" and order.filled_qty in (None, 0), order

    async def check_ioc(self):
        _, name = await self.place(
            OrderSide.BUY, await self.crossing(OrderSide.BUY), time_in_force=TimeInForce.IOC
        )
        order = await self.ended(name, OrderStatus.FILLED)
        assert order.filled_qty == self.size and order.payed_fee > 0, order
        position = (await self.rest.account.get_positions(market_names=[MARKET])).data[0]
        assert position.size == self.size and position.side == "LONG", position
        await self.flatten()

    async def check_ioc_without_liquidity(self):
        _, name = await self.place(
            OrderSide.BUY, await self.away(OrderSide.BUY), time_in_force=TimeInForce.IOC
        )
        order = await self.ended(name, OrderStatus.CANCELLED)
        assert order.status_reason == "NO_LIQUIDITY", order

    async def check_market_order(self):
        order = create_order_object(
            account=self.account,
            market=self.market,
            amount_of_synthetic=self.size,
            price=await self.crossing(OrderSide.SELL),
            side=OrderSide.SELL,
            starknet_domain=self.config.signing.starknet_domain,
            order_type=OrderType.MARKET,
            time_in_force=TimeInForce.IOC,
            taker_fee=FEE,
        )
        await self.rest.orders.place_order(order)
        filled = await self.ended(order.id, OrderStatus.FILLED)
        assert filled.type == OrderType.MARKET
        await self.flatten()

    async def check_default_id_is_the_hash(self):
        order = create_order_object(
            account=self.account,
            market=self.market,
            amount_of_synthetic=self.size,
            price=await self.away(OrderSide.BUY),
            side=OrderSide.BUY,
            starknet_domain=self.config.signing.starknet_domain,
            taker_fee=FEE,
        )
        await self.rest.orders.place_order(order)
        assert (await self.ended(order.id, OrderStatus.NEW)).external_id == order.id
        await self.clear()

    async def check_conditional_order(self):
        price = await self.away(OrderSide.BUY)
        trigger = OrderConditionalTriggerParam(
            trigger_price=price,
            trigger_price_type=OrderTriggerPriceType.MARK,
            direction=OrderTriggerDirection.DOWN,
            execution_price_type=OrderPriceType.LIMIT,
        )
        order = create_order_object(
            account=self.account,
            market=self.market,
            amount_of_synthetic=self.size,
            price=price,
            side=OrderSide.BUY,
            starknet_domain=self.config.signing.starknet_domain,
            order_type=OrderType.CONDITIONAL,
            trigger=trigger,
            taker_fee=FEE,
        )
        await self.rest.orders.place_order(order)
        assert (await self.ended(order.id, OrderStatus.UNTRIGGERED)).type == OrderType.CONDITIONAL
        await self.clear()

    async def check_edit(self):
        _, old = await self.rest_one()
        price = await self.away(OrderSide.BUY, Decimal("0.03"))
        _, new = await self.place(OrderSide.BUY, price, previous_order_id=old)
        assert (await self.ended(new, OrderStatus.NEW)).price == price
        gone = await self.ended(old, OrderStatus.CANCELLED)
        assert gone.status_reason == "ORDER_REPLACED", gone
        await self.clear()

    async def check_edit_of_what_is_not_there(self):
        await self.refused(1142, previous_order_id="never-was")

    async def check_cancel_by_id(self):
        number, name = await self.rest_one()
        await self.rest.orders.cancel_order(number)
        await self.ended(name, OrderStatus.CANCELLED)

    async def check_cancel_by_external_id(self):
        _, name = await self.rest_one()
        await self.rest.orders.cancel_order_by_external_id(name)
        await self.ended(name, OrderStatus.CANCELLED)

    async def check_mass_cancel_by_ids(self):
        first, one = await self.rest_one()
        _, two = await self.rest_one(OrderSide.SELL)
        _, three = await self.rest_one()
        await self.rest.orders.mass_cancel(order_ids=[first], external_order_ids=[two])
        await self.ended(one, OrderStatus.CANCELLED)
        await self.ended(two, OrderStatus.CANCELLED)
        assert (await self.order(three)).status == OrderStatus.NEW
        await self.clear()

    async def check_mass_cancel_by_market(self):
        _, name = await self.rest_one()
        await self.rest.orders.mass_cancel(markets=["ETH-USD"])
        await asyncio.sleep(0.1)
        assert (await self.order(name)).status == OrderStatus.NEW
        await self.rest.orders.mass_cancel(markets=[MARKET])
        await self.ended(name, OrderStatus.CANCELLED)

    async def check_expiry(self):
        soon = datetime.now(timezone.utc) + timedelta(seconds=2)
        _, name = await self.rest_one(expire_time=soon)
        await self.ended(name, OrderStatus.EXPIRED)

    async def check_trades_and_history(self):
        _, name = await self.place(
            OrderSide.BUY, await self.crossing(OrderSide.BUY), time_in_force=TimeInForce.IOC
        )
        order = await self.ended(name, OrderStatus.FILLED)
        trades = (await self.rest.account.get_trades(market_names=[MARKET], limit=50)).data
        own = [trade for trade in trades if trade.order_id == order.id]
        assert sum(trade.qty for trade in own) == self.size and all(trade.is_taker for trade in own), own
        history = (await self.rest.account.get_orders_history(market_names=[MARKET], limit=5)).data
        assert history[0].id == order.id or order.id in [row.id for row in history]
        await self.flatten()
        positions = (await self.rest.account.get_positions_history(market_names=[MARKET])).data
        assert positions and positions[0].market == MARKET

    async def check_pagination(self):
        first = await self.rest.account.get_orders_history(limit=2)
        second = await self.rest.account.get_orders_history(limit=2, cursor=first.pagination.cursor)
        ids = [row.id for row in first.data + second.data]
        assert len(ids) == 4 and ids == sorted(ids, reverse=True) and len(set(ids)) == 4, ids

    # Dead man's switch: the SDK has no call for it

    def switch(self, seconds):
        row = self.ready["accounts"][0]
        request = urllib.request.Request(
            f"{self.ready['rest']}/user/deadmanswitch?countdownTime={seconds}",
            method="POST",
            headers={"X-Api-Key": row["api_key"], "User-Agent": "suite"},
        )
        with urllib.request.urlopen(request, timeout=PATIENCE) as reply:
            return reply.status

    async def check_dead_mans_switch_fires(self):
        _, name = await self.rest_one()
        assert await asyncio.to_thread(self.switch, 1) == 200
        await self.ended(name, OrderStatus.CANCELLED)

    async def check_dead_mans_switch_is_rearmed_and_disarmed(self):
        _, name = await self.rest_one()
        for _ in range(3):
            await asyncio.to_thread(self.switch, 1)
            await asyncio.sleep(0.6)
        await asyncio.to_thread(self.switch, 0)
        await asyncio.sleep(1.2)
        assert (await self.order(name)).status == OrderStatus.NEW
        await self.clear()

    async def check_bad_countdown(self):
        try:
            await asyncio.to_thread(self.switch, "soon")
        except urllib.error.HTTPError as error:
            assert error.code == 400
            return
        raise AssertionError("accepted")

    # Refusals

    async def check_bad_tick(self):
        price = await self.away(OrderSide.BUY)
        await self.refused(1125 if self.tick >= 1 else 1124, price=price + self.tick / 2)

    async def check_too_small(self):
        await self.refused(1120, size=self.market.trading_config.min_order_size_change)

    async def check_bad_size(self):
        await self.refused(1123, size=self.size + self.market.trading_config.min_order_size_change / 2)

    async def check_price_band(self):
        bid, _ = await self.touch()
        await self.refused(1141, price=(bid * 2 / self.tick).to_integral_value() * self.tick)

    async def check_duplicate_id(self):
        _, name = await self.rest_one()
        await self.refused(1134, external_id=name)
        await self.clear()

    async def check_reduce_only_without_position(self):
        await self.refused(1137, side=OrderSide.SELL, reduce_only=True)

    async def check_too_expensive(self):
        size = (Decimal(200_000) / (await self.touch())[0]).quantize(self.market.trading_config.min_order_size)
        await self.refused(1140, size=size)

    async def check_signature_of_another_key(self):
        other = StarkPerpetualAccount(self.account.vault, "0x1234", hex(self.account.public_key), self.account.api_key)
        client = RestApiClient(self.config, other)
        try:
            await client.place_order(MARKET, self.size, await self.away(OrderSide.BUY), OrderSide.BUY, FEE)
        except ApiError as error:
            assert '"code":1101' in str(error).replace(" ", ""), error
            return
        finally:
            await client.close()
        raise AssertionError("accepted")

    async def check_vault_of_somebody_else(self):
        row = dict(self.ready["accounts"][0], vault=99_999)
        client = RestApiClient(self.config, account_of(row))
        try:
            await client.place_order(MARKET, self.size, await self.away(OrderSide.BUY), OrderSide.BUY, FEE)
        except ApiError as error:
            assert '"code":1102' in str(error).replace(" ", ""), error
            return
        finally:
            await client.close()
        raise AssertionError("accepted")

    # Streams, version 1

    async def first(self, connection, count=1, wanted=lambda event: True):
        events = []
        async with connection as stream:
            deadline = time.monotonic() + PATIENCE
            while len(events) < count:
                event = await asyncio.wait_for(stream.recv(), deadline - time.monotonic())
                if wanted(event):
                    events.append(event)
        return events

    def streams(self):
        return StreamClient(api_url=self.config.endpoints.stream_url)

    async def check_book_stream(self):
        events = await self.first(self.streams().subscribe_to_orderbooks(MARKET), 4)
        assert [event.seq for event in events] == [1, 2, 3, 4]
        assert events[0].type == "SNAPSHOT" and all(event.type == "DELTA" for event in events[1:])

    async def check_best_stream(self):
        events = await self.first(self.streams().subscribe_to_orderbooks(MARKET, depth=1), 2)
        assert all(event.type == "SNAPSHOT" and len(event.data.bid) == 1 for event in events)

    async def check_all_books_stream(self):
        events = await self.first(self.streams().subscribe_to_orderbooks(), 2)
        assert {event.data.market for event in events} == {MARKET, "ETH-USD"}

    async def check_sdk_order_book(self):
        """The SDK adds changes up by itself: its touch must be the venue's."""
        book = await OrderBook.create(self.config, market_name=MARKET, start=True)
        try:
            async def same():
                if not book.best_bid() or not book.best_ask():
                    return None
                bid, ask = await self.touch()
                return bid == book.best_bid().price and ask == book.best_ask().price

            for _ in range(5):
                await until(same, "the SDK's touch being the venue's")
                await asyncio.sleep(0.3)
        finally:
            book.stop_orderbook()
            await book.close()

    async def check_trades_stream(self):
        events = await self.first(self.streams().subscribe_to_public_trades(MARKET))
        assert events[0].data[0].market == MARKET and events[0].data[0].qty > 0

    async def check_candle_stream(self):
        events = await self.first(self.streams().subscribe_to_candles(MARKET, "mark-prices", "PT1M"), 2)
        assert events[0].data[0].high >= events[0].data[0].low

    async def check_account_stream(self):
        stream = self.streams().subscribe_to_account_updates(self.account.api_key)
        async with stream as events:
            opening = [await asyncio.wait_for(events.recv(), PATIENCE) for _ in range(3)]
            assert [event.seq for event in opening] == [1, 2, 3]
            assert opening[0].data.orders == [] and opening[1].data.balance and opening[2].data.positions == []
            _, name = await self.place(
                OrderSide.BUY, await self.crossing(OrderSide.BUY), time_in_force=TimeInForce.IOC
            )
            seen = {}
            deadline = time.monotonic() + PATIENCE
            while not {"ORDER", "TRADE", "POSITION", "BALANCE"} <= seen.keys():
                event = await asyncio.wait_for(events.recv(), deadline - time.monotonic())
                seen[event.type] = event
            assert seen["TRADE"].data.trades[0].is_taker
            assert seen["POSITION"].data.positions[0].market == MARKET
        await self.flatten()

    async def check_blocking_client(self):
        client = await BlockingTradingClient.create(self.config, self.account)
        try:
            await asyncio.sleep(0.3)
            name = self.name()
            placed = await client.create_and_place_order(
                MARKET, self.size, await self.away(OrderSide.BUY), OrderSide.BUY, FEE, external_id=name
            )
            assert placed.external_id == name and placed.status == OrderStatus.NEW
            canceled = await client.cancel_order(name)
            assert canceled.operation_ms >= 0
        finally:
            await client.close()

    # Streams, version 2

    async def gather(self, subscriptions, action=None, wanted=1):
        """The messages of each topic, once there are enough of all; and that nothing was missed."""
        messages = {}
        breaks = []

        async def on_break(*arguments):
            breaks.append(arguments)

        client = StreamRpcClient(api_url=self.config.endpoints.stream_rpc_url, on_sequence_break=on_break)
        async with client:
            for params in subscriptions:
                topic = params.topic_id
                messages[topic] = []
                await client.subscribe(params=params, handler=messages[topic].append)
            if action:
                await action(client)

            async def enough():
                return all(len(rows) >= wanted for rows in messages.values())

            await until(enough, f"{wanted} messages of each of {list(messages)}")
        assert not breaks, breaks
        return messages

    async def check_rpc_market_data(self):
        messages = await self.gather(
            [
                OrderbooksParams(market=MARKET),
                OrderbooksParams(market="ETH-USD", depth="1"),
                TradesParams(market=None),
                PricesParams(price_type="mark", market=MARKET),
                PricesParams(price_type="index", market=None),
                CandlesParams(candle_type="mark", market=MARKET, interval="PT1M"),
            ],
            wanted=2,
        )
        book = messages[f"orderbooks.{MARKET}"]
        assert book[0].type == "ORDERBOOKS.SNAPSHOT" and book[1].type == "ORDERBOOKS.DELTA"

    async def check_rpc_account(self):
        number = (await self.rest.account.get_account()).data.id

        async def trade(client):
            _, name = await self.place(
                OrderSide.BUY, await self.crossing(OrderSide.BUY), time_in_force=TimeInForce.IOC
            )
            await self.ended(name, OrderStatus.FILLED)

        params = AccountParams(account=str(number), api_key=self.account.api_key)
        messages = await self.gather([params], trade, wanted=7)
        types = {message.type for message in messages[params.topic_id]}
        assert {"ACCOUNT.ORDER", "ACCOUNT.TRADE", "ACCOUNT.POSITION", "ACCOUNT.BALANCE"} <= types, types
        await self.flatten()

    async def check_rpc_subscriptions(self):
        async with StreamRpcClient(api_url=self.config.endpoints.stream_rpc_url) as client:
            await client.ping()
            topic = await client.subscribe(params=FundingRatesParams(market=MARKET), handler=lambda message: None)
            assert await client.list_subscriptions() == [topic]
            await client.unsubscribe(topic_id=topic)
            assert await client.list_subscriptions() == []

    async def check_rpc_refusals(self):
        async with StreamRpcClient(api_url=self.config.endpoints.stream_rpc_url) as client:
            for params, code in (
                (TradesParams(market="NO-SUCH"), -32602),
                (AccountParams(account="1", api_key="wrong"), -32001),
            ):
                try:
                    await client.subscribe(params=params, handler=lambda message: None)
                except StreamRpcServerError as error:
                    assert error.code == code, error
                else:
                    raise AssertionError(f"{params.topic_id} was let in")

    # The books at the end

    async def check_ledger_balances(self):
        """The venue's own books, to the last decimal."""
        name = self.ready["accounts"][0]["name"]
        origin = self.ready["rest"].removesuffix("/api/v1")
        with urllib.request.urlopen(f"{origin}/apus/ledger?account={name}", timeout=PATIENCE) as reply:
            ledger = json.load(reply)
        wallet = Decimal(ledger["transfers"]) + Decimal(ledger["realized"]) - Decimal(ledger["fees"]) + Decimal(
            ledger["funding"]
        )
        assert Decimal(ledger["wallet"]) == wallet, ledger
        balance = (await self.rest.account.get_balance()).data
        assert balance.balance == wallet.quantize(balance.balance), (balance, wallet)


async def main(path):
    with open(path, encoding="utf-8") as file:
        ready = json.loads(file.readline())
    suite = Suite(ready)
    await suite.open()
    passed = failed = 0
    checks = [(name, check) for name, check in vars(Suite).items() if name.startswith("check_")]
    only = sys.argv[2:]
    for name, check in checks:
        if only and name.removeprefix("check_") not in only:
            continue
        try:
            await asyncio.wait_for(check(suite), 60)
            passed += 1
            print(f"ok   {name.removeprefix('check_').replace('_', ' ')}", flush=True)
        except Exception as error:
            failed += 1
            place = traceback.extract_tb(error.__traceback__)[-1]
            print(f"FAIL {name.removeprefix('check_').replace('_', ' ')}: {error!r} (line {place.lineno})", flush=True)
            try:
                await suite.flatten()
            except Exception as trouble:
                print(f"     and could not clean up: {trouble!r}", flush=True)
    await suite.close()
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    logging.disable(logging.CRITICAL)
    sys.exit(asyncio.run(main(sys.argv[1])))
