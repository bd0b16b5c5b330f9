internal import Cryptography
public import Wire

/// What an endpoint demands of a request.
public enum AsterSecurity: Hashable, Sendable, CaseIterable {
    /// Market data.
    case open
    /// Listen keys: V1 wants the key header only, V3 a signature.
    case key
    /// Trading and account data.
    case signed
}

/// Turns an endpoint's parameters into a request that Aster accepts: V1 with an HMAC, V3 with a wallet's signature.
///
/// All parameters travel in the query string, for every method, with an empty body; the signature comes last.
/// A request costs the allocation of its target; the buffers are kept between requests.
public struct AsterSigner: Sendable, CustomStringConvertible, CustomReflectable {
    private enum Scheme: Sendable {
        case hmac(HMACSHA256)
        case wallet(EthereumPrivateKey, domainSeparator: [UInt8])
    }

    public let version: AsterVersion
    private let scheme: Scheme
    /// V1: `recvWindow=…&timestamp=`; V3: `nonce=`. The stamp follows.
    private let beforeStamp: [UInt8]
    /// V3: `&user=…&signer=…`, or without the user.
    private let afterStamp: [UInt8]
    private let openHeaders: HTTPHeaders
    private let keyHeaders: HTTPHeaders
    private var query: [UInt8] = []
    private var signature: [UInt8] = []

    /// `recvWindow` is V1's tolerance in milliseconds, at most 60,000.
    public init(_ credentials: AsterCredentials, recvWindow: Int64 = 5_000) throws(AsterCredentialsError) {
        precondition((1...60_000).contains(recvWindow), "Aster takes a recvWindow of at most 60,000 ms.")
        openHeaders = Self.openHeaders
        switch credentials {
        case .apiKey(let key, let secret):
            guard !key.isEmpty else { throw .emptyKey }
            guard key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { throw .malformedKey }
            guard !secret.isEmpty else { throw .emptySecret }
            version = .v1
            scheme = .hmac(HMACSHA256(key: secret))
            beforeStamp = Array("recvWindow=\(recvWindow)&timestamp=".utf8)
            afterStamp = []
            var headers = Self.openHeaders
            headers.append("X-MBX-APIKEY", key)
            keyHeaders = headers
        case .wallet(let user, let signer, let secret, let network):
            guard let key = EthereumPrivateKey(secret) else { throw .invalidPrivateKey }
            guard key.address == signer else { throw .keyOfAnotherSigner(expected: signer, actual: key.address) }
            version = .v3
            scheme = .wallet(key, domainSeparator: AsterMessageHash.domainSeparator(chainID: network.chainID))
            beforeStamp = Array("nonce=".utf8)
            afterStamp = Array("\(user.map { "&user=\($0)" } ?? "")&signer=\(signer)".utf8)
            keyHeaders = Self.openHeaders
        }
    }

    /// A request ready to send but for `Host`. `path` is the V1-era path; wallets use its V3 twin.
    ///
    /// `microseconds` is venue time: V3's nonce as it is (see ``AsterNonce``), V1's timestamp in milliseconds.
    public mutating func sign(
        _ method: HTTPMethod, _ path: String, fields: FormFields = FormFields(), security: AsterSecurity = .signed,
        at microseconds: Int64
    ) -> HTTPRequest {
        query.removeAll(keepingCapacity: true)
        fields.encode(into: &query)
        return finish(method, path, security, microseconds)
    }

    /// As above, with parameters already encoded (`symbol=BTCUSDT&side=BUY`).
    public mutating func sign(
        _ method: HTTPMethod, _ path: String, query parameters: some Sequence<UInt8>, security: AsterSecurity = .signed,
        at microseconds: Int64
    ) -> HTTPRequest {
        query.removeAll(keepingCapacity: true)
        query.append(contentsOf: parameters)
        return finish(method, path, security, microseconds)
    }

    /// Stamps and signs the parameters in `query`.
    private mutating func finish(
        _ method: HTTPMethod, _ path: String, _ security: AsterSecurity, _ microseconds: Int64
    ) -> HTTPRequest {
        if needsSignature(security) {
            if !query.isEmpty { query.append(UInt8(ascii: "&")) }
            query.append(contentsOf: beforeStamp)
            query.append(decimal: version == .v1 ? microseconds / 1_000 : microseconds)
            query.append(contentsOf: afterStamp)
            appendSignature()
        }
        return HTTPRequest(
            method: method, target: Self.target(version.path(path), query),
            headers: security == .open ? openHeaders : keyHeaders)
    }

    /// A request for market data, without credentials.
    public static func open(
        _ method: HTTPMethod, _ path: String, fields: FormFields = FormFields(), version: AsterVersion = .v3
    ) -> HTTPRequest {
        HTTPRequest(
            method: method, target: target(version.path(path), Array(fields.encoded.utf8)), headers: openHeaders)
    }

    public var description: String { version == .v1 ? "Aster V1 signer" : "Aster V3 signer" }
    /// Empty: the headers hold the key, and the buffers the last signature.
    public var customMirror: Mirror { Mirror(self, children: []) }

    private func needsSignature(_ security: AsterSecurity) -> Bool {
        switch security {
        case .open: false
        case .key: version == .v3
        case .signed: true
        }
    }

    private mutating func appendSignature() {
        signature.removeAll(keepingCapacity: true)
        switch scheme {
        case .hmac(let hmac): hmac.appendHexSignature(of: query, to: &signature)
        case .wallet(let key, let domainSeparator):
            let digest = AsterMessageHash.digest(query, domainSeparator: domainSeparator)
            signature.append(contentsOf: "0x".utf8)
            signature.append(contentsOf: Hex.encode(key.sign(digest: digest)).utf8)
        }
        query.append(contentsOf: "&signature=".utf8)
        query.append(contentsOf: signature)
    }

    private static let openHeaders = HTTPHeaders([("User-Agent", "apus")])

    private static func target(_ path: String, _ query: [UInt8]) -> String {
        guard !query.isEmpty else { return path }
        let count = path.utf8.count + 1 + query.count
        return String(unsafeUninitializedCapacity: count) { buffer in
            var next = 0
            for byte in path.utf8 {
                buffer[next] = byte
                next += 1
            }
            buffer[next] = UInt8(ascii: "?")
            for byte in query {
                next += 1
                buffer[next] = byte
            }
            return count
        }
    }
}

extension [UInt8] {
    /// Appends a number's decimal digits.
    fileprivate mutating func append(decimal number: Int64) {
        if number < 0 { append(UInt8(ascii: "-")) }
        let start = count
        var rest = number.magnitude
        repeat {
            append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        } while rest > 0
        self[start...].reverse()
    }
}
