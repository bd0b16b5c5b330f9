internal import Fundamentals

/// What to say about a key that does not exist.
enum KeyAdvice {
    static func unknown(
        _ key: String, in section: String, _ template: Template?
    ) -> (message: String, expected: String?) {
        if LINENotify.isNamed(by: key) { return (LINENotify.advice, nil) }
        let fields = template.map(FieldTable.fields(for:)) ?? FieldTable.fields
        if isSecret(key) {
            let field = fields.first { $0.key == .apiSecretVariable || $0.key == .privateKeyVariable }
            let example = field.map { " (such as \"\($0.key.name)\": \"\($0.example)\")" } ?? ""
            return (
                "a secret must not stand in this file: put it into the environment or a .env file, "
                    + "and name the variable in credentials\(example)",
                "the name of an environment variable"
            )
        }
        if section.isEmpty, let field = fields.first(where: { !$0.key.section.isEmpty && $0.key.path == key }) {
            return ("unknown key; write \"\(field.key.name)\" inside \"\(field.key.section)\"", field.key.path)
        }
        let originals = fields.filter { $0.originalNames.contains(key) }
        if let field = originals.first(where: { $0.key.section == section }) ?? originals.first {
            return ("unknown key; here it is called \(field.key.path)", field.key.path)
        }
        let here = fields.filter { $0.key.section == section }.map(\.key.name)
        let names = section.isEmpty ? here + FieldTable.topSections.map(\.name) : here
        if names.isEmpty {
            let sections = FieldTable.topSections.map(\.name)
            let first = section.split(separator: ".").first.map(String.init) ?? section
            return ("unknown key" + didYouMean(Spelling.nearest(to: first, in: sections)), nil)
        }
        if let field = fields.first(where: { $0.key.name == key }) {
            let place = field.key.section.isEmpty ? "at the top level" : "in \"\(field.key.section)\""
            return ("unknown key here; it belongs \(place)", field.key.path)
        }
        if let near = Spelling.nearest(to: key, in: names) {
            return ("unknown key\(didYouMean(near))", near)
        }
        let elsewhere = Spelling.nearest(to: key, in: fields.map(\.key.name))
        let path = fields.first { $0.key.name == elsewhere }?.key.path
        return ("unknown key\(didYouMean(path))", path)
    }

    private static func didYouMean(_ name: String?) -> String { name.map { "; did you mean \($0)?" } ?? "" }

    /// Whether a key's name says that a secret is its value.
    static func isSecret(_ key: String) -> Bool {
        let letters = String(key.lowercased().unicodeScalars.filter { $0 != "_" && $0 != "-" })
        let words = [
            "apikey", "apisecret", "secret", "privatekey", "secretkey", "password", "passphrase", "mnemonic",
            "starkkey",
        ]
        return words.contains { letters.hasSuffix($0) } || letters == "credentials"
    }
}
