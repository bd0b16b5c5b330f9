internal import MarketModel
internal import SystemIO
internal import VenueAster
internal import Wire

/// What a question to the venue came to.
enum DoctorAnswer {
    case body(JSONValue)
    /// No usable answer, and why that is.
    case trouble(DoctorFinding)
}

/// Judges whether an answer is one, and what a person can do when it is not.
enum DoctorAnswers {
    /// - Parameter check: the name of the check that asked.
    static func read(_ check: String, _ result: Result<DoctorProbe.Answer, HTTPClientFailure>) -> DoctorAnswer {
        switch result {
        case .success(let answer): read(check, status: answer.response.status, body: answer.body)
        case .failure(let failure): .trouble(unreachable(check, failure))
        }
    }

    static func read(_ check: String, status: Int, body: JSONValue?) -> DoctorAnswer {
        switch AsterErrorPolicy.outcome(status: status, body: body) {
        case .accepted:
            guard let body else {
                return .trouble(.fail(check, "an unreadable body", "is endpoints.rest this venue?", .unavailable))
            }
            return .body(body)
        case .rejected(let rejection), .fatal(let rejection):
            return .trouble(
                .fail(check, "the venue answered \(rejection.code): \(rejection.message)", advice(rejection.code)))
        case .throttled(let rejection):
            return .trouble(
                .fail(
                    check, "the venue blocks this address or limits its rate (\(rejection.code): \(rejection.message))",
                    "wait a few minutes; stop whatever else sends from here", .unavailable))
        case .unresolved(let reason):
            return .trouble(.fail(check, "no clear answer: \(reason)", "try again in a minute", .unavailable))
        }
    }

    /// What a person can do about a refusal, by the venue's number.
    static func advice(_ code: Int64) -> String {
        switch code {
        case -1021, -4225: "set this machine's clock (NTP)"
        case -1022: "the secret does not belong to the key, or is incomplete"
        case -2014, -2015, 401: "check key, address restrictions and permissions on the venue's page"
        case -1121: "check the symbol"
        case -1002, -5050: "let the venue's page grant the permission to trade"
        default: "see the venue's list of error codes"
        }
    }

    static func unreachable(_ check: String, _ failure: HTTPClientFailure) -> DoctorFinding {
        guard case .connection(let reason) = failure.reason else {
            return .fail(check, failure.description, "check the network and endpoints.rest", .unavailable)
        }
        return unreachable(check, reason)
    }

    static func unreachable(_ check: String, _ reason: CloseReason) -> DoctorFinding {
        switch reason {
        case .tls(let text):
            .fail(
                check, text,
                "for a venue of your own, name its authority in endpoints.private_ca_file; otherwise do not go on",
                .unavailable)
        case .resolveFailed: .fail(check, reason.description, "check the name and this machine's DNS", .unavailable)
        case .connectFailed, .connectTimedOut:
            .fail(check, reason.description, "check address, port and firewall; is the venue up?", .unavailable)
        case .endOfStream, .broken, .stalled, .overrun:
            .fail(check, reason.description, "check the network, then try again", .unavailable)
        }
    }
}
