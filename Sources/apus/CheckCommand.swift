internal import CommandLineKit
internal import Configuration
internal import Wire

/// `apus check FILE`: every problem with its place, or the word that there is none.
enum CheckCommand {
    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        if arguments.flag("schema") {
            Console.out(BotConfiguration.schema())
            return .success
        }
        let path = try arguments.required("file")
        let loaded = try LoadedBot(path, arguments).loaded
        let errors = loaded.issues.filter { $0.severity == .error }
        if arguments.flag("json") {
            Console.out(json(loaded))
        } else {
            for issue in loaded.issues { Console.talk("\(issue)") }
            if errors.isEmpty, let configuration = loaded.configuration {
                let markets = configuration.markets.map(\.symbol).joined(separator: ", ")
                Console.out("\(path): \(configuration.template.rawValue) on \(markets), no errors")
            } else {
                Console.talk("\(path): \(errors.count) error\(errors.count == 1 ? "" : "s")")
            }
        }
        return errors.isEmpty ? .success : .configuration
    }

    private static func json(_ loaded: LoadedConfiguration) -> String {
        var json = JSONWriter()
        json.beginObject()
        json.member("valid", loaded.configuration != nil)
        json.key("issues")
        json.beginArray()
        for issue in loaded.issues { write(issue, into: &json) }
        json.endArray()
        json.key("values")
        json.beginArray()
        for value in loaded.values {
            json.beginObject()
            json.member("field", value.path)
            json.member("value", value.text)
            json.member("origin", value.origin.description)
            json.endObject()
        }
        json.endArray()
        json.endObject()
        return String(decoding: json.bytes, as: UTF8.self)
    }

    /// An issue as a member of a list.
    static func write(_ issue: ConfigurationIssue, into json: inout JSONWriter) {
        json.beginObject()
        json.member("severity", issue.severity.rawValue)
        json.member("file", issue.file)
        json.member("line", Int64(issue.line))
        json.member("column", Int64(issue.column))
        json.member("field", issue.path)
        json.member("message", issue.message)
        if let expected = issue.expected { json.member("expected", expected) }
        json.endObject()
    }
}
