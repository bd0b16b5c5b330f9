internal import COpenSSL

/// One end of a TLS connection, sans IO: ciphertext in, plaintext out, and back. For one thread at a time.
///
/// Feed what arrives to `receive`, then take what there is: plaintext for the layer above and ciphertext for the peer.
/// A client's first ciphertext waits in `takeOutgoing` from the start. At least TLS 1.2; ALPN offers HTTP/1.1.
public final class TLSSession {
    private let context: TLSContext
    private let session: OpaquePointer
    /// Ciphertext from and to the peer; owned by `session`.
    private let incoming: OpaquePointer
    private let outgoing: OpaquePointer
    private var plaintext: [UInt8] = []
    /// Plaintext given before the handshake ended.
    private var unsent: [UInt8] = []
    private var scratch = [UInt8](repeating: 0, count: 16_384)
    private var failure: TLSError?
    private var isShutDown = false

    /// Whether the handshake has ended and, on the client, the server has proved who it is.
    public private(set) var isEstablished = false
    /// Whether the peer has said that it sends no more.
    public private(set) var isPeerClosed = false

    /// A client of `hostName` (a DNS name or an IP literal), against which the certificate is checked.
    public convenience init(hostName: String, trust: TLSTrust) throws(TLSError) {
        try self.init(client: TLSContext(trust: trust), hostName: hostName)
    }

    /// A server that proves itself with the certificate.
    public convenience init(certificatePath: String, keyPath: String) throws(TLSError) {
        try self.init(server: TLSContext(certificatePath: certificatePath, keyPath: keyPath))
    }

    /// A client in a shared context, which must be one for clients.
    public convenience init(client context: TLSContext, hostName: String) throws(TLSError) {
        precondition(!context.isServer, "A client needs a context with trust, not one with a certificate.")
        try self.init(context)
        SSL_set_connect_state(session)
        try expect(hostName: hostName)
        SSL_set_alpn_protos(session, ALPN.offer, UInt32(ALPN.offer.count))
        try advance()
    }

    /// A server in a shared context, which must be one for servers.
    public convenience init(server context: TLSContext) throws(TLSError) {
        precondition(context.isServer, "A server needs a context with a certificate, not one with trust.")
        try self.init(context)
        SSL_set_accept_state(session)
    }

    private init(_ context: TLSContext) throws(TLSError) {
        guard let session = SSL_new(context.pointer), let incoming = BIO_new(BIO_s_mem()),
            let outgoing = BIO_new(BIO_s_mem())
        else { throw .configuration("OpenSSL cannot allocate a session") }
        self.context = context
        self.session = session
        self.incoming = incoming
        self.outgoing = outgoing
        SSL_set_bio(session, incoming, outgoing)
    }

    deinit { SSL_free(session) }

    // MARK: Bytes

    /// Takes ciphertext from the peer. After an error only `takeOutgoing` is of use: it may hold the alert to send.
    public func receive(_ ciphertext: [UInt8]) throws(TLSError) {
        try ciphertext.withUnsafeBufferPointer { (bytes) throws(TLSError) in
            try receive(UnsafeRawBufferPointer(bytes))
        }
    }

    /// Takes ciphertext from the peer, without an array of its own.
    public func receive(_ ciphertext: UnsafeRawBufferPointer) throws(TLSError) {
        if let failure { throw failure }
        var rest = ciphertext
        while !rest.isEmpty {
            let count = min(rest.count, 1 << 20)
            let written = BIO_write(incoming, rest.baseAddress, Int32(count))
            guard written > 0 else { throw fail(.corruptRecord("OpenSSL takes no more ciphertext")) }
            rest = UnsafeRawBufferPointer(rebasing: rest[Int(written)...])
            try advance()
        }
    }

    /// The transport has ended. Throws where that cuts the stream short instead of ending it.
    public func receiveEnd() throws(TLSError) {
        if let failure { throw failure }
        guard isPeerClosed else { throw fail(.truncated) }
    }

    /// What the peer sent since the last call.
    public func takePlaintext() -> [UInt8] {
        defer { plaintext = [] }
        return plaintext
    }

    /// Appends what the peer sent, and keeps the memory for the next bytes.
    public func takePlaintext(into bytes: inout [UInt8]) {
        bytes.append(contentsOf: plaintext)
        plaintext.removeAll(keepingCapacity: true)
    }

    /// Encrypts for the peer; before the end of the handshake the bytes wait for it.
    public func send(_ plaintext: [UInt8]) throws(TLSError) {
        if let failure { throw failure }
        guard !isShutDown else { throw .closed }
        guard isEstablished else {
            unsent += plaintext
            return
        }
        try encrypt(plaintext)
    }

    /// Ciphertext for the peer since the last call.
    public func takeOutgoing() -> [UInt8] {
        var bytes: [UInt8] = []
        takeOutgoing(into: &bytes)
        return bytes
    }

    /// Appends the ciphertext for the peer.
    public func takeOutgoing(into bytes: inout [UInt8]) {
        while true {
            let count = scratch.withUnsafeMutableBytes { BIO_read(outgoing, $0.baseAddress, Int32($0.count)) }
            guard count > 0 else { return }
            bytes.append(contentsOf: scratch[..<Int(count)])
        }
    }

    /// Tells the peer that no more comes; the alert is in `takeOutgoing`.
    public func shutDown() {
        guard !isShutDown else { return }
        isShutDown = true
        guard isEstablished, failure == nil else { return }
        ERR_clear_error()
        _ = SSL_shutdown(session)
    }

    /// `TLSv1.2` or `TLSv1.3`; nil before the handshake has ended.
    public var version: String? { isEstablished ? String(cString: SSL_get_version(session)) : nil }

    /// Whether both ends agreed on `http/1.1` by ALPN.
    public var agreedOnHTTP: Bool {
        var name: UnsafePointer<UInt8>?
        var length: UInt32 = 0
        SSL_get0_alpn_selected(session, &name, &length)
        return UnsafeBufferPointer(start: name, count: Int(length)).elementsEqual(ALPN.offer.dropFirst())
    }

    // MARK: OpenSSL

    /// Goes on with the handshake and decrypts all that has arrived.
    private func advance() throws(TLSError) {
        if !isEstablished {
            ERR_clear_error()
            let result = SSL_do_handshake(session)
            guard result == 1 else { return try check(result) }
            isEstablished = true
            if !unsent.isEmpty {
                try encrypt(unsent)
                unsent = []
            }
        }
        while true {
            ERR_clear_error()
            let count = scratch.withUnsafeMutableBytes { SSL_read(session, $0.baseAddress, Int32($0.count)) }
            guard count > 0 else { return try check(count) }
            plaintext.append(contentsOf: scratch[..<Int(count)])
        }
    }

    private func encrypt(_ plaintext: [UInt8]) throws(TLSError) {
        try plaintext.withUnsafeBufferPointer { (bytes) throws(TLSError) in
            var rest = UnsafeRawBufferPointer(bytes)
            while !rest.isEmpty {
                ERR_clear_error()
                let written = SSL_write(session, rest.baseAddress, Int32(min(rest.count, 1 << 20)))
                guard written > 0 else { throw fail(.corruptRecord(OpenSSLErrors.take())) }
                rest = UnsafeRawBufferPointer(rebasing: rest[Int(written)...])
            }
        }
    }

    /// Waiting for more bytes is fine, the peer's closing alert is noted, and anything else ends the session.
    private func check(_ result: Int32) throws(TLSError) {
        let error = SSL_get_error(session, result)
        switch error {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return
        case SSL_ERROR_ZERO_RETURN: isPeerClosed = true
        default:
            let reason = OpenSSLErrors.take()
            if let refusal = certificateRefusal() { throw fail(refusal) }
            throw fail(isEstablished ? .corruptRecord(reason) : .handshakeFailed(reason))
        }
    }

    private func fail(_ error: TLSError) -> TLSError {
        failure = error
        return error
    }

    private func certificateRefusal() -> TLSError? {
        guard !context.isServer, !isEstablished else { return nil }
        let code = SSL_get_verify_result(session)
        guard code != Int(X509_V_OK) else { return nil }
        return .certificateRefused(
            CertificateProblem(verifyResult: Int32(code)), detail: String(cString: X509_verify_cert_error_string(code)))
    }

    /// Has OpenSSL check the certificate against the host, and names the host to the server (SNI) unless it is an IP.
    private func expect(hostName: String) throws(TLSError) {
        let isBracketed = hostName.hasPrefix("[") && hostName.hasSuffix("]")
        let host = isBracketed ? String(hostName.dropFirst().dropLast()) : hostName
        // An empty name would switch OpenSSL's check off, and a NUL byte would end it early.
        let isPlausible = host.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        guard !host.isEmpty, isPlausible else { throw .configuration("`\(hostName)` is no host name") }
        if let address = a2i_IPADDRESS(host) {
            ASN1_OCTET_STRING_free(address)
            guard X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), host) == 1 else {
                throw .configuration("`\(hostName)` cannot be expected as an IP address")
            }
        } else {
            SSL_set_hostflags(session, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
            guard SSL_set1_host(session, host) == 1, shim_SSL_set_tlsext_host_name(session, host) == 1 else {
                throw .configuration("`\(hostName)` cannot be expected as a host name")
            }
        }
    }
}

extension CertificateProblem {
    fileprivate init(verifyResult: Int32) {
        switch verifyResult {
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN: self = .selfSigned
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
            X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
            self = .unknownIssuer
        case X509_V_ERR_CERT_HAS_EXPIRED: self = .expired
        case X509_V_ERR_CERT_NOT_YET_VALID: self = .notYetValid
        case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH: self = .wrongHost
        default: self = .other
        }
    }
}
