@testable import ControlAPI
import Configuration
import MarketModel
import Runtime
import Testing
import Wire

@Suite struct `A mirror and its alerts over the API` {
    private func configuration(_ more: String = "") throws -> BotConfiguration {
        let text = "{strategy: {type: 'binance-bitopro-mirror', levels: [{distance: '0.004', size: '0.5'}]}\(more)}"
        let loaded = BotConfiguration.load(ConfigurationSources(file: SourceFile(name: "c", text: text)))
        return try #require(loaded.configuration, "\(loaded.issues)")
    }

    private func shown(_ more: String = "") throws -> JSONValue {
        let bot = FakeBot()
        bot.configuration = try configuration(more)
        let status = try ControlRouter(bot).json(request(.get, "/api/bot/status"))
        return try #require(status["config"])
    }

    @Test func `show the ladder, what it is around, and that nothing is hedged`() throws {
        let config = try shown()
        #expect(config["market"]?.text == "BTC_TWD")
        #expect(config["levels"]?.elements?.map { $0["size"]?.text } == ["0.5"])
        #expect(config["levels"]?.elements?.first?["distance"]?.numeral == "0.004")
        #expect(config["reference"]?["market"]?.text == "BTCUSDT" && config["reference"]?["venue"]?.text == "binance")
        #expect(config["conversion"]?["market"]?.text == "USDT_TWD")
        #expect(config["hedge"] == .null)
        #expect(config["markets"]?.elements?.map { $0["watched"]?.boolean } == [nil, true, true])
    }

    @Test func `show how it is hedged`() throws {
        let hedge = try shown(", hedge: {enabled: true, patience: '7s', max_order_value_usd: '321'}")["hedge"]
        #expect(hedge?["max_order_value_usd"]?.text.flatMap(ExactDecimal.init)?.normalized == ExactDecimal("321"))
        #expect(hedge?["patience"]?.numeral == "7" && hedge?["self_trade_prevention"]?.text == "EXPIRE_MAKER")
    }

    @Test(arguments: ["reference.rest", "hedge.enabled", "execution.supports_batch", "reference.api_key_env"])
    func `leave where orders and keys go to the file`(path: String) throws {
        let bot = FakeBot()
        bot.configuration = try configuration()
        let reply = ControlRouter(bot).reply(request(.post, "/api/bot/config", "{\"\(path)\": \"x\"}"))
        #expect(reply.status == 422)
        #expect(String(decoding: reply.body, as: UTF8.self).contains("in the configuration file only"))
    }

    @Test func `tell what became of the alerts, channel by channel`() throws {
        let bot = FakeBot()
        var report = AlertReport(name: "phone", service: .telegram)
        (report.delivered, report.failed, report.waiting, report.lastFailure) = (3, 1, 2, "403 Forbidden")
        bot.alertReports = [report]
        let channels = try ControlRouter(bot).json(request(.get, "/alerts"))["channels"]?.elements
        #expect(channels?.count == 1 && channels?[0]["delivered"]?.numeral == "3" && channels?[0]["waiting"]?.numeral == "2")
        #expect(channels?[0]["last_failure"]?.text == "403 Forbidden" && channels?[0]["reason"] == .null)
        let metrics = String(decoding: ControlRouter(bot).reply(request(.get, "/metrics")).body, as: UTF8.self)
        #expect(metrics.contains("apus_alerts_total{channel=\"phone\",event=\"failed\"} 1"))
        #expect(metrics.contains("apus_alert_channel_up{channel=\"phone\"} 1"))
        #expect(report.text == "phone: 3 delivered, 1 failed, 2 not sent (403 Forbidden)")
    }
}
