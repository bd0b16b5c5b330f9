@testable import ControlAPI
import Configuration
import Runtime
import Testing
import Wire

@Suite struct `The description of the API` {
    private let bot = FakeBot()
    private func document() throws -> JSONValue { try ControlRouter(bot).json(request(.get, "/openapi.json")) }

    @Test func `every documented path and method is routed, and none else is`() throws {
        let paths = try #require(try document()["paths"]?.members)
        var documented: Set<String> = []
        for path in paths {
            for method in path.value.names {
                let verb = try #require(HTTPMethod(rawValue: method.uppercased()))
                documented.insert("\(verb.rawValue) \(path.name)")
                let reply = ControlRouter(FakeBot()).reply(request(verb, path.name))
                #expect(![404, 405].contains(reply.status), "\(method) \(path.name)")
            }
            for verb in HTTPMethod.allCases
            where ![.head, .options].contains(verb) && !path.value.names.contains(verb.rawValue.lowercased()) {
                #expect(ControlRouter(FakeBot()).reply(request(verb, path.name)).status == 405)
            }
        }
        #expect(documented == Set(Operation.allCases.map { "\($0.method.rawValue) \($0.path)" }))
    }

    @Test func `every reference leads somewhere, and every component is used`() throws {
        let document = try document()
        let components = Set(try #require(document["components"]?["schemas"]).names)
        var found: Set<String> = []
        func walk(_ value: JSONValue) {
            if let reference = value["$ref"]?.text {
                #expect(reference.hasPrefix("#/components/schemas/"))
                found.insert(String(reference.dropFirst("#/components/schemas/".count)))
            }
            value.members?.forEach { walk($0.value) }
            value.elements?.forEach(walk)
        }
        walk(document)
        #expect(found.isSubset(of: components))
        #expect(components.subtracting(found) == ["Event", "ProfitParts"])
    }

    @Test func `names of operations are unique and every one says what it does`() {
        #expect(Set(Operation.allCases.map(\.rawValue)).count == Operation.allCases.count)
        for operation in Operation.allCases { #expect(operation.summary.count > 8 && operation.summary.last != ".") }
    }

    @Test(arguments: [BotState.stopped, .running])
    func `replies are as their schemas say`(state: BotState) throws {
        let bot = FakeBot()
        bot.state = state
        bot.quote()
        var report = AlertReport(name: "phone", service: .telegram)
        (report.state, report.reason, report.lastFailure) = (.suspended, "the service says no", "429")
        bot.alertReports = [report, AlertReport(name: "mail", service: .webhook)]
        let router = ControlRouter(bot)
        for operation in Operation.allCases where operation.method == .get && operation != .events {
            let reply = router.reply(request(.get, operation.path))
            let documented = operation.replies.first { $0.status == reply.status }
            guard case .json(let schema)? = documented?.content else { continue }
            #expect(throws: Never.self, "\(operation)") { try schema.check(JSONValue.parse(reply.body)) }
        }
    }

    @Test func `replies to commands are as their schemas say`() throws {
        let bot = FakeBot()
        let router = ControlRouter(bot)
        for operation in [Operation.start, .flatten, .cancelAll, .kill, .resume] {
            let body = operation.body == nil ? "" : #"{"confirm":true}"#
            let reply = router.reply(request(.post, operation.path, body))
            guard case .json(let schema)? = operation.replies.first?.content else { continue }
            #expect(reply.status == 200, "\(operation)")
            #expect(throws: Never.self, "\(operation)") { try schema.check(JSONValue.parse(reply.body)) }
        }
    }

    @Test func `short paths stand for those under api`() {
        for path in [
            "/markets", "/orders", "/fills", "/pnl", "/limits", "/cancel-all", "/flatten", "/kill", "/resume",
            "/events",
        ] {
            #expect(Operation.at(Substring(path)) == Operation.at(Substring("/api" + path)))
            #expect(!Operation.at(Substring(path)).isEmpty)
        }
    }
}
