import Foundation
import Testing
import Wire

@testable import StarkCryptography

/// Vectors made with other implementations, which may lie beside the package, or where `APUS_VECTORS` says.
enum VectorFiles {
    private static let directory: URL = {
        if let path = ProcessInfo.processInfo.environment["APUS_VECTORS"] { return URL(fileURLWithPath: path) }
        let package = (0..<3).reduce(URL(fileURLWithPath: #filePath)) { url, _ in url.deletingLastPathComponent() }
        return package.deletingLastPathComponent().appendingPathComponent("shared/vectors")
    }()

    static var exist: Bool {
        FileManager.default.fileExists(atPath: directory.appendingPathComponent("curve_params.json").path)
    }

    static func load(_ name: String) throws -> JSONValue {
        try JSONValue.parse([UInt8](Data(contentsOf: directory.appendingPathComponent("\(name).json"))))
    }
}

extension JSONValue {
    func list(_ name: String) throws -> [JSONValue] { try #require(self[name]?.elements) }
    func string(_ name: String) throws -> String { try #require(self[name]?.text) }
    func felt(_ name: String) throws -> Felt { try #require(Felt(hex: string(name))) }
    func integer256(_ name: String) throws -> UInt256 { try #require(UInt256(hex: string(name))) }
    func felts(_ name: String) throws -> [Felt] { try list(name).map { try $0.felt() } }
    func felt() throws -> Felt { try #require(Felt(hex: text ?? "")) }
}
