internal import Cryptography
internal import Fundamentals
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
    /// Path, question mark and query, as they grow.
    private var target: [UInt8] = []

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
        let start = begin(path)
        fields.encode(into: &target)
        return finish(method, security, microseconds, from: start)
    }

    /// As above, with parameters already encoded (`symbol=BTCUSDT&side=BUY`).
    public mutating func sign(
        _ method: HTTPMethod, _ path: String, query parameters: some Sequence<UInt8>, security: AsterSecurity = .signed,
        at microseconds: Int64
    ) -> HTTPRequest {
        let start = begin(path)
        target.append(contentsOf: parameters)
        return finish(method, security, microseconds, from: start)
    }

    /// - Returns: where the query starts.
    private mutating func begin(_ path: String) -> Int {
        target.removeAll(keepingCapacity: true)
        target.append(contentsOf: version.path(path).utf8)
        target.append(UInt8(ascii: "?"))
        return target.count
    }

    /// Stamps and signs the parameters, which start at `start`.
    private mutating func finish(
        _ method: HTTPMethod, _ security: AsterSecurity, _ microseconds: Int64, from start: Int
    ) -> HTTPRequest {
        if needsSignature(security) {
            if target.count > start { target.append(UInt8(ascii: "&")) }
            target.append(contentsOf: beforeStamp)
            target.append(decimal: version == .v1 ? microseconds / 1_000 : microseconds)
            target.append(contentsOf: afterStamp)
            appendSignature(from: start)
        }
        if target.count == start { target.removeLast() }
        return HTTPRequest(
            method: method, target: String(decoding: target, as: UTF8.self),
            headers: security == .open ? openHeaders : keyHeaders)
    }

    /// A request for market data, without credentials.
    public static func open(
        _ method: HTTPMethod, _ path: String, fields: FormFields = FormFields(), version: AsterVersion = .v3
    ) -> HTTPRequest {
        let path = version.path(path)
        return HTTPRequest(
            method: method, target: fields.fields.isEmpty ? path : "\(path)?\(fields.encoded)", headers: openHeaders)
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

    private mutating func appendSignature(from start: Int) {
        let end = target.count
        target.append(contentsOf: "&signature=".utf8)
        switch scheme {
        case .hmac(let hmac):
            let signature = hmac.authenticate(target.span.extracting(start..<end))
            Hex.encode(signature.span, into: &target)
        case .wallet(let key, let domainSeparator):
            let digest = AsterMessageHash.digest(Array(target[start..<end]), domainSeparator: domainSeparator)
            target.append(contentsOf: "0x".utf8)
            target.append(contentsOf: Hex.encode(key.sign(digest: digest)).utf8)
        }
    }

    private static let openHeaders = HTTPHeaders([("User-Agent", "apus")])
}
