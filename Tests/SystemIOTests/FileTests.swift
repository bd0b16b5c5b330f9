internal import Fundamentals
internal import Glibc
internal import SystemIO
import Testing

/// A directory that disappears with its last user.
final class TemporaryDirectory {
    let path: String

    init() {
        var template = Array("/tmp/apus-test-XXXXXX".utf8CString)
        path = mkdtemp(&template).map { String(cString: $0) } ?? "/nonexistent"
    }

    deinit { shell("rm -rf \(path)") }

    @discardableResult
    func shell(_ command: String) -> Int32 { system("cd \(path) && { \(command)\n} > /dev/null 2>&1") }
}

@Suite struct `Files that survive a crash and keep their secrets` {
    private let directory = TemporaryDirectory()
    private var path: String { directory.path + "/file" }

    @Test func `what was written is read back, with the mode asked for`() throws {
        try writeFileAtomically(path, Array("one".utf8))
        try writeFileAtomically(path, Array("two".utf8))
        #expect(try readFile(path, limit: 100) == Array("two".utf8))
        #expect(try readPrivateFile(path, limit: 100) == Array("two".utf8))
        #expect(directory.shell("test $(stat -c %a file) = 600 && test $(ls | wc -l) = 1") == 0)
    }

    @Test func `a file larger than the limit is refused`() throws {
        try writeFileAtomically(path, [UInt8](repeating: 0, count: 101))
        #expect(throws: FileError.tooLarge(path: path, limit: 100)) { try readFile(path, limit: 100) }
    }

    @Test func `a missing file says which and why`() {
        let error = #expect(throws: FileError.self) { try readFile(path, limit: 1) }
        #expect(error?.description == "open \(path): No such file or directory")
    }

    @Test func `a failed write leaves the old file and nothing else`() throws {
        let missing = directory.path + "/no/file"
        #expect(throws: FileError.self) { try writeFileAtomically(missing, [1]) }
        #expect(directory.shell("test $(ls | wc -l) = 0") == 0)
    }

    @Test(arguments: [0o644, 0o640, 0o604] as [UInt32]) func `a secret that others can read is refused`(mode: UInt32)
        throws
    {
        try writeFileAtomically(path, Array("key".utf8), mode: mode)
        let error = #expect(throws: FileError.self) { try readPrivateFile(path, limit: 100) }
        #expect(error?.description.contains("has mode 0\(String(mode, radix: 8))") == true)
    }

    @Test func `a second holder of a lock is refused and told who holds it`() throws {
        let first = try LockFile(path)
        #expect(throws: LockFile.Failure.held(path: path, by: getpid())) { try LockFile(path) }
        withExtendedLifetime(first) {}
    }

    @Test func `a lock is free again when its holder is gone`() throws {
        do {
            let first = try LockFile(path)
            withExtendedLifetime(first) {}
        }
        let second = try LockFile(path)
        #expect(second.path == path)
    }

    @Test func `gzip data of the gzip program inflates`() throws {
        #expect(directory.shell("seq 100000 > plain && gzip -k plain && gzip -c plain >> plain.gz") == 0)
        let plain = try readFile(directory.path + "/plain", limit: 1 << 20)
        let packed = try readFile(directory.path + "/plain.gz", limit: 1 << 20)
        #expect(try gunzip(packed, limit: 2 << 20) == plain + plain)
    }

    @Test func `a small file that inflates without end stops at the limit`() throws {
        #expect(directory.shell("head -c 50000000 /dev/zero | gzip > bomb.gz") == 0)
        let bomb = try readFile(directory.path + "/bomb.gz", limit: 1 << 20)
        #expect(throws: FileError.tooLarge(path: "inflated data", limit: 1 << 20)) { try gunzip(bomb, limit: 1 << 20) }
    }

    @Test func `damaged gzip data is an error, never a trap`() throws {
        #expect(directory.shell("seq 2000 | gzip > plain.gz") == 0)
        let good = try readFile(directory.path + "/plain.gz", limit: 1 << 20)
        var random = RandomSource(seed: 9)
        for _ in 0..<2_000 {
            var bad = good
            for _ in 0..<random.integer(in: 1...4) {
                bad[Int(random.integer(in: 0...Int64(bad.count - 1)))] = UInt8(truncatingIfNeeded: random.next())
            }
            bad.removeLast(Int(random.integer(in: 0...Int64(bad.count))))
            if let output = try? gunzip(bad, limit: 100_000) { #expect(output.count <= 100_000) }
        }
        #expect(throws: FileError.self) { try gunzip([], limit: 1) }
    }

    @Test func `a hardened process leaves no core file`() throws {
        try HardenProcess.apply()
        #expect(HardenProcess.isApplied)
    }

    @Test func `what is no terminal has no size`() throws {
        try writeFileAtomically(path, [])
        let descriptor = open(path, O_RDONLY)
        defer { close(descriptor) }
        #expect(!isTerminal(descriptor))
        #expect(terminalSize(descriptor) == nil)
    }
}
