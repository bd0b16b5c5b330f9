import Foundation

/// One Swift file of the package, with what the architecture tests need to know about it.
struct SourceFile {
    let module: String
    let path: String
    let lines: [(number: Int, code: Substring)]

    var imports: [(number: Int, name: String)] {
        lines.compactMap { number, code in
            let words = code.split(separator: " ")
            guard let keyword = words.firstIndex(of: "import"), keyword < words.index(before: words.endIndex),
                words[..<keyword].allSatisfy({ $0.hasPrefix("@") || SourceFile.accessWords.contains($0) })
            else { return nil }
            return (number, String(words[words.index(before: words.endIndex)].prefix { $0 != "." }))
        }
    }

    private static let accessWords: Set<Substring> = ["public", "package", "internal", "private", "fileprivate"]

    /// Numbers of the lines in which `word` stands on its own, outside comments.
    func lines(saying word: String) -> [Int] { lines.filter { $0.code.contains(word: word) }.map(\.number) }
}

enum SourceTree {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Every Swift file under Sources, in path order, with comments removed.
    static let files: [SourceFile] = {
        let sources = root.appending(path: "Sources")
        let found = FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil)?
            .compactMap { $0 as? URL }
        return (found ?? []).filter { $0.pathExtension == "swift" }.sorted { $0.path < $1.path }.map { url in
            let path = String(url.path.dropFirst(sources.path.count + 1))
            let text = (try? String(contentsOf: url, encoding: .utf8)) ?? ""
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map {
                (
                    number: $0.offset + 1,
                    code: $0.element.range(of: "//").map { [line = $0.element] in line[..<$0.lowerBound] } ?? $0.element
                )
            }
            return SourceFile(module: String(path.prefix { $0 != "/" }), path: path, lines: lines)
        }
    }()
}

/// The targets of the manifest in its order, as SwiftPM itself reads them.
struct Manifest {
    struct Target {
        let name: String
        let dependencies: [String]
    }
    let targets: [Target]

    static func load() throws -> Manifest {
        struct Dump: Decodable {
            struct Target: Decodable {
                struct Dependency: Decodable {
                    let byName: [String?]?
                    let target: [String?]?
                }
                let name: String
                let dependencies: [Dependency]
            }
            let targets: [Target]
        }
        let scratch = FileManager.default.temporaryDirectory.appending(path: "apus-manifest-\(getpid())")
        defer { try? FileManager.default.removeItem(at: scratch) }
        let swift = Process()
        let output = Pipe()
        swift.executableURL = URL(filePath: "/usr/bin/env")
        swift.arguments = [
            "swift", "package", "--package-path", SourceTree.root.path, "--scratch-path", scratch.path, "dump-package",
        ]
        swift.standardOutput = output
        swift.standardError = FileHandle.nullDevice
        try swift.run()
        let json = output.fileHandleForReading.readDataToEndOfFile()
        swift.waitUntilExit()
        return Manifest(
            targets: try JSONDecoder().decode(Dump.self, from: json).targets.map { target in
                Target(
                    name: target.name,
                    dependencies: target.dependencies.compactMap { ($0.byName?.first ?? $0.target?.first) ?? nil })
            })
    }
}

extension Substring {
    /// Whole-word search; a word that ends in punctuation needs no boundary there.
    func contains(word: String) -> Bool {
        func isPartOfName(_ c: Character) -> Bool { c.isLetter || c.isNumber || c == "_" }
        var rest = self
        while let found = rest.range(of: word) {
            let before = found.lowerBound == startIndex ? nil : self[index(before: found.lowerBound)]
            let after = found.upperBound == endIndex ? nil : self[found.upperBound]
            let opens = before.map { !isPartOfName($0) } ?? true
            let closes = !isPartOfName(word.last!) || (after.map { !isPartOfName($0) } ?? true)
            if opens && closes { return true }
            rest = self[found.upperBound...]
        }
        return false
    }
}
