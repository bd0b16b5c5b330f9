internal import Fundamentals
internal import Wire

/// One client of an `HTTPServer`: requests in order, then perhaps a WebSocket.
final class HTTPServerConnection {
    private struct Slot {
        var sequence: UInt64
        var request: HTTPRequest
        var isLast: Bool
        var response: HTTPResponse?
    }
    private enum Mode {
        case requests
        /// No further request is read; what is pending will be answered.
        case lastRequests
        /// The last response's body goes out piece by piece.
        case streaming
        case webSocket
        case closingWebSocket(since: Instant)
        case over
    }

    private let id: UInt64
    private let transport: Transport
    private weak var server: HTTPServer?
    private let loop: EventLoop
    private let settings: HTTPServer.Settings
    private var mode = Mode.requests
    private var decoder: HTTPRequestDecoder
    private var frames: WebSocketDecoder
    private var pending: [Slot] = []
    private var sequence: UInt64 = 0
    private var isDraining = false
    private var isPaused = false
    private var saidContinue = false
    private var requestBegan: Instant?
    private var idleSince: Instant
    private var lastProgress: (sent: UInt64, at: Instant)

    init(_ id: UInt64, _ transport: Transport, server: HTTPServer) {
        self.id = id
        self.transport = transport
        self.server = server
        loop = server.loop
        settings = server.settings
        decoder = HTTPRequestDecoder(maxHeaderBytes: settings.maxHeaderBytes, maxBodyBytes: settings.maxBodyBytes)
        frames = WebSocketDecoder(role: .server, maxMessageBytes: settings.maxMessageBytes)
        idleSince = loop.monotonic
        lastProgress = (0, loop.monotonic)
        transport.onBytes = { [weak self] in self?.received($0) }
        transport.onEnd = { [weak self] in self?.peerEnded() }
        transport.onDrain = { [weak self] in self?.flush() }
        transport.onClose = { [weak self] _ in self?.leave() }
    }

    var peer: SocketAddress? { transport.peer }
    private var handler: (any HTTPServerHandler)? { server?.handler }

    private func received(_ bytes: [UInt8]) {
        switch mode {
        case .requests:
            decoder.append(bytes)
            drainRequests()
        case .webSocket, .closingWebSocket:
            frames.append(bytes)
            drainMessages()
        case .lastRequests, .streaming, .over: break
        }
    }

    // MARK: Requests

    private func drainRequests() {
        // A response given inside the handler comes back here.
        guard !isDraining else { return }
        isDraining = true
        defer { isDraining = false }
        while case .requests = mode, pending.count < settings.maxPipelined {
            do throws(WireError) {
                guard let request = try decoder.next() else { break }
                requestBegan = nil
                saidContinue = false
                accept(request)
            } catch {
                refuse(decoder.refusalStatus ?? 400, error.reason)
            }
        }
        settle()
    }

    private func accept(_ request: HTTPRequest) {
        guard let handler else { return refuse(503, "the server is not ready") }
        if WebSocketHandshake.isUpgrade(request) { return upgrade(request, handler) }
        sequence += 1
        pending.append(Slot(sequence: sequence, request: request, isLast: !request.keepsAlive))
        if !request.keepsAlive { mode = .lastRequests }
        handler.request(
            connectionID: id, request, respond: ResponseToken(connectionID: id, sequence: sequence))
    }

    /// After reading: back-pressure, `100 Continue`, and the clocks.
    private func settle() {
        guard case .requests = mode else { return }
        let isFull = pending.count >= settings.maxPipelined
        if isFull != isPaused {
            isPaused = isFull
            if isFull { transport.pauseReading() } else { transport.resumeReading() }
        }
        if isFull {
            requestBegan = nil
        } else if decoder.bufferedBytes > 0 || decoder.pendingHead != nil {
            if requestBegan == nil { requestBegan = loop.monotonic }
        }
        if pending.isEmpty, !saidContinue, let head = decoder.pendingHead, head.expectsContinue {
            saidContinue = true
            write(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8))
        }
    }

    /// Answers after all that is pending, then closes.
    private func refuse(_ status: Int, _ reason: String) {
        guard case .requests = mode else { return }
        mode = .lastRequests
        var response = HTTPResponse(status: status, headers: HTTPHeaders([("Content-Type", "text/plain")]))
        response.body = Array("\(reason)\n".utf8)
        sequence += 1
        let nothing = HTTPRequest(method: .get, target: "/")
        pending.append(Slot(sequence: sequence, request: nothing, isLast: true, response: response))
        flush()
    }

    func respond(_ sequence: UInt64, _ response: HTTPResponse) {
        guard let index = pending.firstIndex(where: { $0.sequence == sequence }), pending[index].response == nil else {
            return
        }
        pending[index].response = response
        if index == 0 { flush() }
    }

    /// Responses waiting for the client beyond this stay unencoded until it has read.
    private static let highWater = 1 << 18

    /// Writes the responses whose turn it is, as far as the client keeps up.
    private func flush() {
        var bytes: [UInt8] = []
        var isLast = false
        while !isLast, transport.bufferedBytes + bytes.count < Self.highWater, let slot = pending.first,
            var response = slot.response
        {
            pending.removeFirst()
            isLast = slot.isLast || !response.keepsAlive
            if isLast, response.keepsAlive { response.headers.append("Connection", "close") }
            if !isLast, slot.request.isHTTP10 { response.headers.append("Connection", "keep-alive") }
            response.encode(into: &bytes, omittingBody: slot.request.method == .head)
        }
        guard !bytes.isEmpty else { return }
        idleSince = loop.monotonic
        write(bytes)
        if isLast { return finish() }
        if case .lastRequests = mode, pending.isEmpty { return finish() }
        drainRequests()
    }

    private func write(_ bytes: [UInt8]) {
        if transport.bufferedBytes == 0 { lastProgress = (transport.bytesSent, loop.monotonic) }
        if !transport.write(bytes) { abort() }
    }

    private func peerEnded() {
        switch mode {
        case .requests:
            mode = .lastRequests
            if pending.isEmpty { finish() }
        case .lastRequests: if pending.isEmpty { finish() }
        case .streaming, .webSocket, .closingWebSocket: finish()
        case .over: break
        }
    }

    // MARK: Streams

    func beginStream(_ sequence: UInt64, _ head: HTTPResponse) -> Bool {
        guard pending.count == 1, let slot = pending.first, slot.sequence == sequence, slot.response == nil,
            !slot.request.isHTTP10, slot.request.method != .head
        else { return false }
        switch mode {
        case .requests, .lastRequests: break
        case .streaming, .webSocket, .closingWebSocket, .over: return false
        }
        pending = []
        mode = .streaming
        requestBegan = nil
        transport.resumeReading()
        var response = head
        response.body = []
        response.headers.append("Transfer-Encoding", "chunked")
        response.headers.append("Connection", "close")
        var bytes: [UInt8] = []
        response.encode(into: &bytes)
        write(bytes)
        return isStreaming
    }

    func sendPiece(_ piece: [UInt8]) -> Bool {
        guard isStreaming else { return false }
        var bytes: [UInt8] = []
        HTTPChunk.encode(piece, into: &bytes)
        if !bytes.isEmpty { write(bytes) }
        return isStreaming
    }

    func endStream() {
        guard isStreaming else { return }
        var bytes: [UInt8] = []
        HTTPChunk.encodeEnd(into: &bytes)
        write(bytes)
        finish()
    }

    private var isStreaming: Bool {
        switch mode {
        case .streaming: true
        case .requests, .lastRequests, .webSocket, .closingWebSocket, .over: false
        }
    }

    // MARK: WebSocket

    private func upgrade(_ request: HTTPRequest, _ handler: any HTTPServerHandler) {
        guard pending.isEmpty else { return refuse(400, "an upgrade must wait for the responses before it") }
        let answer: HTTPResponse
        do throws(WireError) {
            answer = try WebSocketHandshake.accept(request)
        } catch {
            let isOtherVersion = request.headers["Sec-WebSocket-Version"] != WebSocketHandshake.version
            return refuse(isOtherVersion ? 426 : 400, error.reason)
        }
        if let refusal = handler.refuseUpgrade(connectionID: id, request) {
            sequence += 1
            pending.append(Slot(sequence: sequence, request: request, isLast: false, response: refusal))
            return flush()
        }
        guard case .requests = mode else { return }
        var bytes: [UInt8] = []
        answer.encode(into: &bytes)
        mode = .webSocket
        requestBegan = nil
        write(bytes)
        frames.append(decoder.takeRemaining())
        handler.upgraded(connectionID: id, request)
        drainMessages()
    }

    private func drainMessages() {
        do throws(WireError) {
            while isWebSocket, let message = try frames.next() { handle(message) }
        } catch {
            sayGoodbye(code: frames.failureCode ?? 1_002, reason: "")
            finish()
        }
    }

    private var isWebSocket: Bool {
        switch mode {
        case .webSocket, .closingWebSocket: true
        case .requests, .lastRequests, .streaming, .over: false
        }
    }

    private func handle(_ message: WebSocketMessage) {
        switch message {
        case .text(let bytes): handler?.received(connectionID: id, text: bytes)
        case .binary(let bytes): handler?.received(connectionID: id, binary: bytes)
        case .ping(let payload):
            send(.pong(payload))
            handler?.receivedPing(connectionID: id, payload)
        case .pong(let payload): handler?.receivedPong(connectionID: id, payload)
        case .close(let code, _):
            if case .webSocket = mode { send(.close(code: code, reason: "")) }
            finish()
        }
    }

    @discardableResult
    func send(_ message: WebSocketMessage) -> Bool {
        guard case .webSocket = mode else { return false }
        var bytes: [UInt8] = []
        message.encode(maskedWith: nil, into: &bytes)
        write(bytes)
        return isWebSocket
    }

    func sayGoodbye(code: UInt16, reason: String) {
        guard case .webSocket = mode else { return }
        send(.close(code: code, reason: String(reason.prefix(30))))
        if case .webSocket = mode { mode = .closingWebSocket(since: loop.monotonic) }
    }

    // MARK: The end

    func enforceTimeouts() {
        let now = loop.monotonic
        if transport.bufferedBytes > 0 {
            if transport.bytesSent != lastProgress.sent { lastProgress = (transport.bytesSent, now) }
            if now - lastProgress.at > settings.stallTimeout { return abort() }
        }
        switch mode {
        case .requests:
            if let requestBegan, now - requestBegan > settings.requestTimeout {
                return refuse(408, "the request did not arrive in time")
            }
            if requestBegan == nil, pending.isEmpty, now - idleSince > settings.idleTimeout { finish() }
        case .closingWebSocket(let since): if now - since > settings.closeTimeout { finish() }
        case .lastRequests, .streaming, .webSocket, .over: break
        }
    }

    /// Lets what is buffered arrive, then closes.
    private func finish() {
        transport.finish()
        leave()
    }

    func drop() {
        transport.close()
        leave()
    }

    func abort() {
        transport.abort()
        leave()
    }

    private func leave() {
        if case .over = mode { return }
        mode = .over
        pending = []
        server?.ended(id)
    }
}
