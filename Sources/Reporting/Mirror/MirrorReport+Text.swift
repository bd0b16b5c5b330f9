internal import Fundamentals
internal import MarketModel
public import Wire

extension MirrorReport {
    /// For people.
    public var lines: [String] {
        var lines = ["mirror, over \(seconds(duration)) s"]
        lines.append("  level     orders  in band    placed between")
        for figures in levels where figures.orders > 0 {
            let share =
                figures.rested > .zero ? figures.inBand.nanoseconds / max(1, figures.rested.nanoseconds / 10_000) : 0
            let name = "\(figures.side == .buy ? "bid" : "ask") \(figures.level + 1)"
            lines.append(
                "  \(pad(name, 8))\(pad("\(figures.orders)", 8, right: true))  \(pad(percent(min(share, 10_000)), 8, right: true))"
                    + "  \(points(figures.nearest)) and \(points(figures.furthest)) bp")
        }
        lines += [
            "  reaction        p50 \(milliseconds(50)) ms, p99 \(milliseconds(99)) ms (\(reactions.count) times out of a band)",
            "  batches         \(ExactDecimal(mantissa: Int128(batchesPerMinute), scale: 3)) a minute (\(batches) of \(targetRequests) requests)",
            "  fills           \(targetFills), worth \(targetVolume.text(decimals: 2)) of the target's quote asset",
            "  hedges          \(hedgeFills) fills, worth \(hedgeVolume.text(decimals: 2)) of the reference's",
            "  unhedged        \(unhedged) of the base asset at the end",
            "  net exposure    at most \(maxNet.text(decimals: 2)), limit \(netLimit.map { "\($0)" } ?? "none")",
            "  position        at most \(maxPosition.text(decimals: 2)), limit \(positionLimit)",
        ]
        return lines
    }

    /// Members of an object that the caller opened.
    public func write(into json: inout JSONWriter) {
        json.member("duration_ms", duration.milliseconds)
        json.key("levels")
        json.beginArray()
        for figures in levels {
            json.beginObject()
            json.member("side", figures.side.rawValue)
            json.member("level", Int64(figures.level))
            json.member("orders", Int64(figures.orders))
            json.member("rested_ms", figures.rested.milliseconds)
            json.member("in_band_ms", figures.inBand.milliseconds)
            if let nearest = figures.nearest { json.member("nearest_bp", points(nearest)) }
            if let furthest = figures.furthest { json.member("furthest_bp", points(furthest)) }
            json.endObject()
        }
        json.endArray()
        json.member("orders", Int64(orders))
        json.member("in_band_ppm", inBandShare)
        json.member("out_of_band", Int64(reactions.count))
        json.member("out_of_band_at_end", Int64(outAtEnd))
        json.member("placed_too_near", Int64(placedTooNear))
        json.member("reaction_p50_us", reactions.quantile(50, in: 100) / 1_000)
        json.member("reaction_p99_us", reactions.quantile(99, in: 100) / 1_000)
        json.member("reaction_max_us", reactions.maximum / 1_000)
        json.member("batches", Int64(batches))
        json.member("batches_per_minute", "\(ExactDecimal(mantissa: Int128(batchesPerMinute), scale: 3))")
        json.member("target_requests", Int64(targetRequests))
        json.member("fills", Int64(targetFills))
        json.member("hedge_fills", Int64(hedgeFills))
        json.member("unhedged", unhedged.description)
        json.member("max_net_exposure", maxNet.description)
        if let netLimit { json.member("net_exposure_limit", netLimit.description) }
        json.member("max_position", maxPosition.description)
        json.member("position_limit", positionLimit.description)
        json.member("within_limits", isWithinLimits)
    }

    private func seconds(_ span: TimeSpan) -> String {
        "\(ExactDecimal(mantissa: Int128(span.milliseconds), scale: 3))"
    }

    private func milliseconds(_ percentile: UInt64) -> String {
        "\(ExactDecimal(mantissa: Int128(reactions.quantile(percentile, in: 100) / 1_000), scale: 3))"
    }

    /// Basis points with two decimals, of 10⁻⁸.
    private func points(_ parts: Int64?) -> String {
        parts.map { "\(ExactDecimal(mantissa: Int128($0 / 100), scale: 2))" } ?? "–"
    }

    private func percent(_ share: Int64) -> String { "\(ExactDecimal(mantissa: Int128(share), scale: 2)) %" }

    private func pad(_ text: String, _ width: Int, right: Bool = false) -> String {
        let blanks = String(repeating: " ", count: max(0, width - text.count))
        return right ? blanks + text : text + blanks
    }
}
