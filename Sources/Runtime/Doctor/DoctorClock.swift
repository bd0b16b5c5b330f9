internal import Fundamentals
internal import MarketModel
internal import VenueKit

/// Judges this machine's clock against the venue's, by the sample with the shortest round trip.
enum DoctorClock {
    static let tolerable = TimeSpan.milliseconds(250)
    /// A run refuses to start beyond it.
    static let most = TimeSpan.seconds(1)

    static func judge(_ clock: ClockOffset) -> DoctorFinding {
        guard let best = clock.best else {
            return .fail("clock", "the venue's time is not known", "see the checks above", .unavailable)
        }
        let milliseconds = best.offset.milliseconds
        let text =
            "the venue's clock is \(abs(milliseconds)) ms \(milliseconds < 0 ? "behind" : "ahead")"
            + ", known to ±\(best.roundTrip.milliseconds / 2 + 1) ms"
        if clock.certainSkew > most { return .fail("clock", text, "set this machine's clock (NTP): a run refuses") }
        if clock.certainSkew > tolerable { return .warn("clock", text, "set this machine's clock (NTP)") }
        return .ok("clock", text)
    }

    static func judge(roundTrips: [TimeSpan], limit: TimeSpan) -> DoctorFinding {
        let sorted = roundTrips.sorted()
        guard let median = sorted.isEmpty ? nil : sorted[sorted.count / 2] else {
            return .fail("round trip", "no sample", "see the checks above", .unavailable)
        }
        let text = "median \(text(median)) of \(sorted.count)"
        if median > limit {
            return .fail(
                "round trip", "\(text), above limits.max_round_trip",
                "the breaker would stay open: run nearer to the venue",
                .unavailable)
        }
        if median > limit / 4 {
            return .warn("round trip", text, "quotes will be late: run nearer to the venue")
        }
        return .ok("round trip", text)
    }

    private static func text(_ span: TimeSpan) -> String {
        "\(ExactDecimal(mantissa: Int128(span.nanoseconds / 10_000), scale: 2)) ms"
    }
}
