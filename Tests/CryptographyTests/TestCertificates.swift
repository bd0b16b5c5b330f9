import Foundation

/// Certificates made by the `openssl` command in a temporary directory: an oracle that shares no code with ours.
struct TestCertificates: Sendable {
    let directory: URL

    /// For `localhost`, `127.0.0.1` and `::1`, issued by `authority`.
    var good: (certificate: String, key: String) { (path("good.pem"), path("good.key")) }
    var expired: (certificate: String, key: String) { (path("expired.pem"), path("expired.key")) }
    var selfSigned: (certificate: String, key: String) { (path("self.pem"), path("self.key")) }
    var authority: String { path("authority.pem") }
    var otherAuthority: String { path("other.pem") }

    static let shared = Result { try TestCertificates() }

    func path(_ name: String) -> String { directory.appendingPathComponent(name).path }

    private init() throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        for authority in ["authority", "other"] {
            try make(authority, issuer: nil, days: 2, extension: "basicConstraints=critical,CA:TRUE")
        }
        let names = "subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1"
        try make("good", issuer: "authority", days: 2, extension: names)
        try make("expired", issuer: "authority", days: -1, extension: names)
        try make("self", issuer: nil, days: 2, extension: names)
        atexit {
            if let made = try? TestCertificates.shared.get() { try? FileManager.default.removeItem(at: made.directory) }
        }
    }

    private func make(_ name: String, issuer: String?, days: Int, extension: String) throws {
        let request = [
            "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-keyout", path(name + ".key"), "-out", path(name + ".csr"), "-subj", "/CN=apus test \(name)",
            "-addext", `extension`,
        ]
        let signing = [
            "x509", "-req", "-in", path(name + ".csr"), "-out", path(name + ".pem"), "-days", String(days),
            "-copy_extensions", "copy",
        ]
        // `x509` takes an expiry in the past, which `req -x509` refuses.
        let issuing =
            issuer.map { ["-CA", path($0 + ".pem"), "-CAkey", path($0 + ".key"), "-CAcreateserial"] }
            ?? ["-key", path(name + ".key")]
        try run(request)
        try run(signing + issuing)
    }

    private func run(_ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(command: arguments.joined(separator: " ")) }
    }

    struct Failure: Error {
        var command: String
    }
}
