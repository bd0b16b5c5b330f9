import Testing

@Suite struct `Contract` {
    @Test func `there is something to build on`() {}
}
