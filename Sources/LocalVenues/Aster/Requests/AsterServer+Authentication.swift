internal import Cryptography
internal import Exchange
internal import Fundamentals
internal import VenueAster
internal import Wire

extension AsterServer {
    /// The account that made a request, once its key, signature, clock and nonce have been checked.
    mutating func authenticate(
        _ request: HTTPRequest, query: Substring, _ asked: AsterRequest
    ) throws(AsterError) -> Int {
        // Bodies of GETs do not count, neither as parameters nor in the signature.
        let body = request.method == .get ? [] : request.body
        switch asked.generation {
        case .v1: return try authenticateKey(request, Array(query.utf8), body, asked)
        case .v3: return try authenticateWallet(Array(query.utf8), body, asked)
        }
    }

    // MARK: V1

    private func authenticateKey(
        _ request: HTTPRequest, _ query: [UInt8], _ body: [UInt8], _ asked: AsterRequest
    ) throws(AsterError) -> Int {
        guard let key = request.headers["X-MBX-APIKEY"], !key.isEmpty, key.utf8.count <= 128,
            key.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { throw AsterError(-2_014, "API-key format invalid.", status: 401) }
        guard let index = accounts.firstIndex(where: { $0.definition.apiKey == key }) else {
            throw AsterError(-2_015, "Invalid API-key, IP, or permissions for action.")
        }
        guard asked.endpoint.security(in: .v1) == .signed else { return index }
        guard let timestamp = try asked.parameters.integer("timestamp") else { throw .missing("timestamp") }
        try checkTimestamp(timestamp, asked.parameters)
        do throws(AsterSignatureCheck.Failure) {
            try AsterSignatureCheck.verify(query: query, body: body, key: accounts[index].hmac)
        } catch {
            if error == .missing { throw .missing("signature") }
            throw AsterError(-1_022, "Signature for this request is not valid.")
        }
        return index
    }

    private func checkTimestamp(_ timestamp: Int64, _ parameters: AsterParameters) throws(AsterError) {
        let window = try parameters.integer("recvWindow") ?? 5_000
        guard window <= 60_000 else { throw .invalid("recvWindow") }
        let server = venueTime.milliseconds
        if AsterSignatureCheck.isTimely(timestamp: timestamp, recvWindow: window, serverTime: server) { return }
        throw AsterError(
            -1_021,
            timestamp >= server + 1_000
                ? "Timestamp for this request was 1000ms ahead of the server's time."
                : "Timestamp for this request is outside of the recvWindow.")
    }

    // MARK: V3

    private mutating func authenticateWallet(
        _ query: [UInt8], _ body: [UInt8], _ asked: AsterRequest
    ) throws(AsterError) -> Int {
        let parameters = asked.parameters
        let signerText = try parameters.required("signer")
        guard let nonce = try parameters.integer("nonce") else { throw .missing("nonce") }
        // A leftover of V1, still checked where it is sent.
        if let timestamp = try parameters.integer("timestamp") { try checkTimestamp(timestamp, parameters) }
        guard let signer = EthereumAddress(signerText) else { throw AsterError(-1_000, "No agent found") }
        let recovered: EthereumAddress
        do throws(AsterSignatureCheck.Failure) {
            recovered = try AsterSignatureCheck.recoverSigner(
                query: query, body: body,
                domainSeparator: AsterMessageHash.domainSeparator(chainID: configuration.network.chainID))
        } catch {
            if error == .missing { throw .missing("signature") }
            throw AsterError(-1_000, "Signature check failed")
        }
        guard recovered == signer else { throw AsterError(-1_000, "Signature check failed") }
        let time = venueTime.microseconds
        if asked.endpoint == .guardedCancel || asked.endpoint == .guardedCancelBatch {
            // Signed with the nonce of the order it cancels, which therefore is used, and may be old.
            let index = accounts.firstIndex { $0.definition.signer == signer || $0.definition.user == signer }
            guard let index else { throw AsterError(-1_000, "No agent found") }
            return index
        }
        do throws(AsterNonceWindow.Refusal) {
            if let index = accounts.firstIndex(where: { $0.definition.signer == signer }) {
                try accounts[index].signerNonces.admit(nonce, at: time)
                return index
            }
            if let index = accounts.firstIndex(where: { $0.definition.user == signer }) {
                try accounts[index].masterNonces.admit(nonce, at: time)
                return index
            }
        } catch {
            throw AsterError(-4_225, "Nonce Expired")
        }
        throw AsterError(-1_000, "No agent found")
    }
}
