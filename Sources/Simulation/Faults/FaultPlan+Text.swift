internal import Fundamentals

extension FaultPlan: CustomStringConvertible {
    /// Only what is there: `reply lost 1.20 %, crash at 23.4 s for 3.1 s, cycle of 14, wallet`.
    public var description: String {
        var parts = FaultKind.allCases.filter { self[$0] > 0 }.map { "\($0.rawValue) \(Self.percent(self[$0]))" }
        parts += crashes.map { "crash at \(Self.seconds($0.after)) for \(Self.seconds($0.downtime))" }
        if clockSkew != .zero { parts.append("clock skew \(clockSkew.milliseconds) ms") }
        if let (after, step) = clockStep {
            parts.append("clock step \(step.milliseconds) ms at \(Self.seconds(after))")
        }
        if let maintenance {
            parts.append("maintenance at \(Self.seconds(maintenance.after)) for \(Self.seconds(maintenance.length))")
        }
        if let fundingAfter { parts.append("funding at \(Self.seconds(fundingAfter))") }
        if let listenKeyLife { parts.append("listen keys of \(Self.seconds(listenKeyLife))") }
        if let connectionLife { parts.append("connections of \(Self.seconds(connectionLife))") }
        if hasTightLimits { parts.append("tight limits") }
        let (low, high) = (latency.milliseconds, (latency + jitter).milliseconds)
        parts.append("\(low)–\(high) ms")
        if streamLag != .zero { parts.append("streams \(streamLag.milliseconds) ms later") }
        if replyLag != .zero { parts.append("replies \(replyLag.milliseconds) ms later") }
        switch venue {
        case .aster:
            parts.append("\(markets[0].bot.rawValue) of \(orderSize)")
            parts.append(usesWallet ? "wallet" : "hmac")
        case .extended:
            if makerFee != 0 { parts.append("maker fee \(makerFee) × 10⁻⁸") }
            parts.append("engine after \(matchingDelay.milliseconds) ms")
            parts.append(
                markets.map { "\($0.bot.rawValue) on \($0.symbol)" }.joined(separator: ", ") + " of \(orderSize)")
        }
        return parts.joined(separator: ", ")
    }

    private static func percent(_ chance: Int64) -> String {
        let fraction = chance % 100
        return "\(chance / 100).\(fraction < 10 ? "0" : "")\(fraction) %"
    }

    private static func seconds(_ span: TimeSpan) -> String {
        "\(span.milliseconds / 1_000).\(span.milliseconds % 1_000 / 100) s"
    }
}
