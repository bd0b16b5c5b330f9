internal import Cryptography
internal import Fundamentals
internal import MarketModel
internal import VenueAster
internal import VenueBinance
internal import Wire

extension BinanceServer {
    /// The account that made a REST request, once its key, clock and signature have been checked.
    func authenticate(
        _ request: HTTPRequest, query: Substring, _ parameters: BinanceParameters
    ) throws(BinanceError) -> Int {
        guard let name = request.headers["X-MBX-APIKEY"] else { throw .badKeyFormat }
        let (account, key) = try key(named: name)
        try checkTime(parameters)
        // Bodies of GETs do not count, neither as parameters nor in the signature.
        let body = request.method == .get ? [] : request.body
        do throws(BinanceSignatureCheck.Failure) {
            try BinanceSignatureCheck.verify(query: Array(query.utf8), body: body, key: key)
        } catch {
            throw Self.refusal(of: error)
        }
        return account
    }

    /// The account that made a socket request which brings its own key and signature.
    func authenticate(_ members: [JSONMember], _ parameters: BinanceParameters) throws(BinanceError) -> Int {
        let (account, key) = try key(named: try parameters.required("apiKey"))
        try checkTime(parameters)
        do throws(BinanceSignatureCheck.Failure) {
            try BinanceSignatureCheck.verify(parameters: members, key: key)
        } catch {
            throw Self.refusal(of: error)
        }
        return account
    }

    func key(named name: String) throws(BinanceError) -> (account: Int, check: BinanceSignatureCheck.Key) {
        guard !name.isEmpty, name.utf8.count <= 128, name.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw .badKeyFormat
        }
        for (index, account) in accounts.enumerated() {
            if let key = account.keys.first(where: { $0.apiKey == name }) { return (index, key.check) }
        }
        throw .badKey
    }

    /// A request is taken no later than its window says, and no earlier than a second before its time.
    func checkTime(_ parameters: BinanceParameters) throws(BinanceError) {
        guard var timestamp = try parameters.integer("timestamp") else { throw .missing("timestamp") }
        // Microseconds are welcome, too.
        if timestamp > 100_000_000_000_000 { timestamp /= 1_000 }
        let window = try parameters.decimal("recvWindow").map { $0.units(atScale: 3) ?? .max } ?? 5_000_000
        guard window <= 60_000_000 else {
            throw BinanceError(-1_131, "recvWindow must be less than 60000.")
        }
        guard window >= 0 else { throw .invalid("recvWindow") }
        let server = venueTime.milliseconds
        let whole = Int64(window / 1_000)
        guard !BinanceSignatureCheck.isTimely(timestamp: timestamp, receiveWindow: whole, serverTime: server) else {
            return
        }
        throw timestamp >= server + 1_000 ? .early : .untimely
    }

    private static func refusal(of failure: BinanceSignatureCheck.Failure) -> BinanceError {
        failure == .missing ? .missing("signature") : .badSignature
    }
}
