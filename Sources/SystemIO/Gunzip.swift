internal import CZlib

/// Inflates gzip or zlib data through zlib. Memory is bounded by `limit` however well the input compresses.
public func gunzip(_ bytes: [UInt8], limit: Int) throws(FileError) -> [UInt8] {
    var stream = z_stream()
    // 15 bits of window, plus 32 for "gzip or zlib, whichever the header says".
    guard inflateInit2_(&stream, 15 + 32, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
        throw .corrupt(reason: "zlib could not start")
    }
    defer { inflateEnd(&stream) }
    var output: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    var input = bytes
    var offset = 0
    while true {
        var code = Z_OK
        var produced = 0
        let size = min(input.count - offset, 1 << 30)
        input.withUnsafeMutableBufferPointer { source in
            chunk.withUnsafeMutableBufferPointer { target in
                stream.next_in = source.baseAddress.map { $0 + offset }
                stream.avail_in = UInt32(size)
                stream.next_out = target.baseAddress
                stream.avail_out = UInt32(target.count)
                code = inflate(&stream, Z_NO_FLUSH)
                produced = target.count - Int(stream.avail_out)
            }
        }
        offset += size - Int(stream.avail_in)
        guard output.count + produced <= limit else { throw .tooLarge(path: "inflated data", limit: limit) }
        output.append(contentsOf: chunk[..<produced])
        switch code {
        case Z_STREAM_END:
            // gzip files may be several members, one after the other.
            if offset == input.count { return output }
            guard inflateReset(&stream) == Z_OK else { throw .corrupt(reason: "zlib could not go on") }
        case Z_OK, Z_BUF_ERROR:
            if offset == input.count, produced < chunk.count {
                throw .corrupt(reason: "compressed data ends early, after \(offset) bytes")
            }
            if code == Z_BUF_ERROR, produced == 0 { throw .corrupt(reason: "compressed data makes no progress") }
        default: throw .corrupt(reason: "not valid gzip data, near byte \(offset)")
        }
    }
}
