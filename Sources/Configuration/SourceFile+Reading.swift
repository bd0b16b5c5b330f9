internal import Foundation

extension SourceFile {
    /// Reads a file and whether others may read it too. The issue says why it cannot be read.
    ///
    /// - Parameter name: How messages call it; the path if nil.
    public static func read(path: String, name: String? = nil) throws(ConfigurationIssue) -> SourceFile {
        let name = name ?? path
        let path = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path) else {
            throw ConfigurationIssue(file: name, message: "cannot be found or looked at", expected: "a readable file")
        }
        guard attributes[.type] as? FileAttributeType != .typeDirectory else {
            throw ConfigurationIssue(file: name, message: "is a directory", expected: "a file")
        }
        if let size = attributes[.size] as? NSNumber, size.int64Value > Int64(ConfigurationReader.sizeMax) {
            throw ConfigurationIssue(file: name, message: "is larger than 1 MiB", expected: "at most 1 MiB")
        }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ConfigurationIssue(file: name, message: "cannot be read", expected: "a readable file")
        }
        let mode = (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0
        return SourceFile(name: name, bytes: Array(data), isReadableByOthers: mode & 0o044 != 0)
    }
}
