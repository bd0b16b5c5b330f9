/// What became of one key of an original bot's configuration.
public struct ImportedKey: Hashable, Sendable, CustomStringConvertible {
    public enum Outcome: String, Hashable, Sendable, CaseIterable {
        /// The same value, under our name.
        case kept
        /// The same meaning, written another way.
        case converted
        /// Not in the original; follows from it.
        case added
        /// Known, and without effect here.
        case ignored
        /// A key or what belongs to one: never copied.
        case secret
        /// Not copied.
        case unknown
        /// Wrong: nothing is written.
        case invalid
    }

    public var outcome: Outcome
    /// Path in the original; empty for what was added.
    public var from: String
    /// From 1; 0 for what was added.
    public var line: Int
    public var column: Int
    /// Path in our configuration; nil for what has no place there.
    public var to: String?
    /// As our configuration writes it, without quotes.
    public var value: String?
    /// Why, or what was done; may be empty.
    public var note: String

    /// `risk.max_open_orders: kept as limits.max_open_orders`.
    public var description: String {
        let head = from.isEmpty ? "" : "\(from): "
        let (target, value) = (to ?? "", value ?? "")
        let tail = note.isEmpty ? "" : "; \(note)"
        return switch outcome {
        case .kept: "\(head)kept as \(target)\(tail)"
        case .converted: "\(head)converted (\(note)), as \(target)"
        case .added: "\(target) = \(value): added, because \(note)"
        case .ignored: "\(head)ignored, because \(note)"
        case .secret: "\(head)not copied: \(note)"
        case .unknown: "\(head)unknown, not copied\(tail)"
        case .invalid: "\(head)\(note)"
        }
    }
}

/// An original bot's `config.json` or `mm_config.ini`, turned into ours.
public struct ConfigurationImport: Sendable {
    /// Every key of the original with what became of it, in the order of the file; then what was added.
    public var keys: [ImportedKey]
    /// Errors and warnings, at their places in the original where they have one.
    public var issues: [ConfigurationIssue]
    /// Our commented configuration; nil when an issue is an error.
    public var text: String?

    /// The templates whose originals were configured by a file.
    public static let templates = Template.extended + Template.mirrors

    /// Reads an original's file. Secrets in it are neither copied nor shown.
    /// - Precondition: `template` is one of `templates`.
    public static func read(_ file: SourceFile, as template: Template) -> ConfigurationImport {
        precondition(templates.contains(template), "\(template.rawValue) has no original that was configured by a file")
        if template.isMirror {
            var importer = MirrorImporter(file: file.name, template: template)
            let text = importer.convert(file.bytes)
            return ConfigurationImport(keys: importer.keys, issues: importer.issues, text: text)
        }
        var importer = Importer(file: file.name, template: template)
        let (tree, issues) = ConfigurationReader.read(file.bytes, file: file.name, takesExponents: true)
        importer.issues = issues
        if let tree { importer.apply(tree) }
        let text = importer.hasErrors ? nil : importer.finish()
        return ConfigurationImport(keys: importer.keys, issues: importer.issues, text: text)
    }
}
