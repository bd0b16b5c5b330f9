import Foundation
import Wire

/// Examples and vectors made with other implementations, which may lie beside the package, or where `APUS_VECTORS` says.
enum ExtendedExampleFiles {
    private static let directory: URL = {
        if let path = ProcessInfo.processInfo.environment["APUS_VECTORS"] { return URL(fileURLWithPath: path) }
        let package = (0..<3).reduce(URL(fileURLWithPath: #filePath)) { url, _ in url.deletingLastPathComponent() }
        return package.deletingLastPathComponent().appendingPathComponent("shared/vectors")
    }()

    /// Nil where there is no such file.
    static func load(_ name: String) -> JSONValue? {
        guard let bytes = try? Data(contentsOf: directory.appendingPathComponent("\(name).json")) else { return nil }
        return try? JSONValue.parse(Array(bytes))
    }
}
