internal import Glibc

/// This program, started again to do one part of a benchmark, with its output at hand.
final class ChildProcess {
    private let processID: pid_t
    private let output: UnsafeMutablePointer<FILE>
    private var status: Int32?

    init?(_ settings: BenchmarkSettings, _ arguments: [String]) {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { return nil }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        posix_spawn_file_actions_addclose(&actions, ends[0])
        posix_spawn_file_actions_addclose(&actions, ends[1])
        let words = ["apus"] + settings.childPrefix + arguments
        var pointers = words.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        var identifier: pid_t = 0
        let code = posix_spawn(&identifier, settings.executable, &actions, nil, &pointers, environ)
        close(ends[1])
        guard code == 0, let stream = fdopen(ends[0], "r") else {
            close(ends[0])
            return nil
        }
        processID = identifier
        output = stream
    }

    deinit {
        fclose(output)
        if status == nil {
            kill(processID, SIGKILL)
            _ = wait()
        }
    }

    /// The next line it prints, without its end; nil when it is done.
    func readLine() -> String? {
        var line: UnsafeMutablePointer<CChar>?
        var capacity = 0
        defer { free(line) }
        guard getline(&line, &capacity, output) > 0, let line else { return nil }
        let text = String(cString: line)
        return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }

    /// Its exit status, and the processor time it used in microseconds.
    @discardableResult
    func wait() -> (status: Int32, processorMicroseconds: Double) {
        if let status { return (status, 0) }
        var raw: Int32 = 0
        var usage = rusage()
        while wait4(processID, &raw, 0, &usage) < 0, errno == EINTR {}
        let code = raw & 0x7F == 0 ? (raw >> 8) & 0xFF : 128 + (raw & 0x7F)
        status = code
        let seconds = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
        let micros = usage.ru_utime.tv_usec + usage.ru_stime.tv_usec
        return (code, Double(seconds) * 1_000_000 + Double(micros))
    }
}
