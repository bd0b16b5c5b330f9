internal import COpenSSL

/// The part of TLS that sessions share: trusted authorities of a client, or certificate and key of a server.
///
/// Costly to make (the system's trust store has hundreds of certificates): make one and keep it.
/// Unchecked: OpenSSL counts references to a context atomically, and it is not changed once made.
public final class TLSContext: @unchecked Sendable {
    let pointer: OpaquePointer
    let isServer: Bool

    /// For clients. Always verifies chain and host name.
    public convenience init(trust: TLSTrust) throws(TLSError) {
        try self.init(isServer: false)
        SSL_CTX_set_verify(pointer, SSL_VERIFY_PEER, nil)
        switch trust {
        case .system:
            guard SSL_CTX_set_default_verify_paths(pointer) == 1 else {
                throw .configuration("the system's certificate store cannot be read: \(OpenSSLErrors.take())")
            }
        case .certificates(let pem): try trustCertificates(inPEM: pem)
        case .certificateFile(let path):
            guard SSL_CTX_load_verify_file(pointer, path) == 1 else {
                throw .configuration("no certificates could be read from \(path): \(OpenSSLErrors.take())")
            }
        }
    }

    /// For servers. The certificate file may hold a chain, leaf first; the key must not need a passphrase.
    public convenience init(certificatePath: String, keyPath: String) throws(TLSError) {
        try self.init(isServer: true)
        // Without a callback OpenSSL would stop and ask the terminal for a passphrase.
        SSL_CTX_set_default_passwd_cb(pointer) { _, _, _, _ in 0 }
        guard SSL_CTX_use_certificate_chain_file(pointer, certificatePath) == 1 else {
            throw .configuration("no certificate could be read from \(certificatePath): \(OpenSSLErrors.take())")
        }
        guard SSL_CTX_use_PrivateKey_file(pointer, keyPath, SSL_FILETYPE_PEM) == 1 else {
            throw .configuration(
                "no private key for that certificate could be read from \(keyPath): \(OpenSSLErrors.take())")
        }
        SSL_CTX_set_alpn_select_cb(pointer, ALPN.select, nil)
    }

    private init(isServer: Bool) throws(TLSError) {
        self.isServer = isServer
        guard let context = SSL_CTX_new(isServer ? TLS_server_method() : TLS_client_method()) else {
            throw .configuration("OpenSSL offers no TLS: \(OpenSSLErrors.take())")
        }
        pointer = context
        guard shim_SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 else {
            throw .configuration("OpenSSL does not offer TLS 1.2: \(OpenSSLErrors.take())")
        }
        shim_SSL_CTX_forbid_renegotiation(context)
    }

    deinit { SSL_CTX_free(pointer) }

    private func trustCertificates(inPEM pem: String) throws(TLSError) {
        let text = Array(pem.utf8)
        guard let source = BIO_new_mem_buf(text, Int32(text.count)) else {
            throw .configuration("the trusted certificates do not fit into memory")
        }
        defer { BIO_free(source) }
        var count = 0
        while let certificate = PEM_read_bio_X509(source, nil, { _, _, _, _ in 0 }, nil) {
            X509_STORE_add_cert(SSL_CTX_get_cert_store(pointer), certificate)
            X509_free(certificate)
            count += 1
        }
        // The loop ends on OpenSSL's complaint that there is no further certificate, which is no error here.
        let reason = OpenSSLErrors.take()
        guard count > 0 else { throw .configuration("the trusted certificates are not PEM text: \(reason)") }
    }
}

/// Application-layer protocol negotiation: HTTP/1.1 is the only protocol here.
enum ALPN {
    /// As the extension carries it: length, then name.
    static let offer: [UInt8] = [8] + Array("http/1.1".utf8)

    /// Picks HTTP/1.1 out of a client's list; answers without the extension where it is not in it.
    static let select:
        @convention(c) (
            OpaquePointer?, UnsafeMutablePointer<UnsafePointer<UInt8>?>?, UnsafeMutablePointer<UInt8>?,
            UnsafePointer<UInt8>?, UInt32, UnsafeMutableRawPointer?
        ) -> Int32 = { _, chosen, chosenLength, list, listLength, _ in
            guard let list else { return SSL_TLSEXT_ERR_NOACK }
            let names = UnsafeBufferPointer(start: list, count: Int(listLength))
            var offset = 0
            while offset < names.count {
                let end = offset + 1 + Int(names[offset])
                guard end <= names.count else { return SSL_TLSEXT_ERR_NOACK }
                if names[offset..<end].elementsEqual(offer) {
                    chosen?.pointee = list + offset + 1
                    chosenLength?.pointee = names[offset]
                    return SSL_TLSEXT_ERR_OK
                }
                offset = end
            }
            return SSL_TLSEXT_ERR_NOACK
        }
}

/// The calling thread's queue of OpenSSL errors.
enum OpenSSLErrors {
    /// The oldest entry as text; empties the queue.
    static func take() -> String {
        let code = ERR_get_error()
        ERR_clear_error()
        guard code != 0 else { return "no reason given" }
        guard let reason = ERR_reason_error_string(code) else { return "error \(code)" }
        return String(cString: reason)
    }
}
