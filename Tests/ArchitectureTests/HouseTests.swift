import Foundation
import Testing

@Suite struct `The house` {
    @Test func `nothing is left marked as unfinished`() {
        let marks = ["TO" + "DO", "FIX" + "ME", "XX" + "X:"]
        for path in textFiles(under: ["Sources", "Tests", "scripts", "docs"]) {
            let text = (try? String(contentsOf: SourceTree.root.appending(path: path), encoding: .utf8)) ?? ""
            for mark in marks where text.contains(mark) { Issue.record("\(path) says \(mark)") }
        }
    }

    @Test func `a file has one responsibility, which fits 500 lines`() {
        for file in SourceTree.files where file.lines.count > 500 {
            Issue.record("\(file.path) has \(file.lines.count) lines")
        }
    }

    @Test(arguments: [
        "README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "LICENSE",
        "docs/GLOSSARY.md", "scripts/demo", "scripts/test", ".ci/run", ".swift-format",
    ])
    func `the documents a stranger looks for are there`(path: String) throws {
        let text = try String(contentsOf: SourceTree.root.appending(path: path), encoding: .utf8)
        #expect(text.count > 40)
    }

    @Test func `every module has its paragraph in ARCHITECTURE.md`() throws {
        let map = try String(contentsOf: SourceTree.root.appending(path: "ARCHITECTURE.md"), encoding: .utf8)
        for target in try Manifest.load().targets where !target.name.hasSuffix("Tests") {
            #expect(map.contains("`\(target.name)`"), "ARCHITECTURE.md does not mention \(target.name)")
        }
    }

    private func textFiles(under folders: [String]) -> [String] {
        folders.flatMap { folder in
            let base = SourceTree.root.appending(path: folder)
            let found = FileManager.default.enumerator(at: base, includingPropertiesForKeys: nil)?
                .compactMap { $0 as? URL }
            return (found ?? []).filter { !$0.hasDirectoryPath }
                .map { String($0.path.dropFirst(SourceTree.root.path.count + 1)) }
        }.sorted()
    }
}
