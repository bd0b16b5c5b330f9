/// Bytes of the character at `start` if it is well-formed UTF-8 (RFC 3629) within `available` bytes, else 0.
func utf8SequenceLength(_ start: UnsafePointer<UInt8>, _ available: Int) -> Int {
    let first = start[0]
    if first < 0x80 { return 1 }
    let length = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0
    guard length > 0, length <= available else { return 0 }
    let second = start[1]
    let lowest: UInt8 = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80
    let highest: UInt8 = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF
    guard second >= lowest, second <= highest else { return 0 }
    if length > 2, start[2] & 0xC0 != 0x80 { return 0 }
    if length > 3, start[3] & 0xC0 != 0x80 { return 0 }
    return length
}
