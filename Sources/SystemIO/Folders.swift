internal import Glibc

/// The number of the user this process runs as.
public func userID() -> UInt32 { getuid() }

/// Makes the folder and those above it where they are missing; the folder itself must belong to this user.
/// - Parameter mode: of folders made here.
public func makeFolder(_ path: String, mode: UInt32 = 0o700) throws(FileError) {
    var made = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
        made += (made.isEmpty || made == "/") ? String(part) : "/" + part
        if mkdir(made, mode) != 0, errno != EEXIST, errno != EISDIR { throw .system(.last("mkdir \(made)")) }
    }
    var facts = stat()
    guard stat(path, &facts) == 0 else { throw .system(.last("stat \(path)")) }
    guard facts.st_mode & S_IFMT == S_IFDIR else { throw .system(SystemError(call: "mkdir \(path)", errno: ENOTDIR)) }
    guard facts.st_uid == getuid() else {
        throw .notPrivate(path: path, detail: "belongs to another user")
    }
}

/// The whole file, or nil when there is none.
public func readFileIfPresent(_ path: String, limit: Int) throws(FileError) -> [UInt8]? {
    do throws(FileError) {
        return try readFile(path, limit: limit)
    } catch {
        if case .system(let reason) = error, reason.errno == ENOENT { return nil }
        throw error
    }
}

/// Removes the file; that there is none is no error.
public func removeFile(_ path: String) throws(FileError) {
    guard unlink(path) == 0 || errno == ENOENT else { throw .system(.last("unlink \(path)")) }
}

/// Whether group or others may read the file; false for one that is not there.
public func isReadableByOthers(_ path: String) -> Bool {
    var facts = stat()
    return stat(path, &facts) == 0 && facts.st_mode & 0o077 != 0
}

/// The names of what a folder holds, without `.` and `..`, in no order.
public func namesInFolder(_ path: String) throws(FileError) -> [String] {
    guard let folder = opendir(path) else { throw .system(.last("opendir \(path)")) }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
            pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != ".", name != ".." { names.append(name) }
    }
    return names
}

/// The number of this process.
public func processID() -> Int64 { Int64(getpid()) }

/// Whether a process of that number lives, of whatever user.
public func processExists(_ number: Int64) -> Bool {
    guard let pid = pid_t(exactly: number), pid > 0 else { return false }
    return kill(pid, 0) == 0 || errno == EPERM
}

/// The path from the root, without links; as given where there is nothing by it.
public func absolutePath(_ path: String) -> String {
    guard let found = realpath(path, nil) else { return path }
    defer { free(found) }
    return String(cString: found)
}
